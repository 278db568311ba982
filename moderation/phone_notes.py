"""What was said on the telephone: a comment like any other, whose clocks run from the call; a promise is a promise."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import clock
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.answer import CallBack
from models.comment import Comment
from models.door import CallNote
from models.enums import CallBackStatus, CallDirection, ContactWay, EventSource, Network, Speaker
from moderation import call_backs
from moderation.as_received import storable_text
from moderation.files.sources import open_source
from moderation.receiving import take_in

LINE = "Téléphone"
LONGEST = 20_000


@dataclass(frozen=True)
class Call:
    """A call as it was noted.

    `reference`: the number of the call, or one that the form drew: noted twice, it is one. `name`: how the person
    named themselves, may be empty. `promised`: what was promised, empty for nothing; `by`: until when (aware).
    """

    reference: str
    called_at: datetime
    direction: CallDirection
    speaker: Speaker
    said: str
    name: str = ""
    promised: str = ""
    way: ContactWay = ContactWay.PHONE
    by: datetime | None = None


def note_call(session: Session, actor: Actor, *, call: Call) -> Comment:
    """Enter what was said on the telephone; the company knows it since the call."""
    check(actor, Permission.COMMENT_ENTER)
    said = storable_text(call.said).strip()
    if not said:
        raise InvalidInput(N_("Écrivez ce que la personne a dit, avec ses mots."))
    if len(said) > LONGEST:
        raise InvalidInput(N_("Cette note dépasse {n} caractères : partagez-la en deux."), n=LONGEST)
    if call.called_at > clock.now():
        raise InvalidInput(N_("L'appel ne peut pas être à venir. Corrigez son heure."))
    account = open_source(session, actor, network=Network.PHONE, name=LINE)
    comment = take_in(
        session,
        actor,
        account_id=account.id,
        external_id=call.reference,
        text=said,
        author=call.name.strip(),
        posted_at=call.called_at,
        source=EventSource.FORM,
        awareness_at=call.called_at,
    )
    if session.get(CallNote, comment.id) is None:
        session.add(_note(session, actor, comment, call))
        session.flush()
    return comment


def _note(session: Session, actor: Actor, comment: Comment, call: Call) -> CallNote:
    promise = _promise(session, actor, comment, call)
    return CallNote(
        comment_id=comment.id,
        direction=call.direction,
        speaker=call.speaker,
        called_at=call.called_at,
        call_back_id=promise.id if promise else None,
        noted_by=actor.id or "",
        noted_at=clock.now(),
    )


def _promise(session: Session, actor: Actor, comment: Comment, call: Call) -> CallBack | None:
    if not call.promised.strip():
        if call.by:
            raise InvalidInput(N_("Dites ce qui a été promis, ou effacez l'échéance."))
        return None
    return call_backs.write_promise(
        session, actor, comment_id=comment.id, way=call.way, about=call.promised, due_at=call.by
    )


@dataclass(frozen=True)
class NoteLine:
    """A noted call, its comment, and whether what was promised is still owed."""

    note: CallNote
    comment: Comment
    owed_by: datetime | None


def notes(session: Session, *, limit: int = 10) -> list[NoteLine]:
    """Return the last noted calls."""
    rows = (
        select(CallNote, Comment, CallBack)
        .join(Comment, col(Comment.id) == CallNote.comment_id)
        .join(CallBack, col(CallBack.id) == CallNote.call_back_id, isouter=True)
        .order_by(col(CallNote.noted_at).desc())
    )
    return [
        NoteLine(note, comment, promise.due_at if promise and promise.status is CallBackStatus.PROMISED else None)
        for note, comment, promise in session.exec(rows.limit(limit))
    ]


def note_of(session: Session, comment_id: str) -> CallNote | None:
    """Return what is known of the call that a comment was said in."""
    return session.get(CallNote, comment_id)
