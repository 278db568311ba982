"""Which claims a version says, and where: what the rules are told of the library, and the trace that a cascade follows.

A use is noted when a version is written, and when a claim that it already says is approved. It never goes away: the
version and the words of a signed claim never change.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, select

from compliance import clock
from models.claim import Claim, ClaimQuote, ClaimUse, Reference
from models.enums import Audience, Network, ReferenceStatus
from models.post import PostVersion
from models.product import Product
from workflow.checks import CheckedPost, claimed_places
from workflow.checks.claims import ClaimFacts, is_in_force


def claims_known(session: Session) -> tuple[ClaimFacts, ...]:
    """Return every claim that was ever signed, as the rules are told of it: one that fell is still recognised."""
    signed = select(Claim, Product.name).where(col(Claim.signature_id).is_not(None))
    named = signed.join(Product, col(Product.id) == col(Claim.product_id), isouter=True).order_by(col(Claim.id))
    return tuple(claim_facts(claim, product) for claim, product in session.exec(named))


def claim_facts(claim: Claim, product: str | None) -> ClaimFacts:
    """Return what the rules are told of a claim."""
    return ClaimFacts(
        id=claim.id,
        wordings=(claim.text, *claim.wordings),
        product=product,
        status=claim.status,
        valid_until=claim.valid_until,
        networks=tuple(Network(each) for each in claim.networks),
        audiences=tuple(Audience(each) for each in claim.audiences),
    )


def note_uses(session: Session, version: PostVersion, posts: Iterable[CheckedPost]) -> None:
    """Write down the claims that a version says and that are not noted yet; a post's id is its account's."""
    known = {(use.claim_id, use.account_id, use.field, use.start) for use in uses_of(session, version.id)}
    for post in posts:
        for claim, field, start, end in claimed_places(post):
            key = (claim.id, post.id, field, start)
            if key not in known:
                known.add(key)
                session.add(
                    ClaimUse(
                        version_id=version.id,
                        claim_id=claim.id,
                        account_id=post.id,
                        field=field,
                        start=start,
                        end=end,
                        noted_at=clock.now(),
                    )
                )
    session.flush()


def uses_of(session: Session, version_id: str) -> Sequence[ClaimUse]:
    """Return the uses of claims in a version, in reading order."""
    held = select(ClaimUse).where(ClaimUse.version_id == version_id)
    return session.exec(held.order_by(col(ClaimUse.account_id), col(ClaimUse.field), col(ClaimUse.start))).all()


def says_claim(session: Session, version: PostVersion, claim_id: str) -> bool:
    """Say whether a version says a claim."""
    held = select(ClaimUse.id).where(ClaimUse.version_id == version.id, ClaimUse.claim_id == claim_id)
    return session.exec(held).first() is not None


def fallen_claims(session: Session, version: PostVersion, day: date) -> list[Claim]:
    """Return the claims that a version says and that are not in force on a day, where no other one carries the words.

    Scope and product are the rules' matter (CLM-08): a person may judge them; that a claim is in force, nobody may.
    """
    uses = uses_of(session, version.id)
    claims = {
        each.id: each for each in session.exec(select(Claim).where(col(Claim.id).in_({u.claim_id for u in uses})))
    }
    standing = {
        key
        for key, claim in claims.items()
        if is_in_force(claim_facts(claim, None), day) and _supported(session, key, day)
    }
    carried = [use for use in uses if use.claim_id in standing]
    fallen = {
        use.claim_id
        for use in uses
        if use.claim_id not in standing and not any(_covers(other, use) for other in carried)
    }
    return [claims[key] for key in sorted(fallen)]


def _supported(session: Session, claim_id: str, day: date) -> bool:
    return all(holds_on(reference, day) for _quote, reference in quotes_of(session, claim_id))


def holds_on(reference: Reference, day: date) -> bool:
    """Say whether a document supports what cites it on a day."""
    ends = reference.valid_until
    return reference.status is ReferenceStatus.CURRENT and (ends is None or day <= ends)


def _covers(one: ClaimUse, other: ClaimUse) -> bool:
    same = (one.account_id, one.field) == (other.account_id, other.field)
    return same and one.start <= other.start and other.end <= one.end


def claims_in(session: Session, version: PostVersion) -> Sequence[Claim]:
    """Return the claims that a version says, each once."""
    said = {use.claim_id for use in uses_of(session, version.id)}
    return session.exec(select(Claim).where(col(Claim.id).in_(said)).order_by(col(Claim.id))).all()


def quotes_of(session: Session, claim_id: str) -> Sequence[tuple[ClaimQuote, Reference]]:
    """Return the quotations of a claim, each with its reference, in the order in which they were added."""
    held = select(ClaimQuote, Reference).where(ClaimQuote.claim_id == claim_id)
    return session.exec(held.where(Reference.id == ClaimQuote.reference_id).order_by(col(ClaimQuote.id))).all()
