"""The dashboards as tables: what stands on the screen, in CSV for a spreadsheet and in DOCX for a meeting."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from compliance import clock
from compliance.documents import Heading, listing, new_document, note, section, to_bytes
from i18n import N_, Language, _, current_language
from moderation.figures import Time
from moderation.quality_report import agreed, percent, sentence
from moderation.queries.dashboards import SIGNALS, Absorbed, Chosen, Dashboard, Volume
from moderation.queries.day_figures import NOT_CODED
from settings import get_settings

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
PAGE_CENTIMETRES = 17.0
Said = Callable[[StrEnum], str]

TIMES = {
    Time.SEE: N_("Vu par une personne"),
    Time.DECIDE: N_("Décidé par la pharmacovigilance"),
    Time.FORWARD: N_("Cas transmis"),
    Time.ANSWER: N_("Réponse confirmée"),
}
SIGNAL_WORDS = dict(
    zip(
        SIGNALS,
        (N_("Concurrent nommé"), N_("Rupture de stock"), N_("Irritants (réclamations)"), N_("Désinformation")),
        strict=True,
    )
)
GROUPS = {
    "allergic": N_("Allergie"), "bleeding": N_("Saignement"), "cardiac": N_("Cœur"), "digestive": N_("Digestion"),
    "falls": N_("Chute"), "fatigue": N_("Fatigue"), "fever": N_("Fièvre"), "gyneco": N_("Gynécologie"),
    "hair": N_("Cheveux"), "local": N_("Réaction locale"), "neuro": N_("Système nerveux"), "organ": N_("Organe"),
    "pain": N_("Douleur"), "psych": N_("Psychisme"), "respiratory": N_("Respiration"), "senses": N_("Sens"),
    "sexual": N_("Sexualité"), "skin": N_("Peau"), "sleep": N_("Sommeil"), "urinary": N_("Urines"),
    "weight": N_("Poids"),
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A table: its key (a file's name), its title, its columns, its rows of words and numbers."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def product_word(name: str) -> str:
    """Return a product of the register, or the word for all that is not in it."""
    return _("hors registre ou non précisé") if name == NOT_CODED else name


def reaction_word(key: str) -> str:
    """Return a coded term, the group of a reaction that nobody coded, or the word for neither."""
    kind, _colon, value = key.partition(":")
    return value if kind == "case_term" else _(GROUPS[value]) if value in GROUPS else _("non codée")


def hours(length: timedelta | None) -> str:
    """Return a length in hours, with the decimal sign of a French spreadsheet; empty for none."""
    return "" if length is None else f"{length.total_seconds() / 3600:.2f}".replace(".", ",")


def sheets(view: Dashboard, said: Said) -> tuple[Sheet, ...]:
    """Return every table of a view; `said` gives a state's word."""
    return (
        _volumes(view, said),
        _times(view),
        _counted("cas-par-produit", _("Cas par produit"), _("Produit"), view.cases_by_product, product_word),
        _counted("cas-par-reaction", _("Cas par réaction"), _("Réaction"), view.cases_by_reaction, reaction_word),
        _signals(view),
        _answers(view.absorbed),
        _quality(view),
    )


def _volumes(view: Dashboard, said: Said) -> Sheet:
    rows = _volume_rows(view.volumes, said, current_language())
    return Sheet("volumes", _("Volumes"), (_("Jour"), _("Réseau"), _("Reçus"), _("Signalés")), rows)


@lru_cache(16)
def _volume_rows(volumes: tuple[Volume, ...], said: Said, _language: Language) -> tuple[tuple[str, ...], ...]:
    return tuple((f"{one.day:%d/%m/%Y}", said(one.network), str(one.received), str(one.flagged)) for one in volumes)


def _times(view: Dashboard) -> Sheet:
    columns = (_("Délai"), _("Terminés"), _("Encore ouverts"), _("Médiane (h)"), _("9 sur 10 en moins de (h)"))
    rows = tuple(
        (_(TIMES[what]), str(one.done), str(one.still_open), hours(one.median), hours(one.nine_in_ten))
        for what, one in view.times.items()
    )
    return Sheet("delais", _("Délais, éléments ouverts compris"), columns, rows)


def _counted(
    key: str, title: str, column: str, counted: tuple[tuple[str, int], ...], word: Callable[[str], str]
) -> Sheet:
    return Sheet(key, title, (column, _("Cas")), tuple((word(name), str(n)) for name, n in counted))


def _signals(view: Dashboard) -> Sheet:
    columns = (_("Signal"), _("Semaine du"), _("Nombre"), _("Reçus"), _("Part"), _("Intervalle (95 %)"), _("Hausse"))
    rows = tuple(
        (
            _(SIGNAL_WORDS[one.name]), f"{one.monday:%d/%m/%Y}", str(one.count), str(one.total),
            percent(one.count / one.total, 2) if one.total else "—", f"{percent(one.low, 2)} – {percent(one.high, 2)}",
            _("oui") if one.rises else _("non"),
        )
        for one in view.signals
    )  # fmt: skip
    return Sheet("signaux", _("Signaux faibles"), columns, rows)


def _answers(absorbed: Absorbed) -> Sheet:
    counted = (
        (_("Réponses de la bibliothèque"), absorbed.library),
        (_("Réponses en texte libre"), absorbed.free),
        (_("Classés sans réponse, avec une raison"), absorbed.waived),
    )
    return Sheet("reponses", _("Réponses"), (_("Issue"), _("Nombre")), tuple((name, str(n)) for name, n in counted))


def _quality(view: Dashboard) -> Sheet:
    told = _("{heard} comptes entendus sur {accounts}").format(
        heard=view.heard.accounts - len(view.heard.silent), accounts=view.heard.accounts
    )
    rows = (
        (_("Rappel"), sentence(view.recall)),
        (_("Accord"), agreed(view.agreement)),
        (_("Couverture"), told),
    )
    return Sheet("qualite", _("Qualité et couverture"), (_("Mesure"), _("Résultat")), rows)


def as_csv(sheet: Sheet) -> bytes:
    """Return a table as CSV that a French spreadsheet opens: semicolons, UTF-8 with its mark, no formula."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(sheet.columns)
    for row in sheet.rows:
        writer.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row)
    return made.getvalue().encode("utf-8-sig", "replace")


def as_docx(view: Dashboard, said: Said) -> bytes:
    """Return all the tables as one document."""
    period = between(view.chosen.first, view.chosen.last)
    title = _("{company}, {between}").format(company=get_settings().company, between=period)
    document = new_document(Heading(_("Tableaux de bord"), title, period, clock.now()))
    note(document, scope(view.chosen, said))
    for sheet in sheets(view, said):
        section(document, sheet.title)
        width = PAGE_CENTIMETRES / len(sheet.columns)
        listing(document, sheet.columns, sheet.rows, [width] * len(sheet.columns), empty=_("Rien sur la période."))
    return to_bytes(document)


def between(first: date, last: date) -> str:
    """Return a period in words."""
    return _("du {first} au {last}").format(first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")


def scope(chosen: Chosen, said: Said) -> str:
    """Return in words what was chosen, and how it is counted."""
    network = said(chosen.network) if chosen.network else _("tous les réseaux")
    told = _(
        "{network} · {product}. Jours de Paris ; chaque commentaire compte au jour de sa réception, chaque cas à celui "
        "de son ouverture. Un élément encore ouvert compte avec son âge. Délais au calendrier, arrondis au-dessus. Le "
        "rappel et l'accord portent sur tous les réseaux et produits."
    )
    return told.format(network=network, product=chosen.product or _("tous les produits"))
