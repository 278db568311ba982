"""What is taken out of the public's sight: frozen evidence, acts, contests, the policy of product names.

The database itself refuses an act that hides or deletes without its evidence, and a comment out of sight of which
pharmacovigilance knows nothing.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from models.migrations.keeping import keep, refuse, widen

ADDED = ("hiding", "hidden_by_others", "unhiding", "deleting")
UNKNOWN_TO_PV = (
    "NEW.pv = 'none' AND NEW.visibility IN ('hiding', 'hidden', 'hidden_by_others', 'deleting', 'deleted_by_us')"
)

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('name_policy',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('network', sa.Enum('x', 'facebook', 'instagram', 'linkedin', 'tiktok', 'youtube', 'hcp_portal', 'phone', 'email', 'file', name='network', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('named', sa.Enum('prescription', 'own', 'competitor', name='namedkind', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('measure', sa.Enum('nothing', 'propose', 'hide', name='namemeasure', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('set_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('set_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('approved_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('approved_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['approved_by'], ['user_account.id'], name=op.f('fk_name_policy_approved_by_user_account')),
    sa.ForeignKeyConstraint(['set_by'], ['user_account.id'], name=op.f('fk_name_policy_set_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_name_policy'))
    )
    op.create_table('evidence',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('comment_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('content', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('content_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('frozen_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('frozen_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_evidence_comment_id_comment')),
    sa.ForeignKeyConstraint(['frozen_by'], ['user_account.id'], name=op.f('fk_evidence_frozen_by_user_account')),
    sa.ForeignKeyConstraint(['revision_id'], ['comment_revision.id'], name=op.f('fk_evidence_revision_id_comment_revision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_comment_id'), ['comment_id'], unique=False)

    op.create_table('visibility_act',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('comment_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('evidence_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('kind', sa.Enum('hide', 'unhide', 'delete', name='actkind', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('origin', sa.Enum('person', 'policy', 'contest', 'network', name='actorigin', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('status', sa.Enum('asked', 'queued', 'done', 'failed', 'refused', name='actstatus', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('before', sa.Enum('visible', 'hiding', 'hidden', 'hidden_by_others', 'unhiding', 'deleting', 'deleted_by_us', 'deleted_by_author', name='visibilityfacet', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('reason', sa.Enum('prescription_named', 'product_named', 'personal_data', 'insult', 'spam', 'misinformation', 'doxxing', 'other', name='hidereason', native_enum=False, create_constraint=True, length=64), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('asked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('asked_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('approved_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('approved_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('last_error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['approved_by'], ['user_account.id'], name=op.f('fk_visibility_act_approved_by_user_account')),
    sa.ForeignKeyConstraint(['asked_by'], ['user_account.id'], name=op.f('fk_visibility_act_asked_by_user_account')),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_visibility_act_comment_id_comment')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_visibility_act_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['revision_id'], ['comment_revision.id'], name=op.f('fk_visibility_act_revision_id_comment_revision')),
    sa.CheckConstraint("kind = 'unhide' OR evidence_id IS NOT NULL", name=op.f('ck_visibility_act_evidence_first')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visibility_act'))
    )
    with op.batch_alter_table('visibility_act', schema=None) as batch_op:
        batch_op.create_index('ix_visibility_act_comment', ['comment_id', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_visibility_act_status'), ['status'], unique=False)

    op.create_table('visibility_contest',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('comment_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('act_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source_comment_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sa.Enum('open', 'granted', 'refused', name='conteststatus', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('opened_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('opened_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('due_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('decided_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('decision', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['act_id'], ['visibility_act.id'], name=op.f('fk_visibility_contest_act_id_visibility_act')),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_visibility_contest_comment_id_comment')),
    sa.ForeignKeyConstraint(['decided_by'], ['user_account.id'], name=op.f('fk_visibility_contest_decided_by_user_account')),
    sa.ForeignKeyConstraint(['opened_by'], ['user_account.id'], name=op.f('fk_visibility_contest_opened_by_user_account')),
    sa.ForeignKeyConstraint(['source_comment_id'], ['comment.id'], name=op.f('fk_visibility_contest_source_comment_id_comment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visibility_contest'))
    )
    with op.batch_alter_table('visibility_contest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visibility_contest_comment_id'), ['comment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_visibility_contest_status'), ['status'], unique=False)

    widen("comment", "visibility", "ck_comment_visibilityfacet", ADDED)
    refuse("comment", "update", UNKNOWN_TO_PV)
    keep(for_good=("evidence",), never_removed=("visibility_act", "visibility_contest", "name_policy"))


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
