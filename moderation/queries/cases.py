"""The cases: a list by clock, and one whole."""

from collections.abc import Collection, Sequence

from sqlalchemy import case as when
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from compliance import clock
from i18n import _
from models.case import Case, CaseComment, CaseDocument, Reaction, SuspectProduct
from models.comment import Comment, CommentRevision
from models.engine_room import OutboxEffect
from models.enums import CaseStatus
from models.session import get
from models.user import User
from moderation import criteria
from moderation.case_report import facts_of, products_of, reactions_of
from moderation.criteria import CaseFacts
from moderation.queries.evidence import covered
from moderation.queries.queue import rows_of
from moderation.queries.rows import CaseLine, CaseView, DocumentLine, ProductLine, ReactionLine
from moderation.vigilance import authority_rule

EXCERPT = 140
NOT_SENT = (CaseStatus.OPEN, CaseStatus.QUEUED)


def case_list(
    session: Session, *, status: CaseStatus | None = None, limit: int = 50, offset: int = 0
) -> list[CaseLine]:
    """Return a page of cases: those not yet sent first, the nearest due first."""
    sent = when((col(Case.status).in_(NOT_SENT), 0), else_=1)
    found = select(Case).order_by(sent, col(Case.forward_due_at), col(Case.number))
    if status:
        found = found.where(Case.status == status)
    return list(lines_of(session, session.exec(found.limit(limit).offset(offset)).all()))


def lines_of(session: Session, cases: Sequence[Case]) -> tuple[CaseLine, ...]:
    """Return the lines of cases, in the order given."""
    ids = [case.id for case in cases]
    excerpts, facts = _excerpts(session, ids), _facts(session, cases)
    distinct = func.count(func.distinct(CaseComment.comment_id))
    counted = select(CaseComment.case_id, distinct).where(col(CaseComment.case_id).in_(ids))
    comments = dict(session.exec(counted.group_by(col(CaseComment.case_id))).all())
    return tuple(_line(case, facts[case.id], comments.get(case.id, 0), excerpts.get(case.id, "")) for case in cases)


def _facts(session: Session, cases: Sequence[Case]) -> dict[str, CaseFacts]:
    ids = [case.id for case in cases]
    products: dict[str, list[str]] = {}
    for product in session.exec(select(SuspectProduct).where(col(SuspectProduct.case_id).in_(ids))):
        products.setdefault(product.case_id, []).append(product.name)
    reactions: dict[str, list[str]] = {}
    for reaction in session.exec(select(Reaction).where(col(Reaction.case_id).in_(ids))):
        reactions.setdefault(reaction.case_id, []).append(reaction.verbatim)
    return {
        case.id: CaseFacts(
            case.reporter_known, case.patient_known, products.get(case.id, ()), reactions.get(case.id, ())
        )
        for case in cases
    }


def _excerpts(session: Session, case_ids: Collection[str]) -> dict[str, str]:
    found = session.exec(
        select(CaseComment.case_id, CommentRevision)
        .where(CaseComment.revision_id == CommentRevision.id, col(CaseComment.case_id).in_(case_ids))
        .order_by(col(CommentRevision.seen_at).desc())
    )
    shown = dict(found.all())
    texts = covered(session, list(shown.values()))
    return {case_id: " ".join((texts[r.id] or "").split())[:EXCERPT] for case_id, r in shown.items()}


def _line(case: Case, facts: CaseFacts, comments: int, excerpt: str) -> CaseLine:
    return CaseLine(
        id=case.id,
        number=case.number,
        row_version=case.row_version,
        status=case.status,
        vigilance=case.vigilance,
        serious=case.serious,
        awareness_at=case.awareness_at,
        forward_due_at=case.forward_due_at,
        day_zero=case.day_zero,
        authority_due_on=case.authority_due_on,
        forwarded_at=case.forwarded_at,
        acknowledged_at=case.acknowledged_at,
        missing=criteria.missing(facts),
        late=case.status in NOT_SENT and clock.now() >= case.forward_due_at,
        comments=comments,
        excerpt=excerpt,
    )


def case_view(session: Session, case_id: str) -> CaseView:
    """Return a case with its comments, documents and what is still to be asked; raises NotFound."""
    case = get(session, Case, case_id)
    (line,) = lines_of(session, [case])
    rule = authority_rule(case.vigilance, serious=case.serious, seriousness=case.seriousness)
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
        products=tuple(ProductLine(p.name, p.substance, p.owner) for p in products_of(session, case.id)),
        reactions=tuple(ReactionLine(r.verbatim, r.term) for r in reactions_of(session, case.id)),
        comments=tuple(rows_of(session, _comments(session, case))),
        documents=_documents(session, case),
        questions=tuple(_(question) for question in criteria.questions(facts_of(session, case))),
        opened_by=_name(session, case.opened_by),
        forwarded_by=_name(session, case.forwarded_by),
        acknowledged_by=case.acknowledged_by,
        pv_reference=case.pv_reference,
        dismissal=case.dismissal,
        authority_rule=_(rule.source) if rule else None,
        mail_error=_mail_error(session, case),
    )


def _comments(session: Session, case: Case) -> list[Comment]:
    resting = select(CaseComment.comment_id).where(CaseComment.case_id == case.id)
    found = select(Comment).where(col(Comment.id).in_(resting))
    return list(session.exec(found.order_by(col(Comment.posted_at), col(Comment.id))))


def _documents(session: Session, case: Case) -> tuple[DocumentLine, ...]:
    found = select(CaseDocument).where(CaseDocument.case_id == case.id).options(defer(CaseDocument.content))  # type: ignore[arg-type]
    newest = found.order_by(col(CaseDocument.made_at).desc(), col(CaseDocument.id))
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
