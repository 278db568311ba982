"""A signed claim stays what was signed: it ends, and changes in nothing else."""

from alembic import op

from models.migrations.keeping import refuse

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEPT = (
    "id", "text", "wordings", "product_id", "networks", "audiences", "valid_until", "content_sha256", "author_id",
    "signature_id",
)  # fmt: skip


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    other = "IS DISTINCT FROM" if postgres else "IS NOT"
    changed = " OR ".join(f"NEW.{column} {other} OLD.{column}" for column in KEPT)
    refuse("claim", "update", f"OLD.signature_id IS NOT NULL AND ({changed})")
    refuse("claim_quote", "update")


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
