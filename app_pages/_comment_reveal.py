"""Who wrote a comment: covered until somebody says why they must know; each time is written down."""

import streamlit as st
from markupsafe import Markup

from app_pages._page import line, perform
from app_pages._words import text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from moderation import triage
from moderation.queries.rows import CommentView

REVEALED = "_revealed_author"


def is_revealed(comment_id: str) -> bool:
    """Say whether this person revealed this comment's author; opening another one forgets it."""
    held = st.session_state.get(REVEALED)
    return bool(held and held[0] == comment_id)


def draw_reveal(view: CommentView, actor: Actor) -> None:
    """Draw the author's name once revealed, else the way to reveal it, for whoever may."""
    comment_id = view.row.comment_id
    if is_revealed(comment_id):
        author = st.session_state[REVEALED][1]
        line(
            _("Auteur révélé :"),
            Markup("<strong>@{}</strong>").format(author.handle or author.external_id),
            tone="warn",
        )
        if author.permalink:
            st.link_button(
                _("Voir le commentaire sur {network}").format(network=text(view.row.network)), author.permalink
            )
    elif allows(actor, Permission.COMMENT_REVEAL):
        with st.popover(_("Révéler…")):
            st.text_input(
                _("Pourquoi avez-vous besoin de connaître l'auteur ? (tracé)"), key=f"reveal_why_{comment_id}"
            )
            st.button(
                _("Révéler l'auteur et les données personnelles"), key="reveal", on_click=reveal, args=(comment_id,)
            )


def reveal(comment_id: str) -> None:
    """Reveal an author for the reason that was typed; a callback."""
    why = st.session_state.get(f"reveal_why_{comment_id}", "")
    author = perform(
        triage.reveal_author,
        comment_id=comment_id,
        reason=why,
        done=N_("Auteur révélé ; c'est inscrit dans la piste d'audit."),
    )
    if author:
        st.session_state[REVEALED] = (comment_id, author)
