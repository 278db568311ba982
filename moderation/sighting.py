"""What the network itself shows of a comment: hidden or shown by somebody with the page's own tools."""

from sqlmodel import Session

from compliance import transitions
from compliance.permissions import SYSTEM
from connectors.base import IncomingComment
from models.comment import Comment
from models.enums import ActKind, VisibilityAction, VisibilityFacet
from moderation.triage import current_revision
from moderation.visibility import last_act, note_concealed
from moderation.visibility_states import HIDDEN_NOW, VISIBILITY_TRANSITIONS


def note_sight(session: Session, comment: Comment, incoming: IncomingComment, before: VisibilityFacet) -> None:
    """Take over what a comment that was read says of itself; `before`: its visibility before it was read.

    Hidden by others: the evidence is frozen and pharmacovigilance told, as if we had hidden it. One that is on its
    way to be hidden or shown is left to the act that is under way; one whose text was emptied stays as it was.
    """
    came_back = before is VisibilityFacet.DELETED_BY_AUTHOR and comment.visibility is VisibilityFacet.VISIBLE
    if incoming.hidden is None:
        if came_back and _we_hid(session, comment):
            comment.visibility = VisibilityFacet.HIDDEN
        return
    if incoming.hidden and comment.visibility is VisibilityFacet.VISIBLE and current_revision(session, comment).text:
        act = note_concealed(session, SYSTEM, comment)
        _move(session, comment, VisibilityAction.SEEN_HIDDEN, {"act": act.id, "evidence": act.evidence_id})
    elif not incoming.hidden and comment.visibility in HIDDEN_NOW:
        _move(session, comment, VisibilityAction.SEEN_SHOWN, {})


def _we_hid(session: Session, comment: Comment) -> bool:
    last = last_act(session, comment.id, ActKind.HIDE, ActKind.UNHIDE)
    return last is not None and last.kind is ActKind.HIDE


def _move(session: Session, comment: Comment, action: VisibilityAction, details: dict[str, object]) -> None:
    transitions.apply(session, SYSTEM, comment, VISIBILITY_TRANSITIONS, action, details=details, column="visibility")
