"""States of a change of the detection, and what a trial of it finds."""

from enum import StrEnum


class DetectionStatus(StrEnum):
    """Where a change of the detection stands; from `signed` on it holds for whatever is screened."""

    DRAFT = "draft"
    RUNNING = "running"
    READY = "ready"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class DetectionAction(StrEnum):
    """What can be done to a change of the detection."""

    RUN = "run"
    FINISH = "finish"
    FAIL = "fail"
    SIGN = "sign"
    ENACT = "enact"
    REPLACE = "replace"
    WITHDRAW = "withdraw"


class TermKind(StrEnum):
    """What a term of the company's own does: raises suspicion, names a product, or never raises suspicion."""

    SUSPECT = "suspect"
    NICKNAME = "nickname"
    HARMLESS = "harmless"


class DifferenceKind(StrEnum):
    """What a change makes of a comment: newly flagged, newly cleared, or newly left to a person."""

    FLAGGED = "flagged"
    CLEARED = "cleared"
    UNREAD = "unread"
