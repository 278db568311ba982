"""The document of a case: gathered from its rows, kept for good, and what leaves is what is kept."""

import hashlib

from sqlmodel import Session, col, select

from compliance import clock
from i18n import N_, _
from models.case import Case, CaseComment, CaseDocument, Reaction, SuspectProduct
from models.comment import Comment, CommentRevision, DetectorFinding, ScreeningRecord
from models.enums import FindingKind, ProductOwner, Seriousness, Situation
from moderation import cioms, criteria, vigilance
from moderation.context import PostContext, parents_of, posts_of
from moderation.criteria import CaseFacts, Criterion
from moderation.explanation import SITUATIONS
from moderation.priority import certainty
from settings import get_settings

CIOMS = "cioms"
SHOWN = (
    FindingKind.REACTION,
    FindingKind.PRODUCT,
    FindingKind.SITUATION,
    FindingKind.SERIOUSNESS,
    FindingKind.EMERGENCY,
)
KINDS = {
    FindingKind.REACTION: N_("réaction"),
    FindingKind.PRODUCT: N_("produit"),
    FindingKind.SITUATION: N_("situation particulière"),
    FindingKind.SERIOUSNESS: N_("gravité"),
    FindingKind.EMERGENCY: N_("urgence"),
}
OWNERS = {ProductOwner.OWN: N_("l'entreprise"), ProductOwner.COMPETITOR: N_("une autre entreprise")}


def products_of(session: Session, case_id: str) -> list[SuspectProduct]:
    """Return a case's suspect products, in the order in which they were entered."""
    return list(
        session.exec(select(SuspectProduct).where(SuspectProduct.case_id == case_id).order_by(col(SuspectProduct.n)))
    )


def reactions_of(session: Session, case_id: str) -> list[Reaction]:
    """Return a case's suspected reactions, in the order in which they were entered."""
    return list(session.exec(select(Reaction).where(Reaction.case_id == case_id).order_by(col(Reaction.n))))


def facts_of(session: Session, case: Case) -> CaseFacts:
    """Return what the four criteria are judged on."""
    return CaseFacts(
        case.reporter_known,
        case.patient_known,
        [product.name for product in products_of(session, case.id)],
        [reaction.verbatim for reaction in reactions_of(session, case.id)],
    )


def make_document(session: Session, case: Case) -> CaseDocument:
    """Make the form of a case as it stands, and keep it with its hash."""
    report = report_of(session, case)
    content = cioms.build_cioms(report)
    document = CaseDocument(
        case_id=case.id,
        kind=CIOMS,
        filename=f"cas-{case.number}.docx",
        content=content,
        content_sha256=hashlib.sha256(content).hexdigest(),
        made_at=report.made_at,
    )
    session.add(document)
    session.flush()
    return document


def report_of(session: Session, case: Case) -> cioms.CiomsReport:
    """Gather everything that the form shows."""
    facts = facts_of(session, case)
    rests_on = comments_of(session, case.id)
    rule = vigilance.authority_rule(case.vigilance, serious=case.serious, seriousness=case.seriousness)
    return cioms.CiomsReport(
        number=case.number,
        vigilance=_(vigilance.NAMES[case.vigilance]),
        made_at=clock.now(),
        awareness_at=case.awareness_at,
        awareness_evidence=case.awareness_evidence,
        forward_due_at=case.forward_due_at,
        company=get_settings().company,
        report_kind=_("suivi") if case.forwarded_at else _("initial"),
        day_zero=case.day_zero,
        authority_due_on=case.authority_due_on,
        authority_rule=_(rule.source) if rule else "",
        reporter=cioms.Reporter(
            pseudonym=", ".join(dict.fromkeys(comment.author_pseudonym for comment, _revision in rests_on)),
            contact=case.reporter or "",
        ),
        patient=cioms.Patient(description=case.patient or ""),
        products=_products(session, case),
        reactions=tuple(cioms.ReactionFacts(reaction.verbatim) for reaction in reactions_of(session, case.id)),
        serious=case.serious,
        seriousness=tuple(each for each in Seriousness if each.value in case.seriousness),
        situations=tuple(situation_name(situation) for situation in case.situations),
        criteria=_criteria(facts, case),
        officer_narrative=case.narrative or "",
        comments=_comments(session, rests_on),
        findings=tuple(line for _comment, revision in rests_on for line in _findings(session, revision)),
        questions=tuple(_(question) for question in criteria.questions(facts)),
    )


def situation_name(situation: str) -> str:
    """Return a situation in the reader's language."""
    return _("effet indésirable") if situation == Situation.ADVERSE_EVENT else _(SITUATIONS.get(situation, situation))


def comments_of(session: Session, case_id: str) -> list[tuple[Comment, CommentRevision]]:
    """Return the comments that a case rests on, each with the revision, the oldest first."""
    found = (
        select(Comment, CommentRevision)
        .where(CaseComment.comment_id == Comment.id, CaseComment.revision_id == CommentRevision.id)
        .where(CaseComment.case_id == case_id)
        .order_by(col(Comment.posted_at), col(Comment.id), col(CommentRevision.n))
    )
    return list(session.exec(found).all())


def _products(session: Session, case: Case) -> tuple[cioms.SuspectProductFacts, ...]:
    return tuple(
        cioms.SuspectProductFacts(
            product.name, product.substance or "", _(OWNERS[product.owner]) if product.owner else ""
        )
        for product in products_of(session, case.id)
    )


def _criteria(facts: CaseFacts, case: Case) -> tuple[cioms.CriterionFacts, ...]:
    open_ones = criteria.missing(facts)
    evidence = {
        Criterion.REPORTER: case.reporter or "",
        Criterion.PATIENT: case.patient or "",
        Criterion.PRODUCT: ", ".join(facts.products),
        Criterion.REACTION: ", ".join(facts.reactions),
    }
    return tuple(
        cioms.CriterionFacts(_(criteria.NAMES[each]), each not in open_ones, evidence[each]) for each in Criterion
    )


def _comments(session: Session, rests_on: list[tuple[Comment, CommentRevision]]) -> tuple[cioms.CommentFacts, ...]:
    posts = posts_of(session, [comment.publication_id for comment, _revision in rests_on])
    parents = parents_of(session, [comment for comment, _revision in rests_on])
    return tuple(
        _comment(comment, revision, posts.get(comment.publication_id or ""), parents.get(comment.id, ""))
        for comment, revision in rests_on
    )


def _comment(comment: Comment, revision: CommentRevision, post: PostContext | None, parent: str) -> cioms.CommentFacts:
    return cioms.CommentFacts(
        network=comment.network.value,
        text=revision.text if revision.text is not None else _("(texte effacé à l'échéance de sa conservation)"),
        text_sha256=revision.text_sha256,
        posted_at=comment.posted_at,
        received_at=revision.seen_at,
        author=comment.author_pseudonym,
        revision=revision.n,
        permalink=comment.permalink or "",
        language=comment.language,
        post_title=post.title if post else "",
        post_text=post.text if post else "",
        parent_text=parent,
    )


def _findings(session: Session, revision: CommentRevision) -> list[cioms.DetectorFinding]:
    """Return what the detectors saw in a revision, with their certainty in words."""
    found = session.exec(
        select(DetectorFinding, ScreeningRecord.pv_score)
        .where(DetectorFinding.screening_id == ScreeningRecord.id, ScreeningRecord.revision_id == revision.id)
        .where(col(DetectorFinding.kind).in_(SHOWN), col(DetectorFinding.start).is_not(None))
        .order_by(col(DetectorFinding.start), col(DetectorFinding.id))
    ).all()
    text = revision.text or ""
    return [
        cioms.DetectorFinding(
            _(KINDS[f.kind]), text[f.start : f.end], f"{f.detector} {f.version}", f.rule, certainty(score)
        )
        for f, score in found
    ]
