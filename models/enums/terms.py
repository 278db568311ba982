"""States of a network's terms sheet."""

from enum import StrEnum


class TermsStatus(StrEnum):
    """Where a terms sheet stands; it drives reading and keeping only while it is in force."""

    PROPOSED = "proposed"
    HALF_SIGNED = "half_signed"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


class TermsAction(StrEnum):
    """What can be done to a terms sheet."""

    SIGN = "sign"
    REPLACE = "replace"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"
