"""The age from which an advertised medicine may be taken."""

import re
from collections.abc import Iterator
from typing import Literal

from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.reading import Reading

# From this age on, "adults only" says it too.
_GROWN_UP = 15
MONTHS = 12
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_WORDS = ("deux", "trois", "six", "sept", "huit", "dix", "douze", "quinze", "seize", "dix-huit")
_SPELT = dict(zip((2, 3, 6, 7, 8, 10, 12, 15, 16, 18), _WORDS, strict=True))
_BEFORE = (
    r"(?<!depuis )(?<!depuis plus )(?<!depuis moins )(?:\b(?:de|des|avant|jusqu'a|a|minimum|aux|from|under|over|than"
    r"|aged?|above|below)\s+(?:l'age\s+de\s+)?"
    r"|[<>≥≤+=]\s*)"
)
_AFTER = r"\s*(?:\+|minimum\b|(?:et|ou|and)\s+(?:\+|plus|adulte|over|older|up|above))"
_ADULTS = re.compile(r"\b(?:adultes?|adults?|majeure?s?|grown-ups?)\b")
_CHILDREN = re.compile(r"\b(?:enfants?|adolescents?|children|teen\w*)\b(?!\s*(?:de\s+moins|:|$))")


class NoAge(Detector):
    """Find a medicine with an age limit in the register, of which no text gives the limit."""

    kind: Literal["no_age"]

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit, on the text, for the first such medicine."""
        text = "\n".join(reading.shown)
        for product in reading.advertised:
            months = in_months(product.age_min) if product else 0
            if product and months and not _limited(months, text):
                yield Hit("text", words={"product": product.name, **_worded(months)})
                return


def in_months(given: float | str | None) -> int:
    """Return an age limit in months; a number without unit is years, and what cannot be read is no limit."""
    found = _NUMBER.search(str(given)) if given is not None else None
    if not found:
        return 0
    number = float(found[0].replace(",", "."))
    unit = 1 if "mois" in str(given) or "month" in str(given) else MONTHS
    return round(number * unit) if number * unit <= 100 * MONTHS else 0


def _limited(months: int, text: str) -> bool:
    """Say whether a text gives the limit, in months or in years."""
    if months >= _GROWN_UP * MONTHS and _ADULTS.search(text) and not _CHILDREN.search(text):
        return True
    given = [(str(months), r"(?:mois|months?)")]
    if months % MONTHS == 0:
        years = months // MONTHS
        given.append((f"(?:{years}|{_SPELT.get(years, years)})", r"(?:ans?|years?)"))
    return any(_stands(number, unit, text) for number, unit in given)


def _stands(number: str, unit: str, text: str) -> bool:
    """Say whether a text gives this number as a limit: "from 12 years", "12 years and over", "12+", "12-17 years"."""
    wordings = (
        rf"{_BEFORE}{number}[\s-]+{unit}\b",
        rf"\b{number}[\s-]+{unit}{_AFTER}",
        rf"\b{number}\s*(?:\+|(?:-|a|to)\s*\d+[\s-]*{unit})",
    )
    return any(re.search(wording, text) for wording in wordings)


def _worded(months: int) -> dict[str, str]:
    """Return the limit in both languages."""
    if months % MONTHS:
        return {"reason_fr": f"{months} mois", "reason_en": f"{months} months"}
    years = months // MONTHS
    return {"reason_fr": f"{years} an{'s' * (years > 1)}", "reason_en": f"{years} year{'s' * (years > 1)}"}
