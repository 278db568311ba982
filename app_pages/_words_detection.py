"""How the states of a change of the detection are said; merged into `_words.WORDS`."""

from enum import StrEnum

from i18n import N_
from models import enums as e

D, K, T = e.DetectionStatus, e.DifferenceKind, e.TermKind

SAID: dict[type[StrEnum], dict[StrEnum, tuple[str, str, str]]] = {
    D: {
        D.DRAFT: (N_("À essayer"), "✎", "idle"),
        D.RUNNING: (N_("Essai en cours"), "◔", "info"),
        D.READY: (N_("À signer"), "✎", "warn"),
        D.SIGNED: (N_("Signé, réouverture en cours"), "◔", "ok"),
        D.IN_FORCE: (N_("En vigueur"), "✔", "ok"),
        D.REPLACED: (N_("Remplacé"), "–", "idle"),
        D.WITHDRAWN: (N_("Retiré"), "✖", "idle"),
    },
    K: {
        K.FLAGGED: (N_("Nouvellement signalé"), "●", "bad"),
        K.CLEARED: (N_("N'est plus signalé"), "○", "warn"),
        K.UNREAD: (N_("À lire par une personne"), "?", "info"),
    },
    T: {
        T.SUSPECT: (N_("Terme suspect"), "●", "bad"),
        T.NICKNAME: (N_("Surnom de produit"), "◆", "info"),
        T.HARMLESS: (N_("Terme anodin"), "○", "idle"),
    },
}
