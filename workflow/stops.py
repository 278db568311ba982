"""The emergency stop (recall, safety alert): nothing of its scope leaves until two people have released it.

What waits stays where it is: a publication that falls due meanwhile is held with the stop's reason, and somebody
chooses a new slot once the stop is released. What is already live is listed, for only its network can take it down.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.base import new_id
from models.enums import Network, PublicationStatus, StopAction, StopScope, StopStatus
from models.post import Post, PostVersion
from models.product import Product
from models.publication import EmergencyStop, Publication
from models.session import expect_version, get
from models.user import User
from workflow import policies
from workflow.checks import ProductFacts
from workflow.findings import names_product, stored_content
from workflow.products import register_of
from workflow.states import STOP_TRANSITIONS

WAITING = frozenset({PublicationStatus.SCHEDULED, PublicationStatus.HELD, PublicationStatus.FAILED})


@dataclass(frozen=True)
class StopRow:
    """A stop as a page shows it; `target` is readable: a network's value, a campaign, a product's name."""

    stop_id: str
    scope: StopScope
    target: str
    reason: str
    status: StopStatus
    started_by: str
    started_at: datetime
    asked_by: str
    asked_by_me: bool
    released_by: str
    released_at: datetime | None
    row_version: int


@dataclass(frozen=True)
class AffectedRow:
    """A publication that a stop holds back, or that is live and would be its subject."""

    post_id: str
    title: str
    network: Network
    due_at: datetime
    live: bool


def start_stop(session: Session, actor: Actor, *, scope: StopScope, target: str = "", reason: str) -> EmergencyStop:
    """Stop everything, a product, a network or a campaign, from this moment on.

    Raises RuleViolated without a reason or when the same is stopped already, InvalidInput for a target that is none.
    """
    check(actor, Permission.STOP_START)
    target = _checked_target(session, scope, target)
    if not reason.strip():
        raise RuleViolated(N_("Dites pourquoi tout s'arrête : chacun le lira."))
    if any((stop.scope, stop.target) == (scope, target) for stop in running_stops(session)):
        raise RuleViolated(N_("Cet arrêt est déjà en cours : rien de plus n'est nécessaire."))
    stop = EmergencyStop(
        id=new_id(),
        scope=scope,
        target=target,
        reason=reason.strip(),
        status=StopStatus.ACTIVE,
        started_by=actor.id or "",
        started_at=clock.now(),
    )
    session.add(stop)
    session.flush()
    new = {"scope": scope.value, "target": target}
    audit.record(session, actor, AuditAction.STOP_START, "emergencystop", stop.id, new=new, reason=stop.reason)
    return stop


def _checked_target(session: Session, scope: StopScope, target: str) -> str:
    target = target.strip()
    if scope is StopScope.ALL:
        return ""
    known = {
        StopScope.PRODUCT: lambda: session.get(Product, target) is not None,
        StopScope.NETWORK: lambda: target in list(Network),
        StopScope.CAMPAIGN: lambda: bool(target),
    }
    if not known[scope]():
        raise InvalidInput(N_("Choisissez ce qui doit s'arrêter : un produit, un réseau ou une campagne."))
    return target


def ask_release(session: Session, actor: Actor, *, stop_id: str, row_version: int | None, reason: str) -> EmergencyStop:
    """Ask for a stop to be released; a second person must confirm."""
    stop = _locked(session, stop_id, row_version)
    transitions.apply(session, actor, stop, STOP_TRANSITIONS, StopAction.ASK_RELEASE, reason=reason)
    stop.asked_by, stop.asked_at = actor.id, clock.now()
    return stop


def confirm_release(session: Session, actor: Actor, *, stop_id: str, row_version: int | None) -> EmergencyStop:
    """Release a stop as the second person; publications held meanwhile need a new slot."""
    stop = _locked(session, stop_id, row_version)
    facts = policies.ReleaseFacts(stop.asked_by, actor.id)
    transitions.apply(session, actor, stop, STOP_TRANSITIONS, StopAction.CONFIRM_RELEASE, facts=facts)
    stop.released_by, stop.released_at = actor.id, clock.now()
    return stop


def keep_stop(session: Session, actor: Actor, *, stop_id: str, row_version: int | None, reason: str) -> EmergencyStop:
    """Refuse a release that was asked for: the stop goes on."""
    stop = _locked(session, stop_id, row_version)
    transitions.apply(session, actor, stop, STOP_TRANSITIONS, StopAction.KEEP, reason=reason)
    stop.asked_by = stop.asked_at = None
    return stop


def _locked(session: Session, stop_id: str, row_version: int | None) -> EmergencyStop:
    stop = get(session, EmergencyStop, stop_id, lock=True)
    expect_version(stop, row_version)
    return stop


def running_stops(session: Session) -> Sequence[EmergencyStop]:
    """Return the stops that nobody has released, oldest first."""
    running = select(EmergencyStop).where(EmergencyStop.status != StopStatus.RELEASED)
    return session.exec(running.order_by(col(EmergencyStop.started_at))).all()


def stop_on(session: Session, post: Post, version: PostVersion, network: Network) -> EmergencyStop | None:
    """Return the stop that holds a variant back, None when it may leave."""
    stops = running_stops(session)
    register = _register_for(session, stops)
    return next((stop for stop in stops if _covers(session, stop, post, version, network, register)), None)


def refuse_stopped(session: Session, post: Post, version: PostVersion, network: Network) -> None:
    """Refuse what an emergency stop holds back."""
    stop = stop_on(session, post, version, network)
    if stop is not None:
        raise RuleViolated(
            N_("Un arrêt d'urgence est en cours ({reason}) : rien n'est parti. Deux personnes doivent le lever."),
            reason=stop.reason,
        )


def _register_for(session: Session, stops: Iterable[EmergencyStop]) -> tuple[ProductFacts, ...]:
    """Return the register of products, read once, where a product is stopped; elsewhere nothing asks for it."""
    return register_of(session) if any(stop.scope is StopScope.PRODUCT for stop in stops) else ()


def _covers(
    session: Session,
    stop: EmergencyStop,
    post: Post,
    version: PostVersion,
    network: Network,
    register: Sequence[ProductFacts],
) -> bool:
    """Say whether a stop is for a variant; a product counts where it is declared or named, the doubt included."""
    if stop.scope is StopScope.ALL:
        return True
    if stop.scope is StopScope.NETWORK:
        return network.value == stop.target
    if stop.scope is StopScope.CAMPAIGN:
        return (post.campaign or "").strip().casefold() == stop.target.casefold()
    return names_product(session, stored_content(session, post, version), stop.target, register)


def affected(session: Session, actor: Actor, *, scope: StopScope, target: str = "") -> tuple[AffectedRow, ...]:
    """Return what a stop would hold back, by slot, and what is live and would be its subject."""
    check(actor, Permission.POST_READ)
    stop = EmergencyStop(scope=scope, target=_checked_target(session, scope, target), reason="-", started_by="")
    register = _register_for(session, [stop])
    rows = session.exec(
        select(Publication, Post, PostVersion)
        .where(col(Publication.status).in_(WAITING | {PublicationStatus.PUBLISHED}))
        .where(Post.id == Publication.post_id, PostVersion.id == Publication.version_id)
        .order_by(col(Publication.due_at))
    ).all()
    return tuple(
        AffectedRow(post.id, post.title, each.network, each.due_at, each.status is PublicationStatus.PUBLISHED)
        for each, post, version in rows
        if _covers(session, stop, post, version, each.network, register)
    )


def list_stops(session: Session, actor: Actor) -> tuple[StopRow, ...]:
    """Return every stop, those that run first, then the newest."""
    check(actor, Permission.POST_READ)
    stops = session.exec(select(EmergencyStop).order_by(col(EmergencyStop.started_at).desc())).all()
    return tuple(sorted(_rows(session, actor, stops), key=lambda row: row.status is StopStatus.RELEASED))


def list_running(session: Session, actor: Actor) -> tuple[StopRow, ...]:
    """Return the stops that nobody has released, the newest first; every page asks for them at every run."""
    check(actor, Permission.POST_READ)
    return tuple(_rows(session, actor, running_stops(session)[::-1]))


def _rows(session: Session, actor: Actor, stops: Sequence[EmergencyStop]) -> list[StopRow]:
    """Return stops as rows; only the people and the products that they name are read, none where none runs."""
    if not stops:
        return []
    people = {user_id for stop in stops for user_id in (stop.started_by, stop.asked_by, stop.released_by)}
    named = [stop.target for stop in stops if stop.scope is StopScope.PRODUCT]
    names = dict(session.exec(select(User.id, User.printed_name).where(col(User.id).in_(people - {None}))).all())
    products = dict(session.exec(select(Product.id, Product.name).where(col(Product.id).in_(named))).all())
    return [_row(stop, names, products, actor) for stop in stops]


def _row(stop: EmergencyStop, names: dict[str, str], products: dict[str, str], actor: Actor) -> StopRow:
    return StopRow(
        stop_id=stop.id,
        scope=stop.scope,
        target=products.get(stop.target, stop.target),
        reason=stop.reason,
        status=stop.status,
        started_by=names[stop.started_by],
        started_at=stop.started_at,
        asked_by=names.get(stop.asked_by or "", ""),
        asked_by_me=stop.asked_by is not None and stop.asked_by == actor.id,
        released_by=names.get(stop.released_by or "", ""),
        released_at=stop.released_at,
        row_version=stop.row_version,
    )
