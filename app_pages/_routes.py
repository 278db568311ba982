"""Where a comment stands beside the queue of pharmacovigilance, and the sentence that says why; settling it there."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._keys import key_button
from app_pages._page import line, perform, show_comment
from app_pages._words import badge, tag, text
from i18n import N_, _
from models.enums import RoutedQueue, RouteOutcome
from moderation import routing
from moderation.queries.routes import RouteLine

OUTCOME_KEYS = {"P": RouteOutcome.HANDLED, "N": RouteOutcome.NOTHING_TO_DO, "A": RouteOutcome.NOT_OURS}


def draw_routes(routes: tuple[RouteLine, ...]) -> None:
    """Draw one sentence a queue: where it stands, because of what, by which version of the rules."""
    for one in routes:
        why = _("parce que {why} (règles, version {n})").format(why=_(" ; ").join(map(_, one.why)), n=one.rules_n)
        ended = (
            Markup(" · {} {} {}").format(badge(one.outcome), one.settled_by or "", ago(one.settled_at))
            if one.outcome and one.settled_at
            else Markup()
        )
        line(tag(text(one.queue), "idle" if one.outcome else "info", "→"), Markup("{}{}").format(why, ended))


def settle(comment_id: str, queue: RoutedQueue, row_version: int, outcome: RouteOutcome, following: str) -> None:
    """Take the comment out of this queue, and show the following one; a callback."""
    perform(
        routing.settle, comment_id=comment_id, queue=queue, row_version=row_version, outcome=outcome,
        done=N_("C'est noté. Le commentaire reste dans ses autres files."),
        then=lambda _nothing: show_comment(following),
    )  # fmt: skip


def send_to_pv(comment_id: str) -> None:
    """Send the comment to pharmacovigilance, for the reason that was typed; a callback."""
    perform(
        routing.flag, comment_id=comment_id, reason=st.session_state.get(f"flag_why_{comment_id}", ""),
        done=N_("Signalé : le commentaire est devant la pharmacovigilance."),
    )  # fmt: skip


def draw_settling(comment_id: str, route: RouteLine, following: str) -> None:
    """Draw how the comment leaves this queue, one letter an outcome."""
    with st.container(horizontal=True, key="settling"):
        for letter, outcome in OUTCOME_KEYS.items():
            args = (comment_id, route.queue, route.row_version, outcome, following)
            key_button(text(outcome), letter, key=f"settle_{outcome}", on_click=settle, args=args)


def draw_flag(comment_id: str) -> None:
    """Draw the way to pharmacovigilance, for whoever reads a danger that no detector saw."""
    with st.popover(_("Signaler à la pharmacovigilance…")):
        st.text_input(_("Qu'avez-vous lu ?"), key=f"flag_why_{comment_id}")
        st.button(_("Signaler"), key="flag", type="primary", on_click=send_to_pv, args=(comment_id,))
