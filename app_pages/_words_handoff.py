"""How the states of the hand-off to pharmacovigilance are said: word, icon and tone of each."""

from enum import StrEnum

from i18n import N_
from models import enums as e

HANDOFF: dict[type[StrEnum], dict[StrEnum, tuple[str, ...]]] = {
    e.PvMailKind: {
        e.PvMailKind.ACKNOWLEDGEMENT: (N_("Accusé de réception"), "✔", "ok"),
        e.PvMailKind.LETTER: (N_("Courriel"), "✉", "info"),
        e.PvMailKind.AUTOMATIC: (N_("Réponse automatique"), "⚙", "idle"),
        e.PvMailKind.FAILURE: (N_("Avis de non-remise"), "✖", "bad"),
        e.PvMailKind.UNREADABLE: (N_("Illisible"), "?", "warn"),
    },
    e.PvMailDoubt: {
        e.PvMailDoubt.NO_CASE: (N_("aucun cas n'y est reconnu"),),
        e.PvMailDoubt.SEVERAL_CASES: (N_("plusieurs cas y sont nommés"),),
        e.PvMailDoubt.NO_REFERENCE: (N_("pas un numéro PV, ou plusieurs"),),
        e.PvMailDoubt.UNKNOWN_SENDER: (N_("l'adresse n'est pas celle de la pharmacovigilance"),),
        e.PvMailDoubt.NOT_CLEAR: (N_("il ne dit pas clairement que le cas est reçu"),),
        e.PvMailDoubt.NOT_SENT_YET: (N_("le cas n'est pas encore marqué comme transmis"),),
        e.PvMailDoubt.EARLIER_SENDING: (N_("il répond à un envoi antérieur"),),
        e.PvMailDoubt.OTHER_REFERENCE: (N_("le cas est déjà accusé sous un autre numéro"),),
        e.PvMailDoubt.BOUNCED: (N_("l'envoi n'est pas arrivé"),),
        e.PvMailDoubt.UNREADABLE: (N_("le courriel ne se lit pas"),),
        e.PvMailDoubt.AUTOMATIC: (N_("une réponse automatique n'est pas un accusé"),),
    },
    e.PvOutcome: {
        e.PvOutcome.VALID: (N_("valide"), "✔", "ok"),
        e.PvOutcome.NOT_VALID: (N_("non valide"), "–", "idle"),
        e.PvOutcome.DUPLICATE: (N_("doublon"), "≡", "idle"),
        e.PvOutcome.UNKNOWN: (N_("inconnue"), "?", "warn"),
    },
    e.Side: {
        e.Side.COMMUNITY: (N_("Modération"), "○"),
        e.Side.PV: (N_("Pharmacovigilance"), "○"),
    },
}
