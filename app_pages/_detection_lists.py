"""What a trial found, by name: newly flagged and newly cleared comments, why before and why now."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import empty, line, section
from app_pages._text import draw
from app_pages._words import badge, tag, text
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import DetectionStatus, DifferenceKind, Screening
from models.session import reading
from moderation.queries import detection
from moderation.queries.detection import ChangeRow, DifferenceLine

TITLES = {
    DifferenceKind.FLAGGED: N_("Nouvellement signalés : rouverts à la signature"),
    DifferenceKind.UNREAD: N_("À lire par une personne : rouverts à la signature"),
    DifferenceKind.CLEARED: N_("Ne seraient plus signalés : ils restent où ils sont"),
}
NONE = {
    DifferenceKind.FLAGGED: N_("Aucun commentaire ne serait nouvellement signalé."),
    DifferenceKind.CLEARED: N_("Aucun commentaire ne cesserait d'être signalé."),
}


def draw_lists(actor: Actor, row: ChangeRow) -> None:
    """Draw the lists once there is a trial to read."""
    if row.status not in (DetectionStatus.READY, DetectionStatus.SIGNED) or not row.change.read_n:
        return
    for kind, title in TITLES.items():
        n = row.counts.get(kind, 0)
        if n or kind in NONE:
            section(_(title), str(n))
            if n:
                _draw_list(actor, row.id, kind, n)
            else:
                empty(_(NONE[kind]))


def _draw_list(actor: Actor, change_id: str, kind: DifferenceKind, n: int) -> None:
    pages, page = -(-n // detection.PAGE), 0
    if pages > 1:
        page = int(st.number_input(_("Page sur {n}").format(n=pages), 1, pages, key=f"detection_page_{kind}")) - 1
    with reading() as session:
        found = detection.differences(session, actor, change_id=change_id, kind=kind, page=page)
    for one in found:
        _draw_line(one)


def _draw_line(one: DifferenceLine) -> None:
    with st.container(border=True):
        late = tag(_("arrivé après l'essai"), "info") if one.late else ""
        line(Markup("<strong>{}</strong>").format(one.author), text(one.network), ago(one.posted_at), late)
        draw(one.excerpt or _("(texte effacé à la fin de sa durée de conservation)"), quiet=True)
        for label, state, why, score in (
            (_("Avant"), one.was, one.before, one.score_before),
            (_("Après"), one.becomes, one.now, one.score_now),
        ):
            said = [_("(score {n} %)").format(n=round(100 * score))] if state is Screening.FLAGGED else []
            line(Markup("<strong>{}</strong>").format(label), badge(state), " ".join((*why, *said)))
