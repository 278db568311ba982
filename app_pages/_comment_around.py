"""What stands around a comment, folded: the thread, the post with its plan, the author, the cases, the history."""

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from app_pages._clocks import ago
from app_pages._comment_cases import draw_cases, draw_wave
from app_pages._comment_history import decided, draw_history
from app_pages._comment_reveal import draw_reveal
from app_pages._counts import counted
from app_pages._page import line, plain, show_comment
from app_pages._terms_holds import draw_hold
from app_pages._text import draw, escaped
from app_pages._words import badge, tag, text
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import PvFacet
from models.session import reading
from moderation import queries
from moderation.queries import Fold
from moderation.queries.around_rows import Around, AuthorLine, ThreadNode
from moderation.queries.rows import CommentView

MUCH = 20


def draw_around(view: CommentView, actor: Actor) -> None:
    """Draw all that stands around a comment; what needs an act (a wave, a case to attach to) comes first."""
    comment_id = view.row.comment_id
    opened = {fold: st.session_state.get(fold_key(fold, comment_id)) for fold in Fold}
    with reading() as session:
        around = queries.around(
            session, comment_id, opened=[fold for fold in Fold if opened[fold]],
            short=0 if opened[Fold.THREAD] is False else MUCH,
        )  # fmt: skip
    draw_wave(around)
    draw_cases(view, around)
    if around.others:
        one, several = N_("Fil de discussion : {n} autre message"), N_("Fil de discussion : {n} autres messages")
        with _fold(Fold.THREAD, comment_id, counted(around.others, one, several), expanded=around.others <= MUCH):
            for node in around.thread:
                _draw_node(node)
    _draw_post(view, around)
    _draw_author(view, around, actor)
    with _fold(Fold.HISTORY, comment_id, _("Historique")):
        draw_history(around.history)
        if opened[Fold.HISTORY]:
            draw_hold(comment_id, actor)


def fold_key(fold: Fold, comment_id: str) -> str:
    """Return where it is kept whether a fold of a comment is open."""
    return f"fold_{fold}_{comment_id}"


def _fold(fold: Fold, comment_id: str, label: str, *, expanded: bool = False) -> DeltaGenerator:
    """Return a fold whose content is read only once it is open."""
    return st.expander(label, expanded=expanded, key=fold_key(fold, comment_id), on_change="rerun")


def _draw_node(node: ThreadNode) -> None:
    who = _("Nous") if node.ours else node.pseudonym
    signs = [tag(_("ce commentaire"), "info")] if node.this else []
    signs += [tag(_("supprimé ou masqué"), "warn", "✝")] if node.gone else []
    signs += [badge(node.pv)] if node.pv is not PvFacet.NONE and not node.this else []
    head = (_below(node.depth) if node.depth else Markup()) + Markup("<strong>") + who + Markup("</strong>")
    line(head, ago(node.posted_at), *signs, tone="info" if node.this else "")
    if not node.this:
        draw(node.text or _("(texte effacé)"), quiet=True)
    if not node.this and not node.ours:
        _link(node.comment_id, f"node_{node.comment_id}")


def _below(depth: int) -> Markup:
    told = _("répond au message au-dessus")
    return Markup('<span class="cv-soft" title="{}">{}</span>').format(told, "↳ " * depth)


def _link(comment_id: str, key: str) -> None:
    st.button(_("Ouvrir ce commentaire"), key=key, type="tertiary", on_click=show_comment, args=(comment_id,))


def _draw_post(view: CommentView, around: Around) -> None:
    if view.post is None:
        return
    with st.expander(plain(_("Publication : « {title} »").format(title=view.post.title))):
        draw(view.post.text, quiet=True)
        if view.post.url:
            label = _("Voir la publication sur {network}").format(network=text(view.row.network))
            st.link_button(label, view.post.url)
        _draw_plan(view, around)


def _draw_plan(view: CommentView, around: Around) -> None:
    """Draw the approved moderation plan of the published version, and the approved answers that it names."""
    plan = view.post.plan if view.post else None
    if plan is None:
        none = _("Aucun plan de modération n'a été approuvé avec cette publication.")
        line(Markup('<span class="cv-soft">{}</span>').format(none))
        return
    line(Markup("<strong>{}</strong>").format(_("Plan de modération approuvé avec la version publiée :")))
    draw(plan.text, quiet=True)
    for choice in around.plan_texts:
        line(tag(_("réponse du plan"), "ok", "✔"), Markup("<strong>{}</strong>").format(choice.title), choice.language)
        draw(choice.text, quiet=True)


def _draw_author(view: CommentView, around: Around, actor: Actor) -> None:
    label = counted(view.author_count - 1, N_("{n} autre commentaire"), N_("{n} autres commentaires"))
    with _fold(Fold.AUTHOR, view.row.comment_id, plain(f"{view.row.pseudonym} : {label}")):
        for one in around.author:
            _draw_other(one)
        if view.author_count - 1 > len(around.author) > 0:
            line(Markup('<span class="cv-soft">{}</span>').format(_("Les plus récents sont montrés.")))
        draw_reveal(view, actor)


def _draw_other(one: AuthorLine) -> None:
    said = decided(one.outcomes, one.none_reason) if one.outcomes else _("aucune décision")
    cases = _("cas {numbers}").format(numbers=", ".join(one.cases)) if one.cases else ""
    line(ago(one.posted_at), badge(one.pv), escaped(said), cases)
    draw(one.text or _("(texte effacé)"), quiet=True)
    _link(one.comment_id, f"other_{one.comment_id}")
