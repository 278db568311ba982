"""How accounts are connected by consent, how they fare, and whether their networks tell us by themselves."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

import models.base

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account_health',
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('checked_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('reach', sa.Enum('ok', 'not_connected', 'auth_expired', 'wrong_account', 'limited', 'unreachable', 'refused', name='reach', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('renewable', sa.Boolean(), nullable=False),
    sa.Column('missing_scopes', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('scopes_told', sa.Boolean(), nullable=False),
    sa.Column('clock_seconds', sa.Integer(), nullable=True),
    sa.Column('limited_until', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('telling', sa.Enum('yes', 'no', 'unknown', 'never', name='telling', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_health_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_account_health'))
    )
    op.create_table('connection_request',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('network', sa.Enum('x', 'facebook', 'instagram', 'linkedin', 'tiktok', 'youtube', 'hcp_portal', 'phone', 'email', 'file', name='network', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('state_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('verifier_encrypted', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('redirect_uri', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('used_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Enum('waiting', 'connected', 'denied', 'expired', 'lacking', 'wrong_account', 'unreachable', 'refused', 'clock', name='connectionoutcome', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('facts', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_connection_request_account_id_account')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_connection_request_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_connection_request')),
    sa.UniqueConstraint('state_sha256', name=op.f('uq_connection_request_state_sha256'))
    )
    op.create_index("ix_connection_request_account_id", "connection_request", ["account_id"])

    op.create_table('webhook_subscription',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('callback_url', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('asked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('asked_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Enum('asked', 'done', 'failed', name='subscriptionstatus', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('ended_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_webhook_subscription_account_id_account')),
    sa.ForeignKeyConstraint(['asked_by'], ['user_account.id'], name=op.f('fk_webhook_subscription_asked_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_subscription'))
    )
    op.create_index("ix_webhook_subscription_account_id", "webhook_subscription", ["account_id"])


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
