"""How the status of a post and of a publication changes; what is not in these tables cannot be done."""

from dataclasses import replace
from enum import StrEnum

from compliance.audit import AuditAction
from compliance.permissions import Permission
from compliance.transitions import Table, Transition
from models.enums import (
    DecisionKind,
    MeetingAction,
    MeetingStatus,
    PostAction,
    PostStatus,
    PublicationStatus,
    RoundStatus,
    StepStatus,
    StopAction,
    StopStatus,
    VisaAction,
    VisaStatus,
)
from workflow import expiry, policies


class PublicationAction(StrEnum):
    """What can be done to a publication."""

    START = "start"
    DELAY = "delay"
    DOUBT = "doubt"
    CONFIRM = "confirm"
    MISMATCH = "mismatch"
    HOLD = "hold"
    FAIL = "fail"
    CANCEL = "cancel"
    TAKE_BACK = "take_back"
    RESCHEDULE = "reschedule"
    GIVE_UP = "give_up"


S, A, P, W = PostStatus, PostAction, Permission, AuditAction

_EDIT = Transition(S.DRAFT, P.POST_WRITE, W.POST_EDIT, when=(policies.nothing_left,))
_SUBMIT = Transition(
    S.IN_REVIEW,
    P.POST_SUBMIT,
    W.POST_SUBMIT,
    when=(
        policies.has_content,
        policies.pictures_described,
        policies.fits_networks,
        policies.no_blocking_finding,
        policies.findings_justified,
    ),
)
_RENEW = replace(_SUBMIT, when=(expiry.approval_is_over, *_SUBMIT.when))
_WITHDRAW = Transition(S.WITHDRAWN, P.POST_SUBMIT, W.POST_WITHDRAW, reason=True, when=(policies.nothing_left,))
_SIGNING = (
    policies.seen_is_current,
    policies.not_an_author,
    policies.one_step_a_person,
    policies.no_blocking_finding,
    policies.no_blocking_note,
    policies.conditions_met,
)
_RETURNING = (policies.seen_is_current, policies.not_an_author)
_TAKE_BACK = Transition(
    S.IN_REVIEW, P.POST_REVIEW, W.POST_WITHDRAW_APPROVAL, reason=True, when=(policies.nothing_left,)
)
_SCHEDULE = Transition(
    S.SCHEDULED,
    P.POST_SCHEDULE,
    W.POST_SCHEDULE,
    when=(
        policies.fully_signed,
        policies.slot_ahead,
        expiry.approval_good,
        policies.no_blocking_finding,
        policies.consented,
        policies.every_channel_open,
    ),
)

POST_TRANSITIONS: Table = {
    (S.DRAFT, A.EDIT): _EDIT,
    (S.DRAFT, A.SUBMIT): _SUBMIT,
    (S.DRAFT, A.WITHDRAW): _WITHDRAW,
    (S.IN_REVIEW, A.EDIT): _EDIT,
    (S.IN_REVIEW, A.WITHDRAW): _WITHDRAW,
    (S.IN_REVIEW, A.APPROVE_STEP): Transition(
        S.IN_REVIEW, P.POST_REVIEW, W.POST_APPROVE_STEP, signature=True, when=_SIGNING
    ),
    (S.IN_REVIEW, A.APPROVE): Transition(S.APPROVED, P.POST_REVIEW, W.POST_APPROVE, signature=True, when=_SIGNING),
    (S.IN_REVIEW, A.REQUEST_CHANGES): Transition(
        S.CHANGES_REQUESTED, P.POST_REVIEW, W.POST_REQUEST_CHANGES, reason=True, when=_RETURNING
    ),
    (S.IN_REVIEW, A.REJECT): Transition(S.REJECTED, P.POST_REVIEW, W.POST_REJECT, reason=True, when=_RETURNING),
    (S.CHANGES_REQUESTED, A.EDIT): _EDIT,
    (S.CHANGES_REQUESTED, A.SUBMIT): _SUBMIT,
    (S.CHANGES_REQUESTED, A.WITHDRAW): _WITHDRAW,
    (S.REJECTED, A.EDIT): _EDIT,
    (S.IN_REVIEW, A.WITHDRAW_APPROVAL): _TAKE_BACK,
    (S.APPROVED, A.WITHDRAW_APPROVAL): _TAKE_BACK,
    (S.SCHEDULED, A.WITHDRAW_APPROVAL): _TAKE_BACK,
    (S.APPROVED, A.EDIT): _EDIT,
    (S.APPROVED, A.SUBMIT): _RENEW,
    (S.APPROVED, A.SCHEDULE): _SCHEDULE,
    (S.APPROVED, A.WITHDRAW): _WITHDRAW,
    (S.SCHEDULED, A.EDIT): _EDIT,
    (S.SCHEDULED, A.SCHEDULE): _SCHEDULE,
    (S.SCHEDULED, A.UNSCHEDULE): Transition(
        S.APPROVED, P.POST_SCHEDULE, W.POST_UNSCHEDULE, when=(policies.nothing_left,)
    ),
    (S.SCHEDULED, A.PUBLISH): Transition(S.PUBLISHED, P.ENGINE, W.PUBLICATION_CONFIRM),
    (S.SCHEDULED, A.WITHDRAW): _WITHDRAW,
    (S.WITHDRAWN, A.EDIT): _EDIT,
    (S.WITHDRAWN, A.SUBMIT): _SUBMIT,
}

POST_OWNERS: dict[PostStatus, Permission | None] = {
    S.DRAFT: P.POST_WRITE,
    S.IN_REVIEW: P.POST_REVIEW,
    S.CHANGES_REQUESTED: P.POST_WRITE,
    S.REJECTED: P.POST_WRITE,
    S.APPROVED: P.POST_SCHEDULE,
    S.SCHEDULED: P.ENGINE,
    S.PUBLISHED: None,
    S.WITHDRAWN: P.POST_WRITE,
}
"""Whose turn it is in each status: the holders of a right, or nobody's any more."""

_PS, _PA = PublicationStatus, PublicationAction
_START = Transition(_PS.PUBLISHING, P.ENGINE, W.PUBLICATION_START)
_HOLD = Transition(_PS.HELD, P.ENGINE, W.PUBLICATION_HOLD, reason=True)
_FAIL = Transition(_PS.FAILED, P.ENGINE, W.PUBLICATION_FAIL, reason=True)
_CANCEL = Transition(_PS.CANCELLED, P.POST_SCHEDULE, W.PUBLICATION_CANCEL)
_UNSIGNED = Transition(_PS.CANCELLED, P.POST_REVIEW, W.PUBLICATION_CANCEL)
_CONFIRM = Transition(_PS.PUBLISHED, P.ENGINE, W.PUBLICATION_CONFIRM)
_MISMATCH = Transition(_PS.HELD, P.ENGINE, W.PUBLICATION_MISMATCH, reason=True)
_DOUBT = Transition(_PS.UNCONFIRMED, P.ENGINE, W.PUBLICATION_HOLD, reason=True)

PUBLICATION_TRANSITIONS: Table = {
    (_PS.SCHEDULED, _PA.START): _START,
    (_PS.SCHEDULED, _PA.HOLD): _HOLD,
    (_PS.SCHEDULED, _PA.FAIL): _FAIL,
    (_PS.SCHEDULED, _PA.CANCEL): _CANCEL,
    (_PS.PUBLISHING, _PA.START): _START,
    (_PS.PUBLISHING, _PA.DELAY): Transition(_PS.SCHEDULED, P.ENGINE, W.PUBLICATION_HOLD, reason=True),
    (_PS.PUBLISHING, _PA.DOUBT): _DOUBT,
    (_PS.PUBLISHING, _PA.CONFIRM): _CONFIRM,
    (_PS.PUBLISHING, _PA.MISMATCH): _MISMATCH,
    (_PS.PUBLISHING, _PA.HOLD): _HOLD,
    (_PS.PUBLISHING, _PA.FAIL): _FAIL,
    (_PS.UNCONFIRMED, _PA.START): _START,
    (_PS.UNCONFIRMED, _PA.DOUBT): _DOUBT,
    (_PS.UNCONFIRMED, _PA.CONFIRM): _CONFIRM,
    (_PS.UNCONFIRMED, _PA.MISMATCH): _MISMATCH,
    (_PS.UNCONFIRMED, _PA.HOLD): _HOLD,
    (_PS.UNCONFIRMED, _PA.FAIL): _FAIL,
    (_PS.HELD, _PA.CANCEL): _CANCEL,
    (_PS.FAILED, _PA.CANCEL): _CANCEL,
    (_PS.SCHEDULED, _PA.TAKE_BACK): _UNSIGNED,
    (_PS.HELD, _PA.TAKE_BACK): _UNSIGNED,
    (_PS.FAILED, _PA.TAKE_BACK): _UNSIGNED,
    (_PS.SCHEDULED, _PA.GIVE_UP): Transition(_PS.CANCELLED, P.ENGINE, W.PUBLICATION_CANCEL),
    (_PS.CANCELLED, _PA.RESCHEDULE): Transition(_PS.SCHEDULED, P.POST_SCHEDULE, W.POST_SCHEDULE),
}

PUBLICATION_OWNERS: dict[PublicationStatus, Permission | None] = {
    _PS.SCHEDULED: P.ENGINE,
    _PS.PUBLISHING: P.ENGINE,
    _PS.UNCONFIRMED: P.ENGINE,
    _PS.PUBLISHED: None,
    _PS.FAILED: P.POST_SCHEDULE,
    _PS.HELD: P.POST_SCHEDULE,
    _PS.CANCELLED: None,
}
"""Whose turn it is in each status of a publication."""

_MS, _MA = MeetingStatus, MeetingAction

MEETING_TRANSITIONS: Table = {
    (_MS.CALLED, _MA.OPEN): Transition(_MS.RUNNING, P.MEETING_KEEP, W.MEETING_OPEN),
    (_MS.CALLED, _MA.CANCEL): Transition(_MS.CANCELLED, P.MEETING_KEEP, W.MEETING_CANCEL, reason=True),
    (_MS.RUNNING, _MA.CLOSE): Transition(_MS.CLOSED, P.MEETING_KEEP, W.MEETING_CLOSE),
}

_VS, _VA = VisaStatus, VisaAction
_GRANT = Transition(_VS.GRANTED, P.VISA_KEEP, W.VISA_GRANT)
_WITHDRAWN = Transition(_VS.WITHDRAWN, P.VISA_KEEP, W.VISA_WITHDRAW, reason=True)

VISA_TRANSITIONS: Table = {
    (_VS.PENDING, _VA.GRANT): _GRANT,
    (_VS.PENDING, _VA.REFUSE): Transition(_VS.REFUSED, P.VISA_KEEP, W.VISA_REFUSE, reason=True),
    (_VS.GRANTED, _VA.SUSPEND): Transition(_VS.SUSPENDED, P.VISA_KEEP, W.VISA_SUSPEND, reason=True),
    (_VS.GRANTED, _VA.WITHDRAW): _WITHDRAWN,
    (_VS.GRANTED, _VA.EXPIRE): Transition(_VS.EXPIRED, P.ENGINE, W.VISA_EXPIRE),
    (_VS.SUSPENDED, _VA.RESTORE): Transition(_VS.GRANTED, P.VISA_KEEP, W.VISA_RESTORE, reason=True),
    (_VS.SUSPENDED, _VA.WITHDRAW): _WITHDRAWN,
}

_ST, _SA = StopStatus, StopAction
STOP_TRANSITIONS: Table = {
    (_ST.ACTIVE, _SA.ASK_RELEASE): Transition(_ST.RELEASE_ASKED, P.STOP_RELEASE, W.STOP_ASK_RELEASE, reason=True),
    (_ST.RELEASE_ASKED, _SA.CONFIRM_RELEASE): Transition(
        _ST.RELEASED, P.STOP_RELEASE, W.STOP_RELEASE, when=(policies.second_person,)
    ),
    (_ST.RELEASE_ASKED, _SA.KEEP): Transition(_ST.ACTIVE, P.STOP_START, W.STOP_KEEP, reason=True),
}

STEP_OUTCOMES: dict[DecisionKind, StepStatus] = {
    DecisionKind.APPROVE: StepStatus.APPROVED,
    DecisionKind.REQUEST_CHANGES: StepStatus.CHANGES_REQUESTED,
    DecisionKind.REJECT: StepStatus.REJECTED,
}
ROUND_OUTCOMES: dict[DecisionKind, RoundStatus] = {
    DecisionKind.APPROVE: RoundStatus.APPROVED,
    DecisionKind.REQUEST_CHANGES: RoundStatus.CHANGES_REQUESTED,
    DecisionKind.REJECT: RoundStatus.REJECTED,
}
DECISION_ACTIONS: dict[DecisionKind, PostAction] = {
    DecisionKind.APPROVE: A.APPROVE_STEP,
    DecisionKind.REQUEST_CHANGES: A.REQUEST_CHANGES,
    DecisionKind.REJECT: A.REJECT,
}
"""What a decision makes of its step, of the round that it closes, and which action it is on the post."""
