"""first release."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    #
    op.create_table(
        "approved_text",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "intents",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("approved_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approved_text")),
        sa.UniqueConstraint("key", "language", "n", name=op.f("uq_approved_text_key_language_n")),
    )
    op.create_table(
        "chain_head",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seal", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sealed_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("process", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("beat_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "details",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "job",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slot", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "due",
                "running",
                "done",
                "failed",
                name="jobstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_holder", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("lease_until", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("kind", "slot", name=op.f("uq_job_kind_slot")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_status"), ["status"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("holder", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "outbox_effect",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "publish",
                "reply",
                "hide",
                "mail",
                name="effectkind",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("idempotency_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "payload",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "calling",
                "unknown",
                "done",
                "failed",
                "cancelled",
                name="effectstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("not_before", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_holder", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("lease_until", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("first_called_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column(
            "result",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("done_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_effect")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_outbox_effect_idempotency_key")),
    )
    with op.batch_alter_table("outbox_effect", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_effect_not_before"), ["not_before"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_effect_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_effect_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "product",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("substance", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "otc",
                "rx",
                "vaccine",
                "device",
                "cosmetic",
                "supplement",
                name="productkind",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "owner",
            sa.Enum("own", "competitor", name="productowner", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("use", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column(
            "forms",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("prescription_only", sa.Boolean(), nullable=False),
        sa.Column("reimbursed", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("restriction", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("derogation", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("marketed_since", sa.Date(), nullable=True),
        sa.Column("indication", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("age_min", sa.Integer(), nullable=True),
        sa.Column("generic_of", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column(
            "aliases",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("name", name=op.f("uq_product_name")),
    )
    op.create_table(
        "public_key",
        sa.Column("key_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("public_pem", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("retired_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_public_key")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("login", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("printed_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("password_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    op.create_table(
        "account",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column(
            "network",
            sa.Enum(
                "x",
                "facebook",
                "instagram",
                "linkedin",
                "tiktok",
                "youtube",
                "hcp_portal",
                "phone",
                "email",
                "file",
                name="network",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("handle", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("display_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("spokesperson_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("base_url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("token_encrypted", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("token_expires_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "auth_expired",
                "paused",
                name="accountstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("next_allowed_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["spokesperson_id"], ["user_account.id"], name=op.f("fk_account_spokesperson_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("network", "handle", name=op.f("uq_account_network_handle")),
    )
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("actor_login", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("entity", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("entity_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "old",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column(
            "new",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("prev_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_audit_event_actor_id_user_account")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_event_hash")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_entity_id"), ["entity_id"], unique=False)

    op.create_table(
        "auth_session",
        sa.Column("token_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_auth_session_user_id_user_account")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_auth_session")),
    )
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auth_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "circuit",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "steps",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "conditions",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_circuit_created_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circuit")),
        sa.UniqueConstraint("key", "n", name=op.f("uq_circuit_key_n")),
    )
    op.create_table(
        "pv_case",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "queued",
                "forwarded",
                "acknowledged",
                "dismissed",
                name="casestatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "vigilance",
            sa.Enum(
                "pharmacovigilance",
                "materiovigilance",
                "cosmetovigilance",
                "nutrivigilance",
                name="vigilance",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("opened_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("opened_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("awareness_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("awareness_evidence", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("day_zero", sa.Date(), nullable=True),
        sa.Column("forward_due_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("authority_due_on", sa.Date(), nullable=True),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column(
            "seriousness",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "situations",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "outcomes",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("reporter", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("patient", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("reporter_known", sa.Boolean(), nullable=False),
        sa.Column("patient_known", sa.Boolean(), nullable=False),
        sa.Column("narrative", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("forwarded_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("forwarded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("acknowledged_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("pv_reference", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("dismissal", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["forwarded_by"], ["user_account.id"], name=op.f("fk_pv_case_forwarded_by_user_account")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["user_account.id"], name=op.f("fk_pv_case_opened_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pv_case")),
        sa.UniqueConstraint("number", name=op.f("uq_pv_case_number")),
    )
    with op.batch_alter_table("pv_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pv_case_status"), ["status"], unique=False)

    op.create_table(
        "role_assignment",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "community_manager",
                "communications",
                "regulatory",
                "legal",
                "medical",
                "responsible_pharmacist",
                "pv_officer",
                "quality",
                "auditor",
                "administrator",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("granted_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("revoked_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["user_account.id"], name=op.f("fk_role_assignment_granted_by_user_account")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_role_assignment_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
    )
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_assignment_user_id"), ["user_id"], unique=False)

    op.create_table(
        "signing_nonce",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("used_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_signing_nonce_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_nonce")),
    )
    with op.batch_alter_table("signing_nonce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signing_nonce_user_id"), ["user_id"], unique=False)

    op.create_table(
        "visa",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("product_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("granted", sa.Date(), nullable=True),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_visa_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visa")),
        sa.UniqueConstraint("number", name=op.f("uq_visa_number")),
    )
    op.create_table(
        "case_document",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("case_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("filename", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pv_case.id"], name=op.f("fk_case_document_case_id_pv_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_document")),
    )
    with op.batch_alter_table("case_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_document_case_id"), ["case_id"], unique=False)

    op.create_table(
        "coverage_record",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("polled_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("cap_hit", sa.Boolean(), nullable=False),
        sa.Column("network_count", sa.Integer(), nullable=True),
        sa.Column("stored_count", sa.Integer(), nullable=True),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("message", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_coverage_record_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_record")),
    )
    with op.batch_alter_table("coverage_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coverage_record_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coverage_record_polled_at"), ["polled_at"], unique=False)

    op.create_table(
        "cursor",
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("moved_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_cursor_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "source", name=op.f("pk_cursor")),
    )
    op.create_table(
        "raw_event",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "poll",
                "webhook",
                "file",
                "form",
                name="eventsource",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("payload", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("payload_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("received_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("purged_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("purge_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_raw_event_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_event")),
        sa.UniqueConstraint(
            "account_id",
            "external_id",
            "payload_sha256",
            name=op.f("uq_raw_event_account_id_external_id_payload_sha256"),
        ),
    )
    op.create_table(
        "reaction",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("case_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("verbatim", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("term", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["pv_case.id"], name=op.f("fk_reaction_case_id_pv_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reaction")),
    )
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaction_case_id"), ["case_id"], unique=False)

    op.create_table(
        "signature",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("login", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("printed_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "community_manager",
                "communications",
                "regulatory",
                "legal",
                "medical",
                "responsible_pharmacist",
                "pv_officer",
                "quality",
                "auditor",
                "administrator",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "meaning",
            sa.Enum(
                "qualification",
                "approval_communications",
                "approval_regulatory",
                "approval_legal",
                "approval_medical",
                "approval_pv",
                "release",
                name="signaturemeaning",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("subject_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("signed_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("nonce_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("statement_json", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seal", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["nonce_id"], ["signing_nonce.id"], name=op.f("fk_signature_nonce_id_signing_nonce")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_signature_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("nonce_id", name=op.f("uq_signature_nonce_id")),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signature_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "suspect_product",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("case_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("substance", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column(
            "owner",
            sa.Enum("own", "competitor", name="productowner", native_enum=False, create_constraint=True, length=64),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["case_id"], ["pv_case.id"], name=op.f("fk_suspect_product_case_id_pv_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspect_product")),
    )
    with op.batch_alter_table("suspect_product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspect_product_case_id"), ["case_id"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("campaign", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("author_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "in_review",
                "changes_requested",
                "rejected",
                "approved",
                "scheduled",
                "published",
                "withdrawn",
                name="poststatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("circuit_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "qualification",
            sa.Enum(
                "institutional",
                "disease",
                "product_info",
                "promo_gp",
                "promo_hcp",
                "safety",
                name="qualification",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("qualification_signature_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum("public", "hcp", "internal", name="audience", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("planned_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version_n", sa.Integer(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_post_author_id_user_account")),
        sa.ForeignKeyConstraint(
            ["qualification_signature_id"], ["signature.id"], name=op.f("fk_post_qualification_signature_id_signature")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_status"), ["status"], unique=False)

    op.create_table(
        "post_version",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("post_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("parent_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("author_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("canonical_json", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_post_version_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["post_version.id"], name=op.f("fk_post_version_parent_id_post_version")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_version_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_version")),
        sa.UniqueConstraint("post_id", "n", name=op.f("uq_post_version_post_id_n")),
    )
    with op.batch_alter_table("post_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_version_post_id"), ["post_id"], unique=False)

    op.create_table(
        "post_product",
        sa.Column("version_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("product_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_post_product_product_id_product")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["post_version.id"], name=op.f("fk_post_product_version_id_post_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "product_id", name=op.f("pk_post_product")),
    )
    op.create_table(
        "review_note",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("post_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("resolved_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("resolved_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_review_note_author_id_user_account")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_review_note_post_id_post")),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["user_account.id"], name=op.f("fk_review_note_resolved_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["post_version.id"], name=op.f("fk_review_note_version_id_post_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_note")),
    )
    with op.batch_alter_table("review_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_note_post_id"), ["post_id"], unique=False)

    op.create_table(
        "review_round",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("post_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("circuit_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "approved",
                "changes_requested",
                "rejected",
                "withdrawn",
                "superseded",
                name="roundstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("opened_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("opened_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["circuit_id"], ["circuit.id"], name=op.f("fk_review_round_circuit_id_circuit")),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["user_account.id"], name=op.f("fk_review_round_opened_by_user_account")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_review_round_post_id_post")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["post_version.id"], name=op.f("fk_review_round_version_id_post_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_round")),
    )
    with op.batch_alter_table("review_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_round_post_id"), ["post_id"], unique=False)

    op.create_table(
        "variant",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("version_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "network",
            sa.Enum(
                "x",
                "facebook",
                "instagram",
                "linkedin",
                "tiktok",
                "youtube",
                "hcp_portal",
                "phone",
                "email",
                "file",
                name="network",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("payload_json", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("variant_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_variant_account_id_account")),
        sa.ForeignKeyConstraint(["version_id"], ["post_version.id"], name=op.f("fk_variant_version_id_post_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("version_id", "account_id", name=op.f("uq_variant_version_id_account_id")),
    )
    with op.batch_alter_table("variant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_variant_version_id"), ["version_id"], unique=False)

    op.create_table(
        "finding",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("version_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("variant_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("rule_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("pack_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "block",
                "escalate",
                "warn",
                "info",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("field", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("excerpt", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column(
            "message",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "fix",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "references",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("confidence", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "disposition",
            sa.Enum(
                "open",
                "fixed",
                "not_applicable",
                "overridden",
                name="disposition",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("disposition_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("disposed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("disposed_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["disposed_by"], ["user_account.id"], name=op.f("fk_finding_disposed_by_user_account")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_finding_variant_id_variant")),
        sa.ForeignKeyConstraint(["version_id"], ["post_version.id"], name=op.f("fk_finding_version_id_post_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_version_id"), ["version_id"], unique=False)

    op.create_table(
        "publication",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("post_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("variant_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "network",
            sa.Enum(
                "x",
                "facebook",
                "instagram",
                "linkedin",
                "tiktok",
                "youtube",
                "hcp_portal",
                "phone",
                "email",
                "file",
                name="network",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("due_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "scheduled",
                "publishing",
                "unconfirmed",
                "published",
                "failed",
                "held",
                "cancelled",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("scheduled_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("variant_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("remote_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("remote_url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("published_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("readback_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("readback_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("receipt_json", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_publication_account_id_account")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_publication_post_id_post")),
        sa.ForeignKeyConstraint(
            ["scheduled_by"], ["user_account.id"], name=op.f("fk_publication_scheduled_by_user_account")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_publication_variant_id_variant")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["post_version.id"], name=op.f("fk_publication_version_id_post_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("variant_id", "due_at", name=op.f("uq_publication_variant_id_due_at")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_post_id"), ["post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_remote_id"), ["remote_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_status"), ["status"], unique=False)

    op.create_table(
        "review_step",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "community_manager",
                "communications",
                "regulatory",
                "legal",
                "medical",
                "responsible_pharmacist",
                "pv_officer",
                "quality",
                "auditor",
                "administrator",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "quorum",
            sa.Enum("any", "all", name="quorum", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column(
            "meaning",
            sa.Enum(
                "qualification",
                "approval_communications",
                "approval_regulatory",
                "approval_legal",
                "approval_medical",
                "approval_pv",
                "release",
                name="signaturemeaning",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("due_hours", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "open",
                "approved",
                "changes_requested",
                "rejected",
                "void",
                name="stepstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("due_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["review_round.id"], name=op.f("fk_review_step_round_id_review_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_step")),
    )
    with op.batch_alter_table("review_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_step_round_id"), ["round_id"], unique=False)

    op.create_table(
        "archive_record",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("post_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("publication_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("filename", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("dossier", sa.LargeBinary(), nullable=False),
        sa.Column("dossier_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("facts_json", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_archive_record_post_id_post")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_archive_record_publication_id_publication")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["post_version.id"], name=op.f("fk_archive_record_version_id_post_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_record")),
        sa.UniqueConstraint("publication_id", name=op.f("uq_archive_record_publication_id")),
    )
    with op.batch_alter_table("archive_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_archive_record_post_id"), ["post_id"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "network",
            sa.Enum(
                "x",
                "facebook",
                "instagram",
                "linkedin",
                "tiktok",
                "youtube",
                "hcp_portal",
                "phone",
                "email",
                "file",
                name="network",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("conversation_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("parent_external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("publication_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("author_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_handle", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("author_pseudonym", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("permalink", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("posted_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("received_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("first_displayed_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("forwarded_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("awareness_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "screening",
            sa.Enum(
                "unscreened",
                "flagged",
                "cleared",
                "skimmed",
                name="screening",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "pv",
            sa.Enum(
                "none",
                "possible",
                "confirmed",
                "not_ae",
                "forwarded",
                "acknowledged",
                name="pvfacet",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "product",
            sa.Enum(
                "none",
                "own",
                "competitor",
                "both",
                name="productfacet",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum(
                "visible",
                "hidden",
                "deleted_by_us",
                "deleted_by_author",
                name="visibilityfacet",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "reply",
            sa.Enum(
                "owed",
                "drafted",
                "queued",
                "confirmed",
                "waived",
                name="replyfacet",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("reply_due_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("pv_score", sa.Float(), nullable=False),
        sa.Column("revision_n", sa.Integer(), nullable=False),
        sa.Column("analysis_due", sa.Boolean(), nullable=False),
        sa.Column("holder_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("lease_until", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_comment_account_id_account")),
        sa.ForeignKeyConstraint(["holder_id"], ["user_account.id"], name=op.f("fk_comment_holder_id_user_account")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_comment_publication_id_publication")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("account_id", "external_id", name=op.f("uq_comment_account_id_external_id")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_analysis",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("analysis_due"),
            postgresql_where=sa.text("analysis_due"),
        )
        batch_op.create_index(batch_op.f("ix_comment_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_publication_id"), ["publication_id"], unique=False)
        batch_op.create_index(
            "ix_comment_queue", ["pv", "screening", "emergency", "serious", "awareness_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_comment_received_at"), ["received_at"], unique=False)
        batch_op.create_index("ix_comment_waiting", ["reply", "reply_due_at"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("step_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "approve",
                "request_changes",
                "reject",
                name="decisionkind",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "promotion_not_allowed",
                "misleading",
                "off_label",
                "legal_risk",
                "not_our_message",
                "other",
                name="rejectreason",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("comment", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("content_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("signature_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["review_round.id"], name=op.f("fk_decision_round_id_review_round")),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_decision_signature_id_signature")),
        sa.ForeignKeyConstraint(["step_id"], ["review_step.id"], name=op.f("fk_decision_step_id_review_step")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_decision_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_step_id"), ["step_id"], unique=False)

    op.create_table(
        "comment_revision",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("comment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("text_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "media",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("raw_event_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seen_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("purged_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("purge_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_revision_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["raw_event_id"], ["raw_event.id"], name=op.f("fk_comment_revision_raw_event_id_raw_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_revision")),
        sa.UniqueConstraint("comment_id", "n", name=op.f("uq_comment_revision_comment_id_n")),
    )
    with op.batch_alter_table("comment_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_revision_comment_id"), ["comment_id"], unique=False)

    op.create_table(
        "tombstone",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("comment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("deleted", "hidden", name="tombstonekind", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("first_missing_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_tombstone_comment_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
    )
    with op.batch_alter_table("tombstone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tombstone_comment_id"), ["comment_id"], unique=False)

    op.create_table(
        "case_comment",
        sa.Column("case_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("revision_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("comment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pv_case.id"], name=op.f("fk_case_comment_case_id_pv_case")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_case_comment_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name=op.f("fk_case_comment_revision_id_comment_revision")
        ),
        sa.PrimaryKeyConstraint("case_id", "revision_id", name=op.f("pk_case_comment")),
    )
    with op.batch_alter_table("case_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_comment_comment_id"), ["comment_id"], unique=False)

    op.create_table(
        "reply",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("comment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("revision_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("approved_text_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("text_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("author_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "queued",
                "sent",
                "confirmed",
                "failed",
                "waived",
                name="replystatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("due_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("remote_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column(
            "waiver_reason",
            sa.Enum(
                "no_answer_expected",
                "answered_elsewhere",
                "spam",
                "abuse",
                "deleted_by_author",
                "answered_in_thread",
                name="waiverreason",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_text_id"], ["approved_text.id"], name=op.f("fk_reply_approved_text_id_approved_text")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_reply_author_id_user_account")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_reply_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name=op.f("fk_reply_revision_id_comment_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_comment_id"), ["comment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reply_status"), ["status"], unique=False)

    op.create_table(
        "screening",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("revision_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "unscreened",
                "flagged",
                "cleared",
                "skimmed",
                name="screening",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("pv_score", sa.Float(), nullable=False),
        sa.Column(
            "situations",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("intent", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "why",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("unscreened_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column(
            "detectors",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("detectors_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("screened_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name=op.f("fk_screening_revision_id_comment_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
        sa.UniqueConstraint("revision_id", "detectors_sha256", name=op.f("uq_screening_revision_id_detectors_sha256")),
    )
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "triage_decision",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("comment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("revision_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "outcomes",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "none_reason",
            sa.Enum(
                "no_product",
                "indication_only",
                "effect_denied",
                "hearsay",
                "question_only",
                "figurative",
                "off_topic",
                "duplicate",
                name="nonereason",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_triage_decision_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name=op.f("fk_triage_decision_revision_id_comment_revision")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_triage_decision_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_decision")),
    )
    with op.batch_alter_table("triage_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_triage_decision_comment_id"), ["comment_id"], unique=False)

    op.create_table(
        "detector_finding",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("screening_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detector", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rule", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "product",
                "reaction",
                "situation",
                "seriousness",
                "emergency",
                "pii",
                "cue",
                "context",
                "intent",
                name="findingkind",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column(
            "owner",
            sa.Enum("own", "competitor", name="productowner", native_enum=False, create_constraint=True, length=64),
            nullable=True,
        ),
        sa.Column("substance", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screening.id"], name=op.f("fk_detector_finding_screening_id_screening")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detector_finding")),
    )
    with op.batch_alter_table("detector_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_detector_finding_screening_id"), ["screening_id"], unique=False)


def downgrade() -> None:
    #
    with op.batch_alter_table("detector_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_detector_finding_screening_id"))

    op.drop_table("detector_finding")
    with op.batch_alter_table("triage_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_triage_decision_comment_id"))

    op.drop_table("triage_decision")
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screening_revision_id"))

    op.drop_table("screening")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_status"))
        batch_op.drop_index(batch_op.f("ix_reply_comment_id"))

    op.drop_table("reply")
    with op.batch_alter_table("case_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_comment_comment_id"))

    op.drop_table("case_comment")
    with op.batch_alter_table("tombstone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tombstone_comment_id"))

    op.drop_table("tombstone")
    with op.batch_alter_table("comment_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_revision_comment_id"))

    op.drop_table("comment_revision")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_step_id"))
        batch_op.drop_index(batch_op.f("ix_decision_round_id"))

    op.drop_table("decision")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_waiting")
        batch_op.drop_index(batch_op.f("ix_comment_received_at"))
        batch_op.drop_index("ix_comment_queue")
        batch_op.drop_index(batch_op.f("ix_comment_publication_id"))
        batch_op.drop_index(batch_op.f("ix_comment_conversation_id"))
        batch_op.drop_index(batch_op.f("ix_comment_author_id"))
        batch_op.drop_index(
            "ix_comment_analysis", sqlite_where=sa.text("analysis_due"), postgresql_where=sa.text("analysis_due")
        )

    op.drop_table("comment")
    with op.batch_alter_table("archive_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_archive_record_post_id"))

    op.drop_table("archive_record")
    with op.batch_alter_table("review_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_step_round_id"))

    op.drop_table("review_step")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_status"))
        batch_op.drop_index(batch_op.f("ix_publication_remote_id"))
        batch_op.drop_index(batch_op.f("ix_publication_post_id"))
        batch_op.drop_index(batch_op.f("ix_publication_due_at"))

    op.drop_table("publication")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_version_id"))

    op.drop_table("finding")
    with op.batch_alter_table("variant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_variant_version_id"))

    op.drop_table("variant")
    with op.batch_alter_table("review_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_round_post_id"))

    op.drop_table("review_round")
    with op.batch_alter_table("review_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_note_post_id"))

    op.drop_table("review_note")
    op.drop_table("post_product")
    with op.batch_alter_table("post_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_version_post_id"))

    op.drop_table("post_version")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_status"))

    op.drop_table("post")
    with op.batch_alter_table("suspect_product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suspect_product_case_id"))

    op.drop_table("suspect_product")
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signature_subject_id"))

    op.drop_table("signature")
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reaction_case_id"))

    op.drop_table("reaction")
    op.drop_table("raw_event")
    op.drop_table("cursor")
    with op.batch_alter_table("coverage_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coverage_record_polled_at"))
        batch_op.drop_index(batch_op.f("ix_coverage_record_account_id"))

    op.drop_table("coverage_record")
    with op.batch_alter_table("case_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_document_case_id"))

    op.drop_table("case_document")
    op.drop_table("visa")
    with op.batch_alter_table("signing_nonce", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signing_nonce_user_id"))

    op.drop_table("signing_nonce")
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_assignment_user_id"))

    op.drop_table("role_assignment")
    with op.batch_alter_table("pv_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pv_case_status"))

    op.drop_table("pv_case")
    op.drop_table("circuit")
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auth_session_user_id"))

    op.drop_table("auth_session")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_entity_id"))
        batch_op.drop_index(batch_op.f("ix_audit_event_action"))

    op.drop_table("audit_event")
    op.drop_table("account")
    op.drop_table("user_account")
    op.drop_table("public_key")
    op.drop_table("product")
    with op.batch_alter_table("outbox_effect", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_effect_subject_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_effect_status"))
        batch_op.drop_index(batch_op.f("ix_outbox_effect_not_before"))

    op.drop_table("outbox_effect")
    op.drop_table("lease")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_status"))

    op.drop_table("job")
    op.drop_table("heartbeat")
    op.drop_table("counter")
    op.drop_table("chain_head")
    op.drop_table("approved_text")
