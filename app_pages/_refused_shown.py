"""On the coverage page: who called our doors and was refused, so that a key or a clock that went wrong is seen."""

from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, section
from app_pages._text import escaped
from app_pages._words import tag
from compliance import refused_calls
from compliance.refused_calls import RefusedRow
from i18n import N_, _
from models.session import reading

DOORS = {
    "intake": N_("Livraisons signées"),
    "webhooks": N_("Notifications des réseaux"),
    "signed-media": N_("Fichiers signés"),
}
ADVICE = {
    "intake": N_(
        "Si c'est un programme de chez vous, vérifiez sa clé et son horloge ; rien de ses appels n'est entré."
    ),
    "webhooks": N_(
        "Si l'un de vos comptes ne réagit plus, vérifiez le secret de l'application chez le réseau ; le relevé "
        "régulier continue, et rien n'est perdu."
    ),
    "signed-media": N_("Une adresse qui a pris fin, ou devinée : aucun fichier n'a été donné."),
}


def draw_refused() -> None:
    """Draw the refused calls of the last seven days, door by door; nothing when there was none."""
    with reading() as session:
        rows = refused_calls.refused_lately(session)
    if not rows:
        return
    section(_("Appels refusés depuis sept jours"), str(sum(row.refused for row in rows)))
    for row in rows:
        _draw_row(row)


def _draw_row(row: RefusedRow) -> None:
    told = _("{refused} refusés").format(refused=row.refused)
    if row.slowed:
        told = _("{refused} refusés, dont {slowed} priés d'attendre").format(refused=row.refused, slowed=row.slowed)
    advice = Markup("<br><strong>{}</strong>").format(_(ADVICE[row.door]))
    name = escaped(row.key) if row.key else _("nom inconnu")
    line(tag(_(DOORS[row.door]), "warn", "⊘"), name, told, ago(row.last_at), advice, tone="warn")
