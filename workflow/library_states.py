"""How claims, their references and products change; what is not in these tables cannot be done."""

from dataclasses import dataclass

from compliance.audit import AuditAction
from compliance.permissions import Permission
from compliance.transitions import Table, Transition
from errors import RuleViolated, StaleVersion
from i18n import N_
from models.enums import (
    ClaimAction,
    ClaimStatus,
    ProductAction,
    ProductStatus,
    ReferenceAction,
    ReferenceStatus,
    Role,
)

CLAIM_SIGNERS = frozenset({Role.REGULATORY, Role.MEDICAL})


@dataclass(frozen=True)
class ClaimFactsToSign:
    """What the signature of a claim is judged on; `fallen` are the references that no longer support it."""

    actor_id: str | None
    writers: frozenset[str]
    role: Role | None
    seen_sha256: str
    current_sha256: str
    quotes: int
    fallen: tuple[str, ...]
    still_valid: bool


def claim_seen(facts: ClaimFactsToSign) -> None:
    """One signs the claim that one read."""
    if facts.seen_sha256 != facts.current_sha256:
        raise StaleVersion


def claim_of_another(facts: ClaimFactsToSign) -> None:
    """Whoever wrote or changed a claim does not approve it; regulatory or medical affairs do."""
    if facts.role is None:
        raise RuleViolated(N_("Une allégation attend la signature des affaires réglementaires ou médicales."))
    if facts.actor_id in facts.writers:
        raise RuleViolated(N_("Vous avez écrit ou modifié cette allégation : une autre personne doit l'approuver."))


def claim_supported(facts: ClaimFactsToSign) -> None:
    """Refuse a claim without a quotation, or on a document that fell (L. 5122-2, R. 5122-9 CSP)."""
    if not facts.quotes:
        raise RuleViolated(N_("Cette allégation ne cite aucune référence : ajoutez la citation qui la soutient."))
    if facts.fallen:
        raise RuleViolated(
            N_("Cette référence n'est plus valable : {references}. Citez-en une autre."),
            references=", ".join(facts.fallen),
        )
    if not facts.still_valid:
        raise RuleViolated(N_("La date de fin de cette allégation est passée. Donnez-lui une date à venir."))


P, W = Permission, AuditAction
_C, _CA = ClaimStatus, ClaimAction

CLAIM_TRANSITIONS: Table = {
    (_C.DRAFT, _CA.EDIT): Transition(_C.DRAFT, P.CLAIM_KEEP, W.CLAIM_WRITE),
    (_C.DRAFT, _CA.APPROVE): Transition(
        _C.APPROVED,
        P.CLAIM_KEEP,
        W.CLAIM_APPROVE,
        signature=True,
        when=(claim_seen, claim_of_another, claim_supported),
    ),
    (_C.DRAFT, _CA.WITHDRAW): Transition(_C.WITHDRAWN, P.CLAIM_KEEP, W.CLAIM_WITHDRAW, reason=True),
    (_C.APPROVED, _CA.WITHDRAW): Transition(_C.WITHDRAWN, P.CLAIM_KEEP, W.CLAIM_WITHDRAW, reason=True),
    (_C.APPROVED, _CA.EXPIRE): Transition(_C.EXPIRED, P.ENGINE, W.CLAIM_EXPIRE),
}

_R, _RA = ReferenceStatus, ReferenceAction

REFERENCE_TRANSITIONS: Table = {
    (_R.CURRENT, _RA.WITHDRAW): Transition(_R.WITHDRAWN, P.CLAIM_KEEP, W.REFERENCE_WITHDRAW, reason=True),
    (_R.CURRENT, _RA.EXPIRE): Transition(_R.EXPIRED, P.ENGINE, W.REFERENCE_EXPIRE),
}

_S, _SA = ProductStatus, ProductAction
_STOP = Transition(_S.STOPPED, P.PRODUCT_KEEP, W.PRODUCT_STOP, reason=True)
_SUSPEND = Transition(_S.SUSPENDED, P.PRODUCT_KEEP, W.PRODUCT_SUSPEND, reason=True)
_AWAY = Transition(_S.WITHDRAWN, P.PRODUCT_KEEP, W.PRODUCT_WITHDRAW, reason=True)
_BACK = Transition(_S.MARKETED, P.PRODUCT_KEEP, W.PRODUCT_RESTORE, reason=True)

PRODUCT_TRANSITIONS: Table = {
    (_S.AWAITED, _SA.LAUNCH): Transition(_S.MARKETED, P.PRODUCT_KEEP, W.PRODUCT_LAUNCH, reason=True),
    (_S.MARKETED, _SA.SUSPEND): _SUSPEND,
    (_S.MARKETED, _SA.STOP): _STOP,
    (_S.MARKETED, _SA.WITHDRAW): _AWAY,
    (_S.MARKETED, _SA.EXPIRE): Transition(_S.EXPIRED, P.ENGINE, W.PRODUCT_EXPIRE),
    (_S.SUSPENDED, _SA.RESTORE): _BACK,
    (_S.SUSPENDED, _SA.STOP): _STOP,
    (_S.SUSPENDED, _SA.WITHDRAW): _AWAY,
    (_S.STOPPED, _SA.RESTORE): _BACK,
    (_S.STOPPED, _SA.WITHDRAW): _AWAY,
    (_S.EXPIRED, _SA.RESTORE): _BACK,
    (_S.EXPIRED, _SA.WITHDRAW): _AWAY,
}

OFF_MARKET = frozenset({_S.SUSPENDED, _S.STOPPED, _S.WITHDRAWN, _S.EXPIRED})
"""A product in one of these carries no publication, information on its safety excepted."""
