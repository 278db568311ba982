"""An advertising visa valid on the day of publication."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.folding import fold
from workflow.checks.post import Visa, paris_day
from workflow.checks.reading import Reading

# R. 5122-5 and R. 5122-13 CSP: a visa lasts two years at most.
VISA_YEARS = 2

_IN_FORCE = re.compile(
    r"granted|valid|active|approved|accepted|tacit(?:ly_granted|_acceptance)?|in_force|ok"
    r"|accordee?|obtenu|valide|actif|en_vigueur|accepte|tacite"
)


class NoVisa(Detector):
    """Find that the post has no visa of this kind in force on its day (both ends included, in Paris).

    A status that the rule does not know is not in force.
    """

    kind: Literal["visa"]
    visa: Literal["GP", "PM"]

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit with the reason."""
        reason = visa_problem(reading.post.visa, self.visa, reading.day)
        if reason:
            yield Hit("visa", words={"reason_fr": reason[0], "reason_en": reason[1]})


def visa_problem(visa: Visa | None, kind: str, day: date) -> tuple[str, str] | None:
    """Return why this visa does not cover `day` (French, English), or None when it does."""
    if visa is None or not (visa.number or visa.status or visa.granted):
        return "aucun visa n'est joint", "no visa is attached"
    if visa.kind and fold(visa.kind).text.strip() != kind.lower():
        return f"le visa joint n'est pas un visa {kind}", f"the attached visa is not a {kind} visa"
    status = "_".join(fold(visa.status or "granted").text.replace("-", " ").split())
    if not _IN_FORCE.fullmatch(status):
        return f"le visa n'est pas en vigueur (statut : {visa.status})", f"the visa is not in force ({visa.status})"
    return _outside(visa, day)


def _outside(visa: Visa, day: date) -> tuple[str, str] | None:
    """Return why the day lies outside the visa's validity."""
    if visa.granted is None:
        return "la date d'octroi du visa n'est pas connue", "the date when the visa was granted is not known"
    granted = paris_day(visa.granted)
    last = years_after(granted, VISA_YEARS)
    if visa.expires is not None:
        last = min(last, paris_day(visa.expires))
    if day < granted:
        return f"le visa n'est accordé que le {granted:%d/%m/%Y}", f"the visa is only granted on {granted:%d/%m/%Y}"
    if day > last:
        return f"le visa a pris fin le {last:%d/%m/%Y}", f"the visa ended on {last:%d/%m/%Y}"
    return None


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
