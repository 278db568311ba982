"""Overrides of findings, answers to checklists, changes of the rule pack; signatures may mean the first and the last."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from models.migrations.keeping import keep, widen
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW_MEANINGS = ("finding_override", "rule_change")
FOR_GOOD = ("checklist_answer",)
NEVER_REMOVED = ("finding_override", "rule_change")


def upgrade() -> None:
    op.create_table(
        "rule_change",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rule_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("base_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "in_force",
                "discarded",
                name="rulechangestatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("author_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("written_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "trial",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("tried_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("owner_signature_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("regulatory_signature_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("pack_version", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("closed_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_rule_change_author_id_user_account")),
        sa.ForeignKeyConstraint(
            ["owner_signature_id"], ["signature.id"], name=op.f("fk_rule_change_owner_signature_id_signature")
        ),
        sa.ForeignKeyConstraint(
            ["regulatory_signature_id"], ["signature.id"], name=op.f("fk_rule_change_regulatory_signature_id_signature")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_change")),
        sa.UniqueConstraint("n", name=op.f("uq_rule_change_n")),
        sa.UniqueConstraint("pack_version", name=op.f("uq_rule_change_pack_version")),
    )
    with op.batch_alter_table("rule_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_change_rule_id"), ["rule_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rule_change_status"), ["status"], unique=False)

    op.create_table(
        "finding_override",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("finding_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rule_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "granted",
                "refused",
                "lapsed",
                name="overridestatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("asked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("renews_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("pharmacist_signature_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("legal_signature_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("closed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("closed_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("closing_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_finding_override_asked_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["user_account.id"], name=op.f("fk_finding_override_closed_by_user_account")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_finding_override_finding_id_finding")),
        sa.ForeignKeyConstraint(
            ["legal_signature_id"], ["signature.id"], name=op.f("fk_finding_override_legal_signature_id_signature")
        ),
        sa.ForeignKeyConstraint(
            ["pharmacist_signature_id"],
            ["signature.id"],
            name=op.f("fk_finding_override_pharmacist_signature_id_signature"),
        ),
        sa.ForeignKeyConstraint(
            ["renews_id"], ["finding_override.id"], name=op.f("fk_finding_override_renews_id_finding_override")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["post_version.id"], name=op.f("fk_finding_override_version_id_post_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_override")),
    )
    with op.batch_alter_table("finding_override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_override_finding_id"), ["finding_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_override_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_override_version_id"), ["version_id"], unique=False)

    op.create_table(
        "checklist_answer",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("decision_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("check_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("check_version", sa.Integer(), nullable=False),
        sa.Column("pack_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "question",
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
        sa.Column(
            "answer",
            sa.Enum("yes", "not_applicable", name="checkanswer", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("answered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["user_account.id"], name=op.f("fk_checklist_answer_answered_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_checklist_answer_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_answer")),
    )
    with op.batch_alter_table("checklist_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_answer_decision_id"), ["decision_id"], unique=False)

    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True))

    for table in ("signature", "review_step"):
        widen(table, "meaning", f"ck_{table}_signaturemeaning", NEW_MEANINGS)
    keep(for_good=FOR_GOOD, never_removed=NEVER_REMOVED)


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
