"""Around the editor's fields: is it saved, who changed it meanwhile, why it is closed, which way it will go."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, exact
from app_pages._page import go, line
from app_pages._post_draft import Draft, unlock
from app_pages._post_notes import draw_note
from app_pages._words import badge, tag, text
from compliance import clock
from i18n import N_, _
from models.enums import DecisionKind, Disposition, PostAction, PostStatus, Role
from workflow.findings import FindingRow
from workflow.policies import TO_JUSTIFY
from workflow.rows import CircuitRow, EditorView

FREE = frozenset({PostStatus.DRAFT, PostStatus.CHANGES_REQUESTED, PostStatus.REJECTED, PostStatus.WITHDRAWN})
COST = {
    PostStatus.IN_REVIEW: N_(
        "Cette publication est en relecture. La modifier crée une nouvelle version : la relecture en cours s'arrête, "
        "et il faudra la soumettre à nouveau ; signeront de nouveau ceux que le changement concerne."
    ),
    PostStatus.APPROVED: N_(
        "Cette publication est approuvée. La modifier crée une nouvelle version : elle redevient un brouillon, à "
        "soumettre à nouveau ; signeront de nouveau ceux que le changement concerne."
    ),
    PostStatus.SCHEDULED: N_(
        "Cette publication est programmée. La modifier annule la programmation : elle redevient un brouillon, à "
        "soumettre à nouveau ; signeront de nouveau ceux que le changement concerne."
    ),
}
KEPT_APART = N_(
    "Ce que vous écrivez reste dans votre brouillon ; rien ne change pour le comité tant que vous n'enregistrez pas de "
    "version."
)


def draw_saved(draft: Draft, view: EditorView) -> None:
    """Draw "Brouillon gardé 10:42 · à partir de la v3", "Enregistré 10:42 · v3", or that it is not kept."""
    if draft.unsaved:
        line(Markup('<span class="cv-unsaved">● {}</span>').format(_("Non enregistré")))
    elif draft.row_version is not None and view.draft:
        base = _("à partir de la v{n}").format(n=draft.base_n) if draft.base_n else _("pas encore de version")
        _draw_moment(_("Brouillon gardé {time}"), view.draft.updated_at, base)
    elif view.updated_at:
        _draw_moment(_("Enregistré {time}"), view.updated_at, _("v{n}").format(n=view.version_n))
    else:
        line(Markup('<span class="cv-soft">{}</span>').format(_("Rien d'écrit encore")))


def _draw_moment(told: str, moment: datetime, version: str) -> None:
    at = told.format(time=clock.paris(moment).strftime("%H:%M"))
    line(Markup('<span class="cv-saved" title="{}">✔ {} · {}</span>').format(exact(moment), at, version))


def draw_lock(draft: Draft, view: EditorView) -> bool:
    """Say why the fields are closed, and what opening them costs; return whether they are closed."""
    if view.status in FREE or not draft.post_id:
        return False
    if (draft.unlocked or draft.row_version is not None) and PostAction.EDIT in view.actions:
        line(badge(view.status), _(KEPT_APART), tone="info")
        return False
    cost = COST.get(view.status, N_("Cette publication est parue : elle ne se modifie plus."))
    line(badge(view.status), _(cost), tone="info")
    with st.container(horizontal=True):
        st.button(
            _("Ouvrir la relecture"), key="to_review", on_click=go, args=("review.py",), kwargs={"post": draft.post_id}
        )
        if PostAction.EDIT in view.actions:
            st.button(_("Modifier quand même"), key="unlock", on_click=unlock, args=(draft.key,))
    return True


def draw_reasons_hint(found: Sequence[FindingRow]) -> None:
    """Say how to justify a finding while one is writing: a reason is given on a version."""
    if any(f.finding_id is None and f.disposition is Disposition.OPEN and f.severity in TO_JUSTIFY for f in found):
        line(_("Pour justifier un constat, enregistrez d'abord une version."), tone="info")


def draw_returned(view: EditorView) -> None:
    """Draw what the committee asked for, and the remarks still open, above the fields that answer to it."""
    decision = view.last_decision
    if decision and decision.kind is not DecisionKind.APPROVE and view.status in FREE:
        said = decision.comment or text(decision.reason)
        line(badge(decision.kind), decision.person, ago(decision.decided_at), _quote(said), tone="warn")
    for note in view.notes:
        if note.is_open:
            draw_note(note)


def _quote(said: str) -> Markup:
    return Markup('<div class="cv-quote">{}</div>').format(said)


def draw_circuit(circuit: CircuitRow | None, *, declared: bool) -> None:
    """Draw which circuit the post will take, turn by turn; or why there is none yet."""
    if circuit is None:
        missing = _("Aucun circuit n'est prévu pour cette publication : voyez un administrateur.")
        line(
            tag(_("Circuit"), "idle", "→"), missing if declared else _("choisissez la qualification pour le connaître")
        )
        return
    told = _("{name} : {way}").format(name=_(circuit.name), way=" → ".join(turns(circuit)))
    line(tag(_("Circuit"), "info", "→"), told)


def turns(circuit: CircuitRow) -> Iterable[str]:
    """Return who signs, turn by turn: "Communication", "Affaires réglementaires et Juridique"."""
    if circuit.asks_qualification:
        yield _("qualification du pharmacien responsable")
    counts = {(stage, role): n for stage, role, n in circuit.needed}
    for stage, steps in groupby(circuit.steps, key=lambda step: step[0]):
        roles = {Role(role) for _n, role in steps}
        yield _(" et ").join(_asked(role, counts.get((stage, role))) for role in Role if role in roles)


def _asked(role: Role, needed: int | None) -> str:
    return text(role) + (_(" ({n} signatures)").format(n=needed) if needed else "")
