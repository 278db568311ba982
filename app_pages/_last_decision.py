"""The last decision of this person, on one comment or on many: the way to its case, and for 30 seconds the way back."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from app_pages._comment_cases import draw_proposal
from app_pages._counts import counted
from app_pages._keys import key_button
from app_pages._page import go, line, perform, say
from app_pages._words import tag
from compliance import clock
from i18n import N_, _
from moderation import undoing
from moderation.undoing import UNDO_SECONDS, Undone

LAST = "_last_decision"


@dataclass(frozen=True)
class Last:
    """A decision: the name that undoes it, when, on how many, and its case when it is on one."""

    batch_id: str
    at: datetime
    comments: int = 1
    case_id: str | None = None
    case_number: str | None = None

    @property
    def fresh(self) -> bool:
        """Say whether it can still be taken back."""
        return (clock.now() - self.at).total_seconds() <= UNDO_SECONDS


def remember(last: Last) -> None:
    """Keep the last decision for the next runs."""
    st.session_state[LAST] = last


def undo() -> None:
    """Take the last decision back, when nothing else happened meanwhile; a callback."""
    last: Last | None = st.session_state.pop(LAST, None)
    if last is None or not last.fresh:
        say(
            "warning",
            _("Les 30 secondes sont passées. Ouvrez le commentaire et remettez-le dans la file, avec une raison."),
        )
        return
    perform(undoing.undo, batch_id=last.batch_id, then=_told)


def _told(undone: Undone) -> None:
    number = len(undone.comment_ids)
    said = counted(number, N_("Décision annulée : {n} commentaire est revenu dans la file."),
                   N_("Décision annulée : {n} commentaires sont revenus dans la file."))  # fmt: skip
    say("success", said)
    if undone.kept:
        say("warning", _("{n} gardent la décision : il leur est arrivé autre chose depuis.").format(n=undone.kept))
    st.query_params["comment"] = undone.comment_ids[0]


def draw_last() -> None:
    """Draw the last decision with the way to its case, for 30 seconds the way back, and its copies that wait."""
    draw_proposal()
    last: Last | None = st.session_state.get(LAST)
    if last is None or not (last.fresh or last.case_id):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="last_decision"):
        about = (
            _("Décision enregistrée : cas {number}.").format(number=last.case_number)
            if last.case_id
            else counted(last.comments, N_("Décision enregistrée."), N_("Décision enregistrée sur {n} commentaires."))
        )
        line(tag(about, "ok", "✔"))
        if last.case_id:
            label, fields = _("Ouvrir le cas"), {"case": last.case_id}
            key_button(label, "O", key="open_case", on_click=go, args=("case.py",), kwargs=fields)
        if last.fresh:
            _draw_undo()


@st.fragment(run_every=5)
def _draw_undo() -> None:
    last: Last | None = st.session_state.get(LAST)
    if last is None:
        st.rerun()  # undone by the button below, whose click draws this fragment alone
    if not last.fresh:
        return
    left = max(UNDO_SECONDS - int((clock.now() - last.at).total_seconds()), 0)
    key_button(_("Annuler ({n} s)").format(n=left), "U", key="undo", on_click=undo)
