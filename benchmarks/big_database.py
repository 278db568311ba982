"""A big SQLite database for measurements: comments of a year with all that hangs on them, by bulk inserts.

Made-up rows in the proportions of a company's stream: 8 % flagged, 5 % edited, the last two days still open; nearly
all of the rest decided, answered or waived.
"""

import json
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from models.base import CROCKFORD, new_id

NETWORKS = ("x", "facebook", "instagram", "linkedin", "tiktok", "youtube")
PRODUCTS = tuple((f"Hélioproduit {n}", "own" if n < 8 else "competitor") for n in range(16))
INTENTS = ("testimony", "medical_question", "practical_question", "complaint", "stock_shortage", "praise", "chat",
           "spam", "misinformation")  # fmt: skip
GROUPS = ("digestive", "neuro", "skin", "fatigue", "sleep", "pain")
TEXTS = (
    "Depuis que je prends {product} j'ai des vertiges et des nausées, est-ce que ça passe ?",
    "Merci pour cette belle photo, bravo à toute l'équipe !",
    "Où trouver {product} ? Ma pharmacie est en rupture depuis trois semaines.",
    "Bonjour, à quelle heure ouvre votre stand samedi ?",
)
OPEN_DAYS = 2
FLAGGED, EDITED, NAMED, REPLIED = 0.08, 0.05, 0.2, 0.25
POLLS_A_DAY = 48
BATCH = 50_000
HASH = "0" * 64
EMPTY, NOTHING = "[]", "{}"
PAIRS = [one + other for one in CROCKFORD for other in CROCKFORD]


def moment(at: datetime) -> str:
    """Return a moment as SQLAlchemy stores it in SQLite."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def ulid(at: datetime, lot: random.Random) -> str:
    """Return an identifier made at a moment."""
    chance = lot.getrandbits(80)
    return _stamp(at) + "".join([PAIRS[chance >> shift & 1023] for shift in range(70, -10, -10)])


@lru_cache(64)
def _stamp(at: datetime) -> str:
    number = int(at.timestamp() * 1000)
    return "".join(PAIRS[number >> shift & 1023] for shift in range(40, -10, -10))


class Writer:
    """Rows on their way into their tables, a batch at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.waiting: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}

    def add(self, table: str, **fields: Any) -> None:
        """Put a row in."""
        rows = self.waiting.setdefault((table, tuple(fields)), [])
        rows.append(tuple(fields.values()))
        if len(rows) >= BATCH:
            self.write((table, tuple(fields)))

    def write(self, key: tuple[str, tuple[str, ...]]) -> None:
        """Write the rows of one kind."""
        table, columns = key
        names = ", ".join(f'"{one}"' for one in columns)
        marks = ", ".join("?" * len(columns))
        self.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", self.waiting.pop(key))

    def finish(self) -> None:
        """Write what is left."""
        for key in list(self.waiting):
            self.write(key)
        self.connection.commit()


def fill(path: Path, comments: int, cases: int, days: int) -> None:
    """Fill a migrated, empty database."""
    lot = random.Random(5)
    now = datetime.now(UTC)
    with closing(sqlite3.connect(path)) as connection:
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = _drop_indexes(connection)
        writer = Writer(connection)
        user = connection.execute("SELECT id FROM user_account ORDER BY login LIMIT 1").fetchone()[0]
        accounts = _accounts(writer, now, days)
        text_id = _library(writer, now)
        step = timedelta(days=days) / comments
        share = cases / (comments * FLAGGED)
        for n in range(comments):
            at = now - timedelta(days=days) + step * n
            _comment(writer, lot, n, at, now, accounts, user, text_id, share)
        _audit(writer, lot, now, days, comments // 4, connection)
        writer.finish()
        for sql in indexes:
            connection.execute(sql)
        connection.commit()


def _drop_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop the indexes for the time of the inserts; return how each is made again."""
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _sql in found:
        connection.execute(f"DROP INDEX {name}")
    return [sql for _name, sql in found]


def _accounts(writer: Writer, now: datetime, days: int) -> dict[str, str]:
    for name, owner in PRODUCTS:
        writer.add(
            "product", id=new_id(), name=name, kind="rx", owner=owner, status="marketed", forms=EMPTY,
            prescription_only=1, reimbursed=0, restricted=0, aliases=EMPTY, row_version=1,
        )  # fmt: skip
    accounts = {network: new_id() for network in NETWORKS}
    for network, account_id in accounts.items():
        writer.add(
            "account", id=account_id, network=network, handle="LabosHelior", display_name=f"Hélior {network}",
            status="active", created_at=moment(now), row_version=1,
        )  # fmt: skip
        for n in range(days * POLLS_A_DAY):
            at = now - timedelta(days=n / POLLS_A_DAY)
            writer.add(
                "coverage_record", id=new_id(), account_id=account_id, polled_at=moment(at), succeeded=1, received=3,
                new=3, cap_hit=0, network_count=4, stored_count=4,
            )  # fmt: skip
    return accounts


def _library(writer: Writer, now: datetime) -> str:
    found = ""
    for n in range(40):
        found = new_id()
        writer.add(
            "approved_text", id=found, key=f"texte-{n}", language="fr", n=1, title=f"Texte {n}",
            text="Bonjour, merci de votre message.", content_sha256=HASH, intents='["praise"]',
            approved_at=moment(now),
        )  # fmt: skip
    return found


def _comment(
    writer: Writer, lot: random.Random, n: int, at: datetime, now: datetime, accounts: dict[str, str], user: str,
    text_id: str, share: float,
) -> None:  # fmt: skip
    is_open = now - at < timedelta(days=OPEN_DAYS)
    flagged, edited, named = lot.random() < FLAGGED, lot.random() < EDITED, lot.random() < NAMED
    case = flagged and lot.random() < share
    network, comment_id = NETWORKS[n % len(NETWORKS)], ulid(at, lot)
    product, owner = lot.choice(PRODUCTS)
    later = moment(min(at + timedelta(minutes=lot.randrange(5, 1200)), now))
    replied = not is_open and lot.random() < REPLIED
    waived = lot.random() < 0.5
    writer.add(
        "comment", id=comment_id, account_id=accounts[network], network=network, external_id=str(n),
        conversation_id=f"p{n // 500}", author_id=f"a{lot.randrange(200_000)}", author_handle="quelquun",
        author_pseudonym=f"{n % 99_999:05d}", posted_at=moment(at), received_at=moment(at), awareness_at=moment(at),
        first_displayed_at=None if is_open else later, forwarded_at=later if case and not is_open else None,
        screening="flagged" if flagged else "cleared" if not named or is_open else "skimmed",
        pv=_pv(flagged, case, is_open, named), product=owner if named or flagged else "none", visibility="visible",
        reply="owed" if is_open else "waived" if waived else "confirmed", reply_due_at=later, language="fr",
        emergency=0, serious=int(case and n % 9 == 0), pv_score=0.8 if flagged else lot.random() ** 4 * 0.3,
        revision_n=2 if edited else 1, analysis_due=0, row_version=3,
    )  # fmt: skip
    for k in range(1, 2 + edited):
        revision = _revision(writer, lot, comment_id, accounts[network], n, k, at, flagged, product)
        _screening(writer, lot, revision, at, flagged, product if named or flagged else None)
    if flagged and not is_open:
        writer.add(
            "triage_decision", id=ulid(at, lot), comment_id=comment_id, revision_id=revision, user_id=user,
            outcomes='["adverse_event"]' if case else '["none"]', none_reason=None if case else "question_only",
            decided_at=later,
        )  # fmt: skip
    if case:
        _case(writer, lot, n, at, later, comment_id, revision, product, is_open)
    if replied:
        writer.add(
            "reply", id=ulid(at, lot), comment_id=comment_id, revision_id=revision,
            approved_text_id=None if waived else text_id, author_id=user, status="waived" if waived else "confirmed",
            due_at=later, created_at=later, confirmed_at=later, row_version=1,
            waiver_reason="no_answer_expected" if waived else None,
        )  # fmt: skip


def _pv(flagged: bool, case: bool, is_open: bool, named: bool) -> str:
    if flagged:
        return "possible" if is_open else "acknowledged" if case else "not_ae"
    return "not_ae" if named and not is_open else "none"


def _revision(
    writer: Writer, lot: random.Random, comment_id: str, account_id: str, n: int, k: int, at: datetime, flagged: bool,
    product: str,
) -> str:  # fmt: skip
    raw, revision = ulid(at, lot), ulid(at, lot)
    text = TEXTS[0 if flagged else 1 + n % 3].format(product=product)
    writer.add(
        "raw_event", id=raw, account_id=account_id, source="poll", external_id=str(n), received_at=moment(at),
        payload=json.dumps({"id": n, "k": k, "text": text}), payload_sha256=f"{n:032d}{k:032d}",
    )  # fmt: skip
    writer.add(
        "comment_revision", id=revision, comment_id=comment_id, n=k, external_id=f"{n}.{k}", edits=k, text=text,
        text_sha256=HASH, media=EMPTY, raw_event_id=raw, seen_at=moment(at),
    )  # fmt: skip
    return revision


def _screening(
    writer: Writer, lot: random.Random, revision: str, at: datetime, flagged: bool, product: str | None
) -> None:
    screening = ulid(at, lot)
    writer.add(
        "screening", id=screening, revision_id=revision, outcome="flagged" if flagged else "cleared",
        pv_score=0.8 if flagged else 0.1, situations='["adverse_event"]' if flagged else EMPTY, serious=0, emergency=0,
        intent="testimony" if flagged else lot.choice(INTENTS), language="fr", why=EMPTY, detectors=NOTHING,
        detectors_sha256=HASH, screened_at=moment(at),
    )  # fmt: skip
    found = [("product", product, 0, 4)] if product else []
    found += [("reaction", lot.choice(GROUPS), 8, 16)] if flagged else []
    for kind, label, start, end in found:
        writer.add(
            "detector_finding", id=ulid(at, lot), screening_id=screening, detector="d", version="1", rule="d.r",
            kind=kind, label=label, start=start, end=end, owner="own" if kind == "product" else None,
        )  # fmt: skip


def _case(
    writer: Writer, lot: random.Random, n: int, at: datetime, later: str, comment_id: str, revision: str,
    product: str, is_open: bool,
) -> None:  # fmt: skip
    case = ulid(at, lot)
    writer.add(
        "pv_case", id=case, number=f"{at:%Y}-{n:07d}", status="open" if is_open else "acknowledged",
        vigilance="pharmacovigilance",
        opened_at=moment(at), awareness_at=moment(at), awareness_evidence="relevé", forward_due_at=later, serious=0,
        seriousness=EMPTY, situations=EMPTY, outcomes=EMPTY, reporter_known=1, patient_known=1, follow_up_n=0,
        public_threat=0, forwarded_at=None if is_open else later, acknowledged_at=None if is_open else later,
        updated_at=later, row_version=4,
    )  # fmt: skip
    writer.add("case_comment", case_id=case, revision_id=revision, comment_id=comment_id)
    writer.add("suspect_product", id=ulid(at, lot), case_id=case, n=1, name=product, owner="own")
    writer.add("reaction", id=ulid(at, lot), case_id=case, n=1, verbatim="vertiges")
    if not is_open:
        writer.add(
            "case_document", id=ulid(at, lot), case_id=case, kind="cioms", filename="cas.docx", content=b"PK" * 2_000,
            content_sha256=HASH, made_at=later,
        )  # fmt: skip


def _audit(
    writer: Writer, lot: random.Random, now: datetime, days: int, events: int, connection: sqlite3.Connection
) -> None:
    first, prev = connection.execute("SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1").fetchone()
    for n in range(first + 1, first + 1 + events):
        each = f"{n:064x}"
        writer.add(
            "audit_event", seq=n, at=moment(now - timedelta(days=days) * (1 - (n - first) / events)),
            actor_login=lot.choice(("pv_officer", "community_manager")), action="comment:classify", entity="comment",
            entity_id=f"e{lot.randrange(events)}", old=NOTHING, new=NOTHING, prev_hash=prev, hash=each,
        )  # fmt: skip
        prev = each


def some(path: Path) -> dict[str, str]:
    """Return a waiting comment and a case to open, by the names that the screens' parameters use."""
    with closing(sqlite3.connect(path)) as connection:
        (comment,) = connection.execute("SELECT id FROM comment WHERE pv = 'possible' LIMIT 1").fetchone()
        (case,) = connection.execute("SELECT id FROM pv_case ORDER BY id DESC LIMIT 1").fetchone()
    return {"some_comment": comment, "some_case": case}
