"""What the page of the networks' terms shows: how each stands, what is on its way, who signed when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from compliance.permissions import Actor, Permission, allows, check
from errors import AppError
from models.enums import Network, Role, TermsStatus
from models.review import Signature
from models.terms import TermsSheet
from moderation.terms import signing
from moderation.terms.in_force import standings
from moderation.terms.sheet import NetworkTerms, Standing
from moderation.terms.sheets import SHEETS
from moderation.terms.states import PENDING


@dataclass(frozen=True)
class Given:
    """A signature: as what, by whom, when."""

    role: Role
    name: str
    at: datetime


@dataclass(frozen=True)
class SheetRow:
    """A sheet as a screen shows it; `refusal` says why this person may not sign it, empty when they may."""

    sheet: TermsSheet
    given: tuple[Given, ...]
    refusal: str = ""


@dataclass(frozen=True)
class NetworkRow:
    """One network: how it stands (`until`: the last day of a former version), its text, its sheets."""

    network: Network
    standing: Standing
    until: date | None
    terms: NetworkTerms
    in_force: SheetRow | None
    pending: SheetRow | None
    former: tuple[SheetRow, ...]


def network_terms(session: Session, actor: Actor) -> list[NetworkRow]:
    """Return one row a network, in the order in which they are offered."""
    check(actor, Permission.TERMS_READ)
    rows = session.exec(select(TermsSheet).order_by(col(TermsSheet.n).desc())).all()
    given = _given(
        session, [key for row in rows for key in (row.legal_signature_id, row.protection_signature_id) if key]
    )
    stand = standings(session)
    found = []
    for network, terms in SHEETS.items():
        own = [_row(session, actor, row, given) for row in rows if row.network is network]
        in_force = next((one for one in own if one.sheet.status is TermsStatus.IN_FORCE), None)
        pending = next((one for one in own if one.sheet.status in PENDING), None)
        former = tuple(one for one in own if one not in (in_force, pending))
        how = stand[network]
        found.append(NetworkRow(network, how.standing, how.until, terms, in_force, pending, former))
    return found


def _given(session: Session, ids: list[str]) -> Mapping[str, Given]:
    found = session.exec(select(Signature).where(col(Signature.id).in_(ids)))
    return {one.id: Given(one.role, one.printed_name, one.signed_at) for one in found}


def _row(session: Session, actor: Actor, row: TermsSheet, given: Mapping[str, Given]) -> SheetRow:
    keys = (row.legal_signature_id, row.protection_signature_id)
    waits = row.status in PENDING and allows(actor, Permission.TERMS_SIGN)
    refusal = _refusal(session, actor, row) if waits else ""
    return SheetRow(row, tuple(given[key] for key in keys if key), refusal)


def _refusal(session: Session, actor: Actor, row: TermsSheet) -> str:
    try:
        signing.refuse(session, actor, row, row.content_sha256)
    except AppError as error:
        return str(error)
    return ""
