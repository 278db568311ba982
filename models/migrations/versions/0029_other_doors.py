"""Files, telephone notes, mails and signed deliveries: the doors beside the networks."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from models.migrations.keeping import keep
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('file_import',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('file_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('path', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('spooled', sa.Boolean(), nullable=False),
    sa.Column('kind', sa.Enum('csv', 'jsonl', 'xlsx', name='filekind', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('encoding', sa.Enum('utf-8-sig', 'utf-16', 'cp1252', name='fileencoding', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('mapping', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('had_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('status', sa.Enum('running', 'done', 'stopped', 'failed', name='importstatus', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('bytes_done', sa.BigInteger(), nullable=False),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('entered', sa.Integer(), nullable=False),
    sa.Column('revised', sa.Integer(), nullable=False),
    sa.Column('known', sa.Integer(), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('created_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('moved_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('settled_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('settled_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_file_import_account_id_account')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_file_import_created_by_user_account')),
    sa.ForeignKeyConstraint(['settled_by'], ['user_account.id'], name=op.f('fk_file_import_settled_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_import'))
    )
    op.create_index("ix_file_import_account_id", "file_import", ['account_id'], unique=False)
    op.create_index("ix_file_import_running", "file_import", ['status', 'created_at'], unique=False)
    op.create_index("ix_file_import_sha256", "file_import", ['sha256'], unique=False)

    op.create_table('file_source',
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('mapping', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('encoding', sa.Enum('utf-8-sig', 'utf-16', 'cp1252', name='fileencoding', native_enum=False, create_constraint=True, length=64), nullable=True),
    sa.Column('updated_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_file_source_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_file_source'))
    )
    op.create_table('signed_delivery',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('signature', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('received_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('read_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('entered', sa.Integer(), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('settled_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('settled_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_signed_delivery_account_id_account')),
    sa.ForeignKeyConstraint(['settled_by'], ['user_account.id'], name=op.f('fk_signed_delivery_settled_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signed_delivery')),
    sa.UniqueConstraint('account_id', 'signature', name=op.f('uq_signed_delivery_account_id_signature'))
    )
    op.create_index("ix_signed_delivery_unread", "signed_delivery", ['read_at', 'received_at'], unique=False)

    op.create_table('import_problem',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('import_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('problem', sa.Enum('no_text', 'no_date', 'date_unreadable', 'date_to_come', 'had_unreadable', 'too_long', 'cells', 'quotes', 'not_json', name='rowproblem', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['file_import.id'], name=op.f('fk_import_problem_import_id_file_import')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_problem')),
    sa.UniqueConstraint('import_id', 'n', name=op.f('uq_import_problem_import_id_n'))
    )
    op.create_table('inbox_mail',
    sa.Column('comment_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('attachments', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('gap', sa.Enum('too_large', 'unreadable', name='mailgap', native_enum=False, create_constraint=True, length=64), nullable=True),
    sa.Column('read_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('settled_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('settled_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_inbox_mail_comment_id_comment')),
    sa.ForeignKeyConstraint(['settled_by'], ['user_account.id'], name=op.f('fk_inbox_mail_settled_by_user_account')),
    sa.PrimaryKeyConstraint('comment_id', name=op.f('pk_inbox_mail'))
    )
    op.create_index("ix_inbox_mail_gap", "inbox_mail", ['gap'], unique=False)

    op.create_table('call_note',
    sa.Column('comment_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('direction', sa.Enum('incoming', 'outgoing', name='calldirection', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('speaker', sa.Enum('patient', 'relative', 'pharmacy', 'professional', 'other', name='speaker', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('called_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('call_back_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('noted_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('noted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_back_id'], ['call_back.id'], name=op.f('fk_call_note_call_back_id_call_back')),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_call_note_comment_id_comment')),
    sa.ForeignKeyConstraint(['noted_by'], ['user_account.id'], name=op.f('fk_call_note_noted_by_user_account')),
    sa.PrimaryKeyConstraint('comment_id', name=op.f('pk_call_note'))
    )
    op.create_index("ix_call_note_noted_at", "call_note", ['noted_at'], unique=False)

    keep(for_good=("import_problem",), never_removed=("file_import", "call_note", "inbox_mail", "signed_delivery"))


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
