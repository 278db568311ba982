"""When something that publications rest on is no longer valid: what waits is held at once, what is live is taken down.

Nothing is decided here about the thing itself; whoever changed it calls `lapse` in the same transaction (I9).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, outbox, transitions
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor, Permission, check
from errors import RuleViolated
from i18n import N_
from models.base import new_id
from models.claim import ClaimUse
from models.consent import Consent
from models.enums import DependencyKind, Network, PostStatus, PublicationStatus, Qualification
from models.post import Post, PostVersion
from models.publication import Publication, TakedownTask
from models.session import expect_version, get
from workflow.checks import ProductFacts
from workflow.claim_uses import says_claim
from workflow.findings import names_product, recheck, stored_content
from workflow.lapse_mails import tell_signers
from workflow.products import register_of
from workflow.publications import is_out, publications_of
from workflow.series import lapse_series
from workflow.states import PUBLICATION_TRANSITIONS, PublicationAction

ALIVE = (PostStatus.IN_REVIEW, PostStatus.APPROVED, PostStatus.SCHEDULED, PostStatus.PUBLISHED)


@dataclass(frozen=True)
class Dependency:
    """What publications rest on: a visa by its number; a product, a claim or a consent by its id."""

    kind: DependencyKind
    ref: str


@dataclass(frozen=True)
class RestingRow:
    """A post that rests on something: where it stands, and how many of its publications are live."""

    post_id: str
    title: str
    status: PostStatus
    live: int


@dataclass(frozen=True)
class TakedownRow:
    """Something live that must be taken down."""

    task_id: str
    post_id: str
    title: str
    network: Network
    url: str
    reason: str
    opened_at: datetime
    row_version: int


def resting(session: Session, dependency: Dependency) -> Iterator[tuple[Post, PostVersion]]:
    """Yield the posts, in review or later, whose newest version rests on something."""
    register = register_of(session) if dependency.kind is DependencyKind.PRODUCT else ()
    for post, version in alive(session, dependency):
        if _rests(session, post, version, dependency, register):
            yield post, version


def alive(session: Session, dependency: Dependency | None = None) -> Sequence[tuple[Post, PostVersion]]:
    """Return the posts in review or later, those from before Covigie with them, each with its newest version.

    Of something whose uses are written down, only those that may rest on it.
    """
    newest = select(Post, PostVersion).where(PostVersion.post_id == Post.id, PostVersion.n == Post.version_n)
    posts = newest.where(col(Post.status).in_(ALIVE)).order_by(col(Post.id))
    if dependency is not None and dependency.kind is DependencyKind.CLAIM:
        saying = select(ClaimUse.version_id).where(ClaimUse.claim_id == dependency.ref)
        posts = posts.where(col(PostVersion.id).in_(saying))
    if dependency is not None and dependency.kind is DependencyKind.CONSENT:
        posts = posts.where(Post.id == get(session, Consent, dependency.ref).post_id)
    return session.exec(posts).all()


def _rests(
    session: Session, post: Post, version: PostVersion, dependency: Dependency, register: Sequence[ProductFacts]
) -> bool:
    if dependency.kind is DependencyKind.VISA:
        return _visa(version) == dependency.ref
    if dependency.kind is DependencyKind.CLAIM:
        return says_claim(session, version, dependency.ref)
    if dependency.kind is DependencyKind.CONSENT:
        return True
    content = stored_content(session, post, version)
    # What is said of a product's safety must be said all the more when it leaves its market.
    safety = content.qualification is Qualification.SAFETY
    return not safety and names_product(session, content, dependency.ref, register)


def _visa(version: PostVersion) -> str:
    return json.loads(version.canonical_json)["declarations"]["visa"] or ""


def resting_on_visas(session: Session, actor: Actor) -> dict[str, tuple[RestingRow, ...]]:
    """Return what would be concerned if a visa lapsed, by the visa's number: seen before it is done."""
    check(actor, Permission.POST_READ)
    found: dict[str, list[Post]] = defaultdict(list)
    for post, version in alive(session):
        found[_visa(version)].append(post)
    found.pop("", None)
    live = _live(session, [post.id for posts in found.values() for post in posts])
    return {
        number: tuple(RestingRow(post.id, post.title, post.status, live[post.id]) for post in posts)
        for number, posts in found.items()
    }


def _live(session: Session, ids: Sequence[str]) -> Counter[str]:
    """Count the publications of each post that are out, or may be."""
    publications = session.exec(select(Publication).where(col(Publication.post_id).in_(ids)))
    return Counter(each.post_id for each in publications if is_out(each))


def rests_on(session: Session, actor: Actor, dependency: Dependency) -> tuple[RestingRow, ...]:
    """Return what would be concerned if something lapsed: seen before it is done."""
    check(actor, Permission.POST_READ)
    return tuple(resting_row(session, post) for post, _version in resting(session, dependency))


def resting_row(session: Session, post: Post) -> RestingRow:
    """Return a post that something would take with it."""
    live = sum(map(is_out, publications_of(session, post.id)))
    return RestingRow(post.id, post.title, post.status, live)


def lapse(
    session: Session, actor: Actor, dependency: Dependency, reason: str, among: Collection[str] | None = None
) -> None:
    """Hold what waits, ask for what is live to be taken down, flag what is in review, and tell those who signed.

    `reason` is the sentence that the people concerned read. What is leaving at this very moment counts as live.
    `among`: the ids of the posts that it takes with it, where not all that rest on it fall (None: all).
    """
    for post, version in list(resting(session, dependency)):
        if among is None or post.id in among:
            publications = [
                p for p in publications_of(session, post.id, lock=True) if _concerned(session, p, dependency)
            ]
            touched = [_stop(session, actor, each, dependency, reason) for each in publications]
            if post.status is not PostStatus.PUBLISHED:
                recheck(session, version, stored_content(session, post, version))
            if any(touched) or post.status is not PostStatus.PUBLISHED:
                tell_signers(session, post, dependency.kind, dependency.ref, reason)
    session.flush()


def _concerned(session: Session, publication: Publication, dependency: Dependency) -> bool:
    """Say whether a publication of a post that rests on something does: a consent is for one account's content."""
    if dependency.kind is not DependencyKind.CONSENT:
        return True
    consent = get(session, Consent, dependency.ref)
    given = (consent.account_id, consent.variant_sha256)
    return (publication.account_id, publication.variant_sha256) == given


def _stop(session: Session, actor: Actor, publication: Publication, dependency: Dependency, reason: str) -> bool:
    """Hold a publication that waits, ask for a live one to be taken down; say whether it was one of them."""
    if publication.status is PublicationStatus.SCHEDULED and not outbox.cancel(session, subject_id=publication.id):
        publication.last_error = reason
        transitions.apply(session, SYSTEM, publication, PUBLICATION_TRANSITIONS, PublicationAction.HOLD, reason=reason)
        if publication.series_id:
            lapse_series(session, publication.series_id, reason)
    elif is_out(publication) or publication.status is PublicationStatus.SCHEDULED:
        _open_task(session, actor, publication, dependency, reason)
    else:
        return False
    return True


def _open_task(session: Session, actor: Actor, publication: Publication, dependency: Dependency, reason: str) -> None:
    """Ask for a publication to be taken down, once for each thing that it rested on."""
    known = select(TakedownTask).where(
        TakedownTask.publication_id == publication.id,
        TakedownTask.kind == dependency.kind,
        TakedownTask.ref == dependency.ref,
        col(TakedownTask.closed_at).is_(None),
    )
    if session.exec(known).first() is None:
        task = TakedownTask(
            id=new_id(),
            publication_id=publication.id,
            kind=dependency.kind,
            ref=dependency.ref,
            reason=reason,
            opened_at=clock.now(),
        )
        session.add(task)
        session.flush()
        new = {"publication": publication.id, "kind": dependency.kind.value, "ref": dependency.ref}
        audit.record(session, actor, AuditAction.TAKEDOWN_OPEN, "takedowntask", task.id, new=new, reason=reason)


def takedowns(session: Session, actor: Actor) -> tuple[TakedownRow, ...]:
    """Return what must be taken down and nobody has accounted for yet, oldest first."""
    check(actor, Permission.POST_READ)
    rows = session.exec(
        select(TakedownTask, Publication, Post)
        .where(col(TakedownTask.closed_at).is_(None), Publication.id == TakedownTask.publication_id)
        .where(Post.id == Publication.post_id)
        .order_by(col(TakedownTask.opened_at))
    ).all()
    return tuple(
        TakedownRow(
            task_id=task.id,
            post_id=post.id,
            title=post.title,
            network=publication.network,
            url=publication.remote_url or "",
            reason=task.reason,
            opened_at=task.opened_at,
            row_version=task.row_version,
        )
        for task, publication, post in rows
    )


def close_takedown(session: Session, actor: Actor, *, task_id: str, row_version: int | None, note: str) -> TakedownTask:
    """Account for a task: taken down on the network, or why it stays; the note is kept for the dossier."""
    check(actor, Permission.POST_SCHEDULE)
    task = get(session, TakedownTask, task_id, lock=True)
    expect_version(task, row_version)
    if task.closed_at is not None:
        raise RuleViolated(N_("Quelqu'un en a déjà rendu compte. Rechargez la page."))
    if not note.strip():
        raise RuleViolated(N_("Dites ce qui a été fait : retirée du réseau, à quelle heure, ou pourquoi elle reste."))
    task.closed_at, task.closed_by, task.note = clock.now(), actor.id, note.strip()
    audit.record(session, actor, AuditAction.TAKEDOWN_CLOSE, "takedowntask", task.id, new={"closed": True}, reason=note)
    return task
