"""What we said in private ends with what it answers, and what networks told of by their terms."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("thread_message", "reply"):
        op.add_column(table, sa.Column("purged_at", models.base.UTCDateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("purge_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.create_index("ix_webhook_delivery_received", "webhook_delivery", ["network", "received_at"])


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
