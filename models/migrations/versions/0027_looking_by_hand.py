"""Looking by hand where no interface shows what is said."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('manual_check',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('spot', sa.Enum('everything', 'private_messages', 'advertising', 'mentions', 'reviews', 'stories', 'age_gated', name='blindspot', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('owner_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', sa.Time(), nullable=False),
    sa.Column('set_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('set_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_manual_check_account_id_account')),
    sa.ForeignKeyConstraint(['owner_id'], ['user_account.id'], name=op.f('fk_manual_check_owner_id_user_account')),
    sa.ForeignKeyConstraint(['set_by'], ['user_account.id'], name=op.f('fk_manual_check_set_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_manual_check')),
    sa.UniqueConstraint('account_id', 'spot', name=op.f('uq_manual_check_account_id_spot'))
    )
    op.create_index("ix_manual_check_account_id", "manual_check", ["account_id"])
    op.create_index("ix_manual_check_owner_id", "manual_check", ["owner_id"])
    op.create_table('manual_look',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('spot', sa.Enum('everything', 'private_messages', 'advertising', 'mentions', 'reviews', 'stories', 'age_gated', name='blindspot', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('looked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('looked_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('found', sa.Integer(), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_manual_look_account_id_account')),
    sa.ForeignKeyConstraint(['looked_by'], ['user_account.id'], name=op.f('fk_manual_look_looked_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_manual_look'))
    )
    op.create_index("ix_manual_look_account_id", "manual_look", ["account_id"])
    op.create_index("ix_manual_look_looked_at", "manual_look", ["looked_at"])


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
