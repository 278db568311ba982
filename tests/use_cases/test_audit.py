"""The audit chain finds what was changed behind its back."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from compliance import audit
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM
from models.compliance import AuditEvent
from models.session import engine, reading, transaction
from tests.factories import person


def write(count: int) -> None:
    for n in range(count):
        with transaction() as session:
            audit.record(session, SYSTEM, AuditAction.USER_CREATE, "user", f"u{n}", new={"n": n, "name": "é"})


def tamper(*statements: str) -> None:
    """Change rows as someone would who owns the database: the triggers go first."""
    with engine().connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER audit_event_refuses_update"))
            connection.execute(text("DROP TRIGGER audit_event_refuses_delete"))
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


def test_a_chain_that_nobody_touched_verifies(db):
    write(5)
    with transaction() as session:
        audit.seal_head(session)
    write(2)
    with reading() as session:
        report = audit.verify_chain(session)
    assert (report.events, report.seals, report.problem) == (7, 1, None)


@pytest.mark.parametrize(
    ("statements", "seq"),
    [
        (["UPDATE audit_event SET entity_id = 'u9' WHERE seq = 3"], 3),
        (["UPDATE audit_event SET reason = 'x' WHERE seq = 1"], 1),
        (["DELETE FROM audit_event WHERE seq = 2"], 2),
        (
            [
                "UPDATE audit_event SET seq = 99 WHERE seq = 2",
                "UPDATE audit_event SET seq = 2 WHERE seq = 3",
                "UPDATE audit_event SET seq = 3 WHERE seq = 99",
            ],
            2,
        ),
        (["DELETE FROM audit_event WHERE seq = 5"], 5),
    ],
    ids=["one value changed", "a reason added", "a row deleted", "a pair swapped", "the end cut off"],
)
def test_verify_finds_the_first_place_that_does_not_hold(db, statements, seq):
    write(5)
    with transaction() as session:
        audit.seal_head(session)
    tamper(*statements)
    with reading() as session:
        report = audit.verify_chain(session)
    assert report.problem is not None
    assert report.problem.seq == seq


def test_a_chain_made_anew_is_found_by_the_anchor(db):
    write(3)
    with reading() as session:
        anchor = {"seq": 3, "hash": session.get(AuditEvent, 3).hash}
    tamper("DELETE FROM audit_event")
    write(3)
    with reading() as session:
        assert audit.verify_chain(session).problem is None
        assert audit.verify_chain(session, [anchor]).problem.seq == 3


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET reason = 'x'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_an_event(db, statement):
    write(1)
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(text(statement))


def test_a_person_is_never_deleted(db):
    person(login="marie")
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(text("DELETE FROM user_account"))


def test_a_refused_action_leaves_no_event(db):
    with pytest.raises(RuntimeError), transaction() as session:
        audit.record(session, SYSTEM, AuditAction.USER_CREATE, "user", "u1")
        raise RuntimeError
    with reading() as session:
        assert audit.verify_chain(session).events == 0
