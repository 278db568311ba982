"""On the coverage page: what did not come in by the doors beside the networks, and what to do."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._handoff_mails import draw_mailbox
from app_pages._page import empty, line, perform, section
from app_pages._text import escaped
from app_pages._words import badge, tag, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.door import SignedDelivery
from models.session import reading
from moderation import deliveries, inbox
from moderation.files import telling
from moderation.inbox import GapMail
from moderation.queries import doors
from moderation.queries.doors import ImportLine


def draw_other_doors(actor: Actor) -> None:
    """Draw the public's mailbox, the mails of which something is missing, the files of which something is missing."""
    with reading() as session:
        state, gaps, missing = inbox.inbox_state(session), inbox.gap_mails(session), doors.open_imports(session)
        delivered = deliveries.open_deliveries(session)
    section(_("Fichiers, appels et courriels"), str(len(missing) + len(gaps) + len(delivered)))
    draw_mailbox(state)
    for mail in gaps:
        _draw_gap(mail, settles=allows(actor, Permission.COMMENT_ENTER))
    for each in missing:
        _draw_missing(each)
    for one, source in delivered:
        _draw_delivery(one, source, settles=allows(actor, Permission.COMMENT_ENTER))
    if not missing and not gaps and not delivered:
        empty(_("Rien ne manque de ce qui est arrivé par fichier ou par courriel. Ce qui n'entre pas s'affiche ici."))


def _draw_missing(each: ImportLine) -> None:
    name = Markup("<strong>{}</strong> · {}").format(escaped(each.row.file_name), escaped(each.source))
    why = _(each.row.error) if each.row.error else telling.outcome(each.row)
    advice = _("Ouvrez Importer : corrigez ces lignes et importez-les de nouveau, ou dites ce qu'elles sont devenues.")
    said = Markup("{}<br><strong>{}</strong>").format(why, advice)
    line(badge(each.row.status), name, ago(each.row.created_at), said, tone="bad")


def _draw_gap(each: GapMail, *, settles: bool) -> None:
    said = text(each.mail.gap)
    advice = _("Ouvrez-le dans la boîte, et notez dans la file ce que les pièces montrent.")
    who = Markup("{} {}").format(each.comment.author_pseudonym, ago(each.comment.posted_at))
    line(tag(_("Courriel"), "warn", "✉"), who, said, Markup("<br><strong>{}</strong>").format(advice), tone="warn")
    if settles:
        args = (each.mail.comment_id, each.mail.row_version)
        st.button(_("Lu dans la boîte"), key=f"gap_{each.mail.comment_id}", on_click=settle_gap, args=args)


def settle_gap(comment_id: str, row_version: int) -> None:
    """Note that the mail was opened in the mailbox; a callback."""
    perform(inbox.settle_gap, comment_id=comment_id, row_version=row_version, done=N_("C'est noté."))


def _draw_delivery(one: SignedDelivery, source: str, *, settles: bool) -> None:
    told = _("Livraison signée : {entered} entrés, {wrong} illisibles.").format(entered=one.entered, wrong=one.wrong)
    advice = _("Demandez à qui tient ce programme de corriger et de livrer de nouveau, puis dites que c'est vu.")
    why = _(one.error) if one.error else ""
    said = Markup("{} {}<br><strong>{}</strong>").format(told, why, advice)
    line(tag(_("Livraison"), "bad", "⇥"), escaped(source), ago(one.received_at), said, tone="bad")
    if settles:
        st.button(_("C'est vu"), key=f"delivery_{one.id}", on_click=settle_delivery, args=(one.id, one.row_version))


def settle_delivery(delivery_id: str, row_version: int) -> None:
    """Note that somebody saw to a delivery; a callback."""
    perform(deliveries.settle_delivery, delivery_id=delivery_id, row_version=row_version, done=N_("C'est noté."))
