"""The demonstration's coverage: a network that does not answer since an hour, and a month whose bill is near its limit.

What was asked of X before is written as the engine would have added it up. The posts themselves are counted by the
engine when it starts.
"""

from datetime import timedelta

from sqlmodel import select

from compliance import breakers, clock, metering
from demo.stage import Stage
from errors import Unavailable
from models.account import Account, CoverageRecord
from models.enums import AccountStatus, Network
from models.session import reading, transaction

ASKED = {"payloads": 31_000, "writes": 120, "link_writes": 20}
"""About 160 of the 200 dollars of X's month."""
MINUTES = 60


def show(stage: Stage) -> None:
    """Let TikTok be out of reach, and X's month be nearly spent."""
    with clock.at(stage.now.replace(day=1, hour=8)), transaction() as session:
        metering.note(session, stage.account_id, ASKED)
    with reading() as session:
        connected = select(Account.id).where(Account.status != AccountStatus.PAUSED)
        out_of_reach = session.exec(connected.where(Account.network == Network.TIKTOK)).all()
    for account_id in out_of_reach:
        _fail(account_id, stage)


def _fail(account_id: str, stage: Stage) -> None:
    """Let the calls of the last hour fail as the engine would have made them: more and more seldom."""
    for minutes_ago in range(MINUTES, 0, -1):
        with clock.at(stage.now - timedelta(minutes=minutes_ago)):
            if not breakers.waits(account_id):
                error = Unavailable("the network cannot be reached")
                breakers.tell(account_id, error)
                _note(account_id, error)


def _note(account_id: str, error: Unavailable) -> None:
    with transaction() as session:
        name, said = type(error).__name__, str(error)
        session.add(
            CoverageRecord(account_id=account_id, polled_at=clock.now(), succeeded=False, error=name, message=said)
        )
