"""A case's rows as the report that its file is written from. Names stay out, personal data in free texts is covered."""

import re
import uuid
from datetime import date, datetime

from sqlmodel import Session

from compliance import clock
from errors import InvalidInput, RuleViolated
from i18n import N_, _
from models.case import Case, Reaction, SuspectProduct
from models.comment import Comment, CommentRevision
from models.enums import DrugRole, Seriousness, Situation, Vigilance
from moderation import vigilance
from moderation.case_report import comments_of, products_of, reactions_of, situation_name
from moderation.deadlines import paris_day
from moderation.e2b import codes
from moderation.e2b.record import Icsr, IcsrDrug, IcsrReaction, Patient, Sender, Source
from moderation.e2b.safe_xml import fit
from moderation.explanation import SITUATIONS
from moderation.masking import masked, personal_in
from moderation.queries.evidence import covered
from settings import Settings, get_settings

INSTEAD: dict[Vigilance, str] = {
    Vigilance.MATERIO: N_("le rapport d'incident du fabricant (MIR), à l'ANSM"),
    Vigilance.COSMETO: N_("le formulaire européen d'effet indésirable grave (SUE), à l'Anses"),
    Vigilance.NUTRI: N_("la déclaration de nutrivigilance, à l'Anses"),
}
ERASED = N_("(texte effacé à l'échéance de sa conservation)")
_KEYS = uuid.UUID("6f0c2b52-6c1b-5c1e-9d53-2f7a1f6a5b10")
_CODE = re.compile(r"[A-Z0-9]{2,40}")
RestsOn = list[tuple[Comment, CommentRevision]]


def gather(session: Session, case: Case, made_at: datetime) -> Icsr:
    """Return the report of a case; raises RuleViolated outside medicines and vaccines."""
    refuse_outside_medicines(case.vigilance)
    settings, rests_on = get_settings(), comments_of(session, case.id)
    return Icsr(
        report_id=report_id(settings, case.number),
        made_at=made_at,
        first_received_at=case.awareness_at,
        latest_information=_latest(case),
        expedited=case.serious,
        sender=Sender(settings.company, settings.e2b_sender or settings.company_code, settings.e2b_receiver),
        source=Source(
            codes.QUALIFICATIONS[case.reporter_qualification] if case.reporter_qualification else None,
            case.reporter_country or settings.company_country,
        ),
        patient=_patient(case),
        reactions=tuple(_reactions(session, case, rests_on)),
        drugs=tuple(_drug(case, product) for product in products_of(session, case.id)),
        narrative=_narrative(session, case, rests_on),
    )


def refuse_outside_medicines(kind: Vigilance) -> None:
    """Refuse what is no medicine and no vaccine, and say which form its vigilance wants."""
    if kind is not Vigilance.PHARMACO:
        raise RuleViolated(
            N_(
                "E2B(R3) ne sert qu'aux médicaments et aux vaccins. Ce cas relève de la {vigilance} : remplissez "
                "{form}, à partir du DOCX du cas."
            ),
            vigilance=_(vigilance.NAMES[kind]), form=_(INSTEAD[kind]),
        )  # fmt: skip


def report_id(settings: Settings, number: str) -> str:
    """Return the unique number of a report (C.1.1), "FR-HELIOR-2026-0117", the same for each of its follow-ups."""
    if not _CODE.fullmatch(settings.company_code):
        raise InvalidInput(
            N_("Le code d'entreprise « {code} » ne convient pas : capitales et chiffres seuls (COVIGIE_COMPANY_CODE)."),
            code=settings.company_code,
        )
    return f"{settings.company_country}-{settings.company_code}-{number}"


def _latest(case: Case) -> datetime | date:
    """Return the newest information: the day of a later one, else the moment of the first."""
    days = [day for day in (case.latest_info_on, case.day_zero) if day and day > paris_day(case.awareness_at)]
    return max(days) if days else case.awareness_at


def safe(text: str | None) -> str | None:
    """Return a free text with its personal data covered and fit for XML; None for an empty one."""
    words = fit(text or "").strip()
    return masked(words, personal_in(words)) or None


def _patient(case: Case) -> Patient:
    return Patient(
        known=case.patient_known or bool(case.patient_initials),
        age=case.patient_age,
        age_unit=codes.AGE_UNITS[case.patient_age_unit] if case.patient_age_unit else None,
        age_group=codes.AGE_GROUPS[case.patient_age_group] if case.patient_age_group else None,
        sex=codes.SEX_CODES[case.patient_sex] if case.patient_sex else None,
        history=safe(case.history),
    )


def key(row_id: str) -> str:
    """Return the UUID by which a report speaks of a row, the same in each of its files."""
    return str(uuid.uuid5(_KEYS, row_id))


def terms_of_situations(case: Case, reactions: list[Reaction]) -> list[Situation]:
    """Return the situations that a file says as reaction terms and that no reaction of the case says yet.

    Those are the ones that G.k.10.r does not have; and, where nothing else was reported, every one: a file needs one.
    """
    held = {reaction.verbatim for reaction in reactions}
    found = [each for each in Situation if each.value in case.situations and each is not Situation.ADVERSE_EVENT]
    wanted = [each for each in found if each not in codes.SITUATIONS] or ([] if reactions else found)
    return [each for each in wanted if not held & {situation_name(each), term_of(each)}]


def term_of(situation: Situation) -> str:
    """Return the words that stand for a situation among the reactions: in French, whoever reads."""
    return SITUATIONS[situation.value]


def _reactions(session: Session, case: Case, rests_on: RestsOn) -> list[IcsrReaction]:
    rows = reactions_of(session, case.id)
    languages = {revision.id: codes.language_code(comment.language) for comment, revision in rests_on}
    language = next(iter(languages.values()), codes.UNDETERMINED)
    told = [_reaction(case, row, languages.get(row.revision_id or "", language)) for row in rows]
    return told + [
        IcsrReaction(key(f"{case.id}{each}"), term_of(each), "fra", _seriousness(case), confirmed=_confirmed(case))
        for each in terms_of_situations(case, rows)
    ]


def _reaction(case: Case, row: Reaction, language: str) -> IcsrReaction:
    return IcsrReaction(
        key=key(row.id),
        words=safe(row.verbatim) or "",
        language=language,
        seriousness=_seriousness(case),
        outcome=codes.OUTCOMES[row.outcome] if row.outcome else "0",
        started_on=row.started_on,
        ended_on=row.ended_on,
        llt_code=row.llt_code,
        meddra_version=row.meddra_version,
        confirmed=_confirmed(case),
        country=case.reporter_country,
    )


def _seriousness(case: Case) -> frozenset[str]:
    """Return the criteria that hold for each reaction; a serious case without one is medically important."""
    held = [each for each in Seriousness if each.value in case.seriousness]
    unnamed = [Seriousness.MEDICALLY_IMPORTANT] if case.serious else []
    return frozenset(codes.SERIOUSNESS[each][0] for each in held or unnamed)


def _confirmed(case: Case) -> bool | None:
    """Return whether a professional confirms (E.i.8): said when none reports, left out when one does or who knows."""
    return False if case.reporter_qualification in codes.LAY else None


def _drug(case: Case, product: SuspectProduct) -> IcsrDrug:
    role = _role(case, product.role)
    involved = role not in (DrugRole.CONCOMITANT, DrugRole.NOT_ADMINISTERED)
    situations = [code for each, code in codes.SITUATIONS.items() if each.value in case.situations and involved]
    return IcsrDrug(
        key=key(product.id),
        name=fit(product.name),
        role=codes.ROLES[role],
        substance=fit(product.substance or "") or None,
        dose=safe(product.dose),
        batch=fit(product.batch or "") or None,
        started_on=product.started_on,
        ended_on=product.ended_on,
        indication=safe(product.indication),
        action=codes.ACTIONS[product.action] if product.action else None,
        recurred=codes.RECURRENCES.get(product.recurred) if product.recurred else None,
        situations=tuple(situations),
    )


def _role(case: Case, role: DrugRole | None) -> DrugRole:
    """Return a product's role: suspect unless said otherwise, interacting where an interaction is suspected."""
    if role in (None, DrugRole.SUSPECT):
        return DrugRole.INTERACTING if Situation.INTERACTION.value in case.situations else DrugRole.SUSPECT
    return role or DrugRole.SUSPECT


def _narrative(session: Session, case: Case, rests_on: RestsOn) -> str:
    """Return H.1: the officer's words, the patient as described, then each comment word for word."""
    told = [safe(case.narrative)]
    if case.patient:
        told.append(_("Patient, tel que décrit : {patient}").format(patient=safe(case.patient)))
    texts = covered(session, [revision for _comment, revision in rests_on])
    for n, (comment, revision) in enumerate(rests_on, 1):
        text = texts[revision.id]
        about = _("Commentaire {n} ({network}, publié le {moment}, révision {revision}) :").format(
            n=n, network=comment.network.value, revision=revision.n,
            moment=f"{clock.paris(comment.posted_at):%d/%m/%Y %H:%M %z}",
        )  # fmt: skip
        told.append(f"{about}\n{_(ERASED) if text is None else fit(text)}")
    return "\n\n".join(part for part in told if part)
