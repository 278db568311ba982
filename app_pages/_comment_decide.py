"""Taking a comment and deciding on it, by keys. What is decided on is the version that was read, never a newer one."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._comment_cases import propose
from app_pages._comment_conflict import (
    draw_dialog,
    draw_difference,
    known_key,
    note_conflict,
    pending,
    read_again,
    rereads,
)
from app_pages._comment_divide import draw_division, opened_key, toggle
from app_pages._comment_reason import REASON_KEYS, card_of, draw_card, reason_key, weigh
from app_pages._comment_skip import is_choosing
from app_pages._keys import key_button
from app_pages._last_decision import Last, remember
from app_pages._page import go, line, perform, show_comment, show_messages
from app_pages._presence import presence
from app_pages._words import tag, text
from compliance import clock
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import NoneReason, TriageOutcome
from models.queueing import UndoPoint
from models.session import reading
from moderation import queries, triage, undoing
from moderation.decision_cards import needs
from moderation.facets import waits_for_pv
from moderation.queries.rows import CommentView, QueueRow

OUTCOMES = {
    "E": TriageOutcome.ADVERSE_EVENT,
    "S": TriageOutcome.SPECIAL_SITUATION,
    "Q": TriageOutcome.QUALITY_DEFECT,
    "P": TriageOutcome.PRODUCT_MENTION,
}
KEYS = {
    "T": N_("prendre le commentaire"),
    "G": N_("le rendre"),
    "E S Q P": N_("choisir une ou plusieurs qualifications"),
    "N": N_("non, parce que… : les raisons ; puis 1 à 9, 0, X ou Y"),
    "D": N_("diviser : un cas par patient"),
    "Ctrl+Entrée": N_("enregistrer la décision"),
    "O": N_("ouvrir le cas de la dernière décision"),
    "U": N_("annuler la dernière décision, pendant 30 secondes"),
    "→": N_("passer : le laisser aux autres, pour la raison affichée"),
    "Maj+→": N_("passer pour une autre raison ; puis 1 à 5"),
    "V": N_("afficher un texte masqué"),
    "L": N_("décider en lot, ou revenir"),
}
BEAT_SECONDS = 60


def chosen_key(comment_id: str) -> str:
    """Return where the outcomes picked for a comment are kept."""
    return f"_chosen_{comment_id}"


def seen_revision(row: QueueRow) -> int:
    """Return the version that this person read: the one shown first, until they say that they read a newer one."""
    return int(st.session_state.setdefault(f"_seen_{row.comment_id}", row.revision_n))


def open_comment(comment_id: str, leaving: str = "") -> None:
    """Show a comment, and give back the one that is left; a callback."""
    if leaving:
        perform(triage.release, comment_id=leaving)
    st.query_params["comment"] = comment_id


def take(comment_id: str) -> None:
    """Take a comment; a callback."""
    perform(triage.claim, comment_id=comment_id)


def give_back(comment_id: str) -> None:
    """Give a comment back; a callback."""
    perform(triage.release, comment_id=comment_id, done=N_("Commentaire rendu : un collègue peut le prendre."))


def pick(comment_id: str, outcome: TriageOutcome) -> None:
    """Pick an outcome, or take it back; the first one takes the comment too. A callback."""
    if perform(triage.claim, comment_id=comment_id) is None:
        return
    picked: set[TriageOutcome] = st.session_state.setdefault(chosen_key(comment_id), set())
    picked.symmetric_difference_update({outcome})
    if outcome is TriageOutcome.NONE:
        picked.intersection_update({TriageOutcome.NONE})
    else:
        picked.discard(TriageOutcome.NONE)


def decide(comment_id: str, seen: int, row_version: int, following: str, reason: NoneReason | None = None) -> None:
    """Record the decision on the version that was read, then show the following comment; a callback."""
    picked = set(st.session_state.get(chosen_key(comment_id), ()))
    recorded = perform(
        undoing.decide,
        comment_id=comment_id,
        revision_n=seen,
        row_version=row_version,
        outcomes=picked,
        none_reason=reason,
        card=card_of(comment_id, reason),
        note=st.session_state.get(f"note_{comment_id}", ""),
        then=lambda point: _move_on(point, following),
    )
    if recorded is None:
        note_conflict(comment_id, seen, row_version)


def _move_on(point: UndoPoint, following: str) -> None:
    comment_id = point.comment_id
    for key in (chosen_key(comment_id), f"_seen_{comment_id}", f"_again_{comment_id}", reason_key(comment_id)):
        st.session_state.pop(key, None)
    propose(point.decision_id, comment_id)
    with reading() as session:
        row = queries.comment_row(session, comment_id)
    remember(Last(point.batch_id, clock.now(), case_id=row.case_id, case_number=row.case_number))
    show_comment(following)


def reopen(comment_id: str, row_version: int) -> None:
    """Put a decided comment back into the queue, for the reason that was typed; a callback."""
    why = st.session_state.get(f"reopen_why_{comment_id}", "")
    done = N_("Le commentaire est revenu dans la file.")
    perform(triage.reopen, comment_id=comment_id, row_version=row_version, reason=why, done=done)


def draw_holder(row: QueueRow, actor: Actor) -> bool:
    """Draw who has the comment; return whether this person may decide (nobody else has it)."""
    if row.holder_id and row.holder_id != actor.id:
        line(_("pris par"), presence(row, actor) or "", _("Passez au suivant (J)."), tone="warn")
        return False
    with st.container(horizontal=True, vertical_alignment="center", key="holder"):
        if row.holder_id:
            keep(row.comment_id)
            key_button(_("Rendre"), "G", key="release", on_click=give_back, args=(row.comment_id,))
        else:
            line(Markup('<span class="cv-soft">{}</span>').format(_("Personne ne l'a pris.")))
            key_button(_("Prendre"), "T", key="claim", on_click=take, args=(row.comment_id,))
    return True


@st.fragment(run_every=BEAT_SECONDS)
def keep(comment_id: str) -> None:
    """Keep the comment while it is open on this screen; say so when it was lost."""
    lease = perform(triage.heartbeat, comment_id=comment_id)
    if lease is None:
        show_messages()
        return
    minutes = int((lease.until - clock.now()).total_seconds() + 1) // 60
    line(
        tag(_("vous, bail {n} min").format(n=minutes), "info", "●"),
        _("prolongé tant que vous êtes là, rendu quand vous partez"),
    )


def draw_decision(view: CommentView, following: str) -> None:
    """Draw the decision: outcomes by keys, the reasons of « non », the button that records."""
    row, seen = view.row, seen_revision(view.row)
    if row.revision_n != seen:
        return
    st.session_state[known_key(row.comment_id)] = len(view.decisions)
    picked: set[TriageOutcome] = st.session_state.get(chosen_key(row.comment_id), set())
    with st.container(horizontal=True, key="outcomes"):
        for letter, outcome in [*OUTCOMES.items(), ("N", TriageOutcome.NONE)]:
            name = _("Non, parce que…") if outcome is TriageOutcome.NONE else text(outcome)
            label = f"{'✔ ' if outcome in picked else ''}{name}"
            key_button(label, letter, key=f"pick_{letter}", on_click=pick, args=(row.comment_id, outcome))
        if row.text:
            key_button(_("Diviser…"), "D", key="divide", on_click=toggle, args=(row.comment_id,))
    bound = (row.comment_id, seen, row.row_version, following)
    if TriageOutcome.NONE in picked:
        _draw_reasons(row, bound)
        return
    if st.session_state.get(opened_key(row.comment_id)):
        draw_division(row, following, chosen_key(row.comment_id))
        return
    st.text_input(_("Note (facultative)"), key=f"note_{row.comment_id}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        key_button(
            _("Enregistrer la décision (Ctrl+Entrée)"), "Ctrl+Enter", key="decide", primary=True,
            on_click=decide, args=bound,
        )  # fmt: skip


def _draw_reasons(row: QueueRow, bound: tuple[str, int, int, str]) -> None:
    """Draw the reasons of « non »: one that needs nothing decides at once, the others ask for what they need."""
    line(Markup("<strong>{}</strong>").format(_("Non, parce que…")), _("Choisir la raison enregistre la décision."))
    numbers = not is_choosing(bound[0])
    with st.container(horizontal=True, key="reasons"):
        for letter, reason in zip(REASON_KEYS, NoneReason, strict=True):
            label = f"{text(reason)}…" if needs(reason) else text(reason)
            act, given = (weigh, (row, reason)) if needs(reason) else (decide, (*bound, reason))
            key_button(label, letter if numbers else None, key=f"none_{reason}", on_click=act, args=given)
    if (chosen := st.session_state.get(reason_key(row.comment_id))) is not None:
        draw_card(row.comment_id, chosen, decide, (*bound, chosen))


def draw_conflict(view: CommentView) -> None:
    """When the author changed the comment since it was opened, draw the difference, and what says that it was read.

    When a decision was refused for it, or because another person decided, that stands in a dialog.
    """
    row, seen = view.row, seen_revision(view.row)
    if conflict := pending(row.comment_id):
        draw_dialog(view, conflict, chosen_key(row.comment_id))
        return
    if row.revision_n == seen:
        return
    when = next((revision.seen_at for revision in view.revisions if revision.n == row.revision_n), row.received_at)
    told = _("L'auteur a modifié ce commentaire depuis que vous l'avez ouvert : version {now} au lieu de {seen}.")
    line(tag(_("Modifié"), "warn", "↺"), told.format(now=row.revision_n, seen=seen), ago(when), tone="warn")
    draw_difference(view, seen)
    label = _("J'ai lu la version {n} (Ctrl+Entrée)").format(n=row.revision_n)
    with st.container(horizontal=True, horizontal_alignment="right"):
        key_button(
            label, "Ctrl+Enter", key="read_again", primary=True, on_click=read_again,
            args=(row.comment_id, row.revision_n, chosen_key(row.comment_id)),
        )  # fmt: skip


def is_undecided(row: QueueRow) -> bool:
    """Say whether a comment waits for a decision, or this person was shown a conflict and goes on to decide."""
    return waits_for_pv(row.facets) or rereads(row.comment_id)


def draw_decided(row: QueueRow) -> None:
    """For a comment that is in no queue any more: say so, and offer the way back."""
    line(
        tag(_("Décidé"), "ok", "✔"),
        _("Ce commentaire n'est plus dans la file. Voyez l'historique ci-dessous."),
        tone="ok",
    )
    with st.container(horizontal=True), st.popover(_("Remettre dans la file…")):
        st.text_input(_("Pour quelle raison ?"), key=f"reopen_why_{row.comment_id}")
        st.button(_("Remettre dans la file"), key="reopen", on_click=reopen, args=(row.comment_id, row.row_version))
    if row.case_id:
        label = _("Ouvrir le cas {number}").format(number=row.case_number)
        st.button(label, key="to_case", on_click=go, args=("case.py",), kwargs={"case": row.case_id})
