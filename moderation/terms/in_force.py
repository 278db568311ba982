"""Which sheet drives a network now: whether it is polled, and how long what it brought is kept. Fail closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from compliance import clock
from models.enums import Network, TermsStatus
from models.terms import TermsSheet
from moderation.deadlines import paris_day
from moderation.terms import sheet, sheets
from moderation.terms.sheet import POLLED, Standing


@dataclass(frozen=True)
class Driving:
    """How a network stands; `until` is the last day of a signature on a former version, `row` the sheet in force."""

    network: Network
    standing: Standing
    row: TermsSheet | None
    until: date | None = None

    @property
    def polled(self) -> bool:
        """Say whether the network may be polled."""
        return self.standing in POLLED


def standings(session: Session) -> Mapping[Network, Driving]:
    """Return how each network with a sheet stands, in one statement; a network without a sheet is never polled."""
    in_force = session.exec(select(TermsSheet).where(TermsSheet.status == TermsStatus.IN_FORCE))
    held, today = {row.network: row for row in in_force}, paris_day(clock.now())
    return {network: _driving(network, held.get(network), today) for network in sheets.SHEETS}


def _driving(network: Network, row: TermsSheet | None, today: date) -> Driving:
    terms = sheets.SHEETS[network]
    now = terms.version, sheets.digest_of(terms)
    signed = (row.terms_version, row.terms_sha256) if row and intact(row) else None
    found = sheet.standing(signed, now, terms.former_until, today)
    return Driving(network, found, row, terms.former_until if found is Standing.FORMER else None)


def polled_networks(session: Session) -> frozenset[Network]:
    """Return the networks that may be polled now."""
    return frozenset(one.network for one in standings(session).values() if one.polled)


def may_poll(session: Session, network: Network) -> bool:
    """Say whether legal and the data protection officer have signed what a network's terms ask today."""
    return network in polled_networks(session)


def intact(row: TermsSheet) -> bool:
    """Say whether a sheet still has the digest that was signed."""
    content = sheet.content_digest(row.terms_sha256, row.days_kept, row.days_after_deletion, row.reason)
    return content == row.content_sha256


def keeping(session: Session) -> Mapping[Network, TermsSheet]:
    """Return the sheet that says how long a network's comments are kept: the last that both signed.

    A revoked one still counts: polling stops, erasing does not. Where none was ever signed, nothing is erased.
    """
    signed = select(TermsSheet).where(col(TermsSheet.in_force_at).is_not(None)).order_by(col(TermsSheet.n))
    return {row.network: row for row in session.exec(signed) if intact(row)}
