"""Writing a post, changing it, handing it to the committee, taking it back."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, NotPermitted, RuleViolated
from i18n import N_
from models.account import Account
from models.base import new_id
from models.enums import PostAction, PostStatus, RoundStatus
from models.post import Post, PostVersion, Variant
from models.review import ReviewRound
from models.session import expect_version, get
from workflow.approvals import is_over
from workflow.carrying import carry_over
from workflow.circuits import circuit_of, required_circuit
from workflow.consents import ask_missing
from workflow.content import CanonicalContent, PostContent, canonical_content, tidy
from workflow.dependencies import refuse_lapsed
from workflow.findings import (
    declare_products,
    found_in,
    open_findings,
    products_named,
    recheck,
    refresh_findings,
    stored_content,
)
from workflow.media import check_accepted, check_known, undescribed_in
from workflow.networks import problems
from workflow.policies import LeavingFacts, SubmissionFacts, Unfit
from workflow.publications import cancel_unpublished, live_publications
from workflow.rounds import close_round, current_version, open_round, running_round
from workflow.states import POST_TRANSITIONS
from workflow.telling import Told, tell
from workflow.wordings import keep_common

HANDED_OVER = frozenset({PostStatus.IN_REVIEW, PostStatus.APPROVED, PostStatus.SCHEDULED})


def create_post(session: Session, actor: Actor, *, content: PostContent) -> Post:
    """Write a new post as a draft: version 1, its variants, and what the rules find in them."""
    check(actor, Permission.POST_WRITE)
    content = tidy(content)
    form = canonical_content(content)
    _check_references(session, content)
    now = clock.now()
    post = Post(
        id=new_id(),
        title=content.title,
        author_id=_author(actor),
        status=PostStatus.DRAFT,
        circuit_key="",
        audience=content.audience,
        created_at=now,
        updated_at=now,
    )
    session.add(post)
    session.flush()
    _describe(session, post, content)
    version = write_version(session, actor, post, content, form)
    keep_common(session, post.id, content)
    new = {"version": version.n, "content_sha256": version.content_sha256}
    audit.record(session, actor, AuditAction.POST_CREATE, "post", post.id, new=new)
    return post


def edit_post(session: Session, actor: Actor, *, post_id: str, row_version: int | None, content: PostContent) -> Post:
    """Keep what was written: a new version when the content changed, and then every signature on it is void.

    In review the round is superseded; approved or scheduled, the post forks back to draft and what has not left is
    cancelled. An equal content keeps everything as it is (I7). Nothing is ever cut.
    """
    post = _open(session, post_id, row_version)
    check(actor, Permission.POST_WRITE)
    transitions.find(POST_TRANSITIONS, post.status, PostAction.EDIT)
    content = tidy(content)
    form = canonical_content(content)
    _check_references(session, content)
    before = current_version(session, post)
    if form.sha256 == before.content_sha256:
        _redescribe(session, actor, post, content)
    else:
        _fork(session, actor, post, form)
        _describe(session, post, content)
        write_version(session, actor, post, content, form)
    keep_common(session, post.id, content)
    return post


def _fork(session: Session, actor: Actor, post: Post, form: CanonicalContent) -> None:
    running = running_round(session, post.id)
    live = live_publications(session, post.id)
    details = {"version": post.version_n + 1, "content_sha256": form.sha256, "round": running.id if running else None}
    facts = LeavingFacts(live)
    transitions.apply(session, actor, post, POST_TRANSITIONS, PostAction.EDIT, facts=facts, details=details)
    cancel_unpublished(session, actor, post.id)
    if running:
        close_round(session, running, RoundStatus.SUPERSEDED)


def _redescribe(session: Session, actor: Actor, post: Post, content: PostContent) -> None:
    """Change what is in no hash: title, campaign, planned date."""
    told = {"title": content.title, "campaign": content.campaign or None, "planned_at": content.planned_at}
    changed = [name for name, value in told.items() if getattr(post, name) != value]
    if not changed:
        return
    if post.status is PostStatus.SCHEDULED and "planned_at" in changed:
        raise RuleViolated(N_("Cette publication est programmée : déplacez son créneau pour changer la date."))
    if post.status in HANDED_OVER and "campaign" in changed:
        _keep_circuit(session, post, content)
    _describe(session, post, content)
    recheck(session, current_version(session, post), content)
    audit.record(session, actor, AuditAction.POST_EDIT, "post", post.id, new={"fields": changed})


def _keep_circuit(session: Session, post: Post, content: PostContent) -> None:
    """Refuse a campaign that would have asked for another circuit than the one that reviews, or reviewed."""
    before = circuit_of(session, replace(content, campaign=post.campaign or ""))
    after = circuit_of(session, content)
    if (before and before.key) != (after and after.key):
        raise RuleViolated(N_("Cette campagne demande un autre circuit : retirez la publication avant d'en changer."))


def _describe(session: Session, post: Post, content: PostContent) -> None:
    circuit = circuit_of(session, content)
    post.title, post.campaign, post.planned_at = content.title, content.campaign or None, content.planned_at
    post.qualification, post.audience = content.qualification, content.audience
    post.circuit_key = circuit.key if circuit else ""
    post.updated_at = clock.now()


def write_version(
    session: Session, actor: Actor, post: Post, content: PostContent, form: CanonicalContent
) -> PostVersion:
    """Write the next version of a post with its variants, and what the rules find in it."""
    parent = current_version(session, post) if post.version_n else None
    version = PostVersion(
        id=new_id(),
        post_id=post.id,
        n=post.version_n + 1,
        parent_id=parent.id if parent else None,
        author_id=_author(actor),
        canonical_json=form.canonical_json,
        content_sha256=form.sha256,
        created_at=clock.now(),
    )
    session.add(version)
    post.version_n, post.qualification_signature_id = version.n, None
    session.flush()
    for variant in form.variants:
        session.add(
            Variant(
                version_id=version.id,
                account_id=variant.account_id,
                network=variant.network,
                payload_json=variant.payload_json,
                variant_sha256=variant.sha256,
            )
        )
    declare_products(session, version, content.products)
    session.flush()
    recheck(session, version, content)
    return version


def submit(session: Session, actor: Actor, *, post_id: str, row_version: int | None) -> ReviewRound:
    """Hand the newest version to the committee: the rules run again, the circuit is chosen, a round pins the version.

    An approved post whose approval is past its days goes there again (I20); one that is still good does not.
    Signatures of an earlier version that the matrix of re-approval leaves standing are carried over (`carrying`), and
    spokespeople are asked for their consent. Raises RuleViolated for an open blocking finding, a finding without
    reason, an empty variant, a picture without alternative text, a variant that its network could not publish as
    written, a file that it does not take, no qualification, or a post that no active circuit is for.
    """
    post = _open(session, post_id, row_version)
    transitions.find(POST_TRANSITIONS, post.status, PostAction.SUBMIT)
    check(actor, Permission.POST_SUBMIT)
    version = current_version(session, post)
    content = stored_content(session, post, version)
    refresh_findings(session, version, found_in(session, content))
    facts = SubmissionFacts(
        variants=len(content.variants),
        empty=sum(not variant.text.strip() and not variant.media for variant in content.variants),
        qualification=content.qualification,
        findings=open_findings(session, version.id),
        undescribed=undescribed_in(session, content),
        approval_over=is_over(session, post),
        unfit=tuple(Unfit(s.msgid, s.fields) for variant in content.variants for s in problems(variant)),
    )
    check_accepted(session, content.variants)
    refuse_lapsed(session, post, version, clock.paris(content.planned_at or clock.now()).date())
    details = {"version": version.n, "content_sha256": version.content_sha256}
    transitions.apply(session, actor, post, POST_TRANSITIONS, PostAction.SUBMIT, facts=facts, details=details)
    circuit = required_circuit(session, content)
    post.circuit_key, post.updated_at = circuit.key, clock.now()
    ask_missing(session, actor, post)
    opened = open_round(session, post, version, circuit, _author(actor))
    carry_over(session, actor, post, version, opened)
    return opened


def withdraw(session: Session, actor: Actor, *, post_id: str, row_version: int | None, reason: str) -> Post:
    """Set a post aside, from the committee or from the queue; editing or submitting takes it up again."""
    post = _open(session, post_id, row_version)
    facts = LeavingFacts(live_publications(session, post.id))
    transitions.apply(session, actor, post, POST_TRANSITIONS, PostAction.WITHDRAW, facts=facts, reason=reason)
    cancel_unpublished(session, actor, post.id)
    running = running_round(session, post.id)
    if running:
        close_round(session, running, RoundStatus.WITHDRAWN)
    post.updated_at = clock.now()
    tell(session, actor, post, Told.WITHDRAWN, about=f"{post.id}:{post.updated_at.isoformat()}", reason=reason.strip())
    return post


def _open(session: Session, post_id: str, row_version: int | None) -> Post:
    post = get(session, Post, post_id, lock=True)
    expect_version(post, row_version)
    return post


def _author(actor: Actor) -> str:
    if actor.id is None:
        raise NotPermitted
    return actor.id


def _check_references(session: Session, content: PostContent) -> None:
    products_named(session, content.products)
    check_known(session, content)
    accounts: Sequence[Account] = [get(session, Account, variant.account_id) for variant in content.variants]
    for account, variant in zip(accounts, content.variants, strict=True):
        if account.network is not variant.network:
            raise InvalidInput(N_("Une variante ne porte pas le réseau de son compte."))
