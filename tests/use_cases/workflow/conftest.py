"""What every test of the committee starts with."""

import pytest

from compliance import accounts, outbox
from models.enums import EffectKind
from tests.factories import committee
from tests.use_cases.workflow.fake_network import FakeChannel
from workflow.publishing import PUBLISH_HANDLER


@pytest.fixture
def people(sqlite_committee):
    """One person a role."""
    return sqlite_committee


@pytest.fixture
def people_on_both(db):
    """One person a role, on each kind of database: for what locks, races, triggers or the outbox decide."""
    return committee()


@pytest.fixture
def network(monkeypatch):
    """A network in memory behind every account."""
    channel = FakeChannel()
    monkeypatch.setattr(accounts, "open_channel", lambda _account: channel)
    return channel


@pytest.fixture
def work():
    """Carry out every effect that is due; returns how many."""

    def run(limit: int = 20) -> int:
        done = 0
        while done < limit and outbox.run_one("test", {EffectKind.PUBLISH: PUBLISH_HANDLER}):
            done += 1
        return done

    return run
