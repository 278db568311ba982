"""How each state is said: a word, an icon and a tone, never a colour alone.

Tones: "idle" grey, "info" accent, "ok" green, "warn" amber, "bad" red, "special" violet. Keyed by class first, for
members of two enumerations that share a value are equal.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from markupsafe import Markup

from app_pages._words_comment import NONE_REASONS
from app_pages._words_parts import PARTS
from i18n import N_, _
from models import enums as e

NO_ICON = "·"


@dataclass(frozen=True)
class Word:
    """A state's word (a French msgid), icon and tone."""

    msgid: str
    icon: str = NO_ICON
    tone: str = "idle"

    @property
    def text(self) -> str:
        """The word in the person's language."""
        return _(self.msgid)


W = Word

WORDS: dict[type[StrEnum], dict[StrEnum, Word]] = {
    e.Role: {
        e.Role.COMMUNITY_MANAGER: W(N_("Community manager")),
        e.Role.COMMUNICATIONS: W(N_("Communication")),
        e.Role.REGULATORY: W(N_("Affaires réglementaires")),
        e.Role.LEGAL: W(N_("Juridique")),
        e.Role.MEDICAL: W(N_("Affaires médicales")),
        e.Role.RESPONSIBLE_PHARMACIST: W(N_("Pharmacien responsable")),
        e.Role.PV_OFFICER: W(N_("Pharmacovigilance")),
        e.Role.QUALITY: W(N_("Qualité")),
        e.Role.DATA_PROTECTION: W(N_("Délégué à la protection des données")),
        e.Role.AUDITOR: W(N_("Auditeur")),
        e.Role.ADMINISTRATOR: W(N_("Administrateur")),
        e.Role.SYSTEM: W(N_("Moteur")),
    },
    e.Network: {
        e.Network.X: W("X", "X"),
        e.Network.FACEBOOK: W("Facebook", "f"),
        e.Network.INSTAGRAM: W("Instagram", "◎"),
        e.Network.LINKEDIN: W("LinkedIn", "in"),
        e.Network.TIKTOK: W("TikTok", "♪"),
        e.Network.YOUTUBE: W("YouTube", "▶"),
        e.Network.HCP_PORTAL: W(N_("Espace professionnels"), "✚"),
        e.Network.PHONE: W(N_("Téléphone"), "☎"),
        e.Network.EMAIL: W(N_("Courriel"), "✉"),
        e.Network.FILE: W(N_("Fichier"), "▤"),
    },
    e.AccountStatus: {
        e.AccountStatus.ACTIVE: W(N_("Actif"), "✔", "ok"),
        e.AccountStatus.AUTH_EXPIRED: W(N_("À reconnecter"), "✖", "bad"),
        e.AccountStatus.PAUSED: W(N_("En pause"), "❙❙", "warn"),
    },
    e.ConsentStatus: {
        e.ConsentStatus.ASKED: W(N_("Consentement demandé"), "◔", "info"),
        e.ConsentStatus.GIVEN: W(N_("Consentement donné"), "✔", "ok"),
        e.ConsentStatus.WITHDRAWN: W(N_("Pas de consentement"), "✖", "bad"),
    },
    e.Vigilance: {
        e.Vigilance.PHARMACO: W(N_("Pharmacovigilance")),
        e.Vigilance.MATERIO: W(N_("Matériovigilance")),
        e.Vigilance.COSMETO: W(N_("Cosmétovigilance")),
        e.Vigilance.NUTRI: W(N_("Nutrivigilance")),
    },
    e.ProductKind: {
        e.ProductKind.OTC: W(N_("Médicament sans ordonnance")),
        e.ProductKind.RX: W(N_("Médicament sur ordonnance")),
        e.ProductKind.VACCINE: W(N_("Vaccin")),
        e.ProductKind.DEVICE: W(N_("Dispositif médical")),
        e.ProductKind.COSMETIC: W(N_("Cosmétique")),
        e.ProductKind.SUPPLEMENT: W(N_("Complément alimentaire")),
    },
    e.Qualification: {
        e.Qualification.INSTITUTIONAL: W(N_("Institutionnel")),
        e.Qualification.DISEASE: W(N_("Information sur une maladie")),
        e.Qualification.PRODUCT_INFO: W(N_("Information sur un produit")),
        e.Qualification.PROMO_GP: W(N_("Publicité grand public"), "▲", "warn"),
        e.Qualification.PROMO_HCP: W(N_("Publicité aux professionnels"), "▲", "warn"),
        e.Qualification.SAFETY: W(N_("Sécurité sanitaire"), "!", "bad"),
    },
    e.Audience: {
        e.Audience.PUBLIC: W(N_("Grand public")),
        e.Audience.HCP: W(N_("Professionnels de santé")),
        e.Audience.INTERNAL: W(N_("Interne")),
    },
    e.PostStatus: {
        e.PostStatus.DRAFT: W(N_("Brouillon"), "✎"),
        e.PostStatus.IN_REVIEW: W(N_("En relecture"), "◔", "info"),
        e.PostStatus.CHANGES_REQUESTED: W(N_("Modifications demandées"), "↺", "warn"),
        e.PostStatus.REJECTED: W(N_("Rejetée"), "✖", "bad"),
        e.PostStatus.APPROVED: W(N_("Approuvée"), "✔", "ok"),
        e.PostStatus.SCHEDULED: W(N_("Programmée"), "◷", "info"),
        e.PostStatus.PUBLISHED: W(N_("Publiée"), "✔", "ok"),
        e.PostStatus.WITHDRAWN: W(N_("Retirée"), "–"),
    },
    e.PostAction: {
        e.PostAction.EDIT: W(N_("Modifier"), "✎"),
        e.PostAction.SUBMIT: W(N_("Soumettre"), "→"),
        e.PostAction.WITHDRAW: W(N_("Retirer"), "–"),
        e.PostAction.APPROVE_STEP: W(N_("Approuver"), "✔"),
        e.PostAction.APPROVE: W(N_("Approuver"), "✔"),
        e.PostAction.REQUEST_CHANGES: W(N_("Demander des modifications"), "↺"),
        e.PostAction.REJECT: W(N_("Rejeter"), "✖"),
        e.PostAction.SCHEDULE: W(N_("Programmer"), "◷"),
        e.PostAction.UNSCHEDULE: W(N_("Déprogrammer"), "–"),
        e.PostAction.WITHDRAW_APPROVAL: W(N_("Retirer mon approbation"), "↶"),
        e.PostAction.PUBLISH: W(N_("Publier"), "▶"),
    },
    e.Severity: {
        e.Severity.BLOCK: W(N_("Bloquant"), "■", "bad"),
        e.Severity.ESCALATE: W(N_("À arbitrer"), "◆", "special"),
        e.Severity.WARN: W(N_("À justifier"), "▲", "warn"),
        e.Severity.INFO: W(N_("À savoir"), "i", "info"),
    },
    e.Disposition: {
        e.Disposition.OPEN: W(N_("Ouvert"), "○", "warn"),
        e.Disposition.FIXED: W(N_("Corrigé"), "✔", "ok"),
        e.Disposition.NOT_APPLICABLE: W(N_("Justifié"), "✔", "ok"),
        e.Disposition.OVERRIDDEN: W(N_("Levé, avec signature"), "✎", "special"),
    },
    e.OverrideStatus: {
        e.OverrideStatus.ASKED: W(N_("Levée demandée"), "◔", "info"),
        e.OverrideStatus.GRANTED: W(N_("Levé, avec signature"), "✎", "special"),
        e.OverrideStatus.REFUSED: W(N_("Levée refusée"), "✖", "bad"),
        e.OverrideStatus.LAPSED: W(N_("Levée tombée"), "–"),
    },
    e.CheckAnswer: {
        e.CheckAnswer.YES: W(N_("Oui"), "✔", "ok"),
        e.CheckAnswer.NOT_APPLICABLE: W(N_("Sans objet ici"), "–"),
    },
    e.RuleChangeStatus: {
        e.RuleChangeStatus.DRAFT: W(N_("Brouillon"), "✎"),
        e.RuleChangeStatus.IN_FORCE: W(N_("En vigueur"), "✔", "ok"),
        e.RuleChangeStatus.DISCARDED: W(N_("Abandonné"), "–"),
    },
    e.Quorum: {
        e.Quorum.ANY: W(N_("une signature suffit")),
        e.Quorum.ALL: W(N_("tous doivent signer")),
        e.Quorum.K_OF_N: W(N_("un nombre fixé de signatures")),
    },
    e.RoundStatus: {
        e.RoundStatus.OPEN: W(N_("En cours"), "◔", "info"),
        e.RoundStatus.APPROVED: W(N_("Approuvé"), "✔", "ok"),
        e.RoundStatus.CHANGES_REQUESTED: W(N_("Modifications demandées"), "↺", "warn"),
        e.RoundStatus.REJECTED: W(N_("Rejeté"), "✖", "bad"),
        e.RoundStatus.WITHDRAWN: W(N_("Retiré"), "–"),
        e.RoundStatus.SUPERSEDED: W(N_("Remplacé par une nouvelle version"), "–"),
    },
    e.StepStatus: {
        e.StepStatus.WAITING: W(N_("Pas encore son tour"), "○"),
        e.StepStatus.OPEN: W(N_("À signer"), "◔", "info"),
        e.StepStatus.APPROVED: W(N_("Signé"), "✔", "ok"),
        e.StepStatus.CHANGES_REQUESTED: W(N_("Modifications demandées"), "↺", "warn"),
        e.StepStatus.REJECTED: W(N_("Rejeté"), "✖", "bad"),
        e.StepStatus.VOID: W(N_("Sans objet"), "–"),
    },
    e.ConditionStatus: {
        e.ConditionStatus.WAITING: W(N_("Attend la réponse de l'auteur"), "◌", "warn"),
        e.ConditionStatus.ANSWERED: W(N_("Répondu, à lever"), "◐", "info"),
        e.ConditionStatus.LIFTED: W(N_("Levé"), "✔", "ok"),
        e.ConditionStatus.TAKEN_BACK: W(N_("Retiré"), "↶", "idle"),
    },
    e.DecisionKind: {
        e.DecisionKind.APPROVE: W(N_("Approuve"), "✔", "ok"),
        e.DecisionKind.REQUEST_CHANGES: W(N_("Demande des modifications"), "↺", "warn"),
        e.DecisionKind.REJECT: W(N_("Rejette"), "✖", "bad"),
    },
    e.RejectReason: {
        e.RejectReason.PROMOTION_NOT_ALLOWED: W(N_("Publicité non permise")),
        e.RejectReason.MISLEADING: W(N_("Trompeur ou déséquilibré")),
        e.RejectReason.OFF_LABEL: W(N_("Hors indication")),
        e.RejectReason.LEGAL_RISK: W(N_("Risque juridique")),
        e.RejectReason.NOT_OUR_MESSAGE: W(N_("Hors de notre ligne")),
        e.RejectReason.OTHER: W(N_("Autre raison, à préciser")),
    },
    e.PublicationStatus: {
        e.PublicationStatus.SCHEDULED: W(N_("Programmée"), "◷", "info"),
        e.PublicationStatus.PUBLISHING: W(N_("Envoi en cours"), "◔", "info"),
        e.PublicationStatus.UNCONFIRMED: W(N_("Envoyée, non confirmée"), "?", "warn"),
        e.PublicationStatus.PUBLISHED: W(N_("Publiée et relue"), "✔", "ok"),
        e.PublicationStatus.FAILED: W(N_("Échec"), "✖", "bad"),
        e.PublicationStatus.HELD: W(N_("Suspendue"), "❙❙", "warn"),
        e.PublicationStatus.CANCELLED: W(N_("Annulée"), "–"),
    },
    e.MeetingStatus: {
        e.MeetingStatus.CALLED: W(N_("Convoquée"), "◷", "info"),
        e.MeetingStatus.RUNNING: W(N_("En séance"), "◔", "warn"),
        e.MeetingStatus.CLOSED: W(N_("Close, compte rendu établi"), "✔", "ok"),
        e.MeetingStatus.CANCELLED: W(N_("Annulée"), "–"),
    },
    e.VisaKind: {e.VisaKind.GP: W(N_("Visa GP (grand public)")), e.VisaKind.PM: W(N_("Visa PM (professionnels)"))},
    e.VisaStatus: {
        e.VisaStatus.PENDING: W(N_("Déposé"), "◔", "info"),
        e.VisaStatus.GRANTED: W(N_("Accordé"), "✔", "ok"),
        e.VisaStatus.REFUSED: W(N_("Refusé"), "✖", "bad"),
        e.VisaStatus.SUSPENDED: W(N_("Suspendu"), "❙❙", "warn"),
        e.VisaStatus.WITHDRAWN: W(N_("Retiré par l'ANSM"), "✖", "bad"),
        e.VisaStatus.EXPIRED: W(N_("Arrivé à son terme"), "–"),
    },
    e.VisaAction: {
        e.VisaAction.GRANT: W(N_("Inscrire l'octroi"), "✔"),
        e.VisaAction.REFUSE: W(N_("Inscrire le refus"), "✖"),
        e.VisaAction.SUSPEND: W(N_("Suspendre"), "❙❙"),
        e.VisaAction.RESTORE: W(N_("Rétablir"), "✔"),
        e.VisaAction.WITHDRAW: W(N_("Retirer"), "✖"),
        e.VisaAction.EXPIRE: W(N_("Arrivé à son terme"), "–"),
    },
    e.ClaimStatus: {
        e.ClaimStatus.DRAFT: W(N_("À approuver"), "✎"),
        e.ClaimStatus.APPROVED: W(N_("Approuvée"), "✔", "ok"),
        e.ClaimStatus.WITHDRAWN: W(N_("Retirée"), "✖", "bad"),
        e.ClaimStatus.EXPIRED: W(N_("Échue"), "–"),
    },
    e.ReferenceStatus: {
        e.ReferenceStatus.CURRENT: W(N_("En vigueur"), "✔", "ok"),
        e.ReferenceStatus.WITHDRAWN: W(N_("Retirée"), "✖", "bad"),
        e.ReferenceStatus.EXPIRED: W(N_("Échue"), "–"),
    },
    e.ProductStatus: {
        e.ProductStatus.AWAITED: W(N_("Pas encore autorisé"), "◔", "info"),
        e.ProductStatus.MARKETED: W(N_("Commercialisé"), "✔", "ok"),
        e.ProductStatus.SUSPENDED: W(N_("Suspendu"), "❙❙", "warn"),
        e.ProductStatus.STOPPED: W(N_("Arrêté"), "■"),
        e.ProductStatus.WITHDRAWN: W(N_("AMM retirée"), "✖", "bad"),
        e.ProductStatus.EXPIRED: W(N_("AMM arrivée à son terme"), "–"),
    },
    e.ProductAction: {
        e.ProductAction.LAUNCH: W(N_("Mettre sur le marché"), "✔"),
        e.ProductAction.SUSPEND: W(N_("Suspendre"), "❙❙"),
        e.ProductAction.RESTORE: W(N_("Remettre sur le marché"), "✔"),
        e.ProductAction.STOP: W(N_("Arrêter"), "■"),
        e.ProductAction.WITHDRAW: W(N_("AMM retirée"), "✖"),
        e.ProductAction.EXPIRE: W(N_("AMM arrivée à son terme"), "–"),
    },
    e.StopScope: {
        e.StopScope.ALL: W(N_("Toutes les publications")),
        e.StopScope.PRODUCT: W(N_("Un produit")),
        e.StopScope.NETWORK: W(N_("Un réseau")),
        e.StopScope.CAMPAIGN: W(N_("Une campagne")),
    },
    e.SeriesStatus: {
        e.SeriesStatus.RUNNING: W(N_("Répétition en cours"), "↻", "info"),
        e.SeriesStatus.LAPSED: W(N_("Répétition interrompue"), "▲", "warn"),
        e.SeriesStatus.STOPPED: W(N_("Répétition terminée"), "■", "idle"),
    },
    e.StopStatus: {
        e.StopStatus.ACTIVE: W(N_("Arrêt en cours"), "■", "bad"),
        e.StopStatus.RELEASE_ASKED: W(N_("Levée demandée, à confirmer"), "◐", "warn"),
        e.StopStatus.RELEASED: W(N_("Levé"), "✔", "ok"),
    },
    e.Screening: {
        e.Screening.UNSCREENED: W(N_("Non analysé"), "?", "warn"),
        e.Screening.FLAGGED: W(N_("Signalé"), "⚑", "bad"),
        e.Screening.CLEARED: W(N_("Classé"), "✔", "ok"),
        e.Screening.SKIMMED: W(N_("Parcouru"), "✔", "ok"),
    },
    e.PvFacet: {
        e.PvFacet.NONE: W(N_("Rien pour la PV"), "–"),
        e.PvFacet.POSSIBLE: W(N_("À qualifier"), "⚑", "warn"),
        e.PvFacet.CONFIRMED: W(N_("Cas à transmettre"), "●", "bad"),
        e.PvFacet.NOT_AE: W(N_("Écarté"), "✔", "ok"),
        e.PvFacet.FORWARDED: W(N_("Transmis à la PV"), "→", "info"),
        e.PvFacet.ACKNOWLEDGED: W(N_("Accusé de réception"), "✔", "ok"),
    },
    e.ProductFacet: {
        e.ProductFacet.NONE: W(N_("Aucun produit"), "–"),
        e.ProductFacet.OWN: W(N_("Notre produit"), "●", "info"),
        e.ProductFacet.COMPETITOR: W(N_("Produit d'un autre"), "○"),
        e.ProductFacet.BOTH: W(N_("Notre produit et un autre"), "◐", "info"),
    },
    e.Situation: {
        e.Situation.ADVERSE_EVENT: W(N_("Effet indésirable"), "●", "bad"),
        e.Situation.PREGNANCY: W(N_("Grossesse"), "◆", "special"),
        e.Situation.BREASTFEEDING: W(N_("Allaitement"), "◆", "special"),
        e.Situation.OVERDOSE: W(N_("Surdosage"), "◆", "special"),
        e.Situation.MISUSE: W(N_("Mésusage"), "◆", "special"),
        e.Situation.ABUSE: W(N_("Abus"), "◆", "special"),
        e.Situation.OFF_LABEL: W(N_("Usage hors AMM"), "◆", "special"),
        e.Situation.MEDICATION_ERROR: W(N_("Erreur médicamenteuse"), "◆", "special"),
        e.Situation.OCCUPATIONAL_EXPOSURE: W(N_("Exposition professionnelle"), "◆", "special"),
        e.Situation.LACK_OF_EFFICACY: W(N_("Manque d'efficacité"), "◆", "special"),
        e.Situation.QUALITY_DEFECT: W(N_("Défaut de qualité"), "◆", "warn"),
        e.Situation.FALSIFIED: W(N_("Médicament falsifié"), "◆", "bad"),
        e.Situation.INTERACTION: W(N_("Interaction"), "◆", "special"),
        e.Situation.WITHDRAWAL: W(N_("Syndrome de sevrage"), "◆", "special"),
        e.Situation.UNEXPECTED_BENEFIT: W(N_("Bénéfice inattendu"), "◆", "special"),
    },
    e.Intent: {
        e.Intent.TESTIMONY: W(N_("Témoignage")),
        e.Intent.MEDICAL_QUESTION: W(N_("Question médicale")),
        e.Intent.PRACTICAL_QUESTION: W(N_("Question pratique")),
        e.Intent.COMPLAINT: W(N_("Réclamation")),
        e.Intent.STOCK_SHORTAGE: W(N_("Rupture de stock")),
        e.Intent.PRAISE: W(N_("Compliment")),
        e.Intent.CHAT: W(N_("Conversation")),
        e.Intent.SPAM: W(N_("Indésirable")),
        e.Intent.ABUSE: W(N_("Injure")),
        e.Intent.MISINFORMATION: W(N_("Désinformation")),
        e.Intent.JOB_OR_CORPORATE: W(N_("Emploi ou entreprise")),
        e.Intent.ACTIVISM: W(N_("Militantisme")),
        e.Intent.REQUEST_FOR_CONTACT: W(N_("Demande de contact")),
        e.Intent.URGENT_HELP: W(N_("Appel à l'aide"), "!", "bad"),
    },
    e.PiiKind: {
        e.PiiKind.PHONE: W(N_("téléphone")),
        e.PiiKind.EMAIL: W(N_("courriel")),
        e.PiiKind.NAME: W(N_("nom")),
        e.PiiKind.ADDRESS: W(N_("adresse")),
        e.PiiKind.NIR: W(N_("numéro de sécurité sociale")),
        e.PiiKind.IBAN: W(N_("compte bancaire")),
    },
    e.TriageOutcome: {
        e.TriageOutcome.ADVERSE_EVENT: W(N_("Effet indésirable"), "●", "bad"),
        e.TriageOutcome.SPECIAL_SITUATION: W(N_("Situation particulière"), "◆", "special"),
        e.TriageOutcome.QUALITY_DEFECT: W(N_("Défaut de qualité"), "◆", "warn"),
        e.TriageOutcome.PRODUCT_MENTION: W(N_("Produit seul"), "○", "info"),
        e.TriageOutcome.NONE: W(N_("Rien de cela"), "–"),
    },
    e.NoneReason: {reason: W(words) for reason, words in NONE_REASONS.items()},
    e.CaseStatus: {
        e.CaseStatus.OPEN: W(N_("À compléter"), "✎", "warn"),
        e.CaseStatus.QUEUED: W(N_("Envoi en cours"), "◔", "info"),
        e.CaseStatus.FORWARDED: W(N_("Transmis à la PV"), "→", "info"),
        e.CaseStatus.ACKNOWLEDGED: W(N_("Accusé de réception"), "✔", "ok"),
        e.CaseStatus.DISMISSED: W(N_("Écarté"), "–"),
        e.CaseStatus.HANDED_OVER: W(N_("Confié à l'entreprise du produit"), "⇢", "ok"),
    },
    e.WaiverReason: {
        e.WaiverReason.NO_ANSWER_EXPECTED: W(N_("aucune réponse attendue")),
        e.WaiverReason.ANSWERED_ELSEWHERE: W(N_("répondu par un autre canal")),
        e.WaiverReason.SPAM: W(N_("indésirable")),
        e.WaiverReason.ABUSE: W(N_("injure")),
        e.WaiverReason.DELETED_BY_AUTHOR: W(N_("supprimé par l'auteur")),
        e.WaiverReason.ANSWERED_IN_THREAD: W(N_("répondu dans le fil")),
    },
}
WORDS |= {kind: {state: W(*said) for state, said in words.items()} for kind, words in PARTS.items()}


def word(state: StrEnum) -> Word:
    """Return how a state is said."""
    return WORDS[type(state)][state]


def text(state: StrEnum | None) -> str:
    """Return a state's word; a dash for none. Fits `format_func` of a selectbox."""
    return word(state).text if state is not None else "—"


def badge(state: StrEnum, *, short: bool = False) -> Markup:
    """Return a state as a small label: icon, word, colour."""
    said = word(state)
    return tag("" if short else said.text, said.tone, said.icon, about=said.text)


@lru_cache(4096, typed=True)  # by type too: a text that reads like our own markup is not our own markup
def tag(words: str, tone: str = "idle", icon: str = NO_ICON, *, about: str = "") -> Markup:
    """Return any words as a small label, for what is no state; `about` is said on hover."""
    sign = Markup('<span aria-hidden="true">{}</span> ').format(icon) if icon not in {NO_ICON, words} else Markup("")
    return Markup('<span class="cv-badge cv-{}" title="{}">{}{}</span>').format(tone, about or words, sign, words)
