"""The company's register of products, and what it set of the detection, as the detectors and courtesy read them."""

from functools import lru_cache
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.product import Product
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.tuning import Tuning
from moderation.tunings import tuning_in_force


class Register(NamedTuple):
    """What the detectors are given of the company: its products, and what it set of the detection."""

    products: tuple[tuple[str, str | None, str, tuple[str, ...], str | None], ...]
    tuning: Tuning


def read_register(session: Session) -> Register:
    """Return the register of products and the tuning in force as a value: equal registers share one catalogue."""
    products = session.exec(select(Product).order_by(col(Product.name)))
    named = tuple((p.name, p.substance, p.owner.value, tuple(p.aliases), p.indication) for p in products)
    return Register(named, tuning_in_force(session))


@lru_cache(maxsize=4)
def catalogue_of(known: Register) -> Catalogue:
    """Return the detectors' catalogue of a register."""
    keys = ("name", "substance", "owner", "aliases", "indication")
    read = Catalogue.from_records(dict(zip(keys, product, strict=True)) for product in known.products)
    return read.tuned(known.tuning)


def catalogue(session: Session) -> Catalogue:
    """Return the detectors' catalogue of the register as it stands."""
    return catalogue_of(read_register(session))
