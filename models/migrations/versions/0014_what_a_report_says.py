"""A case: what a report says of its reporter, patient, products and reactions (ICH E2B(R3), CIOMS I)."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.enums import (
    AgeGroup,
    AgeUnit,
    Answer,
    DrugAction,
    DrugRole,
    ProductKind,
    ReactionOutcome,
    ReporterQualification,
    Sex,
)
from models.migrations.keeping import add_choice

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CASE_TEXTS = ("reporter_country", "patient_initials", "history")
PRODUCT_TEXTS = ("dose", "indication", "batch", "started_on", "ended_on")
REACTION_TEXTS = ("llt_code", "meddra_version", "started_on", "ended_on")


def upgrade() -> None:
    for table, names in (("pv_case", CASE_TEXTS), ("suspect_product", PRODUCT_TEXTS), ("reaction", REACTION_TEXTS)):
        for name in names:
            op.add_column(table, sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("pv_case", sa.Column("patient_age", sa.Integer(), nullable=True))
    op.add_column("pv_case", sa.Column("latest_info_on", sa.Date(), nullable=True))
    op.add_column("pv_case", sa.Column("follow_up_n", sa.Integer(), server_default="0", nullable=False))
    op.add_column("pv_case", sa.Column("public_threat", sa.Boolean(), server_default=sa.false(), nullable=False))
    _add_choices()
    op.add_column("reaction", sa.Column("start", sa.Integer(), nullable=True))
    op.add_column("reaction", sa.Column("end", sa.Integer(), nullable=True))
    op.execute(
        "ALTER TABLE reaction ADD COLUMN revision_id VARCHAR "
        "CONSTRAINT fk_reaction_revision_id_comment_revision REFERENCES comment_revision (id)"
    )


def _add_choices() -> None:
    for table, column, kind in (
        ("pv_case", "reporter_qualification", ReporterQualification),
        ("pv_case", "patient_age_unit", AgeUnit),
        ("pv_case", "patient_age_group", AgeGroup),
        ("pv_case", "patient_sex", Sex),
        ("suspect_product", "kind", ProductKind),
        ("suspect_product", "role", DrugRole),
        ("suspect_product", "action", DrugAction),
        ("suspect_product", "abated", Answer),
        ("suspect_product", "recurred", Answer),
        ("reaction", "outcome", ReactionOutcome),
    ):
        add_choice(table, column, f"ck_{table}_{kind.__name__.lower()}_{column}", kind)


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
