"""Who was asked, who decided what, signed when and as what; and the versions that a post went through."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, deadline, exact
from app_pages._counts import counted
from app_pages._my_steps import claimant
from app_pages._page import empty, line, section
from app_pages._post_checklist import told_answers
from app_pages._post_take_back import draw_take_back
from app_pages._words import badge, tag, text
from i18n import N_, _
from models.enums import Quorum, StepStatus
from workflow.rows import DecisionRow, PostView, RoundRow, SignatureRow, StepRow, VersionRow
from workflow.words import said

TO_SIGN = frozenset({StepStatus.WAITING, StepStatus.OPEN})


def draw_rounds(view: PostView) -> None:
    """Draw the round of this version, then the earlier ones folded away."""
    if view.round is None:
        section(_("Relecture"))
        empty(_("Cette version n'est pas encore soumise au comité. Les avis et les signatures s'afficheront ici."))
    else:
        section(_("Relecture"), _("circuit {name}").format(name=_(view.round.circuit_name)))
        draw_round(view.round)
        draw_take_back(view.round)
    if view.rounds:
        with st.expander(counted(len(view.rounds), N_("{n} tour précédent"), N_("{n} tours précédents"))):
            for each in view.rounds:
                line(badge(each.status), _("v{n}").format(n=each.version_n), ago(each.opened_at))
                draw_round(each)


def draw_round(each: RoundRow) -> None:
    """Draw the steps of a round, stage by stage; those of one stage are open together."""
    stages = [step.stage for step in each.steps]
    rows = Markup("").join(_step(step, parallel=stages.count(step.stage) > 1) for step in each.steps)
    st.html(Markup('<ul class="cv-steps">{}</ul>').format(rows))


def _step(step: StepRow, *, parallel: bool) -> Markup:
    clock = deadline(step.due_at, opened_at=step.entered_at) if step.status is StepStatus.OPEN else ""
    beside = Markup('<span class="cv-soft">{}</span>').format(_("en parallèle")) if parallel else ""
    decided = _carried(step) + Markup("").join(_decision(decision) for decision in step.decisions)
    held = claimant(step.claimed_by, mine=step.claimed_by_me) if step.status is StepStatus.OPEN else ""
    return Markup("<li>{} {} {} {} {} {}{}</li>").format(
        badge(step.status), text(step.role), _quorum(step), clock, beside, held, decided
    )


def _quorum(step: StepRow) -> Markup:
    """Return how many must sign, where one is not enough."""
    if step.quorum is Quorum.ANY:
        return Markup()
    needed = counted(step.needed or 0, N_("{n} signature demandée"), N_("{n} signatures demandées"))
    told = needed if step.quorum is Quorum.K_OF_N else text(step.quorum)
    return Markup('<span class="cv-soft">· {}</span>').format(told)


def _carried(step: StepRow) -> Markup:
    """Say that an earlier signature stands for a step, or which change let it fall until it is signed again."""
    if step.carried is None or not (step.carried.stands or step.status in TO_SIGN):
        return Markup()
    each, n = step.carried, step.carried.version_n
    if each.stands:
        changed = ", ".join(said(change) for change in each.changes) or _("rien")
        told = _("Reprise de la v{n} ; changé depuis : {changes}").format(n=n, changes=changed)
        return Markup('<span class="cv-signed">{} {}</span>').format(tag(told, "ok", "↷"), "") + _signature(
            each.signature
        )
    if each.because:
        why = _("À signer de nouveau, depuis la v{n} : {changes}")
        told = why.format(n=n, changes=", ".join(said(change) for change in each.because))
    else:
        told = _("Signée en v{n} ; cette version demande une nouvelle signature.").format(n=n)
    return Markup('<span class="cv-signed">{}</span>').format(tag(told, "warn", "▲"))


def _decision(decision: DecisionRow) -> Markup:
    if decision.signature:
        signed = _signature(decision.signature) + _said(decision.comment) + told_answers(decision.answers)
        return signed + _ended(decision)
    person = _("{person}, au nom de {name}").format(person=decision.person, name=decision.on_behalf_of)
    person = person if decision.on_behalf_of else decision.person
    what = _("{person} : {decision}").format(person=person, decision=text(decision.kind))
    reason = f" – {text(decision.reason)}" if decision.reason else ""
    head = Markup('<span class="cv-signed">{}{} · {}</span>').format(what, reason, ago(decision.decided_at))
    return head + _said(decision.comment)


def _ended(decision: DecisionRow) -> Markup:
    """Say that an approval counts no more: who took it back, or what it lapsed with, and why."""
    if decision.ended_at is None:
        return Markup()
    words = (
        N_("caduque, {name} a retiré son approbation : « {why} »")
        if decision.lapsed
        else N_("retirée par {name} : « {why} »")
    )
    told = tag(_(words).format(name=decision.ended_by, why=decision.ended), "warn", "↶")
    return Markup('<span class="cv-signed">{} · {}</span>').format(told, ago(decision.ended_at))


def _said(comment: str) -> Markup:
    return Markup('<span class="cv-signed cv-quote">{}</span>').format(comment) if comment else Markup()


def _signature(signature: SignatureRow) -> Markup:
    digest = f"{signature.content_sha256[:4]}…{signature.content_sha256[-2:]}"
    name = _("{person}, au nom de {name}").format(person=signature.printed_name, name=signature.on_behalf_of)
    told = _("Signé par {name}, {role} : «\u00a0{meaning}\u00a0», le {when}").format(
        name=name if signature.on_behalf_of else signature.printed_name,
        role=text(signature.role),
        meaning=_(signature.statement),
        when=exact(signature.signed_at),
    )
    seal = tag(_("sceau vérifié"), "ok", "✔") if signature.holds else tag(_("sceau non valable"), "bad", "✖")
    template = Markup('<span class="cv-signed">{} · <span class="cv-sha" title="{}">{}</span> {}</span>')
    return template.format(told, signature.content_sha256, digest, seal)


def draw_versions(versions: Sequence[VersionRow]) -> None:
    """Draw the history of versions, newest first, folded away."""
    with st.expander(counted(len(versions), N_("Historique : {n} version"), N_("Historique : {n} versions"))):
        for version in versions:
            sha = Markup('<span class="cv-sha">{}…</span>').format(version.content_sha256[:12])
            line(_("v{n}").format(n=version.n), "·", version.author, "·", ago(version.created_at), "·", sha)
