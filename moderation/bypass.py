"""Published elsewhere: what stands on our own accounts and did not go through the committee is an incident.

A post of ours without a Publication, a published text that is not the signed one any more, or comments that are open
where they were signed closed (`moderation.comment_switches`). Whoever did it, the company speaks (L. 5122-1 and
L. 5122-6 CSP); what is said under it comes in all the same (GVP VI.B.1.1.4).
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from compliance import accounts, audit, breakers, clock
from compliance.audit import AuditAction
from compliance.outbox import WAITING
from compliance.permissions import Actor, Permission, allows, check
from connectors.base import PublishedPost
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.account import Account
from models.base import new_id
from models.bypass import Bypass
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import BypassKind, Network, PublicationStatus
from models.post import Variant
from models.publication import Publication
from models.session import expect_version, get, reading, transaction
from moderation.as_received import storable_text, text_hash
from moderation.comment_switches import can_put_back, erases, newest_calls, note_comments, signed_open, write_bypass
from moderation.intake import note_failure

LOOKED_BACK = timedelta(days=7)
GRACE = timedelta(minutes=30)
"""How long a post may stand before it is judged: the receipt of what we sent ourselves may still be on its way."""
FEWEST_WORDS = 3
LONGEST_REASON = 2_000
LEAVING = (PublicationStatus.PUBLISHING, PublicationStatus.UNCONFIRMED)


@dataclass(frozen=True)
class Signed:
    """A publication as it left: its id on the network (None while that is not known), and what it has to show.

    `final`: it was read back as signed once, so that another text there is a change. An empty `title`: none was signed.
    `comments_open`: whether everybody may comment, as signed; None where nobody signed it (posts from before).
    """

    publication_id: str
    remote_id: str | None
    text: str
    title: str
    final: bool
    comments_open: bool | None = None


@dataclass(frozen=True)
class BypassRow:
    """An open incident as a screen shows it; `signed` is the text that was signed, empty for an unknown post.

    `put_back`: the network can be asked to open or close the comments again; `erases`: that deletes those that are
    there. `asked`: it was, and has not answered.
    `error`: why the last call failed.
    """

    bypass_id: str
    row_version: int
    kind: BypassKind
    network: Network
    account: str
    text: str
    signed: str
    url: str
    posted_at: datetime
    put_back: bool = False
    erases: bool = False
    asked: bool = False
    error: str = ""


def look_for_bypasses(account_id: str, *, days: int = LOOKED_BACK.days) -> int:
    """Look at the account's own posts of the last `days`; return how many new incidents there are.

    What was there before the account was connected is left alone: it can be taken in. Never raises for what a network
    does; why nothing was learnt is written down.
    """
    now = clock.now()
    with reading() as session:
        account = get(session, Account, account_id)
        connected_at = _connected_at(session, account)
    if breakers.waits(account_id):
        return 0
    try:
        channel = accounts.open_channel(account)
        shown = channel.own_posts(max(now - timedelta(days=days), connected_at))
        with transaction() as session:
            account = get(session, Account, account_id, lock=True)
            known = _signed(session, account_id, shown)
            judged = [(one, *judge(one, known, channel.same_text)) for one in shown if _is_old_enough(one, now)]
            noted = sum(_note(session, account, *found) for found in judged)
            noted += sum(_note_comments(session, account, one, ours) for one, _kind, ours in judged)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is written down, and stops no other account
        note_failure(account_id, error)
        return 0
    breakers.tell(account_id)
    return noted


def _connected_at(session: Session, account: Account) -> datetime:
    """Return when an account was first connected; it may have been written down long before."""
    connected = select(func.min(AuditEvent.at)).where(
        AuditEvent.action == AuditAction.ACCOUNT_CONNECT, AuditEvent.entity_id == account.id
    )
    return session.exec(connected).one() or account.created_at


def _is_old_enough(shown: PublishedPost, now: datetime) -> bool:
    return shown.posted_at is not None and shown.posted_at <= now - GRACE


def ids_of(shown: PublishedPost) -> tuple[str, ...]:
    """Return the ids of a post's versions, the first one first."""
    return shown.edit_ids or (shown.remote_id,)


def judge(
    shown: PublishedPost, known: Collection[Signed], same_text: Callable[[str, PublishedPost], bool]
) -> tuple[BypassKind | None, Signed | None]:
    """Say what is wrong with a post of ours as it is shown, None when nothing is; and what was signed for it."""
    ours = next((one for one in known if one.remote_id in ids_of(shown)), None)
    if ours is None:
        leaving = any(one.remote_id is None and same_text(one.text, shown) for one in known)
        return (None if leaving else BypassKind.UNKNOWN_POST), None
    retitled = bool(ours.title) and shown.title is not None and shown.title.strip() != ours.title
    changed = ours.final and (retitled or not same_text(ours.text, shown))
    return (BypassKind.CHANGED_TEXT if changed else None), ours


def _signed(session: Session, account_id: str, shown: Iterable[PublishedPost]) -> list[Signed]:
    """Return the publications of these posts, taken-in ones too, and those on their way that have no id yet."""
    ids = [one for post in shown for one in ids_of(post)]
    on_the_way = col(Publication.remote_id).is_(None) & col(Publication.status).in_(LEAVING)
    found = select(Publication, Variant.payload_json).where(
        Publication.account_id == account_id,
        Variant.id == Publication.variant_id,
        col(Publication.remote_id).in_(ids) | on_the_way,
    )
    return [_signed_of(publication, json.loads(payload)) for publication, payload in session.exec(found)]


def _signed_of(publication: Publication, payload: Mapping[str, object]) -> Signed:
    settings = payload.get("settings")
    chosen = settings.get("network") if isinstance(settings, dict) else None
    title = str(chosen.get("title") or "").strip() if isinstance(chosen, dict) else ""
    final = publication.status is PublicationStatus.PUBLISHED
    said = None if is_prior(publication) or not isinstance(settings, dict) else signed_open(settings)
    return Signed(publication.id, publication.remote_id, str(payload["published_text"]), title, final, said)


def is_prior(publication: Publication) -> bool:
    """Say whether a publication was taken in from before: nobody signed its settings."""
    return "prior" in json.loads(publication.receipt_json or "{}")


def _note(
    session: Session, account: Account, shown: PublishedPost, kind: BypassKind | None, signed: Signed | None
) -> bool:
    """Write an incident down with its audit event, once; the account's row is locked.

    What a spokesperson says on an account of their own is theirs, and is not kept; what was signed for it is ours.
    """
    if kind is None or (kind is BypassKind.UNKNOWN_POST and account.spokesperson_id):
        return False
    said = f"{shown.title}\n\n{shown.text}" if shown.title else shown.text
    remote_id, digest = ids_of(shown)[0], text_hash(said)
    same = select(Bypass.id).where(
        Bypass.account_id == account.id, Bypass.remote_id == remote_id, Bypass.text_sha256 == digest
    )
    if session.exec(same.where(Bypass.kind == kind)).first():
        return False
    row = Bypass(
        id=new_id(), account_id=account.id, remote_id=remote_id, url=shown.url, kind=kind, text=storable_text(said),
        text_sha256=digest, posted_at=shown.posted_at or clock.now(), found_at=clock.now(),
        publication_id=signed.publication_id if signed else None,
    )  # fmt: skip
    write_bypass(session, row)
    return True


def _note_comments(session: Session, account: Account, shown: PublishedPost, ours: Signed | None) -> bool:
    """Look at the comments of what is out and was signed; on its way, or from before, nobody can say."""
    if ours is None or not ours.final or ours.comments_open is None:
        return False
    return note_comments(session, account, shown, ours.publication_id, ours.comments_open)


def settle_bypass(session: Session, actor: Actor, *, bypass_id: str, row_version: int | None, reason: str) -> Bypass:
    """Settle an incident: say what it was, and what was done about it."""
    check(actor, Permission.BYPASS_SETTLE)
    row, reason = get(session, Bypass, bypass_id, lock=True), " ".join(reason.split())
    expect_version(row, row_version)
    if row.settled_at:
        raise RuleViolated(N_("Quelqu'un a déjà réglé cet incident."))
    if len(reason.split()) < FEWEST_WORDS:
        raise InvalidInput(N_("Dites en quelques mots d'où vient cette publication, et ce qui a été fait."))
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(N_("Cette note dépasse {most} signes : raccourcissez-la."), most=LONGEST_REASON)
    row.settled_at, row.settled_by, row.reason = clock.now(), actor.id, reason
    session.flush()
    new = {"account": row.account_id, "kind": row.kind.value}
    audit.record(session, actor, AuditAction.BYPASS_SETTLE, "bypass", row.id, new=new, reason=reason)
    return row


def open_bypasses(session: Session, actor: Actor) -> list[BypassRow]:
    """Return the incidents that nobody settled yet, newest first."""
    check(actor, Permission.COVERAGE_READ)
    held = select(Bypass, Account).where(Account.id == Bypass.account_id, col(Bypass.settled_at).is_(None))
    calls = newest_calls(session)
    found = session.exec(held.order_by(col(Bypass.posted_at).desc(), col(Bypass.id))).all()
    publications = [row.publication_id for row, _account in found if row.publication_id]
    texts = select(Publication.id, Variant.payload_json).where(
        Variant.id == Publication.variant_id, col(Publication.id).in_(publications)
    )
    signed = {key: str(json.loads(payload)["published_text"]) for key, payload in session.exec(texts)}
    return [_row(row, account, signed.get(row.publication_id or "", ""), calls.get(row.id)) for row, account in found]


def _row(row: Bypass, account: Account, signed: str, call: OutboxEffect | None) -> BypassRow:
    return BypassRow(
        bypass_id=row.id,
        row_version=row.row_version,
        kind=row.kind,
        network=account.network,
        account=account.display_name,
        text=row.text,
        signed=signed,
        url=row.url,
        posted_at=row.posted_at,
        put_back=can_put_back(row, account),
        erases=erases(row, account),
        asked=call is not None and call.status in WAITING,
        error=(call.last_error or "") if call else "",
    )


def mine_to_settle(session: Session, actor: Actor) -> int:
    """Return how many incidents wait for this person."""
    if not allows(actor, Permission.BYPASS_SETTLE):
        return 0
    return len(session.exec(select(Bypass.id).where(col(Bypass.settled_at).is_(None))).all())
