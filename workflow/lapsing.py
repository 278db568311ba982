"""Reminding people of an approval that ends: soon, with its slot gone by, or over (I20). By mail; nothing leaves."""

from datetime import datetime
from email.message import EmailMessage

from sqlmodel import Session, col, select

from compliance import clock, outbox
from compliance.mails import ABOUT, MailPlan, notice
from i18n import _
from models.engine_room import OutboxEffect
from models.enums import EffectKind, PostStatus
from models.post import Post
from models.review import ReviewRound
from models.session import get
from models.user import User
from workflow.approvals import approval_of, approvals_of
from workflow.expiry import Approval, Expiry, expiry_of
from workflow.letters import letter, opens_only, post_link, speaking

APPROVAL = "approval"
WATCHED = {
    PostStatus.APPROVED: frozenset({Expiry.LAPSING, Expiry.SLOT_PASSED, Expiry.EXPIRED}),
    PostStatus.SCHEDULED: frozenset({Expiry.EXPIRED}),
}
"""What is said of a post in each status; in the queue its slot lies before the end, so that only the end counts."""


def queue_lapses(session: Session) -> int:
    """Write what the author and who submitted are told of approvals that end, once each; return how many are new."""
    posts = session.exec(select(Post).where(col(Post.status).in_(WATCHED)).order_by(col(Post.id))).all()
    now, new = clock.now(), 0
    for post_id, approval in approvals_of(session, posts).items():
        post = next(each for each in posts if each.id == post_id)
        expiry = expiry_of(approval, now)
        if expiry in WATCHED[post.status]:
            new += sum(_queue_once(session, post, approval, expiry, user_id) for user_id in _told(session, approval))
    return new


def _told(session: Session, approval: Approval) -> list[str]:
    review_round = get(session, ReviewRound, approval.round_id)
    return sorted({review_round.opened_by, get(session, Post, review_round.post_id).author_id})


def _queue_once(session: Session, post: Post, approval: Approval, expiry: Expiry, user_id: str) -> bool:
    of = approval.slot if expiry is Expiry.SLOT_PASSED and approval.slot else approval.since
    key = f"{APPROVAL}:{expiry}:{approval.round_id}:{of.isoformat()}:{user_id}"
    payload = {ABOUT: APPROVAL, "expiry": expiry.value, "user_id": user_id}
    return outbox.enqueue_once(
        session, kind=EffectKind.MAIL, subject_id=post.id, key=key, payload=payload, not_before=clock.now()
    )


def prepare(session: Session, effect: OutboxEffect) -> MailPlan | None:
    """Write the mail while it is still true, to a person who is still here; else none."""
    post = get(session, Post, effect.subject_id)
    user = get(session, User, effect.payload["user_id"])
    approval, expiry = approval_of(session, post), Expiry(effect.payload["expiry"])
    if approval is None or expiry_of(approval, clock.now()) is not expiry or not (user.active and user.email):
        return None
    with speaking(user.language):
        return MailPlan(_message(post, approval, expiry, user), effect.idempotency_key)


def _message(post: Post, approval: Approval, expiry: Expiry, user: User) -> EmailMessage:
    subjects = {
        Expiry.LAPSING: _("Approbation bientôt périmée : « {title} »"),
        Expiry.SLOT_PASSED: _("Approbation périmée pour ce créneau : « {title} »"),
        Expiry.EXPIRED: _("Approbation périmée : « {title} »"),
    }
    bodies = {
        Expiry.LAPSING: _("L'approbation de « {title} » est valable jusqu'au {until}. Programmez-la avant."),
        Expiry.SLOT_PASSED: _(
            "Le créneau de « {title} » ({slot}) est passé : choisissez-en un autre. Rien n'est parti."
        ),
        Expiry.EXPIRED: _(
            "L'approbation de « {title} » n'est plus valable depuis le {until}. Rien ne partira : soumettez-la à "
            "nouveau, elle sera relue et signée."
        ),
    }
    words = {"title": post.title, "until": _said(approval.good_until), "slot": _said(approval.slot)}
    lines = [bodies[expiry].format(**words), "", post_link(post.id, post.version_n), "", opens_only()]
    return letter(user, subjects[expiry].format(**words), lines)


def _said(moment: datetime | None) -> str:
    return f"{clock.paris(moment):%d/%m/%Y %H:%M}" if moment else ""


HANDLERS = {APPROVAL: notice(prepare)}
