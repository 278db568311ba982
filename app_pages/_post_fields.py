"""What the editor's fields hold: filling them from a content, and reading a content back from them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import streamlit as st

from compliance import clock
from models.enums import Audience, Network, Qualification
from workflow.common_text import FIELDS, let_go, spread
from workflow.content import CommonText, MediaRef, PostContent, VariantContent
from workflow.networks import TITLE, title_of
from workflow.rows import AccountRow

Typed = TypeVar("Typed")


def key_of(name: str, account_id: str = "") -> str:
    """Return the key of a field: of the post, or of one account's variant."""
    return f"ed_{name}_{account_id}" if account_id else f"ed_{name}"


def alt_key(sha256: str, account_id: str) -> str:
    """Return the key of the field that describes a file on one account."""
    return key_of(f"alt_{sha256[:16]}", account_id)


def fill(content: PostContent) -> None:
    """Put a content into the fields."""
    planned = clock.paris(content.planned_at).replace(tzinfo=None) if content.planned_at else None
    common = content.common or CommonText()
    given = {
        "title": content.title,
        "campaign": content.campaign,
        "qualification": content.qualification,
        "audience": content.audience,
        "products": list(content.products),
        "planned": planned,
        "visa": content.visa,
        "ref": content.internal_ref,
        "plan": content.moderation_plan,
        "plan_texts": list(content.plan_texts),
        "accounts": [variant.account_id for variant in content.variants],
        "common_text": common.text,
        "common_link": common.link,
        "common_hashtags": tags_line(common.hashtags),
    }
    for name, value in given.items():
        st.session_state[key_of(name)] = value
    for variant in content.variants:
        fill_variant(variant)


def fill_variant(variant: VariantContent) -> None:
    """Put a variant into its fields."""
    given = {
        "text": variant.text,
        "link": variant.link,
        "hashtags": tags_line(variant.hashtags),
        "first": variant.first_comment,
        "heading": title_of(variant),
        "comments": variant.settings.comments_open,
        "share": variant.settings.share_open,
        "paid": variant.settings.paid_partner,
        "boost": variant.settings.paid_boost,
        "replies": variant.settings.reply_settings or "",
    }
    for name, value in given.items():
        st.session_state[key_of(name, variant.account_id)] = value
    for each in variant.media:
        st.session_state[alt_key(each.sha256, variant.account_id)] = each.alt_text


def tags_line(hashtags: Sequence[str]) -> str:
    """Return hashtags as one writes them."""
    return " ".join(f"#{tag}" for tag in hashtags)


def tags_of(line: str) -> tuple[str, ...]:
    """Return the hashtags that were typed."""
    return tuple(tag.strip("#,;") for tag in line.split() if tag.strip("#,;"))


def collect(kept: PostContent, accounts: Mapping[str, AccountRow]) -> PostContent:
    """Return what the fields hold; what has no field, or a field that is not on screen, stays as it was.

    A variant that follows the common text gets it, in its fields too; one that was changed by hand goes its own way.
    """
    known = {variant.account_id: variant for variant in kept.variants}
    chosen: list[str] = typed("accounts", list(known))
    common = _common(kept.common or CommonText())
    variants = tuple(
        _variant(known[each], common) if each in known else _joining(accounts[each].network, each, kept)
        for each in chosen
    )
    if len(accounts) == 1 and len(variants) == 1:
        common = CommonText(variants[0].text, variants[0].link, variants[0].hashtags)
        variants = (replace(variants[0], follows=FIELDS),)
    content = spread(_described(replace(kept, common=common, variants=variants)))
    for variant in content.variants:
        _show(variant, fresh=variant.account_id not in known)
    return content


def _show(variant: VariantContent, *, fresh: bool) -> None:
    """Put into a variant's fields what it took from the common text; a new variant fills all of its fields."""
    if fresh:
        fill_variant(variant)
        return
    taken = {"text": variant.text, "link": variant.link, "hashtags": tags_line(variant.hashtags)}
    for name in variant.follows:
        if typed(name, taken[name], variant.account_id) != taken[name]:
            st.session_state[key_of(name, variant.account_id)] = taken[name]


def _described(kept: PostContent) -> PostContent:
    return replace(
        kept,
        title=typed("title", kept.title),
        campaign=typed("campaign", kept.campaign),
        qualification=Qualification(q) if (q := typed("qualification", kept.qualification)) else None,
        audience=Audience(typed("audience", kept.audience)),
        products=tuple(typed("products", kept.products)),
        planned_at=_planned(kept.planned_at),
        visa=typed("visa", kept.visa),
        internal_ref=typed("ref", kept.internal_ref),
        moderation_plan=typed("plan", kept.moderation_plan),
        plan_texts=tuple(typed("plan_texts", kept.plan_texts)),
    )


def typed(name: str, otherwise: Typed, account_id: str = "") -> Typed:
    """Return what a field holds, or what stands in for a field that is not on the screen."""
    value: Typed = st.session_state.get(key_of(name, account_id), otherwise)
    return value


def _planned(kept: datetime | None) -> datetime | None:
    """Return the date that was typed, which is Paris time, in UTC."""
    if key_of("planned") not in st.session_state:
        return kept
    given: datetime | None = st.session_state[key_of("planned")]
    return given.replace(tzinfo=clock.PARIS).astimezone(UTC) if given else None


def _common(kept: CommonText) -> CommonText:
    return CommonText(
        typed("common_text", kept.text),
        typed("common_link", kept.link),
        tags_of(typed("common_hashtags", tags_line(kept.hashtags))),
    )


def _joining(network: Network, account_id: str, kept: PostContent) -> VariantContent:
    """Return the variant of an account that was just chosen: the common text, and the first variant's files."""
    first = next(iter(kept.variants), None)
    return VariantContent(account_id, network, media=_files(first) if first else (), follows=FIELDS)


def _files(kept: VariantContent) -> tuple[MediaRef, ...]:
    """Return a variant's files, described as their fields say."""
    of = kept.account_id
    return tuple(replace(m, alt_text=st.session_state.get(alt_key(m.sha256, of), m.alt_text)) for m in kept.media)


def _variant(kept: VariantContent, common: CommonText) -> VariantContent:
    of = kept.account_id
    own = dict(kept.settings.network)
    heading = typed("heading", title_of(kept), of)
    if heading or TITLE in own:
        own[TITLE] = heading
    settings = replace(
        kept.settings,
        comments_open=typed("comments", kept.settings.comments_open, of),
        share_open=typed("share", kept.settings.share_open, of),
        paid_partner=typed("paid", kept.settings.paid_partner, of),
        paid_boost=typed("boost", kept.settings.paid_boost, of),
        reply_settings=typed("replies", kept.settings.reply_settings or "", of) or None,
        network=tuple(sorted(own.items())),
    )
    told: dict[str, Any] = {
        "text": typed("text", kept.text, of),
        "link": typed("link", kept.link, of),
        "hashtags": tags_of(typed("hashtags", tags_line(kept.hashtags), of)),
    }
    untouched = tuple(name for name in kept.follows if told[name] == getattr(kept, name))
    first = typed("first", kept.first_comment, of)
    changed = replace(kept, **told, first_comment=first, media=_files(kept), settings=settings)
    back = let_go(changed, common).follows
    return replace(changed, follows=tuple(name for name in FIELDS if name in {*untouched, *back}))
