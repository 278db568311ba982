"""What is said in private and under advertisements, and whether those doors are read."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KINDS = "'comment', 'private_message', 'story_reply', 'ad_comment'"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE comment ADD COLUMN kind VARCHAR(64) DEFAULT 'comment' NOT NULL "
        f"CONSTRAINT ck_comment_commentkind CHECK (kind IN ({KINDS}))"
    )
    op.create_table('door_reading',
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('spot', sa.Enum('everything', 'private_messages', 'advertising', 'mentions', 'reviews', 'stories', 'age_gated', name='blindspot', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('tried_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('read_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('message', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('cap_hit_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('next_allowed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_door_reading_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', 'spot', name=op.f('pk_door_reading'))
    )
    op.create_table('thread_message',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('thread_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('external_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sent_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_thread_message_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_message')),
    sa.UniqueConstraint('account_id', 'external_id', name=op.f('uq_thread_message_account_id_external_id'))
    )
    op.create_index("ix_thread_message_thread", "thread_message", ["account_id", "thread_id", "sent_at"])


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
