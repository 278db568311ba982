"""What can be done to a comment's visibility on its network, and what to do instead; pure.

A network that cannot is never asked: its button is not drawn, and a sentence says what a person can do.
"""

from connectors.base import Capabilities
from i18n import N_
from models.enums import ActKind, HideReason, NamedKind, VisibilityFacet
from moderation.private_rules import NOTHING_TO_HIDE
from moderation.visibility_states import HIDDEN_NOW

NO_CHANNEL = N_("Ce message n'est pas visible sur un réseau que Covigie pilote : il n'y a rien à masquer d'ici.")
NO_HIDE = N_("Ce réseau ne permet pas de masquer. Fermez les commentaires de la publication sur la page du réseau.")
NOT_AN_ANSWER = N_(
    "Ce réseau ne masque que les réponses à nos publications ; ce message est ailleurs. Signalez-le au réseau s'il "
    "enfreint ses règles."
)
NO_UNHIDE = N_("Sur ce réseau, ce qui est masqué ne peut pas être réaffiché.")
NO_DELETE = N_(
    "Ce réseau ne laisse pas supprimer le message d'un autre. Masquez-le, ou signalez-le au réseau s'il enfreint ses "
    "règles."
)
NOW = {
    ActKind.HIDE: frozenset({VisibilityFacet.VISIBLE}),
    ActKind.UNHIDE: HIDDEN_NOW,
    ActKind.DELETE: HIDDEN_NOW | {VisibilityFacet.VISIBLE},
}


def obstacle(kind: ActKind, capabilities: Capabilities | None, *, in_thread: bool, private: bool = False) -> str | None:
    """Return why a network cannot do it, as a French msgid that says what to do instead; None when it can.

    `in_thread`: the comment answers something, so that it stands under a post. `private`: the public never sees it.
    """
    if private:
        return NOTHING_TO_HIDE
    if capabilities is None:
        return NO_CHANNEL
    if kind is ActKind.DELETE:
        return None if capabilities.can_delete_foreign else NO_DELETE
    if not capabilities.can_hide:
        return NO_HIDE
    if kind is ActKind.UNHIDE and not capabilities.hide_reversible:
        return NO_UNHIDE
    return NOT_AN_ANSWER if capabilities.hides_answers_only and not in_thread else None


def possible_now(kind: ActKind, visibility: VisibilityFacet) -> bool:
    """Say whether what the public sees now lets an act be asked for."""
    return visibility in NOW[kind]


SEEN_BY_PUBLIC: dict[VisibilityFacet, str] = {
    VisibilityFacet.VISIBLE: N_("Tout le monde voit ce commentaire."),
    VisibilityFacet.HIDING: N_("Le public le voit encore : le réseau n'a pas confirmé qu'il est masqué."),
    VisibilityFacet.HIDDEN: N_(
        "Le public ne le voit plus dans le fil ; sur certains réseaux il reste à un clic, et son auteur le voit."
    ),
    VisibilityFacet.HIDDEN_BY_OTHERS: N_(
        "Masqué sur le réseau, pas par Covigie. La preuve a été gelée en le constatant."
    ),
    VisibilityFacet.UNHIDING: N_("Le public ne le voit pas encore : le réseau n'a pas confirmé qu'il est réaffiché."),
    VisibilityFacet.DELETING: N_("Suppression en cours : le réseau ne l'a pas confirmée."),
    VisibilityFacet.DELETED_BY_US: N_("Supprimé du réseau pour tout le monde, auteur compris. La preuve reste ici."),
    VisibilityFacet.DELETED_BY_AUTHOR: N_(
        "Le réseau ne le montre plus : son auteur l'a supprimé. Ce qu'il disait est gardé."
    ),
}

NAMED_REASON: dict[NamedKind, HideReason] = {
    NamedKind.PRESCRIPTION: HideReason.PRESCRIPTION_NAMED,
    NamedKind.OWN: HideReason.PRODUCT_NAMED,
    NamedKind.COMPETITOR: HideReason.PRODUCT_NAMED,
}

WHY: dict[HideReason, str] = {
    HideReason.PRESCRIPTION_NAMED: N_("il nomme un médicament sur ordonnance, que la loi nous interdit d'afficher"),
    HideReason.PRODUCT_NAMED: N_("il nomme un produit de santé, ce que nos règles de page n'admettent pas"),
    HideReason.PERSONAL_DATA: N_("il contient des données personnelles, que nous protégeons"),
    HideReason.INSULT: N_("il contient des propos injurieux ou haineux"),
    HideReason.SPAM: N_("il est sans rapport avec la publication, ou publicitaire"),
    HideReason.MISINFORMATION: N_("il contient une affirmation de santé inexacte et dangereuse"),
    HideReason.DOXXING: N_("il divulgue des informations privées sur une personne"),
    HideReason.OTHER: N_("il n'est pas conforme à nos règles de page"),
}
EXPLAINED = N_(
    "Bonjour, votre commentaire a été masqué car {why}. Nous l'avons lu et conservé, et votre signalement de santé "
    "éventuel est traité. Vous pouvez le publier de nouveau sans cet élément."
)
SHOWN_AGAIN = N_("Bonjour, après examen de votre demande, votre commentaire est de nouveau visible. Merci.")
