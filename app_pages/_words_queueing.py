"""The words of the queues: msgid, icon and tone of each state, as `_words.Word` takes them."""

from enum import StrEnum

from i18n import N_
from models import enums as e
from moderation.bulk import Exclusion
from moderation.queries import View

SAID: dict[type[StrEnum], dict[StrEnum, tuple[str, ...]]] = {
    e.RoutedQueue: {
        e.RoutedQueue.PV: (N_("Pharmacovigilance"), "⚑", "special"),
        e.RoutedQueue.MEDICAL: (N_("Information médicale"), "✚", "info"),
        e.RoutedQueue.QUALITY: (N_("Qualité"), "◆", "warn"),
        e.RoutedQueue.LEGAL: (N_("Juridique"), "§", "warn"),
        e.RoutedQueue.COMMUNITY: (N_("Communauté"), "◎", "info"),
    },
    e.SkipReason: {
        e.SkipReason.NEEDS_COLLEAGUE: (N_("à voir avec un collègue"),),
        e.SkipReason.TOO_HARD: (N_("trop difficile"),),
        e.SkipReason.LANGUAGE: (N_("pas ma langue"),),
        e.SkipReason.CONFLICT_OF_INTEREST: (N_("conflit d'intérêts"),),
        e.SkipReason.DISTRESSING: (N_("trop éprouvant"),),
    },
    e.RouteOutcome: {
        e.RouteOutcome.HANDLED: (N_("Pris en charge"), "✔", "ok"),
        e.RouteOutcome.NOTHING_TO_DO: (N_("Rien à faire"), "–"),
        e.RouteOutcome.NOT_OURS: (N_("Pas pour nous"), "↪"),
    },
    e.RuleSetStatus: {
        e.RuleSetStatus.PROPOSED: (N_("Proposées"), "✎", "warn"),
        e.RuleSetStatus.SIGNED: (N_("Signées"), "✔", "ok"),
        e.RuleSetStatus.DROPPED: (N_("Écartées"), "–"),
    },
    View: {
        View.MINE: (N_("À moi de voir"),),
        View.SKIPPED: (N_("Passés par moi"),),
        View.HARD: (N_("Cas difficiles"),),
        View.ALL: (N_("Toute la file"),),
    },
    Exclusion: {
        Exclusion.GONE: (N_("introuvable"),),
        Exclusion.EMERGENCY: (N_("urgence : à lire seule"), "!", "bad"),
        Exclusion.SERIOUS: (N_("grave : à lire seul"), "●", "bad"),
        Exclusion.HELD: (N_("pris par un collègue"), "◐", "warn"),
        Exclusion.CHANGED: (N_("modifié depuis"), "↺", "warn"),
        Exclusion.DECIDED: (N_("déjà décidé"), "✔"),
        Exclusion.UNREAD: (N_("non analysé : à lire seul"), "?", "warn"),
    },
}
