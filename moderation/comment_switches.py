"""Comments that somebody opened or closed on the network itself: an incident each time, until it is as signed again.

A publication is signed with its comments open or closed, and the moderation plan rests on it. Where a network tells
which it is, our own posts are looked at; where it also lets a program open and close them, a person has it put back
through the outbox. Asking twice does no harm: the state is set, not changed. Where closing deletes what is there, the
comments are read first: what nobody has brought in must not be lost with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from compliance import accounts, audit, clock, outbox
from compliance.audit import AuditAction
from compliance.outbox import WAITING, Handler
from compliance.permissions import SYSTEM, Actor, Permission, check
from connectors.base import CommentSwitch, PublishedPost
from connectors.registry import capabilities_of
from errors import RateLimited, Rejected, RuleViolated
from i18n import N_
from models.account import Account
from models.base import new_id
from models.bypass import Bypass
from models.coverage import PostCoverage
from models.engine_room import OutboxEffect
from models.enums import BypassKind, EffectKind
from models.session import expect_version, get, reading
from moderation import intake
from moderation.as_received import storable_text, text_hash

KINDS = (BypassKind.COMMENTS_OPENED, BypassKind.COMMENTS_CLOSED)
EVERYBODY = ("", "everyone")
RIGHTED = N_("Le réseau montre de nouveau ce qui a été signé.")


def signed_open(settings: Mapping[str, Any]) -> bool:
    """Say whether a variant was signed with comments open to everybody."""
    return bool(settings.get("comments_open", True)) and (settings.get("reply_settings") or "") in EVERYBODY


def judge_comments(shown: bool, *, signed: bool) -> BypassKind | None:
    """Say what is wrong with the comments of a post that are open (`shown`) or not; None where all is as signed."""
    if shown is signed:
        return None
    return BypassKind.COMMENTS_OPENED if shown else BypassKind.COMMENTS_CLOSED


def note_comments(session: Session, account: Account, shown: PublishedPost, publication_id: str, signed: bool) -> bool:
    """Write a change down as an incident, once; close what is as signed again. The account's row is locked."""
    if shown.comments_open is None:
        return False
    kind = judge_comments(shown.comments_open, signed=signed)
    same = (Bypass.account_id == account.id, Bypass.publication_id == publication_id, col(Bypass.kind).in_(KINDS))
    standing = session.exec(select(Bypass).where(*same, col(Bypass.righted_at).is_(None))).all()
    for row in standing:
        if row.kind is not kind:
            _right(session, row)
    if kind is None or any(row.kind is kind for row in standing):
        return False
    earlier = session.exec(select(func.count()).select_from(Bypass).where(*same)).one()
    write_bypass(session, _incident(account, shown, publication_id, kind, earlier))
    return True


def _incident(account: Account, shown: PublishedPost, publication_id: str, kind: BypassKind, earlier: int) -> Bypass:
    now = clock.now()
    return Bypass(
        id=new_id(),
        account_id=account.id,
        remote_id=(shown.edit_ids or (shown.remote_id,))[0],
        url=shown.url,
        kind=kind,
        text=storable_text(shown.text),
        text_sha256=text_hash(f"{kind.value} {publication_id} {earlier}"),
        posted_at=shown.posted_at or now,
        found_at=now,
        publication_id=publication_id,
    )


def write_bypass(session: Session, row: Bypass) -> None:
    """Write an incident with its audit event."""
    session.add(row)
    session.flush()
    new: dict[str, Any] = {"account": row.account_id, "kind": row.kind.value}
    new |= {"remote_id": row.remote_id, "publication": row.publication_id}
    audit.record(session, SYSTEM, AuditAction.BYPASS_FIND, "bypass", row.id, new=new)


def _right(session: Session, row: Bypass) -> None:
    """Note that the network is as signed again; an incident that nobody settled is settled by that."""
    row.righted_at = clock.now()
    if row.settled_at is None:
        row.settled_at, row.reason = row.righted_at, RIGHTED
    session.flush()
    new = {"account": row.account_id, "kind": row.kind.value}
    audit.record(session, SYSTEM, AuditAction.BYPASS_RIGHT, "bypass", row.id, new=new)


def can_put_back(row: Bypass, account: Account) -> bool:
    """Say whether the network can be asked to open or close the comments again."""
    capabilities = capabilities_of(account.network.value)
    return row.kind in KINDS and capabilities is not None and capabilities.switches_comments


def erases(row: Bypass, account: Account) -> bool:
    """Say whether putting the comments back deletes those that are there."""
    capabilities = capabilities_of(account.network.value)
    return row.kind is BypassKind.COMMENTS_OPENED and capabilities is not None and capabilities.closing_deletes


def newest_calls(session: Session) -> dict[str, OutboxEffect]:
    """Return the last call for each open incident."""
    still = select(Bypass.id).where(col(Bypass.settled_at).is_(None))
    made = select(OutboxEffect).where(OutboxEffect.kind == EffectKind.COMMENTS, col(OutboxEffect.subject_id).in_(still))
    return {effect.subject_id: effect for effect in session.exec(made.order_by(col(OutboxEffect.created_at)))}


def put_back(session: Session, actor: Actor, *, bypass_id: str, row_version: int | None) -> OutboxEffect:
    """Have the network open or close the comments as signed; the incident closes once the network says so."""
    check(actor, Permission.BYPASS_SETTLE)
    row = get(session, Bypass, bypass_id, lock=True)
    expect_version(row, row_version)
    if row.settled_at:
        raise RuleViolated(N_("Quelqu'un a déjà réglé cet incident."))
    if not can_put_back(row, get(session, Account, row.account_id)):
        raise RuleViolated(N_("Ce réseau ne le permet pas à un programme : faites-le sur sa page, puis réglez."))
    calls = session.exec(select(OutboxEffect).where(OutboxEffect.subject_id == row.id)).all()
    if any(one.status in WAITING for one in calls):
        raise RuleViolated(N_("C'est déjà demandé au réseau. Attendez sa réponse."))
    audit.record(session, actor, AuditAction.BYPASS_PUT_BACK, "bypass", row.id, new={"kind": row.kind.value})
    return outbox.enqueue(
        session,
        kind=EffectKind.COMMENTS,
        subject_id=row.id,
        key=f"comments:{row.id}:{len(calls)}",
        payload={"bypass_id": row.id},
        not_before=clock.now(),
    )


@dataclass(frozen=True)
class SwitchPlan:
    """What the call needs: the account, the post's id on the network, whether its comments were signed open.

    `reads_first`: the call deletes what is there.
    """

    account: Account
    remote_id: str
    enabled: bool
    reads_first: bool = False


def prepare(session: Session, effect: OutboxEffect) -> SwitchPlan | None:
    """Check that it is still to do."""
    row = get(session, Bypass, effect.subject_id, lock=True)
    if row.settled_at or row.righted_at:
        return None
    account = get(session, Account, row.account_id)
    return SwitchPlan(account, row.remote_id, row.kind is BypassKind.COMMENTS_CLOSED, erases(row, account))


def call(plan: SwitchPlan, _reconcile: bool) -> dict[str, Any]:
    """Ask the network; to what it is already is no error, so that an unknown outcome is simply asked again."""
    channel = accounts.open_channel(plan.account)
    if not isinstance(channel, CommentSwitch):
        raise Rejected("the network opens and closes no comments for a program")
    if plan.reads_first:
        _read(plan)
    channel.set_comments(plan.remote_id, enabled=plan.enabled)
    return {"enabled": plan.enabled}


def _read(plan: SwitchPlan) -> None:
    """Bring in what is there. Until all of it is read nothing is closed; where it cannot be, a person looks first."""
    report = intake.poll_account(plan.account.id)
    if not report.complete:
        raise RateLimited("the comments that this deletes are not all read yet", retry_at=report.next_allowed_at)
    of = (PostCoverage.account_id == plan.account.id, PostCoverage.remote_id == plan.remote_id)
    with reading() as session:
        if session.exec(select(PostCoverage).where(*of, col(PostCoverage.unseen))).first():
            raise Rejected("the network shows no comments of this post, and closing would delete them")


def conclude(session: Session, effect: OutboxEffect, _result: dict[str, Any]) -> None:
    """Close the incident."""
    row = get(session, Bypass, effect.subject_id, lock=True)
    if row.righted_at is None:
        _right(session, row)


def refuse(_session: Session, _effect: OutboxEffect, _reason: str) -> None:
    """Leave the incident open; the effect keeps the reason, which the screen shows."""


SWITCH_HANDLER = Handler(prepare, call, conclude, refuse)
