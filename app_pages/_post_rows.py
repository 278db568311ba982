"""The list of posts: its filters, which live in the address, and one row, which is a sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, exact
from app_pages._counts import counted
from app_pages._library_prior import prior_tag
from app_pages._page import go, line, perform
from app_pages._text import titled
from app_pages._words import badge, tag, text, word
from compliance import clock
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import Network, PostStatus, Role
from models.session import reading
from workflow import autosave, editing
from workflow.rows import AccountRow, PostRow, ProductRow

PAGE = 25
WRITABLE = frozenset({PostStatus.DRAFT, PostStatus.CHANGES_REQUESTED, PostStatus.REJECTED, PostStatus.WITHDRAWN})


@dataclass(frozen=True)
class Filters:
    """What was asked for: the arguments of `list_posts`."""

    arguments: dict[str, Any]

    @property
    def any(self) -> bool:
        """Say whether anything narrows the list."""
        return any(self.arguments.values())


def draw_filters(products: Sequence[ProductRow], accounts: Sequence[AccountRow], *, mine: bool) -> Filters:
    """Draw the filters as the address has them; return what they ask for."""
    names = {row.product_id: row.name for row in products}
    networks = sorted({account.network.value for account in accounts})
    from_address([status.value for status in PostStatus], ["", *networks], ["", *names])
    st.pills(
        _("État"), [status.value for status in PostStatus], selection_mode="multi", key="etat", on_change=to_address,
        format_func=lambda value: text(PostStatus(value)), label_visibility="collapsed",
    )  # fmt: skip
    search, network, product, own = st.columns([4, 2, 2, 2], vertical_alignment="center")
    hidden: dict[str, Any] = {"label_visibility": "collapsed", "on_change": to_address}
    search.text_input(_("Mots du titre"), placeholder=_("Mots du titre"), key="mots", type="search", **hidden)
    network.selectbox(
        _("Réseau"), ["", *networks], key="reseau", **hidden,
        format_func=lambda value: text(Network(value)) if value else _("Tous les réseaux"),
    )  # fmt: skip
    product.selectbox(
        _("Produit"), ["", *names], key="produit", **hidden,
        format_func=lambda value: names.get(value, "") or _("Tous les produits"),
    )  # fmt: skip
    if mine:
        own.toggle(_("Les miennes"), key="miennes", on_change=to_address)
    return _asked()


def from_address(statuses: Sequence[str], networks: Sequence[str], products: Sequence[str]) -> None:
    """Fill the filters from the address; what it does not know is left out.

    The address holds values and not the words on the screen, so that a link opens the same view in both languages.
    """
    asked, state = st.query_params, st.session_state
    state.setdefault("etat", [each for each in asked.get("etat", "").split(",") if each in statuses])
    state.setdefault("mots", asked.get("mots", ""))
    state.setdefault("reseau", asked.get("reseau", "") if asked.get("reseau") in networks else "")
    state.setdefault("produit", asked.get("produit", "") if asked.get("produit") in products else "")
    state.setdefault("miennes", asked.get("miennes") == "1")


def to_address() -> None:
    """Put the filters into the address, where a colleague or the browser's history finds them."""
    state = st.session_state
    told = {
        "etat": ",".join(state.get("etat") or ()),
        "mots": state.get("mots") or "",
        "reseau": state.get("reseau") or "",
        "produit": state.get("produit") or "",
        "miennes": "1" if state.get("miennes") else "",
    }
    st.query_params.from_dict({name: value for name, value in told.items() if value})


def _asked() -> Filters:
    state = st.session_state
    return Filters(
        {
            "statuses": tuple(PostStatus(value) for value in state["etat"] or ()),
            "network": Network(state["reseau"]) if state["reseau"] else None,
            "mine": bool(state["miennes"]),
            "words": state["mots"] or "",
            "product_id": state["produit"] or None,
        }
    )


def draw_unfinished(actor: Actor) -> None:
    """Draw one's own drafts that are no post yet: nobody else sees them."""
    with reading() as session:
        drafts = editing.unfinished(session, actor)
    for draft in drafts:
        with st.container(
            horizontal=True, wrap=False, vertical_alignment="center", border=True, key=f"new_{draft.draft_id}"
        ):
            title = Markup("<strong>« {} »</strong>").format(draft.title or _("(sans titre)"))
            told = Markup('<span class="cv-soft">{}</span>').format(_("vous seul le voyez"))
            line(tag(_("Brouillon en cours"), "idle", "✎"), title, told, ago(draft.updated_at))
            st.button(
                _("Écrire"), key=f"open_{draft.draft_id}", on_click=go, args=("editor.py",),
                kwargs={"draft": draft.draft_id},
            )  # fmt: skip
            st.button(
                _("Abandonner"), key=f"drop_{draft.draft_id}", on_click=drop, args=(draft.draft_id, draft.row_version)
            )


def drop(draft_id: str, row_version: int) -> None:
    """Set aside a draft that is no post yet."""
    perform(autosave.drop_draft, draft_id=draft_id, row_version=row_version, done=N_("Brouillon abandonné."))


def draw_row(actor: Actor, row: PostRow) -> None:
    """Draw a post as a sentence: state, title, whom it waits for, since when, what it wants of me."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", border=True, key=f"row_{row.post_id}"):
        line(*_sentence(row), tone=_tone(row))
        label, page = _way(actor, row)
        st.button(label, key=f"open_{row.post_id}", on_click=go, args=(page,), kwargs={"post": row.post_id})


def _sentence(row: PostRow) -> Iterable[str | Markup]:
    yield badge(row.status)
    if row.prior:
        yield prior_tag()
    yield titled(row.title)
    yield "· " + (" · ".join(text(network) for network in dict.fromkeys(row.networks)) or _("aucun compte"))
    if row.planned_at:
        when = clock.paris(row.planned_at).strftime("%d/%m %H:%M")
        yield Markup('<span title="{}">· {}</span>').format(
            exact(row.planned_at), _("pour le {when}").format(when=when)
        )
    if row.waiting_for:
        roles = _(" et ").join(text(role) for role in Role if role in row.waiting_for)
        yield Markup("<span>· {}</span>").format(_("attend : {roles}").format(roles=roles))
    if row.blocking_findings:
        yield tag(counted(row.blocking_findings, N_("{n} bloquant"), N_("{n} bloquants")), "bad", "■")
    if row.open_findings:
        yield tag(counted(row.open_findings, N_("{n} à justifier"), N_("{n} à justifier")), "warn", "▲")
    origin = Markup('<span class="cv-soft">{} · v{} ·</span>').format(row.author, row.version_n)
    yield Markup("<br>{} {}").format(origin, ago(row.updated_at))


def _tone(row: PostRow) -> str:
    tone = word(row.status).tone
    return "" if tone == "idle" else tone


def _way(actor: Actor, row: PostRow) -> tuple[str, str]:
    if row.status in WRITABLE and allows(actor, Permission.POST_WRITE):
        return (_("Écrire") if row.status is PostStatus.DRAFT else _("Reprendre")), "editor.py"
    mine = allows(actor, Permission.POST_REVIEW) and bool(actor.roles & set(row.waiting_for))
    return (_("Relire") if mine and row.author_id != actor.id else _("Ouvrir")), "review.py"
