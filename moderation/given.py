"""What a person enters of a report, by subject, and what is refused of it with a sentence that says what to do.

Nothing here is mandatory: what is not known stays empty, and the case is sent all the same.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from babel import Locale

from errors import InvalidInput
from i18n import N_
from models.enums import (
    AgeGroup,
    AgeUnit,
    Answer,
    DrugAction,
    DrugRole,
    ProductKind,
    ProductOwner,
    ReactionOutcome,
    ReporterQualification,
    Sex,
)
from moderation.as_received import storable_text
from moderation.partial_dates import check_order, read_date

OLDEST: dict[AgeUnit, int] = {AgeUnit.YEAR: 130, AgeUnit.MONTH: 60, AgeUnit.WEEK: 260, AgeUnit.DAY: 1826}
"""The greatest age in each unit: five years in months, weeks or days; after that an age is told in years."""
MOST_INITIALS = 4
ANY_CASE = 2
"""Letters up to which small ones are initials too: three small letters may be a first name."""
CODE = re.compile("[A-Z]{2}")
INITIALS = re.compile(r"[^\W\d_](?:[.\- ]*[^\W\d_]){0,3}\.?")
NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})


@dataclass(frozen=True)
class ReporterGiven:
    """Who reports: their qualification and the ISO 3166-1 alpha-2 code of their country."""

    qualification: ReporterQualification | None = None
    country: str | None = None


@dataclass(frozen=True)
class PatientGiven:
    """Whom it happened to: initials without the name, age with its unit, group, sex, medical history."""

    initials: str | None = None
    age: int | None = None
    age_unit: AgeUnit | None = None
    age_group: AgeGroup | None = None
    sex: Sex | None = None
    history: str | None = None


@dataclass(frozen=True)
class ProductGiven:
    """A product as a person enters it. A foreign one is by the register, or excluded by a person with a reason."""

    name: str
    substance: str | None = None
    owner: ProductOwner | None = None
    kind: ProductKind | None = None
    role: DrugRole | None = None
    dose: str | None = None
    indication: str | None = None
    batch: str | None = None
    started_on: str | None = None
    ended_on: str | None = None
    action: DrugAction | None = None
    abated: Answer | None = None
    recurred: Answer | None = None
    excluded_because: str | None = None


@dataclass(frozen=True)
class ReactionGiven:
    """A reaction as a person enters it: the reporter's words, its outcome and dates, its term when it was coded."""

    verbatim: str
    outcome: ReactionOutcome | None = None
    started_on: str | None = None
    ended_on: str | None = None
    term: str | None = None
    llt_code: str | None = None
    meddra_version: str | None = None


def clean(text: str | None) -> str | None:
    """Return a text that a database takes, without its outer spaces; None for nothing."""
    return storable_text(text or "").strip() or None


@cache
def countries() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes of the countries."""
    return frozenset(str(key) for key in Locale("fr").territories if CODE.fullmatch(str(key))) - NO_COUNTRY


def checked_reporter(given: ReporterGiven) -> ReporterGiven:
    """Return who reports, with the country's code in capitals; refuses what is no country."""
    code = (clean(given.country) or "").upper() or None
    if code and code not in countries():
        raise InvalidInput(
            N_("« {code} » n'est pas un code de pays : deux lettres, par exemple FR, BE ou CH."), code=given.country
        )
    return replace(given, country=code)


def checked_patient(given: PatientGiven) -> PatientGiven:
    """Return whom it happened to; refuses a full name, an age without its unit, or an age that nobody has."""
    _check_age(given.age, given.age_unit)
    return replace(given, initials=_initials(clean(given.initials)), history=clean(given.history))


def _initials(typed: str | None) -> str | None:
    if typed is None:
        return None
    letters = [char for char in typed if char.isalpha()]
    spelt = len(letters) > ANY_CASE and "".join(letters) != "".join(letters).upper()
    if not INITIALS.fullmatch(typed) or len(letters) > MOST_INITIALS or spelt:
        raise InvalidInput(N_("Les initiales seulement, jamais le nom : une à quatre lettres, par exemple « J. D. »."))
    return typed.upper()


def _check_age(age: int | None, unit: AgeUnit | None) -> None:
    if (age is None) is not (unit is None):
        raise InvalidInput(N_("Un âge va avec son unité : donnez les deux (54, ans), ou aucun des deux."))
    if age is None or unit is None or 0 <= age <= OLDEST[unit]:
        return
    if unit is AgeUnit.YEAR:
        raise InvalidInput(
            N_("Un âge en années est entre 0 et {most} : corrigez « {age} »."), most=OLDEST[unit], age=age
        )
    raise InvalidInput(
        N_("Dans cette unité un âge va jusqu'à {most} (cinq ans) ; au-delà, donnez-le en années."), most=OLDEST[unit]
    )


def checked_product(given: ProductGiven, today: date, foreign: Collection[str]) -> ProductGiven:
    """Return a product with its dates as they are kept. `foreign`: the names that the register gives to others."""
    start, end = read_date(given.started_on, today), read_date(given.ended_on, today)
    check_order(start, end)
    owner, because = given.owner, clean(given.excluded_because)
    if because or owner is ProductOwner.COMPETITOR:
        owner = ProductOwner.COMPETITOR
        if not because and given.name.strip() not in foreign:
            raise InvalidInput(
                N_("« {name} » compte comme nôtre tant que rien ne l'exclut : dites pourquoi il n'est pas à nous."),
                name=given.name.strip(),
            )
    texts: dict[str, Any] = {name: clean(getattr(given, name)) for name in ("substance", "dose", "indication", "batch")}
    name = clean(given.name) or ""
    return replace(given, name=name, owner=owner, started_on=start, ended_on=end, excluded_because=because, **texts)


def checked_reaction(given: ReactionGiven, today: date) -> ReactionGiven:
    """Return a reaction with its dates as they are kept."""
    start, end = read_date(given.started_on, today), read_date(given.ended_on, today)
    check_order(start, end)
    return replace(given, verbatim=clean(given.verbatim) or "", started_on=start, ended_on=end)
