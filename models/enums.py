"""Every status, kind and action that is stored. A value is in the database: changing one needs a migration.

Imports nothing of ours, so that rules can use it without reaching the database.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in the company; permissions hang on it (`compliance.permissions`)."""

    COMMUNITY_MANAGER = "community_manager"
    COMMUNICATIONS = "communications"
    REGULATORY = "regulatory"
    LEGAL = "legal"
    MEDICAL = "medical"
    RESPONSIBLE_PHARMACIST = "responsible_pharmacist"
    PV_OFFICER = "pv_officer"
    QUALITY = "quality"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Network(StrEnum):
    """Where a post is published or a comment was left."""

    X = "x"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    LINKEDIN = "linkedin"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    HCP_PORTAL = "hcp_portal"
    PHONE = "phone"
    EMAIL = "email"
    FILE = "file"


class AccountStatus(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    AUTH_EXPIRED = "auth_expired"
    PAUSED = "paused"


class ProductKind(StrEnum):
    """The legal kind of a product: it decides the rules of promotion and the vigilance."""

    OTC = "otc"
    RX = "rx"
    VACCINE = "vaccine"
    DEVICE = "device"
    COSMETIC = "cosmetic"
    SUPPLEMENT = "supplement"


class ProductOwner(StrEnum):
    """Whose product it is."""

    OWN = "own"
    COMPETITOR = "competitor"


class Vigilance(StrEnum):
    """Which vigilance a case belongs to, by the product's kind."""

    PHARMACO = "pharmacovigilance"
    MATERIO = "materiovigilance"
    COSMETO = "cosmetovigilance"
    NUTRI = "nutrivigilance"


# ---------------------------------------------------------------------------------------------- committee


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


class PublicationStatus(StrEnum):
    """Where the publication of one variant stands."""

    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    UNCONFIRMED = "unconfirmed"
    PUBLISHED = "published"
    FAILED = "failed"
    HELD = "held"
    CANCELLED = "cancelled"


# --------------------------------------------------------------------------------------------- moderation


class EventSource(StrEnum):
    """How a raw event came in."""

    POLL = "poll"
    WEBHOOK = "webhook"
    FILE = "file"
    FORM = "form"


class Screening(StrEnum):
    """Facet: has the comment been looked at for pharmacovigilance, and by whom?"""

    UNSCREENED = "unscreened"
    FLAGGED = "flagged"
    CLEARED = "cleared"
    SKIMMED = "skimmed"


class PvFacet(StrEnum):
    """Facet: what pharmacovigilance knows of the comment."""

    NONE = "none"
    POSSIBLE = "possible"
    CONFIRMED = "confirmed"
    NOT_AE = "not_ae"
    FORWARDED = "forwarded"
    ACKNOWLEDGED = "acknowledged"


class ProductFacet(StrEnum):
    """Facet: which products the comment names."""

    NONE = "none"
    OWN = "own"
    COMPETITOR = "competitor"
    BOTH = "both"


class VisibilityFacet(StrEnum):
    """Facet: can the public see the comment?"""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    DELETED_BY_US = "deleted_by_us"
    DELETED_BY_AUTHOR = "deleted_by_author"


class ReplyFacet(StrEnum):
    """Facet: does the person still wait for an answer?"""

    OWED = "owed"
    DRAFTED = "drafted"
    QUEUED = "queued"
    CONFIRMED = "confirmed"
    WAIVED = "waived"


class Situation(StrEnum):
    """Adverse event and special situations (GVP VI.B.6, VI.C.2.2)."""

    ADVERSE_EVENT = "adverse_event"
    PREGNANCY = "pregnancy"
    BREASTFEEDING = "breastfeeding"
    OVERDOSE = "overdose"
    MISUSE = "misuse"
    ABUSE = "abuse"
    OFF_LABEL = "off_label"
    MEDICATION_ERROR = "medication_error"
    OCCUPATIONAL_EXPOSURE = "occupational_exposure"
    LACK_OF_EFFICACY = "lack_of_efficacy"
    QUALITY_DEFECT = "quality_defect"
    FALSIFIED = "falsified"
    INTERACTION = "interaction"
    WITHDRAWAL = "withdrawal"
    UNEXPECTED_BENEFIT = "unexpected_benefit"


class Seriousness(StrEnum):
    """Criteria of seriousness, of which one is enough (ICH E2A II.B; E2B(R3) E.i.3.2a to f)."""

    DEATH = "death"
    LIFE_THREATENING = "life_threatening"
    HOSPITAL = "hospital"
    DISABILITY = "disability"
    CONGENITAL = "congenital"
    MEDICALLY_IMPORTANT = "medically_important"


class Intent(StrEnum):
    """What the person mainly wants."""

    TESTIMONY = "testimony"
    MEDICAL_QUESTION = "medical_question"
    PRACTICAL_QUESTION = "practical_question"
    COMPLAINT = "complaint"
    STOCK_SHORTAGE = "stock_shortage"
    PRAISE = "praise"
    CHAT = "chat"
    SPAM = "spam"
    ABUSE = "abuse"
    MISINFORMATION = "misinformation"
    JOB_OR_CORPORATE = "job_or_corporate"
    ACTIVISM = "activism"
    REQUEST_FOR_CONTACT = "request_for_contact"
    URGENT_HELP = "urgent_help"


class PiiKind(StrEnum):
    """A kind of personal data."""

    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    ADDRESS = "address"
    NIR = "nir"
    IBAN = "iban"


class FindingKind(StrEnum):
    """What a span found by a detector is."""

    PRODUCT = "product"
    REACTION = "reaction"
    SITUATION = "situation"
    SERIOUSNESS = "seriousness"
    EMERGENCY = "emergency"
    PII = "pii"
    CUE = "cue"
    CONTEXT = "context"
    INTENT = "intent"


class TriageOutcome(StrEnum):
    """What a pharmacovigilance officer says that a comment is; several at once are possible, but for NONE."""

    ADVERSE_EVENT = "adverse_event"
    SPECIAL_SITUATION = "special_situation"
    QUALITY_DEFECT = "quality_defect"
    PRODUCT_MENTION = "product_mention"
    NONE = "none"


class NoneReason(StrEnum):
    """Why a comment is none of the outcomes."""

    NO_PRODUCT = "no_product"
    INDICATION_ONLY = "indication_only"
    EFFECT_DENIED = "effect_denied"
    HEARSAY = "hearsay"
    QUESTION_ONLY = "question_only"
    FIGURATIVE = "figurative"
    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"


class CaseStatus(StrEnum):
    """Where a case stands on its way to pharmacovigilance."""

    OPEN = "open"
    QUEUED = "queued"
    FORWARDED = "forwarded"
    ACKNOWLEDGED = "acknowledged"
    DISMISSED = "dismissed"


class CaseAction(StrEnum):
    """What can be done to a case."""

    FILL = "fill"
    ESCALATE = "escalate"
    FORWARD = "forward"
    FAIL = "fail"
    ACKNOWLEDGE = "acknowledge"
    DISMISS = "dismiss"
    REOPEN = "reopen"


class ReplyStatus(StrEnum):
    """Where an answer stands."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    WAIVED = "waived"


class ReplyAction(StrEnum):
    """What can be done to an answer."""

    QUEUE = "queue"
    SEND = "send"
    CONFIRM = "confirm"
    FAIL = "fail"
    RETRY = "retry"


class WaiverReason(StrEnum):
    """Why a comment gets no public answer."""

    NO_ANSWER_EXPECTED = "no_answer_expected"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    SPAM = "spam"
    ABUSE = "abuse"
    DELETED_BY_AUTHOR = "deleted_by_author"
    ANSWERED_IN_THREAD = "answered_in_thread"


class TombstoneKind(StrEnum):
    """How a comment left the public's sight."""

    DELETED = "deleted"
    HIDDEN = "hidden"


# -------------------------------------------------------------------------------------------- engine room


class EffectKind(StrEnum):
    """An effect outside: a row first, then the call."""

    PUBLISH = "publish"
    REPLY = "reply"
    HIDE = "hide"
    MAIL = "mail"


class EffectStatus(StrEnum):
    """Where an outside effect stands."""

    PENDING = "pending"
    CALLING = "calling"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobStatus(StrEnum):
    """Where a run of a periodic job stands."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
