"""Answers: the circuit of library texts, free answers and who approves them, drafts, promises to get in touch."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

import models.base
from models.enums import ReplyKind, ReplyTopic, TextStatus
from models.migrations.keeping import add_choice, keep, refuse, widen

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NEW_MEANINGS = ("reply_text", "reply")
NEW_STATUSES = ("to_approve", "refused", "called_back")
CONTENT = ("key", "language", "n", "title", "text", "content_sha256")
BEFORE = "Approuvé avant le circuit des textes de réponse : proposez-le à nouveau."


def upgrade() -> None:
    _extend_texts()
    _extend_replies()
    for table in ("signature", "review_step"):
        widen(table, "meaning", f"ck_{table}_signaturemeaning", NEW_MEANINGS)
    _create_drafts()
    _create_call_backs()
    keep(never_removed=("approved_text", "call_back"))
    refuse("approved_text", "update", " OR ".join(f"NEW.{name} <> OLD.{name}" for name in CONTENT))


def _json() -> sa.types.TypeEngine:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _add_reference(table: str, column: str, target: str) -> None:
    """Add an empty column that points to a row; both databases take the constraint with the column."""
    name = f"fk_{table}_{column}_{target}"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR CONSTRAINT {name} REFERENCES {target} (id)")


def _extend_texts() -> None:
    """What was approved by one person alone is withdrawn: it answers again once the whole circuit signed it."""
    listed = ", ".join(f"'{member.value}'" for member in TextStatus)
    op.execute(
        "ALTER TABLE approved_text ADD COLUMN status VARCHAR(64) DEFAULT 'proposed' NOT NULL "
        f"CONSTRAINT ck_approved_text_textstatus CHECK (status IN ({listed}))"
    )
    _add_reference("approved_text", "author_id", "user_account")
    for name, empty in (("products", "[]"), ("situations", "[]"), ("choices", "{}")):
        op.add_column("approved_text", sa.Column(name, _json(), server_default=sa.text(f"'{empty}'"), nullable=False))
    moment = models.base.UTCDateTime(timezone=True)
    op.add_column("approved_text", sa.Column("proposed_at", moment, nullable=True))
    op.add_column("approved_text", sa.Column("ended_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("approved_text", sa.Column("row_version", sa.Integer(), server_default="1", nullable=False))
    withdrawn = "UPDATE approved_text SET status = 'withdrawn', ended_reason = :reason, "
    ended = "withdrawn_at = coalesce(withdrawn_at, approved_at)"
    op.get_bind().execute(sa.text(withdrawn + ended), {"reason": BEFORE})


def _extend_replies() -> None:
    widen("reply", "status", "ck_reply_replystatus", NEW_STATUSES)
    add_choice("reply", "kind", "ck_reply_replykind", ReplyKind)
    add_choice("reply", "topic", "ck_reply_replytopic", ReplyTopic)
    op.add_column("reply", sa.Column("given", _json(), nullable=True))
    op.add_column("reply", sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False))
    for name in ("proposed_text", "refusal"):
        op.add_column("reply", sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    _add_reference("reply", "approver_id", "user_account")
    _add_reference("reply", "signature_id", "signature")


def _create_drafts() -> None:
    op.create_table(
        "reply_draft",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("comment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content", _json(), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name="fk_reply_draft_author_id_user_account"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_reply_draft_comment_id_comment"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_draft"),
        sa.UniqueConstraint("comment_id", "author_id", name="uq_reply_draft_comment_id_author_id"),
    )
    op.create_index("ix_reply_draft_author_id", "reply_draft", ["author_id"])
    op.create_index("ix_reply_draft_comment_id", "reply_draft", ["comment_id"])


def _create_call_backs() -> None:
    ways = sa.Enum("phone", "mail", "private_message", "public_reply", name="contactway", **_checked())
    states = sa.Enum("promised", "kept", "waived", name="callbackstatus", **_checked())
    op.create_table(
        "call_back",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("comment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("promised_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("way", ways, nullable=False),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("promised_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("due_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("status", states, nullable=False),
        sa.Column("ended_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("ended_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_call_back_comment_id_comment"),
        sa.ForeignKeyConstraint(["ended_by"], ["user_account.id"], name="fk_call_back_ended_by_user_account"),
        sa.ForeignKeyConstraint(["promised_by"], ["user_account.id"], name="fk_call_back_promised_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_call_back"),
    )
    for column in ("comment_id", "due_at", "status"):
        op.create_index(f"ix_call_back_{column}", "call_back", [column])


def _checked() -> dict[str, object]:
    return {"native_enum": False, "create_constraint": True, "length": 64}


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
