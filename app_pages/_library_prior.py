"""Posts from before Covigie: each with what the rules find in it, and the ways to take more in."""

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from app_pages._counts import counted
from app_pages._page import go, line, perform, plain, say, section
from app_pages._words import badge, tag, text
from compliance import clock
from compliance.permissions import Actor
from errors import AppError
from i18n import N_, _
from models.enums import Qualification
from models.session import reading
from workflow import prior_posts
from workflow.prior_file import NAMES, PriorEntry, prior_entry
from workflow.prior_posts import PriorCheck, PriorRow
from workflow.rows import AccountRow

UPLOADS = "_prior_uploads"
TAKEN = N_("C'est repris : vérifié par les règles, archivé, sans signature et dit comme tel.")
SHOWN = 50


def prior_tag() -> Markup:
    """Return the mark of a post that nobody signed here, for every screen that shows one."""
    return tag(_("Antérieure à Covigie, sans signature"), "special", "◷")


def draw_prior(row: PriorRow) -> None:
    """Draw a post as a sentence: where, when, what the rules find, how many comments it has."""
    link = Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(row.url, _("voir en ligne"))
    found = [
        tag(counted(n, one, several), tone, "■" if tone == "bad" else "▲")
        for n, one, several, tone in (
            (row.blocking, N_("{n} bloquant"), N_("{n} bloquants"), "bad"),
            (row.unjustified, N_("{n} à justifier"), N_("{n} à justifier"), "warn"),
        )
        if n
    ]
    with st.container(horizontal=True, vertical_alignment="center", key=f"prior_{row.post_id}"):
        line(
            badge(row.network), f"@{row.account}", f"{clock.paris(row.published_at):%d/%m/%Y}",
            Markup("<strong>« {} »</strong>").format(row.title), prior_tag(), *found,
            counted(row.comments, N_("{n} commentaire"), N_("{n} commentaires")), link,
        )  # fmt: skip
        st.button(
            _("Ouvrir"), key=f"prior_open_{row.post_id}", on_click=go, args=("review.py",), kwargs={"post": row.post_id}
        )


def draw_taking_in(actor: Actor, accounts: Sequence[AccountRow], products: Mapping[str, str]) -> None:
    """Draw both ways: a list, and one post."""
    listed, single = st.columns(2, gap="large")
    with listed:
        _draw_list(actor)
    with single:
        _draw_single(accounts, products)


def _draw_list(actor: Actor) -> None:
    section(_("Reprendre une liste"), "CSV")
    st.caption(
        _("Colonnes : réseau ; compte ; adresse ; date ; texte ; et si connus produit ; référence interne ; "
          "qualification ; visa ; titre.")
    )  # fmt: skip
    given = st.file_uploader(_("Liste"), type=["csv"], key=_uploader(), label_visibility="collapsed")
    if given is None:
        return
    try:
        with reading() as session:
            lines = prior_posts.look_at(session, actor, data=given.getvalue())
    except AppError as error:
        st.error(plain(str(error)))
        return
    for each in [one for one in lines if one.problem][:SHOWN]:
        line(_("Ligne {n} : {problem}").format(n=each.n, problem=each.problem), tone="bad")
    ready = tuple(each.entry for each in lines if each.entry and not each.problem and not each.known)
    _draw_take(lines, ready)


def _draw_take(lines: Sequence[PriorCheck], ready: tuple[PriorEntry, ...]) -> None:
    known = sum(each.known for each in lines)
    told = _("{ready} à reprendre, {known} déjà là, {wrong} à corriger.").format(
        ready=len(ready), known=known, wrong=sum(bool(each.problem) for each in lines)
    )
    line(told, tone="info")
    st.button(
        counted(len(ready), N_("Reprendre {n} publication"), N_("Reprendre {n} publications")), key="prior_take",
        type="primary", disabled=not ready, on_click=take, args=(ready,),
    )  # fmt: skip


def _uploader() -> str:
    return f"prior_file_{st.session_state.setdefault(UPLOADS, 0)}"


def take(entries: tuple[PriorEntry, ...]) -> None:
    """Take in the lines that were on the screen."""
    perform(prior_posts.take_in, entries=entries, done=TAKEN, then=_taken)


def _taken(_count: int) -> None:
    st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
    st.session_state.update(prior_text="", prior_url="", prior_ref="", prior_visa="")


def _draw_single(accounts: Sequence[AccountRow], products: Mapping[str, str]) -> None:
    section(_("En reprendre une"))
    known = {each.account_id: each for each in accounts if each.network in NAMES.values()}
    st.selectbox(
        _("Compte"), list(known), format_func=lambda key: f"{text(known[key].network)} · @{known[key].handle}",
        key="prior_account",
    )  # fmt: skip
    st.text_input(_("Adresse de la publication"), key="prior_url")
    st.text_input(_("Publiée le (31/12/2025 14:30)"), key="prior_at")
    st.text_area(_("Texte, tel qu'il a été publié"), key="prior_text", height=100)
    left, right = st.columns(2)
    left.selectbox(
        _("Produit"), ["", *products.values()], format_func=lambda name: name or _("aucun"), key="prior_product"
    )
    right.selectbox(
        _("Qualification"), ["", *Qualification], key="prior_qualification",
        format_func=lambda each: text(Qualification(each)) if each else _("inconnue"),
    )  # fmt: skip
    left.text_input(_("Référence interne"), key="prior_ref")
    right.text_input(_("Visa"), key="prior_visa")
    st.button(_("Reprendre cette publication"), key="prior_take_one", on_click=take_one, args=(known,))


def take_one(known: Mapping[str, AccountRow]) -> None:
    """Take in the post that was typed; refused, it stays in the fields."""
    state = st.session_state
    account = known.get(state.get("prior_account", ""))
    try:
        entry = prior_entry(
            network=account.network.value if account else "", handle=account.handle if account else "",
            url=state.get("prior_url", ""), at=state.get("prior_at", ""), text=state.get("prior_text", ""),
            product=state.get("prior_product", ""), internal_ref=state.get("prior_ref", ""),
            qualification=state.get("prior_qualification", ""), visa=state.get("prior_visa", ""),
        )  # fmt: skip
    except AppError as error:
        say("error", str(error))
        return
    perform(prior_posts.take_in, entries=(entry,), done=TAKEN, then=_taken)
