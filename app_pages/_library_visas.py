"""One visa with what rests on it and what the ANSM may decide; the planner; the form of a new one."""

from collections.abc import Mapping
from datetime import date

import streamlit as st
from markupsafe import Markup

from app_pages._counts import counted
from app_pages._page import line, perform, section
from app_pages._words import badge, tag, text
from compliance import clock
from i18n import N_, _
from models.enums import PostStatus, VisaAction, VisaKind
from workflow import visas
from workflow.cascade import RestingRow
from workflow.visa_windows import Window, last_day, next_window, source, window_for
from workflow.visas import VisaRow

SOON = 90
SHOWN = 14


def draw_visa(row: VisaRow) -> None:
    """Draw a visa as a sentence, what rests on it, and the decisions that may be entered."""
    with st.container(border=True, key=f"visa_{row.visa_id}"):
        line(
            badge(row.status),
            Markup("<strong>{}</strong>").format(row.number),
            f"· {text(row.kind)} · {row.product}",
            *validity(row),
            tone="warn" if row.days_left is not None and row.days_left <= SOON else "",
        )
        line(resting(row.posts))
        with st.container(horizontal=True):
            for action in row.actions:
                draw_action(row, action)


def validity(row: VisaRow) -> list[str | Markup]:
    """Return since when and until when a visa runs, and how long that still is."""
    if row.granted is None or row.expires is None:
        return [_("· déposé le {day}").format(day=f"{row.filed:%d/%m/%Y}")] if row.filed else []
    runs = _("· du {first} au {last} inclus").format(first=f"{row.granted:%d/%m/%Y}", last=f"{row.expires:%d/%m/%Y}")
    left = row.days_left
    if left is None or left > SOON:
        return [runs]
    return [runs, tag(counted(left, N_("encore {n} jour"), N_("encore {n} jours")), "warn", "◐")]


def resting(posts: tuple[RestingRow, ...], nothing: str = "") -> Markup:
    """Return what rests on something: "14 publications concernées, 3 en ligne", the titles below."""
    if not posts:
        return Markup('<span class="cv-soft">{}</span>').format(nothing or _("Aucune publication n'en dépend."))
    live = sum(post.live > 0 for post in posts)
    waiting = sum(post.status is PostStatus.SCHEDULED for post in posts)
    said = counted(len(posts), N_("{n} publication concernée"), N_("{n} publications concernées"))
    parts = (
        (waiting, N_("{n} programmée"), N_("{n} programmées")),
        (live, N_("{n} en ligne"), N_("{n} en ligne")),
    )
    detail = "".join(f", {counted(n, one, several)}" for n, one, several in parts if n)
    titles = ", ".join(f"« {post.title} »" for post in posts[:SHOWN])
    return Markup('{}{}<br><span class="cv-soft">{}</span>').format(said, detail, titles)


def draw_action(row: VisaRow, action: VisaAction) -> None:
    """Draw the way to enter one decision of the ANSM; what would fall is said before it is done."""
    with st.popover(text(action), key=f"ask_{action}_{row.visa_id}"):
        if action is VisaAction.GRANT:
            st.date_input(
                _("Jour de l'octroi"), value=clock.paris(clock.now()).date(), format="DD/MM/YYYY",
                key=f"on_{row.visa_id}",
            )  # fmt: skip
        else:
            st.html(resting(row.posts))
            if action in {VisaAction.SUSPEND, VisaAction.WITHDRAW} and row.posts:
                st.warning(
                    _("Ce qui est programmé est suspendu aussitôt ; un retrait est demandé pour ce qui est en ligne.")
                )
            st.text_input(_("Raison, décision ou référence"), key=f"why_{action}_{row.visa_id}")
        st.button(
            _("Inscrire"), key=f"{action}_{row.visa_id}", type="primary", on_click=enter,
            args=(row.visa_id, row.row_version, action),
        )  # fmt: skip


def enter(visa_id: str, row_version: int, action: VisaAction) -> None:
    """Enter the decision on the screen."""
    perform(
        visas.change_visa,
        done=N_("Décision inscrite au registre."),
        visa_id=visa_id,
        row_version=row_version,
        action=action,
        on=st.session_state.get(f"on_{visa_id}"),
        reason=st.session_state.get(f"why_{action}_{visa_id}", ""),
    )


def draw_planner() -> None:
    """Say when to file so that a visa runs on a day, and what that gives."""
    section(_("Quand déposer ?"), source())
    today = clock.paris(clock.now()).date()
    kind = st.segmented_control(_("Visa"), list(VisaKind), default=VisaKind.GP, format_func=text, key="plan_kind")
    target = st.date_input(_("Première diffusion souhaitée"), value=today, format="DD/MM/YYYY", key="plan_day")
    chosen = kind or VisaKind.GP
    for sentence in advice(chosen, target or today, today):
        line(sentence)
    st.caption(_("Un visa vaut deux ans à compter de l'octroi. « ? » : période à vérifier auprès de l'ANSM."))


def advice(kind: VisaKind, target: date, today: date) -> list[str]:
    """Return what the planner says: the last period in time with its dates, or the next one and what it gives."""
    window = window_for(kind, target, today)
    if window is None:
        coming = next_window(kind, today)
        if coming is None:
            return [_("Aucune période de dépôt connue n'est à venir : attendez le calendrier de l'ANSM.")]
        too_late = _("Trop tard pour cette date. Prochaine période : du {first} au {last}, octroi tacite le {tacit}.")
        return [_filled(too_late, coming)]
    said = _("Déposez entre le {first} et le {last} : sans réponse, le visa est acquis le {tacit}.")
    until = _("Il vaudrait jusqu'au {day} inclus.").format(day=f"{last_day(window.tacit_on):%d/%m/%Y}")
    return [_filled(said, window), until]


def _filled(sentence: str, window: Window) -> str:
    """Fill in the dates of a period; one that is not certain wears a question mark."""
    doubt = "" if window.certain else " ?"
    first, last, tacit = (f"{day:%d/%m/%Y}" for day in (window.first, window.last, window.tacit_on))
    return sentence.format(first=first, last=last + doubt, tacit=tacit)


def draw_filing(products: Mapping[str, str]) -> None:
    """Draw the form that enters a request filed with the ANSM."""
    section(_("Inscrire un dépôt"))
    st.text_input(_("Numéro du visa ou du dossier"), key="visa_number")
    st.segmented_control(_("Nature"), list(VisaKind), default=VisaKind.GP, format_func=text, key="visa_kind")
    st.selectbox(_("Produit"), list(products), format_func=products.__getitem__, key="visa_product")
    st.date_input(_("Déposé le"), value=None, format="DD/MM/YYYY", key="visa_filed")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Inscrire le dépôt"), key="visa_file", on_click=file, disabled=not products)


def file() -> None:
    """Enter the request on the screen."""
    state = st.session_state
    perform(
        visas.file_visa,
        done=N_("Dépôt inscrit au registre."),
        then=lambda _visa: state.update(visa_number=""),
        number=state["visa_number"],
        kind=state["visa_kind"] or VisaKind.GP,
        product_id=state["visa_product"],
        filed=state["visa_filed"],
    )
