"""The documents of a case: gathered from its rows, kept for good, and what leaves is what is kept."""

import hashlib
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import clock
from i18n import N_, _
from models.case import Case, CaseComment, CaseDocument, Reaction, SuspectProduct
from models.case_following import CaseFollowUp
from models.comment import Comment, CommentRevision, DetectorFinding, ScreeningRecord
from models.enums import DrugRole, FindingKind, ProductOwner, ReactionOutcome, Seriousness, Situation
from moderation import cioms, criteria, vigilance
from moderation.case_words import ACTIONS, AGES, ANSWERS, GROUPS, OUTCOMES, QUALIFICATIONS, ROLES, SEXES, said
from moderation.case_words import KINDS as KINDS_OF_PRODUCTS
from moderation.context import PostContext, parents_of, posts_of
from moderation.criteria import CaseFacts, Criterion, Detail
from moderation.explanation import SITUATIONS
from moderation.partial_dates import spoken
from moderation.priority import certainty
from moderation.vigilance import Ruling, rule_on
from settings import get_settings

CIOMS, RECORD = "cioms", "json"
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
    """Return what the four criteria, and what to ask next, are judged on."""
    reactions = reactions_of(session, case.id)
    known = {
        Detail.AGE: case.patient_age is not None or case.patient_age_group is not None,
        Detail.SEX: case.patient_sex is not None,
        Detail.ONSET: any(reaction.started_on for reaction in reactions),
        Detail.OUTCOME: any(r.outcome not in (None, ReactionOutcome.UNKNOWN) for r in reactions),
    }
    return CaseFacts(
        case.reporter_known,
        case.patient_known,
        [product.name for product in products_of(session, case.id)],
        [reaction.verbatim for reaction in reactions],
        [detail for detail in Detail if known[detail]],
    )


def ruling_of(session: Session, case: Case) -> Ruling:
    """Return what holds for a case as it stands: its routes, and the rule of the authority's date."""
    return rule_on(
        case.vigilance,
        [(product.kind, product.owner) for product in products_of(session, case.id)],
        serious=case.serious,
        seriousness=case.seriousness,
        situations=case.situations,
        public_threat=case.public_threat,
    )


def make_document(session: Session, case: Case) -> CaseDocument:
    """Make the form of a case as it stands, and keep it with its hash."""
    report = report_of(session, case)
    return kept_document(session, case, CIOMS, f"cas-{case.number}.docx", cioms.build_cioms(report), report.made_at)


def kept_document(
    session: Session, case: Case, kind: str, filename: str, content: bytes, made_at: datetime
) -> CaseDocument:
    """Keep a document of a case for good, with its hash."""
    document = CaseDocument(
        case_id=case.id,
        kind=kind,
        filename=filename,
        content=content,
        content_sha256=hashlib.sha256(content).hexdigest(),
        made_at=made_at,
    )
    session.add(document)
    session.flush()
    return document


def report_of(session: Session, case: Case) -> cioms.CiomsReport:
    """Gather everything that the form shows."""
    facts, ruling = facts_of(session, case), ruling_of(session, case)
    rests_on = comments_of(session, case.id)
    return cioms.CiomsReport(
        number=case.number,
        vigilance=_(vigilance.NAMES[case.vigilance]),
        made_at=clock.now(),
        awareness_at=case.awareness_at,
        awareness_evidence=case.awareness_evidence,
        forward_due_at=case.forward_due_at,
        company=get_settings().company,
        report_kind=_("suivi n° {n}").format(n=case.follow_up_n) if case.follow_up_n else _("initial"),
        day_zero=case.day_zero,
        day_zero_evidence=case.day_zero_evidence or "",
        latest_info_on=case.latest_info_on,
        follow_ups=_follow_ups(session, case),
        authority_due_on=case.authority_due_on,
        authority_rule=_(ruling.rule.source) if ruling.rule else "",
        routes=_routes(ruling),
        duplicate_of=_number(session, case.duplicate_of),
        confirmed=case.confirmed_at is not None,
        reporter=_reporter(case, rests_on),
        patient=_patient(case),
        products=_products(session, case),
        reactions=_reactions(session, case),
        serious=case.serious,
        seriousness=tuple(each for each in Seriousness if each.value in case.seriousness),
        situations=tuple(situation_name(situation) for situation in case.situations),
        criteria=_criteria(facts, case),
        concomitant=_concomitant(session, case),
        officer_narrative=case.narrative or "",
        comments=_comments(session, rests_on),
        findings=tuple(line for _comment, revision in rests_on for line in _findings(session, revision)),
        questions=tuple(_(question) for question in criteria.questions(facts)) + _details(facts),
    )


def _details(facts: CaseFacts) -> tuple[str, ...]:
    return tuple(_(criteria.DETAILS[detail]) for detail in criteria.unknown(facts))


def _routes(ruling: Ruling) -> tuple[cioms.RouteFacts, ...]:
    return tuple(
        cioms.RouteFacts(_(r.name), _(r.form), _(r.addressee), _(r.source), confidence(r.confirmed))
        for r in ruling.routes
    )


def confidence(confirmed: bool) -> str:
    """Return how sure a rule's source is, in words."""
    return _("source lue") if confirmed else _("source à vérifier par l'entreprise")


def _follow_ups(session: Session, case: Case) -> tuple[cioms.FollowUpFacts, ...]:
    found = select(CaseFollowUp).where(CaseFollowUp.case_id == case.id).order_by(col(CaseFollowUp.awareness_at))
    return tuple(
        cioms.FollowUpFacts(
            str(news.n) if news.n else "", news.awareness_at, news.day_zero, news.awareness_evidence,
            news.authority_due_on,
        )
        for news in session.exec(found)
    )  # fmt: skip


def _number(session: Session, case_id: str | None) -> str:
    held = session.get(Case, case_id) if case_id else None
    return held.number if held else ""


def _reporter(case: Case, rests_on: list[tuple[Comment, CommentRevision]]) -> cioms.Reporter:
    return cioms.Reporter(
        pseudonym=", ".join(dict.fromkeys(comment.author_pseudonym for comment, _revision in rests_on)),
        qualification=said(QUALIFICATIONS, case.reporter_qualification),
        country=case.reporter_country or "",
        contact=case.reporter or "",
    )


def _patient(case: Case) -> cioms.Patient:
    age = f"{case.patient_age} {said(AGES, case.patient_age_unit)}" if case.patient_age is not None else ""
    group = said(GROUPS, case.patient_age_group)
    exposed = [s for s in (Situation.PREGNANCY, Situation.BREASTFEEDING) if s.value in case.situations]
    return cioms.Patient(
        description=case.patient or "",
        initials=case.patient_initials or "",
        age=f"{age} ({group})" if age and group else age or group,
        sex=said(SEXES, case.patient_sex),
        pregnancy=", ".join(situation_name(each.value) for each in exposed),
        history=case.history or "",
    )


def _reactions(session: Session, case: Case) -> tuple[cioms.ReactionFacts, ...]:
    return tuple(
        cioms.ReactionFacts(
            reaction.verbatim,
            _period(reaction.started_on, reaction.ended_on),
            said(OUTCOMES, reaction.outcome),
            _term(reaction),
        )
        for reaction in reactions_of(session, case.id)
    )


def _term(reaction: Reaction) -> str:
    if not reaction.llt_code:
        return ""
    return f"{reaction.term or ''} ({reaction.llt_code}, MedDRA {reaction.meddra_version or '?'})".strip()


def _period(start: str | None, end: str | None) -> str:
    if not end:
        return spoken(start)
    return _("{start} – {end}").format(start=spoken(start) or "?", end=spoken(end))


def _concomitant(session: Session, case: Case) -> str:
    return ", ".join(p.name for p in products_of(session, case.id) if p.role is DrugRole.CONCOMITANT)


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
            product.name,
            product.substance or "",
            _owner(product),
            kind=said(KINDS_OF_PRODUCTS, product.kind),
            role=said(ROLES, product.role),
            batch=product.batch or "",
            dose=product.dose or "",
            indication=product.indication or "",
            dates=_period(product.started_on, product.ended_on),
            action=said(ACTIONS, product.action),
            abated=said(ANSWERS, product.abated),
            reappeared=said(ANSWERS, product.recurred),
        )
        for product in products_of(session, case.id)
    )


def _owner(product: SuspectProduct) -> str:
    """Return whose product it is; one that nobody excluded counts as ours, and the form says so."""
    if product.excluded_because:
        return _("une autre entreprise (exclu : {why})").format(why=product.excluded_because)
    return _(OWNERS[product.owner]) if product.owner else _("non exclu : compte comme un produit de l'entreprise")


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
