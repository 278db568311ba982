"""A version of a circuit stays what it was when rounds ran on it: it is closed, and changed in nothing else.

A circuit from which a step was taken, together with the step of its round, would hide a signature that lacks.
"""

from alembic import op

from models.migrations.keeping import keep, refuse

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEPT = ("id", "key", "n", "name", "steps", "conditions", "approval_days", "created_by", "created_at")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    other = "IS DISTINCT FROM" if postgres else "IS NOT"
    refuse("circuit", "update", " OR ".join(f"NEW.{column} {other} OLD.{column}" for column in KEPT))
    keep(never_removed=("circuit",))


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
