"""How well each account is heard: breakers, hours, the posts' coverage; an account that falls silent calls people."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from models.migrations.keeping import widen

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account_breaker',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sa.Enum('closed', 'open', 'trying', 'stopped', name='breakerstatus', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('opened_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('next_trial_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('last_error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_breaker_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_breaker')),
    sa.UniqueConstraint('account_id', name=op.f('uq_account_breaker_account_id'))
    )
    op.create_table('account_hour',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('starts_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('reads', sa.Integer(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('caps', sa.Integer(), nullable=False),
    sa.Column('payloads', sa.Integer(), nullable=False),
    sa.Column('looked_up', sa.Integer(), nullable=False),
    sa.Column('own_posts', sa.Integer(), nullable=False),
    sa.Column('writes', sa.Integer(), nullable=False),
    sa.Column('link_writes', sa.Integer(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_hour_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_hour')),
    sa.UniqueConstraint('account_id', 'starts_at', name=op.f('uq_account_hour_account_id_starts_at'))
    )
    op.create_table('post_coverage',
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('remote_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('held', sa.Integer(), nullable=False),
    sa.Column('deeper', sa.Integer(), nullable=False),
    sa.Column('ours', sa.Integer(), nullable=False),
    sa.Column('deleted', sa.Integer(), nullable=False),
    sa.Column('network_count', sa.Integer(), nullable=True),
    sa.Column('missing', sa.Integer(), nullable=False),
    sa.Column('unseen', sa.Boolean(), nullable=False),
    sa.Column('closed', sa.Boolean(), nullable=False),
    sa.Column('watched', sa.Boolean(), nullable=False),
    sa.Column('counted_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_post_coverage_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', 'remote_id', name=op.f('pk_post_coverage'))
    )
    op.create_index("ix_post_coverage_worst", "post_coverage", ["watched", "unseen", "missing"])
    op.add_column("outbox_effect", sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    for table in ("on_call_alarm", "on_call_subject"):
        widen(table, "kind", f"ck_{table}_alarmkind", ("silent",))


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
