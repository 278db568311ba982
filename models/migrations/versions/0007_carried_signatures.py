"""Signatures of an earlier version that stand on a later one: written for good."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

import models.base
from models.migrations.keeping import keep

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carried_signature",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("step_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("signature_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("signed_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("carried_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "changes",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("matrix", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("carried_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["review_round.id"], name=op.f("fk_carried_signature_round_id_review_round")
        ),
        sa.ForeignKeyConstraint(["step_id"], ["review_step.id"], name=op.f("fk_carried_signature_step_id_review_step")),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_carried_signature_signature_id_signature")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["post_version.id"], name=op.f("fk_carried_signature_version_id_post_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_signature")),
        sa.UniqueConstraint("step_id", name=op.f("uq_carried_signature_step_id")),
    )
    op.create_index(op.f("ix_carried_signature_round_id"), "carried_signature", ["round_id"])
    keep(for_good=("carried_signature",))


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
