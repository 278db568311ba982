"""The company's register of products, and what it set of the detection, as the detectors need them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from errors import InvalidInput
from models.enums import ProductOwner
from moderation.detectors.tuning import AS_SHIPPED, Tuning


@dataclass(frozen=True)
class Product:
    """One health product: ours or a competitor's; `substance` in its own language, lower case.

    `indication` says in a few words what it is taken for.
    """

    name: str
    substance: str | None = None
    owner: ProductOwner | None = ProductOwner.OWN
    aliases: tuple[str, ...] = ()
    indication: str | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Product":
        """Read one entry of the register: only `name` is required, unknown keys are ignored.

        Raises InvalidInput for an entry without a name or with a value of the wrong kind.
        """
        name, substance = record.get("name"), record.get("substance")
        use = record.get("indication") or record.get("use")
        aliases = record.get("aliases") or ()
        if not isinstance(name, str) or not name.strip():
            raise InvalidInput("Une entrée du catalogue n'a pas de nom (clé « name »).")
        if not isinstance(substance, str | None) or not all(isinstance(a, str) for a in aliases):
            raise InvalidInput("Entrée « {name} » du catalogue : « substance » ou « aliases » illisible.", name=name)
        owner = record.get("owner") or ProductOwner.OWN
        if owner not in list(ProductOwner):
            raise InvalidInput(
                "Entrée « {name} » du catalogue : propriétaire « {owner} » inconnu.", name=name, owner=owner
            )
        known = (substance or "").strip().lower() or None
        return cls(name.strip(), known, ProductOwner(owner), tuple(aliases), use if isinstance(use, str) else None)


@dataclass(frozen=True)
class Catalogue:
    """The products in the order of the register; equal catalogues find equal things."""

    products: tuple[Product, ...] = field(default=())
    tuning: Tuning = AS_SHIPPED

    @cached_property
    def by_name(self) -> dict[str, Product]:
        """Return the products by name; the first of two of the same name."""
        return {product.name: product for product in reversed(self.products)}

    @classmethod
    def from_records(cls, records: Iterable[Mapping[str, Any]]) -> "Catalogue":
        """Read the register (keys as in the demonstration catalogue); raises InvalidInput as `Product` does."""
        return cls(tuple(Product.from_record(record) for record in records))

    def tuned(self, tuning: Tuning) -> "Catalogue":
        """Return the register with the company's nicknames; that of a product no longer there counts as ours."""
        known: dict[str, list[str]] = {}
        for nickname, product in tuning.nicknames:
            known.setdefault(product, []).append(nickname)
        named = [replace(one, aliases=(*one.aliases, *known.pop(one.name, ()))) for one in self.products]
        lost = [Product(name, aliases=tuple(nicknames)) for name, nicknames in known.items()]
        return Catalogue((*named, *lost), tuning)
