"""The on-call rota, its alarms, calls and deliveries; the business hours that an administrator sets."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from models.migrations.keeping import keep, widen
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('on_call_alarm',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('kind', sa.Enum('emergency', 'pv_soon', 'pv_late', 'untriaged', name='alarmkind', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sa.Enum('open', 'acknowledged', 'closed', name='alarmstatus', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('raised_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('acknowledged_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('closed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['acknowledged_by'], ['user_account.id'], name=op.f('fk_on_call_alarm_acknowledged_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_on_call_alarm')),
    sa.UniqueConstraint('key', name=op.f('uq_on_call_alarm_key'))
    )
    op.create_index(op.f('ix_on_call_alarm_raised_at'), 'on_call_alarm', ['raised_at'], unique=False)
    op.create_index(op.f('ix_on_call_alarm_status'), 'on_call_alarm', ['status'], unique=False)

    op.create_table('on_call_office',
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('away_until', sa.Date(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_on_call_office_user_id_user_account')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_on_call_office'))
    )
    op.create_table('on_call_shift',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('starts_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('created_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('removed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_on_call_shift_created_by_user_account')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_on_call_shift_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_on_call_shift'))
    )
    op.create_index(op.f('ix_on_call_shift_ends_at'), 'on_call_shift', ['ends_at'], unique=False)
    op.create_index(op.f('ix_on_call_shift_user_id'), 'on_call_shift', ['user_id'], unique=False)

    op.create_table('on_call_way',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('service', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('address_encrypted', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('delivered_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('failed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('last_error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('removed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_on_call_way_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_on_call_way'))
    )
    op.create_index(op.f('ix_on_call_way_user_id'), 'on_call_way', ['user_id'], unique=False)

    op.create_table('opening_hours',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('shifts', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('set_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('set_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['set_by'], ['user_account.id'], name=op.f('fk_opening_hours_set_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening_hours'))
    )
    op.create_table('on_call_page',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('alarm_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('rung', sa.Enum('rota', 'office', 'everybody', name='rung', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('paged_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('failed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['alarm_id'], ['on_call_alarm.id'], name=op.f('fk_on_call_page_alarm_id_on_call_alarm')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_on_call_page_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_on_call_page')),
    sa.UniqueConstraint('alarm_id', 'step', 'user_id', name=op.f('uq_on_call_page_alarm_id_step_user_id'))
    )
    op.create_index(op.f('ix_on_call_page_alarm_id'), 'on_call_page', ['alarm_id'], unique=False)
    op.create_index(op.f('ix_on_call_page_user_id'), 'on_call_page', ['user_id'], unique=False)

    op.create_table('on_call_subject',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('alarm_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sa.Enum('emergency', 'pv_soon', 'pv_late', 'untriaged', name='alarmkind', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('subject_kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['alarm_id'], ['on_call_alarm.id'], name=op.f('fk_on_call_subject_alarm_id_on_call_alarm')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_on_call_subject')),
    sa.UniqueConstraint('kind', 'subject_id', 'n', name=op.f('uq_on_call_subject_kind_subject_id_n'))
    )
    op.create_index(op.f('ix_on_call_subject_alarm_id'), 'on_call_subject', ['alarm_id'], unique=False)
    op.create_index(op.f('ix_on_call_subject_subject_id'), 'on_call_subject', ['subject_id'], unique=False)

    op.create_table('on_call_delivery',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('page_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('way_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('status', sa.Enum('queued', 'delivered', 'failed', 'moot', name='deliverystatus', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('queued_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['page_id'], ['on_call_page.id'], name=op.f('fk_on_call_delivery_page_id_on_call_page')),
    sa.ForeignKeyConstraint(['way_id'], ['on_call_way.id'], name=op.f('fk_on_call_delivery_way_id_on_call_way')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_on_call_delivery')),
    sa.UniqueConstraint('page_id', 'n', name=op.f('uq_on_call_delivery_page_id_n'))
    )
    op.create_index(op.f('ix_on_call_delivery_page_id'), 'on_call_delivery', ['page_id'], unique=False)

    widen("outbox_effect", "kind", "ck_outbox_effect_effectkind", ("page",))
    keep(
        for_good=("opening_hours", "on_call_subject"),
        never_removed=("on_call_alarm", "on_call_page", "on_call_delivery", "on_call_shift", "on_call_way"),
    )


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
