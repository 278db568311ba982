"""Connecting an account to its network, and how it fares."""

from enum import StrEnum


class ConnectionOutcome(StrEnum):
    """What became of a person's way to a network's page of consent and back."""

    WAITING = "waiting"
    CONNECTED = "connected"
    DENIED = "denied"
    EXPIRED = "expired"
    LACKING = "lacking"
    WRONG_ACCOUNT = "wrong_account"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    CLOCK = "clock"


class Reach(StrEnum):
    """What came of asking a network whose token we hold."""

    OK = "ok"
    NOT_CONNECTED = "not_connected"
    AUTH_EXPIRED = "auth_expired"
    WRONG_ACCOUNT = "wrong_account"
    LIMITED = "limited"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


class Telling(StrEnum):
    """Whether a network tells us by itself."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NEVER = "never"


class SubscriptionStatus(StrEnum):
    """What became of our asking a network to tell us by itself."""

    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


class Mark(StrEnum):
    """How one line of an account's diagnosis reads."""

    GOOD = "good"
    SOON = "soon"
    BAD = "bad"
    PLAIN = "plain"
