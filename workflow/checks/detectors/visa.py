"""An advertising visa valid on the day of publication."""

import re
from collections.abc import Iterator
from datetime import MAXYEAR, date
from functools import partial
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

    A status that the rule does not know is not in force. DM is the authorisation of a device (L. 5213-4 CSP): it has
    a number, holds until the day that it names, and the post may give it as a visa of any kind.
    """

    kind: Literal["visa"]
    visa: Literal["GP", "PM", "DM"]

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit with the reason."""
        problem = authorisation_problem if self.visa == "DM" else partial(visa_problem, kind=self.visa)
        reason = problem(reading.post.visa, day=reading.day)
        if reason:
            yield Hit("visa", words={"reason_fr": reason[0], "reason_en": reason[1]})


def visa_problem(visa: Visa | None, kind: str, day: date) -> tuple[str, str] | None:
    """Return why this visa does not cover `day` (French, English), or None when it does."""
    if visa is None or not (visa.number or visa.status or visa.granted):
        return "aucun visa n'est joint", "no visa is attached"
    if visa.kind and fold(visa.kind).text.strip() != kind.lower():
        return f"le visa joint n'est pas un visa {kind}", f"the attached visa is not a {kind} visa"
    if not _in_force(visa):
        return f"le visa n'est pas en vigueur (statut : {visa.status})", f"the visa is not in force ({visa.status})"
    return _outside(visa, day)


def authorisation_problem(given: Visa | None, day: date) -> tuple[str, str] | None:
    """Return why what is given authorises no advertisement of a device on `day`, or None when it does."""
    if given is None or not given.number:
        return "aucun numéro d'autorisation n'est joint", "no authorisation number is attached"
    if not _in_force(given):
        return (
            f"l'autorisation n'est pas en vigueur (statut : {given.status})",
            f"the authorisation is not in force ({given.status})",
        )
    begun = given.granted is None or paris_day(given.granted) <= day
    ended = given.expires is not None and paris_day(given.expires) < day
    if begun and not ended:
        return None
    return "l'autorisation ne couvre pas le jour de la publication", "the authorisation does not cover the day"


def _in_force(visa: Visa) -> bool:
    """Say whether the status is one of a visa in force; a status that is not given is."""
    return bool(_IN_FORCE.fullmatch("_".join(fold(visa.status or "granted").text.replace("-", " ").split())))


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
    year = min(day.year + years, MAXYEAR)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
