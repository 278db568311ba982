"""How a network's terms, their sheets and what outlives its days are said; merged into `_words.WORDS`."""

from enum import StrEnum

from i18n import N_
from models import enums as e
from moderation.terms import sheet as t

S = e.TermsStatus

SAID: dict[type[StrEnum], dict[StrEnum, tuple[str, ...]]] = {
    S: {
        S.PROPOSED: (N_("À signer"), "✎", "warn"),
        S.HALF_SIGNED: (N_("Une signature sur deux"), "◐", "warn"),
        S.IN_FORCE: (N_("En vigueur"), "✔", "ok"),
        S.REPLACED: (N_("Remplacée"), "–", "idle"),
        S.REVOKED: (N_("Révoquée"), "✖", "bad"),
        S.WITHDRAWN: (N_("Retirée"), "✖", "idle"),
    },
    t.Standing: {
        t.Standing.SIGNED: (N_("Signée : relevé permis"), "✔", "ok"),
        t.Standing.FORMER: (N_("Nouvelle version à signer"), "◔", "warn"),
        t.Standing.UNSIGNED: (N_("Non signée : pas de relevé"), "✖", "bad"),
        t.Standing.OUTDATED: (N_("Conditions changées : pas de relevé"), "✖", "bad"),
    },
    t.Topic: {
        t.Topic.HEALTH: (N_("Santé"),),
        t.Topic.KEEPING: (N_("Conservation"),),
        t.Topic.DELETION: (N_("Suppression par l'auteur"),),
        t.Topic.AUTOMATION: (N_("Traitement automatisé"),),
        t.Topic.ACCESS: (N_("Accès"),),
    },
    t.Confidence: {
        t.Confidence.SURE: (N_("sûr"), "✔", "ok"),
        t.Confidence.REPORTED: (N_("rapporté"), "◔", "info"),
        t.Confidence.TO_VERIFY: (N_("à vérifier"), "?", "warn"),
    },
    t.KeptBecause: {
        t.KeptBecause.CASE: (N_("cas"),),
        t.KeptBecause.UNREAD: (N_("à lire"),),
        t.KeptBecause.ANSWER: (N_("en cours"),),
        t.KeptBecause.INCIDENT: (N_("incident"),),
        t.KeptBecause.HOLD: (N_("gel juridique"), "❄", "info"),
    },
}
