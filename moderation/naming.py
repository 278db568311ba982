"""What a product's name in a comment calls for, network by network: nothing, a proposal, or hiding at once.

The company's choice, written down with its reason; hiding at once needs a second person, of pharmacovigilance, and
holds for what comes after that. A comment on which anyone acted before is left alone by the machine.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import structlog
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor, Permission, check
from errors import AppError, RuleViolated
from i18n import N_
from models.comment import Comment, CommentRevision, DetectorFinding, ScreeningRecord
from models.enums import (
    PRIVATE_KINDS,
    FindingKind,
    NamedKind,
    NameMeasure,
    Network,
    ProductFacet,
    ProductKind,
    ProductOwner,
    VisibilityFacet,
)
from models.product import Product
from models.session import expect_version, get, reading, transaction
from models.visibility import NamePolicy, VisibilityAct
from moderation.visibility import hide_by_policy
from moderation.visibility_rules import NAMED_REASON

log = structlog.get_logger()

DEFAULT = NameMeasure.PROPOSE
LOOKED_BACK = timedelta(days=2)
STRENGTH = {measure: n for n, measure in enumerate(NameMeasure)}


@dataclass(frozen=True)
class LegalSource:
    """Where a policy's default comes from, and how sure that is ("forte", "moyenne", "faible"); French msgids."""

    source: str
    confidence: str


LEGAL: Mapping[NamedKind, LegalSource] = {
    NamedKind.PRESCRIPTION: LegalSource(
        N_(
            "Code de la santé publique, L. 5122-1 et L. 5122-6 : pas de publicité auprès du public pour un médicament "
            "à prescription obligatoire. Qu'un tiers le nomme sous notre publication peut nous être imputé si nous le "
            "laissons."
        ),
        N_("moyenne : l'article est certain, son application au commentaire d'un tiers est une lecture prudente"),
    ),
    NamedKind.OWN: LegalSource(
        N_(
            "ANSM, charte pour la communication et la promotion des produits de santé sur Internet et le e-média (2014)"
            ", 2.4 : réseaux sociaux ouverts ; Code de la santé publique, L. 5122-1."
        ),
        N_("moyenne : la charte est ancienne, et dépend du réseau (page hébergée par le laboratoire ou non)"),
    ),
    NamedKind.COMPETITOR: LegalSource(
        N_("Usage des chartes de modération des laboratoires : aucun traitement n'est nommé, le nôtre ou un autre."),
        N_("faible : un usage, pas une règle de droit"),
    ),
}


@dataclass(frozen=True)
class Named:
    """What a comment names and what that calls for: the strongest measure, and the kind that asks for it."""

    measure: NameMeasure
    kind: NamedKind
    names: tuple[str, ...]


def set_policy(
    session: Session, actor: Actor, *, network: Network, named: NamedKind, measure: NameMeasure, reason: str
) -> NamePolicy:
    """Choose what a name calls for on a network; hiding at once is in force once another approved it."""
    check(actor, Permission.NAME_POLICY_SET)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    policy = NamePolicy(
        network=network,
        named=named,
        measure=measure,
        reason=reason.strip(),
        set_by=actor.id or "",
        set_at=clock.now(),
    )
    old = in_force(session).get((network, named), DEFAULT)
    session.add(policy)
    session.flush()
    new = {"network": network.value, "named": named.value, "measure": measure.value}
    audit.record(
        session,
        actor,
        AuditAction.NAME_POLICY_SET,
        "name_policy",
        policy.id,
        old={"measure": old.value},
        new=new,
        reason=policy.reason,
    )
    return policy


def approve_policy(session: Session, actor: Actor, *, policy_id: str, row_version: int) -> NamePolicy:
    """Approve hiding at once, which another person chose; it holds for comments received from now on."""
    check(actor, Permission.NAME_POLICY_APPROVE)
    policy = get(session, NamePolicy, policy_id, lock=True)
    expect_version(policy, row_version)
    if policy.set_by == actor.id:
        raise RuleViolated(N_("Une autre personne que celle qui l'a réglé doit approuver le masquage automatique."))
    if policy.approved_by or policy.measure is not NameMeasure.HIDE:
        raise RuleViolated(N_("Ce réglage n'attend pas d'approbation."))
    policy.approved_by, policy.approved_at = actor.id, clock.now()
    session.flush()
    audit.record(session, actor, AuditAction.NAME_POLICY_APPROVE, "name_policy", policy.id)
    return policy


def policies(session: Session) -> list[NamePolicy]:
    """Return the newest choice of each network and kind, and before it the one in force where it waits."""
    newest: dict[tuple[Network, NamedKind], list[NamePolicy]] = {}
    for policy in session.exec(select(NamePolicy).order_by(col(NamePolicy.set_at).desc(), col(NamePolicy.id).desc())):
        held = newest.setdefault((policy.network, policy.named), [])
        if not held or not _holds(held[-1]):
            held.append(policy)
    return [policy for held in newest.values() for policy in held]


def in_force(session: Session) -> dict[tuple[Network, NamedKind], NameMeasure]:
    """Return what is in force; what is not there is a proposal."""
    return {(p.network, p.named): p.measure for p in policies(session) if _holds(p)}


def _holds(policy: NamePolicy) -> bool:
    return policy.measure is not NameMeasure.HIDE or policy.approved_by is not None


def named_in(session: Session, comments: Collection[Comment]) -> dict[str, Named]:
    """Return what each comment's text names now and what that calls for, by comment id; those that name nothing lack.

    A product of nobody's register counts as ours; one that the register has as a prescription medicine is one.
    """
    by_id = {c.id: c for c in comments if c.product is not ProductFacet.NONE and c.kind not in PRIVATE_KINDS}
    if not by_id:
        return {}
    kinds = {name.casefold(): ProductKind(kind) for name, kind in session.execute(_register())}
    found: dict[str, dict[NamedKind, list[str]]] = {}
    for comment_id, owner, label in session.execute(_names(), {"ids": list(by_id)}):
        for kind in _kinds(owner, kinds.get(label.casefold())):
            found.setdefault(comment_id, {}).setdefault(kind, []).append(label)
    chosen = in_force(session)
    return {comment_id: _strongest(by_id[comment_id].network, names, chosen) for comment_id, names in found.items()}


@cache
def _register() -> Any:
    return select(Product.name, Product.kind)


@cache
def _names() -> Any:
    return (
        select(Comment.id, DetectorFinding.owner, DetectorFinding.label)
        .where(CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n)
        .where(ScreeningRecord.revision_id == CommentRevision.id, DetectorFinding.screening_id == ScreeningRecord.id)
        .where(DetectorFinding.kind == FindingKind.PRODUCT, col(Comment.id).in_(bindparam("ids", expanding=True)))
        .order_by(col(Comment.id), col(DetectorFinding.start))
    )


def _kinds(owner: ProductOwner | None, kind: ProductKind | None) -> list[NamedKind]:
    whose = NamedKind.COMPETITOR if owner is ProductOwner.COMPETITOR else NamedKind.OWN
    return [NamedKind.PRESCRIPTION, whose] if kind is ProductKind.RX else [whose]


def _strongest(
    network: Network,
    names: Mapping[NamedKind, list[str]],
    chosen: Mapping[tuple[Network, NamedKind], NameMeasure],
) -> Named:
    """Return the strongest measure; among equals the kind that stands first in the list of kinds."""
    kind = max((k for k in NamedKind if k in names), key=lambda k: STRENGTH[chosen.get((network, k), DEFAULT)])
    said = dict.fromkeys(name for held in names.values() for name in held)
    return Named(chosen.get((network, kind), DEFAULT), kind, tuple(said))


def hide_named() -> int:
    """Hide what an approved policy says to hide at once; return how many acts were begun. The worker's job."""
    with reading() as session:
        due = _due(session)
    return sum(_hide(comment_id, named) for comment_id, named in due.items())


def _hide(comment_id: str, named: Named) -> int:
    try:
        with transaction() as session:
            hide_by_policy(session, SYSTEM, comment_id=comment_id, reason=NAMED_REASON[named.kind])
    except AppError as refusal:
        log.info("not hidden by policy", comment=comment_id, why=type(refusal).__name__)
        return 0
    return 1


def _due(session: Session) -> dict[str, Named]:
    """Return the comments received since the approval, on which nobody ever acted, and that are screened."""
    since = _approved_at(session)
    if not since:
        return {}
    acted = select(VisibilityAct.id).where(VisibilityAct.comment_id == Comment.id)
    waiting = (
        select(Comment)
        .where(col(Comment.received_at) >= max(min(since.values()), clock.now() - LOOKED_BACK))
        .where(col(Comment.network).in_({network for network, _named in since}))
        .where(Comment.visibility == VisibilityFacet.VISIBLE, Comment.product != ProductFacet.NONE)
        .where(col(Comment.kind).not_in(PRIVATE_KINDS))
        .where(col(Comment.parent_external_id).is_not(None) | col(Comment.publication_id).is_not(None))
        .where(~col(Comment.analysis_due), ~acted.exists())
        .order_by(col(Comment.received_at))
    )
    comments = {comment.id: comment for comment in session.exec(waiting)}
    named = named_in(session, list(comments.values()))
    return {
        comment_id: one
        for comment_id, one in named.items()
        if one.measure is NameMeasure.HIDE
        and comments[comment_id].received_at >= since[comments[comment_id].network, one.kind]
    }


def _approved_at(session: Session) -> dict[tuple[Network, NamedKind], datetime]:
    held = [p for p in policies(session) if p.measure is NameMeasure.HIDE]
    return {(p.network, p.named): p.approved_at for p in held if p.approved_at}
