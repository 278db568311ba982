"""A stored or written content as the rules read it."""

from datetime import datetime

from sqlmodel import Session, select

from models.post import Visa
from workflow import checks
from workflow.checks import CheckedPost
from workflow.checks.claims import ClaimFacts
from workflow.content import PostContent, VariantContent
from workflow.networks import title_of


def visa_named(session: Session, number: str) -> checks.Visa | None:
    """Return the visa of a number as the register holds it now; one that it does not hold has no date and no status."""
    if not number:
        return None
    visa = session.exec(select(Visa).where(Visa.number == number)).first()
    if visa is None:
        return checks.Visa(number=number)
    return checks.Visa(number, visa.kind, visa.granted, visa.expires, visa.status)


def checked(
    content: PostContent,
    variant: VariantContent,
    products: tuple[str, ...] = (),
    visa: checks.Visa | None = None,
    planned_at: datetime | None = None,
    claims: tuple[ClaimFacts, ...] = (),
) -> CheckedPost:
    """Return a variant as the rules read it; `products` are names, `claims` those of the library."""
    return CheckedPost(
        id=variant.account_id,
        network=variant.network,
        qualification=content.qualification,
        audience=variant.audience or content.audience,
        products=products,
        text=variant.text,
        title=title_of(variant),
        first_comment=variant.first_comment,
        hashtags=variant.hashtags,
        alt_text="\n".join(media.alt_text for media in variant.media if media.alt_text),
        link=variant.link,
        comments_open=variant.settings.comments_open,
        share_open=variant.settings.share_open,
        paid_partner=variant.settings.paid_partner,
        paid_boost=variant.settings.paid_boost,
        visa=visa,
        internal_ref=content.internal_ref,
        planned_at=planned_at,
        claims=claims,
    )
