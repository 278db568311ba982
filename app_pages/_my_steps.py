"""My work, the committee's part: what I sign in my name or in another's, what was taken back beside me."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st
from markupsafe import Markup

from app_pages import _auth
from app_pages._bulk_sign import draw_choice
from app_pages._clocks import ago, deadline
from app_pages._counts import counted
from app_pages._page import go, line, perform, section
from app_pages._text import titled
from app_pages._words import tag, text
from compliance import sign_in
from errors import NotPermitted
from i18n import N_, _
from models.session import reading
from workflow import reminding, step_claims
from workflow.rows import WorkRow
from workflow.withdrawals import TakenBackRow


def draw_steps(rows: Sequence[WorkRow]) -> None:
    """Draw the texts to sign: mine first, then those of each person who delegated theirs to me, with the last day."""
    mine = [row for row in rows if not row.delegated_by]
    if mine:
        late = sum(row.late for row in mine)
        section(_("À signer ({n})").format(n=len(mine)), _("en retard : {n}").format(n=late) if late else "")
    for row in mine:
        draw_step(row)
    for name, until in sorted({(row.delegated_by, row.delegated_until) for row in rows if row.delegated_until}):
        draw_delegated(name, until, [row for row in rows if (row.delegated_by, row.delegated_until) == (name, until)])


def draw_delegated(name: str, until: date, rows: Sequence[WorkRow]) -> None:
    """Draw what I may sign in another person's name, until when."""
    section(_("Délégué par {name} jusqu'au {until} ({n})").format(name=name, until=f"{until:%d/%m}", n=len(rows)))
    for row in rows:
        draw_step(row)


def draw_step(row: WorkRow) -> None:
    """Draw a text to sign: its clock, title, networks, what changed since my last opinion, who sees to it."""
    version = _("v{n}").format(n=row.version_n)
    if row.my_last_version_n and row.my_last_version_n != row.version_n:
        version = _("v{n}, modifié depuis votre avis v{mine}").format(n=row.version_n, mine=row.my_last_version_n)
    findings = counted(row.open_findings, N_("{n} constat ouvert"), N_("{n} constats ouverts"))
    with st.container(horizontal=True, vertical_alignment="center", key=f"step_{row.step_id}"):
        draw_choice(row.step_id, opened=row.opened)
        line(
            deadline(row.due_at, opened_at=row.entered_at),
            titled(row.title),
            Markup('<span class="cv-soft">{} · {}</span>').format(" · ".join(map(text, row.networks)), version),
            tag(findings, "warn", "▲") if row.open_findings else "",
            claimant(row.claimed_by, mine=row.claimed_by_me),
        )
        draw_claim(row.step_id, row.claimed_by, mine=row.claimed_by_me)
        st.button(_("Relire"), key=f"open_{row.step_id}", on_click=go, args=("review.py",), kwargs={"id": row.post_id})


def claimant(name: str, *, mine: bool) -> Markup:
    """Return who sees to a step, as a label; nothing when nobody does."""
    if not name:
        return Markup()
    return tag(_("vous vous en chargez") if mine else _("{name} s'en charge").format(name=name), "info", "☞")


def draw_claim(step_id: str, name: str, *, mine: bool) -> None:
    """Draw the way to take a step on, or to give it back; what another has taken on shows no button."""
    if mine:
        st.button(_("Rendre"), key=f"release_{step_id}", on_click=release, args=(step_id,))
    elif not name:
        st.button(_("Je m'en charge"), key=f"claim_{step_id}", on_click=claim, args=(step_id,))


def claim(step_id: str) -> None:
    """Take the step on."""
    done = N_("Vous vous en chargez : votre rôle le voit. Chacun peut encore signer.")
    perform(step_claims.claim_step, step_id=step_id, done=done)


def release(step_id: str) -> None:
    """Give the step back."""
    perform(step_claims.release_step, step_id=step_id, done=N_("L'étape est rendue à votre rôle."))


def draw_taken_back(rows: Sequence[TakenBackRow]) -> None:
    """Draw the approvals that others took back of what I signed or wrote, each with its reason."""
    if rows:
        section(_("Approbations retirées ({n})").format(n=len(rows)))
    for row in rows:
        lapsed = tag(_("votre signature est caduque"), "warn", "▲") if row.mine_lapsed else ""
        told = _("{name} ({role}) a retiré son approbation :").format(name=row.person, role=text(row.role))
        with st.container(horizontal=True, vertical_alignment="center", key=f"back_{row.post_id}_{row.withdrawn_at}"):
            line(titled(row.title), told, f"« {row.reason} »", ago(row.withdrawn_at), lapsed, tone="warn")
            key = f"open_back_{row.post_id}_{row.withdrawn_at}"
            st.button(_("Relire"), key=key, on_click=go, args=("review.py",), kwargs={"id": row.post_id})


def draw_calendar() -> None:
    """Draw the download of my deadlines for a calendar."""
    st.download_button(
        _("Mes échéances pour l'agenda (.ics)"),
        data=partial(calendar, _auth.cookie_token() or ""),
        file_name="covigie.ics",
        mime="text/calendar",
        key="calendar",
        on_click="ignore",
    )


def calendar(token: str) -> bytes:
    """Return my deadlines as a calendar file, when it is asked for."""
    with reading() as session:
        actor = sign_in.current_actor(session, token)
        if actor is None:
            raise NotPermitted
        return reminding.my_calendar(session, actor)
