"""How an account's breaker is said; merged into `_words.WORDS`."""

from enum import StrEnum

from i18n import N_
from models import enums as e

S = e.BreakerStatus

SAID: dict[type[StrEnum], dict[StrEnum, tuple[str, ...]]] = {
    S: {
        S.CLOSED: (N_("joint normalement"), "✔", "ok"),
        S.OPEN: (N_("appels espacés"), "◐", "warn"),
        S.TRYING: (N_("essai en cours"), "◔", "info"),
        S.STOPPED: (N_("appels arrêtés"), "■", "bad"),
    },
}
