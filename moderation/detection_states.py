"""The states of a change of the detection; what is not in the table cannot be done."""

from compliance.audit import AuditAction
from compliance.permissions import Permission
from compliance.transitions import Table, Transition
from models.enums import DetectionAction, DetectionStatus
from moderation.detection_rules import SIGNING

S, A, P, W = DetectionStatus, DetectionAction, Permission, AuditAction

_RUN = Transition(S.RUNNING, P.DETECTION_CHANGE, W.DETECTION_RUN)
_WITHDRAW = Transition(S.WITHDRAWN, P.DETECTION_CHANGE, W.DETECTION_WITHDRAW, reason=True)
_REPLACE = Transition(S.REPLACED, P.DETECTION_CHANGE, W.DETECTION_REPLACE)

DETECTION_TRANSITIONS: Table = {
    (S.DRAFT, A.RUN): _RUN,
    (S.DRAFT, A.WITHDRAW): _WITHDRAW,
    (S.RUNNING, A.FINISH): Transition(S.READY, P.ENGINE, W.DETECTION_FINISH),
    (S.RUNNING, A.FAIL): Transition(S.DRAFT, P.ENGINE, W.DETECTION_FAIL, reason=True),
    (S.RUNNING, A.WITHDRAW): _WITHDRAW,
    (S.READY, A.RUN): _RUN,
    (S.READY, A.SIGN): Transition(S.SIGNED, P.DETECTION_CHANGE, W.DETECTION_SIGN, signature=True, when=SIGNING),
    (S.READY, A.WITHDRAW): _WITHDRAW,
    (S.SIGNED, A.ENACT): Transition(S.IN_FORCE, P.ENGINE, W.DETECTION_ENACT),
    (S.IN_FORCE, A.REPLACE): _REPLACE,
}

PENDING = (S.DRAFT, S.RUNNING, S.READY, S.SIGNED)
"""One change at a time: another one would be tried on a detection that is about to change."""
