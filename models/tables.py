"""Every table of the product: whoever opens a session knows them all, so that each foreign key finds its table."""

from models import (
    account,
    carried,
    case,
    comment,
    compliance,
    delegation,
    engine_room,
    media,
    meeting,
    post,
    product,
    publication,
    review,
    rules,
    user,
)

__all__ = [
    "account",
    "carried",
    "case",
    "comment",
    "compliance",
    "delegation",
    "engine_room",
    "media",
    "meeting",
    "post",
    "product",
    "publication",
    "review",
    "rules",
    "user",
]
