"""The terms of the six networks, as data: what each asks, what we do, how long we keep.

Read in November 2026. A change of one word is a new `version` with the day until which the signature of the version
before still holds; the tests pin the digest of each version.
"""

from collections.abc import Mapping
from datetime import date

from i18n import N_
from models.enums import Network
from moderation.terms import sheet
from moderation.terms.sheet import Clause, Confidence, Days, KeptBecause, NetworkTerms, Topic

HEALTH, KEEPING, DELETION, AUTOMATION, ACCESS = Topic
SURE, REPORTED, TO_VERIFY = Confidence
READ_ON = date(2026, 11, 2)

EXCEPTIONS: Mapping[KeptBecause, str] = {
    KeptBecause.CASE: N_(
        "Rattaché à un cas, même écarté : gardé avec le cas (directive 2001/83/CE, art. 104 et 107 ; règlement (UE) "
        "520/2012, art. 12 ; CSP, R. 5121-166 et suivants ; RGPD, art. 9 (2) i et 17 (3) c)."
    ),
    KeptBecause.UNREAD: N_(
        "Encore à lire par une personne : gardé jusqu'à sa lecture, car un cas ne s'écarte pas sans être lu (BPV de "
        "l'EMA, VI.B.1.1.4)."
    ),
    KeptBecause.ANSWER: N_(
        "Réponse, rappel promis ou traitement en cours : gardé jusqu'à sa fin (RGPD, art. 6 (1) f). Un message que son "
        "auteur a supprimé n'attend plus de réponse."
    ),
    KeptBecause.INCIDENT: N_(
        "Sous une publication hors circuit non réglée, à l'origine d'une alerte d'astreinte, ou objet d'une "
        "contestation ouverte : gardé avec l'incident (RGPD, art. 17 (3) c et e)."
    ),
    KeptBecause.HOLD: N_(
        "Sous un gel juridique, posé avec sa raison par une personne habilitée : gardé jusqu'à sa levée (RGPD, art. 17 "
        "(3) e)."
    ),
}
ERASED = N_(
    "À l'échéance sont effacés les textes, les données reçues du réseau, l'identifiant, le nom et le lien de l'auteur. "
    "Restent l'identifiant du message sur le réseau, ses dates, son classement, les empreintes et la piste d'audit ; "
    "les preuves gelées avant un masquage ou une suppression restent aussi."
)

_SILENT = N_("Les conditions lues ne disent rien de propre à la santé.")
_CODED = N_(
    "Ce qui est codé est la déclaration d'un effet suspecté, que la loi impose ; les auteurs sont montrés sous un "
    "code, "
    "jamais profilés."
)
_SIGNED_DAYS = N_("Effacé à l'échéance signée ici, sauf exceptions.")
_AFTER_DELETION = N_("La disparition est constatée deux fois, puis le message est effacé à l'échéance signée ici.")
_A_PERSON = N_("L'analyse signale ; une personne décide de chaque cas et envoie chaque réponse.")
_BY_HAND = N_("Regardé à la main chaque jour : l'écran Couverture dit par qui.")
_META = N_("Conditions de la plateforme Meta")
_PURPOSE = (
    Clause(
        HEALTH,
        N_("Les données ne servent qu'à la finalité déclarée ; rien n'est dit de propre à la santé."),
        TO_VERIFY,
        N_(
            "Finalité à déclarer : modération et vigilance légale de nos propres pages. Les auteurs ne sont pas "
            "profilés."
        ),
    ),
    Clause(KEEPING, N_("Les données sont gardées tant que la finalité déclarée le demande."), SURE, _SIGNED_DAYS),
    Clause(
        DELETION,
        N_("Les données sont supprimées quand c'est demandé, ou quand elles ne servent plus."),
        SURE,
        _AFTER_DELETION,
    ),
    Clause(AUTOMATION, N_("Chaque application passe une revue, pour l'usage qu'elle déclare."), SURE, _A_PERSON),
)

X = NetworkTerms(
    Network.X, 1, READ_ON, N_("Conditions de X pour les développeurs"),
    (
        Clause(
            HEALTH,
            N_("Ne jamais déduire, inférer ni conserver d'information de santé sur une personne."),
            SURE,
            N_(
                "Ce qui est codé est la déclaration d'un effet suspecté, que la loi impose (CSP, R. 5121-166) ; les "
                "auteurs sont montrés sous un code, jamais profilés. C'est la décision signée ici."
            ),
        ),
        Clause(KEEPING, N_("Aucune durée n'est fixée pour ce qui est visible sur X."), TO_VERIFY, _SIGNED_DAYS),
        Clause(
            DELETION,
            N_(
                "Ce qui est supprimé sur X est supprimé ou modifié chez nous dans les 24 heures de la demande, sauf "
                "si la "
                "loi l'interdit et si X l'a permis par écrit."
            ),
            SURE,
            N_("Effacé un jour après la disparition constatée, sauf exceptions ; demandez à X la permission écrite."),
        ),
        Clause(
            AUTOMATION,
            N_(
                "Une application ne répond qu'à qui nous a mentionnés ou cités, une fois ; rien qu'une machine ait "
                "écrit "
                "sans approbation."
            ),
            SURE,
            N_("Une personne envoie chaque réponse. Là où X refuse, le texte est copié et la page ouverte."),
        ),
        Clause(
            ACCESS,
            N_("Les appels sont facturés ; une publication avec un lien coûte le plus."),
            SURE,
            N_("Les mentions sont lues, plutôt que cherchées."),
        ),
    ),
    kept=Days(180), after_deletion=Days(1, 1),
)  # fmt: skip
FACEBOOK = NetworkTerms(Network.FACEBOOK, 1, READ_ON, _META, _PURPOSE, kept=Days(180), after_deletion=Days(7, 30))
INSTAGRAM = NetworkTerms(
    Network.INSTAGRAM, 1, READ_ON, _META,
    (
        *_PURPOSE,
        Clause(
            ACCESS,
            N_(
                "Rien n'est donné de ce qui est dit sous les publications réservées aux adultes, ni sous les "
                "publicités."
            ),
            SURE,
            _BY_HAND,
        ),
    ),
    kept=Days(180), after_deletion=Days(7, 30),
)  # fmt: skip
LINKEDIN = NetworkTerms(
    Network.LINKEDIN, 1, READ_ON, N_("Conditions des interfaces de LinkedIn, et leurs règles de conservation"),
    (
        Clause(
            HEALTH,
            N_("Les données des membres ne sont ni exportées, ni combinées, ni utilisées pour vendre."),
            REPORTED,
            N_("Les profils ne sont pas demandés : un auteur n'est connu que par son identifiant."),
        ),
        Clause(
            KEEPING,
            N_(
                "Les commentaires des membres sont gardés 48 heures, leurs profils 24 ; l'activité de la page six "
                "semaines."
            ),
            REPORTED,
            N_(
                "Effacés deux jours après leur réception, sauf exceptions : les garder plus est la décision signée "
                "ici."
            ),
        ),
        Clause(
            DELETION, N_("Rien de plus court que les 48 heures n'est rapporté."), TO_VERIFY, _AFTER_DELETION
        ),
        Clause(
            AUTOMATION,
            N_("La publication ne doit pas être automatisée."),
            REPORTED,
            N_("Une personne signe et programme chaque publication."),
        ),
    ),
    kept=Days(2, 2), after_deletion=Days(1, 2),
)  # fmt: skip
YOUTUBE = NetworkTerms(
    Network.YOUTUBE, 1, READ_ON, N_("Conditions des services d'interface de YouTube"),
    (
        Clause(HEALTH, _SILENT, TO_VERIFY, _CODED),
        Clause(
            KEEPING,
            N_("Les données sont actualisées ou supprimées dans les 30 jours."),
            REPORTED,
            N_(
                "Ce qui est gardé est comparé à la chaîne chaque semaine, et pendant six mois ; au-delà rien n'est "
                "gardé, "
                "sauf exceptions."
            ),
        ),
        Clause(
            DELETION,
            N_("Ce qui n'est plus sur YouTube est supprimé dans les mêmes 30 jours."),
            REPORTED,
            _AFTER_DELETION,
        ),
        Clause(AUTOMATION, N_("Rien n'est rapporté."), TO_VERIFY, _A_PERSON),
        Clause(
            ACCESS,
            N_("10 000 unités par jour pour un projet."),
            SURE,
            N_("La lecture en prend deux cinquièmes au plus ; le reste sert à répondre et à masquer."),
        ),
    ),
    kept=Days(180, 180), after_deletion=Days(7, 30),
)  # fmt: skip
TIKTOK = NetworkTerms(
    Network.TIKTOK, 1, READ_ON, N_("Conditions des interfaces professionnelles de TikTok"),
    (
        Clause(HEALTH, _SILENT, TO_VERIFY, _CODED),
        Clause(KEEPING, N_("Aucune durée n'est rapportée : lisez-les avant de signer."), TO_VERIFY, _SIGNED_DAYS),
        Clause(DELETION, N_("Rien n'est rapporté."), TO_VERIFY, _AFTER_DELETION),
        Clause(AUTOMATION, N_("Rien n'est rapporté."), TO_VERIFY, _A_PERSON),
        Clause(
            ACCESS,
            N_("Comptes professionnels seulement ; 40 appels par minute pour un compte, 600 pour une application."),
            REPORTED,
            N_("La lecture s'y tient ; une limite épuisée attend son heure."),
        ),
    ),
    kept=Days(180), after_deletion=Days(7, 30),
)  # fmt: skip

SHEETS: dict[Network, NetworkTerms] = {one.network: one for one in (X, FACEBOOK, INSTAGRAM, LINKEDIN, YOUTUBE, TIKTOK)}


def common() -> dict[str, str]:
    """Return what all sheets have in common: the exceptions with their legal ground, and what is erased."""
    return {str(why): said for why, said in EXCEPTIONS.items()} | {"erased": ERASED}


def digest_of(terms: NetworkTerms) -> str:
    """Return the SHA-256 of a network's sheet as it stands in the code."""
    return sheet.digest(terms, common())
