"""Lists of the committee's pages: what waits for me, and posts by filter. Rows are gathered in batches."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, func, select

from compliance import clock
from compliance.permissions import Actor, Permission, allows, check
from models.account import Account
from models.carried import CarriedSignature
from models.delegation import ApprovalWithdrawal
from models.enums import (
    DecisionKind,
    Disposition,
    Network,
    PostStatus,
    PublicationStatus,
    Role,
    RoundStatus,
    Severity,
    SignatureMeaning,
    StepStatus,
)
from models.opinion import ConditionalOpinion
from models.post import Finding, Post, PostProduct, PostVersion, Variant
from models.publication import Publication
from models.review import Decision, ReviewNote, ReviewRound, ReviewStep, Signature
from models.session import get
from models.user import User
from workflow.approvals import expiries
from workflow.delegations import lent_roles, usable
from workflow.expiry import Expiry
from workflow.policies import TO_JUSTIFY, companions
from workflow.readings import opened_by
from workflow.rounds import author_ids, signed_meanings
from workflow.rows import MyWork, PostRow, PublicationRow, WorkRow
from workflow.step_claims import claimants
from workflow.withdrawals import taken_back_beside

RETURNED = frozenset({PostStatus.CHANGES_REQUESTED, PostStatus.REJECTED})
TROUBLED = frozenset({PublicationStatus.FAILED, PublicationStatus.HELD})


def my_work(session: Session, actor: Actor) -> MyWork:
    """Return what waits for a person: steps to sign (late ones first), posts sent back, what to schedule."""
    check(actor, Permission.POST_READ)
    returned: tuple[PostRow, ...] = ()
    approved: tuple[PostRow, ...] = ()
    if allows(actor, Permission.POST_WRITE):
        returned = list_posts(session, actor, statuses=tuple(RETURNED), mine=True)
        approved = list_posts(session, actor, statuses=(PostStatus.APPROVED,))
    troubled = _troubled(session) if allows(actor, Permission.POST_SCHEDULE) else ()
    return MyWork(to_sign(session, actor), returned, approved, troubled, taken_back_beside(session, actor))


def to_sign(session: Session, actor: Actor) -> tuple[WorkRow, ...]:
    """Return the steps that wait for a person's signature, their own or in another's name, late ones first."""
    roles = actor.roles | lent_roles(session, actor)
    waiting = session.exec(
        select(ReviewStep, Post)
        .where(ReviewStep.status == StepStatus.OPEN, col(ReviewStep.role).in_(roles))
        .where(ReviewRound.id == ReviewStep.round_id, Post.id == ReviewRound.post_id)
        .where(ReviewRound.status == RoundStatus.OPEN)
    ).all()
    if not waiting:
        return ()
    written, signed = (
        _written_by(session, actor),
        _signed_in(session, actor, [step.round_id for step, _post in waiting]),
    )
    mine = [
        (step, post)
        for step, post in waiting
        if post.id not in written and all(companions(meaning, step.meaning) for meaning in signed[step.round_id])
    ]
    lent = {step.id: _in_whose_name(session, actor, step, post) for step, post in mine if step.role not in actor.roles}
    mine = [(step, post) for step, post in mine if step.role in actor.roles or lent[step.id]]
    held = claimants(session, [step.id for step, _post in mine])
    opened = opened_by(session, actor, [step.id for step, _post in mine])
    ids = [post.id for _step, post in mine]
    rows = {row.post_id: row for row in post_rows(session, [post for _step, post in mine])}
    notes, decided = _open_notes(session, ids), _last_decided(session, actor, ids)
    found = [
        replace(
            _work_row(step, rows[post.id], notes[post.id], decided.get(post.id)),
            claimed_by=held.get(step.id, ("", ""))[1],
            claimed_by_me=held.get(step.id, ("", ""))[0] == actor.id,
            opened=step.id in opened,
            **(lent.get(step.id) or {}),
        )
        for step, post in mine
    ]
    return tuple(sorted(found, key=lambda row: (not row.late, row.due_at or clock.now(), row.step_id)))


def _in_whose_name(session: Session, actor: Actor, step: ReviewStep, post: Post) -> dict[str, Any] | None:
    """Return whose signature an actor would give on a step, and until when; None where no delegation lets them."""
    review_round = get(session, ReviewRound, step.round_id)
    authors = author_ids(session, post)
    for delegation in usable(session, actor, step, review_round, post):
        stands = signed_meanings(session, review_round, delegation.delegator_id)
        if delegation.delegator_id not in authors and all(companions(each, step.meaning) for each in stands):
            name = get(session, User, delegation.delegator_id).printed_name
            return {"delegated_by": name, "delegated_until": delegation.last_day}
    return None


def _written_by(session: Session, actor: Actor) -> set[str]:
    """Return the posts that a person wrote, edited or submitted: never theirs to decide (I3)."""
    wrote = select(PostVersion.post_id).where(PostVersion.author_id == actor.id)
    submitted = select(ReviewRound.post_id).where(ReviewRound.opened_by == actor.id)
    began = select(Post.id).where(Post.author_id == actor.id)
    return {post_id for query in (wrote, submitted, began) for post_id in session.exec(query)}


def _signed_in(session: Session, actor: Actor, round_ids: Sequence[str]) -> dict[str, list[SignatureMeaning]]:
    found: dict[str, list[SignatureMeaning]] = defaultdict(list)
    query = (
        select(Decision.round_id, ReviewStep.meaning)
        .where(col(Decision.round_id).in_(round_ids))
        .where((col(Decision.user_id) == actor.id) | (col(Decision.on_behalf_of_id) == actor.id))
        .where(Decision.kind == DecisionKind.APPROVE, ReviewStep.id == Decision.step_id)
        .where(col(Decision.id).not_in(select(ApprovalWithdrawal.decision_id)))
    )
    for round_id, meaning in session.exec(query):
        found[round_id].append(SignatureMeaning(meaning))
    carried = (
        select(CarriedSignature.round_id, Signature.meaning)
        .where(col(CarriedSignature.round_id).in_(round_ids), Signature.user_id == actor.id)
        .where(Signature.id == CarriedSignature.signature_id)
        .where(Decision.signature_id == CarriedSignature.signature_id)
        .where(col(Decision.id).not_in(select(ApprovalWithdrawal.decision_id)))
    )
    for round_id, meaning in session.exec(carried):
        found[round_id].append(SignatureMeaning(meaning))
    return found


def _open_notes(session: Session, ids: Sequence[str]) -> Counter[str]:
    query = select(ReviewNote.post_id).where(col(ReviewNote.post_id).in_(ids), col(ReviewNote.resolved_at).is_(None))
    return Counter(session.exec(query))


def _work_row(step: ReviewStep, post: PostRow, open_notes: int, my_last_version_n: int | None) -> WorkRow:
    return WorkRow(
        step_id=step.id,
        post_id=post.post_id,
        title=post.title,
        networks=post.networks,
        role=step.role,
        meaning=step.meaning,
        version_n=post.version_n,
        entered_at=step.entered_at,
        due_at=step.due_at,
        late=step.due_at is not None and step.due_at <= clock.now(),
        my_last_version_n=my_last_version_n,
        open_findings=post.open_findings,
        open_notes=open_notes,
    )


def _last_decided(session: Session, actor: Actor, ids: Sequence[str]) -> dict[str, int]:
    query = (
        select(PostVersion.post_id, func.max(PostVersion.n))
        .join(ReviewRound, col(ReviewRound.version_id) == col(PostVersion.id))
        .join(Decision, col(Decision.round_id) == col(ReviewRound.id))
        .where(col(PostVersion.post_id).in_(ids), Decision.user_id == actor.id)
        .group_by(col(PostVersion.post_id))
    )
    found = dict(session.exec(query).all())
    under_conditions = (
        select(PostVersion.post_id, PostVersion.n)
        .where(PostVersion.id == ConditionalOpinion.version_id, ConditionalOpinion.user_id == actor.id)
        .where(col(PostVersion.post_id).in_(ids))
    )
    for post_id, n in session.exec(under_conditions):
        found[post_id] = max(n, found.get(post_id, 0))
    return found


def last_decided_n(session: Session, actor: Actor, post_id: str) -> int | None:
    """Return the number of the version of a post on which an actor last decided, or None."""
    return _last_decided(session, actor, [post_id]).get(post_id)


def _troubled(session: Session) -> tuple[PublicationRow, ...]:
    query = select(Publication).where(col(Publication.status).in_(TROUBLED)).order_by(col(Publication.due_at))
    return publication_rows(session, session.exec(query).all())


def publication_rows(session: Session, publications: Sequence[Publication]) -> tuple[PublicationRow, ...]:
    """Return publications as rows."""
    posts = _by_id(session, Post, (p.post_id for p in publications))
    accounts = _by_id(session, Account, (p.account_id for p in publications))
    return tuple(
        PublicationRow(
            publication_id=each.id,
            post_id=each.post_id,
            title=posts[each.post_id].title,
            network=each.network,
            account=accounts[each.account_id].handle,
            due_at=each.due_at,
            status=each.status,
            remote_id=each.remote_id,
            remote_url=each.remote_url,
            published_at=each.published_at,
            readback_at=each.readback_at,
            last_error=each.last_error or "",
            row_version=each.row_version,
        )
        for each in publications
    )


def list_posts(
    session: Session,
    actor: Actor,
    *,
    statuses: Sequence[PostStatus] = (),
    network: Network | None = None,
    mine: bool = False,
    words: str = "",
    campaign: str = "",
    product_id: str | None = None,
    limit: int = 200,
) -> tuple[PostRow, ...]:
    """Return posts, the last changed first; `mine`: written by the actor; `words`: all of them stand in the title."""
    check(actor, Permission.POST_READ)
    query = select(Post)
    if statuses:
        query = query.where(col(Post.status).in_(statuses))
    if mine:
        query = query.where(Post.author_id == actor.id)
    if campaign:
        query = query.where(Post.campaign == campaign)
    for word in words.split():
        query = query.where(col(Post.title).icontains(word, autoescape=True))
    if network or product_id:
        query = query.where(col(Post.id).in_(_about(network, product_id)))
    return post_rows(session, session.exec(query.order_by(col(Post.updated_at).desc()).limit(limit)).all())


def _about(network: Network | None, product_id: str | None) -> Any:
    newest = select(Post.id).join(
        PostVersion, (col(PostVersion.post_id) == col(Post.id)) & (col(PostVersion.n) == col(Post.version_n))
    )
    if network:
        newest = newest.join(Variant, col(Variant.version_id) == col(PostVersion.id)).where(Variant.network == network)
    if product_id:
        about = col(PostProduct.version_id) == col(PostVersion.id)
        newest = newest.join(PostProduct, about).where(PostProduct.product_id == product_id)
    return newest


def post_rows(session: Session, posts: Sequence[Post]) -> tuple[PostRow, ...]:
    """Return posts as rows, each with its newest version's networks, its open findings and whom it waits for."""
    if not posts:
        return ()
    ids = [post.id for post in posts]
    networks, found, waiting = networks_of(session, ids), _open_findings(session, ids), _waiting(session, ids)
    ends = expiries(session, [post for post in posts if post.status is PostStatus.APPROVED])
    names = {user.id: user.printed_name for user in _by_id(session, User, (p.author_id for p in posts)).values()}
    return tuple(
        PostRow(
            post_id=post.id,
            title=post.title,
            campaign=post.campaign or "",
            status=post.status,
            qualification=post.qualification,
            networks=tuple(networks[post.id]),
            author_id=post.author_id,
            author=names[post.author_id],
            version_n=post.version_n,
            planned_at=post.planned_at,
            updated_at=post.updated_at,
            waiting_for=tuple(waiting[post.id]),
            open_findings=sum(severity in TO_JUSTIFY for severity in found[post.id]),
            blocking_findings=found[post.id].count(Severity.BLOCK),
            row_version=post.row_version,
            expiry=ends.get(post.id, Expiry.GOOD),
            prior=post.prior,
        )
        for post in posts
    )


def _newest(ids: Sequence[str]) -> Any:
    return (
        select(Post.id, PostVersion.id)
        .where(PostVersion.post_id == Post.id, PostVersion.n == Post.version_n)
        .where(col(Post.id).in_(ids))
    )


def networks_of(session: Session, ids: Sequence[str]) -> dict[str, list[Network]]:
    """Return the network of each variant of the newest version of each post, in the order of the networks."""
    found: dict[str, list[Network]] = defaultdict(list)
    query = _newest(ids).add_columns(col(Variant.network)).where(col(Variant.version_id) == col(PostVersion.id))
    for post_id, _version, network in session.execute(query):
        found[post_id].append(network)
    order = list(Network)
    return defaultdict(list, {key: sorted(value, key=order.index) for key, value in found.items()})


def _open_findings(session: Session, ids: Sequence[str]) -> dict[str, list[Severity]]:
    found: dict[str, list[Severity]] = defaultdict(list)
    query = (
        _newest(ids)
        .add_columns(col(Finding.severity))
        .where(col(Finding.version_id) == col(PostVersion.id), col(Finding.disposition) == Disposition.OPEN)
    )
    for post_id, _version, severity in session.execute(query):
        found[post_id].append(severity)
    return found


def _waiting(session: Session, ids: Sequence[str]) -> dict[str, list[Role]]:
    found: dict[str, list[Role]] = defaultdict(list)
    query = (
        select(ReviewRound.post_id, ReviewStep.role)
        .where(ReviewStep.round_id == ReviewRound.id, col(ReviewRound.post_id).in_(ids))
        .where(ReviewStep.status == StepStatus.OPEN)
        .order_by(col(ReviewStep.role))
    )
    for post_id, role in session.exec(query):
        found[post_id].append(Role(role))
    return found


def _by_id(session: Session, kind: Any, keys: Iterable[str]) -> dict[str, Any]:
    wanted = set(keys)
    rows = session.exec(select(kind).where(kind.id.in_(wanted))).all() if wanted else []
    return {row.id: row for row in rows}
