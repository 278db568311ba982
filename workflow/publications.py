"""The publications of a post: which are out, and taking back those that are not."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from compliance import outbox, transitions
from compliance.permissions import SYSTEM, Actor
from errors import RuleViolated
from i18n import N_
from models.enums import PostAction, PostStatus, PublicationStatus
from models.post import Post
from models.publication import Publication
from workflow.states import POST_TRANSITIONS, PUBLICATION_TRANSITIONS, PublicationAction

OUT = frozenset({PublicationStatus.PUBLISHING, PublicationStatus.UNCONFIRMED, PublicationStatus.PUBLISHED})
TAKEN_BACK = frozenset({PublicationStatus.SCHEDULED, PublicationStatus.HELD, PublicationStatus.FAILED})


def publications_of(session: Session, post_id: str, *, lock: bool = False) -> Sequence[Publication]:
    """Return the publications of a post, oldest slot first."""
    query = select(Publication).where(Publication.post_id == post_id)
    query = query.order_by(col(Publication.due_at), col(Publication.id))
    return session.exec(query.with_for_update() if lock else query).all()


def is_out(publication: Publication) -> bool:
    """Say whether the network shows a publication, or may show it."""
    held_live = publication.remote_id is not None and publication.status is not PublicationStatus.CANCELLED
    return publication.status in OUT or held_live


def live_publications(session: Session, post_id: str) -> int:
    """Count the publications of a post that are out, or may be."""
    return sum(is_out(publication) for publication in publications_of(session, post_id, lock=True))


def cancel_unpublished(
    session: Session, actor: Actor, post_id: str, action: PublicationAction = PublicationAction.CANCEL
) -> None:
    """Cancel what has not left of a post; raises RuleViolated when something is leaving at this moment."""
    take_back(session, actor, publications_of(session, post_id, lock=True), action)


def take_back(
    session: Session,
    actor: Actor,
    publications: Sequence[Publication],
    action: PublicationAction = PublicationAction.CANCEL,
) -> None:
    """Cancel those of these publications, locked, that have not left; raises as `cancel_unpublished` does."""
    for publication in publications:
        if publication.status in TAKEN_BACK and not is_out(publication):
            waiting = publication.status is PublicationStatus.SCHEDULED
            if outbox.cancel(session, subject_id=publication.id) and waiting:
                raise RuleViolated(N_("Une variante part à l'instant même. Attendez une minute, puis recommencez."))
            transitions.apply(session, actor, publication, PUBLICATION_TRANSITIONS, action)
    session.flush()


def settle(session: Session, post: Post) -> None:
    """Call a scheduled post published once everything that was not cancelled is."""
    kept = [p for p in publications_of(session, post.id) if p.status is not PublicationStatus.CANCELLED]
    if post.status is PostStatus.SCHEDULED and kept and all(p.status is PublicationStatus.PUBLISHED for p in kept):
        transitions.apply(session, SYSTEM, post, POST_TRANSITIONS, PostAction.PUBLISH)
