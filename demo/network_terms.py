"""The demonstration's terms: all six networks signed by legal and data protection; one sheet waits; one legal hold."""

from datetime import timedelta

from compliance import signatures
from compliance.permissions import Actor
from demo.stage import Stage
from models.enums import Network, Role
from models.session import get, reading, transaction
from models.terms import TermsSheet
from moderation.deadlines import paris_day
from moderation.terms import holds, sheets, signing
from settings import get_settings

WAITING = Network.FACEBOOK


def sign(stage: Stage) -> None:
    """Have both sign every network's sheet: from here on its comments may be fetched."""
    legal, protection = stage.holder(Role.LEGAL), stage.holder(Role.DATA_PROTECTION)
    ids = [_propose(legal, network) for network in sheets.SHEETS]
    for signer in (legal, protection):
        _sign(signer, ids)


def show(stage: Stage) -> None:
    """Leave a sheet with shorter days to be signed by data protection, and a hold on two days of an account."""
    legal = stage.holder(Role.LEGAL)
    with stage.at(stage.now - timedelta(hours=3)):
        _sign(legal, [_propose(legal, WAITING, 90, "Six mois ne servent à rien : tout est lu en un mois.")])
        last = paris_day(stage.now)
        with transaction() as session:
            holds.hold_account(
                session,
                legal,
                account_id=stage.account_id,
                first=last - timedelta(days=2),
                last=last,
                reason="Mise en demeure reçue d'un concurrent au sujet de Rinozel.",
            )


def _propose(actor: Actor, network: Network, days_kept: int = 0, reason: str = "") -> str:
    terms = sheets.SHEETS[network]
    with transaction() as session:
        sheet = signing.propose_sheet(
            session,
            actor,
            network=network,
            days_kept=days_kept or terms.kept.proposed,
            days_after_deletion=terms.after_deletion.proposed,
            reason=reason,
        )
        return sheet.id


def _sign(signer: Actor, sheet_ids: list[str]) -> None:
    with reading() as session:
        seen = {sheet_id: get(session, TermsSheet, sheet_id).content_sha256 for sheet_id in sheet_ids}
    with transaction() as session:
        opened = {
            sheet_id: signing.open_signing(session, signer, sheet_id=sheet_id, seen_sha256=digest).nonce_id
            for sheet_id, digest in seen.items()
        }
    with transaction() as session:
        refusal = signatures.prove_all(
            session, signer, nonce_ids=list(opened.values()), password=get_settings().demo_password
        )
    if refusal:
        raise refusal
    with transaction() as session:
        for sheet_id, nonce_id in opened.items():
            signing.sign_sheet(
                session, signer, sheet_id=sheet_id, row_version=None, seen_sha256=seen[sheet_id], nonce_id=nonce_id
            )
