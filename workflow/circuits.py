"""Circuits: which roles sign, in which order. Data that an administrator versions; a running round keeps its version.

Default deny: a post that no active circuit is for cannot be submitted.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.people import check_admin
from compliance.permissions import Actor
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.enums import Qualification, Quorum, Role, SignatureMeaning
from models.review import Circuit
from workflow.policies import needs_qualification

MEANING_OF_ROLE: dict[Role, SignatureMeaning] = {
    Role.COMMUNICATIONS: SignatureMeaning.APPROVAL_COMMUNICATIONS,
    Role.REGULATORY: SignatureMeaning.APPROVAL_REGULATORY,
    Role.LEGAL: SignatureMeaning.APPROVAL_LEGAL,
    Role.MEDICAL: SignatureMeaning.APPROVAL_MEDICAL,
    Role.PV_OFFICER: SignatureMeaning.APPROVAL_PV,
    Role.RESPONSIBLE_PHARMACIST: SignatureMeaning.RELEASE,
}


@dataclass(frozen=True)
class StepSpec:
    """One role's turn: steps of one stage are open together; `due_hours` are business hours, or hours by the clock."""

    stage: int
    role: Role
    due_hours: int
    quorum: Quorum = Quorum.ANY
    meaning: SignatureMeaning | None = None
    by_the_clock: bool = False

    def as_data(self) -> dict[str, Any]:
        """Return the step as the circuit's row keeps it."""
        return asdict(self) | {"meaning": (self.meaning or MEANING_OF_ROLE[self.role]).value}


@dataclass(frozen=True)
class Conditions:
    """Which posts a circuit is for: their qualifications, and whether they are about products (None: either)."""

    qualifications: tuple[Qualification, ...]
    with_products: bool | None = None


@dataclass(frozen=True)
class CircuitSpec:
    """A circuit as data."""

    key: str
    name: str
    steps: tuple[StepSpec, ...]
    conditions: Conditions


def _qualification(due_hours: int, *, by_the_clock: bool = False) -> StepSpec:
    pharmacist = Role.RESPONSIBLE_PHARMACIST
    return StepSpec(0, pharmacist, due_hours, meaning=SignatureMeaning.QUALIFICATION, by_the_clock=by_the_clock)


def _full(due_hours: int, *, by_the_clock: bool = False) -> tuple[StepSpec, ...]:
    turns = (
        (1, Role.COMMUNICATIONS),
        (2, Role.REGULATORY),
        (2, Role.LEGAL),
        (3, Role.MEDICAL),
        (4, Role.RESPONSIBLE_PHARMACIST),
    )
    return tuple(StepSpec(stage, role, due_hours, by_the_clock=by_the_clock) for stage, role in turns)


_NO_PRODUCT = (Qualification.INSTITUTIONAL, Qualification.DISEASE)
_PRODUCT = (Qualification.PRODUCT_INFO, Qualification.PROMO_GP, Qualification.PROMO_HCP)

DEFAULT_CIRCUITS: tuple[CircuitSpec, ...] = (
    CircuitSpec(
        "institutional",
        N_("Institutionnel"),
        (StepSpec(1, Role.COMMUNICATIONS, 8),),
        Conditions((Qualification.INSTITUTIONAL,), with_products=False),
    ),
    CircuitSpec(
        "health",
        N_("Santé"),
        (StepSpec(1, Role.COMMUNICATIONS, 8), StepSpec(2, Role.REGULATORY, 16), StepSpec(2, Role.LEGAL, 16)),
        Conditions((Qualification.DISEASE,), with_products=False),
    ),
    CircuitSpec("product", N_("Produit"), (_qualification(8), *_full(16)), Conditions(_PRODUCT)),
    CircuitSpec(
        "product_named",
        N_("Produit cité hors promotion"),
        (_qualification(8), *_full(16)),
        Conditions(_NO_PRODUCT, with_products=True),
    ),
    CircuitSpec("urgent", N_("Urgence sanitaire"), _full(1, by_the_clock=True), Conditions((Qualification.SAFETY,))),
    CircuitSpec(
        "library_text",
        N_("Texte de la bibliothèque"),
        (StepSpec(1, Role.PV_OFFICER, 16), StepSpec(1, Role.MEDICAL, 16), StepSpec(2, Role.REGULATORY, 16)),
        Conditions(()),
    ),
)


def install_default_circuits(session: Session, actor: Actor) -> None:
    """Create the default circuits that do not stand yet."""
    for spec in DEFAULT_CIRCUITS:
        if session.exec(select(Circuit).where(Circuit.key == spec.key)).first() is None:
            create_circuit(session, actor, key=spec.key, name=spec.name, steps=spec.steps, conditions=spec.conditions)


def create_circuit(
    session: Session, actor: Actor, *, key: str, name: str, steps: Sequence[StepSpec], conditions: Conditions
) -> Circuit:
    """Write a circuit, or a new version of it that replaces the one before for new rounds (I21)."""
    check_admin(actor)
    check_steps(steps, conditions)
    latest = _versions(session, key)
    for old in latest:
        old.active = False
    circuit = Circuit(
        key=key,
        n=latest[0].n + 1 if latest else 1,
        name=name,
        steps=[step.as_data() for step in steps],
        conditions={
            "qualifications": [qualification.value for qualification in conditions.qualifications],
            "with_products": conditions.with_products,
        },
        created_by=actor.id,
        created_at=clock.now(),
    )
    session.add(circuit)
    session.flush()
    audit.record(session, actor, AuditAction.CIRCUIT_CREATE, "circuit", circuit.id, new={"key": key, "n": circuit.n})
    return circuit


def retire_circuit(session: Session, actor: Actor, *, key: str, reason: str) -> None:
    """Close a circuit for new rounds; running ones go on."""
    check_admin(actor)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    for circuit in _versions(session, key):
        if circuit.active:
            circuit.active = False
            new = {"key": key, "n": circuit.n, "active": False}
            audit.record(
                session, actor, AuditAction.CIRCUIT_CREATE, "circuit", circuit.id, new=new, reason=reason.strip()
            )


def _versions(session: Session, key: str) -> Sequence[Circuit]:
    return session.exec(select(Circuit).where(Circuit.key == key).order_by(col(Circuit.n).desc())).all()


def check_steps(steps: Sequence[StepSpec], conditions: Conditions) -> None:
    """Refuse a circuit that could not work: no step, a role without signature, a missing qualification (GOV-01)."""
    if not steps:
        raise InvalidInput(N_("Un circuit compte au moins une étape."))
    for step in steps:
        if step.role not in MEANING_OF_ROLE:
            raise InvalidInput(N_("Ce rôle ne signe pas : choisissez-en un autre."))
        if step.due_hours <= 0:
            raise InvalidInput(N_("Le délai d'une étape compte au moins une heure."))
    asked = any(step.meaning is SignatureMeaning.QUALIFICATION for step in steps)
    bound = any(needs_qualification(q, 1 if conditions.with_products else 0) for q in conditions.qualifications)
    if bound and not asked:
        raise InvalidInput(
            N_("Un circuit pour un contenu de produit commence par la qualification du pharmacien responsable.")
        )
    for step in steps:
        if step.meaning is SignatureMeaning.QUALIFICATION and not _qualifies(step, steps):
            raise InvalidInput(N_("La qualification est la première étape, signée par le pharmacien responsable."))


def _qualifies(step: StepSpec, steps: Sequence[StepSpec]) -> bool:
    first = all(step.stage < other.stage for other in steps if other is not step)
    return first and step.role is Role.RESPONSIBLE_PHARMACIST


def find_circuit(session: Session, qualification: Qualification | None, products: Sequence[str]) -> Circuit | None:
    """Return the active circuit that a post with this qualification and these products goes through, or None.

    Where several are for it, the one with most steps: never the easier way.
    """
    active = session.exec(select(Circuit).where(col(Circuit.active)).order_by(col(Circuit.key))).all()
    fitting = [circuit for circuit in active if _fits(circuit, qualification, products)]
    return max(fitting, key=lambda circuit: len(circuit.steps), default=None)


def _fits(circuit: Circuit, qualification: Qualification | None, products: Sequence[str]) -> bool:
    with_products = circuit.conditions.get("with_products")
    if qualification is None or qualification.value not in circuit.conditions.get("qualifications", []):
        return False
    asks = any(step["meaning"] == SignatureMeaning.QUALIFICATION.value for step in circuit.steps)
    return with_products in {None, bool(products)} and (asks or not needs_qualification(qualification, len(products)))


def choose_circuit(session: Session, qualification: Qualification | None, products: Sequence[str]) -> Circuit:
    """Return the circuit of a post; raises RuleViolated when no active one is for it (I2: default deny)."""
    circuit = find_circuit(session, qualification, products)
    if circuit is None:
        raise RuleViolated(
            N_(
                "Aucun circuit actif n'est prévu pour cette publication : elle ne peut pas être soumise. "
                "Un administrateur peut en ouvrir un."
            )
        )
    return circuit
