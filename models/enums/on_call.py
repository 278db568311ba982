"""What the on-call rota and its alarms store."""

from enum import StrEnum


class AlarmKind(StrEnum):
    """What calls the person on call."""

    EMERGENCY = "emergency"
    PV_SOON = "pv_soon"
    PV_LATE = "pv_late"
    UNTRIAGED = "untriaged"
    SILENT = "silent"


class AlarmStatus(StrEnum):
    """Where an alarm stands; only an open one calls people."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class AlarmAction(StrEnum):
    """What can be done to an alarm."""

    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"


class Rung(StrEnum):
    """Why a person is called: the rota, the list of office hours, or because nobody before them answered."""

    ROTA = "rota"
    OFFICE = "office"
    EVERYBODY = "everybody"


class DeliveryStatus(StrEnum):
    """What became of one call by one way."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"
    MOOT = "moot"
