"""Remarks beside a version: advisory ones by anyone who may comment, blocking ones by reviewers."""

from sqlmodel import Session

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import sha256_text
from compliance.permissions import Actor, Permission, allows, check
from errors import InvalidInput, RuleViolated, TransitionNotAllowed
from i18n import N_
from models.base import new_id
from models.enums import PostStatus
from models.post import Post
from models.review import ReviewNote
from models.session import expect_version, get
from workflow.content import LONGEST_FIELD
from workflow.rounds import author_ids, current_version


def add_note(session: Session, actor: Actor, *, post_id: str, text: str, blocking: bool = False) -> ReviewNote:
    """Leave a remark on the newest version; a blocking one stops every approval until it is resolved."""
    check(actor, Permission.POST_NOTE)
    if blocking:
        check(actor, Permission.POST_REVIEW)
    if not text.strip() or len(text) > LONGEST_FIELD or "\0" in text:
        raise InvalidInput(N_("Écrivez votre remarque avant de l'envoyer."))
    post = get(session, Post, post_id, lock=True)
    if blocking and post.status in {PostStatus.PUBLISHED, PostStatus.SCHEDULED, PostStatus.APPROVED}:
        raise TransitionNotAllowed(
            N_("Cette version est déjà approuvée : une remarque ne la bloque plus. Demandez son retrait.")
        )
    note = ReviewNote(
        id=new_id(),
        post_id=post_id,
        version_id=current_version(session, post).id,
        author_id=actor.id or "",
        text=text.strip(),
        blocking=blocking,
        created_at=clock.now(),
    )
    session.add(note)
    session.flush()
    new = {"note": note.id, "blocking": blocking, "text_sha256": sha256_text(note.text)}
    audit.record(session, actor, AuditAction.POST_NOTE, "post", post_id, new=new)
    return note


def resolve_note(session: Session, actor: Actor, *, note_id: str, row_version: int | None) -> ReviewNote:
    """Close a remark; a blocking one is closed by whoever left it, or by a reviewer who did not write the post."""
    check(actor, Permission.POST_NOTE)
    note = get(session, ReviewNote, note_id, lock=True)
    expect_version(note, row_version)
    if note.resolved_at is not None:
        raise TransitionNotAllowed(N_("Cette remarque est déjà résolue."))
    if note.blocking and not may_resolve(session, actor, note):
        raise RuleViolated(N_("Une remarque bloquante est résolue par la personne qui l'a laissée, ou un relecteur."))
    note.resolved_by, note.resolved_at = actor.id, clock.now()
    audit.record(session, actor, AuditAction.NOTE_RESOLVE, "post", note.post_id, new={"note": note.id})
    return note


def may_resolve(session: Session, actor: Actor, note: ReviewNote) -> bool:
    """Say whether an actor may close a remark."""
    if not note.blocking or note.author_id == actor.id:
        return allows(actor, Permission.POST_NOTE)
    authors = author_ids(session, get(session, Post, note.post_id))
    return allows(actor, Permission.POST_REVIEW) and actor.id not in authors
