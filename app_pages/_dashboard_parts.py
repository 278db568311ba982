"""The dashboards on the screen: each part is a chart, its figures and the same as a file."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages import _dashboard_charts as charts
from app_pages._clocks import ago, duration
from app_pages._page import empty, line, section
from app_pages._words import text
from compliance import clock
from i18n import N_, _
from models.enums import Network
from moderation import dashboard_sheets as tables
from moderation.dashboard_sheets import Sheet
from moderation.deadlines import paris_day
from moderation.figures import Time
from moderation.quality_report import agreed, percent, sentence
from moderation.queries.dashboards import Chosen, Dashboard

PERIODS = {7: N_("7 jours"), 30: N_("30 jours"), 90: N_("3 mois"), 365: N_("12 mois")}
USUAL = 30


def draw_filters(products: list[str]) -> Chosen:
    """Draw period, network and product, kept in the address; return what was chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = st.segmented_control(
            _("Période"), list(PERIODS), default=USUAL, format_func=lambda n: _(PERIODS[n]), key="periode",
            bind="query-params",
        )  # fmt: skip
        network = st.selectbox(
            _("Réseau"), list(Network), index=None, format_func=text, key="reseau", placeholder=_("Tous les réseaux"),
            bind="query-params", width=200,
        )  # fmt: skip
        product = st.selectbox(
            _("Produit"), products, index=None, key="produit", placeholder=_("Tous les produits"),
            bind="query-params", width=240,
        )  # fmt: skip
    today = paris_day(clock.now())
    return Chosen(today - timedelta(days=(days or USUAL) - 1), today, network, product or "")


def draw(view: Dashboard) -> None:
    """Draw every part, then the whole as a document."""
    sheets = {sheet.key: sheet for sheet in tables.sheets(view, text)}
    _draw_volumes(view, sheets["volumes"])
    _draw_times(view, sheets["delais"])
    left, right = st.columns(2)
    with left:
        _draw_cases(view, sheets["cas-par-produit"], view.cases_by_product, tables.product_word)
    with right:
        _draw_cases(view, sheets["cas-par-reaction"], view.cases_by_reaction, tables.reaction_word)
    _draw_signals(view, sheets["signaux"])
    _draw_answers(view, sheets["reponses"])
    _draw_quality(view, sheets["qualite"])
    st.download_button(
        _("Tous les tableaux (DOCX)"),
        data=lambda: tables.as_docx(view, text),
        file_name=f"tableaux-de-bord-{view.chosen.first}-{view.chosen.last}.docx",
        key="docx",
        on_click="ignore",
    )


def _file(view: Dashboard, sheet: Sheet) -> None:
    st.download_button(
        _("CSV"),
        data=lambda: tables.as_csv(sheet),
        file_name=f"{sheet.key}-{view.chosen.first}-{view.chosen.last}.csv",
        mime="text/csv",
        key=f"csv_{sheet.key}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def _table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    st.dataframe([dict(zip(columns, row, strict=True)) for row in rows], hide_index=True)


def _draw_volumes(view: Dashboard, sheet: Sheet) -> None:
    section(sheet.title, _since(view))
    told = _("{received} reçus, {flagged} signalés ({share}), {unscreened} non analysés.")
    share = percent(view.flagged / view.received) if view.received else "—"
    line(told.format(received=view.received, flagged=view.flagged, share=share, unscreened=view.unscreened))
    if not view.volumes:
        empty(_("Rien n'a été reçu sur la période. Choisissez-en une plus longue, ou un autre réseau."))
        return
    charts.draw_chart(charts.volume_chart, view.volumes)
    _file(view, sheet)


def _since(view: Dashboard) -> str | Markup:
    if view.counted_at is None:
        return _("aujourd'hui à l'instant, les jours passés au dernier passage du moteur")
    return Markup("{} {}").format(_("aujourd'hui à l'instant, les jours passés"), ago(view.counted_at))


def _draw_times(view: Dashboard, sheet: Sheet) -> None:
    section(sheet.title, _("au calendrier, arrondis au-dessus"))
    if any(one.median for one in view.times.values()):
        charts.draw_chart(charts.time_chart, tuple(view.times.items()))
    columns = (_("Délai"), _("Terminés"), _("Encore ouverts"), _("Médiane"), _("9 sur 10 en moins de"))
    _table(
        columns,
        [
            (_(tables.TIMES[what]), one.done, one.still_open, _length(one.median), _length(one.nine_in_ten))
            for what, one in view.times.items()
        ],
    )
    if view.times[Time.SEE].still_open:
        st.caption(_("Ce que l'analyse a classé reste « non vu » tant que personne ne l'a parcouru."))
    _file(view, sheet)


def _length(length: timedelta | None) -> str:
    return "—" if length is None else duration(length) if length else _("aussitôt")


def _draw_cases(
    view: Dashboard, sheet: Sheet, counted: tuple[tuple[str, int], ...], word: Callable[[str], str]
) -> None:
    section(sheet.title)
    if counted:
        charts.draw_chart(charts.count_chart, counted, word)
        _file(view, sheet)
    else:
        empty(_("Aucun cas n'a été ouvert sur la période."))


def _draw_signals(view: Dashboard, sheet: Sheet) -> None:
    section(sheet.title, _("par semaine, contre les huit semaines d'avant"))
    for one in view.signals:
        if one.rises:
            told = _("▲ {signal}, semaine du {monday} : {count} sur {total}, plus qu'avant au-delà du hasard (99 %).")
            words = told.format(
                signal=_(tables.SIGNAL_WORDS[one.name]), monday=f"{one.monday:%d/%m}", count=one.count, total=one.total
            )
            line(words, tone="warn")
    if any(one.total for one in view.signals):
        charts.draw_chart(charts.signal_chart, view.signals)
        _file(view, sheet)
    else:
        empty(_("Rien n'a été reçu ces huit dernières semaines."))


def _draw_answers(view: Dashboard, sheet: Sheet) -> None:
    section(sheet.title)
    told = _("{share} absorbées sans texte libre : {library} réponses de la bibliothèque, {free} en texte libre.")
    absorbed = view.absorbed
    line(told.format(share=percent(absorbed.share), library=absorbed.library, free=absorbed.free))
    line(_("{n} classés sans réponse, avec une raison.").format(n=absorbed.waived))
    _file(view, sheet)


def _draw_quality(view: Dashboard, sheet: Sheet) -> None:
    section(sheet.title, _("tous réseaux et produits"))
    line(sentence(view.recall), tone="info")
    line(agreed(view.agreement))
    heard = view.heard
    told = _("{heard} comptes entendus sur {accounts}").format(
        heard=heard.accounts - len(heard.silent), accounts=heard.accounts
    )
    silent = [f"{name} ({text(network)})" for name, network in heard.silent]
    names = _("sans nouvelles : {names}").format(names=", ".join(silent)) if heard.silent else ""
    line(f"{told}.", names, tone="bad" if heard.silent else "ok")
    _file(view, sheet)
