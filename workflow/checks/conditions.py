"""When a rule applies: conditions on the post's declarations and on the register's facts, written in YAML."""

import re
from functools import cached_property
from typing import Literal

from models.enums import Audience, Network, ProductKind, ProductOwner, Qualification, Severity
from workflow.checks.folding import fold
from workflow.checks.format import Data, Text
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Reading
from workflow.checks.scope import asserted
from workflow.checks.wording import AnyOf, Wording, any_of

UNDECLARED = "undeclared"
CONSUMER_GOODS = frozenset({ProductKind.COSMETIC, ProductKind.SUPPLEMENT})
FOR_A_PRODUCT = frozenset({Qualification.PRODUCT_INFO, Qualification.PROMO_GP, Qualification.PROMO_HCP})
Flag = Literal["comments_open", "share_open", "paid_partner", "paid_boost"]


class ProductIs(Data):
    """A condition on one product; every key that is given must hold, and what the register does not know never does.

    `substance`: one of its substances begins a word with one of these, folded.
    `not_kind` holds for an unknown kind too: a rule that exempts cosmetics does not exempt what nobody described.
    A product that the register does not put on the low-risk list is not on it: silence never lightens a rule.
    """

    kind: tuple[ProductKind, ...] | None = None
    not_kind: tuple[ProductKind, ...] = ()
    owner: tuple[ProductOwner, ...] | None = None
    prescription_only: bool | None = None
    reimbursed: bool | None = None
    restricted: bool | None = None
    derogation: bool | None = None
    generic: bool | None = None
    substance: tuple[Text, ...] | None = None
    device_high_risk: bool | None = None
    device_low_risk_list: bool | None = None

    def holds(self, product: ProductFacts | None) -> bool:
        """Say whether a product of the register meets the condition."""
        if product is None:
            return False
        wanted = (
            (self.prescription_only, product.on_prescription),
            (self.reimbursed, product.reimbursable),
            (self.restricted, product.barred),
            (self.derogation, bool(product.derogation)),
            (self.generic, bool(product.generic_of)),
            (self.device_high_risk, product.device_high_risk),
            (self.device_low_risk_list, bool(product.device_low_risk_list)),
        )
        return (
            all(want is None or want is fact for want, fact in wanted)
            and (self.kind is None or product.kind in self.kind)
            and product.kind not in self.not_kind
            and (self.owner is None or product.owner in self.owner)
            and (self.substance is None or _holds_substance(product.substances, self.substance))
        )


def _holds_substance(given: str, wanted: tuple[str, ...]) -> bool:
    """Say whether a word of the substances begins with one of those wanted."""
    words = " " + re.sub(r"[^a-z0-9]+", " ", fold(given).text)
    return any(f" {each}" in words for each in wanted)


class When(Data):
    """A condition on a post; every key that is given must hold.

    `product`: one of its products is such. `only_products`: it has products, and all are such (an unknown one is not).
    `says`: one of these wordings is asserted in one of its texts; `shows`: it stands there, asserted or not.
    `undeclared` in `qualification` or `audience` means that none was declared. `health_product`: a medicine or a device
    is in play (`has_health_product`).
    """

    qualification: tuple[Qualification | Literal["undeclared"], ...] | None = None
    audience: tuple[Audience | Literal["undeclared"], ...] | None = None
    network: tuple[Network, ...] | None = None
    product: ProductIs | None = None
    only_products: ProductIs | None = None
    health_product: bool | None = None
    flags: dict[Flag, bool] | None = None
    says: tuple[Wording, ...] | None = None
    shows: tuple[Wording, ...] | None = None
    any_of: tuple["When", ...] | None = None
    unless: "When | None" = None

    def holds(self, reading: Reading) -> bool:
        """Say whether the post meets the condition."""
        return (
            self._declarations(reading)
            and self._products(reading)
            and (self.health_product is None or has_health_product(reading) is self.health_product)
            and all(getattr(reading.post, flag) is value for flag, value in (self.flags or {}).items())
            and self._words(reading)
            and (self.any_of is None or any(each.holds(reading) for each in self.any_of))
            and (self.unless is None or not self.unless.holds(reading))
        )

    def _declarations(self, reading: Reading) -> bool:
        """Say whether qualification, audience and network are among those wanted."""
        post = reading.post
        return (
            (self.qualification is None or (post.qualification or UNDECLARED) in self.qualification)
            and (self.audience is None or (post.audience or UNDECLARED) in self.audience)
            and (self.network is None or post.network in self.network)
        )

    def _products(self, reading: Reading) -> bool:
        """Say whether the products of the post are such."""
        some, every, products = self.product, self.only_products, reading.products
        return (some is None or any(map(some.holds, products))) and (
            every is None or (bool(products) and all(map(every.holds, products)))
        )

    def _words(self, reading: Reading) -> bool:
        """Say whether the wordings asked for stand in the post."""
        said, shown = self._said, self._shown
        texts = [field.words.text for field in reading.fields] if said or shown else []
        return (shown is None or any(map(shown.search, texts))) and (
            said is None or any(asserted(text, *found.span()) for text in texts for found in said.finditer(text))
        )

    @cached_property
    def _said(self) -> AnyOf | None:
        return any_of(self.says) if self.says else None

    @cached_property
    def _shown(self) -> AnyOf | None:
        return any_of(self.shows) if self.shows else None


def has_health_product(reading: Reading) -> bool:
    """Say whether a medicine or a device is in play.

    It is declared, named by brand or by substance, or the post is qualified for a product and shows none. A product
    that the register cannot place counts: what is unknown never lightens a rule.
    """
    if any(mention.by_substance for mention in reading.mentions):
        return True
    kinds = {product.kind if product else None for product in reading.products}
    return bool(kinds - CONSUMER_GOODS) if kinds else reading.post.qualification in FOR_A_PRODUCT


class Case(Data):
    """A severity in one context."""

    when: When | None = None
    severity: Severity


def severity_in(cases: tuple[Case, ...], reading: Reading) -> Severity | None:
    """Return the severity of the first case that holds for a post, None where none does."""
    return next((case.severity for case in cases if case.when is None or case.when.holds(reading)), None)
