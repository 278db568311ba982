"""What moderation stores."""

from enum import StrEnum


class EventSource(StrEnum):
    """How a raw event came in."""

    POLL = "poll"
    WEBHOOK = "webhook"
    FILE = "file"
    FORM = "form"


class BlindSpot(StrEnum):
    """What is said where no interface shows it to us: a person looks by hand."""

    EVERYTHING = "everything"
    PRIVATE_MESSAGES = "private_messages"
    ADVERTISING = "advertising"
    MENTIONS = "mentions"
    REVIEWS = "reviews"
    STORIES = "stories"
    AGE_GATED = "age_gated"


class BypassKind(StrEnum):
    """What stands on an account of ours without the committee: a post, a changed text, comments opened or closed."""

    UNKNOWN_POST = "unknown_post"
    CHANGED_TEXT = "changed_text"
    COMMENTS_OPENED = "comments_opened"
    COMMENTS_CLOSED = "comments_closed"


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
    """Facet: can the public see the comment? HIDDEN_BY_OTHERS: hidden on the network, not by us."""

    VISIBLE = "visible"
    HIDING = "hiding"
    HIDDEN = "hidden"
    HIDDEN_BY_OTHERS = "hidden_by_others"
    UNHIDING = "unhiding"
    DELETING = "deleting"
    DELETED_BY_US = "deleted_by_us"
    DELETED_BY_AUTHOR = "deleted_by_author"


class ReplyFacet(StrEnum):
    """Facet: does the person still wait for an answer? Drafted: a text waits for its approver."""

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
    OTHER_COMPANY = "other_company"
    ALREADY_REPORTED = "already_reported"
    HYPOTHETICAL = "hypothetical"
    NEWS = "news"


class CaseStatus(StrEnum):
    """Where a case stands on its way to pharmacovigilance."""

    OPEN = "open"
    QUEUED = "queued"
    FORWARDED = "forwarded"
    ACKNOWLEDGED = "acknowledged"
    DISMISSED = "dismissed"
    HANDED_OVER = "handed_over"


class CaseAction(StrEnum):
    """What can be done to a case."""

    FILL = "fill"
    ESCALATE = "escalate"
    FORWARD = "forward"
    FAIL = "fail"
    ACKNOWLEDGE = "acknowledge"
    RECEIPT = "receipt"
    BOUNCE = "bounce"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    HAND_OVER = "hand_over"
    REATTACH = "reattach"


class ReplyStatus(StrEnum):
    """Where an answer stands."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    WAIVED = "waived"
    TO_APPROVE = "to_approve"
    REFUSED = "refused"
    CALLED_BACK = "called_back"


class ReplyAction(StrEnum):
    """What can be done to an answer."""

    QUEUE = "queue"
    SEND = "send"
    CONFIRM = "confirm"
    FAIL = "fail"
    RETRY = "retry"
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    CALL_BACK = "call_back"
    TAKE_BACK = "take_back"


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
