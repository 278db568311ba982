"""An outside expert reads one version and remarks on it, by a link: no account, no signature, nothing else shown.

The link's token is unguessable and kept as a hash; it ends by itself, or when somebody ends it, or when whoever invited
may no longer invite. Every visit and remark is written down with the name that the guest gives.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import sha256_text
from compliance.permissions import Actor, Permission, allows, check
from compliance.sign_in import actor_of, token_hash
from errors import InvalidInput, NotFound, RuleViolated
from i18n import N_
from models.account import Account
from models.annotation import GuestLink, GuestNote
from models.base import new_id
from models.enums import Network
from models.post import Post, PostVersion, Variant
from models.review import ReviewNote
from models.session import expect_version, get
from models.user import User
from workflow.anchoring import Quote
from workflow.content import VariantContent, variant_of
from workflow.findings import variants_of
from workflow.media import MediaRow, rows_of
from workflow.notes import PLACES, field_of, write_note
from workflow.rounds import current_version

DAYS, MOST_DAYS = 7, 30
MOST_NOTES = 50
LONGEST_NAME = 80
LONGEST_NOTE = 4_000
GONE = N_("Ce lien n'est pas valable, ou ne l'est plus. Demandez-en un autre à la personne qui vous l'a envoyé.")


@dataclass(frozen=True)
class Invitation:
    """A link that was just made; `token` is told once, and kept nowhere."""

    link_id: str
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class LinkRow:
    """A link as the committee sees it; `is_open`: it leads to the version now."""

    link_id: str
    expert: str
    version_n: int
    invited_by: str
    expires_at: datetime
    revoked_at: datetime | None
    is_open: bool
    notes: int
    row_version: int


@dataclass(frozen=True)
class GuestVariant:
    """One network's text as a guest reads it."""

    account_id: str
    network: Network
    handle: str
    published_text: str
    content: VariantContent


@dataclass(frozen=True)
class GuestView:
    """All that a guest sees: one version, and the remarks left by this link."""

    version_n: int
    variants: tuple[GuestVariant, ...]
    files: dict[str, MediaRow]
    notes: tuple[tuple[str, str], ...]
    expires_at: datetime


def invite(session: Session, actor: Actor, *, post_id: str, expert: str, days: int = DAYS) -> Invitation:
    """Make a link to the newest version for one expert, for some days (30 at most)."""
    check(actor, Permission.GUEST_INVITE)
    named = name_of(expert)
    if not 0 < days <= MOST_DAYS:
        raise InvalidInput(N_("Un lien dure de 1 à {most} jours."), most=MOST_DAYS)
    post = get(session, Post, post_id)
    version, token, now = current_version(session, post), secrets.token_urlsafe(32), clock.now()
    link = GuestLink(
        id=new_id(),
        post_id=post_id,
        version_id=version.id,
        token_sha256=token_hash(token),
        expert=named,
        created_by=actor.id or "",
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(link)
    session.flush()
    new = {"link": link.id, "version": version.n, "expires_at": link.expires_at.isoformat()}
    audit.record(session, actor, AuditAction.GUEST_INVITE, "post", post_id, new=new)
    return Invitation(link.id, token, link.expires_at)


def revoke(session: Session, actor: Actor, *, link_id: str, row_version: int | None) -> GuestLink:
    """End a link at once."""
    check(actor, Permission.GUEST_INVITE)
    link = get(session, GuestLink, link_id, lock=True)
    expect_version(link, row_version)
    if link.revoked_at is not None:
        raise RuleViolated(N_("Ce lien est déjà fermé."))
    link.revoked_by, link.revoked_at = actor.id, clock.now()
    audit.record(session, actor, AuditAction.GUEST_REVOKE, "post", link.post_id, new={"link": link.id})
    return link


def name_of(typed: str) -> str:
    """Return a name as it is kept; raises InvalidInput for none, or for one that is no name."""
    name = " ".join(typed.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(N_("Indiquez un nom, en toutes lettres."))
    return name


def open_link(session: Session, token: str, *, lock: bool = False) -> GuestLink:
    """Return the link of a token; raises NotFound, with one sentence, for whatever does not lead anywhere now."""
    wanted = select(GuestLink).where(GuestLink.token_sha256 == token_hash(token))
    link = session.exec(wanted.with_for_update() if lock else wanted).first()
    if link is None or not _leads(session, link):
        raise NotFound(GONE)
    return link


def _leads(session: Session, link: GuestLink) -> bool:
    host = get(session, User, link.created_by)
    invites = host.active and allows(actor_of(session, host), Permission.GUEST_INVITE)
    return link.revoked_at is None and link.expires_at > clock.now() and invites


def visit(session: Session, *, token: str, name: str) -> GuestView:
    """Show the version of a link to whoever gives a name; the visit is written down."""
    link, given = open_link(session, token, lock=True), name_of(name)
    _record(session, AuditAction.GUEST_VISIT, link, given, {})
    return guest_view(session, link)


def add_guest_note(session: Session, *, token: str, name: str, text: str, passage: str = "") -> GuestView:
    """Leave an advisory remark through a link, on a passage where one is quoted; it blocks nothing."""
    link, given = open_link(session, token, lock=True), name_of(name)
    left = session.exec(select(func.count()).select_from(GuestNote).where(GuestNote.link_id == link.id)).one()
    if left >= MOST_NOTES or len(text) > LONGEST_NOTE:
        raise InvalidInput(N_("C'est trop long, ou trop de remarques pour ce lien. Écrivez à qui vous a invité."))
    version = get(session, PostVersion, link.version_id)
    anchor = _quoted(session, version, passage) if passage.strip() else None
    note = write_note(session, version, author_id=link.created_by, text=text, blocking=False, anchor=anchor)
    session.add(GuestNote(note_id=note.id, link_id=link.id, name=given))
    session.flush()
    _record(session, AuditAction.GUEST_NOTE, link, given, {"note": note.id, "text_sha256": sha256_text(note.text)})
    return guest_view(session, link)


def _record(session: Session, action: AuditAction, link: GuestLink, name: str, new: dict[str, str]) -> None:
    guest = Actor(None, "guest", name, frozenset())
    audit.record(session, guest, action, "post", link.post_id, new={"link": link.id, "name": name} | new)


def _quoted(session: Session, version: PostVersion, passage: str) -> Quote:
    """Return the first text that holds the passage; which of several alike does not matter to a remark."""
    words = " ".join(passage.split())
    for variant in _variants(session, version):
        for name in PLACES:
            if words in " ".join(field_of(variant.content, name).split()):
                return Quote(variant.account_id, name, words)
    raise InvalidInput(N_("Ce passage n'est pas dans ce texte. Copiez-le tel qu'il y est écrit."))


def guest_view(session: Session, link: GuestLink) -> GuestView:
    """Return what a link shows."""
    version = get(session, PostVersion, link.version_id)
    variants = _variants(session, version)
    mine = select(GuestNote.name, ReviewNote.text).where(
        GuestNote.link_id == link.id, ReviewNote.id == GuestNote.note_id
    )
    return GuestView(
        version_n=version.n,
        variants=variants,
        files=rows_of(session, {each.sha256 for variant in variants for each in variant.content.media}),
        notes=tuple((name, text) for name, text in session.exec(mine.order_by(col(ReviewNote.created_at)))),
        expires_at=link.expires_at,
    )


def _variants(session: Session, version: PostVersion) -> tuple[GuestVariant, ...]:
    return tuple(_variant(session, each) for each in variants_of(session, version.id))


def _variant(session: Session, variant: Variant) -> GuestVariant:
    payload = json.loads(variant.payload_json)
    handle = get(session, Account, variant.account_id).handle
    return GuestVariant(variant.account_id, variant.network, handle, payload["published_text"], variant_of(payload))


def links_of(session: Session, actor: Actor, *, post_id: str) -> Sequence[LinkRow]:
    """Return the links to versions of a post, newest first; only to who may invite."""
    if not allows(actor, Permission.GUEST_INVITE):
        return ()
    made = select(GuestLink).where(GuestLink.post_id == post_id).order_by(col(GuestLink.id).desc())
    return tuple(_row(session, each) for each in session.exec(made))


def _row(session: Session, link: GuestLink) -> LinkRow:
    left = session.exec(select(func.count()).select_from(GuestNote).where(GuestNote.link_id == link.id)).one()
    return LinkRow(
        link_id=link.id,
        expert=link.expert,
        version_n=get(session, PostVersion, link.version_id).n,
        invited_by=get(session, User, link.created_by).printed_name,
        expires_at=link.expires_at,
        revoked_at=link.revoked_at,
        is_open=_leads(session, link),
        notes=left,
        row_version=link.row_version,
    )
