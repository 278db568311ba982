"""One comment, whole: the danger, the text, why it is here. What stands around it is in `_comment_around`."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from app_pages._clocks import ago, deadline, duration
from app_pages._comment_around import draw_around
from app_pages._comment_door import draw_door
from app_pages._comment_reveal import is_revealed
from app_pages._comment_text import draw_comment, spans_of
from app_pages._page import line, perform
from app_pages._private import is_private, kind_sign
from app_pages._text import draw, escaped, legend
from app_pages._words import badge, tag
from errors import NotFound
from i18n import N_, _
from models.enums import FindingKind, VisibilityFacet
from moderation import queries, triage
from moderation.queries.rows import CommentView, QueueRow

__all__ = ["draw_around", "draw_emergency", "draw_head", "draw_text", "find_view", "is_revealed"]

AFTER_TRIAGE = N_(
    "Le commentaire attend aussi dans « Gens en attente ». Appelez le community manager : n'attendez pas qu'il le "
    "voie. Puis qualifiez."
)
AFTER_ANSWER = N_("Prévenez la pharmacovigilance de vive voix : n'attendez pas qu'elle le voie dans sa file.")


def find_view(
    session: Session, wanted: str, first: str, *, among: Sequence[QueueRow] = (), answering: bool = True
) -> CommentView | None:
    """Return the comment of the address, else the first of the list; say so when the address leads nowhere.

    `among` are rows that this session has just read; `answering`: with the texts that may answer it.
    """
    rows = {row.comment_id: row for row in among}
    for key in dict.fromkeys(filter(None, (wanted, first))):
        try:
            return queries.comment_view(session, key, row=rows.get(key), answering=answering)
        except NotFound:
            st.warning(_("Le commentaire de ce lien n'existe pas, ou n'existe plus."))
    return None


def note_displayed(view: CommentView, *, veiled: bool) -> None:
    """Note the first time that a person had the comment on a screen; a veiled one was not seen."""
    if view.first_displayed_at is None and not veiled:
        perform(triage.mark_displayed, comment_ids=[view.row.comment_id])


def draw_top(row: QueueRow) -> None:
    """Draw the danger, when there is one, and the state of a comment."""
    draw_emergency(row)
    draw_head(row)


def draw_head(row: QueueRow) -> None:
    """Draw the state, the place and the clocks of a comment, in one sentence."""
    parts: list[str | Markup] = [tag(_("URGENCE"), "bad", "!")] if row.emergency else []
    parts += [tag(_("Grave"), "bad", "●")] if row.serious else []
    parts += [badge(row.network), kind_sign(row), row.account_name, ago(row.posted_at)]
    if row.post_title:
        parts.append(escaped(_("sous « {title} »").format(title=row.post_title)))
    if row.facets.visibility is not VisibilityFacet.VISIBLE:
        parts.append(badge(row.facets.visibility))
    due = deadline(row.forward_due_at, opened_at=row.awareness_at)
    clock = Markup('<span class="cv-clock">{} {}</span>').format(_("à transmettre à la PV :"), due)
    line(*parts, Markup("· {}").format(clock), tone="bad" if row.emergency or row.serious else "")


def draw_emergency(row: QueueRow, *, for_answer: bool = False) -> None:
    """Say what to do, first thing, when somebody may be in danger now; `for_answer`: to the one who answers."""
    if not row.emergency:
        return
    suicide = any(s.kind is FindingKind.EMERGENCY and s.label == "suicide" for s in row.evidence)
    numbers = [
        _("15 (SAMU) ou 112 (numéro d'urgence européen), 114 par SMS"),
        _("3114 (prévention du suicide, gratuit, jour et nuit)"),
    ]
    listed = Markup("").join(
        Markup("<li><strong>{}</strong></li>").format(n) for n in (numbers[::-1] if suicide else numbers)
    )
    give = _("Donnez ces numéros à la personne tout de suite, par une réponse publique :")
    ask = _("Faites donner ces numéros à la personne tout de suite, par une réponse publique :")
    if is_private(row):
        give = ask = _("Ces numéros doivent parvenir à la personne tout de suite, dans sa conversation privée :")
    template = Markup(
        '<div class="cv-alert" role="alert"><strong>{}</strong><ol><li>{}<ul>{}</ul></li><li>{}</li></ol></div>'
    )
    said = _("Quelqu'un est peut-être en danger maintenant.")
    st.html(template.format(said, give if for_answer else ask, listed, _(AFTER_ANSWER if for_answer else AFTER_TRIAGE)))


def draw_text(view: CommentView, *, revealed: bool = False) -> None:
    """Draw the parent, the comment, and why it is here."""
    row = view.row
    if row.parent_text:
        st.html(Markup('<div class="cv-soft">{}</div>').format(_("En réponse à :")))
        draw(row.parent_text, quiet=True)
    draw_gone(view)
    draw_door(row)
    draw_comment(row, revealed=revealed)
    line(Markup("<strong>{}</strong>").format(_("Pourquoi :")), escaped(row.reason))
    if spans := spans_of(row):
        line(Markup('<span class="cv-soft">{}</span>').format(_("Surligné :")), legend(spans))


def draw_gone(view: CommentView) -> None:
    """Say of a comment that the public no longer sees that nothing of it is lost, and that no clock stopped."""
    if not view.tombstones or view.row.facets.visibility is VisibilityFacet.VISIBLE:
        return
    stone = view.tombstones[-1]
    told = _("Supprimé par son auteur {after} après sa publication.")
    kept = _(
        "Texte, preuve et fil sont conservés ; l'horloge PV court toujours ; le cas et son export restent complets."
    )
    line(
        tag(_("Supprimé"), "warn", "✝"),
        told.format(after=duration(stone.first_missing_at - view.row.posted_at)),
        kept,
        ago(stone.first_missing_at),
        tone="warn",
    )
