"""The demonstration's looks by hand: who looks where, and what was looked at this morning."""

from datetime import time

from sqlmodel import select

from demo.stage import Stage
from models.account import Account
from models.enums import BlindSpot, Network, Role
from models.session import transaction
from moderation import manual_checks
from moderation.queries.coverage import BY_HAND

NINE, NOON = time(9), time(12)


def name_lookers(stage: Stage) -> None:
    """Name the community manager everywhere but on one account, and let most have been looked at."""
    manager, officer = stage.holder(Role.COMMUNITY_MANAGER), stage.holder(Role.PV_OFFICER)
    with transaction() as session:
        for account in session.exec(select(Account).order_by(Account.network)):
            if account.network in BY_HAND or account.network is Network.TIKTOK:
                continue
            for spot in manual_checks.spots_of(account):
                at = NOON if spot is BlindSpot.PRIVATE_MESSAGES else NINE
                manual_checks.name_owner(
                    session,
                    officer,
                    account_id=account.id,
                    spot=spot,
                    owner_id=manager.id or "",
                    at=at,
                    row_version=None,
                )
                if spot is not BlindSpot.PRIVATE_MESSAGES:
                    manual_checks.note_look(session, manager, account_id=account.id, spot=spot, found=0)
