"""Acknowledgements: cases that nothing acknowledges, mails that wait for a person, a mail dropped as a file."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, duration
from app_pages._counts import counted
from app_pages._page import empty, line, perform, section
from app_pages._text import escaped
from app_pages._words import badge, tag, text
from compliance import clock
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import PvMailKind
from models.handoff import ReceivedMail
from models.session import reading
from moderation import chasing, pv_mailbox, queries, receipts
from moderation.chasing import Chased
from moderation.pv_mailbox import MailboxState
from moderation.queries.handoff import MailLine

DROPPED = "_handoff_dropped"


def draw_mails(actor: Actor) -> None:
    """Draw the mailbox's state, the silent cases, the mails that wait, the way to drop one."""
    with reading() as session:
        state, silent = pv_mailbox.mailbox_state(session), chasing.silent_cases(session)
        waiting, automatic = queries.handoff.mails(session), queries.handoff.automatic_mails(session)
    draw_mailbox(state)
    section(_("Cas transmis, sans accusé"), str(len(silent)))
    for case in silent:
        line(
            Markup("<strong>{}</strong>").format(case.number),
            chased_words(case),
            tone="bad" if case.climbed else "warn",
        )
    if not silent:
        empty(_("Tout ce qui a été transmis est accusé. Un cas sans accusé s'affiche ici dès son envoi."))
    section(_("Accusés à rattacher"), str(len(waiting)))
    for mail in waiting:
        _draw_mail(actor, mail)
    if not waiting:
        empty(_("Aucun courriel n'attend. Ceux qu'aucune règle ne rattache sûrement à un cas s'affichent ici."))
    if automatic:
        section(_("Réponses automatiques"), str(len(automatic)))
        for mail in automatic:
            _draw_mail(actor, mail)
    if allows(actor, Permission.HANDOFF_KEEP):
        _draw_drop()


def draw_mailbox(state: MailboxState | None) -> None:
    """Draw whether the mailbox of acknowledgements is read, and what to do when it is not; nothing without one."""
    if state:
        advice = Markup("<br><strong>{}</strong>").format(state.advice)
        line(state.sentence, advice, tone="ok" if state.healthy else "bad")


def chased_words(case: Chased) -> Markup:
    """Return how a case without an acknowledgement stands: "2 relances, sans accusé depuis 3 j"."""
    since = duration(clock.now() - case.waiting_since)
    asked = (
        counted(case.reminders, N_("{n} relance"), N_("{n} relances")) if case.reminders else _("pas encore relancé")
    )
    words = _("{asked}, sans accusé depuis {since}").format(asked=asked, since=since)
    return tag(words, "bad" if case.climbed else "warn" if case.reminders else "idle", "✉")


def _draw_mail(actor: Actor, mail: MailLine) -> None:
    about = Markup("<strong>{}</strong>").format(escaped(mail.subject or _("(sans objet)")))
    case = tag(_("cas {number}").format(number=mail.case_number), "info", "→") if mail.case_number else Markup()
    doubt = text(mail.doubt) if mail.doubt else ""
    sender = Markup('<span class="cv-soft">{}</span>').format(escaped(mail.sender))
    with st.container(key=f"mail_{mail.id}"):
        line(badge(mail.kind), about, sender, ago(mail.received_at), case, Markup("<br>{}").format(doubt), tone="warn")
        with st.expander(_("Lire")):
            st.html(Markup('<div class="cv-text">{}</div>').format(escaped(mail.excerpt)))
        if allows(actor, Permission.HANDOFF_KEEP):
            with st.container(horizontal=True):
                if mail.kind is not PvMailKind.FAILURE and allows(actor, Permission.CASE_ACKNOWLEDGE):
                    _draw_attach(mail)
                _draw_dismiss(mail)


def _draw_attach(mail: MailLine) -> None:
    with st.popover(_("Rattacher…")):
        st.text_input(_("Numéro du cas"), mail.case_number, key=f"attach_case_{mail.id}", placeholder="2026-0117")
        st.text_input(_("Numéro donné par la PV"), mail.pv_reference, key=f"attach_number_{mail.id}")
        st.button(
            _("Rattacher l'accusé"), key=f"attach_{mail.id}", type="primary", on_click=attach,
            args=(mail.id, mail.row_version),
        )  # fmt: skip


def attach(mail_id: str, row_version: int) -> None:
    """Attach a mail to the case that was typed; a callback."""
    state = st.session_state
    perform(
        receipts.attach, mail_id=mail_id, row_version=row_version,
        case_number=state.get(f"attach_case_{mail_id}", ""), pv_reference=state.get(f"attach_number_{mail_id}", ""),
        done=N_("Accusé rattaché à son cas."),
    )  # fmt: skip


def _draw_dismiss(mail: MailLine) -> None:
    with st.popover(_("Écarter…")):
        st.text_input(_("Pour quelle raison ?"), key=f"dismiss_why_{mail.id}")
        st.button(
            _("Écarter ce courriel"), key=f"dismiss_{mail.id}", on_click=dismiss, args=(mail.id, mail.row_version)
        )


def dismiss(mail_id: str, row_version: int) -> None:
    """Set a mail aside with the reason that was typed; a callback."""
    why = st.session_state.get(f"dismiss_why_{mail_id}", "")
    perform(
        receipts.dismiss, mail_id=mail_id, row_version=row_version, reason=why,
        done=N_("Courriel écarté, avec sa raison. Il reste conservé."),
    )  # fmt: skip


def _draw_drop() -> None:
    section(_("Déposer un courriel"), _("un accusé reçu ailleurs, au format .eml"))
    st.file_uploader(_("Courriel"), type=["eml"], key=_uploader(), label_visibility="collapsed")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Lire le courriel"), key="drop_mail", on_click=drop)


def _uploader() -> str:
    """Return the key of the uploader: a new one after each mail, so that it is empty again."""
    return f"handoff_mail_{st.session_state.setdefault(DROPPED, 0)}"


def drop() -> None:
    """Take in the mail that was dropped; a callback."""
    given = st.session_state.get(_uploader())
    perform(
        receipts.drop_mail, raw=given.getvalue() if given else b"",
        done=N_("Courriel lu. S'il accuse un cas sans aucun doute, c'est fait ; sinon, il attend ci-dessus."),
        then=_emptied,
    )  # fmt: skip


def _emptied(_mail: ReceivedMail) -> None:
    st.session_state[DROPPED] += 1
