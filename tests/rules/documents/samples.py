"""A dossier and a report as they leave the house, about the fictional Laboratoires Hélior."""

from datetime import UTC, date, datetime, timedelta

from compliance.canonical import canonical, sha256_text
from models.enums import Seriousness
from moderation.cioms import (
    CiomsReport,
    CommentFacts,
    CriterionFacts,
    DetectorFinding,
    Patient,
    ReactionFacts,
    Reporter,
    SuspectProductFacts,
)
from workflow.dossier import (
    AuditShown,
    DecisionShown,
    Dossier,
    FindingShown,
    NoteShown,
    PublicationShown,
    SignatureShown,
    VariantShown,
    VersionShown,
)

NOON = datetime(2026, 11, 20, 11, 0, 3, tzinfo=UTC)
TEXT = (
    "La rhinite allergique touche une personne sur quatre. 🌾\n\nAérez avant 10 h, rincez vos cheveux le soir.\n"
    "Un doute ? Parlez-en à votre médecin.\n#Allergie"
)
PAYLOAD = canonical({"covigie": "variant", "network": "x", "text": TEXT, "settings": {"comments_open": True}})
SIGNED, VARIANT, OLD = sha256_text("v2"), sha256_text(PAYLOAD), sha256_text("v1")


def finding(n: int = 1) -> FindingShown:
    return FindingShown(
        rule="PRO-02b",
        severity="à justifier",
        field="texte",
        excerpt=f"sans risque {n}",
        message="« sans risque » laisse croire à une absence d'effets indésirables.",
        references=("CSP R. 5122-4, 2°",),
        confidence="H",
        pack_version="2026.1",
        disposition="sans objet",
        reason="Citation d'une idée reçue, réfutée dans la phrase suivante.",
        disposed_by="Claire Morel",
        disposed_at=NOON,
    )


def signature(name: str, login: str, role: str, meaning: str, minutes: int) -> SignatureShown:
    at = NOON + timedelta(minutes=minutes)
    return SignatureShown(name, login, role, meaning, at, SIGNED, "k-2026-01", seal="9c" * 64)


def dossier(findings: int = 1) -> Dossier:
    return Dossier(
        post_id="01HPOST",
        title="Saison des pollens, semaine 2 : les bons gestes",
        company="Laboratoires Hélior",
        qualification="Information sur une maladie",
        circuit="Santé, version 1",
        audience="Public",
        products=(),
        status="publiée",
        content_sha256=SIGNED,
        made_at=NOON + timedelta(hours=3),
        versions=(
            VersionShown(1, "Léa Bonnet", NOON - timedelta(days=1), OLD),
            VersionShown(2, "Léa Bonnet", NOON - timedelta(hours=2), SIGNED),
        ),
        variants=(
            VariantShown(
                "X",
                "@helior_sante",
                TEXT,
                VARIANT,
                PAYLOAD,
                (("Commentaires ouverts", True), ("Lien", ""), ("Visuel", "")),
            ),
        ),
        findings=tuple(finding(n) for n in range(1, findings + 1)),
        decisions=(
            DecisionShown(
                "Communication",
                "Paul Girard",
                "modifications demandées",
                NOON - timedelta(hours=5),
                OLD,
                "",
                "Source ?",
            ),
            DecisionShown("Communication", "Paul Girard", "approuvé", NOON, SIGNED),
            DecisionShown("Réglementaire", "Claire Morel", "approuvé", NOON + timedelta(minutes=5), SIGNED),
            DecisionShown("Juridique", "Hugo Lambert", "approuvé", NOON + timedelta(minutes=9), SIGNED),
        ),
        signatures=(
            signature("Paul Girard", "paul.girard", "Communication", "approbation de la communication", 0),
            signature("Claire Morel", "claire.morel", "Affaires réglementaires", "conforme à la réglementation", 5),
            signature("Hugo Lambert", "hugo.lambert", "Juridique", "approbation juridique", 9),
        ),
        notes=(
            NoteShown(
                "Hugo Lambert",
                NOON - timedelta(hours=6),
                1,
                "Source ?",
                blocking=True,
                resolved_by="Léa Bonnet",
                resolved_at=NOON,
            ),
        ),
        publications=(
            PublicationShown(
                "X",
                "@helior_sante",
                NOON + timedelta(hours=1),
                VARIANT,
                NOON + timedelta(hours=1, seconds=2),
                "1859000000000000001",
                "https://x.example/helior_sante/status/1859000000000000001",
                NOON + timedelta(hours=1, seconds=4),
                VARIANT,
                TEXT,
            ),
        ),
        events=tuple(
            AuditShown(
                n,
                NOON + timedelta(minutes=n),
                "claire.morel",
                "approve_step",
                "post 01HPOST",
                "in_review",
                "in_review",
                "",
                sha256_text(str(n)),
            )
            for n in range(1, 6)
        ),
        chain_head=sha256_text("head"),
    )


def comment(text: str = "Ma mère hospitalisée après 3 jours de Cardexine, chute de tension 😟") -> CommentFacts:
    return CommentFacts(
        network="Facebook",
        text=text,
        text_sha256=sha256_text(text),
        posted_at=NOON - timedelta(hours=3),
        received_at=NOON - timedelta(hours=2, minutes=58),
        author="Auteur 7F3A",
        permalink="https://facebook.example/helior/posts/1?comment_id=2",
        language="fr",
        post_title="Journée de l'hypertension",
        post_text="Faites mesurer votre tension.",
        parent_text="Et vous, comment ça se passe ?",
    )


def report(**changes: object) -> CiomsReport:
    fields: dict[str, object] = {
        "number": "2026-0117",
        "vigilance": "pharmacovigilance",
        "made_at": NOON,
        "awareness_at": NOON - timedelta(hours=2, minutes=58),
        "awareness_evidence": "reçu par le système, événement brut 01HRAW",
        "forward_due_at": NOON + timedelta(hours=21),
        "company": "Laboratoires Hélior",
        "report_kind": "initial",
        "day_zero": date(2026, 11, 20),
        "authority_due_on": date(2026, 12, 5),
        "authority_rule": "Directive 2001/83/CE, art. 107 § 3 : cas grave, 15 jours.",
        "reporter": Reporter(pseudonym="Auteur 7F3A"),
        "patient": Patient(description="la mère de la personne qui écrit", sex="féminin"),
        "products": (SuspectProductFacts("Cardexine", "bisoprolol", "Laboratoires Hélior"),),
        "reactions": (ReactionFacts("chute de tension"),),
        "serious": True,
        "seriousness": (Seriousness.HOSPITAL,),
        "situations": ("effet indésirable",),
        "criteria": (
            CriterionFacts("Notificateur identifiable", met=True, evidence="pseudonyme, peut être contacté"),
            CriterionFacts("Patient identifiable", met=True, evidence="« Ma mère »"),
            CriterionFacts("Produit suspect", met=True, evidence="« Cardexine »"),
            CriterionFacts("Réaction", met=True, evidence="« chute de tension »"),
        ),
        "comments": (comment(),),
        "findings": (
            DetectorFinding("produit", "Cardexine", "product_names 1", "nom du catalogue", "forte"),
            DetectorFinding("gravité", "hospitalisée", "seriousness 1", "hospitalisation", "forte"),
        ),
        "questions": ("Quel est l'âge de la personne ?", "Quel est le numéro de lot ?"),
    }
    return CiomsReport(**(fields | changes))  # type: ignore[arg-type]
