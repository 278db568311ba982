"""The cases: a list by clock, and one whole."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, or_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from compliance import clock
from i18n import _
from models.case import Case, CaseComment, CaseDocument, Reaction, SuspectProduct
from models.case_following import CaseFollowUp
from models.comment import Comment, CommentRevision
from models.engine_room import OutboxEffect
from models.enums import CaseStatus, Vigilance
from models.session import get
from models.user import User
from moderation import criteria
from moderation.case_report import facts_of, products_of, reactions_of, ruling_of
from moderation.criteria import CaseFacts
from moderation.deadlines import forward_due
from moderation.given import PatientGiven, ProductGiven, ReactionGiven, ReporterGiven
from moderation.queries.case_beside import case_beside
from moderation.queries.evidence import covered_texts
from moderation.queries.queue import rows_of
from moderation.queries.rows import CaseLine, CaseView, DocumentLine
from settings import get_settings

Given = TypeVar("Given", ReporterGiven, PatientGiven, ProductGiven, ReactionGiven)
EXCERPT = 140
NOT_SENT = (CaseStatus.OPEN, CaseStatus.QUEUED)


def case_list(
    session: Session,
    *,
    status: CaseStatus | None = None,
    vigilance: Vigilance | None = None,
    serious: bool = False,
    late: bool = False,
    number: str = "",
    limit: int = 50,
    offset: int = 0,
) -> list[CaseLine]:
    """Return a page of cases: those not yet sent first, the nearest due first; then the newest.

    `late` leaves those that are not sent and whose time is over; `number` is a part of the number, or of the one that
    pharmacovigilance gave.
    """
    wanted: list[Any] = [Case.status == status] if status else []
    wanted += [Case.vigilance == vigilance] if vigilance else []
    wanted += [col(Case.serious)] if serious else []
    wanted += [Case.forward_due_at <= clock.now(), col(Case.forwarded_at).is_(None)] if late else []
    wanted += [_numbered(number.strip())] if number.strip() else []
    waiting = select(Case).where(*wanted, col(Case.status).in_(NOT_SENT))
    first = waiting.order_by(col(Case.forward_due_at), col(Case.number)).limit(limit + offset)
    found = list(session.exec(first))
    if len(found) < limit + offset and not late:
        others = select(Case).where(*wanted, col(Case.status).not_in(NOT_SENT)).order_by(col(Case.number).desc())
        found += session.exec(others.limit(limit + offset - len(found))).all()
    return list(lines_of(session, found[offset:]))


def _numbered(part: str) -> ColumnElement[bool]:
    like = f"%{part.replace('%', '')}%"
    return or_(col(Case.number).like(like), col(Case.pv_reference).like(like))


def lines_of(session: Session, cases: Sequence[Case]) -> tuple[CaseLine, ...]:
    """Return the lines of cases, in the order given."""
    if not cases:
        return ()
    ids = [case.id for case in cases]
    excerpts, facts = excerpts_of(session, ids), _facts(session, cases)
    comments, news = comments_of(session, ids), _news(session, ids)
    return tuple(
        _line(case, facts[case.id], comments.get(case.id, 0), excerpts.get(case.id, ""), news.get(case.id))
        for case in cases
    )


def comments_of(session: Session, case_ids: Collection[str]) -> dict[str, int]:
    """Return on how many comments each case rests."""
    counted: Any = session.execute(_resting(), {"ids": list(case_ids)})
    return dict(counted.all())


@cache
def _resting() -> Any:
    distinct = func.count(func.distinct(CaseComment.comment_id))
    counted = select(CaseComment.case_id, distinct).where(
        col(CaseComment.case_id).in_(bindparam("ids", expanding=True))
    )
    return counted.group_by(col(CaseComment.case_id))


def _news(session: Session, case_ids: Collection[str]) -> dict[str, datetime]:
    """Return since when new information on cases waits to be sent."""
    unsent = select(CaseFollowUp.case_id, func.min(CaseFollowUp.awareness_at)).where(
        col(CaseFollowUp.case_id).in_(case_ids), col(CaseFollowUp.sent_at).is_(None)
    )
    return {key: moment for key, moment in session.exec(unsent.group_by(col(CaseFollowUp.case_id))) if moment}


def _facts(session: Session, cases: Sequence[Case]) -> dict[str, CaseFacts]:
    ids = [case.id for case in cases]
    products: dict[str, list[str]] = {}
    named = select(SuspectProduct.case_id, SuspectProduct.name).where(col(SuspectProduct.case_id).in_(ids))
    for case_id, name in session.exec(named):
        products.setdefault(case_id, []).append(name)
    reactions: dict[str, list[str]] = {}
    told = select(Reaction.case_id, Reaction.verbatim).where(col(Reaction.case_id).in_(ids))
    for case_id, verbatim in session.exec(told):
        reactions.setdefault(case_id, []).append(verbatim)
    return {
        case.id: CaseFacts(
            case.reporter_known, case.patient_known, products.get(case.id, ()), reactions.get(case.id, ())
        )
        for case in cases
    }


def excerpts_of(session: Session, case_ids: Collection[str]) -> dict[str, str]:
    """Return the beginning of each case's first comment, personal data covered."""
    if not case_ids:
        return {}
    found = session.execute(_rests_on(), {"ids": list(case_ids)})
    shown = {case_id: (revision_id, text) for case_id, revision_id, text in found}
    texts = covered_texts(session, dict(shown.values()))
    return {case_id: " ".join((texts[key] or "").split())[:EXCERPT] for case_id, (key, _text) in shown.items()}


@cache
def _rests_on() -> Any:
    return (
        select(CaseComment.case_id, CommentRevision.id, CommentRevision.text)
        .where(CaseComment.revision_id == CommentRevision.id)
        .where(col(CaseComment.case_id).in_(bindparam("ids", expanding=True)))
        .order_by(col(CommentRevision.seen_at).desc())
    )


def _line(case: Case, facts: CaseFacts, comments: int, excerpt: str, news: datetime | None) -> CaseLine:
    """Return a case's line. What was sent before is due again from its new information on."""
    again = news if news and case.forwarded_at else None
    due = forward_due(again, get_settings().forward_hours) if again else case.forward_due_at
    return CaseLine(
        id=case.id,
        number=case.number,
        row_version=case.row_version,
        status=case.status,
        vigilance=case.vigilance,
        serious=case.serious,
        awareness_at=case.awareness_at,
        forward_due_at=due,
        day_zero=case.day_zero,
        authority_due_on=case.authority_due_on,
        forwarded_at=case.forwarded_at,
        acknowledged_at=case.acknowledged_at,
        missing=criteria.missing(facts),
        late=case.status in NOT_SENT and clock.now() >= due,
        comments=comments,
        excerpt=excerpt,
        follow_up_n=case.follow_up_n,
        news=news is not None,
        duplicate=case.duplicate_of is not None,
    )


def case_view(session: Session, case_id: str) -> CaseView:
    """Return a case with its comments, documents and what is still to be asked; raises NotFound."""
    case = get(session, Case, case_id)
    (line,) = lines_of(session, [case])
    ruling, facts = ruling_of(session, case), facts_of(session, case)
    return CaseView(
        line=line,
        reporter=case.reporter,
        patient=case.patient,
        reporter_known=case.reporter_known,
        patient_known=case.patient_known,
        narrative=case.narrative,
        seriousness=tuple(case.seriousness),
        situations=tuple(case.situations),
        outcomes=tuple(case.outcomes),
        awareness_evidence=case.awareness_evidence,
        reporter_facts=_as(ReporterGiven, case, "reporter_"),
        patient_facts=_as(PatientGiven, case, "patient_"),
        products=tuple(_as(ProductGiven, product) for product in products_of(session, case.id)),
        reactions=tuple(_as(ReactionGiven, reaction) for reaction in reactions_of(session, case.id)),
        comments=tuple(rows_of(session, _comments(session, case))),
        documents=_documents(session, case),
        questions=tuple(_(question) for question in criteria.questions(facts)),
        opened_by=_name(session, case.opened_by),
        forwarded_by=_name(session, case.forwarded_by),
        acknowledged_by=case.acknowledged_by,
        pv_reference=case.pv_reference,
        dismissal=case.dismissal,
        authority_rule=_(ruling.rule.source) if ruling.rule else None,
        mail_error=_mail_error(session, case),
        public_threat=case.public_threat,
        latest_info_on=case.latest_info_on,
        confirmed_by=_name(session, case.confirmed_by),
        day_zero_evidence=case.day_zero_evidence,
        ruling=ruling,
        beside=case_beside(session, case, facts),
    )


def _as(kind: type[Given], row: Case | SuspectProduct | Reaction, prefix: str = "") -> Given:
    """Return what a row holds as a person would give it."""
    values = {}
    for each in fields(kind):
        named = prefix + each.name
        values[each.name] = getattr(row, named if hasattr(row, named) else each.name)
    return kind(**values)


def _comments(session: Session, case: Case) -> list[Comment]:
    resting = select(CaseComment.comment_id).where(CaseComment.case_id == case.id)
    found = select(Comment).where(col(Comment.id).in_(resting))
    return list(session.exec(found.order_by(col(Comment.posted_at), col(Comment.id))))


def _documents(session: Session, case: Case) -> tuple[DocumentLine, ...]:
    found = select(CaseDocument).where(CaseDocument.case_id == case.id).options(defer(CaseDocument.content))  # type: ignore[arg-type]
    newest = found.order_by(col(CaseDocument.made_at).desc(), col(CaseDocument.kind))
    return tuple(DocumentLine(d.id, d.kind, d.filename, d.content_sha256, d.made_at) for d in session.exec(newest))


def _name(session: Session, user_id: str | None) -> str | None:
    user = session.get(User, user_id) if user_id else None
    return user.printed_name if user else None


def _mail_error(session: Session, case: Case) -> str | None:
    """Return why the last mail of a case has not left."""
    if case.status not in NOT_SENT:
        return None
    last = select(OutboxEffect.last_error).where(OutboxEffect.subject_id == case.id)
    return session.exec(last.order_by(col(OutboxEffect.created_at).desc()).limit(1)).first()
