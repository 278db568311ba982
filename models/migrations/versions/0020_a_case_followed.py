"""A case followed: new information with its own day zero, what people did outside, duplicates, excluded products."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.base import UTCDateTime, json_column
from models.enums import ContactKind, ContactMeans
from models.migrations.keeping import keep, widen

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
REFERENCES = (
    ("pv_case", "confirmed_by", "user_account"),
    ("pv_case", "duplicate_of", "pv_case"),
    ("suspect_product", "excluded_by", "user_account"),
)


def upgrade() -> None:
    widen("pv_case", "status", "ck_pv_case_casestatus", ("handed_over",))
    op.add_column("pv_case", sa.Column("day_zero_evidence", TEXT(), nullable=True))
    op.add_column("pv_case", sa.Column("confirmed_at", UTCDateTime(), nullable=True))
    op.add_column("suspect_product", sa.Column("excluded_because", TEXT(), nullable=True))
    for table, column, target in REFERENCES:
        name = f"fk_{table}_{column}_{target}"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR CONSTRAINT {name} REFERENCES {target} (id)")
    op.create_index("ix_pv_case_due", "pv_case", ["status", "forward_due_at"])
    op.create_index("ix_pv_case_duplicate_of", "pv_case", ["duplicate_of"])
    op.create_index("ix_suspect_product_name", "suspect_product", ["name"])
    _follow_ups()
    _contacts()
    keep(for_good=("case_contact",), never_removed=("case_follow_up",))


def _follow_ups() -> None:
    op.create_table(
        "case_follow_up",
        sa.Column("id", TEXT(length=26), nullable=False),
        sa.Column("case_id", TEXT(), nullable=False),
        sa.Column("revision_id", TEXT(), nullable=True),
        sa.Column("reason", TEXT(), nullable=False),
        sa.Column("awareness_at", UTCDateTime(), nullable=False),
        sa.Column("awareness_evidence", TEXT(), nullable=False),
        sa.Column("day_zero", sa.Date(), nullable=False),
        sa.Column("authority_due_on", sa.Date(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["pv_case.id"], name=op.f("fk_case_follow_up_case_id_pv_case")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name=op.f("fk_case_follow_up_revision_id_comment_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_follow_up")),
    )
    op.create_index("ix_case_follow_up_case_id", "case_follow_up", ["case_id"])


def _contacts() -> None:
    op.create_table(
        "case_contact",
        sa.Column("id", TEXT(length=26), nullable=False),
        sa.Column("case_id", TEXT(), nullable=False),
        sa.Column("kind", _one_of(ContactKind), nullable=False),
        sa.Column("means", _one_of(ContactMeans), nullable=False),
        sa.Column("recipient", TEXT(), nullable=False),
        sa.Column("evidence", TEXT(), nullable=False),
        sa.Column("criteria", json_column().sa_column.type, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", TEXT(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pv_case.id"], name=op.f("fk_case_contact_case_id_pv_case")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_case_contact_recorded_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_contact")),
    )
    op.create_index("ix_case_contact_case_id", "case_contact", ["case_id"])


def _one_of(kind: type[ContactKind] | type[ContactMeans]) -> sa.Enum:
    values = [member.value for member in kind]
    return sa.Enum(*values, native_enum=False, create_constraint=True, length=64, name=kind.__name__.lower())


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
