"""One comment as it came in: its raw payload, the comment, its revision. Nothing here is done twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, opening_hours, retention
from compliance.audit import AuditAction
from compliance.canonical import canonical, sha256_text
from compliance.permissions import SYSTEM, Actor, Permission, check
from connectors.base import IncomingComment
from errors import InvalidInput
from i18n import N_
from models.account import Account
from models.base import drawn_codes
from models.comment import Comment, CommentRevision, RawEvent
from models.enums import CommentKind, EventSource, PvFacet, ReplyFacet, Screening
from models.publication import Publication
from models.session import get
from moderation import facets
from moderation.as_received import storable_payload, storable_text, text_hash
from moderation.deadlines import reply_due
from moderation.opening import lock_comments
from moderation.reattaching import of_authors, reattach
from moderation.sighting import note_sight
from settings import get_settings

PSEUDONYM_LENGTH = 5
ERASED_BEFORE = "the comment had been erased before"
Identities = frozenset[str]


@dataclass(frozen=True)
class Received:
    """What became of one comment: the payload's row, the comment's, and what of it was new."""

    raw: RawEvent
    comment: Comment
    new_payload: bool
    new_comment: bool
    new_revision: bool


def own_identities(session: Session, account: Account) -> Identities:
    """Return the ids and handles of the company's accounts on a network, spokespersons' included."""
    own = session.exec(select(Account).where(Account.network == account.network)).all()
    return frozenset(name.casefold() for one in own for name in (one.external_id, one.handle.lstrip("@")) if name)


def is_ours(incoming: IncomingComment, ours: Identities) -> bool:
    """Say whether the company wrote it."""
    return incoming.author_id.casefold() in ours or incoming.author_handle.lstrip("@").casefold() in ours


def lock_known(session: Session, account: Account, comments: Collection[IncomingComment]) -> None:
    """Lock the comments of a page that we hold, and those of its authors' cases, in the order that everyone keeps."""
    named = {storable_text(one.external_id) for one in comments}
    held = select(Comment.id).where(Comment.account_id == account.id, col(Comment.external_id).in_(named))
    authors = {storable_text(one.author_id) for one in comments}
    lock_comments(session, {*session.exec(held), *of_authors(session, account.network, authors)})


def receive(
    session: Session,
    account: Account,
    incoming: IncomingComment,
    source: EventSource,
    *,
    awareness_at: datetime | None = None,
) -> Received:
    """Store one comment as it came: raw payload first, then the comment or its new revision, if it is one."""
    raw, fresh = _raw_event(session, account, incoming, source)
    known = select(Comment).where(
        Comment.account_id == account.id, Comment.external_id == storable_text(incoming.external_id)
    )
    comment = session.exec(known.with_for_update()).first()
    if comment is None:
        comment = _new_comment(session, account, incoming, awareness_at)
        reattach(session, comment, _add_revision(session, comment, incoming, raw, 1))
        note_sight(session, comment, incoming, comment.visibility)
        return Received(raw, comment, fresh, new_comment=True, new_revision=True)
    before = comment.visibility
    if fresh:
        facets.write(comment, facets.seen_again(facets.read(comment)))
    revised = _revise(session, comment, incoming, raw, fresh)
    if comment.erased_at and (fresh or revised):
        _after_erasing(session, account, comment, incoming, raw, revised=revised)
    note_sight(session, comment, incoming, before)
    return Received(raw, comment, fresh, new_comment=False, new_revision=revised)


def _raw_event(
    session: Session, account: Account, incoming: IncomingComment, source: EventSource
) -> tuple[RawEvent, bool]:
    digest, external_id = sha256_text(incoming.raw_json), storable_text(incoming.external_id)
    known = select(RawEvent).where(
        RawEvent.account_id == account.id, RawEvent.external_id == external_id, RawEvent.payload_sha256 == digest
    )
    raw = session.exec(known).first()
    if raw:
        return raw, False
    raw = RawEvent(
        account_id=account.id,
        source=source,
        external_id=external_id,
        payload=storable_payload(incoming.raw_json),
        payload_sha256=digest,
        received_at=clock.now(),
    )
    session.add(raw)
    session.flush()
    return raw, True


def _new_comment(
    session: Session, account: Account, incoming: IncomingComment, awareness_at: datetime | None
) -> Comment:
    now = clock.now()
    conversation = incoming.conversation_id and storable_text(incoming.conversation_id)
    comment = Comment(
        account_id=account.id,
        network=account.network,
        external_id=storable_text(incoming.external_id),
        conversation_id=conversation,
        parent_external_id=incoming.parent_id and storable_text(incoming.parent_id),
        publication_id=_publication(session, account, conversation),
        author_id=storable_text(incoming.author_id),
        author_handle=storable_text(incoming.author_handle) or None,
        author_pseudonym=_pseudonym(session, account, storable_text(incoming.author_id)),
        permalink=storable_text(incoming.permalink) or None,
        kind=CommentKind(incoming.said.value),
        posted_at=incoming.posted_at,
        received_at=now,
        awareness_at=min(awareness_at or now, now),
        reply_due_at=answer_due(session, now),
        screening=Screening.UNSCREENED,
        pv=PvFacet.NONE,
        product=facets.ARRIVED.product,
        visibility=facets.ARRIVED.visibility,
        reply=ReplyFacet.OWED,
    )
    session.add(comment)
    session.flush()
    return comment


def answer_due(session: Session, start: datetime) -> datetime:
    """Return when a person who wrote at a moment must have an answer, by the business hours of the administrator."""
    return reply_due(start, get_settings().reply_business_hours, opening_hours.current(session))


def _publication(session: Session, account: Account, conversation_id: str | None) -> str | None:
    if not conversation_id:
        return None
    ours = select(Publication.id).where(
        Publication.network == account.network, Publication.remote_id == conversation_id
    )
    return session.exec(ours).first()


def _after_erasing(
    session: Session, account: Account, comment: Comment, incoming: IncomingComment, raw: RawEvent, *, revised: bool
) -> None:
    """Give an erased comment back to its author, who wrote anew; empty what came when nothing in it is new."""
    if not revised:
        retention.purge_raw_event(session, SYSTEM, event_id=raw.id, reason=ERASED_BEFORE)
        return
    comment.author_id = storable_text(incoming.author_id)
    comment.author_handle = storable_text(incoming.author_handle) or None
    comment.author_pseudonym = _pseudonym(session, account, comment.author_id)
    comment.permalink = storable_text(incoming.permalink) or None
    comment.erased_at = None


def _pseudonym(session: Session, account: Account, author_id: str) -> str:
    """Return the author's code: the same through all their comments, drawn by lot, so that nothing leads back."""
    same = select(Comment.author_pseudonym).where(Comment.author_id == author_id, Comment.network == account.network)
    known = session.exec(same.limit(1)).first() if author_id else None
    return known or new_pseudonym()


def unnamed(external_id: str) -> str:
    """Return the author's id of a message that names none: nobody else's, so that no two of them are one person."""
    return f"anonymous:{external_id}"


def new_pseudonym() -> str:
    """Return a code drawn by lot."""
    return new_pseudonyms(1)[0]


def new_pseudonyms(count: int) -> list[str]:
    """Return that many codes drawn by lot."""
    return [code.upper() for code in drawn_codes(count, PSEUDONYM_LENGTH)]


def _add_revision(
    session: Session, comment: Comment, incoming: IncomingComment, raw: RawEvent, n: int
) -> CommentRevision:
    revision = CommentRevision(
        comment_id=comment.id,
        n=n,
        external_id=storable_text(incoming.revision_id),
        edits=len(incoming.edit_ids),
        text=storable_text(incoming.text),
        text_sha256=text_hash(incoming.text),
        media=[storable_text(kind) for kind in incoming.media],
        raw_event_id=raw.id,
        seen_at=clock.now(),
    )
    session.add(revision)
    session.flush()
    return revision


def _revise(session: Session, comment: Comment, incoming: IncomingComment, raw: RawEvent, fresh: bool) -> bool:
    """Keep a version that we do not hold; when it is newer than the one that reads now, reopen what was settled."""
    held = session.exec(select(CommentRevision).where(CommentRevision.comment_id == comment.id)).all()
    current = next(revision for revision in held if revision.n == comment.revision_n)
    if not _is_unheld(incoming, current, held, fresh=fresh):
        return False
    n = max(revision.n for revision in held) + 1
    _add_revision(session, comment, incoming, raw, n)
    comment.analysis_due = True
    if len(incoming.edit_ids) >= current.edits:
        _replace_current(session, comment, n)
    return True


def _is_unheld(
    incoming: IncomingComment, current: CommentRevision, held: Sequence[CommentRevision], *, fresh: bool
) -> bool:
    """Compare by the network's id and the text; an edit back to an old text counts where edits keep the id."""
    version = (storable_text(incoming.revision_id), text_hash(incoming.text))
    if version == (current.external_id, current.text_sha256):
        return False
    if version in {(revision.external_id, revision.text_sha256) for revision in held}:
        return fresh and current.external_id == version[0]
    return True


def _replace_current(session: Session, comment: Comment, n: int) -> None:
    """Reopen on an edit. A running clock runs on; one that was settled starts with what is new to us."""
    before, now = facets.read(comment), clock.now()
    after = facets.edited(before)
    if not facets.waits_for_pv(before):
        comment.awareness_at = now
    if not facets.waits_for_answer(before):
        comment.reply_due_at = answer_due(session, now)
    comment.revision_n = n
    facets.write(comment, after)


def take_in(
    session: Session,
    actor: Actor,
    *,
    account_id: str,
    external_id: str,
    text: str,
    author: str,
    posted_at: datetime,
    source: EventSource = EventSource.FORM,
    awareness_at: datetime | None = None,
) -> Comment:
    """Enter a message that came by telephone, mail or file; it takes the same path as what the networks bring.

    `external_id` is the sender's reference (call number, line of the file): entered twice, it is one message.
    `awareness_at` is when the company had it, never later than now.
    """
    check(actor, Permission.COMMENT_ENTER)
    if not external_id.strip() or posted_at > clock.now():
        raise InvalidInput(N_("Il faut une référence, et une date qui ne soit pas dans l'avenir."))
    account = get(session, Account, account_id, lock=True)
    content = {"author": author, "external_id": external_id, "posted_at": posted_at.isoformat(), "text": text}
    incoming = IncomingComment(
        external_id,
        text,
        author or unnamed(external_id),
        author,
        posted_at,
        None,
        None,
        "",
        (external_id,),
        canonical(content),
    )
    row = receive(session, account, incoming, source, awareness_at=awareness_at)
    if row.new_payload:
        new = {"account": account.id, "payload_sha256": row.raw.payload_sha256}
        audit.record(session, actor, AuditAction.COMMENT_ENTER, "comment", row.comment.id, new=new)
    return row.comment
