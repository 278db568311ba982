"""Beside a comment that came by another door than a network's: the call it was said in, what hung on the mail."""

from functools import partial

import streamlit as st

from app_pages._clocks import ago
from app_pages._page import line, plain
from app_pages._words import badge, text
from compliance import clock
from i18n import _
from models.door import InboxMail
from models.enums import Network
from models.session import reading
from moderation import inbox, phone_notes
from moderation.queries.rows import QueueRow

MEGABYTE = 1_000_000


def draw_door(row: QueueRow) -> None:
    """Draw who spoke on the telephone, or the attachments of a mail; nothing for any other comment."""
    if row.network is Network.PHONE:
        with reading() as session:
            note = phone_notes.note_of(session, row.comment_id)
        if note:
            line(badge(note.direction), badge(note.speaker), ago(note.called_at))
    if row.network is Network.EMAIL:
        with reading() as session:
            mail = inbox.mail_of(session, row.comment_id)
        if mail:
            _draw_mail(mail)


def _draw_mail(mail: InboxMail) -> None:
    if mail.gap:
        line(text(mail.gap), _("Ouvrez-le dans la boîte."), tone="warn")
    if mail.purged_at:
        told = _("{n} pièces jointes, effacées le {at} à la fin de leur conservation.")
        line(told.format(n=len(mail.attachments), at=f"{clock.paris(mail.purged_at):%d/%m/%Y}"))
        return
    with st.container(horizontal=True):
        for n, (name, _kind, size) in enumerate(mail.attachments):
            label = _("{name} ({size} Mo)").format(name=plain(name or _("pièce jointe")), size=f"{size / MEGABYTE:.1f}")
            st.download_button(
                label, partial(inbox.attachment, mail.comment_id, n), name or f"piece-{n + 1}",
                "application/octet-stream", key=f"attached_{mail.comment_id}_{n}", icon=":material/attach_file:",
            )  # fmt: skip
