"""How a claim ends, and what ends with it: every text that says it is flagged, held or to be taken down at once."""

from sqlmodel import Session, col, select

from compliance import clock, transitions
from compliance.permissions import SYSTEM, Actor
from i18n import _
from models.claim import Claim
from models.enums import ClaimAction, ClaimStatus, DependencyKind
from workflow.cascade import Dependency, lapse
from workflow.library_states import CLAIM_TRANSITIONS


def end_claim(session: Session, actor: Actor, claim: Claim, action: ClaimAction, reason: str) -> None:
    """End a claim with all that rests on it; `reason` is the sentence that the people concerned read after its words.

    The engine lets a claim lapse; where a person withdraws, the reason is theirs.
    """
    signed = claim.status is ClaimStatus.APPROVED
    transitions.apply(session, actor, claim, CLAIM_TRANSITIONS, action, reason=reason or None)
    claim.ended_at, claim.reason = clock.now(), reason.strip() or None
    session.flush()
    if signed:
        said = _("L'allégation « {text} » n'est plus valable.").format(text=claim.text)
        sentence = " ".join(filter(None, [said, reason.strip()]))
        lapse(session, actor, Dependency(DependencyKind.CLAIM, claim.id), sentence)


def expire_claims(session: Session) -> list[Claim]:
    """End every claim whose last day has passed in Paris, with all that rests on it; the worker does it every hour."""
    today = clock.paris(clock.now()).date()
    over = select(Claim).where(Claim.status == ClaimStatus.APPROVED, col(Claim.valid_until) < today)
    claims = list(session.exec(over.with_for_update()).all())
    for claim in claims:
        end = _("Elle valait jusqu'au {day}.").format(day=f"{claim.valid_until:%d/%m/%Y}")
        end_claim(session, SYSTEM, claim, ClaimAction.EXPIRE, end)
    return claims
