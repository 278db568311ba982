"""Several patients in one comment: which sentence tells whose story, and one case for each."""

import streamlit as st
from markupsafe import Markup

from app_pages._comment_text import spans_of
from app_pages._counts import counted
from app_pages._page import line, perform
from app_pages._text import Span, draw
from i18n import N_, _
from models.enums import TriageOutcome
from moderation import dividing, triage
from moderation.facets import CASE_OUTCOMES
from moderation.queries.rows import QueueRow
from moderation.stories import MOST, Place, Story, sentences


def opened_key(comment_id: str) -> str:
    """Return where it is kept that the division of a comment is open."""
    return f"_divide_{comment_id}"


def toggle(comment_id: str) -> None:
    """Open the division, or close it; it takes the comment too. A callback."""
    if perform(triage.claim, comment_id=comment_id) is not None:
        st.session_state[opened_key(comment_id)] = not st.session_state.get(opened_key(comment_id), False)


def draw_division(row: QueueRow, following: str, chosen: str) -> None:
    """Draw who the patients are, and for each sentence whose it is; without a choice it belongs to all."""
    places = sentences(row.text or "")
    line(
        Markup("<strong>{}</strong>").format(_("Diviser en plusieurs cas")),
        _("Indiquez pour chaque phrase de quel patient elle parle. Sans choix, elle reste dans tous les cas."),
    )
    most = max(2, min(MOST, len(places)))
    number = int(st.number_input(_("Combien de patients ?"), 2, most, key=f"div_n_{row.comment_id}"))
    with st.container(horizontal=True):
        for n in range(1, number + 1):
            st.text_input(_("Patient {n} : qui ?").format(n=n), key=f"div_who_{row.comment_id}_{n}")
    for k, (start, end) in enumerate(places):
        draw((row.text or "")[start:end], _inside(row, start, end), quiet=True)
        st.multiselect(
            _("Phrase {n}").format(n=k + 1), range(1, number + 1), key=f"div_of_{row.comment_id}_{k}",
            format_func=lambda n: _("patient {n}").format(n=n), placeholder=_("tous les patients"),
            label_visibility="collapsed",
        )  # fmt: skip
    label = counted(number, N_("Ouvrir {n} cas"), N_("Ouvrir {n} cas"))
    bound = (row.comment_id, row.revision_n, row.row_version, tuple(places), number, following, chosen)
    st.button(label, key="divide_now", type="primary", on_click=divide, args=bound)


def _inside(row: QueueRow, start: int, end: int) -> list[Span]:
    """Return the highlights of a part of the text, by its own offsets; what begins before it or ends after is cut."""
    over = [span for span in spans_of(row) if span.start < end and start < span.end]
    return [Span(max(s.start, start) - start, min(s.end, end) - start, s.mark, s.why) for s in over]


def divide(
    comment_id: str,
    revision_n: int,
    row_version: int,
    places: tuple[Place, ...],
    number: int,
    following: str,
    chosen: str,
) -> None:
    """Open the cases on the version that was read; a callback."""
    of = [set(st.session_state.get(f"div_of_{comment_id}_{k}", ())) for k in range(len(places))]
    stories = tuple(
        Story(
            st.session_state.get(f"div_who_{comment_id}_{n}", ""),
            tuple(place for place, whose in zip(places, of, strict=True) if n in whose),
        )
        for n in range(1, number + 1)
    )
    picked: set[TriageOutcome] = set(st.session_state.get(chosen, ())) & CASE_OUTCOMES
    done = perform(
        dividing.divide,
        comment_id=comment_id,
        revision_n=revision_n,
        row_version=row_version,
        stories=stories,
        outcomes=picked or {TriageOutcome.ADVERSE_EVENT},
        note=st.session_state.get(f"note_{comment_id}", ""),
        done=N_("Commentaire divisé : chaque patient a son cas."),
    )
    if done:
        for key in (opened_key(comment_id), chosen):
            st.session_state.pop(key, None)
        if following:
            st.query_params["comment"] = following
