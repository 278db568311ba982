"""Lifting a blocking finding: the author asks beside it, the two people who sign find it there and in their work."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._clocks import ago, exact
from app_pages._page import go, line, perform, plain, section
from app_pages._text import titled
from app_pages._words import badge, tag, text
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import OverrideStatus
from models.session import reading
from workflow import override_rows, overriding, settling
from workflow.findings import FindingRow, OverrideRow
from workflow.override_rows import OverrideWorkRow

ASKED = N_("Levée demandée : elle attend le pharmacien responsable et le juridique.")
SIGNED = N_("Signature enregistrée.")
REFUSED = N_("Levée refusée : l'auteur lit votre raison.")


def draw_override(alike: Sequence[FindingRow]) -> None:
    """Draw where the overrides of a finding stand, one per account, and what I may do; nothing where there is none."""
    for finding in alike:
        if finding.override:
            _draw_standing(finding.override)
    if alike[0].may_ask and alike[0].finding_id:
        _draw_asking(alike)


def _draw_standing(override: OverrideRow) -> None:
    signed = [
        _("{name}, {role}, le {when}").format(name=name, role=text(role), when=exact(at))
        for name, role, at in override.signed
    ]
    told = Markup('<span class="cv-soft">{} · {}</span>')
    line(
        badge(override.status),
        _("Levée demandée par {name}").format(name=override.asked_by),
        ago(override.asked_at),
        Markup("« {} »").format(override.reason),
        told.format(_("signée par"), " ; ".join(signed)) if signed else "",
        f"– {_(override.closing_reason)}" if override.closing_reason else "",
    )
    if override.status is OverrideStatus.ASKED and override.refusal:
        line(tag(_("Signature impossible pour l'instant"), "warn", "▲"), override.refusal, tone="warn")
    if override.role:
        _draw_signing(override)


def _draw_signing(override: OverrideRow) -> None:
    seen = {"override_id": override.override_id, "seen_sha256": override.content_sha256}
    signing = seen | {"row_version": override.row_version}
    with st.container(horizontal=True):
        st.button(
            _("Signer la levée"), key=f"lift_{override.override_id}", type="primary", on_click=_signature.ask,
            args=(overriding.open_override, seen, overriding.sign_override, signing, SIGNED),
        )  # fmt: skip
        with st.popover(_("Refuser la levée"), key=f"unlift_{override.override_id}"):
            st.text_area(_("Pourquoi, pour l'auteur"), key=f"unlift_why_{override.override_id}", height=90)
            st.button(
                _("Refuser"), key=f"unlift_send_{override.override_id}", on_click=refuse,
                args=(override.override_id, override.row_version),
            )  # fmt: skip


def _draw_asking(alike: Sequence[FindingRow]) -> None:
    key, earlier = alike[0].finding_id, alike[0].earlier_reason
    seen = tuple((each.finding_id, each.row_version) for each in alike if each.finding_id)
    with st.popover(_("Renouveler la levée") if earlier else _("Demander une levée"), key=f"override_{key}"):
        st.markdown(
            plain(
                _("Le pharmacien responsable et le juridique signent tous deux cette raison, sur ce texte exactement.")
            )
        )
        st.text_area(_("Pourquoi ce constat peut être levé"), value=earlier, key=f"override_why_{key}", height=110)
        st.button(
            _("Envoyer la demande"), key=f"override_send_{key}", type="primary", on_click=ask, args=(seen,)
        )  # fmt: skip


def ask(seen: Sequence[tuple[str, int]]) -> None:
    """Ask for the override of a finding, on each account that it stands on, with the reason that was typed."""
    reason = st.session_state.get(f"override_why_{seen[0][0]}", "")
    perform(settling.ask_overrides, seen=seen, reason=reason, done=ASKED)


def refuse(override_id: str, row_version: int) -> None:
    """Refuse an override with the words that were typed."""
    reason = st.session_state.get(f"unlift_why_{override_id}", "")
    perform(overriding.refuse_override, override_id=override_id, row_version=row_version, reason=reason, done=REFUSED)


def draw_waiting(actor: Actor) -> int:
    """Draw the overrides that wait for my signature, with the way to each; return how many."""
    with reading() as session:
        rows = override_rows.overrides_to_sign(session, actor)
    if rows:
        section(_("Levées à signer ({n})").format(n=len(rows)))
    for row in rows:
        _draw_work(row)
    return len(rows)


def _draw_work(row: OverrideWorkRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"lifting_{row.override_id}"):
        line(
            tag(row.rule_id, "bad", "■"),
            titled(row.title),
            Markup('<span class="cv-soft">« {} »</span>').format(row.reason),
            ago(row.asked_at),
        )
        st.button(
            _("Lire et signer"), key=f"open_lifting_{row.override_id}", on_click=go, args=("review.py",),
            kwargs={"id": row.post_id},
        )  # fmt: skip
