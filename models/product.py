"""The register of products: ours and the competitors'."""

from datetime import date

from sqlmodel import Field

from models.base import Table, enum_column, identifier, json_column
from models.enums import ProductKind, ProductOwner, ProductStatus


class Product(Table, table=True):
    """A product of the register; the keys are those of the catalogue file (`covigie analyse --catalogue`).

    `amm_from`, `amm_until`: the days, both included, between which its authorisation (AMM) holds. `device_*`: what the
    law on devices asks (L. 5213-3, L. 5213-4 CSP); None where nobody said it.
    """

    __tablename__ = "product"

    id: str = identifier()
    name: str = Field(unique=True)
    substance: str | None = None
    kind: ProductKind = enum_column(ProductKind)
    owner: ProductOwner = enum_column(ProductOwner)
    status: ProductStatus = enum_column(ProductStatus, default=ProductStatus.MARKETED, server_default="marketed")
    use: str | None = None
    forms: list[str] = json_column(default_factory=list)
    prescription_only: bool = False
    reimbursed: bool = False
    restricted: bool = False
    restriction: str | None = None
    derogation: str | None = None
    marketed_since: date | None = None
    indication: str | None = None
    age_min: int | None = None
    generic_of: str | None = None
    aliases: list[str] = json_column(default_factory=list)
    amm_number: str | None = None
    amm_from: date | None = None
    amm_until: date | None = None
    device_class: str | None = None
    device_high_risk: bool | None = None
    device_low_risk_list: bool | None = None
    row_version: int = 1
