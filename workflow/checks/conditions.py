"""When a rule applies: conditions on the post's declarations and on the register's facts, written in YAML."""

from typing import Literal

from models.enums import Audience, Network, ProductKind, ProductOwner, Qualification
from workflow.checks.format import Data
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Reading

UNDECLARED = "undeclared"
Flag = Literal["comments_open", "share_open", "paid_partner", "paid_boost"]


class ProductIs(Data):
    """A condition on one product; every key that is given must hold, and what the register does not know never does."""

    kind: tuple[ProductKind, ...] | None = None
    owner: tuple[ProductOwner, ...] | None = None
    prescription_only: bool | None = None
    reimbursed: bool | None = None
    restricted: bool | None = None
    derogation: bool | None = None

    def holds(self, product: ProductFacts | None) -> bool:
        """Say whether a product of the register meets the condition."""
        if product is None:
            return False
        wanted = (
            (self.prescription_only, product.on_prescription),
            (self.reimbursed, product.reimbursed),
            (self.restricted, product.restricted),
            (self.derogation, bool(product.derogation)),
        )
        return (
            all(want is None or want is fact for want, fact in wanted)
            and (self.kind is None or product.kind in self.kind)
            and (self.owner is None or product.owner in self.owner)
        )


class When(Data):
    """A condition on a post; every key that is given must hold.

    `product`: one of its products is such. `only_products`: it has products, and all are such (an unknown one is not).
    `undeclared` in `qualification` or `audience` means that none was declared.
    """

    qualification: tuple[Qualification | Literal["undeclared"], ...] | None = None
    audience: tuple[Audience | Literal["undeclared"], ...] | None = None
    network: tuple[Network, ...] | None = None
    product: ProductIs | None = None
    only_products: ProductIs | None = None
    flags: dict[Flag, bool] | None = None
    any_of: tuple["When", ...] | None = None
    unless: "When | None" = None

    def holds(self, reading: Reading) -> bool:
        """Say whether the post meets the condition."""
        return (
            self._declarations(reading)
            and self._products(reading)
            and all(getattr(reading.post, flag) is value for flag, value in (self.flags or {}).items())
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
