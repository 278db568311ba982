"""What people do about a case by other ways than Covigie's own mail."""

from enum import StrEnum


class ContactKind(StrEnum):
    """Why somebody was told or asked."""

    OTHER_COMPANY = "other_company"
    QUALITY = "quality"
    FOLLOW_UP = "follow_up"


class ContactMeans(StrEnum):
    """How they were reached."""

    EMAIL = "email"
    PHONE = "phone"
    PORTAL = "portal"
    POST = "post"
    NETWORK = "network"
