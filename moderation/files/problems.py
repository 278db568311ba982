"""What is said of a row that was not entered: what is wrong in it, and how to correct it."""

from collections.abc import Mapping

from i18n import N_
from models.enums import RowProblem

SAID: Mapping[RowProblem, str] = {
    RowProblem.NO_TEXT: N_("Le texte est vide."),
    RowProblem.NO_DATE: N_("La date est vide. Écrivez-la 31/12/2025 14:30."),
    RowProblem.DATE_UNREADABLE: N_("La date ne se lit pas. Écrivez-la 31/12/2025 14:30 ou 2025-12-31T14:30."),
    RowProblem.DATE_TO_COME: N_("La date est à venir. Corrigez-la, ou vérifiez l'ordre du jour et du mois."),
    RowProblem.HAD_UNREADABLE: N_("La date de réception ne se lit pas. Écrivez-la 31/12/2025 14:30, ou videz-la."),
    RowProblem.TOO_LONG: N_(
        "Un identifiant ou un auteur dépasse 500 caractères. La colonne choisie est-elle la bonne ?"
    ),
    RowProblem.CELLS: N_("La ligne a plus de cellules que d'en-têtes. Mettez le texte entre guillemets."),
    RowProblem.QUOTES: N_("Un guillemet ouvert n'est pas refermé. Doublez les guillemets qui sont dans un texte."),
    RowProblem.NOT_JSON: N_("La ligne n'est pas un objet JSON."),
}
