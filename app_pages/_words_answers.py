"""The words of answering people: msgid, icon and tone of each state, as `_words.Word` takes them."""

from enum import StrEnum

from i18n import N_
from models import enums as e
from moderation.suggesting import Reason

ANSWERS: dict[type[StrEnum], dict[StrEnum, tuple[str, ...]]] = {
    e.ReplyFacet: {
        e.ReplyFacet.OWED: (N_("Réponse due"), "○", "warn"),
        e.ReplyFacet.DRAFTED: (N_("Réponse à approuver"), "✎", "warn"),
        e.ReplyFacet.QUEUED: (N_("Réponse en cours d'envoi"), "◔", "info"),
        e.ReplyFacet.CONFIRMED: (N_("Répondu"), "✔", "ok"),
        e.ReplyFacet.WAIVED: (N_("Sans réponse, avec raison"), "–"),
    },
    e.ReplyStatus: {
        e.ReplyStatus.DRAFT: (N_("Brouillon"), "✎"),
        e.ReplyStatus.TO_APPROVE: (N_("À approuver"), "✎", "warn"),
        e.ReplyStatus.REFUSED: (N_("Refusée"), "✖", "bad"),
        e.ReplyStatus.CALLED_BACK: (N_("Rappelée avant l'envoi"), "↶"),
        e.ReplyStatus.QUEUED: (N_("Envoi en cours"), "◔", "info"),
        e.ReplyStatus.SENT: (N_("Envoyée, non confirmée"), "?", "warn"),
        e.ReplyStatus.CONFIRMED: (N_("Confirmée par le réseau"), "✔", "ok"),
        e.ReplyStatus.FAILED: (N_("Échec"), "✖", "bad"),
        e.ReplyStatus.WAIVED: (N_("Sans réponse"), "–"),
    },
    e.ReplyKind: {
        e.ReplyKind.LIBRARY: (N_("Texte approuvé"), "✔", "ok"),
        e.ReplyKind.COURTESY: (N_("Mot de courtoisie"), "☺"),
        e.ReplyKind.FREE: (N_("Texte libre"), "✎", "warn"),
    },
    e.ReplyTopic: {
        e.ReplyTopic.MEDICAL: (N_("Question médicale"), "✚", "special"),
        e.ReplyTopic.QUALITY: (N_("Qualité du produit"), "◆", "warn"),
        e.ReplyTopic.LEGAL: (N_("Droit"), "§", "warn"),
        e.ReplyTopic.OTHER: (N_("Autre sujet"),),
    },
    e.TextStatus: {
        e.TextStatus.PROPOSED: (N_("Proposé"), "✎", "warn"),
        e.TextStatus.SIGNED_BY_PV: (N_("Signé par la pharmacovigilance, attend le médical"), "◔", "info"),
        e.TextStatus.SIGNED_BY_MEDICAL: (N_("Signé par le médical, attend la pharmacovigilance"), "◔", "info"),
        e.TextStatus.SIGNED_BY_BOTH: (N_("Attend le réglementaire"), "◔", "info"),
        e.TextStatus.APPROVED: (N_("Approuvé"), "✔", "ok"),
        e.TextStatus.REFUSED: (N_("Refusé"), "✖", "bad"),
        e.TextStatus.REPLACED: (N_("Remplacé"), "–"),
        e.TextStatus.WITHDRAWN: (N_("Retiré"), "✖", "bad"),
    },
    e.ContactWay: {
        e.ContactWay.PHONE: (N_("rappeler"), "☎"),
        e.ContactWay.MAIL: (N_("écrire un courriel"), "✉"),
        e.ContactWay.PRIVATE_MESSAGE: (N_("écrire en privé"), "✎"),
        e.ContactWay.PUBLIC_REPLY: (N_("répondre en public"), "▶"),
    },
    e.CallBackStatus: {
        e.CallBackStatus.PROMISED: (N_("Contact promis"), "◷", "warn"),
        e.CallBackStatus.KEPT: (N_("Contact pris"), "✔", "ok"),
        e.CallBackStatus.WAIVED: (N_("Contact abandonné, avec raison"), "–"),
    },
    Reason: {
        Reason.EMERGENCY: (N_("texte d'urgence"), "!", "bad"),
        Reason.INTENT: (N_("répond à cette intention"), "✔", "ok"),
        Reason.PRODUCT: (N_("parle de ce produit"), "✔", "ok"),
        Reason.SITUATION: (N_("fait pour cette situation"), "✔", "ok"),
        Reason.OTHER_LANGUAGE: (N_("autre langue"), "▲", "warn"),
        Reason.OTHER_INTENT: (N_("autre intention"), "▲", "warn"),
        Reason.OTHER_PRODUCT: (N_("parle d'un autre produit"), "▲", "warn"),
    },
}
