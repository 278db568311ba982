"""Pictures and films: what is known of a file stays for good, its bytes may only be emptied, with a reason."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

import models.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EMPTIED = (
    "NEW.data IS NULL AND NEW.thumbnail IS NULL AND NEW.purged_at IS NOT NULL AND NEW.purge_reason IS NOT NULL"
    " AND NEW.sha256 = OLD.sha256"
)
GUARDS = (("media", "update", ""), ("media", "delete", ""), ("media_bytes", "update", EMPTIED), ("media_bytes", "delete", ""))


def sqlite_trigger(table: str, when: str, unless: str) -> str:
    guard = f"WHEN NOT ({unless}) " if unless else ""
    return (
        f"CREATE TRIGGER {table}_refuses_{when} BEFORE {when.upper()} ON {table} {guard}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def postgresql_trigger(table: str, when: str, unless: str) -> str:
    guard = f"WHEN (NOT ({unless})) " if unless else ""
    each = "STATEMENT" if when == "truncate" else "ROW"
    return (
        f"CREATE TRIGGER {table}_refuses_{when} BEFORE {when.upper()} ON {table} "
        f"FOR EACH {each} {guard}EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("picture", "film", name="mediakind", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("mime", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("animated", sa.Boolean(), nullable=False),
        sa.Column(
            "traces",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("copy_of", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("added_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("added_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name=op.f("fk_media_added_by_user_account")),
        sa.ForeignKeyConstraint(["copy_of"], ["media.sha256"], name=op.f("fk_media_copy_of_media")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_media")),
    )
    op.create_table(
        "media_bytes",
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=True),
        sa.Column("purged_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("purge_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["sha256"], ["media.sha256"], name=op.f("fk_media_bytes_sha256_media")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_media_bytes")),
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    for table, when, unless in GUARDS:
        op.execute((postgresql_trigger if postgres else sqlite_trigger)(table, when, unless))
    if postgres:
        for table in ("media", "media_bytes"):
            op.execute(postgresql_trigger(table, "truncate", ""))


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
