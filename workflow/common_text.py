"""One text for all networks: a variant follows it, field by field, until it is changed, and can be given back to it."""

from dataclasses import replace
from typing import Any

from workflow.content import CommonText, PostContent, VariantContent

FIELDS = ("text", "link", "hashtags")
"""What a variant may take from the common text; all else is its own."""


def with_common(content: PostContent) -> PostContent:
    """Return a content that has a common text: where none was ever written, the first variant's words."""
    if content.common is not None:
        return content
    first = next(iter(content.variants), None)
    common = CommonText(first.text, first.link, first.hashtags) if first else CommonText()
    variants = tuple(replace(variant, follows=_equal(variant, common, FIELDS)) for variant in content.variants)
    return replace(content, common=common, variants=variants)


def spread(content: PostContent) -> PostContent:
    """Return a content whose variants say what the common text says, wherever they follow it."""
    common = content.common
    if common is None:
        return content
    variants = tuple(replace(variant, **_taken(common, variant.follows)) for variant in content.variants)
    return replace(content, variants=variants)


def let_go(variant: VariantContent, common: CommonText | None) -> VariantContent:
    """Return a variant that no longer follows where it says something else."""
    return replace(variant, follows=_equal(variant, common, variant.follows) if common else ())


def given_back(variant: VariantContent, common: CommonText) -> VariantContent:
    """Return a variant that follows the common text again, in every field."""
    return replace(variant, follows=FIELDS, **_taken(common, FIELDS))


def own_fields(variant: VariantContent) -> tuple[str, ...]:
    """Return in which fields a variant has its own words."""
    return tuple(name for name in FIELDS if name not in variant.follows)


def _taken(common: CommonText, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(common, name) for name in names}


def _equal(variant: VariantContent, common: CommonText, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(variant, name) == getattr(common, name))
