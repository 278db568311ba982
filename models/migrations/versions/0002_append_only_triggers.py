"""What is written for good cannot be changed or removed, whoever asks the database.

Raw events and revisions may be emptied by retention: payload or text becomes NULL, with a date and a reason, and
nothing else of the row changes. PostgreSQL also refuses TRUNCATE.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FOR_GOOD = (
    "audit_event",
    "chain_head",
    "post_version",
    "post_product",
    "variant",
    "decision",
    "signature",
    "archive_record",
    "screening",
    "detector_finding",
    "triage_decision",
    "case_document",
)
NEVER_REMOVED = (
    "user_account",
    "post",
    "comment",
    "pv_case",
    "publication",
    "reply",
    "outbox_effect",
    "finding",
    "tombstone",
)
EMPTIED_BY_RETENTION = {
    "raw_event": ("payload", ("id", "account_id", "external_id", "payload_sha256", "received_at")),
    "comment_revision": ("text", ("id", "comment_id", "n", "external_id", "text_sha256", "raw_event_id", "seen_at")),
}


def sqlite_trigger(table: str, when: str, condition: str = "") -> str:
    guard = f"WHEN {condition} " if condition else ""
    return (
        f"CREATE TRIGGER {table}_refuses_{when} BEFORE {when.upper()} ON {table} {guard}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def only_emptied(table: str, same: str) -> str:
    emptied, kept = EMPTIED_BY_RETENTION[table]
    unchanged = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in kept)
    return f"NOT (NEW.{emptied} IS NULL AND NEW.purged_at IS NOT NULL AND NEW.purge_reason IS NOT NULL AND {unchanged})"


def postgresql_trigger(table: str, when: str, condition: str = "") -> str:
    guard = f"WHEN ({condition}) " if condition else ""
    return (
        f"CREATE TRIGGER {table}_refuses_{when} BEFORE {when.upper()} ON {table} "
        f"FOR EACH {'STATEMENT' if when == 'truncate' else 'ROW'} {guard}EXECUTE FUNCTION refuse_change()"
    )


def statements(dialect: str) -> list[str]:
    make, same = (postgresql_trigger, "IS NOT DISTINCT FROM") if dialect == "postgresql" else (sqlite_trigger, "IS")
    found = [make(table, when) for table in FOR_GOOD for when in ("update", "delete")]
    found += [make(table, "delete") for table in (*NEVER_REMOVED, *EMPTIED_BY_RETENTION)]
    found += [make(table, "update", only_emptied(table, same)) for table in EMPTIED_BY_RETENTION]
    if dialect == "postgresql":
        found += [make(table, "truncate") for table in (*FOR_GOOD, *NEVER_REMOVED, *EMPTIED_BY_RETENTION)]
    return found


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for statement in statements(dialect):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("what is written for good stays")
