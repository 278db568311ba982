"""The queue around the open comment: its numbers, its filters (in the address), the rows beside it."""

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, deadline
from app_pages._comment_decide import open_comment
from app_pages._comment_text import excerpt
from app_pages._counts import counted
from app_pages._keys import key_button
from app_pages._page import parameter
from app_pages._text import marked
from app_pages._words import badge, tag, text
from i18n import N_, _
from models.enums import Network
from moderation.queries import Queue
from moderation.queries.rows import CountRow, QueueRow, QueueSummary

PAGE = 25
SHOWN = 10
QUEUES = {Queue.PV: N_("À qualifier"), Queue.PRODUCT: N_("Produit nommé")}
NETWORKS = (Network.X, Network.FACEBOOK, Network.INSTAGRAM, Network.LINKEDIN, Network.TIKTOK, Network.YOUTUBE)
NAMES = {Queue.PV: "pv", Queue.PRODUCT: "produit"}


@dataclass(frozen=True)
class Filters:
    """What the address asks for: `?file=produit&reseau=x&depuis=25`."""

    queue: Queue
    network: Network | None
    offset: int


def filters() -> Filters:
    """Read the filters in the address; what cannot be read is as if it were not there."""
    queue = next((queue for queue, name in NAMES.items() if name == parameter("file")), Queue.PV)
    network = Network(parameter("reseau")) if parameter("reseau") in list(Network) else None
    offset = parameter("depuis")
    return Filters(queue, network, int(offset) if offset.isdecimal() and len(offset) < 7 else 0)  # noqa: PLR2004


def set_filter(name: str, key: str) -> None:
    """Put a filter into the address, and begin at its first comment; a callback."""
    chosen = st.session_state.get(key)
    for forgotten in ("comment", "depuis", name):
        st.query_params.pop(forgotten, None)
    if chosen:
        st.query_params[name] = NAMES.get(chosen, chosen)


def draw_filters(held: Filters) -> None:
    """Draw the two filters."""
    with st.container(horizontal=True, key="filters"):
        st.segmented_control(
            _("File"), list(QUEUES), key="filter_queue", format_func=lambda queue: _(QUEUES[queue]), default=held.queue,
            required=True, label_visibility="collapsed", on_change=set_filter, args=("file", "filter_queue"),
        )  # fmt: skip
        st.selectbox(
            _("Réseau"), NETWORKS, key="filter_network", format_func=text, placeholder=_("Tous les réseaux"),
            index=NETWORKS.index(held.network) if held.network in NETWORKS else None, width=220,
            label_visibility="collapsed", on_change=set_filter, args=("reseau", "filter_network"),
        )  # fmt: skip


def summary(length: QueueSummary, total: CountRow) -> Markup:
    """Return the state of the queue and where all that was received stands, in one line."""
    parts = [Markup("<strong>{}</strong>").format(_("{n} à voir").format(n=length.waiting))]
    if length.emergencies:
        parts.append(tag(counted(length.emergencies, N_("{n} urgence"), N_("{n} urgences")), "bad", "!"))
    if length.late:
        parts.append(tag(counted(length.late, N_("{n} en retard"), N_("{n} en retard")), "bad", "●"))
    if length.oldest_awareness_at:
        parts.append(Markup("{} {}").format(_("plus ancien :"), ago(length.oldest_awareness_at)))
    return Markup(" · ").join([*parts, count_line(total)])


def count_line(total: CountRow) -> Markup:
    """Return "reçus 214 = signalés 23 + …"; that an account is silent, or that the sum fails, is said with it."""
    told = _(
        "reçus {received} = signalés {flagged} + parcourus {skimmed} + classés {cleared} + non analysés {unscreened}"
    )
    fields = ("received", "flagged", "skimmed", "cleared", "unscreened")
    said = Markup("{}").format(told.format(**{name: getattr(total, name) for name in fields}))
    if not total.holds:
        said += Markup(" ") + tag(_("le compte n'y est pas : prévenez un administrateur"), "bad", "✖")
    if total.silent:
        said += Markup(" ") + tag(_("un compte ne répond plus : il en manque peut-être"), "warn", "▲")
    return said


def draw_moves(rows: list[QueueRow], here: str, leaving: str) -> None:
    """Draw the position in the queue, and the way to the previous and next comments."""
    ids = [row.comment_id for row in rows]
    at = ids.index(here) if here in ids else -1
    before, after = (ids[at - 1] if at > 0 else ""), (ids[at + 1] if at + 1 < len(ids) else "")
    with st.container(horizontal=True, vertical_alignment="center", key="moves"):
        key_button(
            _("Précédent"), "K", key="previous", disabled=not before, on_click=open_comment, args=(before, leaving)
        )
        key_button(_("Suivant"), "J", key="next", disabled=not after, on_click=open_comment, args=(after, leaving))


def following(rows: list[QueueRow], here: str) -> str:
    """Return the comment that takes this one's place once it is decided: the next, else the one before, else none."""
    ids = [row.comment_id for row in rows]
    if here not in ids:
        return ids[0] if ids else ""
    at = ids.index(here)
    rest = ids[at + 1 : at + 2] or ids[max(at - 1, 0) : at]
    return rest[0] if rest else ""


def draw_rail(rows: list[QueueRow], here: str, leaving: str, held: Filters, waiting: int) -> None:
    """Draw the rows around the open one, ten at a time, each a sentence and the way to it."""
    at = next((n for n, row in enumerate(rows) if row.comment_id == here), 0)
    first = max(0, min(at - 2, len(rows) - SHOWN))
    for row in rows[first : first + SHOWN]:
        _draw_row(row, here=row.comment_id == here)
        if row.comment_id != here:
            st.button(
                _("Ouvrir"), key=f"open_{row.comment_id}", type="tertiary", on_click=open_comment,
                args=(row.comment_id, leaving),
            )  # fmt: skip
    _draw_pages(held, waiting)


def _draw_row(row: QueueRow, *, here: bool) -> None:
    short, spans = excerpt(row)
    signs = [tag(str(row.number), "idle", "n°")]
    signs += [tag(_("URGENCE"), "bad", "!")] if row.emergency else []
    signs += [tag(_("Grave"), "bad", "●")] if row.serious and not row.emergency else []
    signs += [tag(row.holder, "idle", "◐")] if row.holder else []
    signs += [badge(row.network, short=True), deadline(row.forward_due_at, opened_at=row.awareness_at)]
    body = Markup('<div class="cv-rail {}">{}<br>{}</div>')
    st.html(body.format("cv-here" if here else "", Markup(" ").join(signs), marked(short, spans)))


def _draw_pages(held: Filters, waiting: int) -> None:
    if waiting <= PAGE and not held.offset:
        return
    with st.container(horizontal=True):
        earlier, later = max(held.offset - PAGE, 0), held.offset + PAGE
        st.button(
            _("← les {n} d'avant").format(n=PAGE),
            key="earlier",
            disabled=not held.offset,
            on_click=turn,
            args=(earlier,),
        )
        st.button(
            _("les {n} d'après →").format(n=PAGE), key="later", disabled=later >= waiting, on_click=turn, args=(later,)
        )


def turn(offset: int) -> None:
    """Show another page of the queue; a callback."""
    st.query_params.pop("comment", None)
    st.query_params["depuis"] = str(offset)
