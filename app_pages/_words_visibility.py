"""How the states of visibility are said (word, icon, tone); `_words.py` takes them in."""

from enum import StrEnum

from i18n import N_
from models import enums as e

Said = tuple[str] | tuple[str, str] | tuple[str, str, str]

VISIBILITY: dict[type[StrEnum], dict[StrEnum, Said]] = {
    e.VisibilityFacet: {
        e.VisibilityFacet.VISIBLE: (N_("Visible"), "○"),
        e.VisibilityFacet.HIDING: (N_("Masquage en cours"), "◔", "info"),
        e.VisibilityFacet.HIDDEN: (N_("Masqué"), "◌", "warn"),
        e.VisibilityFacet.HIDDEN_BY_OTHERS: (N_("Masqué sur le réseau, pas par Covigie"), "◌", "special"),
        e.VisibilityFacet.UNHIDING: (N_("Réaffichage en cours"), "◔", "info"),
        e.VisibilityFacet.DELETING: (N_("Suppression en cours"), "◔", "bad"),
        e.VisibilityFacet.DELETED_BY_US: (N_("Supprimé par nous"), "✖", "bad"),
        e.VisibilityFacet.DELETED_BY_AUTHOR: (N_("Supprimé par l'auteur"), "–"),
    },
    e.ActKind: {
        e.ActKind.HIDE: (N_("Masquer"), "◌"),
        e.ActKind.UNHIDE: (N_("Réafficher"), "○"),
        e.ActKind.DELETE: (N_("Supprimer"), "✖", "bad"),
    },
    e.ActOrigin: {
        e.ActOrigin.PERSON: (N_("une personne"),),
        e.ActOrigin.POLICY: (N_("la règle du réseau"),),
        e.ActOrigin.CONTEST: (N_("une contestation"),),
        e.ActOrigin.NETWORK: (N_("quelqu'un sur le réseau"),),
    },
    e.ActStatus: {
        e.ActStatus.ASKED: (N_("Attend une seconde personne"), "◔", "warn"),
        e.ActStatus.QUEUED: (N_("En cours"), "◔", "info"),
        e.ActStatus.DONE: (N_("Confirmé par le réseau"), "✔", "ok"),
        e.ActStatus.FAILED: (N_("Échec, rien n'a changé"), "✖", "bad"),
        e.ActStatus.REFUSED: (N_("Refusé"), "–"),
    },
    e.HideReason: {
        e.HideReason.PRESCRIPTION_NAMED: (N_("nomme un médicament sur ordonnance"),),
        e.HideReason.PRODUCT_NAMED: (N_("nomme un produit"),),
        e.HideReason.PERSONAL_DATA: (N_("données personnelles"),),
        e.HideReason.INSULT: (N_("injure, haine"),),
        e.HideReason.SPAM: (N_("indésirable, publicité"),),
        e.HideReason.MISINFORMATION: (N_("désinformation en santé"),),
        e.HideReason.DOXXING: (N_("divulgation sur une personne"),),
        e.HideReason.OTHER: (N_("autre raison, à préciser"),),
    },
    e.NamedKind: {
        e.NamedKind.PRESCRIPTION: (N_("médicament sur ordonnance"),),
        e.NamedKind.OWN: (N_("produit de l'entreprise"),),
        e.NamedKind.COMPETITOR: (N_("produit d'une autre entreprise"),),
    },
    e.NameMeasure: {
        e.NameMeasure.NOTHING: (N_("Ne rien faire"), "–"),
        e.NameMeasure.PROPOSE: (N_("Proposer de masquer"), "○", "info"),
        e.NameMeasure.HIDE: (N_("Masquer aussitôt"), "◌", "warn"),
    },
    e.ContestStatus: {
        e.ContestStatus.OPEN: (N_("À décider"), "◔", "warn"),
        e.ContestStatus.GRANTED: (N_("Acceptée"), "✔", "ok"),
        e.ContestStatus.REFUSED: (N_("Masquage maintenu"), "–"),
    },
}
