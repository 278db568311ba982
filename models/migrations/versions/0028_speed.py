"""Sums of comments that the database keeps itself, and the indexes of what every screen reads."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

STATES = ("flagged", "skimmed", "cleared", "unscreened")
INTO = f"INSERT INTO comment_tally (account_id, received, {', '.join(STATES)})"


def stands(row: str, state: str) -> str:
    return f"CASE WHEN {row}screening = '{state}' THEN 1 ELSE 0 END"


def upgrade() -> None:
    op.create_table(
        "comment_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("received", *STATES)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_comment_tally_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_tally")),
    )
    sums = ", ".join(f"SUM({stands('', state)})" for state in STATES)
    op.execute(f"{INTO} SELECT account_id, COUNT(*), {sums} FROM comment GROUP BY account_id")
    came = ", ".join(stands("NEW.", state) for state in STATES)
    moved = ", ".join(f"{stands('NEW.', state)} - {stands('OLD.', state)}" for state in STATES)
    tally("came", "INSERT", "", f"{INTO} VALUES (NEW.account_id, 1, {came})")
    changed = "WHEN (NEW.screening <> OLD.screening)"
    tally("moved", "UPDATE OF screening", changed, f"{INTO} VALUES (NEW.account_id, 0, {moved})")
    indexes()


def tally(name: str, when: str, condition: str, statement: str) -> None:
    """Add to the sums after a change of comments; none is ever removed."""
    trigger = f"CREATE TRIGGER comment_tally_{name} AFTER {when} ON comment FOR EACH ROW {condition}"
    if op.get_bind().dialect.name == "postgresql":
        body = f"$$ BEGIN {statement}; RETURN NULL; END $$"
        op.execute(f"CREATE FUNCTION comment_tally_{name}() RETURNS trigger LANGUAGE plpgsql AS {body}")
        op.execute(f"{trigger} EXECUTE FUNCTION comment_tally_{name}()")
    else:
        op.execute(f"{trigger} BEGIN {statement}; END")


def indexes() -> None:
    owed = sa.text("reply IN ('owed', 'drafted', 'queued')")
    op.create_index("ix_reply_comment", "reply", ["comment_id", "status"])
    op.create_index("ix_pv_case_around", "pv_case", ["duplicate_of", "awareness_at"])
    op.create_index("ix_suspect_product_named", "suspect_product", ["name", "case_id"])
    op.create_index(
        "ix_comment_thread", "comment",
        ["account_id", "conversation_id", "author_id", "posted_at", "id", "reply"],
    )
    op.create_index(
        "ix_comment_owed", "comment",
        ["emergency", "reply_due_at", "id", "account_id", "conversation_id", "author_id", "posted_at", "reply"],
        sqlite_where=owed, postgresql_where=owed,
    )


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
