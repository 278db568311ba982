"""One case of which everything is known: typed in by the officer, whose questions the person answered."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import select

from compliance.permissions import Actor
from demo.stage import Stage
from models.case import CaseComment
from models.enums import (
    AgeGroup,
    AgeUnit,
    DrugAction,
    ReactionOutcome,
    ReporterQualification,
    Role,
    Seriousness,
    Sex,
    Situation,
    TriageOutcome,
    Vigilance,
)
from models.session import reading, transaction
from moderation import cases, queries, receiving, triage
from moderation.given import PatientGiven, ReactionGiven, ReporterGiven

TEXT = (
    "Deux jours après mon vaccin Grippalis l'an dernier, une épaule bloquée jusqu'à Pâques, kiné deux fois par "
    "semaine, et je suis carreleur. Cette année je passe mon tour."
)
PRODUCT = cases.ProductGiven(
    "Grippalis",
    "vaccin antigrippal",
    dose="une injection dans le bras droit",
    indication="vaccination contre la grippe saisonnière",
    batch="G2318",
    action=DrugAction.NOT_APPLICABLE,
)
HISTORY = "aucun antécédent à l'épaule"
REACTION = "une épaule bloquée jusqu'à Pâques"
SEASON_DAYS = 200


def complete(stage: Stage) -> None:
    """Take in a message of a network that is not connected yet, and fill its case."""
    officer = stage.holder(Role.PV_OFFICER)
    with stage.at(stage.now - timedelta(hours=1)):
        case_id = _case(stage, officer)
        _fill(stage, officer, case_id)


def _case(stage: Stage, officer: Actor) -> str:
    """Return the case of the message."""
    with transaction() as session:
        comment = receiving.take_in(
            session,
            officer,
            account_id=next(iter(stage.accounts.values())).id,
            external_id="message-0417",
            text=TEXT,
            author="michel.l",
            posted_at=stage.now - timedelta(hours=2),
        )
    with transaction() as session:
        triage.claim(session, officer, comment_id=comment.id)
    with transaction() as session:
        triage.classify(
            session,
            officer,
            comment_id=comment.id,
            revision_n=1,
            row_version=queries.comment_view(session, comment.id).row.row_version,
            outcomes=[TriageOutcome.ADVERSE_EVENT],
        )
    with reading() as session:
        return session.exec(select(CaseComment.case_id).where(CaseComment.comment_id == comment.id)).one()


def _fill(stage: Stage, officer: Actor, case_id: str) -> None:
    spring = (stage.now - timedelta(days=SEASON_DAYS)).year
    day = f"{spring - 1}-11-04"
    with transaction() as session:
        cases.fill(
            session,
            officer,
            case_id=case_id,
            row_version=queries.case_view(session, case_id).line.row_version,
            reporter="auteur du commentaire, a répondu en message privé",
            patient="l'auteur, carreleur, 47 ans",
            reporter_known=True,
            patient_known=True,
            reporter_facts=ReporterGiven(ReporterQualification.CONSUMER, "FR"),
            patient_facts=PatientGiven("M. L.", 47, AgeUnit.YEAR, AgeGroup.ADULT, Sex.MALE, HISTORY),
            products=[replace(PRODUCT, started_on=day, ended_on=day)],
            reactions=[ReactionGiven(REACTION, ReactionOutcome.RECOVERED, f"{spring - 1}-11-06", f"{spring}-04")],
            seriousness=[Seriousness.DISABILITY],
            situations=[Situation.ADVERSE_EVENT],
            vigilance=Vigilance.PHARMACO,
            narrative="Homme de 47 ans, carreleur. Deux jours après la vaccination, épaule droite bloquée ; "
            "kinésithérapie deux fois par semaine, arrêt de travail, rétablissement au printemps.",
        )
