"""What only my eyes can check: the questions put to the reviewer of a step, each answered before approving."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._page import line, plain, section
from app_pages._words import tag, text
from i18n import N_, _, current_language
from models.enums import CheckAnswer, DecisionKind
from workflow import review
from workflow.checklist import AnswerRow, PointRow
from workflow.rows import PostView
from workflow.rule_policies import Answer


def asked(question: dict[str, str]) -> str:
    """Return a question in the person's language."""
    return question.get(current_language().value) or question.get("fr", "")


def draw_points(view: PostView) -> None:
    """Draw the points of my step; nothing where none is asked of me."""
    if not view.points or view.my_step is None:
        return
    section(_("À vérifier de vos yeux"), _("aucune règle ne peut le voir : répondez à chaque point avant d'approuver"))
    for point in view.points:
        draw_point(view.my_step.step_id, point)


def draw_point(step_id: str, point: PointRow, *, several: bool = False) -> None:
    """Draw one point of a step, with its answers; `several`: among those of other steps."""
    with st.container(key=f"point_{point.check_id}" if not several else f"point_{step_id}_{point.check_id}"):
        law = tag(" ; ".join(point.references), "idle", "§")
        line(Markup("<strong>{}</strong>").format(point.check_id), asked(point.question), law)
        answer = st.segmented_control(
            plain(point.check_id), list(CheckAnswer), key=f"answer_{step_id}_{point.check_id}", format_func=text,
            label_visibility="collapsed",
        )  # fmt: skip
        if answer is CheckAnswer.NOT_APPLICABLE:
            st.text_input(_("Pourquoi ce point est sans objet ici"), key=f"answer_why_{step_id}_{point.check_id}")


def answers(step_id: str, points: Sequence[PointRow]) -> tuple[Answer, ...]:
    """Return what was answered on the screen so far."""
    held = st.session_state
    given = {point.check_id: held.get(f"answer_{step_id}_{point.check_id}") for point in points}
    reasons = {key: held.get(f"answer_why_{step_id}_{key}", "") for key in given}
    return tuple(Answer(key, CheckAnswer(each), reasons[key]) for key, each in given.items() if each)


def approve(view: PostView) -> None:
    """Open the signing dialog of my step, with the answers as they stand; for the button's `on_click`."""
    if view.my_step is None:
        return
    given = answers(view.my_step.step_id, view.points)
    seen = {"step_id": view.my_step.step_id, "seen_sha256": view.content_sha256, "answers": given}
    deciding = seen | {"row_version": view.my_step.row_version, "kind": DecisionKind.APPROVE}
    _signature.ask(review.open_decision, seen, review.decide, deciding, N_("Avis signé."))


def told_answers(rows: Sequence[AnswerRow]) -> Markup:
    """Return what somebody answered, as one line a point."""
    each = Markup('<span class="cv-signed cv-soft" title="{}">{} : {}{}</span>')
    return Markup("").join(
        each.format(asked(row.question), row.check_id, text(row.answer), f" – {row.reason}" if row.reason else "")
        for row in rows
    )
