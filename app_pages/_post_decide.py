"""The decisions of a reviewer: approve with a signature, ask for changes, reject; on the version that was shown."""

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._keys import key_button
from app_pages._page import go, perform, use_language
from app_pages._post_checklist import approve
from app_pages._post_conditions import draw_dialog, draw_setting
from app_pages._words import text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import DecisionKind, PostAction, RejectReason
from models.session import reading
from workflow import queries, review
from workflow.rows import PostView, StepRow

ASKING = "_sending_back"
TYPED = "_sending_back_words"
WORDS, REASON = "sending_back_words", "sending_back_reason"
CHANGES, REJECT = DecisionKind.REQUEST_CHANGES, DecisionKind.REJECT
TITLES = {CHANGES: N_("Demander des modifications"), REJECT: N_("Rejeter")}
DONE = {
    CHANGES: N_("Demande envoyée : l'auteur la trouve dans son travail."),
    REJECT: N_("Publication rejetée : l'auteur lit votre raison."),
}


@dataclass(frozen=True)
class SendingBack:
    """A refusal that is being worded: on which step, as it was seen, of which post."""

    kind: DecisionKind
    step_id: str
    row_version: int
    seen_sha256: str
    title: str


def draw_decisions(actor: Actor, view: PostView) -> None:
    """Draw the decisions that are mine to take now, and the ways to the other texts that wait for me."""
    draw_ways(actor, view.post.post_id, primary=view.my_step is None)
    if view.my_step is None:
        return
    with st.container(horizontal=True, horizontal_alignment="right", key="decisions"):
        _draw_sending_back(view, view.my_step, REJECT, _("Rejeter (X)"), "X", PostAction.REJECT)
        _draw_sending_back(
            view, view.my_step, CHANGES, _("Demander des modifications (M)"), "M", PostAction.REQUEST_CHANGES
        )
        draw_setting(view)
        key_button(
            _("Approuver (A)"), "A", key="approve", primary=True, disabled=PostAction.APPROVE_STEP not in view.actions,
            on_click=approve, args=(view,),
        )  # fmt: skip
    draw_sending_back()
    if ASKING not in st.session_state:  # one dialog at a time, whichever keys were pressed
        draw_dialog()


def _draw_sending_back(
    view: PostView, step: StepRow, kind: DecisionKind, label: str, shortcut: str, action: PostAction
) -> None:
    asked = SendingBack(kind, step.step_id, step.row_version, view.content_sha256, view.post.title)
    key_button(
        label, shortcut, key=kind.value, disabled=action not in view.actions, on_click=ask, args=(asked,)
    )  # fmt: skip


def ask(asked: SendingBack) -> None:
    """Open the dialog of a refusal, with what was typed in it before."""
    st.session_state[ASKING] = asked
    st.session_state[WORDS] = st.session_state.get(TYPED, {}).get(asked.step_id, "")


def close() -> None:
    """Close the dialog; nothing was decided, what was typed is kept."""
    asked = st.session_state.pop(ASKING, None)
    if asked and st.session_state.get(WORDS):
        st.session_state[TYPED] = {asked.step_id: st.session_state[WORDS]}


def draw_sending_back() -> None:
    """Draw the dialog when a refusal is being worded."""
    asked: SendingBack | None = st.session_state.get(ASKING)
    if asked and _signature.PENDING not in st.session_state:
        st.dialog(_(TITLES[asked.kind]), on_dismiss=close)(_dialog)()


def _dialog() -> None:
    use_language()
    asked: SendingBack | None = st.session_state.get(ASKING)
    if asked is None:
        st.rerun()
    st.html(Markup('<p class="cv-statement">« {} »</p>').format(asked.title))
    if asked.kind is REJECT:
        st.selectbox(
            _("Raison du rejet"), [None, *RejectReason], key=REASON, placeholder=_("À choisir"),
            format_func=lambda each: text(each) if each else _("À choisir"),
        )  # fmt: skip
        label = _("Précisions pour l'auteur")
    else:
        label = _("Ce qui doit changer, et pourquoi")
    st.text_area(label, key=WORDS, height=140)
    st.button(_(TITLES[asked.kind]), key="send_back", type="primary", on_click=send_back, args=(asked,))


def send_back(asked: SendingBack) -> None:
    """Decide, with the words that were typed; refused, the words are kept."""
    words, reason = st.session_state.get(WORDS, ""), st.session_state.get(REASON)
    close()
    perform(
        review.decide, step_id=asked.step_id, row_version=asked.row_version, seen_sha256=asked.seen_sha256,
        kind=asked.kind, comment=words, reason=reason if asked.kind is REJECT else None, done=DONE[asked.kind],
        then=lambda _decision: st.session_state.pop(TYPED, None),
    )  # fmt: skip


def draw_ways(actor: Actor, post_id: str, *, primary: bool) -> None:
    """Draw the ways to the texts that wait for my signature before and after this one, in the order of My work.

    From a text that does not wait for me, the first of them is next.
    """
    if not allows(actor, Permission.POST_REVIEW):
        return
    with reading() as session:
        waiting = list(dict.fromkeys(row.post_id for row in queries.to_sign(session, actor)))
    here = waiting.index(post_id) if post_id in waiting else -1
    before, after = waiting[: max(here, 0)], waiting[here + 1 :]
    if not before and not after:
        return
    with st.container(horizontal=True, horizontal_alignment="right", key="ways"):
        if before:
            _draw_way(_("Texte précédent à signer (K)"), "K", "previous", before[-1])
        if after:
            _draw_way(_("Texte suivant à signer (J)"), "J", "next", after[0], primary=primary)


def _draw_way(label: str, shortcut: str, key: str, post_id: str, *, primary: bool = False) -> None:
    key_button(
        label, shortcut, key=key, primary=primary, on_click=go, args=("review.py",), kwargs={"post": post_id}
    )  # fmt: skip
