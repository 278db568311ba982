"""The register of products: ours and the competitors'."""

from datetime import date

from sqlmodel import Field

from models.base import Table, enum_column, identifier, json_column
from models.enums import ProductKind, ProductOwner


class Product(Table, table=True):
    """A product of the register; the keys are those of the catalogue file (`covigie analyse --catalogue`)."""

    __tablename__ = "product"

    id: str = identifier()
    name: str = Field(unique=True)
    substance: str | None = None
    kind: ProductKind = enum_column(ProductKind)
    owner: ProductOwner = enum_column(ProductOwner)
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
    row_version: int = 1
