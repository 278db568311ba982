"""A version of a circuit stays what it was when rounds ran on it: it is closed, and changed in nothing else.

A circuit from which a step was taken, together with the step of its round, would hide a signature that lacks.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEPT = ("id", "key", "n", "name", "steps", "conditions", "approval_days", "created_by", "created_at")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    refusal = "BEGIN SELECT RAISE(ABORT, 'circuit is append-only'); END"
    # JSONB compares with itself; a column of SQLite holds the text that was written.
    changed = " OR ".join(f"NEW.{column} IS {'DISTINCT FROM' if postgres else 'NOT'} OLD.{column}" for column in KEPT)
    guards = {"update": f"WHEN ({changed}) ", "delete": ""} | ({"truncate": ""} if postgres else {})
    for when, guard in guards.items():
        each = f"FOR EACH {'STATEMENT' if when == 'truncate' else 'ROW'} " if postgres else ""
        does = "EXECUTE FUNCTION refuse_change()" if postgres else refusal
        op.execute(f"CREATE TRIGGER circuit_refuses_{when} BEFORE {when.upper()} ON circuit {each}{guard}{does}")


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
