"""The points of the checklist are asked of one reviewer, answered before approving, and kept with the decision."""

import pytest
from sqlalchemy import text as sql
from sqlmodel import select

from errors import RuleViolated
from models.compliance import AuditEvent
from models.enums import CheckAnswer, DecisionKind, PostStatus, Qualification, Role
from models.rules import ChecklistAnswer
from models.session import reading, transaction
from tests.factories import proven_nonce
from tests.post_factories import HEALTH_TEXT, approve, load, open_steps, post_at, send_back, sha_of
from workflow import archiving, checklist, review, views
from workflow.rule_policies import Answer

PLAN = Answer("SOC-09", CheckAnswer.NOT_APPLICABLE, "Commentaires fermés par le réseau.")


def rows(kind):
    with reading() as session:
        return session.exec(select(kind).order_by(*kind.__table__.primary_key)).all()


def with_legal_and_regulatory(people):
    """A post on a disease, comments open, that communications signed."""
    post = post_at(PostStatus.IN_REVIEW, people, HEALTH_TEXT, qualification=Qualification.DISEASE)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    return post, {step.role: step for step in open_steps(post.id)}


def decide(actor, step, post, *answers):
    nonce = proven_nonce(actor, subject_id=step.id, content_sha256=sha_of(post.id))
    with transaction() as session:
        return review.decide(
            session,
            actor,
            step_id=step.id,
            row_version=None,
            seen_sha256=sha_of(post.id),
            kind=DecisionKind.APPROVE,
            nonce_id=nonce,
            answers=answers,
        )


def test_one_reviewer_is_asked_and_nothing_is_signed_before_the_answer(people_on_both):
    people = people_on_both
    post, steps = with_legal_and_regulatory(people)
    with reading() as session:
        asked = {role: [each.id for each in checklist.points_of(session, step)] for role, step in steps.items()}
    assert asked == {Role.REGULATORY: ["SOC-09"], Role.LEGAL: []}
    with pytest.raises(RuleViolated, match="sans réponse : SOC-09"), transaction() as session:
        review.open_decision(
            session, people[Role.REGULATORY], step_id=steps[Role.REGULATORY].id, seen_sha256=sha_of(post.id)
        )
    with pytest.raises(RuleViolated, match="sans réponse : SOC-09"):
        decide(people[Role.REGULATORY], steps[Role.REGULATORY], post)
    decide(people[Role.LEGAL], steps[Role.LEGAL], post)
    decision = decide(people[Role.REGULATORY], steps[Role.REGULATORY], post, PLAN)
    assert load(post.id).status is PostStatus.APPROVED
    (kept,) = rows(ChecklistAnswer)
    assert (kept.decision_id, kept.check_id, kept.answer, kept.reason) == (
        decision.id,
        "SOC-09",
        CheckAnswer.NOT_APPLICABLE,
        PLAN.reason,
    )
    assert (kept.pack_version, kept.check_version) == ("2026.1", 1)
    assert kept.question["en"].endswith("?")
    told = [event.new["checklist"] for event in rows(AuditEvent) if event.new and "checklist" in event.new]
    assert told == [{"SOC-09": "not_applicable"}]
    with pytest.raises(Exception, match="append-only"), transaction() as session:
        session.execute(sql("UPDATE checklist_answer SET reason = ''"))


def test_the_dossier_and_the_review_show_what_was_answered(people):
    post, steps = with_legal_and_regulatory(people)
    decide(people[Role.REGULATORY], steps[Role.REGULATORY], post, PLAN)
    with reading() as session:
        facts = archiving.gather(session, load(post.id))
        view = views.post_view(session, people[Role.LEGAL], post_id=post.id)
    (point,) = facts.points
    assert (point.check, point.person, point.reason) == ("SOC-09", "Regulatory", PLAN.reason)
    shown = [row for step in view.round.steps for decision in step.decisions for row in decision.answers]
    assert [(row.check_id, row.reason) for row in shown] == [("SOC-09", PLAN.reason)]
    with transaction() as session:
        assert archiving.read_dossier(session, people[Role.AUDITOR], post_id=post.id).content


def test_sending_back_needs_no_answer(people):
    post, steps = with_legal_and_regulatory(people)
    send_back(people[Role.REGULATORY], steps[Role.REGULATORY], sha_of(post.id))
    assert rows(ChecklistAnswer) == []
