"""What was said in private: its sign, until when it can be answered from here, copying when it cannot; the doors."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, deadline
from app_pages._page import line, section
from app_pages._reply_library import draw_choice
from app_pages._words import badge, tag, text
from compliance import clock
from connectors.private import message_length
from connectors.registry import capabilities_of
from i18n import _
from models.enums import PRIVATE_KINDS, CommentKind
from models.session import reading
from moderation.private_rules import TOO_LATE
from moderation.queries import private
from moderation.queries.private import DoorRow, PrivateView
from moderation.queries.rows import CommentView, QueueRow


def kind_sign(row: QueueRow) -> Markup:
    """Return the sign of what was not left under a public post; empty for what was."""
    return Markup() if row.kind is CommentKind.COMMENT else badge(row.kind)


def is_private(row: QueueRow) -> bool:
    """Say whether its author and we alone see it."""
    return row.kind in PRIVATE_KINDS


def draw_thread(row: QueueRow) -> bool:
    """Draw where the thread stands, and until when it takes an answer; return whether it still does."""
    with reading() as session:
        view = private.private_view(session, row.comment_id)
    if view is None:
        return True
    is_open = view.until is None or clock.now() < view.until
    if not is_open and view.until:
        line(tag(_("fenêtre fermée"), "bad", "✖"), _(TOO_LATE).format(until=_at(view)), tone="bad")
    elif view.until:
        ends = deadline(view.until, opened_at=row.posted_at)
        line(badge(row.kind), _("La réponse part dans la conversation privée. Le réseau la prend encore :"), ends)
    else:
        line(badge(row.kind), _("La réponse part dans la conversation privée."))
    if view.link:
        st.link_button(_("Ouvrir la conversation sur {network}").format(network=text(row.network)), view.link)
    return is_open


def _at(view: PrivateView) -> str:
    return f"{clock.paris(view.until):%d/%m %H:%M}" if view.until else ""


def draw_copy(view: CommentView) -> None:
    """Draw an approved text to copy, where a person sends it on the network's own page."""
    chosen = draw_choice(view, {}, f"copy_{view.row.comment_id}")
    if chosen:
        st.code(chosen.text, language=None, wrap_lines=True)


def draw_message_length(row: QueueRow, typed: str) -> None:
    """Draw how long a private message is, and how long it may be."""
    capabilities = capabilities_of(row.network.value)
    limit = capabilities.max_message_length if capabilities else 0
    count = message_length(row.network.value, typed)
    said = _("{count} / {limit} caractères").format(count=count, limit=limit)
    line(tag(said, "bad", "✖") if count > limit else Markup('<span class="cv-soft">{}</span>').format(said))


def draw_doors() -> None:
    """Draw whether each door beside the comments is read, the failing ones first, and what to do."""
    with reading() as session:
        rows = private.doors(session)
    if not rows:
        return
    failing = sum(not row.healthy for row in rows)
    told = _("{n} non relevées").format(n=failing) if failing else _("toutes relevées")
    section(_("Messages privés et publicités"), told)
    for row in rows:
        _draw_door(row)


def _draw_door(row: DoorRow) -> None:
    parts: list[str | Markup] = [badge(row.network), row.name, ":", text(row.spot)]
    if row.sentence:
        parts.append(Markup("<strong>{}</strong>").format(row.sentence))
    if row.read_at:
        parts.append(Markup('<span class="cv-soft">{} {}</span>').format(_("relevé"), ago(row.read_at)))
    if row.capped_at:
        parts += [tag(_("le réseau n'a pas tout montré"), "warn", "▲"), ago(row.capped_at)]
    line(*parts, tone="ok" if row.healthy and not row.capped_at else "warn")
