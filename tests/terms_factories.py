"""Networks' terms for the tests, signed by the real use cases: a network without them is not polled."""

from sqlmodel import select

from compliance.permissions import Actor
from compliance.sign_in import actor_of
from models.enums import Network, Role
from models.session import reading, transaction
from models.terms import TermsSheet
from models.user import User
from moderation.terms import sheets, signing
from tests.factories import person, proven_nonce


def lawyer() -> Actor:
    """Return the lawyer who signs terms, made when first asked for."""
    return _known("terms_legal") or person(Role.LEGAL, login="terms_legal")


def protection_officer() -> Actor:
    """Return the data protection officer, made when first asked for."""
    return _known("terms_protection") or person(Role.DATA_PROTECTION, login="terms_protection")


def _known(login: str) -> Actor | None:
    with transaction() as session:
        found = session.exec(select(User).where(User.login == login)).first()
        return actor_of(session, found) if found else None


def proposed(network: Network = Network.X, *, actor: Actor | None = None, **days) -> TermsSheet:
    """Prepare a network's sheet, with the proposed days where none are given."""
    terms = sheets.SHEETS[network]
    chosen = {"days_kept": terms.kept.proposed, "days_after_deletion": terms.after_deletion.proposed} | days
    with transaction() as session:
        return signing.propose_sheet(session, actor or lawyer(), network=network, **chosen)


def signed_by(actor: Actor, sheet: TermsSheet) -> TermsSheet:
    """Sign a sheet as a person does."""
    nonce_id = proven_nonce(actor, subject_id=sheet.id, content_sha256=sheet.content_sha256)
    with transaction() as session:
        return signing.sign_sheet(
            session, actor, sheet_id=sheet.id, row_version=None, seen_sha256=sheet.content_sha256, nonce_id=nonce_id
        )


def sign_terms(*networks: Network, **days) -> None:
    """Have both sign the sheets of some networks (X's alone where none is named) that are not in force yet."""
    for network in networks or (Network.X,):
        if not _in_force(network):
            signed_by(protection_officer(), signed_by(lawyer(), proposed(network, **days)))


def _in_force(network: Network) -> bool:
    with reading() as session:
        sheet = select(TermsSheet.id).where(TermsSheet.network == network, TermsSheet.status == "in_force")
        return session.exec(sheet).first() is not None
