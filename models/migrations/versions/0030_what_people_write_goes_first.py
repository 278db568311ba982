"""What people write now is screened before what a file brought."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    live = sa.text("analysis_due AND network <> 'file'")
    op.create_index(
        "ix_comment_analysis_live", "comment", ["received_at"], sqlite_where=live, postgresql_where=live
    )


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
