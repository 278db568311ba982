"""What the engine room stores."""

from enum import StrEnum


class EffectKind(StrEnum):
    """An effect outside: a row first, then the call."""

    PUBLISH = "publish"
    REPLY = "reply"
    HIDE = "hide"
    MAIL = "mail"
    TEAMS = "teams"
    PAGE = "page"
    COMMENTS = "comments"


class EffectStatus(StrEnum):
    """Where an outside effect stands."""

    PENDING = "pending"
    CALLING = "calling"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobStatus(StrEnum):
    """Where a run of a periodic job stands."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
