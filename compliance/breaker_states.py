"""How an account's breaker moves, and who may move it. A turn to try writes no audit event of its own."""

from compliance.audit_actions import AuditAction
from compliance.permissions import Permission
from compliance.transitions import Table, Transition
from models.enums import BreakerAction, BreakerStatus

S, B, P, A = BreakerStatus, BreakerAction, Permission, AuditAction

BREAKER_TRANSITIONS: Table = {
    (S.CLOSED, B.OPEN): Transition(S.OPEN, P.ENGINE, A.BREAKER_OPEN),
    (S.CLOSED, B.STOP): Transition(S.STOPPED, P.ENGINE, A.BREAKER_STOP),
    (S.OPEN, B.TRY): Transition(S.TRYING, P.ENGINE, A.BREAKER_OPEN),
    (S.OPEN, B.CLOSE): Transition(S.CLOSED, P.ENGINE, A.BREAKER_CLOSE),
    (S.OPEN, B.STOP): Transition(S.STOPPED, P.ENGINE, A.BREAKER_STOP),
    (S.OPEN, B.RETRY): Transition(S.OPEN, P.BREAKER_RETRY, A.BREAKER_RETRY),
    (S.OPEN, B.RECONNECT): Transition(S.CLOSED, P.ENGINE, A.BREAKER_CLOSE),
    (S.TRYING, B.TRY): Transition(S.TRYING, P.ENGINE, A.BREAKER_OPEN),
    (S.TRYING, B.OPEN): Transition(S.OPEN, P.ENGINE, A.BREAKER_OPEN),
    (S.TRYING, B.CLOSE): Transition(S.CLOSED, P.ENGINE, A.BREAKER_CLOSE),
    (S.TRYING, B.STOP): Transition(S.STOPPED, P.ENGINE, A.BREAKER_STOP),
    (S.TRYING, B.RECONNECT): Transition(S.CLOSED, P.ENGINE, A.BREAKER_CLOSE),
    (S.STOPPED, B.RETRY): Transition(S.OPEN, P.BREAKER_RETRY, A.BREAKER_RETRY),
    (S.STOPPED, B.RECONNECT): Transition(S.CLOSED, P.ENGINE, A.BREAKER_CLOSE),
}
