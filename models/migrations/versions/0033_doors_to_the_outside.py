"""Comments opened or closed elsewhere, calls that were refused, mails that retention empties."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from models.migrations.keeping import widen

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    widen("bypass", "kind", "ck_bypass_bypasskind", ("comments_opened", "comments_closed"))
    widen("outbox_effect", "kind", "ck_outbox_effect_effectkind", ("comments",))
    op.add_column("bypass", sa.Column("righted_at", models.base.UTCDateTime(timezone=True), nullable=True))
    for table in ("inbox_mail", "received_mail"):
        op.add_column(table, sa.Column("purged_at", models.base.UTCDateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("purge_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.create_table(
        "refused_calls",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("door", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("slowed", sa.Integer(), nullable=False),
        sa.Column("last_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_calls")),
        sa.UniqueConstraint("day", "door", "key", name=op.f("uq_refused_calls_day_door_key")),
    )


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
