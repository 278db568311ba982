"""Remarks beside a version: advisory ones by anyone who may comment, blocking ones by reviewers.

A remark stands on the whole version, on a passage, or on a region of a picture; it has a thread. It is closed by a
person, never by an edit: on the next version the passage is sought again, and one that is gone leaves it open.
"""

import json

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import sha256_text
from compliance.permissions import ROLES, Actor, Permission, allows, check
from errors import InvalidInput, NotFound, RuleViolated, TransitionNotAllowed
from i18n import N_
from models.annotation import NoteAnchor, NoteAnswer
from models.base import new_id
from models.enums import PostStatus, Role
from models.post import Post, PostVersion
from models.review import ReviewNote
from models.session import expect_version, get
from models.user import RoleAssignment
from workflow.anchoring import Anchor, Quote, Region, check_region, quote_in
from workflow.content import LONGEST_FIELD, VariantContent, variant_of
from workflow.findings import variants_of
from workflow.networks import title_of
from workflow.rounds import author_ids, current_version

PLACES = ("text", "first_comment", "title")
"""The fields of a variant in which a passage can be quoted."""
APPROVED = frozenset({PostStatus.PUBLISHED, PostStatus.SCHEDULED, PostStatus.APPROVED})


def add_note(
    session: Session, actor: Actor, *, post_id: str, text: str, blocking: bool = False, anchor: Anchor | None = None
) -> ReviewNote:
    """Leave a remark on the newest version; a blocking one stops every approval until it is resolved (I19).

    `anchor` is the passage (its exact words are enough) or the region of a picture that it is about. Raises
    InvalidInput for a passage that is not there, or there several times.
    """
    check(actor, Permission.POST_NOTE)
    if blocking:
        check(actor, Permission.POST_REVIEW)
    post = get(session, Post, post_id, lock=True)
    if blocking and post.status in APPROVED:
        raise TransitionNotAllowed(
            N_("Cette version est déjà approuvée : une remarque ne la bloque plus. Demandez son retrait.")
        )
    version = current_version(session, post)
    note = write_note(session, version, author_id=actor.id or "", text=text, blocking=blocking, anchor=anchor)
    new = {"note": note.id, "blocking": blocking, "text_sha256": sha256_text(note.text), "anchored": anchor is not None}
    audit.record(session, actor, AuditAction.POST_NOTE, "post", post_id, new=new)
    return note


def write_note(
    session: Session, version: PostVersion, *, author_id: str, text: str, blocking: bool, anchor: Anchor | None
) -> ReviewNote:
    """Write a remark on a version with its place, which must be there."""
    note = ReviewNote(
        id=new_id(),
        post_id=version.post_id,
        version_id=version.id,
        author_id=author_id,
        text=said(text),
        blocking=blocking,
        created_at=clock.now(),
    )
    session.add(note)
    session.flush()
    if anchor is not None:
        session.add(_anchored(session, note, version, anchor))
        session.flush()
    return note


def said(text: str) -> str:
    """Return what was typed, trimmed; raises InvalidInput for nothing, or for what cannot be stored."""
    if not text.strip() or len(text) > LONGEST_FIELD or "\0" in text:
        raise InvalidInput(N_("Écrivez votre remarque avant de l'envoyer."))
    return text.strip()


def _anchored(session: Session, note: ReviewNote, version: PostVersion, anchor: Anchor) -> NoteAnchor:
    shown = {each.account_id: variant_of(json.loads(each.payload_json)) for each in variants_of(session, version.id)}
    variant = shown.get(anchor.account_id)
    if isinstance(anchor, Region):
        if variant is None or all(each.sha256 != anchor.sha256 for each in variant.media):
            raise NotFound
        check_region(anchor)
        return NoteAnchor(
            note_id=note.id,
            account_id=anchor.account_id,
            field="media",
            media_sha256=anchor.sha256,
            x=anchor.x,
            y=anchor.y,
            width=anchor.width,
            height=anchor.height,
        )
    if variant is None or anchor.field not in PLACES:
        raise NotFound
    return _quoted(note, anchor, field_of(variant, anchor.field))


def field_of(variant: VariantContent, field: str) -> str:
    """Return the text of a field in which a passage can be quoted."""
    return title_of(variant) if field == "title" else str(getattr(variant, field))


def _quoted(note: ReviewNote, asked: Quote, text: str) -> NoteAnchor:
    quote = quote_in(text, asked.exact, account_id=asked.account_id, field=asked.field)
    return NoteAnchor(
        note_id=note.id,
        account_id=quote.account_id,
        field=quote.field,
        exact=quote.exact,
        prefix=quote.prefix,
        suffix=quote.suffix,
    )


def answer_note(session: Session, actor: Actor, *, note_id: str, text: str) -> NoteAnswer:
    """Answer in the thread of an open remark; it stays open."""
    return _answer(session, actor, _open_note(session, actor, note_id), said(text), done=False)


def say_done(session: Session, actor: Actor, *, note_id: str) -> NoteAnswer:
    """Say, as an author of the post, that a remark was dealt with: whoever wrote it looks, and closes it."""
    note = _open_note(session, actor, note_id)
    if actor.id not in author_ids(session, get(session, Post, note.post_id)):
        raise RuleViolated(N_("Seul l'auteur de la publication dit que c'est fait. Répondez, ou résolvez la remarque."))
    return _answer(session, actor, note, "", done=True)


def _open_note(session: Session, actor: Actor, note_id: str) -> ReviewNote:
    check(actor, Permission.POST_NOTE)
    note = get(session, ReviewNote, note_id, lock=True)
    if note.resolved_at is not None:
        raise TransitionNotAllowed(N_("Cette remarque est déjà résolue."))
    return note


def _answer(session: Session, actor: Actor, note: ReviewNote, words: str, *, done: bool) -> NoteAnswer:
    answer = NoteAnswer(
        id=new_id(), note_id=note.id, author_id=actor.id or "", text=words, done=done, created_at=clock.now()
    )
    session.add(answer)
    session.flush()
    new = {"note": note.id, "answer": answer.id, "done": done, "text_sha256": sha256_text(words)}
    audit.record(session, actor, AuditAction.NOTE_ANSWER, "post", note.post_id, new=new)
    return answer


def resolve_note(session: Session, actor: Actor, *, note_id: str, row_version: int | None) -> ReviewNote:
    """Close a remark; a blocking one is closed by whoever left it, or by a reviewer of the role that they held."""
    note = _open_note(session, actor, note_id)
    expect_version(note, row_version)
    if not may_resolve(session, actor, note):
        raise RuleViolated(
            N_("Une remarque bloquante est résolue par la personne qui l'a laissée, ou par quelqu'un de son rôle.")
        )
    note.resolved_by, note.resolved_at = actor.id, clock.now()
    audit.record(session, actor, AuditAction.NOTE_RESOLVE, "post", note.post_id, new={"note": note.id})
    return note


def may_resolve(session: Session, actor: Actor, note: ReviewNote) -> bool:
    """Say whether an actor may close a remark.

    A blocking one: whoever left it, or a holder of a reviewing role that they held then, who did not write the post.
    The role counts as it was held, so that a remark does not stay for good when its writer leaves.
    """
    if not note.blocking or note.author_id == actor.id:
        return allows(actor, Permission.POST_NOTE)
    authors = author_ids(session, get(session, Post, note.post_id))
    return actor.id not in authors and bool(actor.roles & _reviewing_roles_then(session, note))


def _reviewing_roles_then(session: Session, note: ReviewNote) -> frozenset[Role]:
    held = select(RoleAssignment.role).where(
        RoleAssignment.user_id == note.author_id,
        RoleAssignment.granted_at <= note.created_at,
        col(RoleAssignment.revoked_at).is_(None) | (col(RoleAssignment.revoked_at) > note.created_at),
    )
    return frozenset(role for role in map(Role, session.exec(held)) if Permission.POST_REVIEW in ROLES[role])
