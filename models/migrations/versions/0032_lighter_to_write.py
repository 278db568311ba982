"""Indexes that another one covers go, and three leave out the comments that have nothing there: a file enters faster."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

OFTEN_EMPTY = ("conversation_id", "parent_external_id", "publication_id")


def upgrade() -> None:
    op.drop_index("ix_comment_received_at", "comment")
    op.drop_index("ix_comment_revision_comment_id", "comment_revision")
    for column in OFTEN_EMPTY:
        name, there = f"ix_comment_{column}", sa.text(f"{column} IS NOT NULL")
        op.drop_index(name, "comment")
        op.create_index(name, "comment", [column], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
