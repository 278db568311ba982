"""An address that a post should not point to, or not without a look."""

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from workflow.checks.addresses import Address
from workflow.checks.conditions import ProductIs
from workflow.checks.detectors.detector import ALL_FIELDS, AnyOf, Detector, FieldName, Hit, Wording, any_of
from workflow.checks.format import Text
from workflow.checks.reading import Reading


class LinkTo(Detector):
    """Find addresses of the post that one of these describes.

    `unlisted`: no domain of the list given with the call holds it (without a list, none is unlisted). `domains`: it
    lies under one of these domains. `like`: it holds one of these wordings. `product`: it names such a product, by
    its brand. `part: host` reads `like` and `product` in the host alone. `unless` lists wordings of addresses that are
    never meant; `unless_listed`: an address of the list given with the call is not.
    """

    kind: Literal["link"]
    unlisted: bool = False
    domains: tuple[Text, ...] = ()
    like: tuple[Wording, ...] = ()
    product: ProductIs | None = None
    part: Literal["host", "address"] = "address"
    unless: tuple[Wording, ...] = ()
    unless_listed: bool = False
    fields: tuple[FieldName, ...] = ALL_FIELDS

    @cached_property
    def _wanted(self) -> AnyOf | None:
        return any_of(self.like) if self.like else None

    @cached_property
    def _innocent(self) -> AnyOf | None:
        return any_of(self.unless) if self.unless else None

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the addresses, field by field."""
        for address in reading.addresses:
            meant = address.field in self.fields and self._described(address, reading)
            if meant and not self._spared(address, reading):
                yield Hit(address.field, address.start, address.end)

    def _described(self, address: Address, reading: Reading) -> bool:
        return (
            (self.unlisted and reading.allowed_links is not None and not _listed(address, reading))
            or any(map(address.under, self.domains))
            or bool(self._wanted and self._wanted.search(self._read(address)))
            or self._names_product(address, reading)
        )

    def _spared(self, address: Address, reading: Reading) -> bool:
        return (self.unless_listed and _listed(address, reading)) or bool(
            self._innocent and self._innocent.search(address.host + address.rest)
        )

    def _read(self, address: Address) -> str:
        """Return the part of the address that the rule reads."""
        return address.host if self.part == "host" else address.host + address.rest

    def _names_product(self, address: Address, reading: Reading) -> bool:
        """Say whether a brand of a product that meets the condition stands in the part that the rule reads."""
        product = self.product
        if product is None:
            return False
        host = self.part == "host"
        start, end = (address.host_start, address.host_end) if host else (address.start, address.end)
        return any(
            mention.field == address.field
            and not mention.by_substance
            and start <= mention.start
            and mention.end <= end
            and any(map(product.holds, mention.products))
            for mention in reading.mentions
        )


def _listed(address: Address, reading: Reading) -> bool:
    """Say whether the list given with the call holds the address."""
    return any(map(address.under, reading.allowed_links or ()))
