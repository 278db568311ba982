"""A decision that was refused because the comment changed: what was read, what it says now, who decided meanwhile."""

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._comment_history import decided
from app_pages._comment_text import difference, spans_of
from app_pages._keys import key_button
from app_pages._page import line
from app_pages._text import draw, escaped
from app_pages._words import tag
from i18n import _
from models.session import reading
from moderation import queries
from moderation.queries.rows import CommentView

CONFLICT = "_conflict"


@dataclass(frozen=True)
class Conflict:
    """What a person had read when their decision was refused, and what they had typed."""

    comment_id: str
    seen_n: int
    known: int
    note: str


def known_key(comment_id: str) -> str:
    """Return where it is kept how many decisions were shown with a comment."""
    return f"_known_{comment_id}"


def note_conflict(comment_id: str, seen_n: int, row_version: int) -> None:
    """After a refusal, keep what was read and typed, if the comment did change; else the refusal says all."""
    with reading() as session:
        row = queries.comment_row(session, comment_id)
    if (row.revision_n, row.row_version) == (seen_n, row_version):
        return
    known = int(st.session_state.get(known_key(comment_id), 0))
    note = str(st.session_state.get(f"note_{comment_id}", ""))
    st.session_state[CONFLICT] = Conflict(comment_id, seen_n, known, note)
    st.query_params["comment"] = comment_id


def pending(comment_id: str) -> Conflict | None:
    """Return the conflict of a comment that the person has not answered yet."""
    held: Conflict | None = st.session_state.get(CONFLICT)
    return held if held and held.comment_id == comment_id else None


def close() -> None:
    """Close the dialog as « relire » does: what changed was shown."""
    if held := st.session_state.get(CONFLICT):
        read_again(held.comment_id, held.seen_n)


def read_again(comment_id: str, revision_n: int, chosen: str = "") -> None:
    """Note that this person read a version; what they typed is kept, what they had picked about an older text is not.

    `chosen` is where the picked outcomes are kept.
    """
    held = pending(comment_id)
    st.session_state[f"_seen_{comment_id}"] = revision_n
    if chosen:
        st.session_state.pop(chosen, None)
    if held:
        st.session_state.pop(CONFLICT)
        st.session_state[f"_again_{comment_id}"] = True
        st.session_state[f"note_{comment_id}"] = held.note


def rereads(comment_id: str) -> bool:
    """Say whether this person was shown a conflict and goes on to decide, even on what another decided."""
    return bool(st.session_state.get(f"_again_{comment_id}"))


def draw_dialog(view: CommentView, conflict: Conflict, chosen: str) -> None:
    """Open the dialog over the page."""
    st.dialog(_("Ce commentaire a changé"), width="large", on_dismiss=close)(_dialog)(view, conflict, chosen)


def _dialog(view: CommentView, conflict: Conflict, chosen: str) -> None:
    row = view.row
    edited = row.revision_n != conflict.seen_n
    line(Markup("<strong>{}</strong>").format(_("Votre décision n'a pas été enregistrée.")))
    if edited:
        told = _("L'auteur a modifié ce commentaire : version {now} au lieu de {seen}.")
        line(tag(_("Modifié"), "warn", "↺"), told.format(now=row.revision_n, seen=conflict.seen_n), tone="warn")
        draw_difference(view, conflict.seen_n)
    meanwhile = view.decisions[conflict.known :]
    for each in meanwhile:
        told = _("{name} a décidé sur la version {n} :").format(name=each.who, n=each.revision_n)
        said = Markup("<strong>{}</strong>").format(escaped(decided(each.outcomes, each.none_reason)))
        line(tag(_("Décidé"), "info", "✔"), told, said, ago(each.decided_at), tone="info")
    if not edited and not meanwhile:
        line(_("Il a reçu une réponse, une analyse ou un rattachement depuis que vous l'avez ouvert."))
    if conflict.note:
        line(_("Votre note est gardée :"), Markup("<i>{}</i>").format(escaped(conflict.note)))
    key_button(
        _("Relire et décider (Ctrl+Entrée)"), "Ctrl+Enter", key="read_again", primary=True, on_click=read_again,
        args=(row.comment_id, row.revision_n, chosen if edited else ""),
    )  # fmt: skip


def draw_difference(view: CommentView, seen_n: int) -> None:
    """Draw one text that holds both versions, removed and added words marked."""
    texts = {revision.n: revision.text or "" for revision in view.revisions}
    both, spans = difference(texts.get(seen_n, ""), texts.get(view.row.revision_n, ""), spans_of(view.row))
    draw(both, spans)
