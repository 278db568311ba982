"""Who may answer what, how: routes, topics, approvers, what a network takes. Pure.

A medical question is answered by texts of medical affairs alone: one that the circuit signed for such questions, or
words that medical approved. Whoever also promotes approves nothing medical (code de la santé publique, L. 5122-1: an
answer that promotes is advertising).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from connectors.base import Capabilities, Support
from errors import NotPermitted, RuleViolated, StaleVersion
from i18n import N_
from models.enums import Intent, ReplyKind, ReplyTopic, Role, VisibilityFacet

PROMOTIONAL = frozenset({Role.COMMUNITY_MANAGER, Role.COMMUNICATIONS})
APPROVERS: dict[ReplyTopic, Role] = {
    ReplyTopic.MEDICAL: Role.MEDICAL,
    ReplyTopic.QUALITY: Role.QUALITY,
    ReplyTopic.LEGAL: Role.LEGAL,
    ReplyTopic.OTHER: Role.REGULATORY,
}
USUAL: dict[str, ReplyTopic] = {
    Intent.MEDICAL_QUESTION: ReplyTopic.MEDICAL,
    Intent.URGENT_HELP: ReplyTopic.MEDICAL,
    Intent.TESTIMONY: ReplyTopic.MEDICAL,
    Intent.COMPLAINT: ReplyTopic.QUALITY,
    Intent.STOCK_SHORTAGE: ReplyTopic.QUALITY,
    Intent.ABUSE: ReplyTopic.LEGAL,
    Intent.MISINFORMATION: ReplyTopic.MEDICAL,
}
MEDICAL_INTENTS = frozenset({Intent.MEDICAL_QUESTION.value, Intent.URGENT_HELP.value})
NOT_FROM_HERE = N_("Covigie ne sait pas répondre sur ce réseau. Répondez sur la page du réseau.")
NO_PRIVATE = N_("Ce réseau n'a pas de réponse privée : répondez en public, ou promettez de recontacter la personne.")
PRIVATE_BY_HAND = N_(
    "Ce réseau ne laisse pas répondre en privé depuis Covigie : ouvrez sa page, ou répondez ici en public."
)

GONE: dict[VisibilityFacet, str] = {
    VisibilityFacet.DELETED_BY_AUTHOR: N_(
        "L'auteur a supprimé ce commentaire : classez-le sans réponse, avec cette raison."
    ),
    VisibilityFacet.DELETED_BY_US: N_(
        "Nous avons supprimé ce commentaire : personne ne verrait la réponse. Recontactez la personne autrement et "
        "notez-le, ou classez sans réponse avec une raison."
    ),
}
HIDDEN = N_(
    "Ce commentaire est masqué, et ce réseau n'y prend pas de réponse : affichez-le à nouveau, répondez, puis "
    "masquez-le ; ou recontactez la personne autrement."
)


@dataclass(frozen=True)
class Approving:
    """What decides who may approve a free answer."""

    topic: ReplyTopic
    author_id: str
    actor_id: str | None
    roles: frozenset[Role]
    medical_words: bool
    revision_is_current: bool


def topic_for(intent: str, *, medical_words: bool) -> ReplyTopic | None:
    """Return the topic that a free answer must have; None: its author chooses."""
    return ReplyTopic.MEDICAL if intent in MEDICAL_INTENTS or medical_words else None


def usual_topic(intent: str) -> ReplyTopic:
    """Return the topic to begin with."""
    return USUAL.get(intent, ReplyTopic.OTHER)


def may_approve(facts: Approving) -> Role:
    """Return as what somebody approves a free answer; refuses before anything is signed."""
    role = APPROVERS[facts.topic]
    if facts.actor_id == facts.author_id:
        raise RuleViolated(N_("Vous avez écrit cette réponse : une autre personne l'approuve."))
    if role not in facts.roles:
        raise NotPermitted(N_("Cette réponse s'approuve par un autre rôle que le vôtre, d'après son sujet."))
    if facts.topic is ReplyTopic.MEDICAL and facts.roles & PROMOTIONAL:
        raise NotPermitted(N_("Qui tient aussi un rôle promotionnel n'approuve pas de réponse médicale."))
    if facts.medical_words and facts.topic is not ReplyTopic.MEDICAL:
        raise RuleViolated(
            N_("Cette réponse parle de santé : retirez ces mots, ou refusez-la pour qu'elle soit médicale.")
        )
    if not facts.revision_is_current:
        raise StaleVersion(N_("L'auteur a modifié son commentaire depuis. Relisez-le, puis refusez cette réponse."))
    return role


def check_route(kind: ReplyKind, intent: str, text_intents: Collection[str]) -> None:
    """Refuse a way of answering that this comment does not allow."""
    if intent not in MEDICAL_INTENTS:
        return
    if kind is ReplyKind.COURTESY:
        raise RuleViolated(
            N_("Une question médicale ne se règle pas par un mot de courtoisie : prenez un texte du médical.")
        )
    if kind is ReplyKind.LIBRARY and MEDICAL_INTENTS.isdisjoint(text_intents):
        raise RuleViolated(
            N_(
                "Ce texte n'est pas signé pour les questions médicales. Prenez-en un qui l'est, ou demandez une "
                "réponse aux affaires médicales."
            )
        )


def check_reachable(visibility: VisibilityFacet, capabilities: Capabilities | None) -> None:
    """Refuse an answer that nobody would see, or that the network does not take."""
    if visibility in GONE:
        raise RuleViolated(GONE[visibility])
    if capabilities is None or not capabilities.can_reply:
        raise RuleViolated(NOT_FROM_HERE)
    if visibility is VisibilityFacet.HIDDEN and not capabilities.reply_to_hidden:
        raise RuleViolated(HIDDEN)


def private_refusal(capabilities: Capabilities | None) -> str:
    """Return why a private answer is impossible on a network, as a French msgid; empty where it is possible."""
    if capabilities is None:
        return NOT_FROM_HERE
    if capabilities.private_reply is Support.YES:
        return ""
    return PRIVATE_BY_HAND if capabilities.private_reply is Support.MANUAL else NO_PRIVATE


def check_length(text: str, measure: Callable[[str], tuple[int, int]]) -> None:
    """Refuse what the network would refuse, before the person is told that an answer is on its way."""
    count, limit = measure(text)
    if count > limit:
        raise RuleViolated(
            N_("Ce texte est trop long pour ce réseau : {count} caractères pour {limit} permis. Prenez-en un autre."),
            count=count,
            limit=limit,
        )


def composed(before: str, block: str, after: str) -> str:
    """Return a free answer: words of one's own around a library text, which stands in it as it was approved."""
    return " ".join(part for part in (before.strip(), block, after.strip()) if part)


def parted(text: str, block: str) -> tuple[str, str]:
    """Return what stands before and after the locked text of a free answer; RuleViolated when it was touched."""
    if not block:
        return text, ""
    before, found, after = text.partition(block)
    if not found:
        raise RuleViolated(N_("Le texte approuvé au milieu de la réponse a été modifié : il est verrouillé."))
    return before.strip(), after.strip()
