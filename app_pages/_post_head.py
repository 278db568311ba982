"""The head of a review: what the post is, what I am asked for, what is declared."""

from collections.abc import Iterable

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, deadline, exact
from app_pages._keys import help_button
from app_pages._library_prior import prior_tag
from app_pages._my_steps import claimant
from app_pages._page import heading, line
from app_pages._text import escaped
from app_pages._words import badge, tag, text
from compliance import clock, signatures
from i18n import N_, _
from models.enums import StepStatus
from workflow.rows import PostView, StepRow

KEYS = {
    "A": N_("approuver et signer"),
    "S": N_("approuver sous conditions"),
    "M": N_("demander des modifications"),
    "X": N_("rejeter"),
    "J": N_("texte suivant à signer"),
    "K": N_("texte précédent à signer"),
}


def draw_head(view: PostView) -> None:
    """Draw title, version, state, author, planned date, and the page's keys."""
    post = view.post
    parts: list[str | Markup] = [badge(post.status), _("v{n}").format(n=post.version_n), "·", post.author]
    if post.prior:
        parts.append(prior_tag())
    if post.campaign:
        parts += ["·", _("campagne {name}").format(name=post.campaign)]
    if post.planned_at:
        when = clock.paris(post.planned_at).strftime("%d/%m/%Y %H:%M")
        parts += [
            "·",
            Markup('<span title="{}">{}</span>').format(exact(post.planned_at), _("pour le {when}").format(when=when)),
        ]
    with st.container(horizontal=True):
        heading(f"« {post.title} »", Markup(" ").join(parts))
        help_button(KEYS)


def draw_my_turn(view: PostView) -> None:
    """Say what the committee asks of me now: my step, who else is on it, how long I have; or why I may not sign."""
    step = view.my_step
    if step is None:
        return
    others = [text(each.role) for each in _open_steps(view) if each.step_id != step.step_id]
    beside = _("avec {roles}, en parallèle").format(roles=_(" et ").join(others)) if others else ""
    line(
        Markup("<strong>{}</strong>").format(_("À vous : {role}").format(role=text(step.role))),
        f"«\u00a0{_(signatures.MEANINGS[step.meaning])}\u00a0»",
        *([f"· {beside}"] if beside else []),
        *([tag(_("au nom de {name}").format(name=step.on_behalf_of), "special", "✎")] if step.on_behalf_of else []),
        claimant(step.claimed_by, mine=step.claimed_by_me),
        "·",
        deadline(step.due_at, opened_at=step.entered_at),
        tone="bad" if step.late else "info",
    )
    if step.refusal:
        line(tag(_("Signature impossible pour l'instant"), "warn", "▲"), step.refusal, tone="warn")


def _open_steps(view: PostView) -> Iterable[StepRow]:
    return (step for step in (view.round.steps if view.round else ()) if step.status is StepStatus.OPEN)


def draw_facts(view: PostView) -> None:
    """Draw what the author declares and every signature relies on."""
    post = view.post
    signed = " " + _("(signée par le pharmacien responsable)") if view.qualification_signed else ""
    facts = {
        _("Qualification"): (text(post.qualification) if post.qualification else _("à choisir")) + signed,
        _("Public visé"): text(view.audience),
        _("Produits"): ", ".join(view.products) or _("aucun"),
        _("Visa"): view.visa or _("sans objet"),
        _("Référence interne"): view.internal_ref or "—",
        _("Plan de modération"): escaped(view.moderation_plan or "—"),
        _("Modifiée"): ago(post.updated_at),
        _("Empreinte"): Markup('<span class="cv-sha" title="{}">{}…{}</span>').format(
            view.content_sha256, view.content_sha256[:4], view.content_sha256[-2:]
        ),
    }
    rows = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in facts.items())
    st.html(Markup('<dl class="cv-declared">{}</dl>').format(rows))
