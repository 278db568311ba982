"""The monthly report on quality for an inspector: the sentence, the figures behind it, how each was counted."""

from datetime import date
from typing import Any

from compliance import clock, documents
from compliance.documents import Heading
from compliance.permissions import Actor
from i18n import N_, _, current_language
from moderation.agreement import Agreement
from moderation.queries.quality import NEAR, QualityView
from moderation.recall import Recall

STRATA = {NEAR: N_("risque résiduel proche du seuil"), "rest": N_("les autres commentaires classés")}
FEW = N_("Trop peu de lectures pour conclure.")


def number(value: float, digits: int = 1) -> str:
    """Return a number with the decimal sign of the reader's language."""
    written = f"{value:.{digits}f}".removesuffix(".0")
    return written.replace(".", ",") if current_language() == "fr" else written


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share in words, a dash where there is none."""
    return "—" if share is None else _("{n} %").format(n=number(100 * share, digits))


def sentence(recall: Recall) -> str:
    """Return recall in one sentence that a manager understands."""
    if recall.point is None:
        return _("Aucun cas n'a encore été confirmé sur la période : le rappel ne se mesure pas.")
    told = _(
        "Sur 100 cas reçus, la détection en a mis {point} d'elle-même devant une personne ; avec une confiance de "
        "95 %, entre {low} et {high}."
    )
    return told.format(
        low=number(100 * (recall.low or 0)), point=number(100 * recall.point), high=number(100 * (recall.high or 0))
    )


def agreed(found: Agreement) -> str:
    """Return how far two readers agree, in one sentence."""
    if found.raw is None:
        return _("Aucune décision n'a été relue par une seconde personne sur la période.")
    told = _(
        "{same} décisions sur {pairs} relues à l'aveugle sont les mêmes ({raw}, entre {low} et {high}) ; kappa de "
        "Cohen {kappa}, AC1 de Gwet {ac1}."
    )
    return told.format(
        same=found.same,
        pairs=found.pairs,
        raw=percent(found.raw),
        low=percent(found.low),
        high=percent(found.high),
        kappa=coefficient(found.kappa),
        ac1=coefficient(found.ac1),
    )


def coefficient(value: float | None) -> str:
    """Return a coefficient with two decimals, a dash where it is not defined."""
    return "—" if value is None else number(value, 2)


def filename(first_day: date) -> str:
    """Return the name of a month's report."""
    return f"qualite-{first_day:%Y-%m}.docx"


def build(view: QualityView, actor: Actor) -> bytes:
    """Return the report as a DOCX."""
    title = _("Qualité de la détection et de la lecture, {month}").format(month=f"{view.first_day:%m/%Y}")
    heading = Heading(_("Rapport mensuel"), title, f"qualite-{view.first_day:%Y-%m}", clock.now())
    document = documents.new_document(heading)
    _recall(document, view)
    _reading(document, view)
    documents.note(document, _("Établi par {name}.").format(name=actor.printed_name))
    return documents.to_bytes(document)


def _recall(document: Any, view: QualityView) -> None:
    found = view.recall
    documents.section(document, _("Rappel sur le flux de l'entreprise"))
    documents.note(document, sentence(found))
    documents.facts(
        document,
        [
            (_("Cas signalés par la détection"), found.caught),
            (_("Cas retrouvés par la relecture"), found.found),
            (_("Cas manqués, estimation pondérée"), number(found.missed)),
            (_("Cas manqués au plus (95 %)"), found.most_missed),
            (_("Classés relus / classés"), f"{found.read} / {found.population}"),
        ],
    )
    titles = (_("Strate"), _("Classés"), _("Relus"), _("Cas trouvés"), _("En attente"))
    rows = [(_(STRATA[one.name]), one.population, one.read, one.found, one.pending) for one in view.strata]
    documents.listing(document, titles, rows, (7.0, 2.5, 2.5, 2.5, 2.5), empty=_("Aucun commentaire classé."))
    documents.note(
        document,
        _(
            "Méthode : estimation de Horvitz et Thompson par strate ; borne hypergéométrique exacte de population "
            "finie, partagée entre les strates non relues en entier ; un commentaire sorti et pas encore décidé "
            "compte comme manqué dans la borne."
        ),
    )


def _reading(document: Any, view: QualityView) -> None:
    documents.section(document, _("Lecture"))
    documents.note(document, agreed(view.agreement))
    laid, missed = view.witnesses_laid, view.witnesses_missed
    documents.facts(document, [(_("Témoins suspects lus"), laid), (_("Témoins suspects passés"), missed)])
    titles = (_("Personne"), _("Décisions"), _("Dont cas"), _("Dérive"))
    rows = [(one.name, one.decisions, one.cases, _("oui") if one.drifts else _("non")) for one in view.readers]
    documents.listing(document, titles, rows, (8.0, 3.0, 3.0, 3.0), empty=_(FEW))
    titles = (_("Réseau"), _("Reçus"), _("Signalés"), _("Dérive"))
    lines = [
        (one.network.value, one.received, one.flagged, _("oui") if one.drifts else _("non")) for one in view.networks
    ]
    documents.listing(document, titles, lines, (8.0, 3.0, 3.0, 3.0), empty=_("Aucun commentaire reçu."))
    documents.note(
        document,
        _("Dérive : les intervalles exacts à 99 % du mois et des trois mois d'avant n'ont rien en commun."),
    )
