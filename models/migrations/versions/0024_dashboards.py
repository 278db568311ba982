"""What the dashboards add up, and the indexes that show which days changed."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dashboard_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("counted_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_dashboard_day")),
    )
    op.create_table(
        "dashboard_figures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("network", sa.Enum('x', 'facebook', 'instagram', 'linkedin', 'tiktok', 'youtube', 'hcp_portal', 'phone', 'email', 'file', name='network', native_enum=False, create_constraint=True, length=64), nullable=False),
        sa.Column("product", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"), nullable=False),
        sa.Column("times", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("day", "network", "product", name=op.f("pk_dashboard_figures")),
    )
    op.create_index("ix_comment_touched", "comment", ["received_at", "row_version", "first_displayed_at"])
    op.create_index("ix_pv_case_touched", "pv_case", ["opened_at", "row_version"])
    op.create_index("ix_comment_screened", "comment", ["screening", "received_at"])
    cleared = sa.text("screening = 'cleared'")
    op.create_index(
        "ix_comment_unread_near", "comment", ["screening", "pv", "product", "pv_score"],
        sqlite_where=cleared, postgresql_where=cleared,
    )
    op.create_index(
        "ix_comment_unread", "comment", ["screening", "pv", "product", "received_at", "pv_score", "id"],
        sqlite_where=cleared, postgresql_where=cleared,
    )
    op.create_index("ix_triage_decision_decided", "triage_decision", ["decided_at", "user_id"])
    op.create_index("ix_coverage_record_last", "coverage_record", ["account_id", "polled_at"])


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
