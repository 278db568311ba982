"""The minutes of a meeting as DOCX: who was there, each topic with what was settled, the decisions taken in it."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from compliance import clock
from compliance.documents import Heading, facts, listing, moment, new_document, note, section, subsection, to_bytes
from compliance.documents import verbatim as quoted
from compliance.permissions import Actor
from i18n import _
from models.enums import MeetingStatus
from workflow.meetings import MeetingView, meeting_view
from workflow.words import said


def minutes(session: Session, actor: Actor, *, meeting_id: str) -> bytes:
    """Return the minutes of a meeting; until it is closed they say that they are provisional."""
    view = meeting_view(session, actor, meeting_id=meeting_id)
    return build_minutes(view, made_at=view.closed_at or clock.now())


def build_minutes(view: MeetingView, *, made_at: datetime) -> bytes:
    """Return the document; the same meeting at the same moment gives the same bytes."""
    provisional = "" if view.status is MeetingStatus.CLOSED else _("Provisoire : la réunion n'est pas close.")
    heading = Heading(
        kind=_("Compte rendu du comité digital"),
        title=_("Réunion du {day}").format(day=f"{clock.paris(view.held_at):%d/%m/%Y}"),
        reference=_("Réunion {id}").format(id=view.meeting_id),
        made_at=made_at,
        notice=provisional,
    )
    document = new_document(heading)
    for part in (_facts, _topics, _decisions):
        part(document, view)
    return to_bytes(document)


def _facts(document: Any, view: MeetingView) -> None:
    section(document, _("1. Réunion"))
    facts(
        document,
        [
            (_("Prévue le"), view.held_at),
            (_("Lieu ou lien"), view.place),
            (_("Ouverte"), view.opened_at),
            (_("Close"), view.closed_at),
            (_("Présents"), ", ".join(view.present)),
        ],
    )


def _topics(document: Any, view: MeetingView) -> None:
    section(document, _("2. Sujets"))
    if not view.topics:
        note(document, _("Aucun sujet n'a été inscrit."))
    for n, topic in enumerate(view.topics, 1):
        subsection(document, f"2.{n} {topic.title}")
        note(document, _("Proposé par {name}").format(name=topic.proposed_by))
        quoted(document, topic.outcome or _("Rien n'a été noté."), label=_("Conclusion"))


def _decisions(document: Any, view: MeetingView) -> None:
    section(document, _("3. Décisions prises en séance"))
    note(document, _("Chaque approbation est signée à part, sur la version exacte : le dossier fait foi."))
    listing(
        document,
        [_("Publication"), _("Personne"), _("Rôle"), _("Décision"), _("Moment")],
        [[t.title, t.person, said(t.role), said(t.kind), moment(t.decided_at)] for t in view.taken],
        [5.0, 3.5, 3.0, 2.5, 3.0],
        empty=_("Aucune décision n'a été prise en séance."),
    )
