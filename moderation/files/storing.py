"""Entries of a file become comments by the thousand, each exactly as `moderation.receiving.receive` would store it.

What is new goes in by one statement a table. What is known already, and what an author writes whose case stands, takes
the one path of every other comment, one by one.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM
from connectors.base import IncomingComment
from models.account import Account
from models.base import new_ids
from models.case import Case, CaseComment
from models.comment import Comment, RawEvent
from models.enums import CaseStatus, EventSource
from moderation import facets
from moderation.as_received import storable_text
from moderation.files.columns import Entry, read, written
from moderation.files.hurrying import Row, among, execute, hurried
from moderation.receiving import answer_due, lock_known, new_pseudonyms, receive, unnamed

A = facets.ARRIVED
RAW_EVENT = f"""INSERT INTO raw_event
 (id, account_id, source, external_id, payload, payload_sha256, received_at)
 VALUES (?, ?, '{EventSource.FILE.value}', ?, ?, ?, ?)"""  # noqa: S608 - a constant of ours
COMMENT = f"""INSERT INTO comment
 (id, account_id, network, external_id, conversation_id, parent_external_id, author_id, author_handle,
  author_pseudonym, posted_at, received_at, awareness_at, reply_due_at,
  screening, pv, product, visibility, reply,
  language, emergency, serious, pv_score, revision_n, analysis_due, echoes_due, row_version)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
  '{A.screening.value}', '{A.pv.value}', '{A.product.value}', '{A.visibility.value}', '{A.reply.value}',
  'und', FALSE, FALSE, 0.0, 1, TRUE, FALSE, 1)"""  # noqa: S608 - constants of ours
REVISION = """INSERT INTO comment_revision
 (id, comment_id, n, external_id, edits, text, text_sha256, media, raw_event_id, seen_at)
 VALUES (?, ?, 1, ?, 1, ?, ?, '[]', ?, ?)"""


@dataclass(frozen=True)
class Stored:
    """How many comments were new, how many have a new text, how many were there as they are."""

    entered: int = 0
    revised: int = 0
    known: int = 0


def store(session: Session, account: Account, entries: Sequence[Entry], had_at: datetime | None) -> Stored:
    """Store entries in their order, in the caller's transaction, with one audit event over the new payloads.

    `had_at`: since when the company had the file; a row's own moment counts where it is earlier.
    """
    held = _held(session, account, entries)
    followed = _followed(session, account, entries)
    fresh: list[Entry] = []
    again: list[Entry] = []
    for entry in entries:
        if entry.external_id in held:
            again.append(entry)
        else:
            held[entry.external_id] = {entry.digest}
            (again if entry.author in followed else fresh).append(entry)
    new = _insert(session, account, fresh, had_at)
    changed = [entry for entry in again if entry.author in followed or entry.digest not in held[entry.external_id]]
    stored, late = _receive(session, account, changed, had_at)
    if rows := [*new, *late]:
        ids, hashes = [row[0] for row in rows], [row[1] for row in rows]
        audit.record_batch(session, SYSTEM, AuditAction.COMMENTS_INGEST, "raw_event", ids, hashes)
    entered = len(fresh) + stored.entered
    return Stored(entered, stored.revised, len(entries) - entered - stored.revised)


def _held(session: Session, account: Account, entries: Sequence[Entry]) -> dict[str, set[str]]:
    """Return the hashes of the payloads that we hold of these rows' comments, by their external id."""
    named = {entry.external_id for entry in entries}
    held: dict[str, set[str]] = {}
    rows = select(RawEvent.external_id, RawEvent.payload_sha256).where(
        RawEvent.account_id == account.id, among(session, RawEvent.external_id, named)
    )
    for external_id, digest in session.exec(rows):
        held.setdefault(external_id, set()).add(digest)
    return held


def _followed(session: Session, account: Account, entries: Sequence[Entry]) -> Collection[str]:
    """Return the authors of these rows in whose case what they write next belongs."""
    authors = {entry.author for entry in entries if entry.author and (entry.thread or entry.parent)}
    if not authors:
        return ()
    theirs = (
        select(Comment.author_id)
        .where(CaseComment.comment_id == Comment.id, CaseComment.case_id == Case.id)
        .where(Comment.network == account.network, Case.status != CaseStatus.DISMISSED)
        .where(among(session, Comment.author_id, authors))
    )
    return set(session.exec(theirs.distinct()))


def _insert(
    session: Session, account: Account, entries: Sequence[Entry], had_at: datetime | None
) -> list[tuple[str, str]]:
    """Insert what is new; return the ids of the raw events with their hashes."""
    if not entries:
        return []
    sqlite = session.get_bind().dialect.name == "sqlite"
    give: Callable[[str], Any] = str if sqlite else read
    moment = clock.now()
    now, due, latest = (
        give(written(at)) for at in (moment, answer_due(session, moment), min(had_at or moment, moment))
    )
    codes = _pseudonyms(session, account, entries)
    raws, comments, revisions = (new_ids(len(entries)) for _table in range(3))
    drawn = iter(new_pseudonyms(len(entries)))
    account_id, network = account.id, account.network.value
    raw_rows: list[Row] = []
    comment_rows: list[Row] = []
    revision_rows: list[Row] = []
    for entry, raw, comment, revision in zip(entries, raws, comments, revisions, strict=True):
        key, author = entry.external_id, entry.author
        code = codes.get(author) if author else None
        if code is None:
            code = codes[author] = next(drawn)
        raw_rows.append((raw, account_id, key, entry.payload, entry.digest, now))
        comment_rows.append((
            comment, account_id, network, key, entry.thread or None, entry.parent or None,
            author or unnamed(key),
            author or None, code, give(entry.at), now, min(give(entry.had), latest) if entry.had else latest, due,
        ))  # fmt: skip
        revision_rows.append((revision, comment, key, storable_text(entry.text), entry.text_sha256, raw, now))
    with hurried(session, account, len(entries)):
        for statement, rows in ((RAW_EVENT, raw_rows), (COMMENT, comment_rows), (REVISION, revision_rows)):
            execute(session, statement, rows)
    return [(raw, entry.digest) for raw, entry in zip(raws, entries, strict=True)]


def _pseudonyms(session: Session, account: Account, entries: Sequence[Entry]) -> dict[str, str]:
    """Return the codes that the authors of these rows have already."""
    authors = {entry.author for entry in entries if entry.author}
    rows = (
        select(Comment.author_id, func.min(Comment.author_pseudonym))
        .where(Comment.network == account.network, among(session, Comment.author_id, authors))
        .group_by(col(Comment.author_id))
    )
    return dict(session.exec(rows).all())


def _receive(
    session: Session, account: Account, entries: Sequence[Entry], had_at: datetime | None
) -> tuple[Stored, list[tuple[str, str]]]:
    """Take entries in one by one, as any comment; return what became of them, and the new raw events."""
    if not entries:
        return Stored(), []
    lock_known(session, account, [_incoming(entry) for entry in entries])
    rows = []
    for entry in entries:
        told = read(entry.had) if entry.had else None
        aware = min((each for each in (told, had_at) if each), default=None)
        rows.append(receive(session, account, _incoming(entry), EventSource.FILE, awareness_at=aware))
    entered = sum(row.new_comment for row in rows)
    revised = sum(row.new_revision and not row.new_comment for row in rows)
    return Stored(entered, revised), [(row.raw.id, row.raw.payload_sha256) for row in rows if row.new_payload]


def _incoming(entry: Entry) -> IncomingComment:
    return IncomingComment(
        external_id=entry.external_id,
        text=entry.text,
        author_id=entry.author or unnamed(entry.external_id),
        author_handle=entry.author,
        posted_at=read(entry.at),
        parent_id=entry.parent or None,
        conversation_id=entry.thread or None,
        permalink="",
        edit_ids=(entry.external_id,),
        raw_json=entry.payload,
    )
