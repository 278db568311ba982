"""Promises to get in touch again: whoever was promised a call or a message waits for it until the contact is made.

A promise ends by noting the contact, or by a reasoned waiver; it stands in the list of the people who wait, and late
ones are red. No number or address is written here: it is in the tool that calls or writes.
"""

from datetime import datetime

from sqlmodel import Session

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.answer import CallBack
from models.base import new_id
from models.comment import Comment
from models.enums import CallBackAction, CallBackStatus, ContactWay
from models.session import expect_version, get
from moderation.as_received import storable_text
from moderation.masking import personal_in
from moderation.states import CALL_BACK_TRANSITIONS

LONGEST = 500


def promise_contact(
    session: Session, actor: Actor, *, comment_id: str, way: ContactWay, about: str, due_at: datetime | None
) -> CallBack:
    """Promise the author of a comment to call or write by a moment to come."""
    check(actor, Permission.REPLY_SEND)
    return write_promise(session, actor, comment_id=comment_id, way=way, about=about, due_at=due_at)


def write_promise(
    session: Session, actor: Actor, *, comment_id: str, way: ContactWay, about: str, due_at: datetime | None
) -> CallBack:
    """Write down what was promised; the caller has checked who may."""
    now = clock.now()
    if due_at is None or due_at <= now:
        raise InvalidInput(
            N_("Choisissez un jour et une heure à venir, avant lesquels cette personne sera recontactée.")
        )
    comment = get(session, Comment, comment_id)
    promise = CallBack(
        id=new_id(),
        comment_id=comment.id,
        promised_by=actor.id or "",
        way=way,
        about=_note(about, N_("Dites pour quoi cette personne sera recontactée.")),
        promised_at=now,
        due_at=due_at,
        status=CallBackStatus.PROMISED,
    )
    session.add(promise)
    session.flush()
    new = {"comment": comment.id, "way": way.value, "due_at": due_at.isoformat()}
    audit.record(session, actor, AuditAction.CALL_BACK_PROMISE, "callback", promise.id, new=new)
    return promise


def note_contact(session: Session, actor: Actor, *, call_back_id: str, row_version: int, outcome: str) -> CallBack:
    """Note that the contact was made and what came of it: the promise is kept."""
    return _end(session, actor, call_back_id, row_version, CallBackAction.KEEP, outcome)


def waive_contact(session: Session, actor: Actor, *, call_back_id: str, row_version: int, reason: str) -> CallBack:
    """Give up a promise, with the reason."""
    return _end(session, actor, call_back_id, row_version, CallBackAction.WAIVE, reason)


def _end(
    session: Session, actor: Actor, call_back_id: str, row_version: int, action: CallBackAction, words: str
) -> CallBack:
    promise = get(session, CallBack, call_back_id, lock=True)
    expect_version(promise, row_version)
    said = _note(words, N_("Notez le contact : quand, avec qui, ce qui en est sorti ; ou pourquoi il n'aura pas lieu."))
    # The trail says that there was a reason; the words may tell of a person's health and stay with the promise.
    transitions.apply(session, actor, promise, CALL_BACK_TRANSITIONS, action, reason=action.value)
    promise.outcome, promise.ended_by, promise.ended_at = said, actor.id, clock.now()
    session.flush()
    return promise


def _note(words: str, missing: str) -> str:
    said = storable_text(words).strip()
    if not said:
        raise InvalidInput(missing)
    if len(said) > LONGEST:
        raise InvalidInput(N_("Cette note dépasse {n} caractères : raccourcissez-la."), n=LONGEST)
    if personal_in(said):
        raise InvalidInput(
            N_(
                "Cette note contient une donnée personnelle (numéro, adresse, nom). Retirez-la : elle reste dans "
                "l'outil qui appelle ou écrit."
            )
        )
    return said
