"""The hand-off to pharmacovigilance: mails that come back, what became of a case, what is signed on both sides."""

from enum import StrEnum


class PvMailKind(StrEnum):
    """What a mail from pharmacovigilance is."""

    ACKNOWLEDGEMENT = "acknowledgement"
    LETTER = "letter"
    AUTOMATIC = "automatic"
    FAILURE = "failure"
    UNREADABLE = "unreadable"


class PvMailStatus(StrEnum):
    """Where a received mail stands: it acknowledged a case, waits for a person, was set aside, or is only kept."""

    ATTACHED = "attached"
    WAITING = "waiting"
    DISMISSED = "dismissed"
    KEPT = "kept"


class PvMailDoubt(StrEnum):
    """Why a mail did not acknowledge a case by itself."""

    NO_CASE = "no_case"
    SEVERAL_CASES = "several_cases"
    NO_REFERENCE = "no_reference"
    UNKNOWN_SENDER = "unknown_sender"
    NOT_CLEAR = "not_clear"
    NOT_SENT_YET = "not_sent_yet"
    EARLIER_SENDING = "earlier_sending"
    OTHER_REFERENCE = "other_reference"
    BOUNCED = "bounced"
    UNREADABLE = "unreadable"
    AUTOMATIC = "automatic"


class PvOutcome(StrEnum):
    """What pharmacovigilance made of a case (GVP VI.B.2); unknown until it says so."""

    VALID = "valid"
    NOT_VALID = "not_valid"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


class StatementKind(StrEnum):
    """What both sides sign: the reconciliation of a period, or the accounts of a day."""

    RECONCILIATION = "reconciliation"
    DAY_CERTIFICATE = "day_certificate"


class Side(StrEnum):
    """Who signs a statement: those who moderate, or pharmacovigilance."""

    COMMUNITY = "community"
    PV = "pv"
