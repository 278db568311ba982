"""What retention empties leaves its hash, its date and its reason; nothing else of the row can change."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from compliance import audit, clock, retention
from compliance.canonical import sha256_text
from compliance.permissions import SYSTEM
from errors import RuleViolated
from models.comment import RawEvent
from models.enums import EventSource
from models.session import reading, transaction
from tests.post_factories import account


@pytest.fixture
def event_id(db) -> str:
    connected = account()
    with transaction() as session:
        event = RawEvent(
            account_id=connected.id,
            source=EventSource.POLL,
            external_id="1",
            payload='{"text": "privé"}',
            payload_sha256=sha256_text("x"),
            received_at=clock.now(),
        )
        session.add(event)
        return event.id


def load() -> RawEvent:
    with reading() as session:
        return session.exec(select(RawEvent)).one()


def test_purging_leaves_hash_date_and_reason_and_the_chain_verifies(event_id):
    for _ in range(2):
        with transaction() as session:
            retention.purge_raw_event(session, SYSTEM, event_id=event_id, reason="X: 30 jours")
    event = load()
    assert (event.payload, event.payload_sha256, event.purge_reason) == (None, sha256_text("x"), "X: 30 jours")
    assert event.purged_at is not None
    with reading() as session:
        assert audit.verify_chain(session).problem is None


def test_purging_needs_a_reason(event_id):
    with pytest.raises(RuleViolated), transaction() as session:
        retention.purge_raw_event(session, SYSTEM, event_id=event_id, reason=" ")
    assert load().payload is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE raw_event SET payload = 'autre'",
        "UPDATE raw_event SET payload = NULL",
        "UPDATE raw_event SET payload = NULL, purged_at = CURRENT_TIMESTAMP, purge_reason = 'x', external_id = '2'",
        "DELETE FROM raw_event",
    ],
    ids=["rewritten", "emptied without a reason", "emptied and moved", "deleted"],
)
def test_the_database_refuses_everything_else(event_id, statement):
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(text(statement))
