"""Reviewing: places and threads of remarks, guests, opinions under conditions, who opened which step."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from models.migrations.keeping import keep, widen
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NEW_MEANINGS = ("conditional",)
FOR_GOOD = ("note_anchor", "note_answer", "guest_note")
NEVER_REMOVED = ("guest_link", "conditional_opinion")


def upgrade() -> None:
    op.create_table('guest_link',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('post_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('token_sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('expert', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('created_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('revoked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('revoked_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_guest_link_created_by_user_account')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_guest_link_post_id_post')),
    sa.ForeignKeyConstraint(['revoked_by'], ['user_account.id'], name=op.f('fk_guest_link_revoked_by_user_account')),
    sa.ForeignKeyConstraint(['version_id'], ['post_version.id'], name=op.f('fk_guest_link_version_id_post_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guest_link')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_guest_link_token_sha256'))
    )
    with op.batch_alter_table('guest_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guest_link_post_id'), ['post_id'], unique=False)

    op.create_table('guest_note',
    sa.Column('note_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('link_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['link_id'], ['guest_link.id'], name=op.f('fk_guest_note_link_id_guest_link')),
    sa.ForeignKeyConstraint(['note_id'], ['review_note.id'], name=op.f('fk_guest_note_note_id_review_note')),
    sa.PrimaryKeyConstraint('note_id', name=op.f('pk_guest_note'))
    )
    with op.batch_alter_table('guest_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guest_note_link_id'), ['link_id'], unique=False)

    op.create_table('note_anchor',
    sa.Column('note_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('field', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('exact', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('prefix', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('suffix', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('media_sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('x', sa.Float(), nullable=False),
    sa.Column('y', sa.Float(), nullable=False),
    sa.Column('width', sa.Float(), nullable=False),
    sa.Column('height', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_note_anchor_account_id_account')),
    sa.ForeignKeyConstraint(['media_sha256'], ['media.sha256'], name=op.f('fk_note_anchor_media_sha256_media')),
    sa.ForeignKeyConstraint(['note_id'], ['review_note.id'], name=op.f('fk_note_anchor_note_id_review_note')),
    sa.PrimaryKeyConstraint('note_id', name=op.f('pk_note_anchor'))
    )
    op.create_table('note_answer',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('note_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('author_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('done', sa.Boolean(), nullable=False),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_note_answer_author_id_user_account')),
    sa.ForeignKeyConstraint(['note_id'], ['review_note.id'], name=op.f('fk_note_answer_note_id_review_note')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note_answer'))
    )
    with op.batch_alter_table('note_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_note_answer_note_id'), ['note_id'], unique=False)

    op.create_table('conditional_opinion',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('post_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('round_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('step_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('role', sa.Enum('community_manager', 'communications', 'regulatory', 'legal', 'medical', 'responsible_pharmacist', 'pv_officer', 'quality', 'auditor', 'administrator', 'system', name='role', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('signature_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'answered', 'lifted', 'taken_back', name='conditionstatus', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('conditions', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('terms_json', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('given_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('answered_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('answered_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('closed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('close_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by'], ['user_account.id'], name=op.f('fk_conditional_opinion_answered_by_user_account')),
    sa.ForeignKeyConstraint(['closed_by'], ['user_account.id'], name=op.f('fk_conditional_opinion_closed_by_user_account')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_conditional_opinion_post_id_post')),
    sa.ForeignKeyConstraint(['round_id'], ['review_round.id'], name=op.f('fk_conditional_opinion_round_id_review_round')),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_conditional_opinion_signature_id_signature')),
    sa.ForeignKeyConstraint(['step_id'], ['review_step.id'], name=op.f('fk_conditional_opinion_step_id_review_step')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_conditional_opinion_user_id_user_account')),
    sa.ForeignKeyConstraint(['version_id'], ['post_version.id'], name=op.f('fk_conditional_opinion_version_id_post_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conditional_opinion')),
    sa.UniqueConstraint('signature_id', name=op.f('uq_conditional_opinion_signature_id'))
    )
    with op.batch_alter_table('conditional_opinion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conditional_opinion_post_id'), ['post_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conditional_opinion_status'), ['status'], unique=False)
        batch_op.create_index(batch_op.f('ix_conditional_opinion_step_id'), ['step_id'], unique=False)

    op.create_table('step_reading',
    sa.Column('step_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('opened_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['step_id'], ['review_step.id'], name=op.f('fk_step_reading_step_id_review_step')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_step_reading_user_id_user_account')),
    sa.PrimaryKeyConstraint('step_id', 'user_id', name=op.f('pk_step_reading'))
    )

    for table in ("signature", "review_step"):
        widen(table, "meaning", f"ck_{table}_signaturemeaning", NEW_MEANINGS)
    keep(for_good=FOR_GOOD, never_removed=NEVER_REMOVED)


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
