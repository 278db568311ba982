"""The breaker of each account: asked before a call, told after it. The rule is `compliance.breaker_rules`.

It is asked and told in transactions of its own, so that its row is never waited for while another one is held. A
process that dies in between leaves a failure uncounted, or a turn that runs out.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from compliance import clock, transitions
from compliance.breaker_rules import Breaker, Outcome, admits, after, outcome_of, trying
from compliance.breaker_states import BREAKER_TRANSITIONS
from compliance.permissions import SYSTEM, Actor, Permission, check
from errors import RuleViolated, Unavailable
from i18n import N_
from models.base import new_id
from models.coverage import AccountBreaker
from models.enums import BreakerAction, BreakerStatus
from models.session import expect_version, reading, transaction

WAITS = N_("Le réseau ne répond pas. L'envoi attend ; il part de lui-même dès que le réseau répond.")
STOPPED = N_("Le réseau n'accepte plus le jeton du compte. L'envoi attend que le compte soit reconnecté.")


def find(session: Session, account_id: str, *, lock: bool = False) -> AccountBreaker | None:
    """Return an account's breaker; None when its network never failed."""
    wanted = select(AccountBreaker).where(AccountBreaker.account_id == account_id)
    return session.exec(wanted.with_for_update() if lock else wanted).first()


def all_by_account(session: Session) -> dict[str, AccountBreaker]:
    """Return every breaker by its account."""
    return {row.account_id: row for row in session.exec(select(AccountBreaker))}


def is_closed(session: Session, account_id: str) -> bool:
    """Say whether an account is called as always; takes no turn, as what can wait should not."""
    row = find(session, account_id)
    return row is None or row.status is BreakerStatus.CLOSED


def value_of(row: AccountBreaker) -> Breaker:
    """Return what the rule is asked about."""
    return Breaker(row.status, row.failures, row.next_trial_at)


def held(now: datetime) -> Any:
    """Return the condition of a breaker that lets no call through; `admits` in the words of the database."""
    waiting = col(AccountBreaker.status).in_([BreakerStatus.OPEN, BreakerStatus.TRYING])
    return or_(col(AccountBreaker.status) == BreakerStatus.STOPPED, waiting & (col(AccountBreaker.next_trial_at) > now))


def waits(account_id: str) -> str:
    """Return the class of what keeps an account from being called now; empty: call it.

    When the time for a single trial has come, the caller is the one that tries.
    """
    with reading() as session:
        row = find(session, account_id)
        if row is None or row.status is BreakerStatus.CLOSED:
            return ""
        why = row.last_error or Unavailable.__name__
        if not admits(value_of(row), clock.now()):
            return why
    with transaction() as session:
        return "" if claim(session, account_id) else why


def claim(session: Session, account_id: str) -> bool:
    """Take the turn to call under lock, in the caller's transaction; False when another has it."""
    row = find(session, account_id, lock=True)
    now = clock.now()
    if row is None or row.status is BreakerStatus.CLOSED:
        return True
    if not admits(value_of(row), now):
        return False
    # No audit event: its outcome writes one, and whoever carries an effect out has rows to lock before the chain.
    row.status = BreakerStatus(transitions.find(BREAKER_TRANSITIONS, row.status, BreakerAction.TRY).to)
    row.next_trial_at = trying(value_of(row), now).next_trial_at
    session.flush()
    return True


def give_back(session: Session, account_id: str) -> None:
    """Give a turn back that was taken and not used: the next call may try at once."""
    row = find(session, account_id, lock=True)
    if row is not None and row.status is BreakerStatus.TRYING:
        _move(session, row, BreakerAction.OPEN, Breaker(BreakerStatus.OPEN, row.failures, clock.now()))


def tell(account_id: str, error: Exception | None = None) -> None:
    """Note what a call's outcome says of the account's network; no error: it answered."""
    outcome = outcome_of(error)
    if outcome is None:
        return
    with reading() as session:
        row = find(session, account_id)
        calm = row is None or (row.status is BreakerStatus.CLOSED and row.failures == 0)
    if outcome is Outcome.ANSWERED and calm:
        return
    with transaction() as session:
        row = _of(session, account_id)
        action, value = after(value_of(row), outcome, clock.now())
        row.last_error = type(error).__name__ if error and outcome is not Outcome.ANSWERED else row.last_error
        if action in (BreakerAction.OPEN, BreakerAction.STOP):
            row.opened_at = row.opened_at or clock.now()
        _move(session, row, action, value)


def _of(session: Session, account_id: str) -> AccountBreaker:
    """Return an account's breaker under lock, written now where there was none."""
    row = find(session, account_id, lock=True)
    if row is None:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        fresh = {"id": new_id(), "account_id": account_id, "status": BreakerStatus.CLOSED, "failures": 0}
        session.execute(insert(AccountBreaker).values(**fresh, row_version=1).on_conflict_do_nothing())
        row = find(session, account_id, lock=True)
    if row is None:
        raise LookupError(account_id)
    return row


def _move(session: Session, row: AccountBreaker, action: BreakerAction | None, value: Breaker) -> None:
    if action is not None:
        details = {"account": row.account_id, "failures": value.failures}
        transitions.apply(session, SYSTEM, row, BREAKER_TRANSITIONS, action, details=details)
    _write(row, value)
    session.flush()


def _write(row: AccountBreaker, value: Breaker) -> None:
    row.failures, row.next_trial_at = value.failures, value.next_trial_at
    if row.status is BreakerStatus.CLOSED:
        row.opened_at = row.last_error = None


def retry_now(session: Session, actor: Actor, *, account_id: str, row_version: int | None) -> AccountBreaker:
    """Let a single call try at once, a refused token's too; raises RuleViolated where there is nothing to try."""
    check(actor, Permission.BREAKER_RETRY)
    row = find(session, account_id, lock=True)
    if row is None or row.status in (BreakerStatus.CLOSED, BreakerStatus.TRYING):
        raise RuleViolated(N_("Ce compte n'attend pas : il est joint normalement, ou un essai est en cours."))
    expect_version(row, row_version)
    transitions.apply(
        session, actor, row, BREAKER_TRANSITIONS, BreakerAction.RETRY, details={"account": row.account_id}
    )
    row.next_trial_at = clock.now()
    session.flush()
    return row


def reconnected(session: Session, account_id: str) -> None:
    """Call an account again as always: it has a new token."""
    row = find(session, account_id, lock=True)
    if row is not None and row.status is not BreakerStatus.CLOSED:
        _move(session, row, BreakerAction.RECONNECT, Breaker())
