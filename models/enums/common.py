"""People, networks, products: what both halves name."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in the company; permissions hang on it (`compliance.permissions`)."""

    COMMUNITY_MANAGER = "community_manager"
    COMMUNICATIONS = "communications"
    REGULATORY = "regulatory"
    LEGAL = "legal"
    MEDICAL = "medical"
    RESPONSIBLE_PHARMACIST = "responsible_pharmacist"
    PV_OFFICER = "pv_officer"
    QUALITY = "quality"
    DATA_PROTECTION = "data_protection"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Network(StrEnum):
    """Where a post is published or a comment was left."""

    X = "x"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    LINKEDIN = "linkedin"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    HCP_PORTAL = "hcp_portal"
    PHONE = "phone"
    EMAIL = "email"
    FILE = "file"


class AccountStatus(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    AUTH_EXPIRED = "auth_expired"
    PAUSED = "paused"


class ProductKind(StrEnum):
    """The legal kind of a product: it decides the rules of promotion and the vigilance."""

    OTC = "otc"
    RX = "rx"
    VACCINE = "vaccine"
    DEVICE = "device"
    COSMETIC = "cosmetic"
    SUPPLEMENT = "supplement"


class ProductOwner(StrEnum):
    """Whose product it is."""

    OWN = "own"
    COMPETITOR = "competitor"


class Vigilance(StrEnum):
    """Which vigilance a case belongs to, by the product's kind."""

    PHARMACO = "pharmacovigilance"
    MATERIO = "materiovigilance"
    COSMETO = "cosmetovigilance"
    NUTRI = "nutrivigilance"
