"""What the library stores: claims, their references, the products that they speak of."""

from enum import StrEnum


class ClaimStatus(StrEnum):
    """Where a claim stands; only an approved one carries a passage."""

    DRAFT = "draft"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ClaimAction(StrEnum):
    """What can be done to a claim."""

    EDIT = "edit"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class ReferenceStatus(StrEnum):
    """Whether a reference still supports what cites it."""

    CURRENT = "current"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ReferenceAction(StrEnum):
    """What can happen to a reference."""

    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class ProductStatus(StrEnum):
    """Where a product stands on its market."""

    AWAITED = "awaited"
    MARKETED = "marketed"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ProductAction(StrEnum):
    """What can happen to a product on its market."""

    LAUNCH = "launch"
    SUSPEND = "suspend"
    RESTORE = "restore"
    STOP = "stop"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
