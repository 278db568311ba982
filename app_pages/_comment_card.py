"""One comment, whole, with what stands around it: the danger, the text, why it is here, thread, author, history."""

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from app_pages._clocks import ago, deadline
from app_pages._comment_text import draw_comment, spans_of
from app_pages._counts import counted
from app_pages._page import line, perform, plain
from app_pages._text import draw, escaped, legend
from app_pages._words import badge, tag, text
from compliance.permissions import Actor, Permission, allows
from errors import NotFound
from i18n import N_, _
from models.enums import FindingKind, VisibilityFacet
from moderation import queries, triage
from moderation.queries.rows import CommentView, DecisionLine, QueueRow, ThreadLine

REVEALED = "_revealed_author"
SHOWN_LINES = 20
AFTER_TRIAGE = N_(
    "Le commentaire attend aussi dans « Gens en attente ». Appelez le community manager : n'attendez pas qu'il le "
    "voie. Puis qualifiez."
)
AFTER_ANSWER = N_("Prévenez la pharmacovigilance de vive voix : n'attendez pas qu'elle le voie dans sa file.")


def find_view(session: Session, wanted: str, first: str) -> CommentView | None:
    """Return the comment of the address, else the first of the list; say so when the address leads nowhere."""
    try:
        return queries.comment_view(session, wanted or first) if wanted or first else None
    except NotFound:
        st.warning(_("Le commentaire de ce lien n'existe pas, ou n'existe plus."))
        return queries.comment_view(session, first) if first else None


def draw_head(row: QueueRow) -> None:
    """Draw the state, the place and the clocks of a comment, in one sentence."""
    parts: list[str | Markup] = [tag(_("URGENCE"), "bad", "!")] if row.emergency else []
    parts += [tag(_("Grave"), "bad", "●")] if row.serious else []
    parts += [badge(row.network), row.account_name, ago(row.posted_at)]
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
    draw_comment(row, revealed=revealed)
    line(Markup("<strong>{}</strong>").format(_("Pourquoi :")), escaped(row.reason))
    if spans := spans_of(row):
        line(Markup('<span class="cv-soft">{}</span>').format(_("Surligné :")), legend(spans))


def draw_around(view: CommentView, actor: Actor) -> None:
    """Draw what is folded: the thread, the post, the author, what was decided and answered before."""
    if others := [one for one in view.thread if not one.this]:
        one, several = N_("Fil de discussion : {n} autre message"), N_("Fil de discussion : {n} autres messages")
        with st.expander(counted(len(others), one, several)):
            draw_thread(view.thread)
    if view.post:
        with st.expander(plain(_("Publication : « {title} »").format(title=view.post.title))):
            draw(view.post.text, quiet=True)
            if view.post.url:
                st.link_button(
                    _("Voir la publication sur {network}").format(network=text(view.row.network)), view.post.url
                )
    label = counted(view.author_count - 1, N_("{n} autre commentaire"), N_("{n} autres commentaires"))
    with st.expander(plain(f"{view.row.pseudonym} : {label}")):
        draw_thread(view.author_others)
        draw_reveal(view, actor)
    with st.expander(_("Historique")):
        draw_history(view)


def draw_thread(lines: tuple[ThreadLine, ...]) -> None:
    """Draw messages, oldest first as they are given; this comment and ours are told apart."""
    for one in lines[:SHOWN_LINES]:
        who = _("Nous") if one.ours else one.pseudonym
        here = tag(_("ce commentaire"), "info") if one.this else Markup()
        line(Markup("<strong>{}</strong>").format(who), ago(one.posted_at), here, tone="info" if one.this else "")
        if not one.this:
            draw(one.text or _("(texte effacé)"), quiet=True)
    if not lines:
        line(Markup('<span class="cv-soft">{}</span>').format(_("Aucun autre message n'est connu.")))


def draw_history(view: CommentView) -> None:
    """Draw when it came, what its author changed, what was decided and answered."""
    row = view.row
    line(_("Écrit"), ago(row.posted_at), "·", _("reçu"), ago(row.received_at))
    for tombstone in view.tombstones:
        line(_("N'est plus visible sur le réseau"), ago(tombstone.first_missing_at), tone="warn")
    for revision in view.revisions[1:]:
        line(_("Version {n}, lue").format(n=revision.n), ago(revision.seen_at))
    for decision in view.decisions:
        line(_said(decision), ago(decision.decided_at), tone="ok")
    for reply in view.replies:
        line(badge(reply.status), reply.title or "", reply.author, ago(reply.created_at))


def _said(decision: DecisionLine) -> Markup:
    outcomes = ", ".join(text(outcome) for outcome in decision.outcomes)
    reason = f" ({text(decision.none_reason)})" if decision.none_reason else ""
    note = Markup(" <i>{}</i>").format(decision.note) if decision.note else Markup()
    return Markup("{} : <strong>{}</strong>{}{}").format(decision.who, outcomes, reason, note)


def is_revealed(comment_id: str) -> bool:
    """Say whether this person revealed this comment's author; opening another one forgets it."""
    held = st.session_state.get(REVEALED)
    return bool(held and held[0] == comment_id)


def draw_reveal(view: CommentView, actor: Actor) -> None:
    """Draw the author's name once revealed, else the way to reveal it, for whoever may."""
    comment_id = view.row.comment_id
    if is_revealed(comment_id):
        author = st.session_state[REVEALED][1]
        line(
            _("Auteur révélé :"),
            Markup("<strong>@{}</strong>").format(author.handle or author.external_id),
            tone="warn",
        )
        if author.permalink:
            st.link_button(
                _("Voir le commentaire sur {network}").format(network=text(view.row.network)), author.permalink
            )
    elif allows(actor, Permission.COMMENT_REVEAL):
        with st.popover(_("Révéler…")):
            st.text_input(
                _("Pourquoi avez-vous besoin de connaître l'auteur ? (tracé)"), key=f"reveal_why_{comment_id}"
            )
            st.button(
                _("Révéler l'auteur et les données personnelles"), key="reveal", on_click=reveal, args=(comment_id,)
            )


def reveal(comment_id: str) -> None:
    """Reveal an author for the reason that was typed; a callback."""
    why = st.session_state.get(f"reveal_why_{comment_id}", "")
    author = perform(
        triage.reveal_author,
        comment_id=comment_id,
        reason=why,
        done=N_("Auteur révélé ; c'est inscrit dans la piste d'audit."),
    )
    if author:
        st.session_state[REVEALED] = (comment_id, author)
