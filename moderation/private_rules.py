"""What is said in private: how it may be answered, for how long, and why some doors are looked at by hand; pure.

A private message reaches the company as any other text does (GVP VI.B.1.1.4), but it is nobody's to see: there is
nothing to hide. Meta takes an answer for 24 hours after the person's last message ("Send a message", read 2026-11).
"""

from datetime import datetime

from compliance import clock
from connectors.base import Capabilities
from connectors.private import message_length
from errors import RuleViolated
from i18n import N_
from models.enums import BlindSpot, Network

NOTHING_TO_HIDE = N_("Message privé : son auteur et nous seuls le voyons. Il n'y a rien à masquer ni à supprimer.")
SEEN_BY_NOBODY = N_("Message privé : le public ne le voit pas.")
BY_HAND = N_(
    "Covigie ne peut pas répondre à ce message privé. Copiez votre texte, ouvrez la conversation sur le réseau, "
    "envoyez la réponse, puis classez ce message « répondu par un autre canal »."
)
TOO_LATE = N_(
    "Ce réseau prenait une réponse jusqu'au {until} : c'est passé. Copiez votre texte, ouvrez la conversation sur le "
    "réseau, envoyez la réponse, puis classez ce message « répondu par un autre canal »."
)
TOO_LONG = N_("Ce texte est trop long pour un message privé : {count} pour {limit} permis. Prenez-en un autre.")

NO_INTERFACE = N_("Ce réseau n'a pas d'interface pour cela : seul un regard à la main le couvre.")
WHY_BY_HAND: dict[tuple[Network, BlindSpot], str] = {
    (Network.LINKEDIN, BlindSpot.PRIVATE_MESSAGES): N_("LinkedIn n'ouvre aucune interface aux messages d'une page."),
    (Network.TIKTOK, BlindSpot.PRIVATE_MESSAGES): N_(
        "L'interface de TikTok que Covigie emploie ne donne pas les messages privés."
    ),
    (Network.X, BlindSpot.PRIVATE_MESSAGES): N_(
        "Les messages ordinaires sont relevés ; ceux de X Chat, chiffrés, ne le sont pas."
    ),
    (Network.FACEBOOK, BlindSpot.REVIEWS): N_(
        "Facebook ne donne plus les recommandations par son interface depuis sa version 22."
    ),
    (Network.INSTAGRAM, BlindSpot.ADVERTISING): N_(
        "Instagram ne donne pas ces commentaires par l'interface des comptes."
    ),
}


def window_end(last_written_at: datetime, capabilities: Capabilities | None) -> datetime | None:
    """Return until when an answer in private is taken; None where the network sets no end."""
    window = capabilities.message_window if capabilities else None
    return last_written_at + window if window else None


def check_answer(
    network: Network, text: str, capabilities: Capabilities | None, *, last_written_at: datetime, now: datetime
) -> None:
    """Refuse an answer in private that the network would not take: nothing is written then."""
    if capabilities is None or not capabilities.private_messages:
        raise RuleViolated(BY_HAND)
    until = window_end(last_written_at, capabilities)
    if until and now >= until:
        raise RuleViolated(TOO_LATE, until=f"{clock.paris(until):%d/%m %H:%M}")
    count, limit = message_length(network.value, text), capabilities.max_message_length
    if count > limit:
        raise RuleViolated(TOO_LONG, count=count, limit=limit)
