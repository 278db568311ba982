"""Legal holds: what is held is not erased until the hold is lifted (GDPR art. 17(3)(e): legal claims)."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, allows, check
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.account import Account
from models.base import new_id
from models.comment import Comment
from models.session import expect_version, get
from models.terms import LegalHold
from models.user import User
from moderation.deadlines import day_bounds

FEWEST_WORDS = 3
LONGEST_REASON = 2_000


@dataclass(frozen=True)
class HoldRow:
    """A hold as a screen shows it: on an account's days (half open, UTC), or on one comment by its author's code."""

    hold: LegalHold
    put_by: str
    account: str
    pseudonym: str


def hold_comment(session: Session, actor: Actor, *, comment_id: str, reason: str) -> LegalHold:
    """Hold one comment; refused for one that was erased already."""
    check(actor, Permission.HOLD_KEEP)
    said = _stated(reason)
    comment = get(session, Comment, comment_id, lock=True)
    if comment.erased_at:
        raise RuleViolated(N_("Ce commentaire est déjà effacé : il n'y a plus rien à geler."))
    same = select(LegalHold.id).where(LegalHold.comment_id == comment_id, col(LegalHold.lifted_at).is_(None))
    if session.exec(same).first():
        raise RuleViolated(N_("Ce commentaire est déjà gelé."))
    hold = LegalHold(id=new_id(), comment_id=comment_id, reason=said, put_by=actor.id or "", put_at=clock.now())
    return _put(session, actor, hold)


def hold_account(session: Session, actor: Actor, *, account_id: str, first: date, last: date, reason: str) -> LegalHold:
    """Hold all that was posted to an account from one day to another (Paris, both included); later days count too.

    The account is locked: an erasing round that runs has ended, or sees the hold.
    """
    check(actor, Permission.HOLD_KEEP)
    said = _stated(reason)
    if last < first:
        raise InvalidInput(N_("Le dernier jour du gel ne peut pas précéder le premier."))
    account = get(session, Account, account_id, lock=True)
    starts_at, ends_at = day_bounds(first)[0], day_bounds(last)[1]
    hold = LegalHold(
        id=new_id(), account_id=account.id, starts_at=starts_at, ends_at=ends_at, reason=said, put_by=actor.id or "",
        put_at=clock.now(),
    )  # fmt: skip
    return _put(session, actor, hold)


def lift_hold(session: Session, actor: Actor, *, hold_id: str, row_version: int | None, reason: str) -> LegalHold:
    """Lift a hold, with a reason: what it held is erased in its time."""
    check(actor, Permission.HOLD_KEEP)
    hold, said = get(session, LegalHold, hold_id, lock=True), _stated(reason)
    expect_version(hold, row_version)
    if hold.lifted_at:
        raise RuleViolated(N_("Ce gel est déjà levé."))
    hold.lifted_at, hold.lifted_by, hold.lift_reason = clock.now(), actor.id, said
    session.flush()
    audit.record(session, actor, AuditAction.HOLD_LIFT, "legalhold", hold.id, new=_told(hold), reason=said)
    return hold


def open_holds(session: Session, actor: Actor) -> list[HoldRow]:
    """Return the holds that nobody lifted, newest first."""
    check(actor, Permission.TERMS_READ)
    found = (
        select(LegalHold, User.printed_name, Account.display_name, Comment.author_pseudonym)
        .join(User, col(User.id) == col(LegalHold.put_by))
        .join(Comment, col(Comment.id) == col(LegalHold.comment_id), isouter=True)
        .join(
            Account,
            (col(Account.id) == col(LegalHold.account_id)) | (col(Account.id) == col(Comment.account_id)),
        )
        .where(col(LegalHold.lifted_at).is_(None))
        .order_by(col(LegalHold.put_at).desc(), col(LegalHold.id))
    )
    return [HoldRow(hold, by, account, pseudonym or "") for hold, by, account, pseudonym in session.exec(found)]


def accounts_to_hold(session: Session, actor: Actor) -> dict[str, str]:
    """Return the accounts whose comments can be held, by their names; none for who may not hold."""
    if not allows(actor, Permission.HOLD_KEEP):
        return {}
    named = select(Account.id, Account.display_name).order_by(col(Account.display_name), col(Account.id))
    return dict(session.exec(named).all())


def _put(session: Session, actor: Actor, hold: LegalHold) -> LegalHold:
    session.add(hold)
    session.flush()
    audit.record(session, actor, AuditAction.HOLD_PUT, "legalhold", hold.id, new=_told(hold), reason=hold.reason)
    return hold


def _told(hold: LegalHold) -> dict[str, str | None]:
    if hold.comment_id:
        return {"comment": hold.comment_id}
    ends = {"from": hold.starts_at, "until": hold.ends_at}
    return {"account": hold.account_id} | {name: at.isoformat() if at else None for name, at in ends.items()}


def _stated(reason: str) -> str:
    said = " ".join(reason.split())
    if len(said.split()) < FEWEST_WORDS:
        raise InvalidInput(N_("Dites en quelques mots pourquoi : la raison reste dans la piste d'audit."))
    if len(said) > LONGEST_REASON:
        raise InvalidInput(N_("Cette raison dépasse {most} signes : raccourcissez-la."), most=LONGEST_REASON)
    return said
