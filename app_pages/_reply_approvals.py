"""Free answers that wait for my role: the comment, what was proposed, my words, the difference, sign or refuse."""

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._clocks import ago, deadline
from app_pages._comment_text import difference, draw_comment
from app_pages._counts import counted
from app_pages._keys import key_button
from app_pages._page import go, line, perform
from app_pages._text import draw, escaped
from app_pages._words import badge, tag
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.session import reading
from moderation import approvals, queries
from moderation.answer_rules import composed
from moderation.queries.texts import ToApprove

SIGNED = N_("Réponse approuvée : elle part dans un instant, mot pour mot.")


def draw_asked(row: ToApprove, *, first: bool) -> None:
    """Draw one answer to approve, beside the comment; `first`: Ctrl+Enter signs it."""
    with st.container(border=True, key=f"to_approve_{row.id}"):
        signs = [tag(_("URGENCE"), "bad", "!")] if row.row.emergency else []
        about = _("proposée par {name}").format(name=row.author)
        line(*signs, badge(row.topic), badge(row.row.network), about, ago(row.created_at), _due(row))
        left, right = st.columns(2, gap="large")
        with left:
            draw_comment(row.row)
        with right:
            _draw_words(row)
            _draw_actions(row, first=first)


def _due(row: ToApprove) -> Markup:
    return deadline(row.row.reply_due_at, opened_at=row.row.received_at)


def _draw_words(row: ToApprove) -> None:
    """Draw the words to edit around the locked text, and what differs from what was proposed."""
    if row.fallen:
        line(tag(_("À refuser"), "bad", "✖"), escaped(row.fallen), tone="bad")
    st.text_area(_("Réponse"), row.before, key=f"approve_before_{row.id}", height=110)
    if row.block:
        line(tag(_("Verrouillé"), "info", "🔒"), _("Texte approuvé, qui part tel quel :"))
        draw(row.block, quiet=True)
        st.text_area(_("Suite"), row.after, key=f"approve_after_{row.id}", height=80)
    text = composed(*words_of(row))
    if text != row.proposed:
        line(tag(_("Modifié"), "warn", "✎"), _("Ce que vous avez changé :"))
        both, spans = difference(row.proposed, text)
        draw(both, spans, quiet=True)


def words_of(row: ToApprove) -> tuple[str, str, str]:
    """Return the words before, the locked text, the words after, as they stand on the screen."""
    state = st.session_state
    before, after = state.get(f"approve_before_{row.id}", row.before), state.get(f"approve_after_{row.id}", row.after)
    return before, row.block, after


def _draw_actions(row: ToApprove, *, first: bool) -> None:
    with st.container(horizontal=True, horizontal_alignment="right"):
        with st.popover(_("Refuser…"), key=f"ask_refuse_{row.id}"):
            st.text_area(_("Pourquoi, pour son auteur"), key=f"refuse_why_{row.id}", height=80)
            st.button(_("Refuser la réponse"), key=f"refuse_{row.id}", on_click=refuse, args=(row.id, row.row_version))
        if first:
            key_button(
                _("Approuver et signer (Ctrl+Entrée)"), "Ctrl+Enter", key=f"approve_{row.id}", primary=True,
                on_click=sign, args=(row,),
            )  # fmt: skip
        else:
            st.button(_("Approuver et signer"), key=f"approve_{row.id}", on_click=sign, args=(row,))


def sign(row: ToApprove) -> None:
    """Open the signature of the answer as it stands on the screen; a callback."""
    before, _block, after = words_of(row)
    seen = {"reply_id": row.id, "row_version": row.row_version, "before": before, "after": after}
    _signature.ask(approvals.open_answer_approval, seen, approvals.approve_answer, seen, SIGNED)


def refuse(reply_id: str, row_version: int) -> None:
    """Refuse an answer, with words for its author; a callback."""
    reason = st.session_state.get(f"refuse_why_{reply_id}", "")
    done = N_("Réponse refusée : son auteur lit pourquoi, et la personne attend toujours.")
    perform(approvals.refuse_answer, reply_id=reply_id, row_version=row_version, reason=reason, done=done)


def draw_to_decide(actor: Actor) -> int:
    """Draw, in My work, the answers that I may approve and the library texts that I may sign; return how many."""
    with reading() as session:
        asked = queries.to_approve(session, actor) if allows(actor, Permission.REPLY_APPROVE) else ()
        texts = queries.count_signable(session, actor) if allows(actor, Permission.TEXT_SIGN) else 0
    answers = counted(len(asked), N_("{n} réponse à approuver"), N_("{n} réponses à approuver"))
    told = counted(texts, N_("{n} texte de réponse à signer"), N_("{n} textes de réponse à signer"))
    for n, words, page, params in (
        (len(asked), answers, "reply_approvals.py", {}),
        (texts, told, "library.py", {"partie": _("Réponses approuvées")}),
    ):
        if n:
            with st.container(horizontal=True, vertical_alignment="center", key=f"queue_{page.removesuffix('.py')}"):
                line(Markup("<strong>{}</strong>").format(words))
                key = f"open_{page.removesuffix('.py')}"
                st.button(_("Ouvrir"), key=key, on_click=go, args=(page,), kwargs=params)
    return len(asked) + texts
