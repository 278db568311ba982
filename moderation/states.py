"""The states of a case, of an answer and of an alarm, and what leads from one to the other."""

from compliance.audit import AuditAction
from compliance.permissions import Permission
from compliance.transitions import Table, Transition
from models.enums import (
    AlarmAction,
    AlarmStatus,
    CallBackAction,
    CallBackStatus,
    CaseAction,
    CaseStatus,
    ReplyAction,
    ReplyStatus,
    TextAction,
    TextStatus,
)

A, P = AuditAction, Permission
C, CA = CaseStatus, CaseAction
R, RA = ReplyStatus, ReplyAction
T, TA = TextStatus, TextAction
B, BA = CallBackStatus, CallBackAction

CASE_TRANSITIONS: Table = {
    (C.OPEN, CA.FILL): Transition(C.OPEN, P.CASE_WRITE, A.CASE_FILL),
    (C.OPEN, CA.ESCALATE): Transition(C.QUEUED, P.CASE_WRITE, A.CASE_ESCALATE),
    (C.OPEN, CA.DISMISS): Transition(C.DISMISSED, P.CASE_WRITE, A.CASE_DISMISS, reason=True),
    (C.QUEUED, CA.FORWARD): Transition(C.FORWARDED, P.ENGINE, A.CASE_FORWARD),
    (C.QUEUED, CA.FAIL): Transition(C.OPEN, P.ENGINE, A.CASE_FAIL, reason=True),
    (C.FORWARDED, CA.ACKNOWLEDGE): Transition(C.ACKNOWLEDGED, P.CASE_ACKNOWLEDGE, A.CASE_ACKNOWLEDGE),
    (C.FORWARDED, CA.RECEIPT): Transition(C.ACKNOWLEDGED, P.ENGINE, A.CASE_ACKNOWLEDGE),
    (C.FORWARDED, CA.BOUNCE): Transition(C.OPEN, P.ENGINE, A.CASE_FAIL, reason=True),
    (C.FORWARDED, CA.REOPEN): Transition(C.OPEN, P.CASE_WRITE, A.CASE_REOPEN, reason=True),
    (C.ACKNOWLEDGED, CA.REOPEN): Transition(C.OPEN, P.CASE_WRITE, A.CASE_REOPEN, reason=True),
    (C.DISMISSED, CA.REOPEN): Transition(C.OPEN, P.CASE_WRITE, A.CASE_REOPEN, reason=True),
    (C.HANDED_OVER, CA.REOPEN): Transition(C.OPEN, P.CASE_WRITE, A.CASE_REOPEN, reason=True),
    (C.OPEN, CA.HAND_OVER): Transition(C.HANDED_OVER, P.CASE_WRITE, A.CASE_HAND_OVER),
    (C.OPEN, CA.REATTACH): Transition(C.OPEN, P.ENGINE, A.CASE_REATTACH),
    (C.QUEUED, CA.REATTACH): Transition(C.QUEUED, P.ENGINE, A.CASE_REATTACH),
    (C.FORWARDED, CA.REATTACH): Transition(C.OPEN, P.ENGINE, A.CASE_REATTACH),
    (C.ACKNOWLEDGED, CA.REATTACH): Transition(C.OPEN, P.ENGINE, A.CASE_REATTACH),
    (C.HANDED_OVER, CA.REATTACH): Transition(C.OPEN, P.ENGINE, A.CASE_REATTACH),
}

REPLY_TRANSITIONS: Table = {
    (R.DRAFT, RA.QUEUE): Transition(R.QUEUED, P.REPLY_SEND, A.REPLY_QUEUE),
    (R.QUEUED, RA.SEND): Transition(R.SENT, P.ENGINE, A.REPLY_SEND),
    (R.QUEUED, RA.FAIL): Transition(R.FAILED, P.ENGINE, A.REPLY_FAIL, reason=True),
    (R.SENT, RA.CONFIRM): Transition(R.CONFIRMED, P.ENGINE, A.REPLY_CONFIRM),
    (R.SENT, RA.FAIL): Transition(R.FAILED, P.ENGINE, A.REPLY_FAIL, reason=True),
    (R.FAILED, RA.RETRY): Transition(R.QUEUED, P.REPLY_SEND, A.REPLY_QUEUE),
    (R.QUEUED, RA.CALL_BACK): Transition(R.CALLED_BACK, P.REPLY_SEND, A.REPLY_CALL_BACK),
    (R.DRAFT, RA.SUBMIT): Transition(R.TO_APPROVE, P.REPLY_SEND, A.REPLY_SUBMIT),
    (R.TO_APPROVE, RA.APPROVE): Transition(R.QUEUED, P.REPLY_APPROVE, A.REPLY_APPROVE, signature=True),
    (R.TO_APPROVE, RA.REFUSE): Transition(R.REFUSED, P.REPLY_APPROVE, A.REPLY_REFUSE, reason=True),
    (R.TO_APPROVE, RA.TAKE_BACK): Transition(R.CALLED_BACK, P.REPLY_SEND, A.REPLY_TAKE_BACK),
}

UNSIGNED = (T.PROPOSED, T.SIGNED_BY_PV, T.SIGNED_BY_MEDICAL, T.SIGNED_BY_BOTH)
TEXT_TRANSITIONS: Table = {
    (T.PROPOSED, TA.SIGN_PV): Transition(T.SIGNED_BY_PV, P.TEXT_SIGN, A.TEXT_SIGN, signature=True),
    (T.PROPOSED, TA.SIGN_MEDICAL): Transition(T.SIGNED_BY_MEDICAL, P.TEXT_SIGN, A.TEXT_SIGN, signature=True),
    (T.SIGNED_BY_PV, TA.SIGN_MEDICAL): Transition(T.SIGNED_BY_BOTH, P.TEXT_SIGN, A.TEXT_SIGN, signature=True),
    (T.SIGNED_BY_MEDICAL, TA.SIGN_PV): Transition(T.SIGNED_BY_BOTH, P.TEXT_SIGN, A.TEXT_SIGN, signature=True),
    (T.SIGNED_BY_BOTH, TA.SIGN_REGULATORY): Transition(T.APPROVED, P.TEXT_SIGN, A.TEXT_APPROVE, signature=True),
    **{(each, TA.REFUSE): Transition(T.REFUSED, P.TEXT_SIGN, A.TEXT_REFUSE, reason=True) for each in UNSIGNED},
    **{(each, TA.REPLACE): Transition(T.REPLACED, P.TEXT_PROPOSE, A.TEXT_REPLACE) for each in UNSIGNED},
    (T.APPROVED, TA.REPLACE): Transition(T.REPLACED, P.TEXT_SIGN, A.TEXT_REPLACE),
    (T.APPROVED, TA.WITHDRAW): Transition(T.WITHDRAWN, P.TEXT_SIGN, A.TEXT_WITHDRAW, reason=True),
}

CALL_BACK_TRANSITIONS: Table = {
    (B.PROMISED, BA.KEEP): Transition(B.KEPT, P.REPLY_SEND, A.CALL_BACK_KEEP, reason=True),
    (B.PROMISED, BA.WAIVE): Transition(B.WAIVED, P.REPLY_WAIVE, A.CALL_BACK_WAIVE, reason=True),
}

L, LA = AlarmStatus, AlarmAction
ALARM_TRANSITIONS: Table = {
    (L.OPEN, LA.ACKNOWLEDGE): Transition(L.ACKNOWLEDGED, P.ON_CALL_SERVE, A.ALARM_ACKNOWLEDGE),
    (L.OPEN, LA.CLOSE): Transition(L.CLOSED, P.ENGINE, A.ALARM_CLOSE, reason=True),
    (L.ACKNOWLEDGED, LA.CLOSE): Transition(L.CLOSED, P.ENGINE, A.ALARM_CLOSE, reason=True),
}

CASE_ENDS = frozenset({C.ACKNOWLEDGED, C.DISMISSED, C.HANDED_OVER})
REPLY_ENDS = frozenset({R.CONFIRMED, R.WAIVED, R.REFUSED, R.CALLED_BACK})
ALARM_ENDS = frozenset({L.CLOSED})
