"""The audit chain: every human action, in the transaction of the action; machines once a batch.

An event's hash covers the hash before it, so that a changed, missing or moved event is found. The head is sealed by
the installation's key and anchored outside the database, so that a chain cut at its end, or made anew, is found too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from compliance import clock
from compliance.canonical import canonical, sha256_of, sha256_text
from compliance.keys import installation_key, register_public_key, seal_holds
from compliance.permissions import Actor
from models.compliance import AuditEvent, ChainHead, PublicKey

GENESIS = "0" * 64
CHAIN_LOCK = 0x436F7669
PAGE = 1000
CLOCK_SLIP = timedelta(seconds=1)
TICK = timedelta(microseconds=1)


class AuditAction(StrEnum):
    """Every action that can be written down; one that is not here cannot be."""

    USER_CREATE = "user:create"
    USER_DEACTIVATE = "user:deactivate"
    ROLE_GRANT = "role:grant"
    ROLE_REVOKE = "role:revoke"
    SIGN_IN = "session:sign_in"
    SIGN_IN_REFUSED = "session:refused"
    SIGN_OUT = "session:sign_out"
    LOCKED = "user:locked"
    SIGNING_REFUSED = "signature:refused"
    SIGNED = "signature:signed"
    SIGNATURE_CARRY = "signature:carry"
    USER_UNLOCK = "user:unlock"
    CIRCUIT_CREATE = "circuit:create"
    MATRIX_SIGN = "matrix:sign"
    TEAMS_CONNECT = "teams:connect"
    TEAMS_CLOSE = "teams:close"
    DELEGATION_CREATE = "delegation:create"
    DELEGATION_REVOKE = "delegation:revoke"
    STEP_CLAIM = "step:claim"
    STEP_RELEASE = "step:release"
    STEP_ESCALATE = "step:escalate"
    POST_WITHDRAW_APPROVAL = "post:withdraw_approval"
    PRODUCT_REGISTER = "product:register"
    ACCOUNT_CONNECT = "account:connect"
    ACCOUNT_REGISTER = "account:register"
    ACCOUNT_AUTH_EXPIRED = "account:auth_expired"
    POST_CREATE = "post:create"
    POST_EDIT = "post:edit"
    POST_DRAFT = "post:draft"
    POST_DRAFT_DROP = "post:draft_drop"
    POST_SUBMIT = "post:submit"
    POST_WITHDRAW = "post:withdraw"
    POST_APPROVE_STEP = "post:approve_step"
    POST_APPROVE = "post:approve"
    POST_REQUEST_CHANGES = "post:request_changes"
    POST_REJECT = "post:reject"
    POST_QUALIFY = "post:qualify"
    POST_SCHEDULE = "post:schedule"
    POST_UNSCHEDULE = "post:unschedule"
    SERIES_START = "series:start"
    SERIES_LAPSE = "series:lapse"
    SERIES_STOP = "series:stop"
    POST_NOTE = "post:note"
    CONSENT_ASK = "consent:ask"
    CONSENT_GIVE = "consent:give"
    CONSENT_WITHDRAW = "consent:withdraw"
    NOTE_RESOLVE = "note:resolve"
    NOTE_ANSWER = "note:answer"
    CONDITION_GIVE = "condition:give"
    CONDITION_ANSWER = "condition:answer"
    CONDITION_LIFT = "condition:lift"
    CONDITION_TAKE_BACK = "condition:take_back"
    GUEST_INVITE = "guest:invite"
    GUEST_REVOKE = "guest:revoke"
    GUEST_VISIT = "guest:visit"
    GUEST_NOTE = "guest:note"
    MEDIA_ADD = "media:add"
    FINDING_DISPOSE = "finding:dispose"
    OVERRIDE_ASK = "override:ask"
    OVERRIDE_SIGN = "override:sign"
    OVERRIDE_GRANT = "override:grant"
    OVERRIDE_REFUSE = "override:refuse"
    OVERRIDE_LAPSE = "override:lapse"
    RULE_WRITE = "rule:write"
    RULE_TRY = "rule:try"
    RULE_SIGN = "rule:sign"
    RULE_ENACT = "rule:enact"
    RULE_DISCARD = "rule:discard"
    PUBLICATION_START = "publication:start"
    PUBLICATION_HOLD = "publication:hold"
    PUBLICATION_CANCEL = "publication:cancel"
    PUBLICATION_FAIL = "publication:fail"
    PUBLICATION_CONFIRM = "publication:confirm"
    PUBLICATION_MISMATCH = "publication:mismatch"
    MEETING_CALL = "meeting:call"
    MEETING_OPEN = "meeting:open"
    MEETING_CLOSE = "meeting:close"
    MEETING_CANCEL = "meeting:cancel"
    MEETING_TOPIC = "meeting:topic"
    MEETING_OUTCOME = "meeting:outcome"
    VISA_FILE = "visa:file"
    VISA_GRANT = "visa:grant"
    VISA_REFUSE = "visa:refuse"
    VISA_SUSPEND = "visa:suspend"
    VISA_RESTORE = "visa:restore"
    VISA_WITHDRAW = "visa:withdraw"
    VISA_EXPIRE = "visa:expire"
    CLAIM_WRITE = "claim:write"
    CLAIM_APPROVE = "claim:approve"
    CLAIM_WITHDRAW = "claim:withdraw"
    CLAIM_EXPIRE = "claim:expire"
    REFERENCE_ADD = "reference:add"
    REFERENCE_WITHDRAW = "reference:withdraw"
    REFERENCE_EXPIRE = "reference:expire"
    PRODUCT_EDIT = "product:edit"
    PRODUCT_LAUNCH = "product:launch"
    PRODUCT_SUSPEND = "product:suspend"
    PRODUCT_RESTORE = "product:restore"
    PRODUCT_STOP = "product:stop"
    PRODUCT_WITHDRAW = "product:withdraw"
    PRODUCT_EXPIRE = "product:expire"
    POST_TAKE_IN = "post:take_in"
    TAKEDOWN_OPEN = "takedown:open"
    TAKEDOWN_CLOSE = "takedown:close"
    STOP_START = "stop:start"
    STOP_ASK_RELEASE = "stop:ask_release"
    STOP_RELEASE = "stop:release"
    STOP_KEEP = "stop:keep"
    DOSSIER_ARCHIVE = "dossier:archive"
    DOSSIER_EXPORT = "dossier:export"
    REGISTER_EXPORT = "register:export"
    INSPECTION_EXPORT = "inspection:export"
    COMMENTS_INGEST = "comments:ingest"
    COMMENTS_SCREEN = "comments:screen"
    COMMENTS_MISSING = "comments:missing"
    COMMENT_ENTER = "comment:enter"
    COMMENT_CLAIM = "comment:claim"
    COMMENT_RELEASE = "comment:release"
    COMMENT_CLASSIFY = "comment:classify"
    COMMENT_REVEAL = "comment:reveal"
    COMMENT_REOPEN = "comment:reopen"
    COMMENT_LIFT = "comment:lift"
    SKIM_OPEN = "skim:open"
    SKIM_PASS = "skim:pass"  # noqa: S105 - no password
    SKIM_STOP = "skim:stop"
    WITNESS_WRITE = "witness:write"
    WITNESS_RETIRE = "witness:retire"
    SECOND_READ = "reading:second"
    READING_SETTLE = "reading:settle"
    COMMENT_HIDE = "comment:hide"
    COMMENT_UNHIDE = "comment:unhide"
    COMMENT_DELETE_ASK = "comment:delete_ask"
    COMMENT_DELETE = "comment:delete"
    COMMENT_DELETE_REFUSE = "comment:delete_refuse"
    COMMENT_SIGHT = "comment:sight"
    EVIDENCE_FREEZE = "evidence:freeze"
    EVIDENCE_EXPORT = "evidence:export"
    ACT_APPROVE = "visibility:approve"
    ACT_FINISH = "visibility:finish"
    ACT_FAIL = "visibility:fail"
    CONTEST_OPEN = "contest:open"
    CONTEST_GRANT = "contest:grant"
    CONTEST_REFUSE = "contest:refuse"
    NAME_POLICY_SET = "name_policy:set"
    NAME_POLICY_APPROVE = "name_policy:approve"
    COMMENT_DIVIDE = "comment:divide"
    COMMENT_ATTACH = "comment:attach"
    COMMENT_DETACH = "comment:detach"
    CASE_OPEN = "case:open"
    CASE_FILL = "case:fill"
    CASE_ESCALATE = "case:escalate"
    CASE_FORWARD = "case:forward"
    CASE_FAIL = "case:fail"
    CASE_REOPEN = "case:reopen"
    CASE_ACKNOWLEDGE = "case:acknowledge"
    CASE_DISMISS = "case:dismiss"
    CASE_EXPORT = "case:export"
    CASE_CHASE = "case:chase"
    CASE_OUTCOME = "case:outcome"
    PV_MAIL_RECEIVE = "pv_mail:receive"
    PV_MAIL_ATTACH = "pv_mail:attach"
    PV_MAIL_DISMISS = "pv_mail:dismiss"
    PV_LIST_IMPORT = "pv_list:import"
    STATEMENT_FREEZE = "statement:freeze"
    STATEMENT_EXPORT = "statement:export"
    CASE_CODE = "case:code"
    CASE_REATTACH = "case:reattach"
    CASE_HAND_OVER = "case:hand_over"
    CASE_CONTACT = "case:contact"
    CASE_DUPLICATE = "case:duplicate"
    TEXT_APPROVE = "text:approve"
    TEXT_WITHDRAW = "text:withdraw"
    ALARM_RAISE = "alarm:raise"
    ALARM_PAGE = "alarm:page"
    ALARM_PAGE_FAIL = "alarm:page_fail"
    ALARM_ACKNOWLEDGE = "alarm:acknowledge"
    ALARM_CLOSE = "alarm:close"
    SHIFT_ADD = "on_call:add"
    SHIFT_REMOVE = "on_call:remove"
    SHIFT_EXCHANGE = "on_call:exchange"
    OFFICE_LIST = "on_call:office"
    WAY_ADD = "on_call:way_add"
    WAY_REMOVE = "on_call:way_remove"
    HOURS_SET = "opening_hours:set"
    REPLY_QUEUE = "reply:queue"
    REPLY_SEND = "reply:send"
    REPLY_CONFIRM = "reply:confirm"
    REPLY_FAIL = "reply:fail"
    REPLY_WAIVE = "reply:waive"
    RECORD_PURGE = "record:purge"
    CHAIN_ANCHOR = "chain:anchor"


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
