"""What the pages show of claims: the library with what rests on each, and the claims that one post says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from compliance import clock, transitions
from compliance.permissions import Actor, Permission, check
from errors import AppError
from models.claim import Claim
from models.enums import Audience, ClaimAction, ClaimStatus, DependencyKind, Network, ReferenceStatus
from models.post import Post
from models.product import Product
from models.review import Signature
from models.session import get
from models.user import User
from workflow.cascade import Dependency, RestingRow, rests_on
from workflow.checks.claims import is_in_force
from workflow.claim_uses import claim_facts, quotes_of, uses_of
from workflow.claims import may_approve
from workflow.library_states import CLAIM_TRANSITIONS
from workflow.rounds import current_version


@dataclass(frozen=True)
class QuoteRow:
    """The words that a claim rests on, and where they stand."""

    quote_id: str
    reference_id: str
    title: str
    citation: str
    page: int
    pages: int
    quote: str
    status: ReferenceStatus


@dataclass(frozen=True)
class ClaimRow:
    """A claim as a page shows it; `signer` approved it, `refusal` says why I may not, empty when I may.

    `posts` say it, in review or later. `days_left` counts while it is in force.
    """

    claim_id: str
    text: str
    wordings: tuple[str, ...]
    product_id: str | None
    product: str
    networks: tuple[Network, ...]
    audiences: tuple[Audience, ...]
    valid_until: date
    days_left: int | None
    status: ClaimStatus
    content_sha256: str
    author: str
    signer: str
    signed_at: datetime | None
    reason: str
    quotes: tuple[QuoteRow, ...]
    posts: tuple[RestingRow, ...]
    actions: tuple[ClaimAction, ...]
    refusal: str
    row_version: int


@dataclass(frozen=True)
class SaidClaimRow:
    """A claim that a post says: where, in which words, and whether it is in force today."""

    claim: ClaimRow
    in_force: bool
    passages: tuple[tuple[str, str], ...]


def list_claims(session: Session, actor: Actor) -> tuple[ClaimRow, ...]:
    """Return the library: what waits for a signature, what is in force by its end, what fell."""
    check(actor, Permission.POST_READ)
    claims = session.exec(select(Claim).order_by(col(Claim.valid_until), col(Claim.id))).all()
    order = list(ClaimStatus)
    return tuple(_row(session, actor, claim) for claim in sorted(claims, key=lambda each: order.index(each.status)))


def _row(session: Session, actor: Actor, claim: Claim) -> ClaimRow:
    signed = get(session, Signature, claim.signature_id) if claim.signature_id else None
    draft = claim.status is ClaimStatus.DRAFT
    today = clock.paris(clock.now()).date()
    return ClaimRow(
        claim_id=claim.id,
        text=claim.text,
        wordings=tuple(claim.wordings),
        product_id=claim.product_id,
        product=get(session, Product, claim.product_id).name if claim.product_id else "",
        networks=tuple(Network(each) for each in claim.networks),
        audiences=tuple(Audience(each) for each in claim.audiences),
        valid_until=claim.valid_until,
        days_left=(claim.valid_until - today).days if claim.status is ClaimStatus.APPROVED else None,
        status=claim.status,
        content_sha256=claim.content_sha256,
        author=get(session, User, claim.author_id).printed_name,
        signer=signed.printed_name if signed else "",
        signed_at=signed.signed_at if signed else None,
        reason=claim.reason or "",
        quotes=tuple(_quotes(session, claim.id)),
        posts=() if draft else rests_on(session, actor, Dependency(DependencyKind.CLAIM, claim.id)),
        actions=tuple(ClaimAction(each) for each in transitions.actions_for(actor, CLAIM_TRANSITIONS, claim.status)),
        refusal=_refusal(session, actor, claim) if draft else "",
        row_version=claim.row_version,
    )


def _refusal(session: Session, actor: Actor, claim: Claim) -> str:
    try:
        may_approve(session, actor, claim, claim.content_sha256)
    except AppError as error:
        return str(error)
    return ""


def _quotes(session: Session, claim_id: str) -> Sequence[QuoteRow]:
    return [
        QuoteRow(
            quote_id=quote.id,
            reference_id=reference.id,
            title=reference.title,
            citation=reference.citation,
            page=quote.page,
            pages=reference.pages,
            quote=quote.quote,
            status=reference.status,
        )
        for quote, reference in quotes_of(session, claim_id)
    ]


def claims_said(session: Session, actor: Actor, *, post_id: str) -> tuple[SaidClaimRow, ...]:
    """Return the claims that the newest version of a post says, each with its passages as (account, field)."""
    check(actor, Permission.POST_READ)
    post = get(session, Post, post_id)
    uses = uses_of(session, current_version(session, post).id)
    today = clock.paris(clock.now()).date()
    said = dict.fromkeys(use.claim_id for use in uses)
    return tuple(
        SaidClaimRow(
            claim=_row(session, actor, claim),
            in_force=is_in_force(claim_facts(claim, None), today),
            passages=tuple(dict.fromkeys((use.account_id, use.field) for use in uses if use.claim_id == claim.id)),
        )
        for claim in (get(session, Claim, claim_id) for claim_id in said)
    )
