"""The library of replies as a page shows it: the versions of each text, French and English side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from compliance import clock
from compliance.permissions import Actor, Permission, allows, check
from errors import AppError
from models.case import ApprovedText, Reply
from models.comment import Comment
from models.enums import ReplyKind, ReplyStatus, ReplyTopic, Role, TextStatus
from models.review import Signature
from models.user import User
from moderation import library
from moderation.answer_rules import APPROVERS, parted
from moderation.as_approved import locked_block
from moderation.deadlines import paris_day
from moderation.queries.queue import rows_of
from moderation.queries.rows import QueueRow
from moderation.states import UNSIGNED


@dataclass(frozen=True)
class TextRow:
    """One version of a text. `refusal` says why this person does not sign it now; `earlier` is the version before."""

    id: str
    row_version: int
    key: str
    language: str
    n: int
    title: str
    text: str
    status: TextStatus
    intents: tuple[str, ...]
    products: tuple[str, ...]
    situations: tuple[str, ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    valid_until: date | None
    days_left: int | None
    content_sha256: str
    author: str
    signed: tuple[tuple[Role, str, datetime], ...]
    ended_reason: str | None
    earlier: str | None
    refusal: str
    signable: bool
    withdrawable: bool


@dataclass(frozen=True)
class TextPair:
    """A text in its languages: what answers now, what waits for signatures; `missing` has no version in force."""

    key: str
    rows: tuple[TextRow, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ToApprove:
    """A free answer that waits for its approver, with the comment that it answers."""

    id: str
    row_version: int
    topic: ReplyTopic
    before: str
    block: str
    after: str
    proposed: str
    author: str
    created_at: datetime
    private: bool
    row: QueueRow
    fallen: str


def list_texts(session: Session, actor: Actor) -> tuple[TextPair, ...]:
    """Return every text with the versions that matter: in force, waiting, and the newest one."""
    check(actor, Permission.POST_READ)
    order = (col(ApprovedText.key), col(ApprovedText.language), col(ApprovedText.n).desc())
    texts = session.exec(select(ApprovedText).order_by(*order)).all()
    signed, names = _signatures(session), dict(session.exec(select(User.id, User.printed_name)).all())
    pairs: dict[str, list[TextRow]] = {}
    for text in texts:
        versions = [t for t in texts if (t.key, t.language) == (text.key, text.language)]
        if text.status in (TextStatus.APPROVED, *UNSIGNED) or text is versions[0]:
            earlier = next((t.text for t in versions if t.n < text.n), None)
            pairs.setdefault(text.key, []).append(_row(session, actor, text, earlier, signed, names))
    return tuple(TextPair(key, tuple(rows), _missing(rows)) for key, rows in pairs.items())


def count_signable(session: Session, actor: Actor) -> int:
    """Return how many texts an actor may sign now."""
    check(actor, Permission.TEXT_SIGN)
    waiting = session.exec(select(ApprovedText).where(col(ApprovedText.status).in_(UNSIGNED))).all()
    return sum(not _refusal(session, actor, text) for text in waiting)


def _missing(rows: Sequence[TextRow]) -> tuple[str, ...]:
    held = {row.language for row in rows if row.status is TextStatus.APPROVED}
    return tuple(language for language in library.LANGUAGES if language not in held)


def _signatures(session: Session) -> dict[str, list[Signature]]:
    given = select(Signature).where(Signature.subject_kind == "approvedtext").order_by(col(Signature.signed_at))
    found: dict[str, list[Signature]] = {}
    for signature in session.exec(given):
        found.setdefault(signature.subject_id, []).append(signature)
    return found


def _row(
    session: Session,
    actor: Actor,
    text: ApprovedText,
    earlier: str | None,
    signed: dict[str, list[Signature]],
    names: dict[str, str],
) -> TextRow:
    refusal = _refusal(session, actor, text) if text.status in UNSIGNED else ""
    signs = allows(actor, Permission.TEXT_SIGN)
    left = (text.valid_until - paris_day(clock.now())).days if text.valid_until else None
    return TextRow(
        id=text.id,
        row_version=text.row_version,
        key=text.key,
        language=text.language,
        n=text.n,
        title=text.title,
        text=text.text,
        status=text.status,
        intents=tuple(text.intents),
        products=tuple(text.products),
        situations=tuple(text.situations),
        choices=tuple((name, tuple(values)) for name, values in text.choices.items()),
        valid_until=text.valid_until,
        days_left=left,
        content_sha256=text.content_sha256,
        author=names.get(text.author_id or "", "—"),
        signed=tuple((s.role, s.printed_name, s.signed_at) for s in signed.get(text.id, ())),
        ended_reason=text.ended_reason,
        earlier=earlier,
        refusal=refusal,
        signable=signs and text.status in UNSIGNED,
        withdrawable=signs and text.status is TextStatus.APPROVED,
    )


def _refusal(session: Session, actor: Actor, text: ApprovedText) -> str:
    try:
        library.may_sign(session, actor, text, text.content_sha256)
    except AppError as error:
        return str(error)
    return ""


def to_approve(session: Session, actor: Actor) -> tuple[ToApprove, ...]:
    """Return the free answers that wait for a role of this person's, the nearest due first."""
    check(actor, Permission.REPLY_APPROVE)
    topics = [topic for topic, role in APPROVERS.items() if role in actor.roles]
    waiting = (
        select(Reply, User.printed_name)
        .where(Reply.status == ReplyStatus.TO_APPROVE, Reply.kind == ReplyKind.FREE, Reply.author_id == User.id)
        .where(col(Reply.topic).in_(topics))
        .order_by(col(Reply.due_at), col(Reply.id))
    )
    found = session.exec(waiting).all()
    comments = {
        c.id: c for c in session.exec(select(Comment).where(col(Comment.id).in_([r.comment_id for r, _n in found])))
    }
    rows = dict(zip(comments, rows_of(session, list(comments.values())), strict=True))
    return tuple(_waiting(session, reply, author, rows[reply.comment_id]) for reply, author in found)


def _waiting(session: Session, reply: Reply, author: str, row: QueueRow) -> ToApprove:
    block, fallen = "", ""
    try:
        block = locked_block(session, reply)
        before, after = parted(reply.text or "", block)
    except AppError as error:
        before, after, fallen = reply.text or "", "", str(error)
    return ToApprove(
        id=reply.id,
        row_version=reply.row_version,
        topic=reply.topic or ReplyTopic.OTHER,
        before=before,
        block=block,
        after=after,
        proposed=reply.proposed_text or "",
        author=author,
        created_at=reply.created_at,
        private=reply.private,
        row=row,
        fallen=fallen,
    )
