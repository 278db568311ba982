"""The audit chain: every human action, in the transaction of the action; machines once a batch.

An event's hash covers the hash before it, so that a changed, missing or moved event is found. The head is sealed by
the installation's key and anchored outside the database, so that a chain cut at its end, or made anew, is found too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from compliance import clock
from compliance.audit_actions import AuditAction as AuditAction  # noqa: PLC0414 - said again from here
from compliance.canonical import canonical, sha256_of, sha256_text
from compliance.keys import installation_key, register_public_key, seal_holds
from compliance.permissions import Actor
from models.compliance import AuditEvent, ChainHead, PublicKey

GENESIS = "0" * 64
CHAIN_LOCK = 0x436F7669
PAGE = 1000
CLOCK_SLIP = timedelta(seconds=1)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Problem:
    """The first place at which the chain does not hold."""

    seq: int
    what: str


@dataclass(frozen=True)
class ChainReport:
    """What a verification found: events read, seals checked, and the first problem, if any."""

    events: int
    seals: int
    problem: Problem | None


def record(
    session: Session,
    actor: Actor,
    action: AuditAction,
    entity: str,
    entity_id: str,
    *,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    reason: str | None = None,
) -> AuditEvent:
    """Append an event to the chain, in the caller's transaction.

    Its time is after that of the event before it (I22): where the machine's clock was set back, the event comes just
    after the one before, and `clock` in `new` tells what the clock said.
    """
    last = _lock_head(session)
    said, at = clock.now(), _after(last.at if last else None)
    if at - said > CLOCK_SLIP:
        new = (new or {}) | {"clock": said.isoformat()}
    event = AuditEvent(
        seq=last.seq + 1 if last else 1,
        at=at,
        actor_id=actor.id,
        actor_login=actor.login,
        action=AuditAction(action).value,
        entity=entity,
        entity_id=entity_id,
        old=old,
        new=new,
        reason=reason,
        prev_hash=last.hash if last else GENESIS,
        hash="",
    )
    event.hash = event_hash(event)
    session.add(event)
    session.flush()
    return event


def moment(session: Session) -> datetime:
    """Return the present moment, or one just after the last event where the machine's clock was set back behind it.

    What is compared with other moments of the trail is stamped with it: a clock that goes back neither brings an ended
    delegation back to life nor puts a new round or decision before an older one.
    """
    return _after(session.exec(select(AuditEvent.at).order_by(col(AuditEvent.seq).desc()).limit(1)).first())


def _after(last: datetime | None) -> datetime:
    return clock.not_before(last + TICK) if last else clock.now()


def record_batch(
    session: Session, actor: Actor, action: AuditAction, entity: str, ids: list[str], hashes: list[str]
) -> AuditEvent:
    """Append one event for a batch that a machine wrote: count, first and last id, SHA-256 over the rows' hashes."""
    new = {"count": len(ids), "first": ids[0], "last": ids[-1], "rows_sha256": sha256_text("".join(hashes))}
    return record(session, actor, action, entity, ids[-1], new=new)


def _lock_head(session: Session) -> AuditEvent | None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    return session.exec(select(AuditEvent).order_by(col(AuditEvent.seq).desc()).limit(1)).first()


def event_hash(event: AuditEvent) -> str:
    """Return the SHA-256 of an event's canonical JSON, the hash before it included."""
    content = event.model_dump(exclude={"hash", "at"}) | {"at": event.at.isoformat(timespec="microseconds")}
    return sha256_of(content)


def head_text(seq: int, chain_hash: str) -> str:
    """Return the text that a seal of the chain's head signs."""
    return canonical({"covigie": "chain-head", "seq": seq, "hash": chain_hash})


def seal_head(session: Session) -> ChainHead | None:
    """Seal the head of the chain with the installation's key; nothing to do when it is sealed already."""
    last = session.exec(select(AuditEvent).order_by(col(AuditEvent.seq).desc()).limit(1)).first()
    if last is None or session.get(ChainHead, last.seq) is not None:
        return None
    key = installation_key()
    register_public_key(session, key)
    head = ChainHead(
        seq=last.seq,
        hash=last.hash,
        key_id=key.key_id,
        seal=key.seal(head_text(last.seq, last.hash)),
        sealed_at=clock.now(),
    )
    session.add(head)
    return head


def write_anchor(head: ChainHead, folder: Path, public_pem: str) -> Path:
    """Append a sealed head to the day's anchor file, outside the database; the public key stands beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{head.key_id}.pem").write_text(public_pem)
    path = folder / f"{clock.paris(head.sealed_at):%Y-%m-%d}.jsonl"
    line = {"seq": head.seq, "hash": head.hash, "key_id": head.key_id, "seal": head.seal}
    with path.open("a", encoding="utf-8") as file:
        file.write(canonical(line | {"at": head.sealed_at.isoformat()}) + "\n")
    return path


def verify_chain(session: Session, anchors: list[dict[str, Any]] | None = None) -> ChainReport:
    """Read the whole chain and check every link, every seal, and the heads anchored outside the database."""
    heads = {head.seq: head for head in session.exec(select(ChainHead))}
    pems = {key.key_id: key.public_pem for key in session.exec(select(PublicKey))}
    seen: dict[int, str] = {}
    wanted = set(heads) | {int(anchor["seq"]) for anchor in anchors or []}
    events = 0
    for event, problem in _links(session):
        if problem:
            return ChainReport(events, 0, problem)
        events += 1
        if event.seq in wanted:
            seen[event.seq] = event.hash
    return ChainReport(events, len(heads), _check_heads(heads, pems, seen, anchors or []))


def _events(session: Session) -> Iterator[AuditEvent]:
    last = -1
    while page := session.exec(
        select(AuditEvent).where(col(AuditEvent.seq) > last).order_by(col(AuditEvent.seq)).limit(PAGE)
    ).all():
        yield from page
        last = page[-1].seq


def _links(session: Session) -> Iterator[tuple[AuditEvent, Problem | None]]:
    previous, expected = GENESIS, 1
    for event in _events(session):
        if event.seq != expected:
            yield event, Problem(expected, "missing event")
        elif event.prev_hash != previous:
            yield event, Problem(event.seq, "broken link to the event before")
        elif event_hash(event) != event.hash:
            yield event, Problem(event.seq, "changed event")
        else:
            yield event, None
        previous, expected = event.hash, event.seq + 1


def _check_heads(
    heads: dict[int, ChainHead], pems: dict[str, str], seen: dict[int, str], anchors: list[dict[str, Any]]
) -> Problem | None:
    for seq, head in sorted(heads.items()):
        if seen.get(seq) != head.hash:
            return Problem(seq, "the chain does not hold the sealed head")
        if not seal_holds(pems.get(head.key_id, ""), head_text(seq, head.hash), head.seal):
            return Problem(seq, "the seal does not hold")
    for anchor in anchors:
        if seen.get(int(anchor["seq"])) != anchor["hash"]:
            return Problem(int(anchor["seq"]), "the chain does not hold the anchored head")
    return None
