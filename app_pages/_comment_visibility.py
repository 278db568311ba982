"""What the public sees of one comment, and changing it: hide, show again, delete at two; the evidence beside it."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, perform, say
from app_pages._text import draw, escaped
from app_pages._visibility_contest import draw_contests
from app_pages._visibility_evidence import draw_evidence
from app_pages._words import badge, tag, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import ActKind, ActStatus, HideReason, NameMeasure
from models.session import reading
from moderation import naming, visibility
from moderation.private_rules import SEEN_BY_NOBODY
from moderation.queries.rows import QueueRow
from moderation.queries.visibility import ActLine, VisibilityView, visibility_view
from moderation.visibility_rules import NAMED_REASON, SEEN_BY_PUBLIC, possible_now

MISSING = N_("Choisissez la raison dans la liste. Rien n'a été enregistré.")
TONES = {ActStatus.ASKED: "warn", ActStatus.QUEUED: "info", ActStatus.FAILED: "bad"}


def draw_visibility(comment_id: str, actor: Actor, row: QueueRow | None = None) -> None:
    """Draw what the public sees of a comment, what may be done about it, and what was frozen before."""
    with reading() as session:
        view = visibility_view(session, comment_id, row)
    with st.container(key="visibility", gap="xsmall"):
        seen = SEEN_BY_NOBODY if view.private else SEEN_BY_PUBLIC[view.visibility]
        told = Markup('<span class="cv-soft">{}</span>').format(_(seen))
        line(*(() if view.private else (badge(view.visibility),)), told)
        draw_proposal(view)
        for act in view.acts[-1:]:
            draw_act(act)
        draw_acts_offered(view, actor)
        draw_contests(view, actor)
        draw_evidence(view, actor)


def draw_proposal(view: VisibilityView) -> None:
    """Say that the comment names a product, what the network's policy makes of that, and on which legal ground."""
    if view.named is None or view.acts or view.named.measure is NameMeasure.NOTHING:
        return
    legal = naming.LEGAL[view.named.kind]
    names = ", ".join(view.named.names)
    about = _("{source} Confiance {confidence}.").format(source=_(legal.source), confidence=_(legal.confidence))
    line(
        badge(view.named.measure),
        escaped(_("nomme {names} ({kind})").format(names=names, kind=text(view.named.kind))),
        Markup('<span class="cv-soft">{}</span>').format(about),
        tone="info",
    )


def draw_act(act: ActLine) -> None:
    """Draw the last act: what, where it stands, why, by whom, and what went wrong."""
    who = act.who or text(act.origin)
    why = text(act.reason) if act.reason else (act.note or "")
    parts: list[str | Markup] = [badge(act.kind), badge(act.status), escaped(why), escaped(who), ago(act.asked_at)]
    if act.approver:
        parts.append(escaped(_("décidé par {name}").format(name=act.approver)))
    if act.last_error:
        parts.append(Markup("<i>{}</i>").format(escaped(_("Le réseau a dit : {why}").format(why=_(act.last_error)))))
    line(*parts, tone=TONES.get(act.status, ""))


def draw_acts_offered(view: VisibilityView, actor: Actor) -> None:
    """Draw a button for each act that the network can do now and this person may ask for; a sentence for the others."""
    asked = next((act for act in view.acts if act.status is ActStatus.ASKED), None)
    if asked and allows(actor, Permission.COMMENT_DELETE):
        draw_deletion(view, asked, actor)
    if not allows(actor, Permission.COMMENT_HIDE):
        return
    with st.container(horizontal=True):
        if offered(view, ActKind.HIDE):
            draw_hide(view)
        if offered(view, ActKind.UNHIDE):
            draw_unhide(view)
        if offered(view, ActKind.DELETE) and asked is None:
            draw_ask_delete(view)
    for sentence in dict.fromkeys(filter(None, (told(view, kind) for kind in ActKind))):
        line(Markup('<span class="cv-soft">{}</span>').format(_(sentence)))


def offered(view: VisibilityView, kind: ActKind) -> bool:
    """Say whether an act can be asked for."""
    return view.obstacles[kind] is None and possible_now(kind, view.visibility)


def told(view: VisibilityView, kind: ActKind) -> str | None:
    """Return what to do instead of an act that the network cannot do, where one would look for it."""
    return view.obstacles[kind] if possible_now(kind, view.visibility) else None


def _reasons(view: VisibilityView, key: str) -> None:
    reasons = list(HideReason)
    named = view.named and NAMED_REASON[view.named.kind]
    index = reasons.index(named) if named else None
    st.selectbox(_("Raison"), reasons, index=index, format_func=text, key=f"{key}_why_{view.comment_id}")
    st.text_input(_("Précision (obligatoire pour une autre raison)"), key=f"{key}_note_{view.comment_id}")


def draw_hide(view: VisibilityView) -> None:
    """Draw the way to hide: the reason, and what happens before anything leaves."""
    with st.popover(_("Masquer…"), key=f"hide_{view.comment_id}"):
        st.html(
            Markup('<div class="cv-soft">{}</div>').format(
                _(
                    "La preuve est gelée d'abord (texte, fil, contenu brut), et le commentaire entre dans la file PV "
                    "s'il n'y a pas été décidé. La personne attend toujours une réponse."
                )
            )
        )
        _reasons(view, "hide")
        st.button(
            _("Masquer, preuve gelée ✔"), key="hide_now", type="primary", on_click=hide,
            args=(view.comment_id, view.revision_n, view.row_version),
        )  # fmt: skip


def hide(comment_id: str, revision_n: int, row_version: int) -> None:
    """Hide a comment for the reason that was chosen; a callback."""
    _ask(visibility.hide, "hide", comment_id, revision_n, row_version, N_("Preuve gelée. Masquage demandé au réseau."))


def draw_unhide(view: VisibilityView) -> None:
    """Draw the way to show a comment again."""
    with st.popover(_("Réafficher…"), key=f"unhide_{view.comment_id}"):
        st.text_input(_("Pourquoi le réafficher ?"), key=f"unhide_why_{view.comment_id}")
        st.button(
            _("Réafficher"), key="unhide_now", type="primary", on_click=unhide,
            args=(view.comment_id, view.row_version),
        )  # fmt: skip


def unhide(comment_id: str, row_version: int) -> None:
    """Show a comment again for the reason that was typed; a callback."""
    note = st.session_state.get(f"unhide_why_{comment_id}", "")
    done = N_("Réaffichage demandé au réseau.")
    perform(visibility.unhide, comment_id=comment_id, row_version=row_version, note=note, done=done)


def _name_comment(view: VisibilityView) -> None:
    line(Markup("<strong>{}</strong>").format(_("Ce commentaire disparaîtra du réseau pour toujours :")), tone="bad")
    draw(view.text or _("(texte effacé)"), quiet=True)


def draw_ask_delete(view: VisibilityView) -> None:
    """Draw the way to ask for a deletion; it names the comment, and who decides."""
    with st.popover(_("Demander la suppression…"), key=f"delete_{view.comment_id}"):
        _name_comment(view)
        line(_("La pharmacovigilance ou le juridique devra confirmer. Masquer suffit presque toujours."))
        _reasons(view, "delete")
        st.button(
            _("Geler la preuve et demander"), key="delete_ask", on_click=ask_delete,
            args=(view.comment_id, view.revision_n, view.row_version),
        )  # fmt: skip


def ask_delete(comment_id: str, revision_n: int, row_version: int) -> None:
    """Ask for a deletion for the reason that was chosen; a callback."""
    done = N_("Preuve gelée. La suppression attend une seconde personne.")
    _ask(visibility.ask_delete, "delete", comment_id, revision_n, row_version, done)


def _ask(use_case: object, key: str, comment_id: str, revision_n: int, row_version: int, done: str) -> None:
    reason = st.session_state.get(f"{key}_why_{comment_id}")
    if reason is None:
        say("error", _(MISSING))
        return
    note = st.session_state.get(f"{key}_note_{comment_id}", "")
    perform(
        use_case,  # type: ignore[arg-type]
        comment_id=comment_id, revision_n=revision_n, row_version=row_version, reason=reason, note=note, done=done,
    )  # fmt: skip


def draw_deletion(view: VisibilityView, asked: ActLine, actor: Actor) -> None:
    """Draw the decision on a deletion that another person asked for."""
    if asked.asked_by == actor.id:
        line(tag(_("Votre demande"), "warn", "◔"), _("Une autre personne doit en décider."), tone="warn")
        return
    with st.container(horizontal=True):
        with st.popover(_("Confirmer la suppression…"), key=f"approve_{asked.id}"):
            _name_comment(view)
            st.button(
                _("Supprimer, preuve gelée ✔"), key="delete_now", type="primary", on_click=approve,
                args=(asked.id, asked.row_version),
            )  # fmt: skip
        with st.popover(_("Refuser…"), key=f"refuse_{asked.id}"):
            st.text_input(_("Pourquoi refuser ?"), key=f"refuse_why_{asked.id}")
            st.button(
                _("Refuser la suppression"), key="delete_refuse", on_click=refuse, args=(asked.id, asked.row_version)
            )


def approve(act_id: str, row_version: int) -> None:
    """Approve a deletion; a callback."""
    done = N_("Preuve gelée. Suppression demandée au réseau.")
    perform(visibility.approve_delete, act_id=act_id, row_version=row_version, done=done)


def refuse(act_id: str, row_version: int) -> None:
    """Refuse a deletion for the reason that was typed; a callback."""
    reason = st.session_state.get(f"refuse_why_{act_id}", "")
    done = N_("Suppression refusée, avec sa raison.")
    perform(visibility.refuse_delete, act_id=act_id, row_version=row_version, reason=reason, done=done)
