"""The points that only a human eye can check: asked of the reviewer of a role, answered before approving.

They are data of the rule pack (`checks.Check`). An answer is kept in the words in which its question was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from compliance import clock
from compliance.permissions import Actor
from models.base import new_id
from models.enums import CheckAnswer, SignatureMeaning
from models.post import Post, PostVersion
from models.review import Decision, ReviewRound, ReviewStep
from models.rules import ChecklistAnswer
from models.session import get
from models.user import User
from workflow import checks
from workflow.checked_posts import checked, visa_named
from workflow.checks import Check
from workflow.findings import products_named, stored_content
from workflow.products import register_of
from workflow.rounds import steps_of
from workflow.rule_pack import active_pack
from workflow.rule_policies import Answer, check_answers


@dataclass(frozen=True)
class PointRow:
    """A point that waits for my answer; the question is {"fr": …, "en": …}."""

    check_id: str
    question: dict[str, str]
    references: tuple[str, ...]
    confidence: str


@dataclass(frozen=True)
class AnswerRow:
    """What somebody answered to a point."""

    check_id: str
    question: dict[str, str]
    answer: CheckAnswer
    reason: str


def points_of(session: Session, step: ReviewStep) -> tuple[Check, ...]:
    """Return the points that a step's reviewer answers; none at the qualification, which precedes the reading.

    Raises RuleViolated when the rules in force cannot be read: nothing is approved then.
    """
    if step.meaning is SignatureMeaning.QUALIFICATION:
        return ()
    turns = [each for each in steps_of(session, step.round_id) if each.meaning is not SignatureMeaning.QUALIFICATION]
    reviewers = [each.role for each in turns]
    return tuple(each for each in _asked(session, step.round_id) if each.asked_role(reviewers) is step.role)


def _asked(session: Session, round_id: str) -> tuple[Check, ...]:
    """Return the points that apply to any variant of a round's version."""
    pack = active_pack(session)
    review_round = get(session, ReviewRound, round_id)
    version, post = get(session, PostVersion, review_round.version_id), get(session, Post, review_round.post_id)
    content = stored_content(session, post, version)
    names = tuple(product.name for product in products_named(session, content.products))
    visa, register = visa_named(session, content.visa), register_of(session)
    today = clock.paris(clock.now()).date()
    asked = {
        point.id: point
        for variant in content.variants
        for point in checks.checks_asked(
            checked(content, variant, names, visa, content.planned_at), register, today=today, pack=pack
        )
    }
    return tuple(point for point in pack.checks if point.id in asked)


def check_complete(session: Session, step: ReviewStep, answers: tuple[Answer, ...]) -> tuple[Check, ...]:
    """Return the points of a step; raises RuleViolated unless every one is answered, with a reason where it must."""
    points = points_of(session, step)
    check_answers(frozenset(point.id for point in points), answers)
    return points


def record_answers(
    session: Session, actor: Actor, decision: Decision, points: Sequence[Check], answers: tuple[Answer, ...]
) -> None:
    """Write what was answered beside the decision, for good."""
    given = {each.check_id: each for each in answers}
    pack_version = active_pack(session).version if points else ""
    for point in points:
        answer = given[point.id]
        session.add(
            ChecklistAnswer(
                id=new_id(),
                decision_id=decision.id,
                check_id=point.id,
                check_version=point.version,
                pack_version=pack_version,
                question={"fr": point.question.fr, "en": point.question.en},
                references=list(point.references),
                answer=answer.answer,
                reason=answer.reason.strip() or None,
                answered_by=actor.id or "",
                answered_at=clock.now(),
            )
        )
    session.flush()


def answers_of(session: Session, decision_ids: Sequence[str]) -> Sequence[ChecklistAnswer]:
    """Return what was answered with some decisions, in the order in which it was."""
    held = select(ChecklistAnswer).where(col(ChecklistAnswer.decision_id).in_(decision_ids))
    return session.exec(held.order_by(col(ChecklistAnswer.answered_at), col(ChecklistAnswer.check_id))).all()


def answerer(session: Session, answer: ChecklistAnswer) -> str:
    """Return the name of who answered."""
    return get(session, User, answer.answered_by).printed_name


def point_row(point: Check) -> PointRow:
    """Return a point as a page asks it."""
    question = {"fr": point.question.fr, "en": point.question.en}
    return PointRow(point.id, question, point.references, point.confidence)


def answer_row(answer: ChecklistAnswer) -> AnswerRow:
    """Return an answer as a page shows it."""
    return AnswerRow(answer.check_id, answer.question, answer.answer, answer.reason or "")
