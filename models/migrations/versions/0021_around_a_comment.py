"""What stands around one comment: several cases in it, near copies, answers that agree, what a reason needs."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.keeping import widen

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ECHOES_DUE = sa.text("echoes_due")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "case_passage",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("case_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("revision_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pv_case.id"], name=op.f("fk_case_passage_case_id_pv_case")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name=op.f("fk_case_passage_revision_id_comment_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_passage")),
    )
    op.create_table(
        "copy_key",
        sa.Column("revision_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name=op.f("fk_copy_key_revision_id_comment_revision")
        ),
        sa.PrimaryKeyConstraint("revision_id", "key", name=op.f("pk_copy_key")),
    )
    for table, column in (("case_passage", "case_id"), ("case_passage", "revision_id"), ("copy_key", "key")):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.add_column("comment", sa.Column("echoes_due", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_comment_parent_external_id"), "comment", ["parent_external_id"])
    op.create_index(
        "ix_comment_echoes", "comment", ["received_at"], sqlite_where=ECHOES_DUE, postgresql_where=ECHOES_DUE
    )
    op.add_column("triage_decision", sa.Column("card", JSON, nullable=True))
    added = ("other_company", "already_reported", "hypothetical", "news")
    widen("triage_decision", "none_reason", "ck_triage_decision_nonereason", added)


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
