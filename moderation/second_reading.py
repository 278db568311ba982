"""Second readings: a share of the decisions is read again by another person, who does not know the first.

A second reader who sees a case where the first saw none puts the comment before pharmacovigilance at once; the
settling of who was right waits for a third person, the comment does not.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import RuleViolated, StaleVersion
from i18n import N_
from models.comment import Comment, TriageDecision
from models.enums import NoneReason, TriageOutcome
from models.reading import SecondReading
from models.session import get
from moderation import facets
from moderation.facets import CASE_OUTCOMES
from moderation.sampling import cut_of
from moderation.skim_choice import drawn
from moderation.triage import check_outcomes
from settings import get_settings

BACK = timedelta(days=30)
"""How long after it a decision may still be read a second time."""


@dataclass(frozen=True)
class Blind:
    """A text to read a second time, personal data covered: nothing of the decision, detectors or author is in it."""

    decision_id: str
    comment_id: str
    text: str | None


def drawn_for_reading() -> ColumnElement[bool]:
    """Return the condition of a decision that is read a second time: drawn by its identifier, which nobody chooses."""
    return drawn(col(TriageDecision.id), cut_of(_share()))


def _share() -> float:
    return get_settings().second_reading_percent / 100


def read_again(
    session: Session,
    actor: Actor,
    *,
    decision_id: str,
    outcomes: Collection[TriageOutcome],
    none_reason: NoneReason | None = None,
) -> SecondReading:
    """Write down a second reading; a suspicion that the first reader did not have reopens the comment at once."""
    check(actor, Permission.READING_SECOND)
    check_outcomes(outcomes, none_reason)
    first = get(session, TriageDecision, decision_id, lock=True)
    if first.user_id == actor.id:
        raise RuleViolated(N_("Cette décision est la vôtre : une autre personne la relit."))
    if session.exec(select(SecondReading).where(SecondReading.decision_id == decision_id)).first():
        raise StaleVersion(N_("Une autre personne vient de relire ce commentaire. Passez au suivant."))
    second = SecondReading(
        decision_id=first.id,
        comment_id=first.comment_id,
        reader_id=actor.id or "",
        outcomes=[outcome.value for outcome in TriageOutcome if outcome in outcomes],
        none_reason=none_reason,
        chance=_share(),
        agrees=is_case(first.outcomes) is is_case(outcomes),
        read_at=clock.now(),
    )
    session.add(second)
    reopened = is_case(outcomes) and not is_case(first.outcomes) and _reopen(session, actor, first.comment_id)
    session.flush()
    new = {"agrees": second.agrees, "reopened": reopened}
    audit.record(session, actor, AuditAction.SECOND_READ, "comment", first.comment_id, new=new)
    return second


def is_case(outcomes: Collection[str]) -> bool:
    """Say whether a decision sends a comment to pharmacovigilance."""
    return bool(CASE_OUTCOMES & {TriageOutcome(outcome) for outcome in outcomes})


def _reopen(session: Session, actor: Actor, comment_id: str) -> bool:
    comment = get(session, Comment, comment_id, lock=True)
    before = facets.read(comment)
    facets.write(comment, facets.lifted(before))
    if facets.read(comment) == before:
        return False
    old, new = {"pv": before.pv.value}, {"pv": comment.pv.value}
    audit.record(session, actor, AuditAction.COMMENT_REOPEN, "comment", comment_id, old=old, new=new, reason="second")
    return True


def settle(
    session: Session, actor: Actor, *, reading_id: str, row_version: int, upheld: bool, why: str
) -> SecondReading:
    """Say, as a third person, whether the first reading stands (`upheld`) or the second; with the reason."""
    check(actor, Permission.READING_SETTLE)
    reading = get(session, SecondReading, reading_id, lock=True)
    first = get(session, TriageDecision, reading.decision_id)
    if actor.id in (first.user_id, reading.reader_id):
        raise RuleViolated(N_("Vous avez lu ce commentaire : une troisième personne départage."))
    if not why.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    if reading.row_version != row_version or reading.settled_at or reading.agrees:
        raise StaleVersion(N_("Ces deux lectures ont déjà été départagées, ou ne diffèrent pas."))
    reading.settled_by, reading.settled_at = actor.id, clock.now()
    reading.upheld, reading.settled_why = upheld, why.strip()
    session.flush()
    audit.record(session, actor, AuditAction.READING_SETTLE, "comment", reading.comment_id, new={"upheld": upheld})
    return reading
