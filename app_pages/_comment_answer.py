"""Answering a person: what is on its way, what failed or was refused, the ways to answer, or a reason not to."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import streamlit as st
from markupsafe import Markup

from app_pages._call_backs import draw_promise_line, draw_promises, draw_promising
from app_pages._clocks import ago, deadline
from app_pages._comment_text import draw_comment, excerpt
from app_pages._page import line, perform, say, section, show_comment
from app_pages._private import kind_sign
from app_pages._reply_compose import draw_ways
from app_pages._reply_library import draw_library
from app_pages._text import draw, escaped, marked
from app_pages._words import badge, tag, text
from compliance import clock
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.comment import Comment
from models.enums import PvFacet, ReplyFacet, ReplyStatus, ReplyTopic, WaiverReason
from models.session import get, reading
from moderation import approvals, replies
from moderation.answer_rules import APPROVERS
from moderation.queries.rows import CommentView, PeopleWaiting, PromiseLine, QueueRow, ReplyLine, WaitingRow

KEYS = {
    "Ctrl+Entrée": N_("répondre avec le texte affiché"),
    "J": N_("personne suivante"),
    "K": N_("personne précédente"),
}
WATCH_SECONDS = 5
WITH_PV = (PvFacet.POSSIBLE, PvFacet.CONFIRMED, PvFacet.FORWARDED, PvFacet.ACKNOWLEDGED)


def retry(reply_id: str, row_version: int) -> None:
    """Send a failed answer again; a callback."""
    perform(replies.retry, reply_id=reply_id, row_version=row_version, done=N_("Réponse remise en route."))


def call_back(reply_id: str, row_version: int) -> None:
    """Call an answer back before it leaves; a callback."""
    done = N_("Réponse rappelée : rien n'est parti, votre texte est de nouveau un brouillon.")
    perform(replies.call_back, reply_id=reply_id, row_version=row_version, done=done)


def take_back(reply_id: str, row_version: int) -> None:
    """Take back a text that waits for its approval; a callback."""
    done = N_("Demande retirée : votre texte est de nouveau un brouillon.")
    perform(approvals.take_back_answer, reply_id=reply_id, row_version=row_version, done=done)


def waive(comment_id: str, row_version: int, following: str) -> None:
    """Decide that no answer is due, for the coded reason that was chosen; a callback."""
    reason = st.session_state.get(f"waive_why_{comment_id}")
    if reason is None:
        say(
            "error",
            _("Choisissez la raison pour laquelle cette personne n'aura pas de réponse. Rien n'a été enregistré."),
        )
        return
    done = N_("Classé sans réponse, avec sa raison.")
    perform(
        replies.waive, comment_id=comment_id, row_version=row_version, reason=reason, done=done,
        then=lambda _reply: show_comment(following),
    )  # fmt: skip


def draw_person(view: CommentView) -> None:
    """Draw who waits, since when, and what they wrote."""
    row = view.row
    signs = [tag(_("URGENCE"), "bad", "!")] if row.emergency else []
    signs += [badge(row.network), kind_sign(row), Markup("<strong>{}</strong>").format(row.pseudonym)]
    signs.append(ago(row.posted_at))
    line(
        *signs,
        Markup('<span class="cv-clock">{} {}</span>').format(
            _("réponse :"), deadline(row.reply_due_at, opened_at=row.received_at)
        ),
        tone="bad" if row.emergency else "",
    )
    if row.post_title:
        line(Markup('<span class="cv-soft">{}</span>').format(_("sous « {title} »").format(title=row.post_title)))
    if row.parent_text:
        st.html(Markup('<div class="cv-soft">{}</div>').format(_("En réponse à :")))
        draw(row.parent_text, quiet=True)
    draw_comment(row)
    if row.facets.pv in WITH_PV:
        told = _("La pharmacovigilance s'en occupe de son côté. Répondez sans attendre, sans avis médical.")
        line(tag(_("PV"), "info", "⚑"), told, tone="info")


def draw_answer(view: CommentView, actor: Actor, following: str) -> None:
    """Draw the answer: on its way, waiting for its approver, failed and what to do, or to be chosen; then promises."""
    newest = view.replies[-1] if view.replies else None
    state = view.row.facets.reply
    if state is ReplyFacet.QUEUED:
        _draw_pending(newest)
        _watch(view.row.comment_id, view.row.facets.reply)
    elif state in (ReplyFacet.CONFIRMED, ReplyFacet.WAIVED):
        line(badge(state), _("Cette personne n'attend plus."), tone="ok")
    elif state is ReplyFacet.DRAFTED and newest:
        _draw_to_approve(view, newest, following)
    else:
        _draw_owed(view, actor, newest, following)
    draw_promises(view.promises)
    if allows(actor, Permission.REPLY_SEND):
        draw_promising(view.row.comment_id)


def _draw_owed(view: CommentView, actor: Actor, newest: ReplyLine | None, following: str) -> None:
    if newest and newest.status is ReplyStatus.FAILED:
        _draw_failed(newest)
    if newest and newest.status is ReplyStatus.REFUSED:
        told = _("Refusée par {name} : « {reason} ». Votre texte est ci-dessous, corrigez-le.")
        said = told.format(name=newest.approver or "—", reason=newest.refusal or "—")
        line(badge(newest.status), escaped(said), tone="bad")
    if allows(actor, Permission.REPLY_SEND):
        draw_ways(view, actor, following)
    if allows(actor, Permission.REPLY_WAIVE):
        _draw_waiver(view.row, following)


def _draw_pending(reply: ReplyLine | None) -> None:
    line(
        tag(_("En cours d'envoi"), "info", "◔"),
        _("La personne sort de cette liste quand le réseau a confirmé."),
        tone="info",
    )
    if reply and reply.text:
        draw(reply.text, quiet=True)
    if reply and reply.leaves_at:
        seconds = max(int((reply.leaves_at - clock.now()).total_seconds()), 0)
        with st.container(horizontal=True, vertical_alignment="center"):
            line(_("Part dans {n} s au plus tôt.").format(n=seconds))
            st.button(_("Rappeler la réponse"), key="call_back", on_click=call_back, args=(reply.id, reply.row_version))
    if reply and reply.last_error:
        told = _("L'envoi est retardé ; il est retenté tout seul, sans doublon. Le réseau a dit :")
        line(
            tag(_("Retardé"), "warn", "▲"), told, Markup("<i>{}</i>").format(escaped(_(reply.last_error))), tone="warn"
        )


@st.fragment(run_every=WATCH_SECONDS)
def _watch(comment_id: str, shown: ReplyFacet) -> None:
    """Look whether the answer moved on, and draw the page again when it did."""
    with reading() as session:
        reply = get(session, Comment, comment_id).reply
    if reply is not shown:
        st.rerun()


def _draw_to_approve(view: CommentView, reply: ReplyLine, following: str) -> None:
    role = text(APPROVERS[reply.topic or ReplyTopic.OTHER])
    told = _("Demandée par {name}, attend l'approbation : {role}.").format(name=reply.author, role=role)
    line(badge(ReplyStatus.TO_APPROVE), told, ago(reply.created_at), tone="warn")
    draw(reply.text or "", quiet=True)
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Retirer la demande"), key="take_back", on_click=take_back, args=(reply.id, reply.row_version))
    with st.expander(_("Répondre sans attendre, par un texte approuvé"), expanded=view.row.emergency):
        draw_library(view, {}, following)


def _draw_failed(reply: ReplyLine) -> None:
    told = _("La réponse n'est pas partie, ou le réseau ne la montre pas. Rien n'a été envoyé deux fois. Raison :")
    line(tag(_("Échec"), "bad", "✖"), told, Markup("<i>{}</i>").format(escaped(reply.last_error or "—")), tone="bad")
    line(_("Renvoyez-la, ou choisissez un autre texte ci-dessous. Si l'échec revient, voyez la page Couverture."))
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Renvoyer la même réponse"), key="retry", on_click=retry, args=(reply.id, reply.row_version))


def _draw_waiver(row: QueueRow, following: str) -> None:
    with st.popover(_("Sans réponse, parce que…")):
        st.selectbox(
            _("Raison"), list(WaiverReason), None, key=f"waive_why_{row.comment_id}", format_func=text,
            placeholder=_("Choisir une raison"),
        )  # fmt: skip
        st.button(
            _("Classer sans réponse"), key="waive", on_click=waive, args=(row.comment_id, row.row_version, following)
        )


def draw_waiting(waiting: WaitingRow) -> None:
    """Draw one of those who wait, as a sentence, and the way to answer them."""
    row = waiting.row
    short, spans = excerpt(row)
    state = badge(waiting.reply) if waiting.reply is not ReplyFacet.OWED else Markup()
    failed = (
        tag(_("échec de l'envoi"), "bad", "✖") if waiting.last_error and waiting.reply is ReplyFacet.OWED else Markup()
    )
    tone = "bad" if waiting.late else ""
    body = Markup("« {} »").format(marked(short, spans))
    clock_ = deadline(waiting.reply_due_at, opened_at=row.received_at)
    signs = [tag(_("URGENCE"), "bad", "!")] if row.emergency else []
    signs += [badge(row.network, short=True), kind_sign(row)]
    text_side, button_side = st.columns([8, 1], vertical_alignment="center")
    with text_side:
        line(*signs, clock_, state, failed, row.pseudonym, body, tone=tone)
    with button_side:
        st.button(_("Ouvrir"), key=f"open_{row.comment_id}", on_click=show_comment, args=(row.comment_id,))


def order_of(people: PeopleWaiting) -> list[str]:
    """Return the comments of all who wait, for an answer or for a promised contact, in the order of the list."""
    return list(dict.fromkeys(comment_id for _key, comment_id in sorted(_keys(people))))


def _keys(people: PeopleWaiting) -> Iterator[tuple[tuple[bool, datetime], str]]:
    for one in people.rows:
        yield (not one.row.emergency, one.reply_due_at), one.row.comment_id
    for promised in people.promises:
        yield (True, promised.due_at), promised.comment_id


def draw_others(people: PeopleWaiting, ids: Sequence[str], here: str) -> None:
    """Draw all who wait but the open one: the rows to answer and the promised contacts in one order."""
    rows = {one.row.comment_id: one for one in people.rows}
    others = [comment_id for comment_id in ids if comment_id != here]
    if others:
        rest = people.waiting - len(ids)
        section(_("Les autres"), _("et {n} de plus après celles-ci").format(n=rest) if rest > 0 else "")
    for comment_id in others:
        if comment_id in rows:
            draw_waiting(rows[comment_id])
        for promised in people.promises:
            if promised.comment_id == comment_id:
                _draw_promised(promised, alone=comment_id not in rows)


def _draw_promised(promised: PromiseLine, *, alone: bool) -> None:
    text_side, button_side = st.columns([8, 1], vertical_alignment="center")
    with text_side:
        draw_promise_line(promised)
    if alone:
        with button_side:
            key = f"open_promise_{promised.id}"
            st.button(_("Ouvrir"), key=key, on_click=show_comment, args=(promised.comment_id,))
