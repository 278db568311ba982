"""How long an approval is good, repetitions of published posts, the signed matrix of re-approval, channels of Teams."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from models.migrations.keeping import keep, widen
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('team_channel',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('circuit_key', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('role', sa.Enum('community_manager', 'communications', 'regulatory', 'legal', 'medical', 'responsible_pharmacist', 'pv_officer', 'quality', 'auditor', 'administrator', 'system', name='role', native_enum=False, create_constraint=True, length=64), nullable=True),
    sa.Column('address_encrypted', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('created_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('delivered_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('failed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('last_error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('closed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_team_channel_created_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_channel'))
    )
    op.create_table('reapproval_matrix',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('kept', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('content_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('signature_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('signed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('signed_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_reapproval_matrix_signature_id_signature')),
    sa.ForeignKeyConstraint(['signed_by'], ['user_account.id'], name=op.f('fk_reapproval_matrix_signed_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reapproval_matrix')),
    sa.UniqueConstraint('n', name=op.f('uq_reapproval_matrix_n'))
    )
    op.create_table('repeat_series',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('post_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('every_weeks', sa.Integer(), nullable=True),
    sa.Column('status', sa.Enum('running', 'lapsed', 'stopped', name='seriesstatus', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('created_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('cut_short', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('ended_because', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('ended_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('ended_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_repeat_series_created_by_user_account')),
    sa.ForeignKeyConstraint(['ended_by'], ['user_account.id'], name=op.f('fk_repeat_series_ended_by_user_account')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_repeat_series_post_id_post')),
    sa.ForeignKeyConstraint(['version_id'], ['post_version.id'], name=op.f('fk_repeat_series_version_id_post_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repeat_series'))
    )
    with op.batch_alter_table('repeat_series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_repeat_series_post_id'), ['post_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_repeat_series_status'), ['status'], unique=False)

    with op.batch_alter_table('circuit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('approval_days', sa.Integer(), server_default='90', nullable=False))

    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.add_column(sa.Column('series_id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=True))
        batch_op.create_index(batch_op.f('ix_publication_series_id'), ['series_id'], unique=False)

    for table in ("signature", "review_step"):
        widen(table, "meaning", f"ck_{table}_signaturemeaning", ("matrix_change",))
    widen("outbox_effect", "kind", "ck_outbox_effect_effectkind", ("teams",))
    # A signed matrix never changes; a series and a channel are closed, never removed.
    keep(for_good=("reapproval_matrix",), never_removed=("repeat_series", "team_channel"))


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
