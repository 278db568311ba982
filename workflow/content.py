"""What an editor fills in, and its canonical form: the payload of each variant, and the hash that signatures bind to.

    variant_sha256   SHA-256 of a variant's canonical payload: everything that its network shows or that decides who
                     sees it (text as published, link, first comment, media, settings, audience)
    content_sha256   SHA-256 of a version's canonical JSON: its sorted variant hashes, and the declarations that signers
                     rely on (qualification, audience, products, visa, internal reference)

The planned date, the title and the campaign are in no hash: moving a slot keeps every signature (re-approval matrix).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from compliance.canonical import canonical, sha256_text
from errors import InvalidInput
from i18n import N_
from models.enums import Audience, Network, Qualification
from workflow.lengths import published_text

FORMAT = 1
LONGEST_FIELD = 200_000
Setting = str | int | bool


@dataclass(frozen=True)
class MediaRef:
    """One picture or film: the SHA-256 of its bytes, and the text read to those who cannot see it."""

    sha256: str
    alt_text: str = ""
    mime: str = ""
    name: str = ""


@dataclass(frozen=True)
class VariantSettings:
    """How a variant is published; `network` holds what one network alone knows, as (name, value) pairs."""

    comments_open: bool = True
    share_open: bool = True
    reply_settings: str | None = None
    paid_partner: bool = False
    paid_boost: bool = False
    network: tuple[tuple[str, Setting], ...] = ()


@dataclass(frozen=True)
class VariantContent:
    """What one account will show. Without an audience of its own, it has the post's."""

    account_id: str
    network: Network
    text: str = ""
    link: str = ""
    first_comment: str = ""
    hashtags: tuple[str, ...] = ()
    media: tuple[MediaRef, ...] = ()
    settings: VariantSettings = field(default_factory=VariantSettings)
    audience: Audience | None = None
    follows: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommonText:
    """What the variants of a post say alike, where they follow it."""

    text: str = ""
    link: str = ""
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True)
class PostContent:
    """A post as an editor fills it in; `products` are ids of the register, `visa` is a visa's number.

    The common text, and which fields of a variant follow it, help the editor: no network shows them, and no hash
    covers them. Without one (None) nothing was ever said of it. `moderation_plan` says how the comments are looked
    after (who, when, what is passed on), `plan_texts` are the keys of the approved answers that it foresees.
    """

    title: str
    variants: tuple[VariantContent, ...] = ()
    qualification: Qualification | None = None
    audience: Audience = Audience.PUBLIC
    products: tuple[str, ...] = ()
    campaign: str = ""
    planned_at: datetime | None = None
    visa: str = ""
    internal_ref: str = ""
    common: CommonText | None = None
    moderation_plan: str = ""
    plan_texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class CanonicalVariant:
    """A variant's canonical payload with its hash."""

    account_id: str
    network: Network
    payload_json: str
    sha256: str


@dataclass(frozen=True)
class CanonicalContent:
    """A content's canonical JSON with its hash, and its variants'."""

    canonical_json: str
    sha256: str
    variants: tuple[CanonicalVariant, ...]


def canonical_content(content: PostContent) -> CanonicalContent:
    """Return the canonical form of a content; raises InvalidInput for what cannot be stored or told apart."""
    check_storable(content)
    variants = tuple(canonical_variant(content, variant) for variant in content.variants)
    text = canonical(
        {
            "covigie": "post-version",
            "format": FORMAT,
            "variants": sorted(variant.sha256 for variant in variants),
            "declarations": declarations(content),
        }
    )
    return CanonicalContent(text, sha256_text(text), variants)


def canonical_variant(content: PostContent, variant: VariantContent) -> CanonicalVariant:
    """Return the canonical payload of one variant: the text as its network will get it, and all around it."""
    payload = asdict(variant) | {
        "covigie": "variant",
        "format": FORMAT,
        "network": variant.network.value,
        "audience": (variant.audience or content.audience).value,
        "own_audience": variant.audience is not None,
        "hashtags": list(variant.hashtags),
        "settings": asdict(variant.settings) | {"network": dict(variant.settings.network)},
        "published_text": published_text(variant.network, variant.text, variant.hashtags, variant.link),
    }
    del payload["follows"]
    text = canonical(payload)
    return CanonicalVariant(variant.account_id, variant.network, text, sha256_text(text))


def declarations(content: PostContent) -> dict[str, Any]:
    """Return what the author declares and the signers rely on; a post without a moderation plan says nothing of one."""
    plan = content.moderation_plan.strip()
    planned = {"moderation": {"plan": plan, "texts": sorted(set(content.plan_texts))}} if plan else {}
    return planned | {
        "qualification": content.qualification.value if content.qualification else None,
        "audience": content.audience.value,
        "products": sorted(set(content.products)),
        "visa": content.visa.strip(),
        "internal_ref": content.internal_ref.strip(),
    }


def content_of(
    canonical_json: str, payloads: Iterable[str], *, title: str, campaign: str | None, planned_at: datetime | None
) -> PostContent:
    """Return the content that was stored: `canonical_content` of it has the same hash."""
    declared = json.loads(canonical_json)["declarations"]
    qualification = declared["qualification"]
    moderation = declared.get("moderation", {})
    return PostContent(
        title=title,
        variants=tuple(variant_of(json.loads(payload)) for payload in payloads),
        qualification=Qualification(qualification) if qualification else None,
        audience=Audience(declared["audience"]),
        products=tuple(declared["products"]),
        campaign=campaign or "",
        planned_at=planned_at,
        visa=declared["visa"],
        internal_ref=declared["internal_ref"],
        moderation_plan=moderation.get("plan", ""),
        plan_texts=tuple(moderation.get("texts", ())),
    )


def variant_of(payload: dict[str, Any]) -> VariantContent:
    """Return the variant of a stored payload."""
    settings = payload["settings"] | {"network": tuple(sorted(payload["settings"]["network"].items()))}
    return VariantContent(
        account_id=payload["account_id"],
        network=Network(payload["network"]),
        text=payload["text"],
        link=payload["link"],
        first_comment=payload["first_comment"],
        hashtags=tuple(payload["hashtags"]),
        media=tuple(MediaRef(**media) for media in payload["media"]),
        settings=VariantSettings(**settings),
        audience=Audience(payload["audience"]) if payload["own_audience"] else None,
    )


def tidy(content: PostContent) -> PostContent:
    """Return a content without what means nothing: blanks around names, empty hashtags, a hashtag's own sign."""
    return replace(
        content,
        title=content.title.strip(),
        campaign=content.campaign.strip(),
        visa=content.visa.strip(),
        internal_ref=content.internal_ref.strip(),
        moderation_plan=content.moderation_plan.strip(),
        plan_texts=tuple(sorted(set(content.plan_texts))) if content.moderation_plan.strip() else (),
        products=tuple(sorted(set(content.products))),
        variants=tuple(_tidy_variant(variant) for variant in content.variants),
        common=_tidy_common(content.common) if content.common else None,
    )


def _tidy_variant(variant: VariantContent) -> VariantContent:
    settings = replace(variant.settings, network=tuple(sorted(variant.settings.network)))
    return replace(variant, link=variant.link.strip(), hashtags=_tidy_tags(variant.hashtags), settings=settings)


def _tidy_common(common: CommonText) -> CommonText:
    return replace(common, link=common.link.strip(), hashtags=_tidy_tags(common.hashtags))


def _tidy_tags(hashtags: Iterable[str]) -> tuple[str, ...]:
    tags = (tag.strip().lstrip("#").strip() for tag in hashtags)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def check_storable(content: PostContent) -> None:
    """Refuse what no database or network can hold: unreadable characters, a boundless text, one account twice."""
    if not content.title.strip():
        raise InvalidInput(N_("Donnez un titre à la publication : il ne sera pas publié."))
    if content.planned_at is not None and content.planned_at.tzinfo is None:
        raise InvalidInput(N_("La date prévue ne dit pas son fuseau horaire."))
    check_texts(content)


def check_texts(content: PostContent) -> None:
    """Refuse what cannot be kept even as a draft."""
    accounts = [variant.account_id for variant in content.variants]
    if len(accounts) != len(set(accounts)):
        raise InvalidInput(N_("Un compte ne peut avoir qu'une variante."))
    for text in _texts(content):
        _check_text(text)


def _texts(content: PostContent) -> Iterable[str]:
    yield from (content.title, content.campaign, content.visa, content.internal_ref, content.moderation_plan)
    if content.common:
        yield from (content.common.text, content.common.link, *content.common.hashtags)
    for variant in content.variants:
        yield from (variant.text, variant.link, variant.first_comment, *variant.hashtags)
        yield from (value for _name, value in variant.settings.network if isinstance(value, str))
        for media in variant.media:
            yield from (getattr(media, each.name) for each in fields(media))


def _check_text(text: str) -> None:
    if len(text) > LONGEST_FIELD:
        raise InvalidInput(
            N_("Un champ compte {count} caractères ; {limit} au plus peuvent être gardés. Rien n'a été coupé."),
            count=len(text),
            limit=LONGEST_FIELD,
        )
    unreadable = next((i for i, c in enumerate(text) if c == "\0" or "\ud800" <= c <= "\udfff"), None)
    if unreadable is not None:
        raise InvalidInput(
            N_("Le caractère {place} est illisible (texte mal encodé). Supprimez-le, puis enregistrez à nouveau."),
            place=unreadable + 1,
        )
