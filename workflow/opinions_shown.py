"""What the dossier shows of opinions under conditions, and of the threads of remarks."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from compliance import clock
from i18n import _
from models.annotation import NoteAnswer
from models.opinion import ConditionalOpinion
from models.post import PostVersion
from models.review import ReviewNote, Signature
from models.session import get
from models.user import User
from workflow.anchoring import Quote
from workflow.dossier_facts import DecisionShown
from workflow.note_rows import anchors_of
from workflow.wording_conditions import Condition, conditions_of
from workflow.words import said


def opinions_of(session: Session, post_id: str) -> Sequence[ConditionalOpinion]:
    """Return the opinions under conditions on a post, oldest first."""
    given = select(ConditionalOpinion).where(ConditionalOpinion.post_id == post_id)
    return session.exec(given.order_by(col(ConditionalOpinion.id))).all()


def opinions_shown(session: Session, post_id: str) -> tuple[DecisionShown, ...]:
    """Return them as the dossier lists them, after the decisions."""
    return tuple(_shown(session, each) for each in opinions_of(session, post_id))


def _shown(session: Session, opinion: ConditionalOpinion) -> DecisionShown:
    answer = [_("Réponse de l'auteur : {answer}").format(answer=opinion.answer)] if opinion.answer else []
    closed = f" ({opinion.close_reason})" if opinion.close_reason else ""
    return DecisionShown(
        step=said(opinion.role),
        person=get(session, Signature, opinion.signature_id).printed_name,
        decision=_("Avis sous conditions, sans valeur d'approbation"),
        decided_at=opinion.given_at,
        content_sha256=get(session, PostVersion, opinion.version_id).content_sha256,
        comment="\n".join([*map(condition_said, conditions_of(opinion.conditions)), *answer]),
        ended=said(opinion.status) + closed,
    )


def condition_said(condition: Condition) -> str:
    """Return a condition in words, its wording included."""
    if not condition.exact:
        return condition.text
    told = _("Remplacer « {exact} » par « {replacement} ».")
    worded = told.format(exact=condition.exact, replacement=condition.replacement)
    return f"{condition.text} {worded}".strip()


def with_thread(session: Session, note: ReviewNote) -> str:
    """Return a remark with what it is about and what was answered to it."""
    anchor = anchors_of(session, [note.id]).get(note.id)
    head = [f"« {anchor.exact} »"] if isinstance(anchor, Quote) else [_("sur une zone d'une image")] if anchor else []
    thread = session.exec(select(NoteAnswer).where(NoteAnswer.note_id == note.id).order_by(col(NoteAnswer.id)))
    return "\n".join([*head, note.text, *(_answer(session, each) for each in thread)])


def _answer(session: Session, each: NoteAnswer) -> str:
    when = f"{clock.paris(each.created_at):%d/%m/%Y %H:%M}"
    words = each.text or _("Fait")
    return f"{get(session, User, each.author_id).printed_name} ({when}) : {words}"
