"""Opinions under conditions: set them, answer them, apply a wording exactly, take them back."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._clocks import ago
from app_pages._keys import key_button
from app_pages._page import go, line, perform, section, use_language
from app_pages._words import badge, tag, text
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import PostAction
from models.session import reading
from workflow import conditions
from workflow.conditions import OpinionRow
from workflow.opinions_shown import condition_said
from workflow.rows import PostView
from workflow.wording_conditions import Condition

ASKING, TYPED = "_setting_conditions", "conditions_typed"
KEPT = "_conditions_kept"
WORDING, BECOMES = "condition_exact", "condition_replacement"
DONE = N_("Avis sous conditions signé : l'auteur y répond, puis vous approuvez ou non.")


def draw_opinions(actor: Actor, view: PostView) -> None:
    """Draw the opinions under conditions on a post, standing ones with what I may do; nothing where there is none."""
    with reading() as session:
        rows = conditions.opinion_rows(session, actor, post_id=view.post.post_id)
    if rows:
        section(_("Avis sous conditions"), _("aucun ne vaut approbation tant que son signataire n'a pas approuvé"))
    for row in rows:
        _draw(row, view.content_sha256)


def _draw(row: OpinionRow, seen_sha256: str) -> None:
    items = Markup("").join(Markup("<li>{}</li>").format(condition_said(each)) for each in row.conditions)
    told = [badge(row.status), row.person, f"({text(row.role)})", _("sur la v{n} ·").format(n=row.version_n)]
    seal = tag(_("sceau vérifié"), "ok", "✔") if row.holds else tag(_("sceau non valable"), "bad", "✖")
    replied = Markup('<div class="cv-quote">{} : {}</div>').format(row.answered_by, row.answer) if row.answer else ""
    exact = tag(_("mot pour mot, rien d'autre n'a changé"), "ok", "✔") if row.applied else ""
    why = Markup('<div class="cv-soft">{}</div>').format(row.close_reason) if row.close_reason else ""
    line(*told, ago(row.given_at), seal, Markup("<ul>{}</ul>").format(items), replied, exact, why)
    with st.container(horizontal=True, key=f"opinion_{row.opinion_id}"):
        _draw_ways(row, seen_sha256)


def _draw_ways(row: OpinionRow, seen_sha256: str) -> None:
    key = row.opinion_id
    if row.may_apply:
        st.button(
            _("Appliquer exactement"), key=f"apply_{key}", on_click=apply, args=(key, row.row_version, seen_sha256)
        )  # fmt: skip
    if row.may_answer:
        with st.popover(_("Répondre aux conditions"), key=f"meet_{key}"):
            st.text_area(_("Comment elles sont acceptées ou remplies"), key=f"met_{key}", height=90)
            st.button(_("Envoyer la réponse"), key=f"send_met_{key}", on_click=answer, args=(key, row.row_version))
    if row.may_take_back:
        with st.popover(_("Retirer ces conditions"), key=f"drop_{key}"):
            st.text_input(_("Pourquoi"), key=f"dropped_{key}")
            st.button(_("Retirer"), key=f"send_drop_{key}", on_click=take_back, args=(key, row.row_version))


def answer(opinion_id: str, row_version: int) -> None:
    """Answer, with the words that were typed."""
    perform(
        conditions.answer_conditions, opinion_id=opinion_id, row_version=row_version,
        answer=st.session_state.get(f"met_{opinion_id}", ""), done=N_("Réponse envoyée : le signataire la lira."),
    )  # fmt: skip


def apply(opinion_id: str, row_version: int, seen_sha256: str) -> None:
    """Make the version in which the wording stands exactly as it was given."""
    done = N_("Formulation appliquée mot pour mot : une nouvelle version est prête à être soumise.")
    perform(
        conditions.apply_wordings, opinion_id=opinion_id, row_version=row_version, seen_sha256=seen_sha256, done=done
    )  # fmt: skip


def take_back(opinion_id: str, row_version: int) -> None:
    """Take the conditions back, with the reason that was typed."""
    perform(
        conditions.take_back_conditions, opinion_id=opinion_id, row_version=row_version,
        reason=st.session_state.get(f"dropped_{opinion_id}", ""), done=N_("Conditions retirées."),
    )  # fmt: skip


def draw_setting(view: PostView) -> None:
    """Draw the button that sets conditions on my step, and its dialog when it is open."""
    may = PostAction.REQUEST_CHANGES in view.actions and view.my_step is not None and not view.my_step.on_behalf_of
    key_button(_("Avis sous conditions (S)"), "S", key="conditional", disabled=not may, on_click=ask, args=(view,))


def ask(view: PostView) -> None:
    """Open the dialog, on the version and step that are shown, with what a refusal left in its fields."""
    if view.my_step:
        of, fields = st.session_state.get(KEPT, ("", {}))
        st.session_state.update(fields if of == view.my_step.step_id else {})
        st.session_state[ASKING] = {"step_id": view.my_step.step_id, "seen_sha256": view.content_sha256}
        st.session_state[ASKING + "_row"] = view.my_step.row_version


def close() -> None:
    """Close the dialog; nothing was signed."""
    st.session_state.pop(ASKING, None)


def draw_dialog() -> None:
    """Draw the dialog when conditions are being worded."""
    if ASKING in st.session_state and _signature.PENDING not in st.session_state:
        st.dialog(_("Avis sous conditions"), on_dismiss=close)(_dialog)()


def _dialog() -> None:
    use_language()
    if ASKING not in st.session_state:
        st.rerun()
    line(_("Rien n'est approuvé : l'auteur répond, puis vous lisez le résultat et vous signez, ou non."), tone="info")
    st.text_area(_("Vos conditions, une par ligne"), key=TYPED, height=120)
    st.text_input(_("Ou une formulation exacte : remplacer…"), key=WORDING)
    st.text_input(_("… par"), key=BECOMES)
    st.button(_("Signer l'avis sous conditions"), key="set_conditions", type="primary", on_click=sign)


def typed() -> tuple[Condition, ...]:
    """Return the conditions as they stand in the dialog."""
    lines = st.session_state.get(TYPED, "").splitlines()
    exact, becomes = st.session_state.get(WORDING, ""), st.session_state.get(BECOMES, "")
    wording = (Condition("", exact, becomes),) if exact else ()
    return (*(Condition(each.strip()) for each in lines if each.strip()), *wording)


def sign() -> None:
    """Open the signature of the conditions as they were typed; refused, the dialog opens with them again."""
    seen = st.session_state.pop(ASKING, None)
    if seen is None:
        return
    st.session_state[KEPT] = (
        seen["step_id"],
        {key: st.session_state.get(key, "") for key in (TYPED, WORDING, BECOMES)},
    )
    fields = seen | {"conditions": typed()}
    giving = fields | {"row_version": st.session_state[ASKING + "_row"]}
    _signature.ask(conditions.open_opinion, fields, conditions.give_opinion, giving, DONE)


def draw_to_answer(rows: Sequence[OpinionRow]) -> None:
    """Draw, in My work, the opinions under conditions that wait for my answer."""
    if rows:
        section(_("Conditions à remplir ({n})").format(n=len(rows)))
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", key=f"to_answer_{row.opinion_id}"):
            title = Markup("<strong>« {} »</strong>").format(row.title)
            line(badge(row.status), title, row.person, ago(row.given_at), tone="warn")
            st.button(
                _("Répondre"), key=f"open_{row.opinion_id}", on_click=go, args=("review.py",),
                kwargs={"id": row.post_id},
            )  # fmt: skip
