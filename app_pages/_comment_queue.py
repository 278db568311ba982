"""The queue around the open comment: its numbers, its filters (in the address), the rows beside it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from app_pages._clocks import ago, deadline
from app_pages._comment_decide import open_comment
from app_pages._comment_text import excerpt
from app_pages._counts import counted
from app_pages._keys import key_button
from app_pages._page import empty, parameter
from app_pages._presence import presence
from app_pages._text import marked
from app_pages._words import badge, tag, text
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import Intent, Network
from moderation import queries
from moderation.bulk import MOST
from moderation.queries import Narrowing, Queue, View
from moderation.queries.queue import QueuePage
from moderation.queries.rows import CountRow, QueueRow, QueueSummary

Veil = Callable[[QueueRow], bool]

PAGE = 25
SHOWN = 10
QUEUES = {
    Queue.PV: N_("À qualifier"),
    Queue.PRODUCT: N_("Produit nommé"),
    Queue.MEDICAL: N_("Information médicale"),
    Queue.QUALITY: N_("Qualité"),
    Queue.LEGAL: N_("Juridique"),
    Queue.COMMUNITY: N_("Communauté"),
}
NETWORKS = (Network.X, Network.FACEBOOK, Network.INSTAGRAM, Network.LINKEDIN, Network.TIKTOK, Network.YOUTUBE)
INTENTS = (Intent.SPAM, Intent.ABUSE, Intent.MEDICAL_QUESTION, Intent.COMPLAINT, Intent.TESTIMONY)
NAMES = {
    Queue.PV: "pv", Queue.PRODUCT: "produit", Queue.MEDICAL: "medical", Queue.QUALITY: "qualite",
    Queue.LEGAL: "juridique", Queue.COMMUNITY: "communaute",
}  # fmt: skip
VIEWS = {View.MINE: "", View.SKIPPED: "passes", View.HARD: "difficiles", View.ALL: "tout"}
ADDRESS: dict[str, str] = {str(key): value for key, value in (*NAMES.items(), *VIEWS.items())}
FILTERS = ("file", "vue", "reseau", "intention", "langue", "comme", "lot")


@dataclass(frozen=True)
class Filters:
    """What the address asks for: `?file=produit&vue=difficiles&reseau=x&intention=spam&langue=fr&comme=…&depuis=25`.

    `like` is a comment whose very words the others share; `many`: deciding on many at once.
    """

    queue: Queue
    network: Network | None
    offset: int
    view: View = View.MINE
    intent: Intent | None = None
    language: str = ""
    like: str = ""
    many: bool = False

    @property
    def narrowed(self) -> bool:
        """Say whether a filter may hide what waits."""
        return bool(self.network or self.intent or self.language or self.like or self.view is not View.MINE)

    @property
    def limit(self) -> int:
        """The most comments of a page."""
        return MOST if self.many else PAGE

    def page(self, session: Session, actor: Actor) -> QueuePage:
        """Return the page that is asked for; deciding on many needs the rows of all of them."""
        return queries.queue_page(
            session, queue=self.queue, narrowing=self.narrowing(actor), limit=self.limit, offset=self.offset,
            here=parameter("comment"), shown=MOST if self.many else SHOWN,
        )  # fmt: skip

    def narrowing(self, actor: Actor) -> Narrowing:
        """Return the filters for the queries; skips count where comments are decided, in the file of vigilance."""
        own = self.view if self.queue in OWN else View.ALL
        return Narrowing(own, actor.id, self.network, self.language, self.intent, self.like)


OWN = (Queue.PV, Queue.PRODUCT)


def filters(queues: Collection[Queue] = OWN) -> Filters:
    """Read the filters in the address; what cannot be read, or is not for this page, is as if it were not there."""
    first = next(iter(queues))
    queue = next((queue for queue, name in NAMES.items() if name == parameter("file") and queue in queues), first)
    network = Network(parameter("reseau")) if parameter("reseau") in list(Network) else None
    offset, language = parameter("depuis"), parameter("langue")
    return Filters(
        queue,
        network,
        int(offset) if offset.isdecimal() and len(offset) < 7 else 0,  # noqa: PLR2004
        next((view for view, name in VIEWS.items() if name and name == parameter("vue")), View.MINE),
        Intent(parameter("intention")) if parameter("intention") in list(Intent) else None,
        language if language.isalpha() and len(language) <= 3 else "",  # noqa: PLR2004
        parameter("comme"),
        parameter("lot") == "1",
    )


def set_filter(name: str, key: str) -> None:
    """Put a filter into the address, and begin at its first comment; a callback."""
    put_filter(name, st.session_state.get(key))


def put_filter(name: str, chosen: Any) -> None:
    """Put a value into the address, and begin at its first comment; nothing takes the filter out. A callback."""
    for forgotten in ("comment", "depuis", name):
        st.query_params.pop(forgotten, None)
    value = ADDRESS.get(chosen, chosen)
    if value:
        st.query_params[name] = value


def no_filter() -> None:
    """Take every filter out, the queue excepted; a callback."""
    for name in ("comment", "depuis", *FILTERS[1:]):
        st.query_params.pop(name, None)


def draw_filters(held: Filters, counts: Mapping[Queue, int]) -> None:
    """Draw the queues with how many wait in each, and the filters."""
    with st.container(horizontal=True, key="filters"):
        st.segmented_control(
            _("File"), list(counts), key="filter_queue", default=held.queue,
            format_func=lambda queue: f"{_(QUEUES[queue])} · {counts[queue]}",
            required=True, label_visibility="collapsed", on_change=set_filter, args=("file", "filter_queue"),
        )  # fmt: skip
        if held.queue in OWN:
            _draw_choice(_("Vue"), "vue", tuple(VIEWS), held.view, text, "")
        _draw_choice(_("Réseau"), "reseau", NETWORKS, held.network, text, _("Tous les réseaux"))
        _draw_choice(_("Intention"), "intention", INTENTS, held.intent, text, _("Toute intention"))
        if held.narrowed:
            st.button(_("Sans filtre"), key="no_filter", type="tertiary", on_click=no_filter)


def _draw_choice(
    label: str, name: str, offered: tuple[Any, ...], chosen: Any, words: Callable[[Any], str], nothing: str
) -> None:
    st.selectbox(
        label, offered, key=f"filter_{name}", format_func=words, placeholder=nothing or None, width=200,
        index=offered.index(chosen) if chosen in offered else None, label_visibility="collapsed",
        on_change=set_filter, args=(name, f"filter_{name}"),
    )  # fmt: skip


def summary(length: QueueSummary, total: CountRow, hidden: int = 0) -> Markup:
    """Return the state of the queue and where all that was received stands, in one line; `hidden` are my skips."""
    parts = [Markup("<strong>{}</strong>").format(_("{n} à voir").format(n=length.waiting))]
    if hidden > 0:
        parts.append(
            tag(counted(hidden, N_("et {n} que vous avez passé"), N_("et {n} que vous avez passés")), "idle", "↷")
        )
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


def draw_moves(ids: Sequence[str], here: str, leaving: str, *, same_words: bool = False) -> None:
    """Draw the position in the queue, and the way to the previous and next comments."""
    at = ids.index(here) if here in ids else -1
    before, after = (ids[at - 1] if at > 0 else ""), (ids[at + 1] if at + 1 < len(ids) else "")
    with st.container(horizontal=True, vertical_alignment="center", key="moves"):
        key_button(
            _("Précédent"), "K", key="previous", disabled=not before, on_click=open_comment, args=(before, leaving)
        )
        key_button(_("Suivant"), "J", key="next", disabled=not after, on_click=open_comment, args=(after, leaving))
        if same_words:
            st.button(_("Mêmes mots"), key="same_words", type="tertiary", on_click=put_filter, args=("comme", here))


def draw_empty(held: Filters) -> None:
    """Say what will come here, and from where; or that a filter hides what waits."""
    if held.network and held.view is View.MINE:
        empty(_("Rien à voir sur ce réseau. Retirez le filtre pour voir toute la file."))
    elif held.view is View.HARD:
        empty(_("Aucun cas difficile : ceux que deux personnes ou plus ont passés viendront ici."))
    elif held.narrowed:
        empty(_("Rien à voir avec ces filtres. « Sans filtre » montre toute la file."))
    elif held.queue is Queue.PRODUCT:
        empty(
            _("Aucun commentaire ne nomme un produit sans rien d'autre pour la PV. Ceux qui le feront viendront ici.")
        )
    else:
        empty(
            _(
                "La file est vide : tout a été vu. Chaque commentaire relevé sur les réseaux est analysé ; ceux qui "
                "sont signalés ou n'ont pas pu être analysés arrivent ici, les urgences en premier."
            )
        )


def following(ids: Sequence[str], here: str) -> str:
    """Return the comment that takes this one's place once it is decided: the next, else the one before, else none."""
    if here not in ids:
        return ids[0] if ids else ""
    at = ids.index(here)
    rest = ids[at + 1 : at + 2] or ids[max(at - 1, 0) : at]
    return rest[0] if rest else ""


def draw_rail(
    actor: Actor, rows: list[QueueRow], here: str, leaving: str, held: Filters, waiting: int, veiled: Veil
) -> None:
    """Draw the rows around the open one, each a sentence, who has it, and the way to it.

    `veiled` says for which rows the words are not shown.
    """
    for row in rows:
        _draw_row(row, actor, here=row.comment_id == here, veiled=veiled(row))
        if row.comment_id != here:
            st.button(
                _("Ouvrir"), key=f"open_{row.comment_id}", type="tertiary", on_click=open_comment,
                args=(row.comment_id, leaving),
            )  # fmt: skip
    _draw_pages(held, waiting)


def _draw_row(row: QueueRow, actor: Actor, *, here: bool, veiled: bool) -> None:
    short, spans = (_("(texte masqué à votre demande)"), []) if veiled else excerpt(row)
    signs = [tag(str(row.number), "idle", "n°")]
    signs += [tag(_("URGENCE"), "bad", "!")] if row.emergency else []
    signs += [tag(_("Grave"), "bad", "●")] if row.serious and not row.emergency else []
    signs += [who] if (who := presence(row, actor)) else []
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
