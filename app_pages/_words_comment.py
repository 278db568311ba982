"""How the reasons of « non, parce que… » are said, and what happened to a comment."""

from i18n import N_
from models.enums import NoneReason
from moderation.queries.around_rows import HistoryKind

NONE_REASONS: dict[NoneReason, str] = {
    NoneReason.NO_PRODUCT: N_("aucun produit en cause"),
    NoneReason.INDICATION_ONLY: N_("la maladie traitée, pas un effet"),
    NoneReason.EFFECT_DENIED: N_("l'effet est nié"),
    NoneReason.HEARSAY: N_("ouï-dire, aucun patient identifiable"),
    NoneReason.QUESTION_ONLY: N_("simple question"),
    NoneReason.FIGURATIVE: N_("sens figuré ou humour"),
    NoneReason.OFF_TOPIC: N_("hors sujet"),
    NoneReason.DUPLICATE: N_("doublon d'un cas déjà ouvert"),
    NoneReason.OTHER_COMPANY: N_("produit d'un autre laboratoire, qui en est informé"),
    NoneReason.ALREADY_REPORTED: N_("déjà déclaré"),
    NoneReason.HYPOTHETICAL: N_("supposition : rien ne s'est produit"),
    NoneReason.NEWS: N_("actualité ou article cité"),
}

HAPPENED: dict[HistoryKind, str] = {
    HistoryKind.WRITTEN: N_("Écrit"),
    HistoryKind.RECEIVED: N_("Reçu"),
    HistoryKind.REVISED: N_("Modifié par son auteur"),
    HistoryKind.SCREENED: N_("Analysé"),
    HistoryKind.DECIDED: N_("Décision"),
    HistoryKind.REOPENED: N_("Remis dans la file"),
    HistoryKind.DIVIDED: N_("Divisé en plusieurs cas"),
    HistoryKind.ATTACHED: N_("Rattaché à un cas"),
    HistoryKind.DETACHED: N_("Détaché d'un cas"),
    HistoryKind.CASE_OPENED: N_("Cas ouvert"),
    HistoryKind.CASE_DISMISSED: N_("Cas écarté"),
    HistoryKind.GONE: N_("N'est plus visible sur le réseau"),
    HistoryKind.ANSWERED: N_("Réponse"),
}
