"""How the states of the on-call rota are said: (French msgid, icon, tone), merged into `_words`."""

from enum import StrEnum

from i18n import N_
from models import enums as e

ON_CALL: dict[type[StrEnum], dict[StrEnum, tuple[str, str, str]]] = {
    e.AlarmKind: {
        e.AlarmKind.EMERGENCY: (N_("Urgence"), "!", "bad"),
        e.AlarmKind.PV_SOON: (N_("Délai de pharmacovigilance proche"), "◐", "warn"),
        e.AlarmKind.PV_LATE: (N_("Délai de pharmacovigilance dépassé"), "●", "bad"),
        e.AlarmKind.UNTRIAGED: (N_("File non vide avant un jour de repos"), "▲", "warn"),
        e.AlarmKind.SILENT: (N_("Compte silencieux"), "◌", "warn"),
    },
    e.AlarmStatus: {
        e.AlarmStatus.OPEN: (N_("Personne n'a répondu"), "●", "bad"),
        e.AlarmStatus.ACKNOWLEDGED: (N_("Prise en charge"), "◔", "info"),
        e.AlarmStatus.CLOSED: (N_("Close"), "✔", "ok"),
    },
    e.Rung: {
        e.Rung.ROTA: (N_("d'astreinte"), "☾", "info"),
        e.Rung.OFFICE: (N_("heures ouvrées"), "☀", "info"),
        e.Rung.EVERYBODY: (N_("tout le monde"), "▲", "warn"),
    },
    e.DeliveryStatus: {
        e.DeliveryStatus.QUEUED: (N_("appel en cours"), "◔", "info"),
        e.DeliveryStatus.DELIVERED: (N_("appel parti"), "→", "ok"),
        e.DeliveryStatus.FAILED: (N_("appel non parti"), "✖", "bad"),
        e.DeliveryStatus.MOOT: (N_("appel sans objet"), "–", "idle"),
    },
}
