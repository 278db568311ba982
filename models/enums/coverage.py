"""What the coverage of the accounts stores."""

from enum import StrEnum


class BreakerStatus(StrEnum):
    """Whether an account's network is called: always, seldom, on trial now, not before it is connected again."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"
    STOPPED = "stopped"


class BreakerAction(StrEnum):
    """What moves a breaker. RETRY is a person's; the others are the engine's, or come with a new token."""

    OPEN = "open"
    TRY = "try"
    CLOSE = "close"
    STOP = "stop"
    RETRY = "retry"
    RECONNECT = "reconnect"
