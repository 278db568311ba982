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
from errors import InvalidInput, RuleViolated, StaleVersion
from i18n import N_
from models.enums import Network, Qualification, Quorum, Role, SignatureMeaning
from models.review import Circuit
from workflow.content import PostContent
from workflow.expiry import DEFAULT_DAYS, MOST_DAYS
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
    """One role's turn: steps of one stage are open together; `due_hours` are business hours, or hours by the clock.

    `needed` is how many holders must sign where the quorum is k of n, and None elsewhere.
    """

    stage: int
    role: Role
    due_hours: int
    quorum: Quorum = Quorum.ANY
    meaning: SignatureMeaning | None = None
    by_the_clock: bool = False
    needed: int | None = None

    def as_data(self) -> dict[str, Any]:
        """Return the step as the circuit's row keeps it."""
        return asdict(self) | {"meaning": (self.meaning or MEANING_OF_ROLE[self.role]).value}


@dataclass(frozen=True)
class Conditions:
    """Which posts a circuit is for: their qualifications, and what else narrows it.

    `with_products`, `paid_partner`: yes, no, or either (None). `products`: about one of them at least; `networks`: goes
    to one of them at least; `campaign`: is in it. An empty one narrows nothing.
    """

    qualifications: tuple[Qualification, ...]
    with_products: bool | None = None
    products: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    campaign: str = ""
    paid_partner: bool | None = None

    def as_data(self) -> dict[str, Any]:
        """Return the conditions as the circuit's row keeps them."""
        return asdict(self)

    @property
    def narrowness(self) -> int:
        """How many conditions narrow it, its qualifications aside."""
        set_ones = (self.with_products is not None, self.products, self.networks, self.campaign)
        return sum(map(bool, set_ones)) + (self.paid_partner is not None)


@dataclass(frozen=True)
class PostTraits:
    """What of a post decides which circuit it takes."""

    qualification: Qualification | None
    products: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    campaign: str = ""
    paid_partner: bool = False


def traits_of(content: PostContent) -> PostTraits:
    """Return what of a content decides its circuit."""
    return PostTraits(
        qualification=content.qualification,
        products=content.products,
        networks=tuple(variant.network for variant in content.variants),
        campaign=content.campaign,
        paid_partner=any(variant.settings.paid_partner for variant in content.variants),
    )


@dataclass(frozen=True)
class CircuitSpec:
    """A circuit as data."""

    key: str
    name: str
    steps: tuple[StepSpec, ...]
    conditions: Conditions
    approval_days: int = DEFAULT_DAYS


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
            create_circuit(
                session,
                actor,
                key=spec.key,
                name=spec.name,
                steps=spec.steps,
                conditions=spec.conditions,
                approval_days=spec.approval_days,
            )


def create_circuit(
    session: Session,
    actor: Actor,
    *,
    key: str,
    name: str,
    steps: Sequence[StepSpec],
    conditions: Conditions,
    seen_n: int | None = None,
    approval_days: int = DEFAULT_DAYS,
) -> Circuit:
    """Write a circuit, or a new version of it that replaces the one before for new rounds (I21).

    An approval of it is good for `approval_days` (I20).
    `seen_n` is the version that the person changed (0: none stood): raises StaleVersion when another was written since.
    """
    check_admin(actor)
    if not name.strip():
        raise InvalidInput(N_("Donnez un nom au circuit : les auteurs le lisent dans l'éditeur."))
    check_steps(steps, conditions)
    if not 1 <= approval_days <= MOST_DAYS:
        raise InvalidInput(N_("Une approbation est valable de 1 à {most} jours."), most=MOST_DAYS)
    latest = _versions(session, key)
    if seen_n is not None and seen_n != (latest[0].n if latest else 0):
        raise StaleVersion(N_("Ce circuit a changé depuis que vous l'avez ouvert. Rouvrez-le, puis recommencez."))
    for old in latest:
        old.active = False
    circuit = Circuit(
        key=key,
        n=latest[0].n + 1 if latest else 1,
        name=name.strip(),
        steps=[step.as_data() for step in sorted(steps, key=lambda step: step.stage)],
        conditions=conditions.as_data(),
        approval_days=approval_days,
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
        check_quorum(step)
    _check_no_twin(steps)
    asked = any(step.meaning is SignatureMeaning.QUALIFICATION for step in steps)
    named = 1 if conditions.with_products or conditions.products else 0
    bound = any(needs_qualification(q, named) for q in conditions.qualifications)
    if bound and not asked:
        raise InvalidInput(
            N_("Un circuit pour un contenu de produit commence par la qualification du pharmacien responsable.")
        )
    if bound and not any(_is_regulatory(step) for step in steps):
        raise InvalidInput(
            N_(
                "Un circuit pour un contenu de produit compte une étape réglementaire : ajoutez les affaires "
                "réglementaires, ou le bon à publier du pharmacien responsable."
            )
        )
    for step in steps:
        if step.meaning is SignatureMeaning.QUALIFICATION and not _qualifies(step, steps):
            raise InvalidInput(N_("La qualification est la première étape, signée par le pharmacien responsable."))


def _is_regulatory(step: StepSpec) -> bool:
    return (step.meaning or MEANING_OF_ROLE[step.role]) in {
        SignatureMeaning.APPROVAL_REGULATORY,
        SignatureMeaning.RELEASE,
    }


def check_quorum(step: StepSpec) -> None:
    """Refuse a k of n without its k, and a k where the quorum has none."""
    if step.quorum is Quorum.K_OF_N and (step.needed or 0) < 1:
        raise InvalidInput(N_("Dites combien de personnes doivent signer cette étape : une au moins."))
    if step.quorum is not Quorum.K_OF_N and step.needed is not None:
        raise InvalidInput(N_("Un nombre de signatures ne va qu'avec « un nombre fixé de signatures »."))


def _check_no_twin(steps: Sequence[StepSpec]) -> None:
    turns = [(step.stage, step.role) for step in steps]
    if len(turns) != len(set(turns)):
        raise InvalidInput(N_("Un rôle signe une seule fois à chaque étape : retirez le doublon, ou changez l'ordre."))


def _qualifies(step: StepSpec, steps: Sequence[StepSpec]) -> bool:
    first = all(step.stage < other.stage for other in steps if other is not step)
    return first and step.role is Role.RESPONSIBLE_PHARMACIST


def find_circuit(session: Session, qualification: Qualification | None, products: Sequence[str]) -> Circuit | None:
    """Return the active circuit of a post of which only the qualification and the products are known, or None."""
    return choose(active_circuits(session), PostTraits(qualification, tuple(products)))


def circuit_of(session: Session, content: PostContent) -> Circuit | None:
    """Return the active circuit that a content goes through, or None."""
    return choose(active_circuits(session), traits_of(content))


def active_circuits(session: Session) -> Sequence[Circuit]:
    """Return the circuits that new rounds may take, by key."""
    return session.exec(select(Circuit).where(col(Circuit.active)).order_by(col(Circuit.key))).all()


def choose(circuits: Sequence[Circuit], traits: PostTraits) -> Circuit | None:
    """Return which of these circuits a post takes: where several are for it, never the easier way.

    That is the one with most steps; of two alike, the one with more conditions.
    """
    fitting = [circuit for circuit in circuits if fits(conditions_of(circuit), steps_of_circuit(circuit), traits)]
    return max(fitting, key=lambda each: (len(each.steps), conditions_of(each).narrowness), default=None)


def fits(conditions: Conditions, steps: Sequence[StepSpec], traits: PostTraits) -> bool:
    """Say whether a circuit is for a post; one without qualification is for none that the law wants qualified."""
    if traits.qualification is None or traits.qualification not in conditions.qualifications:
        return False
    asks = any(step.meaning is SignatureMeaning.QUALIFICATION for step in steps)
    if not asks and needs_qualification(traits.qualification, len(traits.products)):
        return False
    return all(
        (
            conditions.with_products in {None, bool(traits.products)},
            conditions.paid_partner in {None, traits.paid_partner},
            not conditions.products or set(conditions.products) & set(traits.products),
            not conditions.networks or set(conditions.networks) & set(traits.networks),
            not conditions.campaign or conditions.campaign == traits.campaign,
        )
    )


def conditions_of(circuit: Circuit) -> Conditions:
    """Return the conditions of a stored circuit."""
    kept = circuit.conditions
    return Conditions(
        qualifications=tuple(Qualification(value) for value in kept.get("qualifications", [])),
        with_products=kept.get("with_products"),
        products=tuple(kept.get("products", [])),
        networks=tuple(Network(value) for value in kept.get("networks", [])),
        campaign=kept.get("campaign", ""),
        paid_partner=kept.get("paid_partner"),
    )


def steps_of_circuit(circuit: Circuit) -> tuple[StepSpec, ...]:
    """Return the steps of a stored circuit, in the order of their stages."""
    return tuple(
        StepSpec(
            stage=step["stage"],
            role=Role(step["role"]),
            due_hours=step["due_hours"],
            quorum=Quorum(step["quorum"]),
            meaning=SignatureMeaning(step["meaning"]),
            by_the_clock=step.get("by_the_clock", False),
            needed=step.get("needed"),
        )
        for step in circuit.steps
    )


def choose_circuit(session: Session, qualification: Qualification | None, products: Sequence[str]) -> Circuit:
    """Return the circuit for a qualification and products; raises RuleViolated when none is (I2: default deny)."""
    return _required(find_circuit(session, qualification, products))


def required_circuit(session: Session, content: PostContent) -> Circuit:
    """Return the circuit of a content; raises RuleViolated when no active one is for it (I2: default deny)."""
    return _required(circuit_of(session, content))


def _required(circuit: Circuit | None) -> Circuit:
    if circuit is None:
        raise RuleViolated(
            N_(
                "Aucun circuit actif n'est prévu pour cette publication : elle ne peut pas être soumise. "
                "Un administrateur peut en ouvrir un."
            )
        )
    return circuit
