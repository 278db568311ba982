"""Who is called in office hours, and how each person is reached; an address is typed once and never shown."""

from datetime import date

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, perform, section
from app_pages._words import tag
from i18n import N_, _
from moderation import on_call
from moderation.on_call_views import OfficeRow, RotaView, WayRow


def draw_office(view: RotaView) -> None:
    """Draw the list of office hours, and its change."""
    about = _("appelées en ce moment") if view.in_office else _("appelées les jours ouvrés, pendant les heures ouvrées")
    section(_("Heures ouvrées"), about)
    told = [_("{n}. {name}").format(n=n, name=row.name) + away(row) for n, row in enumerate(view.office, 1)]
    line(" · ".join(told) or "—")
    if not view.may_keep:
        return
    names = dict(view.people)
    with st.popover(_("Changer la liste")):
        st.multiselect(
            _("Dans l'ordre des appels"),
            list(names),
            key="office_people",
            format_func=lambda each: names.get(each, ""),
            default=[row.user_id for row in view.office],
            placeholder=_("Choisissez"),
        )
        for row in view.office:
            st.date_input(
                _("{name} : absent jusqu'au").format(name=row.name), value=row.away_until, format="DD/MM/YYYY",
                key=f"away_{row.user_id}",
            )  # fmt: skip
        st.button(_("Enregistrer la liste"), key="office_save", on_click=save_office)


def away(row: OfficeRow) -> str:
    """Return until when a person is away, in words."""
    return _(" (absent jusqu'au {day})").format(day=f"{row.away_until:%d/%m}") if row.away_until else ""


def save_office() -> None:
    """Write the list."""
    held = st.session_state
    days: dict[str, date] = {
        user_id: held[f"away_{user_id}"] for user_id in held["office_people"] if held.get(f"away_{user_id}")
    }
    done = N_("La liste des heures ouvrées est enregistrée.")
    perform(on_call.set_office, user_ids=held["office_people"], away=days, done=done)


def draw_ways(view: RotaView) -> None:
    """Draw the ways to reach each person, and the form that adds one."""
    section(_("Moyens de joindre"), _("essayés l'un après l'autre ; en dernier, le courriel du compte"))
    for row in view.ways:
        draw_way(row, may_keep=view.may_keep)
    if view.may_keep:
        draw_form(dict(view.people))


def draw_way(row: WayRow, *, may_keep: bool) -> None:
    """Draw a way: whose, what, whether the last call arrived."""
    state = tag(_("non essayé"), "idle")
    if row.last_error:
        state = tag(_("n'arrive pas"), "bad", "✖")
    elif row.delivered_at:
        state = tag(_("arrive"), "ok", "✔")
    with st.container(horizontal=True, vertical_alignment="center", key=f"way_{row.way_id}"):
        why = Markup('<span class="cv-soft">{}</span>').format(_(row.last_error)) if row.last_error else ""
        line(
            state, Markup("<strong>{}</strong>").format(row.person), f"{row.name} · {row.service} · ••••",
            ago(row.delivered_at), why, tone="bad" if row.last_error else "",
        )  # fmt: skip
        if may_keep:
            st.button(_("Essayer"), key=f"try_way_{row.way_id}", on_click=try_way, args=(row.way_id,))
            st.button(_("Retirer"), key=f"remove_way_{row.way_id}", on_click=remove, args=(row.way_id,))


def draw_form(names: dict[str, str]) -> None:
    """Draw the form of a way."""
    with st.expander(_("Ajouter un moyen de joindre")):
        st.caption(
            _(
                "Une adresse apprise : courriel (mailtos://), SMS d'un opérateur, application de téléphone (ntfys://), "
                "service web (jsons://). Elle est gardée chiffrée et ne s'affiche plus. Un appel ne porte qu'un lien, "
                "jamais un mot du commentaire."
            )
        )
        st.selectbox(_("Pour qui"), list(names), key="way_who", format_func=lambda each: names.get(each, ""))
        st.text_input(_("Nom, par exemple « Téléphone de garde »"), key="way_name")
        st.text_input(_("Adresse"), key="way_address", type="password", autocomplete="off")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(_("Ajouter"), key="way_add", type="primary", on_click=add)


def add() -> None:
    """Add the way of the form; its address leaves the screen once it is kept."""
    held = st.session_state
    perform(
        on_call.add_way,
        user_id=held.get("way_who") or "",
        name=held.get("way_name", ""),
        address=held.get("way_address", ""),
        done=N_("Moyen ajouté. Essayez-le."),
        then=lambda _way: held.update({"way_name": "", "way_address": ""}),
    )


def try_way(way_id: str) -> None:
    """Send a text to the way."""
    perform(on_call.try_way, way_id=way_id, done=N_("Essai parti. Il doit arriver dans la minute."))


def remove(way_id: str) -> None:
    """Use the way no more."""
    perform(on_call.remove_way, way_id=way_id, done=N_("Moyen retiré, son adresse est oubliée."))
