"""The words of the doors beside the networks: msgid, icon and tone of each state, as `_words.Word` takes them."""

from enum import StrEnum

from i18n import N_
from models import enums as e

DOORS: dict[type[StrEnum], dict[StrEnum, tuple[str, ...]]] = {
    e.ImportStatus: {
        e.ImportStatus.RUNNING: (N_("En cours"), "◔", "info"),
        e.ImportStatus.DONE: (N_("Importé"), "✔", "ok"),
        e.ImportStatus.STOPPED: (N_("Arrêté"), "–", "warn"),
        e.ImportStatus.FAILED: (N_("Non importé"), "✖", "bad"),
    },
    e.FileEncoding: {
        e.FileEncoding.UTF_8: (N_("UTF-8 (usuel)"),),
        e.FileEncoding.UTF_16: (N_("UTF-16"),),
        e.FileEncoding.CP1252: (N_("Windows (anciens tableurs)"),),
    },
    e.CallDirection: {
        e.CallDirection.INCOMING: (N_("On nous a appelés"), "☎"),
        e.CallDirection.OUTGOING: (N_("Nous avons appelé"), "☏"),
    },
    e.Speaker: {
        e.Speaker.PATIENT: (N_("Patient"),),
        e.Speaker.RELATIVE: (N_("Proche d'un patient"),),
        e.Speaker.PHARMACY: (N_("Pharmacie"), "✚"),
        e.Speaker.PROFESSIONAL: (N_("Autre professionnel de santé"), "✚"),
        e.Speaker.OTHER: (N_("Autre personne"),),
    },
    e.MailGap: {
        e.MailGap.TOO_LARGE: (
            N_("Courriel de plus de 10 Mo : son texte est entré, ses pièces jointes non."),
            "✉",
            "warn",
        ),
        e.MailGap.UNREADABLE: (N_("Courriel sans texte qui se lise."), "✉", "warn"),
    },
}
