"""The demonstration's cases: texts that ask for what is missing, and two open cases that the officer works on."""

from datetime import timedelta
from typing import Any

from compliance import clock
from demo.stage import Stage, load
from models.enums import AgeUnit, CaseStatus, ContactKind, ContactMeans, ReporterQualification, Role
from models.session import reading, transaction
from moderation import cases, contacts, queries
from moderation.queries.rows import CaseView

YEAR = timedelta(days=365)


def follow_ups() -> list[dict[str, Any]]:
    """Return the texts that ask for what a report lacks; they pass the circuit as every text of the library does."""
    return [{"intents": ["testimony"], **text} for text in load("follow_ups.yaml")]


def work_on_cases(stage: Stage) -> None:
    """Complete one open case, and note on another that the person was asked for what is missing."""
    with reading() as session:
        waiting = queries.case_list(session, status=CaseStatus.OPEN, limit=2)
        views = [queries.case_view(session, line.id) for line in waiting]
    for view, work in zip(views, (_complete, _ask), strict=False):
        work(stage, view)


def _complete(stage: Stage, view: CaseView) -> None:
    with transaction() as session:
        cases.fill(
            session,
            stage.holder(Role.PV_OFFICER),
            case_id=view.line.id,
            row_version=view.line.row_version,
            reporter="répond aux messages sur le réseau",
            reporter_known=True,
            reporter_facts=cases.ReporterGiven(ReporterQualification.CONSUMER, "FR"),
            patient="la personne qui écrit",
            patient_known=True,
            patient_facts=cases.PatientGiven(age=54, age_unit=AgeUnit.YEAR),
        )


def _ask(stage: Stage, view: CaseView) -> None:
    with transaction() as session:
        contacts.note_contact(
            session,
            stage.holder(Role.PV_OFFICER),
            case_id=view.line.id,
            row_version=view.line.row_version,
            kind=ContactKind.FOLLOW_UP,
            recipient="l'auteur du commentaire",
            means=ContactMeans.NETWORK,
            at=clock.now(),
            evidence="message privé, sans réponse à ce jour",
        )
