"""What a network counts and we lack is sought by reading the post from its beginning."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post_coverage", sa.Column("sought", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("post_coverage", sa.Column("sought_at", models.base.UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
