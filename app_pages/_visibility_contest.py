"""The author's contest: taking it down, deciding it (another than who hid), and what to answer."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import deadline
from app_pages._page import line, perform
from app_pages._text import draw, escaped
from app_pages._words import badge, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import ContestStatus
from moderation import contests
from moderation.queries.visibility import ContestLine, VisibilityView
from moderation.visibility_states import OUT_OF_SIGHT


def draw_contests(view: VisibilityView, actor: Actor) -> None:
    """Draw the comment's contests, and the ways to record one."""
    for one in view.contests:
        draw_contest(one, actor)
    if not allows(actor, Permission.COMMENT_HIDE):
        return
    waiting = any(one.status is ContestStatus.OPEN for one in view.contests)
    if view.visibility in OUT_OF_SIGHT and not waiting:
        with st.popover(_("Son auteur demande pourquoi…"), key=f"contest_{view.comment_id}"):
            draw_form(view.comment_id, "", "")
    for hidden in view.hidden_others:
        with st.popover(_("Cet auteur a un commentaire masqué : demande-t-il pourquoi ?"), key=f"source_{hidden}"):
            draw_form(hidden, view.comment_id, view.text or "")


def draw_form(comment_id: str, source_id: str, words: str) -> None:
    """Draw the form of a contest of one comment; `source_id`: the comment in which its author asks."""
    st.text_area(_("Ce que dit l'auteur"), value=words, key=f"contest_words_{comment_id}")
    label = _("Enregistrer la contestation")
    st.button(label, key=f"contest_open_{comment_id}", on_click=open_contest, args=(comment_id, source_id))


def open_contest(comment_id: str, source_id: str) -> None:
    """Record a contest with the words that were typed; a callback."""
    words = st.session_state.get(f"contest_words_{comment_id}", "")
    done = N_("Contestation enregistrée. Une autre personne que celle qui a masqué en décidera.")
    perform(contests.open_contest, comment_id=comment_id, words=words, source_comment_id=source_id or None, done=done)


def draw_contest(one: ContestLine, actor: Actor) -> None:
    """Draw one contest: its words, its clock or its decision, and what to answer."""
    open_ = one.status is ContestStatus.OPEN
    clock = deadline(one.due_at, opened_at=one.opened_at) if open_ else escaped(one.decision or "")
    who = escaped(one.decider or "")
    line(
        Markup("<strong>{}</strong>").format(_("Contestation")),
        badge(one.status),
        clock,
        who,
        tone="warn" if open_ else "",
    )
    draw(one.words, quiet=True)
    if not open_:
        draw_answer(one)
    elif actor.id in one.involved:
        line(Markup('<span class="cv-soft">{}</span>').format(_("Vous avez masqué : une autre personne en décide.")))
    elif allows(actor, Permission.CONTEST_DECIDE):
        draw_decision(one)


def draw_answer(one: ContestLine) -> None:
    """Draw the answer that is suggested to whoever answers the author."""
    sentence, why = contests.suggested_answer(one.status, one.reason)
    line(Markup('<span class="cv-soft">{}</span>').format(_("Réponse proposée à l'auteur :")))
    draw(_(sentence).format(why=_(why)) if why else _(sentence), quiet=True)


def draw_decision(one: ContestLine) -> None:
    """Draw the decision, for a reason in words."""
    with st.popover(_("Décider…"), key=f"decide_{one.id}"):
        reason = text(one.reason) if one.reason else _("raison inconnue")
        line(_("Masqué parce que : {reason}").format(reason=reason))
        st.text_input(_("Raison de votre décision"), key=f"decide_why_{one.id}")
        with st.container(horizontal=True):
            ways = ((True, "grant", _("Donner raison et réafficher")), (False, "keep", _("Maintenir masqué")))
            for granted, key, label in ways:
                arguments = (one.id, one.row_version, granted)
                st.button(label, key=f"{key}_{one.id}", on_click=decide, args=arguments)


def decide(contest_id: str, row_version: int, granted: bool) -> None:
    """Decide a contest for the reason that was typed; a callback."""
    reason = st.session_state.get(f"decide_why_{contest_id}", "")
    done = N_("Décision enregistrée. La réponse proposée à l'auteur est affichée.")
    perform(
        contests.decide_contest, contest_id=contest_id, row_version=row_version, granted=granted, reason=reason,
        done=done,
    )  # fmt: skip
