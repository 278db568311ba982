"""What the circuits' page shows: every circuit, which posts a draft of one would take, and what no circuit is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from compliance import clock
from compliance.people import check_admin
from compliance.permissions import Actor, Permission, allows
from models.base import new_id
from models.enums import PostStatus, ProductOwner, Qualification, Role, RoundStatus
from models.post import Post
from models.product import Product
from models.review import Circuit, ReviewRound
from models.session import get
from models.user import RoleAssignment, User
from workflow.circuits import (
    Conditions,
    PostTraits,
    StepSpec,
    active_circuits,
    choose,
    circuit_of,
    conditions_of,
    create_circuit,
    steps_of_circuit,
    traits_of,
)
from workflow.expiry import DEFAULT_DAYS
from workflow.findings import stored_content
from workflow.rounds import current_version

TO_COME = (PostStatus.DRAFT, PostStatus.IN_REVIEW, PostStatus.CHANGES_REQUESTED, PostStatus.REJECTED)
MOST = 200


@dataclass(frozen=True)
class CircuitCard:
    """The newest version of a circuit; `running` rounds go through it, `running_older` through versions before it."""

    key: str
    n: int
    name: str
    active: bool
    steps: tuple[StepSpec, ...]
    conditions: Conditions
    created_by: str
    created_at: datetime
    running: int
    running_older: int
    approval_days: int


@dataclass(frozen=True)
class PreviewRow:
    """A post that a draft of a circuit would take; `now` is the circuit that it takes today, empty for none.

    `title` is empty for who may not read posts.
    """

    post_id: str
    title: str
    status: PostStatus
    qualification: Qualification | None
    now: str


@dataclass(frozen=True)
class CircuitsView:
    """The circuits, what they can be narrowed to ((id, name) pairs), and the kinds of post that none is for.

    `holders`: how many people hold each role today, so that no step asks for more than there are.
    """

    circuits: tuple[CircuitCard, ...]
    products: tuple[tuple[str, str], ...]
    campaigns: tuple[str, ...]
    uncovered: tuple[tuple[Qualification, bool], ...]
    holders: Mapping[Role, int]


def circuits_view(session: Session, actor: Actor) -> CircuitsView:
    """Return every circuit in its newest version, the open ones first."""
    check_admin(actor)
    newest: dict[str, Circuit] = {}
    for circuit in session.exec(select(Circuit).order_by(col(Circuit.n))):
        newest[circuit.key] = circuit
    running = _running(session)
    own = select(Product).where(Product.owner == ProductOwner.OWN).order_by(col(Product.name))
    campaigns = session.exec(select(Post.campaign).where(col(Post.campaign).is_not(None)).distinct())
    shown = sorted(newest.values(), key=lambda each: (not each.active, each.created_at, each.id))
    return CircuitsView(
        circuits=tuple(_card(session, circuit, running) for circuit in shown),
        products=tuple((product.id, product.name) for product in session.exec(own)),
        campaigns=tuple(sorted(name for name in campaigns if name)),
        uncovered=uncovered(active_circuits(session)),
        holders=_holders(session),
    )


def _holders(session: Session) -> dict[Role, int]:
    held = (
        select(RoleAssignment.role, func.count(func.distinct(RoleAssignment.user_id)))
        .join(User, col(User.id) == col(RoleAssignment.user_id))
        .where(col(RoleAssignment.revoked_at).is_(None), col(User.active))
        .group_by(col(RoleAssignment.role))
    )
    return {Role(role): count for role, count in session.exec(held)}


def short_of_people(steps: Sequence[StepSpec], holders: Mapping[Role, int]) -> tuple[Role, ...]:
    """Return the roles of the steps that ask for more signatures than people hold the role: they would never close."""
    return tuple(step.role for step in steps if holders.get(step.role, 0) < (step.needed or 1))


def _running(session: Session) -> dict[tuple[str, int], int]:
    query = (
        select(Circuit.key, Circuit.n, func.count())
        .where(ReviewRound.circuit_id == Circuit.id, ReviewRound.status == RoundStatus.OPEN)
        .group_by(col(Circuit.key), col(Circuit.n))
    )
    return {(key, n): count for key, n, count in session.exec(query)}


def _card(session: Session, circuit: Circuit, running: dict[tuple[str, int], int]) -> CircuitCard:
    older = sum(count for (key, n), count in running.items() if key == circuit.key and n != circuit.n)
    return CircuitCard(
        key=circuit.key,
        n=circuit.n,
        name=circuit.name,
        active=circuit.active,
        steps=steps_of_circuit(circuit),
        conditions=conditions_of(circuit),
        created_by=get(session, User, circuit.created_by).printed_name if circuit.created_by else "",
        created_at=circuit.created_at,
        running=running.get((circuit.key, circuit.n), 0),
        running_older=older,
        approval_days=circuit.approval_days,
    )


def uncovered(circuits: Sequence[Circuit]) -> tuple[tuple[Qualification, bool], ...]:
    """Return the kinds of post, with a product or without, that no circuit is for: they cannot be submitted (I2)."""
    kinds = [(qualification, named) for qualification in Qualification for named in (False, True)]
    return tuple(
        (qualification, named)
        for qualification, named in kinds
        if choose(circuits, PostTraits(qualification, ("product",) if named else ())) is None
    )


def preview(
    session: Session, actor: Actor, *, key: str, name: str, steps: Sequence[StepSpec], conditions: Conditions
) -> tuple[PreviewRow, ...]:
    """Return the posts on their way that would take a circuit if it were saved so; the last changed first."""
    check_admin(actor)
    draft = Circuit(
        id=new_id(),
        key=key,
        n=0,
        name=name,
        steps=[step.as_data() for step in steps],
        conditions=conditions.as_data(),
        created_at=clock.now(),
    )
    beside = [draft, *(circuit for circuit in active_circuits(session) if circuit.key != key)]
    query = select(Post).where(col(Post.status).in_(TO_COME)).order_by(col(Post.updated_at).desc()).limit(MOST)
    rows = []
    for post in session.exec(query).all():
        content = stored_content(session, post, current_version(session, post))
        if choose(beside, traits_of(content)) is draft:
            now = circuit_of(session, content)
            title = post.title if allows(actor, Permission.POST_READ) else ""
            rows.append(PreviewRow(post.id, title, post.status, post.qualification, now.name if now else ""))
    return tuple(rows)


def save_circuit(
    session: Session,
    actor: Actor,
    *,
    key: str,
    name: str,
    steps: Sequence[StepSpec],
    conditions: Conditions,
    seen_n: int,
    approval_days: int = DEFAULT_DAYS,
) -> Circuit:
    """Save a circuit as an administrator edited it: a new one when it has no key yet, else its next version."""
    return create_circuit(
        session,
        actor,
        key=key or new_id(),
        name=name,
        steps=steps,
        conditions=conditions,
        seen_n=seen_n,
        approval_days=approval_days,
    )
