"""Approved claims in the words of a post: a passage that says one in a known wording is linked to it by itself."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Annotated

from pydantic import BeforeValidator

from models.enums import Audience, ClaimStatus, Network
from workflow.checks.folding import Folded, fold

_PARTS = re.compile(r"\w+|[^\w\s]")
_END = re.compile(r"[\s.,;:!?…]+$")


def _day(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _words(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Standing(StrEnum):
    """Whether a claim carries a passage, or why it does not."""

    HOLDS = "holds"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OUT_OF_SCOPE = "out_of_scope"
    OTHER_PRODUCT = "other_product"


@dataclass(frozen=True)
class ClaimFacts:
    """A claim of the library, once signed; `wordings` are all its wordings, `product` the name of the one it is about.

    `networks` and `audiences`: where and to whom it may be said; empty: everywhere, to everyone.
    """

    wordings: Annotated[tuple[str, ...], BeforeValidator(_words)]
    id: str = ""
    product: str | None = None
    status: ClaimStatus = ClaimStatus.APPROVED
    valid_until: Annotated[date | None, BeforeValidator(_day)] = None
    networks: tuple[Network, ...] = ()
    audiences: tuple[Audience, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A passage of a field that says a claim; `start` and `end` are places in the field as given."""

    claim: ClaimFacts
    field: str
    start: int
    end: int
    standing: Standing

    def covers(self, field: str, start: int, end: int) -> bool:
        """Say whether another passage lies within this one."""
        return self.field == field and self.start <= start and end <= self.end


def is_in_force(claim: ClaimFacts, day: date) -> bool:
    """Say whether a claim is approved, and still is on a day."""
    return claim.status is ClaimStatus.APPROVED and (claim.valid_until is None or day <= claim.valid_until)


def standing(
    claim: ClaimFacts, day: date, network: Network | None, audience: Audience | None, products: frozenset[str]
) -> Standing:
    """Say whether a claim may be said on a day, to an audience of a network, of the products (names) of a post."""
    if claim.status is ClaimStatus.WITHDRAWN:
        return Standing.WITHDRAWN
    if not is_in_force(claim, day):
        return Standing.EXPIRED
    if (claim.networks and network not in claim.networks) or (claim.audiences and audience not in claim.audiences):
        return Standing.OUT_OF_SCOPE
    if claim.product is not None and claim.product not in products:
        return Standing.OTHER_PRODUCT
    return Standing.HOLDS


@lru_cache(maxsize=4096)
def wording_pattern(wording: str) -> re.Pattern[str] | None:
    """Return the pattern that finds a wording in a folded text, whatever the blanks; None for one without a word.

    Blanks count between two words only, and the punctuation at its end does not: « 87 % » is « 87% ».
    """
    parts = _PARTS.findall(_END.sub("", fold(wording).text))
    if not any(part[0].isalnum() for part in parts):
        return None
    found = re.escape(parts[0])
    for before, after in pairwise(parts):
        found += (r"\s+" if before[-1].isalnum() and after[0].isalnum() else r"\s*") + re.escape(after)
    return re.compile(rf"(?<!\w){found}(?!\w)")


def places(text: Folded, claim: ClaimFacts) -> Iterator[tuple[int, int]]:
    """Yield where a text as given says a claim, in any of its wordings."""
    seen: set[tuple[int, int]] = set()
    for pattern in filter(None, map(wording_pattern, claim.wordings)):
        for match in pattern.finditer(text.text):
            span = text.span(*match.span())
            if span not in seen:
                seen.add(span)
                yield span


def unheld(passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages that no claim carries: what one claim in force covers, another that fell does not void."""
    found = list(passages)
    carried = [each for each in found if each.standing is Standing.HOLDS]
    return [
        each
        for each in found
        if each.standing is not Standing.HOLDS
        and not any(other.covers(each.field, each.start, each.end) for other in carried)
    ]


REASONS: Mapping[Standing, tuple[str, str]] = {
    Standing.WITHDRAWN: ("a été retirée de la bibliothèque", "was withdrawn from the library"),
    Standing.EXPIRED: ("n'est plus en cours de validité", "is no longer valid"),
    Standing.OUT_OF_SCOPE: (
        "n'est pas approuvée pour ce réseau ou ce public",
        "is not approved for this network or audience",
    ),
    Standing.OTHER_PRODUCT: (
        "est approuvée pour un produit que cette publication ne déclare ni ne nomme",
        "is approved for a product that this post neither declares nor names",
    ),
}
"""Why a claim does not carry a passage, in French and English, as a rule's message says it."""
