"""What the demonstration's committee did beside its posts: a circuit of its own, a delegation, a stop, a meeting."""

from datetime import datetime, time, timedelta

from sqlmodel import select

from compliance import clock
from demo.stage import Stage
from models.enums import Qualification, Quorum, Role, StopScope
from models.post import Post
from models.session import transaction
from workflow import circuits, delegations, meetings, stops, teams
from workflow.circuits import Conditions, StepSpec

CAMPAIGN = "Congrès de printemps"
THURSDAY = 3


def open_circuit(stage: Stage) -> None:
    """Open a circuit of the company's own: two roles in parallel, then two people of the same role."""
    with transaction() as session:
        circuits.create_circuit(
            session,
            stage.holder(Role.ADMINISTRATOR),
            key="congres",
            name="Congrès, double lecture médicale",
            steps=(
                StepSpec(1, Role.COMMUNICATIONS, 8),
                StepSpec(2, Role.REGULATORY, 16),
                StepSpec(2, Role.LEGAL, 16),
                StepSpec(3, Role.MEDICAL, 16, Quorum.K_OF_N, needed=2),
            ),
            conditions=Conditions(
                (Qualification.INSTITUTIONAL, Qualification.DISEASE), with_products=False, campaign=CAMPAIGN
            ),
            approval_days=30,
        )
        teams.connect_channel(
            session,
            stage.holder(Role.ADMINISTRATOR),
            name="Comité numérique",
            address=f"{stage.sandbox}/teams/comite",
        )


def meet(stage: Stage) -> None:
    """Lend a signature, stop a campaign and lift the stop at two, call the next meeting."""
    with stage.at(stage.now - timedelta(days=3)):
        _stop_and_lift(stage)
    today = clock.paris(stage.now).date()
    with transaction() as session:
        delegations.delegate_role(
            session,
            stage.holder(Role.LEGAL),
            delegate_id=stage.holder(Role.REGULATORY).id or "",
            role=Role.LEGAL,
            first_day=today,
            last_day=today + timedelta(days=8),
        )
        ahead = today + timedelta(days=(THURSDAY - today.weekday() - 1) % 7 + 1)
        chair = stage.holder(Role.COMMUNICATIONS)
        held_at = clock.from_paris(datetime.combine(ahead, time(14)))
        meeting = meetings.call_meeting(session, chair, held_at=held_at, place="Salle Cézanne et visioconférence")
        discussed = session.exec(select(Post.id).where(Post.title == "Octobre rose, semaine 2")).first()
        meetings.add_topic(session, chair, meeting_id=meeting.id, post_id=discussed, title="Octobre rose, semaine 2")
        meetings.add_topic(session, chair, meeting_id=meeting.id, title=f"{CAMPAIGN} : qui publie, quand")


def _stop_and_lift(stage: Stage) -> None:
    first, second = stage.holder(Role.COMMUNICATIONS), stage.holder(Role.REGULATORY)
    with transaction() as session:
        reason = "Doute sur une date de la campagne, le temps de vérifier."
        stop = stops.start_stop(session, first, scope=StopScope.CAMPAIGN, target="Grippe", reason=reason)
        stop_id = stop.id
        stops.ask_release(session, first, stop_id=stop_id, row_version=None, reason="La date est la bonne.")
        session.flush()
        stops.confirm_release(session, second, stop_id=stop_id, row_version=None)
