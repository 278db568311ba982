"""Finding what was published: by words, product, period, network, rule and person."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from compliance import clock
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.account import Account
from models.enums import Network, PublicationStatus, Qualification, Role
from models.post import Finding, Post, PostProduct, PostVersion, Variant
from models.product import Product
from models.publication import Publication
from models.review import Decision, ReviewRound, Signature
from models.session import get
from models.user import User
from workflow.proof import standing_signatures


@dataclass(frozen=True)
class ArchiveRow:
    """One published variant: what it said, where, since when, under which qualification and visa, who signed it.

    `prior`: it was published before Covigie, and nobody signed it here.
    """

    publication_id: str
    post_id: str
    title: str
    campaign: str
    network: Network
    account: str
    text: str
    published_at: datetime
    remote_url: str
    qualification: Qualification | None
    visa: str
    internal_ref: str
    products: tuple[str, ...]
    signers: tuple[tuple[str, Role], ...]
    content_sha256: str
    prior: bool = False


@dataclass(frozen=True)
class Period:
    """Days of Paris, both included."""

    first: date
    last: date


def search_archive(
    session: Session,
    actor: Actor,
    *,
    words: str = "",
    product_id: str | None = None,
    network: Network | None = None,
    rule: str = "",
    person: str = "",
    period: Period | None = None,
    limit: int = 200,
) -> tuple[ArchiveRow, ...]:
    """Return what is or was public, newest first; every word asked for stands in the text or in the title.

    `rule` is a rule's id that found something in the text, `person` a signer's or author's printed name or login.
    """
    check(actor, Permission.DOSSIER_READ)
    query = published(period)
    for word in words.split():
        said = col(Variant.payload_json).icontains(word, autoescape=True)
        query = query.where(or_(said, col(Post.title).icontains(word, autoescape=True)))
    if network:
        query = query.where(Publication.network == network)
    if product_id:
        about = select(PostProduct.version_id).where(PostProduct.product_id == product_id)
        query = query.where(col(Publication.version_id).in_(about))
    if rule.strip():
        found = select(Finding.version_id).where(col(Finding.rule_id).icontains(rule.strip(), autoescape=True))
        query = query.where(col(Publication.version_id).in_(found))
    if person.strip():
        query = query.where(col(Publication.post_id).in_(_posts_of(person.strip())))
    newest = (col(Publication.published_at).desc(), col(Publication.id).desc())
    return tuple(_row(session, *found) for found in session.exec(query.order_by(*newest).limit(limit)))


def published(period: Period | None) -> Any:
    """Return the query of every variant that a network shows or showed, as (publication, variant, post)."""
    query = select(Publication, Variant, Post).where(
        col(Publication.published_at).is_not(None),
        Publication.status != PublicationStatus.CANCELLED,
        Variant.id == Publication.variant_id,
        Post.id == Publication.post_id,
    )
    if period is not None:
        start, end = moments(period)
        query = query.where(col(Publication.published_at) >= start, col(Publication.published_at) < end)
    return query


def moments(period: Period) -> tuple[datetime, datetime]:
    """Return the first moment of a period, and the first one after it; refuses a period that ends before it begins."""
    if period.last < period.first:
        raise InvalidInput(N_("La période finit avant de commencer. Corrigez ses dates."))
    start = datetime.combine(period.first, time(), clock.PARIS)
    return start, datetime.combine(period.last + timedelta(days=1), time(), clock.PARIS)


def _posts_of(person: str) -> Any:
    named = or_(col(Signature.printed_name).icontains(person, autoescape=True), Signature.login == person.casefold())
    signed = (
        select(ReviewRound.post_id)
        .join(Decision, col(Decision.round_id) == col(ReviewRound.id))
        .join(Signature, col(Signature.id) == col(Decision.signature_id))
        .where(named)
    )
    mine = or_(col(User.printed_name).icontains(person, autoescape=True), User.login == person.casefold())
    wrote = select(PostVersion.post_id).join(User, col(User.id) == col(PostVersion.author_id)).where(mine)
    return signed.union(wrote)


def _row(session: Session, publication: Publication, variant: Variant, post: Post) -> ArchiveRow:
    version = get(session, PostVersion, publication.version_id)
    declared = json.loads(version.canonical_json)["declarations"]
    return ArchiveRow(
        publication_id=publication.id,
        post_id=post.id,
        title=post.title,
        campaign=post.campaign or "",
        network=publication.network,
        account=get(session, Account, publication.account_id).handle,
        text=json.loads(variant.payload_json)["published_text"],
        published_at=publication.published_at or publication.due_at,
        remote_url=publication.remote_url or "",
        qualification=Qualification(declared["qualification"]) if declared["qualification"] else None,
        visa=declared["visa"],
        internal_ref=declared["internal_ref"],
        products=_products(session, declared["products"]),
        signers=_signers(session, post),
        content_sha256=version.content_sha256,
        prior=post.prior,
    )


def _products(session: Session, ids: Sequence[str]) -> tuple[str, ...]:
    names = select(Product.name).where(col(Product.id).in_(ids)).order_by(col(Product.name))
    return tuple(session.exec(names))


def _signers(session: Session, post: Post) -> tuple[tuple[str, Role], ...]:
    """Return who stands for a text: the signers of its last round, those of earlier versions whose signature stands."""
    return tuple((each.printed_name, each.role) for each in standing_signatures(session, post))
