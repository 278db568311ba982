"""What networks tell by themselves."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("network", sa.Enum('x', 'facebook', 'instagram', 'linkedin', 'tiktok', 'youtube', 'hcp_portal', 'phone', 'email', 'file', name='network', native_enum=False, create_constraint=True, length=64), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("received_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("heard_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("network", "body_sha256", name=op.f("uq_webhook_delivery_network_body_sha256")),
    )
    op.create_index("ix_webhook_delivery_heard", "webhook_delivery", ["heard_at"])


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
