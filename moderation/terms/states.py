"""The states of a terms sheet; what is not in the table cannot be done."""

from compliance.audit import AuditAction
from compliance.permissions import Permission
from compliance.transitions import Table, Transition
from models.enums import TermsAction, TermsStatus
from moderation.terms.sheet import SIGNING

S, A, P, W = TermsStatus, TermsAction, Permission, AuditAction

_WITHDRAW = Transition(S.WITHDRAWN, P.TERMS_SIGN, W.TERMS_WITHDRAW, reason=True)

TERMS_TRANSITIONS: Table = {
    (S.PROPOSED, A.SIGN): Transition(S.HALF_SIGNED, P.TERMS_SIGN, W.TERMS_SIGN, signature=True, when=SIGNING),
    (S.PROPOSED, A.WITHDRAW): _WITHDRAW,
    (S.HALF_SIGNED, A.SIGN): Transition(S.IN_FORCE, P.TERMS_SIGN, W.TERMS_SIGN, signature=True, when=SIGNING),
    (S.HALF_SIGNED, A.WITHDRAW): _WITHDRAW,
    (S.IN_FORCE, A.REPLACE): Transition(S.REPLACED, P.TERMS_SIGN, W.TERMS_REPLACE),
    (S.IN_FORCE, A.REVOKE): Transition(S.REVOKED, P.TERMS_SIGN, W.TERMS_REVOKE, reason=True),
}

PENDING = (S.PROPOSED, S.HALF_SIGNED)
