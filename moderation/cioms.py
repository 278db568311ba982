"""The CIOMS-like form of a case found on a social network: what goes to pharmacovigilance, readable at once.

Its fields follow the CIOMS I form (fields 1 to 26) and GVP module VI (four minimum criteria, day zero). What is not
known is printed as not given, never left out: a missing field is a question to ask. Nothing in it is coded in MedDRA.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from compliance.documents import (
    Heading,
    boxes,
    facts,
    fixed_text,
    listing,
    moment,
    new_document,
    note,
    printable,
    section,
    shown,
    subsection,
    to_bytes,
    verbatim,
)
from i18n import N_, _
from models.enums import Seriousness

SERIOUSNESS_BOXES: dict[Seriousness, str] = {
    Seriousness.DEATH: N_("décès"),
    Seriousness.LIFE_THREATENING: N_("pronostic vital engagé"),
    Seriousness.HOSPITAL: N_("hospitalisation ou prolongation"),
    Seriousness.DISABILITY: N_("invalidité ou incapacité"),
    Seriousness.CONGENITAL: N_("anomalie congénitale"),
    Seriousness.MEDICALLY_IMPORTANT: N_("médicalement important"),
}


@dataclass(frozen=True)
class Reporter:
    """Who wrote. The pseudonym stands for the handle, which is kept apart."""

    pseudonym: str = ""
    qualification: str = ""
    country: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Patient:
    """Whom it happened to."""

    description: str = ""
    initials: str = ""
    age: str = ""
    sex: str = ""
    birth_date: str = ""
    pregnancy: str = ""
    history: str = ""


@dataclass(frozen=True)
class SuspectProductFacts:
    """A suspected product, as the reporter named it and as the register knows it."""

    name: str
    substance: str = ""
    owner: str = ""
    kind: str = ""
    role: str = ""
    batch: str = ""
    dose: str = ""
    route: str = ""
    indication: str = ""
    dates: str = ""
    action: str = ""
    abated: str = ""
    reappeared: str = ""


@dataclass(frozen=True)
class ReactionFacts:
    """A suspected reaction, in the reporter's words."""

    verbatim: str
    onset: str = ""
    outcome: str = ""
    term: str = ""


@dataclass(frozen=True)
class RouteFacts:
    """Whom a case is told to, on which form, by which source and how sure that source is."""

    name: str
    form: str
    addressee: str
    source: str
    confidence: str


@dataclass(frozen=True)
class FollowUpFacts:
    """New information: the number it was sent under (empty: not yet), its awareness, its own day zero, its proof."""

    number: str
    awareness_at: datetime
    day_zero: date
    evidence: str
    authority_due_on: date | None = None


@dataclass(frozen=True)
class CriterionFacts:
    """One of the four minimum criteria, whether it is met, and by what."""

    name: str
    met: bool
    evidence: str = ""


@dataclass(frozen=True)
class CommentFacts:
    """One comment with its surroundings; `text` is the revision that the case rests on, untouched."""

    network: str
    text: str
    text_sha256: str
    posted_at: datetime
    received_at: datetime
    author: str = ""
    revision: int = 1
    permalink: str = ""
    language: str = ""
    post_title: str = ""
    post_text: str = ""
    parent_text: str = ""


@dataclass(frozen=True)
class DetectorFinding:
    """What one detector saw, and where: `text` is quoted from the comment."""

    kind: str
    text: str
    detector: str
    why: str = ""
    certainty: str = ""


@dataclass(frozen=True)
class CiomsReport:
    """Everything that the form shows. `seriousness` holds the criteria that are stated; times are aware."""

    number: str
    vigilance: str
    made_at: datetime
    awareness_at: datetime
    awareness_evidence: str
    forward_due_at: datetime
    company: str = ""
    report_kind: str = ""
    day_zero: date | None = None
    day_zero_evidence: str = ""
    latest_info_on: date | None = None
    follow_ups: tuple[FollowUpFacts, ...] = ()
    authority_due_on: date | None = None
    authority_rule: str = ""
    routes: tuple[RouteFacts, ...] = ()
    duplicate_of: str = ""
    confirmed: bool = True
    reporter: Reporter = Reporter()
    patient: Patient = Patient()
    products: tuple[SuspectProductFacts, ...] = ()
    reactions: tuple[ReactionFacts, ...] = ()
    serious: bool | None = None
    seriousness: tuple[Seriousness, ...] = ()
    situations: tuple[str, ...] = ()
    criteria: tuple[CriterionFacts, ...] = ()
    concomitant: str = ""
    officer_narrative: str = ""
    comments: tuple[CommentFacts, ...] = ()
    findings: tuple[DetectorFinding, ...] = ()
    questions: tuple[str, ...] = ()


def build_cioms(report: CiomsReport) -> bytes:
    """Return the form as DOCX; the same report gives the same bytes."""
    proof = report.comments[0].text_sha256 if report.comments else shown(None)
    heading = Heading(
        kind=_("Notification de {vigilance}").format(vigilance=report.vigilance),
        title=_("Cas {number}").format(number=report.number),
        reference=_("Cas {number} · commentaire SHA-256 {sha}").format(number=report.number, sha=proof),
        made_at=report.made_at,
        notice=_(
            "{coding} Présentation inspirée du formulaire CIOMS I pour un cas issu d'un réseau social. "
            "Établi le {moment}. {confirmed}"
        ).format(
            coding=coding(report),
            moment=moment(report.made_at).replace("\n", " · "),
            confirmed="" if report.confirmed else _("Prérempli par les détecteurs, confirmé par personne."),
        ),
    )
    document = new_document(heading)
    for part in (_case, _narrative, _criteria, _reaction, _products, _people, _evidence, _follow_up):
        part(document, report)
    return to_bytes(document)


def coding(report: CiomsReport) -> str:
    """Return whether the reactions are coded in MedDRA: all of them, or it is a draft."""
    coded = bool(report.reactions) and all(reaction.term for reaction in report.reactions)
    return _("Réactions codées en MedDRA.") if coded else _("Brouillon : non codé en MedDRA.")


def _case(document: Any, report: CiomsReport) -> None:
    """Print number, clocks and addressee (fields 24a to 25b)."""
    section(document, _("I. Cas et délais"))
    facts(
        document,
        [
            (_("Numéro de cas (24b)"), report.number),
            (_("Vigilance"), report.vigilance),
            (_("Entreprise (24a)"), report.company),
            (_("Type de rapport (25b)"), report.report_kind),
            (_("Origine (24d)"), _("réseau social, notification spontanée non sollicitée")),
            (_("Prise de connaissance (24c)"), report.awareness_at),
            (_("Preuve de la prise de connaissance"), report.awareness_evidence),
            (_("Jour zéro"), report.day_zero),
            (_("Preuve du jour zéro"), report.day_zero_evidence),
            (_("Information la plus récente"), report.latest_info_on),
            (_("À transmettre à la vigilance avant le"), report.forward_due_at),
            (_("À déclarer à l'autorité avant le"), report.authority_due_on),
            (_("Règle du délai"), report.authority_rule),
            *([(_("Doublon du cas"), report.duplicate_of)] if report.duplicate_of else []),
        ],
    )
    listing(
        document,
        [_("Voie"), _("Formulaire"), _("Destinataire"), _("Source"), _("Confiance")],
        [(each.name, each.form, each.addressee, each.source, each.confidence) for each in report.routes],
        (2.8, 4.0, 3.8, 4.2, 2.2),
        empty=_("Destinataires : non renseigné"),
    )
    if report.follow_ups:
        listing(
            document,
            [_("Suivi"), _("Connu le"), _("Jour zéro"), _("Autorité avant le"), _("Preuve")],
            [(n.number, n.awareness_at, n.day_zero, n.authority_due_on, n.evidence) for n in report.follow_ups],
            (1.6, 3.2, 2.6, 2.8, 6.8),
            empty="",
        )


def _narrative(document: Any, report: CiomsReport) -> None:
    """Print the comments word for word, with what stood around them."""
    section(document, _("II. Récit"))
    verbatim(document, report.officer_narrative, label=_("Résumé de la personne chargée de la vigilance"))
    if not report.comments:
        note(document, _("Commentaire : non renseigné"))
    for number, comment in enumerate(report.comments, 1):
        subsection(document, _("Commentaire {number} · {network}").format(number=number, network=comment.network))
        verbatim(document, comment.text, label=_("Commentaire, mot pour mot"))
        facts(
            document,
            [
                (_("Auteur (pseudonyme)"), comment.author),
                (_("Publié le"), comment.posted_at),
                (_("Reçu le"), comment.received_at),
                (_("Révision"), comment.revision),
                (_("Langue"), comment.language),
                (_("Lien permanent"), comment.permalink),
                (_("Empreinte du texte (SHA-256)"), comment.text_sha256),
                (_("Sous la publication"), comment.post_title),
            ],
        )
        verbatim(document, comment.post_text, label=_("Texte de la publication"))
        verbatim(document, comment.parent_text, label=_("Commentaire auquel il répond"))


def _criteria(document: Any, report: CiomsReport) -> None:
    """Print the four minimum criteria."""
    section(document, _("III. Quatre critères minimaux (BPV, module VI)"))
    listing(
        document,
        [_("Critère"), _("Rempli"), _("Élément")],
        [(each.name, each.met, each.evidence) for each in report.criteria],
        (5.0, 2.0, 10.0),
        empty=_("Critères : non renseigné"),
    )


def _reaction(document: Any, report: CiomsReport) -> None:
    """Print reactions in the reporter's words, seriousness, special situations (fields 4 to 13)."""
    section(document, _("IV. Réactions, gravité, situations particulières"))
    listing(
        document,
        [_("Réaction, mot pour mot (7)"), _("Début et fin (4-6)"), _("Évolution"), _("Terme MedDRA")],
        [(each.verbatim, each.onset, each.outcome, each.term or _("non codé")) for each in report.reactions],
        (7.4, 3.2, 3.4, 3.0),
        empty=_("Réactions : non renseigné"),
    )
    facts(document, [(_("Cas grave"), report.serious), (_("Situations particulières"), report.situations)])
    note(document, _("Critères de gravité énoncés (8-12) :"))
    choices = [(_(label), criterion in report.seriousness) for criterion, label in SERIOUSNESS_BOXES.items()]
    boxes(document, choices[:3])
    boxes(document, choices[3:])


def _products(document: Any, report: CiomsReport) -> None:
    """Print suspect products (fields 14 to 22)."""
    section(document, _("V. Produits suspects"))
    if not report.products:
        note(document, _("Produits suspects : non renseigné"))
    for number, product in enumerate(report.products, 1):
        subsection(document, f"{number}. {product.name}")
        facts(
            document,
            [
                (_("Nom cité (14)"), product.name),
                (_("Substance"), product.substance),
                (_("Nature"), product.kind),
                (_("Rôle"), product.role),
                (_("Titulaire"), product.owner),
                (_("Numéro de lot"), product.batch),
                (_("Dose (15)"), product.dose),
                (_("Voie (16)"), product.route),
                (_("Indication (17)"), product.indication),
                (_("Dates et durée (18-19)"), product.dates),
                (_("Mesure prise"), product.action),
                (_("Amélioration à l'arrêt (20)"), product.abated),
                (_("Récidive à la reprise (21)"), product.reappeared),
            ],
        )
    facts(document, [(_("Traitements associés (22)"), report.concomitant)])


def _people(document: Any, report: CiomsReport) -> None:
    """Print patient and reporter (fields 1 to 3, 23, 26)."""
    patient, reporter = report.patient, report.reporter
    section(document, _("VI. Patient et notificateur"))
    subsection(document, _("Patient"))
    facts(
        document,
        [
            (_("Patient, tel que décrit"), patient.description),
            (_("Initiales (1)"), patient.initials),
            (_("Âge (2a)"), patient.age),
            (_("Date de naissance (2)"), patient.birth_date),
            (_("Sexe (3)"), patient.sex),
            (_("Grossesse ou allaitement"), patient.pregnancy),
            (_("Antécédents (23)"), patient.history),
        ],
    )
    subsection(document, _("Notificateur"))
    facts(
        document,
        [
            (_("Pseudonyme (26)"), reporter.pseudonym),
            (_("Qualité"), reporter.qualification),
            (_("Pays (1a)"), reporter.country),
            (_("Moyen de contact"), reporter.contact),
        ],
    )


def _evidence(document: Any, report: CiomsReport) -> None:
    """Print what the detectors saw."""
    section(document, _("VII. Éléments relevés par les détecteurs"))
    listing(
        document,
        [_("Nature"), _("Passage"), _("Pourquoi"), _("Certitude"), _("Détecteur")],
        [(each.kind, f"« {each.text} »", each.why, each.certainty, each.detector) for each in report.findings],
        (2.6, 5.0, 4.4, 2.0, 3.0),
        empty=_("Aucun élément relevé automatiquement."),
    )


def _follow_up(document: Any, report: CiomsReport) -> None:
    """Print what is still to be asked."""
    section(document, _("VIII. Questions à poser"))
    for question in report.questions:
        document.add_paragraph(printable(question), style="List Bullet")
    if not report.questions:
        note(document, _("Aucune question en attente."))
    fixed_text(
        document,
        _("État du codage"),
        coding(report)
        if all(reaction.term for reaction in report.reactions) and report.reactions
        else _("brouillon, non codé en MedDRA ; aucun terme n'a de valeur réglementaire"),
    )
