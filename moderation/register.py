"""The company's register of products as the detectors and the rule of courtesy read it."""

from functools import lru_cache

from sqlmodel import Session, col, select

from models.product import Product
from moderation.detectors.catalogue import Catalogue

Register = tuple[tuple[str, str | None, str, tuple[str, ...], str | None], ...]


def register(session: Session) -> Register:
    """Return the register of products as a value: equal registers share one catalogue."""
    products = session.exec(select(Product).order_by(col(Product.name)))
    return tuple((p.name, p.substance, p.owner.value, tuple(p.aliases), p.indication) for p in products)


@lru_cache(maxsize=2)
def catalogue_of(known: Register) -> Catalogue:
    """Return the detectors' catalogue of a register."""
    keys = ("name", "substance", "owner", "aliases", "indication")
    return Catalogue.from_records(dict(zip(keys, product, strict=True)) for product in known)


def catalogue(session: Session) -> Catalogue:
    """Return the detectors' catalogue of the register as it stands."""
    return catalogue_of(register(session))
