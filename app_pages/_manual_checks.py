"""What a person looks at by hand, because no interface shows it: who, when, what they found."""

from datetime import time

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import line, perform, section
from app_pages._words import badge, tag, text
from compliance import people
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import Role
from models.session import reading
from models.user import User
from moderation import manual_checks, private_reading
from moderation.manual_checks import StandingCheck

LOOKERS = (Role.COMMUNITY_MANAGER, Role.PV_OFFICER, Role.RESPONSIBLE_PHARMACIST)
NINE = time(9)


def draw_checks(actor: Actor) -> None:
    """Draw every blind spot, those that nobody looked at first, with what this person may do."""
    with reading() as session:
        rows = manual_checks.standing(session)
        lookers = people.holders_of(session, LOOKERS) if allows(actor, Permission.CHECK_KEEP) else ()
    if not rows:
        return
    late = sum(row.late for row in rows)
    told = counted(late, N_("{n} à regarder"), N_("{n} à regarder")) if late else _("tout a été regardé")
    section(_("À regarder à la main"), told)
    with st.container(horizontal=True):
        if allows(actor, Permission.CHECK_DO):
            _draw_found(rows)
        if lookers:
            _draw_naming(rows, list(lookers))
    for row in rows:
        _draw_row(row, actor)


def _draw_row(row: StandingCheck, actor: Actor) -> None:
    parts: list[str | Markup] = [badge(row.account.network), row.account.display_name, ":", text(row.spot)]
    if row.check and row.owner:
        parts.append(_("par {name}, chaque jour à {at}").format(name=row.owner, at=f"{row.check.at:%H:%M}"))
    else:
        parts.append(tag(_("personne n'est nommé"), "bad", "○"))
    if row.last:
        parts.append(Markup('<span class="cv-soft">{} {}</span>').format(_("regardé"), ago(row.last.looked_at)))
    if why := private_reading.why_by_hand(row.account, row.spot):
        parts.append(Markup('<span class="cv-soft">{}</span>').format(_(why)))
    if row.late:
        parts.append(tag(_("à regarder"), "warn", "◔"))
    if not (allows(actor, Permission.CHECK_DO) and row.late):
        line(*parts, tone="warn" if row.late else "ok")
        return
    told, done = st.columns([5, 1], vertical_alignment="center")
    with told:
        line(*parts, tone="warn")
    key = f"nothing_{row.account.id}_{row.spot.value}"
    done.button(_("Regardé : rien"), key=key, width="stretch", on_click=nothing, args=(row,))


def _named(row: StandingCheck) -> str:
    return f"{text(row.account.network)} {row.account.display_name} : {text(row.spot)}"


def _draw_found(rows: list[StandingCheck]) -> None:
    with st.popover(_("J'ai trouvé quelque chose…"), key="found_form"):
        st.selectbox(_("Où"), range(len(rows)), format_func=lambda n: _named(rows[n]), key="found_where")
        st.number_input(_("Combien de messages ou de commentaires"), 1, manual_checks.MOST_FOUND, 1, key="found_n")
        st.text_area(_("Quoi, et où les retrouver"), key="found_note", max_chars=manual_checks.LONGEST_NOTE)
        st.button(_("Noter"), key="found_save", type="primary", on_click=found, args=(rows,))


def _draw_naming(rows: list[StandingCheck], lookers: list[User]) -> None:
    with st.popover(_("Nommer qui regarde…"), key="naming_form"):
        st.selectbox(_("Quoi"), range(len(rows)), format_func=lambda n: _named(rows[n]), key="naming_what")
        st.selectbox(_("Qui"), lookers, format_func=lambda person: person.printed_name, key="naming_who")
        st.time_input(_("Chaque jour, avant (heure de Paris)"), NINE, key="naming_at")
        st.button(_("Enregistrer"), key="naming_save", type="primary", on_click=name, args=(rows,))


def nothing(row: StandingCheck) -> None:
    """Note a look that found nothing; a callback."""
    done = N_("Noté : vous avez regardé, il n'y avait rien.")
    perform(manual_checks.note_look, account_id=row.account.id, spot=row.spot, found=0, done=done)


def found(rows: list[StandingCheck]) -> None:
    """Note what was found; a callback."""
    row = rows[st.session_state["found_where"]]
    done = N_("Noté. Entrez maintenant chaque texte trouvé : il rejoint la même file que les autres.")
    fields = {"found": int(st.session_state["found_n"]), "note": st.session_state["found_note"]}
    perform(manual_checks.note_look, account_id=row.account.id, spot=row.spot, done=done, **fields)


def name(rows: list[StandingCheck]) -> None:
    """Name who looks, and when; a callback."""
    row = rows[st.session_state["naming_what"]]
    perform(
        manual_checks.name_owner,
        account_id=row.account.id,
        spot=row.spot,
        owner_id=st.session_state["naming_who"].id,
        at=st.session_state["naming_at"],
        row_version=row.check.row_version if row.check else None,
        done=N_("C'est enregistré. Mon travail le rappelle chaque jour à cette personne."),
    )
