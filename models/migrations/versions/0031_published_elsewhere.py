"""What stands on our own accounts and did not go through the committee."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bypass',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('remote_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sa.Enum('unknown_post', 'changed_text', name='bypasskind', native_enum=False, create_constraint=True, length=64), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('posted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('found_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('publication_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('settled_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_bypass_account_id_account')),
    sa.ForeignKeyConstraint(['publication_id'], ['publication.id'], name=op.f('fk_bypass_publication_id_publication')),
    sa.ForeignKeyConstraint(['settled_by'], ['user_account.id'], name=op.f('fk_bypass_settled_by_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bypass')),
    sa.UniqueConstraint('account_id', 'remote_id', 'kind', 'text_sha256', name=op.f('uq_bypass_account_id_remote_id_kind_text_sha256'))
    )
    op.create_index("ix_bypass_account_id", "bypass", ["account_id"])


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
