"""How a person wants to work: distressing texts under a veil, a break proposed, a break taken."""

from collections.abc import Callable

import streamlit as st

from app_pages._counts import counted
from app_pages._keys import key_button
from app_pages._page import empty, line, perform, say, visit
from app_pages._words import tag
from i18n import N_, _
from moderation import breaks
from moderation.breaks import MOST, Preferences
from moderation.queries.rows import QueueRow

LIFTED = "lifted"


def draw_preferences(held: Preferences) -> None:
    """Draw the settings of one person, and the break."""
    with st.popover(_("Mon confort")):
        st.toggle(_("Masquer les textes éprouvants (suicide, violence) jusqu'à ma demande"), held.veil, key="veil")
        st.number_input(
            _("Proposer une pause après combien de ces textes ? (0 : jamais)"), 0, MOST, held.break_after,
            key="break_after",
        )  # fmt: skip
        st.button(_("Enregistrer"), key="save_preferences", on_click=save)
        st.button(_("Faire une pause"), key="pause", icon=":material/coffee:", on_click=pause)


def save() -> None:
    """Keep the settings; a callback."""
    fields = {"veil": st.session_state["veil"], "break_after": int(st.session_state["break_after"])}
    perform(breaks.set_preferences, done=N_("C'est enregistré, pour vous seul."), **fields)


def pause() -> None:
    """Give everything back and rest; a callback."""
    perform(breaks.pause, then=_paused)


def _paused(given_back: int) -> None:
    if given_back:
        said = N_("{n} commentaire rendu à vos collègues."), N_("{n} commentaires rendus à vos collègues.")
        say("info", counted(given_back, *said))


def draw_pause(held: Preferences) -> bool:
    """Draw the break when one is on; return whether it is. Nothing is held and nothing is kept up meanwhile."""
    if held.paused_at is None:
        return False
    empty(_("Vous êtes en pause. Plus rien n'est à vous : vos collègues peuvent tout prendre."))
    key_button(
        _("Reprendre (Ctrl+Entrée)"), "Ctrl+Enter", key="resume", primary=True, on_click=perform, args=(breaks.resume,)
    )
    return True


def draw_reminder(held: Preferences) -> None:
    """Propose a break after many distressing texts; nothing stops because of it."""
    if held.break_due:
        said = _("Vous avez lu {n} textes éprouvants depuis votre dernière pause. Prenez-en une si vous le pouvez.")
        line(tag(_("Pause ?"), "info", "☕"), said.format(n=held.hard_read), tone="info")


def veil_of(row: QueueRow, held: Preferences) -> str | None:
    """Return what a veil would cover, in words; None for a text that may be shown."""
    if not held.veil or row.comment_id in visit().get(LIFTED, ()):
        return None
    found = breaks.distress({(span.kind, span.label) for span in row.evidence})
    return _(found) if found else None


def veiling(held: Preferences) -> Callable[[QueueRow], bool]:
    """Return what says whether a row's words are not shown."""
    return lambda row: veil_of(row, held) is not None


def lift(comment_id: str) -> None:
    """Show a veiled text, on this page only; a callback."""
    visit().setdefault(LIFTED, set()).add(comment_id)


def draw_veil(row: QueueRow, what: str) -> None:
    """Draw the veil in place of the text, and the way to lift it."""
    line(tag(_("Texte masqué"), "special", "◼"), _("à votre demande : {what}").format(what=what), tone="special")
    key_button(_("Afficher le texte"), "V", key="lift", on_click=lift, args=(row.comment_id,))


def give_all_back() -> None:
    """Give back all that this person holds, on leaving the page; silent, for the lease ends by itself anyway."""
    perform(breaks.release_all)
