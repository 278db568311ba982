"""How the states of the committee are said in a document."""

from collections.abc import Iterable
from enum import StrEnum

from i18n import N_, _
from models import enums as e
from workflow.reapproval import Change

SETTINGS = {
    "comments_open": N_("Commentaires ouverts"),
    "share_open": N_("Partage ouvert"),
    "reply_settings": N_("Réponses"),
    "paid_partner": N_("Partenariat rémunéré"),
    "paid_boost": N_("Mise en avant payante"),
    "network": N_("Réglages du réseau"),
    "link": N_("Lien"),
    "first_comment": N_("Premier commentaire"),
    "hashtags": N_("Hashtags"),
    "audience": N_("Public visé"),
}

WORDS: dict[type[StrEnum], dict[StrEnum, str]] = {
    e.Role: {
        e.Role.COMMUNITY_MANAGER: N_("Community manager"),
        e.Role.COMMUNICATIONS: N_("Communication"),
        e.Role.REGULATORY: N_("Affaires réglementaires"),
        e.Role.LEGAL: N_("Juridique"),
        e.Role.MEDICAL: N_("Affaires médicales"),
        e.Role.RESPONSIBLE_PHARMACIST: N_("Pharmacien responsable"),
        e.Role.PV_OFFICER: N_("Pharmacovigilance"),
    },
    e.Network: {
        e.Network.X: "X",
        e.Network.FACEBOOK: "Facebook",
        e.Network.INSTAGRAM: "Instagram",
        e.Network.LINKEDIN: "LinkedIn",
        e.Network.TIKTOK: "TikTok",
        e.Network.YOUTUBE: "YouTube",
        e.Network.HCP_PORTAL: N_("Espace professionnels"),
    },
    e.Qualification: {
        e.Qualification.INSTITUTIONAL: N_("Institutionnel"),
        e.Qualification.DISEASE: N_("Information sur une maladie"),
        e.Qualification.PRODUCT_INFO: N_("Information sur un produit"),
        e.Qualification.PROMO_GP: N_("Publicité grand public"),
        e.Qualification.PROMO_HCP: N_("Publicité aux professionnels"),
        e.Qualification.SAFETY: N_("Sécurité sanitaire"),
    },
    e.Audience: {
        e.Audience.PUBLIC: N_("Grand public"),
        e.Audience.HCP: N_("Professionnels de santé"),
        e.Audience.INTERNAL: N_("Interne"),
    },
    e.PostStatus: {
        e.PostStatus.DRAFT: N_("Brouillon"),
        e.PostStatus.IN_REVIEW: N_("En relecture"),
        e.PostStatus.CHANGES_REQUESTED: N_("Modifications demandées"),
        e.PostStatus.REJECTED: N_("Rejetée"),
        e.PostStatus.APPROVED: N_("Approuvée"),
        e.PostStatus.SCHEDULED: N_("Programmée"),
        e.PostStatus.PUBLISHED: N_("Publiée"),
        e.PostStatus.WITHDRAWN: N_("Retirée"),
    },
    e.Severity: {
        e.Severity.BLOCK: N_("Bloquant"),
        e.Severity.ESCALATE: N_("À arbitrer"),
        e.Severity.WARN: N_("À justifier"),
        e.Severity.INFO: N_("À savoir"),
    },
    e.Disposition: {
        e.Disposition.OPEN: N_("Ouvert"),
        e.Disposition.FIXED: N_("Corrigé"),
        e.Disposition.NOT_APPLICABLE: N_("Justifié"),
        e.Disposition.OVERRIDDEN: N_("Levé, avec signature"),
    },
    e.CheckAnswer: {
        e.CheckAnswer.YES: N_("Oui"),
        e.CheckAnswer.NOT_APPLICABLE: N_("Sans objet ici"),
    },
    e.ConditionStatus: {
        e.ConditionStatus.WAITING: N_("Attend la réponse de l'auteur"),
        e.ConditionStatus.ANSWERED: N_("Répondu, à lever"),
        e.ConditionStatus.LIFTED: N_("Levé"),
        e.ConditionStatus.TAKEN_BACK: N_("Retiré"),
    },
    e.DecisionKind: {
        e.DecisionKind.APPROVE: N_("Approuve"),
        e.DecisionKind.REQUEST_CHANGES: N_("Demande des modifications"),
        e.DecisionKind.REJECT: N_("Rejette"),
    },
    e.RejectReason: {
        e.RejectReason.PROMOTION_NOT_ALLOWED: N_("Publicité non permise"),
        e.RejectReason.MISLEADING: N_("Trompeur ou déséquilibré"),
        e.RejectReason.OFF_LABEL: N_("Hors indication"),
        e.RejectReason.LEGAL_RISK: N_("Risque juridique"),
        e.RejectReason.NOT_OUR_MESSAGE: N_("Hors de notre ligne"),
        e.RejectReason.OTHER: N_("Autre raison, à préciser"),
    },
    e.ClaimStatus: {
        e.ClaimStatus.DRAFT: N_("À approuver"),
        e.ClaimStatus.APPROVED: N_("Approuvée"),
        e.ClaimStatus.WITHDRAWN: N_("Retirée"),
        e.ClaimStatus.EXPIRED: N_("Échue"),
    },
    Change: {
        Change.SLOT: N_("créneau déplacé"),
        Change.DESCRIPTION: N_("titre ou campagne"),
        Change.WHITESPACE: N_("espaces et lignes"),
        Change.TYPO: N_("faute de frappe corrigée"),
        Change.TEXT: N_("texte"),
        Change.SENSITIVE: N_("chiffre, mention ou nom de produit"),
        Change.LINK: N_("lien"),
        Change.HASHTAGS: N_("hashtags"),
        Change.FIRST_COMMENT: N_("première réponse"),
        Change.ALT_TEXT: N_("texte alternatif"),
        Change.MEDIA: N_("image ou film"),
        Change.SETTINGS: N_("réglages de publication"),
        Change.AUDIENCE: N_("public visé"),
        Change.QUALIFICATION: N_("qualification"),
        Change.PRODUCTS: N_("produits"),
        Change.VISA: N_("visa"),
        Change.INTERNAL_REF: N_("référence interne"),
        Change.VARIANT_ADDED: N_("compte ajouté"),
        Change.VARIANT_REMOVED: N_("compte retiré"),
        Change.FINDING: N_("nouveau constat d'une règle"),
        Change.OTHER: N_("autre changement"),
    },
}


def said(state: StrEnum | None) -> str:
    """Return a state's word in the person's language; empty for none."""
    return _(WORDS[type(state)][state]) if state is not None else ""


def settings_said(settings: Iterable[tuple[str, object]]) -> tuple[tuple[str, object], ...]:
    """Return the settings of a variant with their names in words."""
    return tuple(
        (_(SETTINGS.get(name, name)), said(e.Audience(str(value))) if name == "audience" else value)
        for name, value in settings
    )
