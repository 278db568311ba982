"""How long an approval is good, repetitions of published posts, the signed matrix of re-approval, channels of Teams."""

import re

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
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
        widen(table, "meaning", f"ck_{table}_signaturemeaning", "matrix_change")
    widen("outbox_effect", "kind", "ck_outbox_effect_effectkind", "teams")
    protect()


def widen(table: str, column: str, constraint: str, added: str) -> None:
    """Let a column hold one more value. SQLite's text of the table is changed, as its manual describes: to build the
    table anew would lose its triggers."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        definition = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
        kept = re.findall("'([^']*)'", connection.execute(sa.text(definition), {"name": constraint}).scalar_one())
        listed = ", ".join(f"'{value}'" for value in (*kept, added))
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({column} IN ({listed}))")
        return
    old = f"CONSTRAINT {constraint} CHECK ({column} IN ("
    stated = "UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = :table"
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(sa.text(stated), {"old": old, "new": f"{old}'{added}', ", "table": table})
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def protect() -> None:
    """A signed matrix never changes; a series and a channel are closed, never removed."""
    postgres = op.get_bind().dialect.name == "postgresql"
    refused = [("reapproval_matrix", "update")]
    refused += [(table, "delete") for table in ("reapproval_matrix", "repeat_series", "team_channel")]
    if postgres:
        refused += [(table, "truncate") for table in ("reapproval_matrix", "repeat_series", "team_channel")]
    for table, when in refused:
        refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        if postgres:
            each = "STATEMENT" if when == "truncate" else "ROW"
            refusal = f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {table}_refuses_{when} BEFORE {when.upper()} ON {table} {refusal}")


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
