"""What stands beside a case: whom it goes to, what to ask, what was learnt later, duplicates, what people did."""

from datetime import datetime

import streamlit as st
from markupsafe import Markup

from app_pages._case_head import short
from app_pages._counts import counted
from app_pages._keys import key_button
from app_pages._page import go, line, perform, say, section, typed_moment
from app_pages._text import draw, escaped
from app_pages._words import badge, tag, text
from compliance import clock
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import CaseStatus, ContactKind, ContactMeans
from moderation import contacts, linking
from moderation.asking import MOST_ATTEMPTS
from moderation.case_report import confidence
from moderation.case_words import CONTACTS, MEANS
from moderation.criteria import DETAILS
from moderation.queries.rows import CaseView

REASONS = {
    "comment edited": N_("l'auteur a modifié son commentaire"),
    "comment attached": N_("un commentaire a été rattaché"),
    "author wrote again": N_("l'auteur a écrit de nouveau dans le fil"),
    "duplicate linked": N_("un cas en double a été relié"),
}


def draw_routes(view: CaseView) -> None:
    """Draw whom the case is told to, on which form, by which source; and which rule set the authority's date."""
    ruling = view.ruling
    section(_("Vigilance et destinataires"))
    for route in ruling.routes:
        source = Markup('<span class="cv-soft">{} {}</span>').format(_(route.source), confidence(route.confirmed))
        line(tag(_(route.name), "info"), _(route.form), "→", _(route.addressee), "·", source)
    if ruling.foreign:
        line(
            _("Aucun produit ne compte comme nôtre : confiez le cas à l'entreprise du produit, et notez-le ci-dessous.")
        )
    elif ruling.deciding and ruling.rule:
        told = _("Délai décidé par : {name}, {days} jours ({confidence}).").format(
            name=text(ruling.deciding), days=ruling.rule.days, confidence=confidence(ruling.rule.confirmed)
        )
        strictest = _("Plusieurs vigilances : le plus strict l'emporte.") if len(ruling.involved) > 1 else ""
        line(Markup('<span class="cv-soft">{} {}</span>').format(told, strictest))
    else:
        line(Markup('<span class="cv-soft">{}</span>').format(_("Aucun délai légal : la vigilance juge.")))


def draw_asking(view: CaseView, actor: Actor) -> None:
    """Draw what is still to be asked, how often it was, and the way to an approved text that asks it."""
    beside = view.beside
    wanted = [*view.questions, *(_(DETAILS[detail]) for detail in beside.details)]
    if not wanted:
        return
    section(_("Questions à poser"), f"({len(wanted)})")
    for question in view.questions:
        line(Markup("<strong>{}</strong>").format(_("À demander :")), question, tone="warn")
    if beside.details:
        line(_("Utile aussi :"), ", ".join(_(DETAILS[detail]) for detail in beside.details))
    _draw_attempts(view)
    if beside.follow_up_text and allows(actor, Permission.CASE_WRITE):
        _draw_text(view, actor)


def _draw_attempts(view: CaseView) -> None:
    asking = view.beside.asking
    if asking.closed:
        told = counted(
            asking.attempts, N_("{n} relance documentée, sans réponse."), N_("{n} relances documentées, sans réponse.")
        )
        line(tag(_("Questions closes"), "ok", "✔"), told, _("Le cas, lui, reste ouvert."))
    elif asking.attempts and asking.last_at:
        told = counted(asking.attempts, N_("{n} relance sur {most}"), N_("{n} relances sur {most}"))
        line(told.format(most=MOST_ATTEMPTS), _("la dernière le {day}").format(day=short(asking.last_at)))


def _draw_text(view: CaseView, actor: Actor) -> None:
    """Draw the approved text that asks, and the way to the answer with that text chosen."""
    asked = view.beside.follow_up_text
    if asked is None:
        return
    with st.expander(_("Texte approuvé : {title}").format(title=asked.title)):
        draw(asked.text, quiet=True)
    if asked.comment_id is None:
        line(_("Cette personne a déjà sa réponse publique : relancez-la par un autre moyen, et notez-le ci-dessous."))
    elif not allows(actor, Permission.REPLY_SEND):
        line(_("Le community manager peut l'envoyer depuis « Gens en attente » : ce texte y est proposé."))
    else:
        key_button(
            _("Préparer la réponse (P)"), "P", key="prepare", on_click=prepare, args=(asked.comment_id, asked.text_id)
        )


def prepare(comment_id: str, text_id: str) -> None:
    """Open the comment's answer with a text chosen; a callback."""
    go("people_waiting.py", comment=comment_id, texte=text_id)


def draw_follow_ups(view: CaseView) -> None:
    """Draw what was learnt after the case was sent: each with its own day zero, and whether it left."""
    if not view.beside.follow_ups:
        return
    section(_("Suivis"), _("chacun a son jour zéro"))
    for news in view.beside.follow_ups:
        number = _("suivi n° {n}").format(n=news.n) if news.n else _("pas encore envoyé")
        sign = tag(number, "ok", "✔") if news.sent_at else tag(number, "warn", "▲")
        why = _(REASONS[news.reason]) if news.reason in REASONS else escaped(news.reason)
        facts = _("connu le {moment}, jour 0 : {day}").format(
            moment=short(news.awareness_at), day=f"{news.day_zero:%d/%m/%Y}"
        )
        due = _("autorité : {day}").format(day=f"{news.authority_due_on:%d/%m/%Y}") if news.authority_due_on else ""
        line(sign, why, facts, due)


def draw_duplicates(view: CaseView, actor: Actor) -> None:
    """Draw the cases that are linked, those that may tell the same story with the reasons, and the way to link one."""
    for linked in view.beside.linked:
        told = _("Doublon du cas {number}") if linked.original else _("Le cas {number} en est un doublon")
        line(tag(told.format(number=linked.number), "info", "⧉"), badge(linked.status))
        st.button(
            _("Ouvrir le cas {number}").format(number=linked.number), key=f"linked_{linked.case_id}", type="tertiary",
            on_click=go, args=("case.py",), kwargs={"case": linked.case_id},
        )  # fmt: skip
    if not view.beside.duplicates:
        return
    section(_("Doublons possibles"), f"({len(view.beside.duplicates)})")
    case = view.line
    may_link = allows(actor, Permission.CASE_WRITE) and case.status not in (CaseStatus.QUEUED, CaseStatus.DISMISSED)
    for other in view.beside.duplicates:
        with st.container(horizontal=True, vertical_alignment="center", key=f"duplicate_{other.case_id}"):
            line(
                Markup("<strong>{}</strong>").format(other.number), badge(other.status),
                ", ".join(_(reason) for reason in other.reasons),
            )  # fmt: skip
            st.button(
                _("Comparer"),
                key=f"see_{other.case_id}",
                on_click=go,
                args=("case.py",),
                kwargs={"case": other.case_id},
            )
            if may_link and other.status is not CaseStatus.DISMISSED:
                label = _("Doublon du cas {number}").format(number=other.number)
                st.button(
                    label, key=f"link_{other.case_id}", on_click=link, args=(case.id, case.row_version, other.number)
                )


def link(case_id: str, row_version: int, number: str) -> None:
    """Link a case to the one that it repeats; a callback."""
    done = N_("Les deux cas sont reliés et gardés. L'autre repose maintenant aussi sur ces commentaires.")
    perform(linking.mark_duplicate, case_id=case_id, row_version=row_version, of_number=number, done=done)


def draw_contacts(view: CaseView, actor: Actor) -> None:
    """Draw what people did about the case outside Covigie, and the form to write one more down."""
    if view.beside.contacts:
        section(_("Démarches"))
    for contact in view.beside.contacts:
        who = _("noté par {name}").format(name=contact.recorded_by)
        line(
            tag(_(CONTACTS[contact.kind]), "ok", "✔"), escaped(contact.recipient), _(MEANS[contact.means]),
            _("le {moment}").format(moment=short(contact.at)), "·", escaped(contact.evidence), "·", who,
        )  # fmt: skip
    if allows(actor, Permission.CASE_WRITE):
        with st.expander(
            _("Noter une démarche : entreprise du produit, qualité, relance"), expanded=view.ruling.foreign
        ):
            _draw_contact_form(view)


def _draw_contact_form(view: CaseView) -> None:
    case, now = view.line, clock.paris(clock.now())
    kinds = list(ContactKind)
    first = ContactKind.OTHER_COMPANY if view.ruling.foreign else ContactKind.FOLLOW_UP
    with st.form(f"contact_{case.id}", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        with left:
            st.selectbox(
                _("Démarche"),
                kinds,
                kinds.index(first),
                key=f"contact_kind_{first}",
                format_func=lambda k: _(CONTACTS[k]),
            )
            st.text_input(_("À qui (entreprise, service, personne)"), key="contact_to")
            st.selectbox(_("Moyen"), list(ContactMeans), key="contact_means", format_func=lambda m: _(MEANS[m]))
        with right:
            st.date_input(_("Le"), now.date(), key="contact_day", format="DD/MM/YYYY")
            st.time_input(
                _("à (heure de Paris)"), now.time().replace(second=0, microsecond=0), key="contact_time", step=60
            )
            st.text_input(_("Preuve (référence, numéro, accusé)"), key="contact_proof")
        st.form_submit_button(
            _("Noter la démarche"),
            key="note_contact",
            on_click=note_contact,
            args=(case.id, case.row_version, f"contact_kind_{first}"),
        )


def note_contact(case_id: str, row_version: int, kind_key: str) -> None:
    """Write down what was done; a callback. What was typed goes once it is written down, and stays when refused."""
    day, hour = st.session_state.get("contact_day"), st.session_state.get("contact_time")
    if day is None or hour is None:
        say("error", _("Indiquez le jour et l'heure de la démarche."))
        return
    at = typed_moment(datetime.combine(day, hour))
    if at is None:
        return
    perform(
        contacts.note_contact,
        case_id=case_id,
        row_version=row_version,
        kind=st.session_state[kind_key],
        recipient=st.session_state.get("contact_to", ""),
        means=st.session_state["contact_means"],
        at=at,
        evidence=st.session_state.get("contact_proof", ""),
        done=N_("Démarche notée."),
        then=lambda _contact: [st.session_state.pop(name, None) for name in ("contact_to", "contact_proof")],
    )
