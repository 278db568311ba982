"""Telling those who signed, and the author, that something their text rested on is no longer valid.

A mail says what fell and leads to the text; it leaves through the outbox, once a person, a post and a thing that fell.
"""

from sqlmodel import Session

from compliance import clock, outbox
from compliance.mails import ABOUT, MailPlan, notice
from i18n import _
from models.engine_room import OutboxEffect
from models.enums import DependencyKind, EffectKind
from models.post import Post
from models.session import get
from models.user import User
from workflow.letters import letter, opens_only, post_link, speaking
from workflow.proof import standing_signatures

LAPSE = "lapse"


def tell_signers(session: Session, post: Post, kind: DependencyKind, ref: str, reason: str) -> None:
    """Write a mail to the author of a post and to everybody whose signature stands on it."""
    told = {post.author_id, *(each.user_id for each in standing_signatures(session, post))}
    now = clock.now()
    for user_id in sorted(told):
        outbox.enqueue(
            session,
            kind=EffectKind.MAIL,
            subject_id=post.id,
            key=f"{LAPSE}:{kind}:{ref}:{post.id}:{user_id}:{now.isoformat()}",
            payload={ABOUT: LAPSE, "user_id": user_id, "reason": reason},
            not_before=now,
        )


def prepare_lapse(session: Session, effect: OutboxEffect) -> MailPlan | None:
    """Write the mail, to a person who is still here; else none."""
    post = get(session, Post, effect.subject_id)
    user = get(session, User, effect.payload["user_id"])
    if not (user.active and user.email):
        return None
    with speaking(user.language):
        lines = [
            effect.payload["reason"],
            "",
            _("Rien ne partira ; si ce texte est déjà en ligne, son retrait est demandé."),
            "",
            post_link(post.id, post.version_n),
            "",
            opens_only(),
        ]
        message = letter(user, _("À revoir : « {title} »").format(title=post.title), lines)
    return MailPlan(message, effect.idempotency_key)


HANDLERS = {LAPSE: notice(prepare_lapse)}
