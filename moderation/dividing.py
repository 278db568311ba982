"""Several patients in one comment, one case each; all rest on the same revision, and none loses a word."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, delete, select

from compliance import audit
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.around import CasePassage
from models.case import Case, Reaction, SuspectProduct
from models.comment import Comment, CommentRevision
from models.enums import CaseStatus, TriageOutcome
from moderation import triage
from moderation.as_received import storable_text
from moderation.deadlines import forward_due
from moderation.facets import CASE_OUTCOMES
from moderation.following_up import take_up
from moderation.opening import live_cases, open_case, prefill
from moderation.stories import Story, shared
from settings import get_settings


def divide(
    session: Session,
    actor: Actor,
    *,
    comment_id: str,
    revision_n: int,
    row_version: int,
    stories: Sequence[Story],
    outcomes: Collection[TriageOutcome] = (TriageOutcome.ADVERSE_EVENT,),
    note: str = "",
) -> list[Case]:
    """Open one case a patient of a comment; the live cases that it has already are the first ones.

    It is a decision on the revision that was read, and confirms each case. What no patient was given stands in every
    case. A new case's clock starts no later than that of the case that it is taken out of.
    """
    check(actor, Permission.COMMENT_TRIAGE)
    triage.check_outcomes(outcomes, None)
    if not CASE_OUTCOMES & set(outcomes):
        raise InvalidInput(N_("Un commentaire se divise en cas : choisissez un effet, une situation ou un défaut."))
    comment = triage.opened(session, actor, comment_id=comment_id, revision_n=revision_n, row_version=row_version)
    revision = triage.current_revision(session, comment)
    told = shared(revision.text or "", stories)
    held = live_cases(session, comment.id)
    if len(held) > len(told):
        raise RuleViolated(
            N_("Ce commentaire a déjà {n} cas. Écartez d'abord celui qui est de trop, avec sa raison."), n=len(held)
        )
    fresh = [each for each in held if _untouched(session, each)]
    decision = triage.decide(session, actor, comment, revision, outcomes, note=note)
    cases = [
        _renew(session, actor, case, comment, revision, story, untouched=case in fresh)
        for case, story in zip(held, told, strict=False)
    ]
    cases += [_open(session, actor, comment, revision, story, held) for story in told[len(held) :]]
    for case in cases:
        case.outcomes = sorted(set(case.outcomes) | set(decision.outcomes))
    triage.conclude(session, actor, comment, decision, cases)
    new = {"cases": [case.number for case in cases], "revision": revision.n}
    audit.record(session, actor, AuditAction.COMMENT_DIVIDE, "comment", comment.id, new=new)
    return cases


def _untouched(session: Session, case: Case) -> bool:
    """Say whether a case is as the detectors opened it: no person confirmed it, or filled anything in."""
    return case.status is CaseStatus.OPEN and case.updated_at == case.opened_at and not triage.confirmed(session, case)


def _renew(
    session: Session,
    actor: Actor,
    case: Case,
    comment: Comment,
    revision: CommentRevision,
    story: Story,
    *,
    untouched: bool,
) -> Case:
    """Give a case that exists its story; what a person filled in stays as it is."""
    take_up(session, actor, case, comment, revision)
    for passage in session.exec(
        select(CasePassage).where(CasePassage.case_id == case.id, CasePassage.revision_id == revision.id)
    ):
        session.delete(passage)
    if untouched:
        session.exec(delete(Reaction).where(col(Reaction.case_id) == case.id))
        session.exec(delete(SuspectProduct).where(col(SuspectProduct.case_id) == case.id))
        prefill(session, case, comment, revision, within=story.places)
    else:
        session.add_all(CasePassage(case_id=case.id, revision_id=revision.id, start=a, end=b) for a, b in story.places)
    case.patient = case.patient or _named(story)
    session.flush()
    return case


def _open(
    session: Session, actor: Actor, comment: Comment, revision: CommentRevision, story: Story, held: Sequence[Case]
) -> Case:
    case = open_case(session, actor, comment, revision, within=story.places)
    unsent = [each.awareness_at for each in held if each.status is CaseStatus.OPEN]
    case.awareness_at = min([case.awareness_at, *unsent])
    case.forward_due_at = forward_due(case.awareness_at, get_settings().forward_hours)
    case.patient = _named(story)
    return case


def _named(story: Story) -> str | None:
    return storable_text(story.patient).strip() or None
