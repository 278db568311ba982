"""What the company signed of the networks' terms, what must not be erased, and what was."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from models.migrations.keeping import keep, refuse, widen

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('terms_sheet',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('network', sa.Enum('x', 'facebook', 'instagram', 'linkedin', 'tiktok', 'youtube', 'hcp_portal', 'phone', 'email', 'file', name='network', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('terms_version', sa.Integer(), nullable=False),
    sa.Column('terms_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('days_kept', sa.Integer(), nullable=False),
    sa.Column('days_after_deletion', sa.Integer(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('content_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sa.Enum('proposed', 'half_signed', 'in_force', 'replaced', 'revoked', 'withdrawn', name='termsstatus', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('proposed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('proposed_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('legal_signature_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('protection_signature_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('in_force_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('ended_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ended_by'], ['user_account.id'], name=op.f('fk_terms_sheet_ended_by_user_account')),
    sa.ForeignKeyConstraint(['legal_signature_id'], ['signature.id'], name=op.f('fk_terms_sheet_legal_signature_id_signature')),
    sa.ForeignKeyConstraint(['proposed_by'], ['user_account.id'], name=op.f('fk_terms_sheet_proposed_by_user_account')),
    sa.ForeignKeyConstraint(['protection_signature_id'], ['signature.id'], name=op.f('fk_terms_sheet_protection_signature_id_signature')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms_sheet')),
    sa.UniqueConstraint('network', 'n', name=op.f('uq_terms_sheet_network_n'))
    )
    op.create_index('ix_terms_sheet_in_force', 'terms_sheet', ['network'], unique=True, sqlite_where=sa.text("status = 'in_force'"), postgresql_where=sa.text("status = 'in_force'"))
    op.create_index(op.f('ix_terms_sheet_status'), 'terms_sheet', ['status'], unique=False)

    op.create_table('legal_hold',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('comment_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('starts_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ends_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('put_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('put_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('lifted_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('lifted_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('lift_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_legal_hold_account_id_account')),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_legal_hold_comment_id_comment')),
    sa.ForeignKeyConstraint(['lifted_by'], ['user_account.id'], name=op.f('fk_legal_hold_lifted_by_user_account')),
    sa.ForeignKeyConstraint(['put_by'], ['user_account.id'], name=op.f('fk_legal_hold_put_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_hold'))
    )
    op.create_index(op.f('ix_legal_hold_account_id'), 'legal_hold', ['account_id'], unique=False)
    op.create_index(op.f('ix_legal_hold_comment_id'), 'legal_hold', ['comment_id'], unique=False)

    op.add_column('comment', sa.Column('erased_at', models.base.UTCDateTime(timezone=True), nullable=True))
    op.create_index('ix_comment_erasable', 'comment', ['account_id', 'received_at', 'id'], unique=False, sqlite_where=sa.text("erased_at IS NULL AND network <> 'file'"), postgresql_where=sa.text("erased_at IS NULL AND network <> 'file'"))
    for table in ("delegation", "conditional_opinion", "review_step", "signature", "team_channel", "role_assignment"):
        widen(table, "role", f"ck_{table}_role", ("data_protection",))
    for table in ("signature", "review_step"):
        widen(table, "meaning", f"ck_{table}_signaturemeaning", ("terms_legal", "terms_protection"))
    # What is signed never changes: another sheet takes its place. Who held back what, and why, is known for good.
    keep(never_removed=("terms_sheet", "legal_hold"))
    signed = ("network", "n", "terms_version", "terms_sha256", "days_kept", "days_after_deletion", "reason")
    for table, fixed in (("terms_sheet", (*signed, "content_sha256")), ("legal_hold", ("reason", "put_by", "put_at"))):
        refuse(table, "update", " OR ".join(f"NEW.{name} <> OLD.{name}" for name in fixed))


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
