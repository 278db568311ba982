"""Posts for the tests, each brought to its status by the real use cases, decision by decision."""

from datetime import UTC, datetime, timedelta

from compliance import accounts, clock
from compliance.permissions import SYSTEM, Actor
from connectors.base import Token
from models.account import Account
from models.enums import CheckAnswer, DecisionKind, Network, PostStatus, Qualification, RejectReason, Role, StepStatus
from models.post import Post
from models.session import get, reading, transaction
from tests.factories import proven_nonce
from workflow import checklist, circuits, drafting, publishing, review
from workflow.content import PostContent, VariantContent
from workflow.products import register_product
from workflow.rounds import current_version, running_round, steps_of
from workflow.rule_policies import Answer

CLEAN_TEXT = "Nos équipes ont couru dix kilomètres ensemble dimanche, sous la pluie et dans la bonne humeur."
HEALTH_TEXT = "Bien dormir aide à rester en forme : gardez des horaires réguliers, même le week-end."
OTC = {"name": "Rinozel", "substance": "cétirizine", "kind": "otc", "owner": "own", "indication": "rhinite allergique"}
RX = {"name": "Cardexine", "substance": "bisoprolol", "kind": "rx", "owner": "own", "prescription_only": True}


def install() -> None:
    """Bring what every post needs: the default circuits."""
    with transaction() as session:
        circuits.install_default_circuits(session, SYSTEM)


def account(network: Network = Network.X, handle: str = "helior_labo") -> Account:
    """Connect an account; the same one twice is one."""
    with transaction() as session:
        return accounts.connect_account(
            session,
            SYSTEM,
            network=network,
            handle=handle,
            display_name="Laboratoires Hélior",
            external_id=f"id-{network.value}-{handle}",
            token=Token(access="token", secret="secret", client_id="app", client_secret="app-secret"),
        )


def product(record: dict = OTC) -> str:
    """Register a product; returns its id."""
    with transaction() as session:
        return register_product(session, SYSTEM, record=record).id


def content(text: str = CLEAN_TEXT, **fields) -> PostContent:
    """Return an institutional content for X, changed by the given fields."""
    on = fields.pop("account", None) or account()
    variant = VariantContent(account_id=on.id, network=on.network, text=text, **fields.pop("variant", {}))
    given = {"title": "Course solidaire", "variants": (variant,), "qualification": Qualification.INSTITUTIONAL}
    return PostContent(**(given | fields))


def draft(author: Actor, text: str = CLEAN_TEXT, **fields) -> Post:
    """Write a draft."""
    install()
    with transaction() as session:
        return drafting.create_post(session, author, content=content(text, **fields))


def edit(author: Actor, post_id: str, text: str, **fields) -> Post:
    """Change a post's text."""
    with transaction() as session:
        return drafting.edit_post(session, author, post_id=post_id, row_version=None, content=content(text, **fields))


def submit(author: Actor, post_id: str) -> None:
    """Hand a post to the committee."""
    with transaction() as session:
        drafting.submit(session, author, post_id=post_id, row_version=None)


def open_steps(post_id: str) -> list:
    """Return the steps that wait for a decision."""
    with reading() as session:
        running = running_round(session, post_id)
        steps = steps_of(session, running.id) if running else []
        return [step for step in steps if step.status is StepStatus.OPEN]


def sha_of(post_id: str) -> str:
    """Return the hash of the newest version."""
    with reading() as session:
        return current_version(session, get(session, Post, post_id)).content_sha256


def load(post_id: str) -> Post:
    """Return a post as it stands."""
    with reading() as session:
        return get(session, Post, post_id)


def approve(actor: Actor, step, sha: str, *, row_version: int | None = None):
    """Type the password and sign a step."""
    nonce = proven_nonce(actor, subject_id=step.id, content_sha256=sha)
    with transaction() as session:
        return review.decide(
            session,
            actor,
            step_id=step.id,
            row_version=row_version,
            seen_sha256=sha,
            kind=DecisionKind.APPROVE,
            nonce_id=nonce,
            answers=all_checked(session, step),
        )


def all_checked(session, step) -> tuple[Answer, ...]:
    """Answer yes to every point of a step's checklist."""
    return tuple(Answer(point.id, CheckAnswer.YES) for point in checklist.points_of(session, step))


def send_back(actor: Actor, step, sha: str, kind: DecisionKind = DecisionKind.REQUEST_CHANGES, **fields):
    """Ask for changes, or reject."""
    words = {"comment": "Précisez la source.", "reason": RejectReason.NOT_OUR_MESSAGE} | fields
    with transaction() as session:
        return review.decide(session, actor, step_id=step.id, row_version=None, seen_sha256=sha, kind=kind, **words)


def approve_all(post_id: str, people: dict[Role, Actor]) -> None:
    """Sign every step, stage after stage."""
    while steps := open_steps(post_id):
        for step in steps:
            approve(people[step.role], step, sha_of(post_id))


def slot(hours: int = 24) -> datetime:
    """Return a slot to come."""
    return clock.now().astimezone(UTC) + timedelta(hours=hours)


def schedule(author: Actor, post_id: str, due_at: datetime | None = None) -> None:
    """Put an approved post in the queue."""
    with transaction() as session:
        publishing.schedule(session, author, post_id=post_id, row_version=None, due_at=due_at or slot())


def post_at(status: PostStatus, people: dict[Role, Actor], text: str = CLEAN_TEXT, **fields) -> Post:
    """Return a post that walked the real path to a status (all but published, which takes a network)."""
    author = people[Role.COMMUNITY_MANAGER]
    post = draft(author, text, **fields)
    if status is PostStatus.DRAFT:
        return load(post.id)
    if status is PostStatus.WITHDRAWN:
        with transaction() as session:
            drafting.withdraw(session, author, post_id=post.id, row_version=None, reason="Sujet abandonné.")
        return load(post.id)
    submit(author, post.id)
    returned = {PostStatus.CHANGES_REQUESTED: DecisionKind.REQUEST_CHANGES, PostStatus.REJECTED: DecisionKind.REJECT}
    if status in returned:
        step = open_steps(post.id)[0]
        send_back(people[step.role], step, sha_of(post.id), returned[status])
    elif status is not PostStatus.IN_REVIEW:
        approve_all(post.id, people)
        if status is PostStatus.SCHEDULED:
            schedule(author, post.id)
    return load(post.id)


def forge_approval_days(days: int) -> None:
    """Shorten every circuit's approvals in the database, as nobody can in the application."""
    with transaction() as session:
        of = " ON circuit" if session.connection().dialect.name == "postgresql" else ""
        session.connection().exec_driver_sql(f"DROP TRIGGER circuit_refuses_update{of}")
        session.connection().exec_driver_sql(f"UPDATE circuit SET approval_days = {days}")
