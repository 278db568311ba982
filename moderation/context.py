"""What stands around a comment: our post above it, and the comment that it answers."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.comment import Comment, CommentRevision
from models.post import Post, PostProduct, Variant
from models.product import Product
from models.publication import Publication


@dataclass(frozen=True)
class PostContext:
    """The post that a comment stands under, as it was published; `products` are those that its author declared."""

    post_id: str
    title: str
    text: str
    url: str | None
    published_at: datetime | None
    products: tuple[str, ...]

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
        select(Publication, Variant.payload_json, Post.title)
        .where(col(Publication.id).in_(wanted))
        .where(Publication.variant_id == Variant.id, Publication.post_id == Post.id)
    ).all()
    products = _products(session, {publication.version_id for publication, _payload, _title in found})
    return {
        publication.id: PostContext(
            publication.post_id,
            title,
            str(json.loads(payload).get("text", "")),
            publication.remote_url,
            publication.published_at,
            tuple(products.get(publication.version_id, ())),
        )
        for publication, payload, title in found
    }


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
