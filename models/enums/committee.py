"""What the committee stores."""

from enum import StrEnum


class Qualification(StrEnum):
    """The promotional qualification of a post (L. 5122-1 CSP)."""

    INSTITUTIONAL = "institutional"
    DISEASE = "disease"
    PRODUCT_INFO = "product_info"
    PROMO_GP = "promo_gp"
    PROMO_HCP = "promo_hcp"
    SAFETY = "safety"


class Audience(StrEnum):
    """Who a post is meant for."""

    PUBLIC = "public"
    HCP = "hcp"
    INTERNAL = "internal"


class PostStatus(StrEnum):
    """Where a post stands in the committee."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class PostAction(StrEnum):
    """What can be done to a post."""

    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE_STEP = "approve_step"
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    WITHDRAW_APPROVAL = "withdraw_approval"
    PUBLISH = "publish"


class Severity(StrEnum):
    """What a finding of a rule asks for."""

    BLOCK = "block"
    ESCALATE = "escalate"
    WARN = "warn"
    INFO = "info"


class Disposition(StrEnum):
    """What a person decided on a finding."""

    OPEN = "open"
    FIXED = "fixed"
    NOT_APPLICABLE = "not_applicable"
    OVERRIDDEN = "overridden"


class Quorum(StrEnum):
    """How many holders of a step's role must sign."""

    ANY = "any"
    ALL = "all"
    K_OF_N = "k_of_n"


class RoundStatus(StrEnum):
    """Where a review round stands; only one round of a post is open."""

    OPEN = "open"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class StepStatus(StrEnum):
    """Where one step of a round stands."""

    WAITING = "waiting"
    OPEN = "open"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    VOID = "void"


class DecisionKind(StrEnum):
    """What a reviewer decided."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"


class RejectReason(StrEnum):
    """The coded reason of a rejection."""

    PROMOTION_NOT_ALLOWED = "promotion_not_allowed"
    MISLEADING = "misleading"
    OFF_LABEL = "off_label"
    LEGAL_RISK = "legal_risk"
    NOT_OUR_MESSAGE = "not_our_message"
    OTHER = "other"


class SignatureMeaning(StrEnum):
    """What a signature says."""

    QUALIFICATION = "qualification"
    APPROVAL_COMMUNICATIONS = "approval_communications"
    APPROVAL_REGULATORY = "approval_regulatory"
    APPROVAL_LEGAL = "approval_legal"
    APPROVAL_MEDICAL = "approval_medical"
    APPROVAL_PV = "approval_pv"
    RELEASE = "release"
    FINDING_OVERRIDE = "finding_override"
    RULE_CHANGE = "rule_change"
    MATRIX_CHANGE = "matrix_change"
    CLAIM = "claim"
    CONDITIONAL = "conditional"
    RECONCILIATION = "reconciliation"
    DAY_CERTIFICATE = "day_certificate"
    ROUTING_CHANGE = "routing_change"
    REPLY_TEXT = "reply_text"
    REPLY = "reply"
    DETECTION_CHANGE = "detection_change"
    TERMS_LEGAL = "terms_legal"
    TERMS_PROTECTION = "terms_protection"


class ConditionStatus(StrEnum):
    """Where an opinion under conditions stands; only an approval of its own lifts it."""

    WAITING = "waiting"
    ANSWERED = "answered"
    LIFTED = "lifted"
    TAKEN_BACK = "taken_back"


class ConditionAction(StrEnum):
    """What can be done to an opinion under conditions."""

    ANSWER = "answer"
    LIFT = "lift"
    TAKE_BACK = "take_back"


class VisaKind(StrEnum):
    """Which advertising visa: to the public (L. 5122-8 CSP) or to health professionals (L. 5122-9 CSP)."""

    GP = "GP"
    PM = "PM"


class VisaStatus(StrEnum):
    """Where an advertising visa stands; only a granted one carries a publication."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class VisaAction(StrEnum):
    """What can happen to an advertising visa."""

    GRANT = "grant"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class MeetingStatus(StrEnum):
    """Where a meeting of the committee stands."""

    CALLED = "called"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class MeetingAction(StrEnum):
    """What can be done to a meeting."""

    OPEN = "open"
    CLOSE = "close"
    CANCEL = "cancel"


class DependencyKind(StrEnum):
    """What a publication may rest on."""

    VISA = "visa"
    PRODUCT = "product"
    CLAIM = "claim"
    CONSENT = "consent"


class StopScope(StrEnum):
    """What an emergency stop holds back."""

    ALL = "all"
    PRODUCT = "product"
    NETWORK = "network"
    CAMPAIGN = "campaign"


class StopStatus(StrEnum):
    """Where an emergency stop stands; only a released one lets anything out."""

    ACTIVE = "active"
    RELEASE_ASKED = "release_asked"
    RELEASED = "released"


class StopAction(StrEnum):
    """What can be done to an emergency stop."""

    ASK_RELEASE = "ask_release"
    CONFIRM_RELEASE = "confirm_release"
    KEEP = "keep"


class PublicationStatus(StrEnum):
    """Where the publication of one variant stands."""

    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    UNCONFIRMED = "unconfirmed"
    PUBLISHED = "published"
    FAILED = "failed"
    HELD = "held"
    CANCELLED = "cancelled"


class ConsentStatus(StrEnum):
    """Whether a spokesperson agrees to what would appear on their own account."""

    ASKED = "asked"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class ConsentAction(StrEnum):
    """What can be done to a consent."""

    ASK = "ask"
    GIVE = "give"
    WITHDRAW = "withdraw"


class SeriesStatus(StrEnum):
    """Where a series of repetitions stands; a lapsed one waits for somebody to close it."""

    RUNNING = "running"
    LAPSED = "lapsed"
    STOPPED = "stopped"


class SeriesAction(StrEnum):
    """What can be done to a series of repetitions."""

    LAPSE = "lapse"
    STOP = "stop"
