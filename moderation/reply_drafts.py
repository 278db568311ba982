"""What a person is writing to a comment is kept at once: nothing typed is lost on a reload, a refusal, a conflict.

A draft belongs to one person and one comment, is replaced in place, and is gone when the answer is on its way. It
changes nothing else: the comment is owed an answer all the same.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from compliance import clock
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.answer import ReplyDraft
from models.base import new_id
from models.comment import Comment
from models.session import expect_version, get
from moderation.as_received import storable_text

FIELDS = frozenset({"kind", "text", "before", "after", "text_id", "topic", "private", "given"})
LONGEST = 20_000
"""Characters of one field: more is no answer, and is refused before it is stored."""


def save_draft(
    session: Session, actor: Actor, *, comment_id: str, content: Mapping[str, Any], row_version: int | None = None
) -> ReplyDraft:
    """Keep what a person has typed; raises StaleVersion when they wrote on in another window (None: saw none)."""
    check(actor, Permission.REPLY_SEND)
    if unknown := set(content) - FIELDS:
        raise InvalidInput(N_("Ce brouillon a un champ inconnu : « {field} »."), field=min(unknown))
    if any(isinstance(value, str) and len(value) > LONGEST for value in content.values()):
        raise InvalidInput(N_("Ce texte est bien trop long pour une réponse : raccourcissez-le. Rien n'a été perdu."))
    get(session, Comment, comment_id)
    kept = {name: storable_text(value) if isinstance(value, str) else value for name, value in content.items()}
    draft = draft_of(session, actor, comment_id)
    now = clock.now()
    if draft is None:
        draft = ReplyDraft(id=new_id(), comment_id=comment_id, author_id=actor.id or "", content=kept, updated_at=now)
        session.add(draft)
    else:
        expect_version(draft, row_version)
        draft.content, draft.updated_at = _merged(draft.content, kept), now
    session.flush()
    return draft


def _merged(held: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    """Return a draft with the fields that were typed; those of the other ways to answer stay as they were."""
    given = {**(held.get("given") or {}), **(typed.get("given") or {})}
    return {**held, **typed, "given": given}


def draft_of(session: Session, actor: Actor, comment_id: str) -> ReplyDraft | None:
    """Return one's own draft of an answer."""
    mine = select(ReplyDraft).where(ReplyDraft.comment_id == comment_id, ReplyDraft.author_id == actor.id)
    return session.exec(mine).first()


def discard(session: Session, comment_id: str, author_id: str) -> None:
    """Forget a draft: its words are an answer now."""
    mine = select(ReplyDraft).where(ReplyDraft.comment_id == comment_id, ReplyDraft.author_id == author_id)
    for draft in session.exec(mine).all():
        session.delete(draft)


def bring_back(session: Session, comment_id: str, author_id: str, content: dict[str, Any]) -> None:
    """Make an answer that did not leave a draft again, unless its author has begun another."""
    mine = select(ReplyDraft).where(ReplyDraft.comment_id == comment_id, ReplyDraft.author_id == author_id)
    if session.exec(mine).first() is None:
        session.add(
            ReplyDraft(id=new_id(), comment_id=comment_id, author_id=author_id, content=content, updated_at=clock.now())
        )
