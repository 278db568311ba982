"""Answering a person with an approved text, or deciding with a reason that no answer is due."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, deadline
from app_pages._comment_text import draw_comment, excerpt
from app_pages._keys import key_button
from app_pages._page import empty, line, parameter, perform, say
from app_pages._text import draw, escaped, marked
from app_pages._words import badge, tag, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import PvFacet, ReplyFacet, ReplyStatus, WaiverReason
from models.session import reading
from moderation import queries, replies
from moderation.queries.rows import CommentView, QueueRow, ReplyLine, TextChoice, WaitingRow

KEYS = {
    "Ctrl+Entrée": N_("répondre avec le texte affiché"),
    "J": N_("personne suivante"),
    "K": N_("personne précédente"),
}
WATCH_SECONDS = 5
PENDING = (ReplyFacet.QUEUED,)
WITH_PV = (PvFacet.POSSIBLE, PvFacet.CONFIRMED, PvFacet.FORWARDED, PvFacet.ACKNOWLEDGED)


def show(comment_id: str) -> None:
    """Open a person's comment; a callback."""
    st.query_params["comment"] = comment_id


def send(comment_id: str, row_version: int, text_id: str, following: str) -> None:
    """Answer with an approved text; a callback."""
    perform(
        replies.answer,
        comment_id=comment_id,
        row_version=row_version,
        approved_text_id=text_id,
        done=N_("Réponse en cours d'envoi. La personne reste comptée ici jusqu'à ce que le réseau confirme."),
        then=lambda _reply: move_on(following),
    )


def retry(reply_id: str, row_version: int) -> None:
    """Send a failed answer again; a callback."""
    perform(replies.retry, reply_id=reply_id, row_version=row_version, done=N_("Réponse remise en route."))


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
        then=lambda _reply: move_on(following),
    )  # fmt: skip


def move_on(following: str) -> None:
    """Open the next person's comment, or the longest wait when there is none."""
    if following:
        st.query_params["comment"] = following
    else:
        st.query_params.pop("comment", None)


def draw_person(view: CommentView) -> None:
    """Draw who waits, since when, and what they wrote."""
    row = view.row
    signs = [tag(_("URGENCE"), "bad", "!")] if row.emergency else []
    signs += [badge(row.network), Markup("<strong>{}</strong>").format(row.pseudonym), ago(row.posted_at)]
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
    """Draw the answer: on its way, failed and what to do, or to be chosen."""
    newest = view.replies[-1] if view.replies else None
    if view.row.facets.reply in PENDING:
        _draw_pending(newest)
        _watch(view.row.comment_id)
        return
    if view.row.facets.reply in (ReplyFacet.CONFIRMED, ReplyFacet.WAIVED):
        line(badge(view.row.facets.reply), _("Cette personne n'attend plus."), tone="ok")
        return
    if newest and newest.status is ReplyStatus.FAILED:
        _draw_failed(newest)
    if allows(actor, Permission.REPLY_SEND):
        _draw_choice(view, following)
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
    if reply and reply.last_error:
        told = _("L'envoi est retardé ; il est retenté tout seul, sans doublon. Le réseau a dit :")
        line(tag(_("Retardé"), "warn", "▲"), told, Markup("<i>{}</i>").format(escaped(reply.last_error)), tone="warn")


@st.fragment(run_every=WATCH_SECONDS)
def _watch(comment_id: str) -> None:
    """Look whether the network confirmed or refused, and draw the page again when it did."""
    with reading() as session:
        reply = queries.comment_view(session, comment_id).row.facets.reply
    if reply not in PENDING:
        st.rerun()


def _draw_failed(reply: ReplyLine) -> None:
    told = _("La réponse n'est pas partie, ou le réseau ne la montre pas. Rien n'a été envoyé deux fois. Raison :")
    line(tag(_("Échec"), "bad", "✖"), told, Markup("<i>{}</i>").format(escaped(reply.last_error or "—")), tone="bad")
    line(_("Renvoyez-la, ou choisissez un autre texte ci-dessous. Si l'échec revient, voyez la page Couverture."))
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Renvoyer la même réponse"), key="retry", on_click=retry, args=(reply.id, reply.row_version))


def _draw_choice(view: CommentView, following: str) -> None:
    row = view.row
    if not view.suggestions:
        empty(
            _(
                "Aucun texte approuvé ne peut être envoyé aujourd'hui. Demandez-en un au comité, ou classez sans "
                "réponse avec une raison."
            )
        )
        return
    by_id = {choice.id: choice for choice in view.suggestions}
    asked = parameter("texte")
    first = asked if asked in by_id else next((choice.id for choice in view.suggestions if choice.fits), None)
    chosen = st.selectbox(
        _("Texte approuvé"), list(by_id), list(by_id).index(first) if first else None, key=f"text_{row.comment_id}",
        format_func=lambda key: title_of(by_id[key]), placeholder=_("Choisir un texte approuvé"),
    )  # fmt: skip
    if chosen not in by_id:
        line(_("Aucun texte n'est fait pour ce commentaire : choisissez-en un dans la liste."), tone="warn")
        return
    draw(by_id[chosen].text)
    until = by_id[chosen].valid_until
    if until:
        line(
            Markup('<span class="cv-soft">{}</span>').format(
                _("approuvé jusqu'au {day}").format(day=f"{until:%d/%m/%Y}")
            )
        )
    with st.container(horizontal=True, horizontal_alignment="right"):
        key_button(
            _("Répondre (Ctrl+Entrée)"), "Ctrl+Enter", key="send", primary=True, on_click=send,
            args=(row.comment_id, row.row_version, chosen, following),
        )  # fmt: skip


def title_of(choice: TextChoice) -> str:
    """Return an approved text's title, its language, and whether it is made for this kind of comment."""
    fitting = _("{title} ({language}) · convient").format(title=choice.title, language=choice.language.upper())
    return fitting if choice.fits else f"{choice.title} ({choice.language.upper()})"


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
    clock = deadline(waiting.reply_due_at, opened_at=row.received_at)
    signs = [tag(_("URGENCE"), "bad", "!")] if row.emergency else []
    text_side, button_side = st.columns([8, 1], vertical_alignment="center")
    with text_side:
        line(*signs, badge(row.network, short=True), clock, state, failed, row.pseudonym, body, tone=tone)
    with button_side:
        st.button(_("Ouvrir"), key=f"open_{row.comment_id}", on_click=show, args=(row.comment_id,))
