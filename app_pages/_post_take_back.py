"""Taking my approval back while nothing is published: what that does, and why I do it."""

import streamlit as st

from app_pages._page import perform
from app_pages._words import text
from i18n import N_, _
from workflow import withdrawals
from workflow.rows import RoundRow


def draw_take_back(review_round: RoundRow) -> None:
    """Draw the way to take back each approval of mine in a round."""
    for step in review_round.steps:
        if step.may_withdraw:
            with st.popover(_("Retirer mon approbation ({role})").format(role=text(step.role))):
                st.write(
                    _(
                        "L'étape se rouvre, les signatures des étapes suivantes deviennent caduques, rien ne partira. "
                        "Ceux qui ont signé sont prévenus."
                    )
                )
                st.text_input(_("Pourquoi"), key=f"take_back_reason_{step.step_id}")
                args = (step.step_id, step.row_version)
                st.button(_("Retirer mon approbation"), key=f"take_back_{step.step_id}", on_click=take_back, args=args)


def take_back(step_id: str, row_version: int) -> None:
    """Take the approval back, with the reason that was typed."""
    perform(
        withdrawals.withdraw_approval,
        step_id=step_id,
        row_version=row_version,
        reason=st.session_state.get(f"take_back_reason_{step_id}", ""),
        done=N_("Votre approbation est retirée : la publication est de nouveau en relecture."),
    )
