"""Posts published before Covigie, taken in as they stand: nobody signed them here, and every screen says so.

They are checked by the rules, archived, listed in the register of advertising, and fall with what they rest on like
any other; the comments under them find their way to them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import canonical
from compliance.permissions import Actor, Permission, check
from errors import AppError, InvalidInput, NotPermitted
from i18n import N_
from models.account import Account
from models.base import new_id
from models.comment import Comment
from models.enums import Audience, Network, PostStatus, PublicationStatus
from models.post import Post, PostVersion
from models.product import Product
from models.publication import Publication
from workflow.archiving import archive
from workflow.content import PostContent, VariantContent, canonical_content, tidy
from workflow.drafting import write_version
from workflow.findings import open_findings, variants_of
from workflow.prior_file import PriorEntry, PriorLine, read_prior


@dataclass(frozen=True)
class PriorCheck:
    """A line of a list before it is taken in; `problem` is a sentence, empty for one that can be.

    `known`: it is here already, and would be left as it is.
    """

    n: int
    entry: PriorEntry | None
    problem: str
    known: bool = False


@dataclass(frozen=True)
class PriorRow:
    """A post from before Covigie as a page shows it, with what the rules find in it and the comments under it."""

    post_id: str
    title: str
    network: Network
    account: str
    published_at: datetime
    url: str
    blocking: int
    unjustified: int
    comments: int


def look_at(session: Session, actor: Actor, *, data: bytes) -> tuple[PriorCheck, ...]:
    """Return what a list holds, line by line, and what stands in the way of each; nothing is taken in."""
    check(actor, Permission.POST_TAKE_IN)
    return tuple(_checked(session, line) for line in read_prior(data))


def _checked(session: Session, line: PriorLine) -> PriorCheck:
    if line.entry is None:
        return PriorCheck(line.n, None, str(line.problem))
    try:
        _account(session, line.entry)
        _product_ids(session, line.entry)
    except AppError as problem:
        return PriorCheck(line.n, line.entry, str(problem))
    return PriorCheck(line.n, line.entry, "", known=_is_known(session, line.entry))


def _account(session: Session, entry: PriorEntry) -> Account:
    named = func.lower(Account.handle) == entry.handle.lower()
    account = session.exec(select(Account).where(Account.network == entry.network, named)).first()
    if account is None:
        raise InvalidInput(
            N_("Le compte @{handle} n'est pas enregistré. Un administrateur l'ajoute d'abord."), handle=entry.handle
        )
    return account


def _product_ids(session: Session, entry: PriorEntry) -> tuple[str, ...]:
    if not entry.product:
        return ()
    named = func.lower(Product.name) == entry.product.lower()
    found = session.exec(select(Product.id).where(named)).first()
    if found is None:
        raise InvalidInput(N_("Le produit « {name} » n'est pas au registre."), name=entry.product)
    return (found,)


def _is_known(session: Session, entry: PriorEntry) -> bool:
    same = select(Publication.id).where(Publication.network == entry.network, Publication.remote_id == entry.remote_id)
    return session.exec(same).first() is not None


def take_in(session: Session, actor: Actor, *, entries: Iterable[PriorEntry]) -> int:
    """Take posts in, all of them or none; one that is here already is left as it is. Return how many are new.

    Raises InvalidInput for an account or a product that nobody registered.
    """
    check(actor, Permission.POST_TAKE_IN)
    if actor.id is None:
        raise NotPermitted
    new = [entry for entry in entries if not _is_known(session, entry) and _take_in(session, actor, entry)]
    return len(new)


def _take_in(session: Session, actor: Actor, entry: PriorEntry) -> Publication:
    account = _account(session, entry)
    variant = VariantContent(account.id, account.network, entry.text)
    content = tidy(
        PostContent(
            title=entry.title,
            variants=(variant,),
            qualification=entry.qualification,
            products=_product_ids(session, entry),
            visa=entry.visa,
            internal_ref=entry.internal_ref,
        )
    )
    post = _post(session, actor, content)
    version = write_version(session, actor, post, content, canonical_content(content))
    publication = _publication(session, actor, post, version, entry)
    new = {"network": entry.network.value, "remote_id": entry.remote_id, "content_sha256": version.content_sha256}
    audit.record(session, actor, AuditAction.POST_TAKE_IN, "post", post.id, new=new)
    _link_comments(session, publication)
    archive(session, publication)
    return publication


def _post(session: Session, actor: Actor, content: PostContent) -> Post:
    now = clock.now()
    post = Post(
        id=new_id(),
        title=content.title,
        author_id=actor.id or "",
        status=PostStatus.PUBLISHED,
        circuit_key="",
        qualification=content.qualification,
        audience=Audience.PUBLIC,
        prior=True,
        created_at=now,
        updated_at=now,
    )
    session.add(post)
    session.flush()
    return post


def _publication(session: Session, actor: Actor, post: Post, version: PostVersion, entry: PriorEntry) -> Publication:
    (variant,) = variants_of(session, version.id)
    publication = Publication(
        id=new_id(),
        post_id=post.id,
        version_id=version.id,
        variant_id=variant.id,
        account_id=variant.account_id,
        network=variant.network,
        due_at=entry.at,
        status=PublicationStatus.PUBLISHED,
        scheduled_by=actor.id or "",
        variant_sha256=variant.variant_sha256,
        remote_id=entry.remote_id,
        remote_url=entry.url,
        published_at=entry.at,
        receipt_json=canonical({"prior": True}),
    )
    session.add(publication)
    session.flush()
    return publication


def _link_comments(session: Session, publication: Publication) -> None:
    """Hang the comments that came before the post did under it; those to come find it by themselves."""
    session.execute(
        update(Comment)
        .where(col(Comment.network) == publication.network)
        .where(col(Comment.conversation_id) == publication.remote_id, col(Comment.publication_id).is_(None))
        .values(publication_id=publication.id)
    )


def list_prior(session: Session, actor: Actor) -> tuple[PriorRow, ...]:
    """Return the posts from before Covigie, newest first."""
    check(actor, Permission.POST_READ)
    held = (
        select(Post, Publication, Account.handle)
        .where(col(Post.prior), Publication.post_id == Post.id, Account.id == Publication.account_id)
        .order_by(col(Publication.published_at).desc(), col(Post.id))
    )
    return tuple(_row(session, *found) for found in session.exec(held).all())


def _row(session: Session, post: Post, publication: Publication, account: str) -> PriorRow:
    found = open_findings(session, publication.version_id)
    under = select(func.count()).select_from(Comment).where(Comment.publication_id == publication.id)
    return PriorRow(
        post_id=post.id,
        title=post.title,
        network=publication.network,
        account=account,
        published_at=publication.published_at or publication.due_at,
        url=publication.remote_url or "",
        blocking=found.blocking,
        unjustified=found.unjustified,
        comments=session.exec(under).one(),
    )
