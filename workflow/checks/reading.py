"""A post as the rules read it: its texts folded, the products that it names, the day it would be published."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from models.enums import ProductKind
from workflow.checks.addresses import Address, addresses_in
from workflow.checks.claims import Passage, Standing, places, standing
from workflow.checks.folding import Folded, fold
from workflow.checks.names import NameIndex, name_index, squeezed
from workflow.checks.post import CheckedPost, ProductFacts, paris_day

FIELDS = ("text", "title", "first_comment", "alt_text", "hashtags", "link")
MEDICINES = frozenset({ProductKind.OTC, ProductKind.RX, ProductKind.VACCINE})

_SHORTEST_SUBSTANCE = 4


@dataclass(frozen=True)
class Field:
    """One text of the post: `words` has its hashtags split, `plain` has not."""

    name: str
    words: Folded
    plain: Folded


@dataclass(frozen=True)
class Mention:
    """A product named in a field; a substance stands for every product of the register that holds it."""

    products: tuple[ProductFacts, ...]
    by_substance: bool
    field: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """Everything that a rule may look at.

    `allowed_links`: the domains that a post may point to; None when no list was given.
    """

    post: CheckedPost
    register: tuple[ProductFacts, ...]
    day: date
    fields: tuple[Field, ...]
    mentions: tuple[Mention, ...]
    allowed_links: tuple[str, ...] | None = None

    @cached_property
    def addresses(self) -> tuple[Address, ...]:
        """The web addresses that the post points to, field by field."""
        return tuple(address for field in self.fields for address in addresses_in(field.name, field.plain.source))

    @cached_property
    def declared(self) -> tuple[ProductFacts | None, ...]:
        """The products that the post declares, in order; None for one that the register does not know."""
        return tuple(self._registered(name) for name in self.post.products)

    @cached_property
    def products(self) -> tuple[ProductFacts | None, ...]:
        """The products declared and those named by brand; a substance alone does not make a product."""
        named = [product for mention in self.mentions if not mention.by_substance for product in mention.products]
        found: list[ProductFacts | None] = []
        for product in (*self.declared, *named):
            if product not in found:
                found.append(product)
        return tuple(found)

    @cached_property
    def advertised(self) -> tuple[ProductFacts | None, ...]:
        """The medicines that the post is about: those declared, else those named; None for one that is not known."""
        about = self.declared or self.products
        return tuple(product for product in about if product is None or product.kind in {None, *MEDICINES})

    @cached_property
    def claimed(self) -> tuple[Passage, ...]:
        """The passages that say a claim of the library, and whether it carries them."""
        post, about = self.post, frozenset(product.name for product in self.products if product)
        return tuple(
            Passage(claim, field.name, *span, standing(claim, self.day, post.network, post.audience, about))
            for claim in post.claims
            for field in self.fields
            for span in places(field.plain, claim)
        )

    def carried(self, field: str, start: int, end: int) -> bool:
        """Say whether a claim in force carries a passage."""
        return any(each.standing is Standing.HOLDS and each.covers(field, start, end) for each in self.claimed)

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The folded texts that a reader sees: all but the link."""
        return tuple(field.words.text for field in self.fields if field.name != "link")

    @cached_property
    def _named_in(self) -> dict[str, tuple[list[int], list[Mention]]]:
        """The mentions of each field, in order, beside their starts."""
        held = {field.name: [each for each in self.mentions if each.field == field.name] for field in self.fields}
        return {name: ([each.start for each in mentions], mentions) for name, mentions in held.items()}

    def named_between(self, field: str, start: int, end: int) -> list[Mention]:
        """Return the mentions between two places of a field as given, in order."""
        starts, mentions = self._named_in.get(field, ([], []))
        found = mentions[bisect_left(starts, start) : bisect_left(starts, end)]
        return [mention for mention in found if mention.end <= end]

    def source(self, field: str) -> str:
        """Return a field as it was given."""
        return next((each.plain.source for each in self.fields if each.name == field), "")

    def _registered(self, name: str) -> ProductFacts | None:
        """Find a declared product by its name or an alias."""
        held = index_of(self.register)[0].holders.get(squeezed(name), ())
        return self.register[held[0]] if held else None


def read_post(
    post: CheckedPost,
    register: tuple[ProductFacts, ...],
    today: date,
    allowed_links: tuple[str, ...] | None = None,
) -> Reading:
    """Fold the texts of a post and find the products that they name."""
    texts = (post.text, post.title, post.first_comment, post.alt_text, " ".join(post.hashtags), post.link)
    fields = tuple(_field(name, text) for name, text in zip(FIELDS, texts, strict=True) if text)
    indexes = index_of(register)
    mentions = tuple(mention for field in fields for mention in _mentions(field, register, indexes))
    day = paris_day(post.planned_at) if post.planned_at else today
    return Reading(post, register, day, fields, mentions, allowed_links)


def _field(name: str, text: str) -> Field:
    """Fold one text."""
    plain = fold(text)
    tagged = name == "hashtags" or "#" in text or "@" in text
    return Field(name, fold(text, split_tags=True, all_tags=name == "hashtags") if tagged else plain, plain)


def _mentions(field: Field, register: tuple[ProductFacts, ...], indexes: tuple[NameIndex, NameIndex]) -> list[Mention]:
    """Find brands and substances, whole words in prose and anywhere inside hashtags, handles and addresses."""
    found: dict[tuple[int, int], Mention] = {}
    for by_substance, index in zip((False, True), indexes, strict=True):
        for start, end, held in sorted(index.found_in(field.plain.text, field.name in {"hashtags", "link"})):
            span = field.plain.span(start, end)
            if not any(first <= span[0] and span[1] <= last for first, last in found):
                products = tuple(register[position] for position in held)
                found[span] = Mention(products, by_substance, field.name, *span)
    return [found[span] for span in sorted(found)]


def index_of(register: tuple[ProductFacts, ...]) -> tuple[NameIndex, NameIndex]:
    """Return the index of a register's brands and the one of its substances; built once for the same names."""
    return (
        name_index(tuple(product.names for product in register)),
        name_index(tuple(substance_names(product) for product in register)),
    )


@lru_cache(maxsize=8192)
def _substances(given: tuple[str | None, ...]) -> tuple[str, ...]:
    """Split what a register gives as substances into single names."""
    parts = [part.strip() for name in given if name for part in re.split(r"[,;/+]| et ", name)]
    long = [part for part in dict.fromkeys(parts) if len(part) >= _SHORTEST_SUBSTANCE]
    return tuple(part for part in long if not fold(part).text.startswith("vaccin"))


def substance_names(product: ProductFacts) -> tuple[str, ...]:
    """Return the substances that name this medicine; a vaccine's "vaccin antigrippal" names a class, no product."""
    if product.kind is not None and product.kind not in MEDICINES:
        return ()
    return _substances((product.substance, product.active_substance))
