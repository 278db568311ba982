"""The remarks on a post as pages show them: where each stands in the newest version, its thread, who may close it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from compliance.people import name_of
from compliance.permissions import Actor, Permission, allows
from models.annotation import GuestNote, NoteAnchor, NoteAnswer
from models.enums import Network
from models.post import Post, PostVersion
from models.review import ReviewNote
from models.session import get
from models.user import User
from workflow.anchoring import Anchor, Quote, Region, find
from workflow.content import VariantContent, variant_of
from workflow.findings import variants_of
from workflow.notes import field_of, may_resolve
from workflow.rounds import author_ids, current_version


@dataclass(frozen=True)
class NoteAnswerRow:
    """One answer in a remark's thread; `done`: the author says that it was dealt with."""

    person: str
    text: str
    done: bool
    created_at: datetime


@dataclass(frozen=True)
class NoteRow:
    """A remark; `may_resolve`, `may_answer`, `may_say_done` say what I may do with it.

    `anchor` is what it was made on, `network` where; `lost`: the newest version no longer holds that passage or
    picture. `guest`: the name of the outside expert who left it.
    """

    note_id: str
    author: str
    version_n: int
    text: str
    blocking: bool
    created_at: datetime
    resolved_by: str
    resolved_at: datetime | None
    may_resolve: bool
    row_version: int
    anchor: Anchor | None = None
    network: Network | None = None
    lost: bool = False
    answers: tuple[NoteAnswerRow, ...] = ()
    guest: str = ""
    may_answer: bool = False
    may_say_done: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nobody resolved it."""
        return self.resolved_at is None

    @property
    def said_done(self) -> bool:
        """Whether the author's is the last word: dealt with."""
        return bool(self.answers) and self.answers[-1].done


def notes_rows(session: Session, actor: Actor, post_id: str) -> tuple[NoteRow, ...]:
    """Return the remarks left on a post, oldest first."""
    left = (col(ReviewNote.created_at), col(ReviewNote.id))
    notes = session.exec(select(ReviewNote).where(ReviewNote.post_id == post_id).order_by(*left)).all()
    if not notes:
        return ()
    post = get(session, Post, post_id)
    newest = current_version(session, post)
    shown = {each.account_id: variant_of(json.loads(each.payload_json)) for each in variants_of(session, newest.id)}
    writes = actor.id in author_ids(session, post)
    ids = [note.id for note in notes]
    anchors, threads, guests = anchors_of(session, ids), _threads(session, ids), guests_of(session, ids)
    return tuple(
        NoteRow(
            note_id=note.id,
            author=name_of(session, note.author_id),
            version_n=get(session, PostVersion, note.version_id).n,
            text=note.text,
            blocking=note.blocking,
            created_at=note.created_at,
            resolved_by=name_of(session, note.resolved_by),
            resolved_at=note.resolved_at,
            may_resolve=note.resolved_at is None and may_resolve(session, actor, note),
            row_version=note.row_version,
            answers=threads.get(note.id, ()),
            guest=guests.get(note.id, ""),
            may_answer=note.resolved_at is None and allows(actor, Permission.POST_NOTE),
            may_say_done=note.resolved_at is None and writes and allows(actor, Permission.POST_NOTE),
            **_placed(anchors.get(note.id), shown),
        )
        for note in notes
    )


def anchors_of(session: Session, note_ids: Sequence[str]) -> dict[str, Anchor]:
    """Return what remarks were made on, by remark; those on the whole version have no place."""
    rows = session.exec(select(NoteAnchor).where(col(NoteAnchor.note_id).in_(note_ids)))
    return {row.note_id: _anchor(row) for row in rows}


def _anchor(row: NoteAnchor) -> Anchor:
    if row.media_sha256 is not None:
        return Region(row.account_id, row.media_sha256, row.x, row.y, row.width, row.height)
    return Quote(row.account_id, row.field, row.exact, row.prefix, row.suffix)


def _placed(anchor: Anchor | None, shown: Mapping[str, VariantContent]) -> dict[str, Any]:
    if anchor is None:
        return {}
    variant = shown.get(anchor.account_id)
    network = variant.network if variant else None
    return {"anchor": anchor, "network": network, "lost": variant is None or not stands_in(anchor, variant)}


def stands_in(anchor: Anchor, variant: VariantContent) -> bool:
    """Say whether what a remark was made on is still in a variant."""
    if isinstance(anchor, Region):
        return any(each.sha256 == anchor.sha256 for each in variant.media)
    return find(field_of(variant, anchor.field), anchor) is not None


def _threads(session: Session, note_ids: Sequence[str]) -> dict[str, tuple[NoteAnswerRow, ...]]:
    given = select(NoteAnswer, User.printed_name).where(col(NoteAnswer.note_id).in_(note_ids))
    given = given.where(User.id == NoteAnswer.author_id).order_by(col(NoteAnswer.created_at), col(NoteAnswer.id))
    found: dict[str, tuple[NoteAnswerRow, ...]] = {}
    for answer, name in session.exec(given):
        row = NoteAnswerRow(name, answer.text, answer.done, answer.created_at)
        found[answer.note_id] = (*found.get(answer.note_id, ()), row)
    return found


def guests_of(session: Session, note_ids: Sequence[str]) -> dict[str, str]:
    """Return the names that outside experts gave with their remarks, by remark."""
    return {
        row.note_id: row.name for row in session.exec(select(GuestNote).where(col(GuestNote.note_id).in_(note_ids)))
    }


def _name(session: Session, user_id: str | None) -> str:
    return get(session, User, user_id).printed_name if user_id else ""
