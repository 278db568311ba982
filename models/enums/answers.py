"""What answering people stores: the kinds of answers, the circuit of library texts, promises to get in touch."""

from enum import StrEnum


class ReplyKind(StrEnum):
    """How an answer came about: as the library has it, a courtesy, or words of one's own that somebody approved."""

    LIBRARY = "library"
    COURTESY = "courtesy"
    FREE = "free"


class ReplyTopic(StrEnum):
    """What a free answer speaks of; it says who approves it."""

    MEDICAL = "medical"
    QUALITY = "quality"
    LEGAL = "legal"
    OTHER = "other"


class TextStatus(StrEnum):
    """Where a version of a library text stands; only an approved one answers anybody."""

    PROPOSED = "proposed"
    SIGNED_BY_PV = "signed_by_pv"
    SIGNED_BY_MEDICAL = "signed_by_medical"
    SIGNED_BY_BOTH = "signed_by_both"
    APPROVED = "approved"
    REFUSED = "refused"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class TextAction(StrEnum):
    """What can be done to a version of a library text."""

    SIGN_PV = "sign_pv"
    SIGN_MEDICAL = "sign_medical"
    SIGN_REGULATORY = "sign_regulatory"
    REFUSE = "refuse"
    REPLACE = "replace"
    WITHDRAW = "withdraw"


class ContactWay(StrEnum):
    """How a person is to be reached again."""

    PHONE = "phone"
    MAIL = "mail"
    PRIVATE_MESSAGE = "private_message"
    PUBLIC_REPLY = "public_reply"


class CallBackStatus(StrEnum):
    """Whether a promise to get in touch again is kept."""

    PROMISED = "promised"
    KEPT = "kept"
    WAIVED = "waived"


class CallBackAction(StrEnum):
    """What can be done to a promise."""

    KEEP = "keep"
    WAIVE = "waive"
