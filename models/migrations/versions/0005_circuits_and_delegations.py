"""Circuits whose steps ask for k of n; delegations; steps taken on; approvals taken back."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NARROW, WIDE = "'any', 'all'", "'any', 'all', 'k_of_n'"


def widen_quorum() -> None:
    """Let the database take k of n.

    SQLite changes a CHECK in its schema, as its documentation says ("ALTER TABLE", making other kinds of changes): a
    table made anew would lose what points to it.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("quorum", "review_step", type_="check")
        op.create_check_constraint("quorum", "review_step", f"quorum IN ({WIDE})")
        return
    bind = op.get_bind()
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'review_step'",
        (NARROW, WIDE),
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")


def keep_for_good() -> None:
    """What was taken back stays on record; a delegation is never removed."""
    refused = [("approval_withdrawal", "update"), ("approval_withdrawal", "delete"), ("delegation", "delete")]
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        refused += [("approval_withdrawal", "truncate"), ("delegation", "truncate")]
    for table, when in refused:
        name = f"CREATE TRIGGER {table}_refuses_{when} BEFORE {when.upper()} ON {table}"
        rows = "STATEMENT" if when == "truncate" else "ROW"
        op.execute(
            f"{name} FOR EACH {rows} EXECUTE FUNCTION refuse_change()"
            if postgresql
            else f"{name} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def upgrade() -> None:
    op.create_table('delegation',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('delegator_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('delegate_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('role', sa.Enum('community_manager', 'communications', 'regulatory', 'legal', 'medical', 'responsible_pharmacist', 'pv_officer', 'quality', 'auditor', 'administrator', 'system', name='role', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('product_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('campaign', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('created_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['delegate_id'], ['user_account.id'], name=op.f('fk_delegation_delegate_id_user_account')),
    sa.ForeignKeyConstraint(['delegator_id'], ['user_account.id'], name=op.f('fk_delegation_delegator_id_user_account')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_delegation_product_id_product')),
    sa.ForeignKeyConstraint(['revoked_by'], ['user_account.id'], name=op.f('fk_delegation_revoked_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation'))
    )
    with op.batch_alter_table('delegation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegation_delegate_id'), ['delegate_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegation_delegator_id'), ['delegator_id'], unique=False)

    op.create_table('step_claim',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('step_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('claimed_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('released_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['step_id'], ['review_step.id'], name=op.f('fk_step_claim_step_id_review_step')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_step_claim_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step_claim'))
    )
    with op.batch_alter_table('step_claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_step_claim_step_id'), ['step_id'], unique=False)

    op.create_table('approval_withdrawal',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('decision_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('round_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('cause_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['cause_id'], ['decision.id'], name=op.f('fk_approval_withdrawal_cause_id_decision')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_approval_withdrawal_decision_id_decision')),
    sa.ForeignKeyConstraint(['round_id'], ['review_round.id'], name=op.f('fk_approval_withdrawal_round_id_review_round')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_approval_withdrawal_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_withdrawal')),
    sa.UniqueConstraint('decision_id', name=op.f('uq_approval_withdrawal_decision_id'))
    )
    with op.batch_alter_table('approval_withdrawal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_approval_withdrawal_round_id'), ['round_id'], unique=False)

    with op.batch_alter_table('review_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('needed', sa.Integer(), nullable=True))

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("on_behalf_of_id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=True)
        )
        batch_op.add_column(sa.Column("on_behalf_of_name", sqlmodel.sql.sqltypes.AutoString(), nullable=True))

    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.add_column(sa.Column('delegation_id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=True))
        batch_op.add_column(sa.Column('on_behalf_of_id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=True))
        batch_op.add_column(sa.Column('on_behalf_of_name', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    widen_quorum()
    keep_for_good()


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
