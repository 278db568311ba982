"""How the way to a network and back is said, and the lines of an account's diagnosis; merged into `_words.WORDS`."""

from enum import StrEnum

from i18n import N_
from models import enums as e

C = e.ConnectionOutcome
M = e.Mark

SAID: dict[type[StrEnum], dict[StrEnum, tuple[str, ...]]] = {
    M: {
        M.GOOD: (N_("va bien"), "✔", "ok"),
        M.SOON: (N_("à surveiller"), "◐", "warn"),
        M.BAD: (N_("à corriger"), "✖", "bad"),
        M.PLAIN: (N_("pour information"), "–", "idle"),
    }
}

OUTCOMES: dict[C, tuple[str, str]] = {
    C.WAITING: ("info", N_("La connexion de @{handle} n'est pas terminée. Reprenez-la depuis cette page.")),
    C.CONNECTED: ("success", N_("@{handle} est connecté à {network}. Ses commentaires sont relevés dès maintenant.")),
    C.DENIED: (
        "warning",
        N_(
            "L'autorisation a été refusée chez {network}. Rien n'a changé. Pour connecter @{handle}, recommencez et "
            "choisissez « Autoriser »."
        ),
    ),
    C.EXPIRED: (
        "warning",
        N_("Plus de dix minutes ont passé : la demande ne vaut plus, rien n'a changé. Recommencez la connexion."),
    ),
    C.LACKING: (
        "error",
        N_(
            "Il manque des autorisations : {lacking}. Rien n'a été gardé. Recommencez en acceptant tout ce que "
            "{network} propose."
        ),
    ),
    C.WRONG_ACCOUNT: (
        "error",
        N_(
            "Chez {network}, la personne connectée ne gère pas @{handle}, mais : {other}. Rien n'a été gardé. "
            "Déconnectez-vous de {network}, reconnectez-vous comme gestionnaire de @{handle}, puis recommencez."
        ),
    ),
    C.UNREACHABLE: (
        "error",
        N_("{network} n'a pas répondu. Rien n'a été gardé. Recommencez la connexion dans quelques minutes."),
    ),
    C.REFUSED: (
        "error",
        N_(
            "{network} a refusé la connexion ({why}). Rien n'a été gardé. Recommencez ; si cela se répète, vérifiez "
            "l'identifiant, le secret et l'adresse de retour de l'application chez {network}."
        ),
    ),
    C.CLOCK: (
        "error",
        N_(
            "L'accès reçu de {network} est déjà terminé selon notre horloge. Rien n'a été gardé. Faites régler "
            "l'heure du serveur (NTP), puis recommencez."
        ),
    ),
}
"""What the person reads on the way back: how it is shown, and the sentence."""

NOBODYS = N_(
    "Ce retour ne correspond à aucune demande ouverte par vous. Rien n'a changé. Recommencez la connexion depuis "
    "cette page, dans ce navigateur."
)
STRANGE: dict[str, str] = {
    "unknown": NOBODYS,
    "used": N_("Cette demande a déjà servi. Rien n'a changé. Si le compte n'est pas connecté, recommencez."),
    "session": N_("Votre session était terminée au retour du réseau : rien n'a été gardé. Recommencez la connexion."),
    "busy": N_("Le retour n'a pas pu être traité. Rien n'a été gardé. Recommencez la connexion."),
}
"""What is said where there is no request to show."""
