"""What a case is, in sentences: known since when, due when, which criteria are missing and what to ask."""

from datetime import datetime

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, deadline, exact
from app_pages._comment_text import draw_comment
from app_pages._counts import counted
from app_pages._page import go, line, section
from app_pages._text import escaped
from app_pages._words import badge, tag, text
from compliance import clock
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import CaseStatus, NoneReason, TriageOutcome
from models.session import reading
from moderation import awareness, queries
from moderation.criteria import NAMES, Criterion
from moderation.queries.rows import CaseLine, CaseView

CRITERIA = 4
WATCH_SECONDS = 5
MAIL_WAITS = N_("Il est retenté tout seul ; le cas et son document sont conservés. Le serveur a dit :")
MAIL_REFUSED = N_(
    "Le cas n'est pas transmis, et ses délais courent. Prévenez la PV de vive voix, puis transmettez de nouveau. "
    "Le serveur a dit :"
)


def criteria_line(case: CaseLine) -> Markup:
    """Return how many of the four criteria are known, and the names of those that are missing."""
    if not case.missing:
        return tag(_("4 critères sur 4"), "ok", "✔")
    names = ", ".join(_(NAMES[criterion]) for criterion in case.missing)
    known = counted(CRITERIA - len(case.missing), N_("{n} critère sur 4"), N_("{n} critères sur 4"))
    return Markup("{} {}").format(tag(known, "warn", "▲"), _("manque : {names}").format(names=names))


def draw_header(view: CaseView) -> None:
    """Draw the case's sentence: awareness and its evidence, the due dates, day zero, where it stands."""
    case = view.line
    badges = [badge(case.status), tag(text(case.vigilance))]
    badges += [tag(_("Grave"), "bad", "●")] if case.serious else []
    badges += [tag(_("Suivi n° {n}").format(n=case.follow_up_n), "info")] if case.follow_up_n else []
    badges += [_confirmed(view)]
    line(*badges)
    line(_known(view), _forward(case), _day_zero(view), tone="bad" if case.late else "")
    if authority := _authority(view):
        line(authority)
    _draw_steps(view)


def _confirmed(view: CaseView) -> Markup:
    """Return whether a person confirmed the fields, or the detectors alone filled them."""
    if view.confirmed_by:
        return Markup('<span class="cv-soft">{}</span>').format(_("confirmé par {name}").format(name=view.confirmed_by))
    return tag(_("Prérempli, à confirmer"), "warn", "?") if view.line.status is CaseStatus.OPEN else Markup()


def _known(view: CaseView) -> Markup:
    moment = view.line.awareness_at
    template = Markup('{} <strong title="{}">{}</strong> <span class="cv-soft" title="{}">({})</span> ·')
    return template.format(_("Connu le"), exact(moment), short(moment), view.awareness_evidence, _proof(view))


def _proof(view: CaseView) -> str:
    """Return what the awareness rests on: which version, seen when, its hash, under which policy."""
    proof = view.beside.proof
    if proof is None:
        return view.awareness_evidence
    policy = awareness.read(view.awareness_evidence).policy
    by = (
        _("politique {policy}").format(policy=policy)
        if policy
        else _("réception par le système, sans politique signée")
    )
    return _("Preuve : version {n} du commentaire, reçue le {moment}, empreinte {sha}…, {by}").format(
        n=proof.revision_n, moment=short(proof.seen_at), sha=proof.sha256[:12], by=by
    )


def _forward(case: CaseLine) -> Markup:
    if case.forwarded_at and not case.news:
        return Markup("{} <strong>{}</strong> ·").format(_("transmis le"), short(case.forwarded_at))
    if case.status is CaseStatus.HANDED_OVER:
        return Markup("{} ·").format(_("confié à l'entreprise du produit"))
    due = deadline(case.forward_due_at, opened_at=case.awareness_at)
    if case.status is CaseStatus.DISMISSED:
        return Markup("{} ·").format(_("non transmis"))
    return Markup("{} <strong>{}</strong> {} ·").format(_("à transmettre avant le"), short(case.forward_due_at), due)


def _day_zero(view: CaseView) -> str | Markup:
    if view.line.day_zero is None:
        return _("jour 0 : pas encore, il manque un critère")
    stated = awareness.read(view.day_zero_evidence)
    why = _("date indiquée par une personne") if stated.person else _("critères tous connus dès cette version")
    said = _("jour 0 : {day}").format(day=f"{view.line.day_zero:%d/%m/%Y}")
    return Markup('<span title="{}">{} <span class="cv-soft">({})</span></span>').format(
        view.day_zero_evidence or "", said, why
    )


def _authority(view: CaseView) -> Markup:
    due = view.line.authority_due_on
    if due is None:
        return Markup()
    told = _("À déclarer à l'autorité au plus tard le {day}").format(day=f"{due:%d/%m/%Y}")
    return Markup('{} <span class="cv-soft">({})</span>').format(told, view.authority_rule or "")


def _draw_steps(view: CaseView) -> None:
    """Draw who sent it and who acknowledged it, or what hinders the sending."""
    case = view.line
    if case.status is CaseStatus.QUEUED:
        line(
            tag(_("Envoi en cours"), "info", "◔"),
            _("Le courriel part dans la minute ; cette page le dira."),
            tone="info",
        )
    if view.mail_error:
        told = _(MAIL_WAITS) if case.status is CaseStatus.QUEUED else _(MAIL_REFUSED)
        line(tag(_("Courriel non parti"), "bad", "✖"), told, escaped(view.mail_error), tone="bad")
    if case.forwarded_at and case.status in (CaseStatus.FORWARDED, CaseStatus.ACKNOWLEDGED):
        line(
            tag(_("Transmis"), "ok", "✔"), _("par {name}").format(name=view.forwarded_by or "—"), ago(case.forwarded_at)
        )
    if case.acknowledged_at and case.status is CaseStatus.ACKNOWLEDGED:
        told = _("par {name}, sous le numéro {number}").format(name=view.acknowledged_by, number=view.pv_reference)
        line(tag(_("Accusé de réception"), "ok", "✔"), told, ago(case.acknowledged_at))
    if case.status is CaseStatus.DISMISSED:
        line(tag(_("Écarté"), "idle", "–"), dismissal(view.dismissal))


@st.fragment(run_every=WATCH_SECONDS)
def watch(case_id: str) -> None:
    """Look whether the mail left, and draw the page again when it did."""
    with reading() as session:
        status = queries.case_view(session, case_id).line.status
    if status is not CaseStatus.QUEUED:
        st.rerun()


def dismissal(code: str | None) -> str:
    """Return why a case was dismissed, in words."""
    if code in list(NoneReason):
        return text(NoneReason(code))
    return text(TriageOutcome(code)) if code in list(TriageOutcome) else ""


def draw_criteria(view: CaseView) -> None:
    """Draw the four criteria, each known or missing, and what to ask for the missing ones."""
    missing = view.line.missing
    known = CRITERIA - len(missing)
    section(_("Quatre critères"), counted(known, N_("{n} connu"), N_("{n} connus")))
    signs = [
        tag(_(NAMES[criterion]), "warn", _("○ manque :"))
        if criterion in missing
        else tag(_(NAMES[criterion]), "ok", "✔")
        for criterion in Criterion
    ]
    line(*signs)
    if missing:
        line(
            Markup('<span class="cv-soft">{}</span>').format(
                _("Un critère qui manque n'empêche pas de transmettre : le délai court quand même.")
            )
        )


def draw_comments(view: CaseView, actor: Actor) -> None:
    """Draw the comments that the case rests on, with their evidence."""
    section(_("Ce qui a été écrit"), counted(len(view.comments), N_("{n} commentaire"), N_("{n} commentaires")))
    for row in view.comments:
        line(badge(row.network), row.pseudonym, ago(row.posted_at), badge(row.facets.pv), badge(row.facets.reply))
        draw_comment(row)
        line(Markup("<strong>{}</strong>").format(_("Pourquoi :")), escaped(row.reason))
        if allows(actor, Permission.COMMENT_TRIAGE):
            st.button(
                _("Voir dans la file PV"),
                key=f"see_{row.comment_id}",
                type="tertiary",
                on_click=go,
                args=("pv_queue.py",),
                kwargs={"comment": row.comment_id},
            )


def short(moment: datetime) -> str:
    """Return a moment as "21/11 à 10:02", in Paris."""
    at = clock.paris(moment)
    return _("{day} à {time}").format(day=f"{at:%d/%m}", time=f"{at:%H:%M}")
