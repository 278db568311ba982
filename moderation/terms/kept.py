"""Why a comment is kept beyond the days that were signed: one condition an exception, over the rows of `comment`."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import Session, col

from models.answer import CallBack
from models.around import CasePassage
from models.bypass import Bypass
from models.case import CaseComment, Reaction
from models.case_following import CaseFollowUp
from models.comment import Comment, CommentRevision, TriageDecision
from models.enums import (
    ActStatus,
    CallBackStatus,
    ContestStatus,
    PvFacet,
    ReplyFacet,
    VisibilityFacet,
)
from models.on_call import OnCallSubject
from models.queueing import CommentRoute
from models.terms import LegalHold
from models.visibility import VisibilityAct, VisibilityContest
from moderation import skim_choice
from moderation.facets import PV_OF_CASE
from moderation.queries.queue import Queue, waiting_in
from moderation.terms.sheet import KeptBecause

Condition = ColumnElement[bool]

OF_CASES = frozenset(PV_OF_CASE.values()) - {PvFacet.NOT_AE}
ON_ITS_WAY = (VisibilityFacet.HIDING, VisibilityFacet.UNHIDING, VisibilityFacet.DELETING)


def exceptions(session: Session) -> Mapping[KeptBecause, Condition]:
    """Return the documented exceptions (`moderation.terms.sheets.EXCEPTIONS`) as conditions of a comment."""
    return {
        KeptBecause.CASE: tied_to_a_case(),
        KeptBecause.UNREAD: _unread(session),
        KeptBecause.ANSWER: _in_hand(),
        KeptBecause.INCIDENT: _of_an_incident(),
        KeptBecause.HOLD: _held(),
    }


def kept(session: Session) -> Condition:
    """Return the condition of a comment that no round erases."""
    return or_(*exceptions(session).values())


def tied_to_a_case() -> Condition:
    """Return the condition of one on which a case rests, or that a decision says to be told in a case or a report."""
    here = col(CommentRevision.comment_id) == col(Comment.id)
    named = [
        exists().where(col(kind.revision_id) == col(CommentRevision.id), here)
        for kind in (Reaction, CaseFollowUp, CasePassage)
    ]
    rests = exists().where(col(CaseComment.comment_id) == col(Comment.id))
    told = exists().where(col(TriageDecision.comment_id) == col(Comment.id), col(TriageDecision.card).is_not(None))
    return or_(rests, told, col(Comment.pv).in_(OF_CASES), *named)


def _unread(session: Session) -> Condition:
    """Return the condition of one that a person has to read: not screened, suspected, naming a product, to skim."""
    return or_(
        col(Comment.analysis_due),
        col(Comment.echoes_due),
        waiting_in(Queue.PV),
        waiting_in(Queue.PRODUCT),
        skim_choice.in_sample(skim_choice.month_plan(session)),
    )


def _in_hand() -> Condition:
    """Return the condition of one with work under way: an answer that can be given, a call, a queue, an act."""
    can_be_answered = col(Comment.visibility) != VisibilityFacet.DELETED_BY_AUTHOR
    promised = exists().where(
        col(CallBack.comment_id) == col(Comment.id), col(CallBack.status) == CallBackStatus.PROMISED
    )
    routed = exists().where(col(CommentRoute.comment_id) == col(Comment.id), col(CommentRoute.settled_at).is_(None))
    acts = (ActStatus.ASKED, ActStatus.QUEUED)
    acted = exists().where(col(VisibilityAct.comment_id) == col(Comment.id), col(VisibilityAct.status).in_(acts))
    return or_(
        (col(Comment.reply) == ReplyFacet.OWED) & can_be_answered,
        col(Comment.reply).in_((ReplyFacet.DRAFTED, ReplyFacet.QUEUED)),
        col(Comment.visibility).in_(ON_ITS_WAY),
        promised,
        routed,
        acted,
    )


def _of_an_incident() -> Condition:
    """Return the condition of one under what was published elsewhere, or that called somebody, or is contested."""
    under = exists().where(
        col(Bypass.account_id) == col(Comment.account_id),
        col(Bypass.remote_id) == col(Comment.conversation_id),
        col(Bypass.settled_at).is_(None),
    )
    called = exists().where(
        col(OnCallSubject.subject_kind) == "comment", col(OnCallSubject.subject_id) == col(Comment.id)
    )
    of_it = (col(VisibilityContest.comment_id) == col(Comment.id)) | (
        col(VisibilityContest.source_comment_id) == col(Comment.id)
    )
    contested = exists().where(col(VisibilityContest.status) == ContestStatus.OPEN, of_it)
    return or_(under, called, contested)


def _held() -> Condition:
    days = _on_days(col(Comment.account_id), col(Comment.posted_at))
    return exists().where(col(LegalHold.lifted_at).is_(None), (col(LegalHold.comment_id) == col(Comment.id)) | days)


def held_days(account_id: Any, moment: Any) -> Condition:
    """Return the condition of what was said on an account's days that are held."""
    return exists().where(col(LegalHold.lifted_at).is_(None), _on_days(account_id, moment))


def _on_days(account_id: Any, moment: Any) -> Condition:
    same = col(LegalHold.account_id) == account_id
    return and_(same, moment >= col(LegalHold.starts_at), moment < col(LegalHold.ends_at))
