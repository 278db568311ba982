"""Telling people that a text they wrote, submitted or signed was sent back or taken back: by mail, with the reason."""

from collections.abc import Iterable
from email.message import EmailMessage
from enum import StrEnum

from sqlmodel import Session, select

from compliance import clock, outbox
from compliance.mails import ABOUT, MailPlan, notice
from compliance.permissions import Actor
from i18n import _
from models.carried import CarriedSignature
from models.engine_room import OutboxEffect
from models.enums import DecisionKind, EffectKind, Role
from models.post import Post
from models.review import Decision
from models.session import get
from models.user import User
from workflow.letters import letter, opens_only, post_link, speaking
from workflow.rounds import in_whose_name, rounds_of
from workflow.words import said

TOLD = "told"


class Told(StrEnum):
    """What people are told."""

    APPROVAL_TAKEN_BACK = "approval_taken_back"
    WITHDRAWN = "withdrawn"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"


TOLD_OF = {DecisionKind.REQUEST_CHANGES: Told.CHANGES_REQUESTED, DecisionKind.REJECT: Told.REJECTED}


def tell(
    session: Session, actor: Actor, post: Post, told: Told, *, about: str, reason: str, role: Role | None = None
) -> int:
    """Write a mail to the author, to who submitted, and to all who approved in the last round; return how many.

    Whoever did it is not told. `about` is the id of what happened: told once, however often it is asked.
    """
    people = sorted(_concerned(session, post) - {actor.id or ""})
    for user_id in people:
        payload = {
            ABOUT: TOLD,
            "told": told.value,
            "user_id": user_id,
            "by": actor.printed_name,
            "role": role.value if role else "",
            "version": post.version_n,
            "reason": reason,
        }
        outbox.enqueue(
            session,
            kind=EffectKind.MAIL,
            subject_id=post.id,
            key=f"{TOLD}:{told}:{about}:{user_id}",
            payload=payload,
            not_before=clock.now(),
        )
    return len(people)


def _concerned(session: Session, post: Post) -> set[str]:
    last = next(iter(rounds_of(session, post.id)), None)
    if last is None:
        return {post.author_id}
    given = select(Decision).where(Decision.round_id == last.id, Decision.kind == DecisionKind.APPROVE)
    carried = select(Decision).where(
        CarriedSignature.round_id == last.id, Decision.signature_id == CarriedSignature.signature_id
    )
    approved: Iterable[Decision] = [each for query in (given, carried) for each in session.exec(query)]
    signers = {person for each in approved for person in (each.user_id, in_whose_name(each))}
    return {post.author_id, last.opened_by, *signers}


def prepare(session: Session, effect: OutboxEffect) -> MailPlan | None:
    """Write the mail, to a person who is still here; else none."""
    user = get(session, User, effect.payload["user_id"])
    if not (user.active and user.email):
        return None
    post = get(session, Post, effect.subject_id)
    with speaking(user.language):
        return MailPlan(_message(effect, post, user), effect.idempotency_key)


def _message(effect: OutboxEffect, post: Post, user: User) -> EmailMessage:
    subjects = {
        Told.APPROVAL_TAKEN_BACK: _("Approbation retirée : « {title} »"),
        Told.WITHDRAWN: _("Publication retirée : « {title} »"),
        Told.CHANGES_REQUESTED: _("Modifications demandées : « {title} »"),
        Told.REJECTED: _("Publication rejetée : « {title} »"),
    }
    bodies = {
        Told.APPROVAL_TAKEN_BACK: _(
            "{name} ({role}) a retiré son approbation de « {title} », v{n}. La publication est de nouveau en "
            "relecture, rien ne partira ; les signatures des étapes suivantes sont caduques."
        ),
        Told.WITHDRAWN: _("{name} a retiré « {title} », v{n}. La relecture s'arrête, rien ne partira."),
        Told.CHANGES_REQUESTED: _("{name} ({role}) demande des modifications de « {title} », v{n}."),
        Told.REJECTED: _("{name} ({role}) a rejeté « {title} », v{n}."),
    }
    given, told = effect.payload, Told(effect.payload["told"])
    role = said(Role(given["role"])) if given["role"] else ""
    words = {"name": given["by"], "role": role, "title": post.title, "n": given["version"]}
    lines = [bodies[told].format(**words), _("Raison : {reason}").format(reason=given["reason"])]
    lines += ["", post_link(post.id, given["version"]), "", opens_only()]
    return letter(user, subjects[told].format(**words), lines)


HANDLERS = {TOLD: notice(prepare)}
