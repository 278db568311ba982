"""Getting about in the calendar: month, week or list, earlier and later; the choice lives in the address."""

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st
from babel.dates import format_date

from i18n import N_, _, current_language
from workflow import planning

MONTH, WEEK, LIST = "mois", "semaine", "liste"
KINDS = {MONTH: N_("Mois"), WEEK: N_("Semaine"), LIST: N_("Liste")}
LISTED_DAYS = 60
LAST_DAY_OF_ANY = 28


def shown_days(kind: str, day: date) -> tuple[date, ...]:
    """Return the days that a view shows around a day."""
    if kind == WEEK:
        return planning.week_days(day)
    if kind == LIST:
        return tuple(day + timedelta(days=n) for n in range(LISTED_DAYS))
    return planning.month_days(day.year, day.month)


def stepped(kind: str, day: date, direction: int) -> date:
    """Return the day to show one step earlier (-1) or later (1)."""
    if kind == MONTH:
        middle = day.replace(day=15) + timedelta(days=30 * direction)
        return middle.replace(day=min(day.day, LAST_DAY_OF_ANY))
    return day + timedelta(days=direction * (7 if kind == WEEK else LISTED_DAYS))


def draw_navigation(day: date, today: date, products: Mapping[str, str]) -> tuple[str, str | None]:
    """Draw the way about; return the view and the product whose forbidden days are asked for."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            _("Vue"), list(KINDS), default=MONTH, key="vue", bind="query-params", label_visibility="collapsed",
            format_func=lambda each: _(KINDS[each]),
        )  # fmt: skip
        chosen = kind or MONTH
        st.button("‹", key="earlier", help=_("Plus tôt"), on_click=show, args=(stepped(chosen, day, -1),))
        st.button(_("Aujourd'hui"), key="today", on_click=show, args=(today,))
        st.button("›", key="later", help=_("Plus tard"), on_click=show, args=(stepped(chosen, day, 1),))
        st.markdown(f"**{title(chosen, day)}**")
    product = st.selectbox(
        _("Jours sans visa pour"), ["", *products], key="zones", bind="query-params",
        format_func=lambda each: products.get(each, "") or _("Aucun produit"),
    )  # fmt: skip
    return chosen, product or None


def title(kind: str, day: date) -> str:
    """Return what is shown, in words."""
    if kind == MONTH:
        return format_date(day, "LLLL y", locale=current_language().value)
    first, last = shown_days(kind, day)[0], shown_days(kind, day)[-1]
    return _("du {first} au {last}").format(first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")


def show(day: date) -> None:
    """Show another day's month, week or list."""
    st.query_params["jour"] = day.isoformat()
