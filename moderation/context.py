"""What stands around a comment: our post above it, and the comment that it answers."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.comment import Comment, CommentRevision
from models.enums import PvFacet
from models.post import Post, PostProduct, PostVersion, Variant
from models.product import Product
from models.publication import Publication

SUSPECTED = (PvFacet.POSSIBLE, PvFacet.CONFIRMED, PvFacet.FORWARDED, PvFacet.ACKNOWLEDGED)
"""Where a comment stands in which a case is suspected, or known."""


@dataclass(frozen=True)
class ModerationPlan:
    """How the comments under a post are looked after, as its signers approved it; `texts` are keys of the library."""

    text: str
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class PostContext:
    """The post that a comment stands under, as it was published; `products` are those that its author declared.

    `plan` is that of the published version; None where its author wrote none.
    """

    post_id: str
    title: str
    text: str
    url: str | None
    published_at: datetime | None
    products: tuple[str, ...]
    plan: ModerationPlan | None = None

    @property
    def page_product(self) -> str | None:
        """Return the product that the post is about, when it is about one."""
        return self.products[0] if len(self.products) == 1 else None


def posts_of(session: Session, publication_ids: Collection[str | None]) -> dict[str, PostContext]:
    """Return the posts of publications, by publication id."""
    wanted = {key for key in publication_ids if key}
    if not wanted:
        return {}
    found = session.exec(
        select(Publication, Variant.payload_json, Post.title, PostVersion.canonical_json)
        .where(col(Publication.id).in_(wanted))
        .where(Publication.variant_id == Variant.id, Publication.post_id == Post.id)
        .where(Publication.version_id == PostVersion.id)
    ).all()
    products = _products(session, {publication.version_id for publication, *_rest in found})
    return {
        publication.id: PostContext(
            publication.post_id,
            title,
            str(json.loads(payload).get("text", "")),
            publication.remote_url,
            publication.published_at,
            tuple(products.get(publication.version_id, ())),
            plan_of(canonical_json),
        )
        for publication, payload, title, canonical_json in found
    }


def plan_of(canonical_json: str) -> ModerationPlan | None:
    """Return the moderation plan of a version; None where it has none."""
    declared = json.loads(canonical_json)["declarations"].get("moderation")
    return ModerationPlan(declared["plan"], tuple(declared["texts"])) if declared else None


def _products(session: Session, version_ids: Collection[str]) -> dict[str, list[str]]:
    declared = (
        select(PostProduct.version_id, Product.name)
        .where(PostProduct.product_id == Product.id, col(PostProduct.version_id).in_(version_ids))
        .order_by(col(Product.name))
    )
    found: dict[str, list[str]] = {}
    for version_id, name in session.exec(declared):
        found.setdefault(version_id, []).append(name)
    return found


def parents_of(session: Session, comments: Collection[Comment]) -> dict[str, str]:
    """Return the texts that comments answer, as they read now, by the id of the answering comment."""
    return {key: revision.text for key, revision in parent_revisions(session, comments).items() if revision.text}


def parent_revisions(session: Session, comments: Collection[Comment]) -> dict[str, CommentRevision]:
    """Return the current revisions of the comments that comments answer, by the id of the answering comment."""
    asked = [c for c in comments if c.parent_external_id]
    if not asked:
        return {}
    found = {
        (account_id, external_id): revision
        for account_id, external_id, revision in session.exec(
            select(Comment.account_id, Comment.external_id, CommentRevision)
            .where(CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n)
            .where(col(Comment.external_id).in_({c.parent_external_id for c in asked}))
        )
    }
    return {c.id: revision for c in asked if (revision := found.get((c.account_id, c.parent_external_id or "")))}


def under_suspicion(session: Session, comments: Collection[Comment]) -> set[str]:
    """Return the ids of the comments that answer one in which a case is suspected."""
    asked = [c for c in comments if c.parent_external_id]
    if not asked:
        return set()
    found = set(
        session.exec(
            select(Comment.account_id, Comment.external_id)
            .where(col(Comment.external_id).in_({c.parent_external_id for c in asked}))
            .where(col(Comment.pv).in_(SUSPECTED))
        )
    )
    return {c.id for c in asked if (c.account_id, c.parent_external_id) in found}
