"""What the rules look at: a post as it would be published, and the facts of the products' register."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from compliance.time_zone import PARIS
from errors import InvalidInput
from models.enums import Audience, Network, ProductKind, ProductOwner, Qualification
from workflow.checks.claims import ClaimFacts

T = TypeVar("T")
_HAS_TIME = re.compile(r"\d[T ]\d")


def _moment(value: object) -> object:
    """Read an ISO date or date-time; a date stays a date."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    return datetime.fromisoformat(text) if _HAS_TIME.search(text) else date.fromisoformat(text)


def _known_kind(value: object) -> object:
    """Keep a kind that the law gives a regime to; another one is unknown, and unknown never lightens a rule."""
    return value if value in list(ProductKind) else None


def _known_owner(value: object) -> object:
    """Keep a known owner."""
    return value if value in list(ProductOwner) else None


def _joined(value: object) -> object:
    """Accept several alternative texts (one a picture) as one."""
    return "\n".join(str(part) for part in value) if isinstance(value, list | tuple) else value


def _listed(value: object) -> object:
    """Accept a single word where a list is expected."""
    return (value,) if isinstance(value, str) else value


Moment = Annotated[datetime | date, BeforeValidator(_moment)]
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


def paris_day(moment: datetime | date) -> date:
    """Return the calendar day in Paris; a time without zone is Paris time."""
    if not isinstance(moment, datetime):
        return moment
    try:
        return moment.astimezone(PARIS).date() if moment.tzinfo else moment.date()
    except OverflowError:  # the first and the last day of the calendar
        return moment.date()


@dataclass(frozen=True)
class Visa:
    """An advertising visa (GP: to the public, L. 5122-8 CSP; PM: to health professionals, L. 5122-9)."""

    number: str | None = None
    kind: str | None = None
    granted: Moment | None = None
    expires: Moment | None = None
    status: str | None = None


@dataclass(frozen=True)
class CheckedPost:
    """A post of one network, as it would be published on it.

    `hashtags` that the text does not hold are appended when it is published. `title` is a film's. `alt_text` also
    quotes the words on the picture. `planned_at` is "today" for the rules on dates. `claims` are those of the library,
    whatever became of them. A setting that is not given counts as the network's own default: comments and shares open.
    """

    id: str = ""
    network: Network | None = None
    qualification: Qualification | None = None
    audience: Audience | None = None
    products: Words = ()
    text: str = ""
    title: str = ""
    first_comment: str = ""
    hashtags: Words = ()
    alt_text: Annotated[str, BeforeValidator(_joined)] = ""
    link: str = ""
    comments_open: bool = True
    share_open: bool = True
    paid_partner: bool = False
    paid_boost: bool = False
    visa: Visa | None = None
    internal_ref: str = ""
    planned_at: Moment | None = None
    claims: tuple[ClaimFacts, ...] = ()

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> "CheckedPost":
        """Read a post from JSON data; unknown keys are ignored, null counts as absent.

        Raises InvalidInput with the field that cannot be read.
        """
        return _read(_POST, "La publication {name} ne peut pas être lue : champ {field}, {problem}.", record, "id")


@dataclass(frozen=True)
class ProductFacts:
    """What the register knows of a product; only the name is required, None means unknown."""

    name: str
    substance: str | None = None
    active_substance: str | None = None
    kind: Annotated[ProductKind | None, BeforeValidator(_known_kind)] = None
    owner: Annotated[ProductOwner | None, BeforeValidator(_known_owner)] = None
    prescription_only: bool | None = None
    reimbursed: bool | None = None
    restricted: bool | None = None
    restriction: str | bool | None = None
    derogation: str | bool | None = None
    marketed_since: Moment | None = None
    indication: str | None = None
    use: str | None = None
    age_min: float | str | None = None
    generic_of: str | None = None
    presentations: tuple[object, ...] = ()
    aliases: Words = ()
    device_class: str | None = None
    device_high_risk: bool | None = None
    device_low_risk_list: bool | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> "ProductFacts":
        """Read a product of the register (one format with the catalogue); unknown keys are ignored.

        Raises InvalidInput with the key that cannot be read.
        """
        return _read(_PRODUCT, "Le produit {name} ne peut pas être lu : champ {field}, {problem}.", record, "name")

    @property
    def names(self) -> tuple[str, ...]:
        """The brand name and its aliases."""
        return (self.name, *self.aliases)

    @property
    def reimbursable(self) -> bool | None:
        """Whether any of its presentations is reimbursed: one is enough for the product (L. 5122-6 CSP)."""
        some = any(
            isinstance(each, Mapping) and bool(each.get("reimbursed") or each.get("reimbursable"))
            for each in self.presentations
        )
        return some or self.reimbursed

    @property
    def barred(self) -> bool | None:
        """Whether its authorisation or a decision bars it from advertising to the public."""
        return bool(self.restriction) or None if self.restricted is None else self.restricted

    @property
    def substances(self) -> str:
        """Its substances, as the register words them."""
        return ", ".join(given for given in (self.substance, self.active_substance) if given)

    @property
    def on_prescription(self) -> bool:
        """Whether it needs a prescription; where the register does not say, its kind does."""
        return self.kind is ProductKind.RX if self.prescription_only is None else self.prescription_only


_POST = TypeAdapter(CheckedPost)
_PRODUCT = TypeAdapter(ProductFacts)


def _read(kind: TypeAdapter[T], sentence: str, record: Mapping[str, object], key: str) -> T:
    given = {name: value for name, value in record.items() if value is not None}
    try:
        return kind.validate_python(given)
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(part) for part in problem["loc"]) or "?"
        raise InvalidInput(sentence, name=record.get(key) or "?", field=field, problem=problem["msg"]) from error
