"""Delegations: who signs in whose name, from when to when, for what. Dated, narrowed, never passed on (I17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import ROLES, Actor, Permission, allows, check
from compliance.sign_in import roles_of
from errors import NotPermitted, RuleViolated
from i18n import N_
from models.base import new_id
from models.delegation import Delegation
from models.enums import ProductOwner, Role
from models.post import Post, PostProduct
from models.product import Product
from models.review import ReviewRound, ReviewStep
from models.session import expect_version, get
from models.user import RoleAssignment, User
from workflow.circuits import MEANING_OF_ROLE
from workflow.delegation_rules import (
    Mandate,
    Scope,
    Standing,
    check_holds,
    check_people,
    check_period,
    covers,
    standing,
)
from workflow.rounds import author_ids, signed_meanings

OTHER_ROLE = N_("Cette étape est celle d'un autre rôle : vous ne pouvez pas vous prononcer.")


@dataclass(frozen=True)
class DelegationRow:
    """A delegation as its page shows it; `mine`: the actor gave it."""

    delegation_id: str
    delegator: str
    delegate: str
    role: Role
    product: str
    campaign: str
    first_day: date
    last_day: date
    standing: Standing
    mine: bool
    row_version: int


@dataclass(frozen=True)
class DelegationView:
    """The delegations of a person, and what they can choose from for a new one: (id, name) pairs."""

    rows: tuple[DelegationRow, ...]
    roles: tuple[Role, ...]
    people: tuple[tuple[str, str], ...]
    products: tuple[tuple[str, str], ...]
    campaigns: tuple[str, ...]


def delegate_role(
    session: Session,
    actor: Actor,
    *,
    delegate_id: str,
    role: Role,
    first_day: date,
    last_day: date,
    product_id: str | None = None,
    campaign: str = "",
) -> Delegation:
    """Let another person sign in a role of the actor's, for some days, perhaps for one product or campaign alone.

    Raises NotPermitted for a role that the actor does not hold, RuleViolated for a person who signs nothing,
    InvalidInput for days that cannot be.
    """
    check(actor, Permission.POST_REVIEW)
    held = roles_of(session, actor.id or "") & set(MEANING_OF_ROLE)
    check_people(actor.id, delegate_id, role, held)
    check_period(first_day, last_day, clock.paris(clock.now()).date())
    _check_delegate(session, get(session, User, delegate_id))
    if product_id:
        get(session, Product, product_id)
    delegation = Delegation(
        id=new_id(),
        delegator_id=actor.id or "",
        delegate_id=delegate_id,
        role=role,
        product_id=product_id or None,
        campaign=campaign.strip() or None,
        first_day=first_day,
        last_day=last_day,
        created_at=clock.now(),
    )
    session.add(delegation)
    session.flush()
    new = {"delegate": delegate_id, "role": role.value, "from": first_day.isoformat(), "to": last_day.isoformat()}
    narrowed = {"product": product_id or None, "campaign": delegation.campaign}
    audit.record(session, actor, AuditAction.DELEGATION_CREATE, "delegation", delegation.id, new=new | narrowed)
    return delegation


def _check_delegate(session: Session, user: User) -> None:
    signs = any(Permission.POST_REVIEW in ROLES[role] for role in roles_of(session, user.id))
    if not user.active or not signs:
        raise RuleViolated(N_("Choisissez une personne du comité, qui signe déjà dans un rôle à elle."))


def revoke_delegation(session: Session, actor: Actor, *, delegation_id: str, row_version: int | None) -> Delegation:
    """End a delegation at once: who gave it, who holds it, or an administrator. What was signed under it stays."""
    delegation = get(session, Delegation, delegation_id, lock=True)
    theirs = actor.id in {delegation.delegator_id, delegation.delegate_id}
    if not theirs:
        check(actor, Permission.USER_ADMIN)
    expect_version(delegation, row_version)
    if standing(mandate_of(session, delegation), clock.now()) in {Standing.REVOKED, Standing.ENDED}:
        raise RuleViolated(N_("Cette délégation a déjà pris fin."))
    delegation.revoked_at, delegation.revoked_by = audit.moment(session), actor.id
    old = {"role": delegation.role.value, "delegate": delegation.delegate_id}
    audit.record(session, actor, AuditAction.DELEGATION_REVOKE, "delegation", delegation.id, old=old)
    return delegation


def mandate_of(session: Session, delegation: Delegation) -> Mandate:
    """Return a delegation as the rules see it."""
    return Mandate(
        delegator=get(session, User, delegation.delegator_id).printed_name,
        role=delegation.role,
        first_day=delegation.first_day,
        last_day=delegation.last_day,
        revoked_at=delegation.revoked_at,
        product_id=delegation.product_id,
        campaign=delegation.campaign or "",
    )


def scope_of(session: Session, post: Post, version_id: str) -> Scope:
    """Return what a delegation must cover: the products of a version, the post's campaign."""
    products = session.exec(select(PostProduct.product_id).where(PostProduct.version_id == version_id))
    return Scope(frozenset(products), post.campaign or "")


def lent_roles(session: Session, actor: Actor) -> frozenset[Role]:
    """Return the roles that are lent to an actor today, whatever they are for."""
    return frozenset(each.role for each in received(session, actor) if _in_force(session, each))


def received(session: Session, actor: Actor, role: Role | None = None) -> Sequence[Delegation]:
    """Return the delegations ever given to an actor, oldest first."""
    wanted = select(Delegation).where(Delegation.delegate_id == actor.id)
    if role is not None:
        wanted = wanted.where(Delegation.role == role)
    return session.exec(wanted.order_by(col(Delegation.created_at), col(Delegation.id))).all()


def _in_force(session: Session, delegation: Delegation) -> bool:
    """Say whether a delegation holds now: its days, and the delegator still here and still in the role."""
    in_days = standing(mandate_of(session, delegation), audit.moment(session)) is Standing.IN_FORCE
    return in_days and _still_holds(session, delegation)


def _still_holds(session: Session, delegation: Delegation) -> bool:
    held = delegation.role in roles_of(session, delegation.delegator_id)
    return held and get(session, User, delegation.delegator_id).active


def usable(
    session: Session, actor: Actor, step: ReviewStep, review_round: ReviewRound, post: Post
) -> Sequence[Delegation]:
    """Return the delegations under which an actor could sign a step now, best first.

    Best: one whose delegator is no author of the post and has signed nothing in the round.
    """
    scope = scope_of(session, post, review_round.version_id)
    found = [
        each
        for each in received(session, actor, step.role)
        if _in_force(session, each) and covers(mandate_of(session, each), scope)
    ]
    authors = author_ids(session, post)
    return sorted(
        found,
        key=lambda each: (
            each.delegator_id in authors,
            len(signed_meanings(session, review_round, each.delegator_id)),
        ),
    )


def signing_under(
    session: Session, actor: Actor, step: ReviewStep, review_round: ReviewRound, post: Post
) -> Delegation | None:
    """Return the delegation under which an actor signs a step; None in their own role.

    Raises NotPermitted for who holds neither, with a sentence for a delegation that ended, or is for something else.
    """
    user = get(session, User, actor.id) if actor.id else None
    if user is None or not user.active:
        raise NotPermitted(OTHER_ROLE)
    if step.role in actor.roles & roles_of(session, user.id):
        return None
    for delegation in usable(session, actor, step, review_round, post):
        return delegation
    for delegation in reversed(received(session, actor, step.role)):
        check_holds(
            mandate_of(session, delegation), scope_of(session, post, review_round.version_id), audit.moment(session)
        )
        raise NotPermitted(N_("La personne qui vous a délégué ce rôle ne le tient plus : vous ne pouvez pas signer."))
    raise NotPermitted(OTHER_ROLE)


def delegation_view(session: Session, actor: Actor) -> DelegationView:
    """Return the delegations that an actor gave or holds (an administrator: all), and the choices for a new one."""
    rows = session.exec(select(Delegation).order_by(col(Delegation.first_day).desc(), col(Delegation.id).desc())).all()
    mine = [each for each in rows if actor.id in {each.delegator_id, each.delegate_id}]
    shown = rows if allows(actor, Permission.USER_ADMIN) else mine
    own = select(Product).where(Product.owner == ProductOwner.OWN).order_by(col(Product.name))
    campaigns = session.exec(select(Post.campaign).where(col(Post.campaign).is_not(None)).distinct())
    return DelegationView(
        rows=tuple(_row(session, actor, each) for each in shown),
        roles=tuple(role for role in Role if role in actor.roles & set(MEANING_OF_ROLE)),
        people=tuple(_signers(session, actor)),
        products=tuple((product.id, product.name) for product in session.exec(own)),
        campaigns=tuple(sorted(name for name in campaigns if name)),
    )


def _signers(session: Session, actor: Actor) -> list[tuple[str, str]]:
    signing = [role for role in Role if Permission.POST_REVIEW in ROLES[role]]
    held = select(RoleAssignment.user_id).where(
        col(RoleAssignment.role).in_(signing), col(RoleAssignment.revoked_at).is_(None)
    )
    people = select(User).where(col(User.id).in_(held), col(User.active), User.id != actor.id)
    return [(user.id, user.printed_name) for user in session.exec(people.order_by(col(User.printed_name)))]


def _row(session: Session, actor: Actor, delegation: Delegation) -> DelegationRow:
    product = get(session, Product, delegation.product_id).name if delegation.product_id else ""
    mandate = mandate_of(session, delegation)
    return DelegationRow(
        delegation_id=delegation.id,
        delegator=mandate.delegator,
        delegate=get(session, User, delegation.delegate_id).printed_name,
        role=delegation.role,
        product=product,
        campaign=delegation.campaign or "",
        first_day=delegation.first_day,
        last_day=delegation.last_day,
        standing=standing(mandate, clock.now()),
        mine=delegation.delegator_id == actor.id,
        row_version=delegation.row_version,
    )
