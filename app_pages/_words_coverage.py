"""How the blind spots of the networks are said; merged into `_words.WORDS`."""

from enum import StrEnum

from i18n import N_
from models import enums as e

B = e.BlindSpot
K = e.BypassKind

SAID: dict[type[StrEnum], dict[StrEnum, tuple[str, ...]]] = {
    K: {
        K.UNKNOWN_POST: (N_("publication inconnue du comité"), "●", "bad"),
        K.CHANGED_TEXT: (N_("texte modifié après publication"), "✎", "bad"),
        K.COMMENTS_OPENED: (N_("commentaires ouverts, signés fermés"), "◌", "bad"),
        K.COMMENTS_CLOSED: (N_("commentaires fermés, signés ouverts"), "⊘", "bad"),
    },
    B: {
        B.EVERYTHING: (N_("tout : ce compte n'est pas relevé"), "○", "bad"),
        B.PRIVATE_MESSAGES: (N_("messages privés"), "✉", "info"),
        B.ADVERTISING: (N_("commentaires sous nos publicités"), "€", "info"),
        B.MENTIONS: (N_("publications des autres qui nous nomment"), "@", "info"),
        B.REVIEWS: (N_("avis et notes"), "★", "info"),
        B.STORIES: (N_("réponses aux stories"), "◌", "info"),
        B.AGE_GATED: (N_("publications réservées aux adultes"), "⚿", "info"),
    },
}
