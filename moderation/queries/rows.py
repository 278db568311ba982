"""What the screens of moderation are given: frozen rows, authors under a pseudonym, times aware UTC."""

from dataclasses import dataclass
from datetime import date, datetime

from models.enums import (
    AccountStatus,
    CaseStatus,
    CommentKind,
    ContactWay,
    FindingKind,
    Network,
    NoneReason,
    ReplyFacet,
    ReplyKind,
    ReplyStatus,
    ReplyTopic,
    TombstoneKind,
    TriageOutcome,
    Vigilance,
    WaiverReason,
)
from moderation.context import PostContext
from moderation.criteria import Criterion
from moderation.deadlines import Band
from moderation.facets import Facets
from moderation.given import PatientGiven, ProductGiven, ReactionGiven, ReporterGiven
from moderation.queries.case_rows import CaseBeside
from moderation.queries.routes import RouteLine, SkipLine
from moderation.suggesting import Reason
from moderation.vigilance import Ruling


@dataclass(frozen=True)
class Span:
    """A place in a text that a detector points at; Python indices, half open."""

    start: int
    end: int
    kind: FindingKind
    label: str
    rule: str
    detector: str


@dataclass(frozen=True)
class QueueRow:
    """One comment in a list. `text` is None when retention emptied it; `reason` says why here and why now.

    `text` is as it was written, `evidence` tells its personal data; it is covered in `reason` and `parent_text`.
    """

    comment_id: str
    row_version: int
    revision_n: int
    number: int
    network: Network
    account_name: str
    pseudonym: str
    text: str | None
    language: str
    posted_at: datetime
    received_at: datetime
    awareness_at: datetime
    forward_due_at: datetime
    reply_due_at: datetime
    facets: Facets
    emergency: bool
    serious: bool
    score: float
    reason: str
    band: Band
    evidence: tuple[Span, ...]
    unscreened_reason: str | None
    post_title: str | None
    parent_text: str | None
    holder_id: str | None
    holder: str | None
    lease_until: datetime | None
    case_id: str | None
    case_number: str | None
    kind: CommentKind = CommentKind.COMMENT


@dataclass(frozen=True)
class QueueSummary:
    """The state of a queue in one line."""

    waiting: int
    emergencies: int
    late: int
    oldest_awareness_at: datetime | None


@dataclass(frozen=True)
class CountRow:
    """Where the comments of an account stand; `silent` when its last poll failed: then no number means calm."""

    account_id: str | None
    name: str
    received: int
    flagged: int
    skimmed: int
    cleared: int
    unscreened: int
    silent: bool = False

    @property
    def holds(self) -> bool:
        """Say whether every comment received is accounted for."""
        return self.received == self.flagged + self.skimmed + self.cleared + self.unscreened


@dataclass(frozen=True)
class Counts:
    """The accounts' rows, and all of them together."""

    total: CountRow
    accounts: tuple[CountRow, ...]


@dataclass(frozen=True)
class RevisionView:
    """One version of a comment's text; `current` is the one that reads now."""

    n: int
    text: str | None
    seen_at: datetime
    current: bool
    purged_at: datetime | None


@dataclass(frozen=True)
class DecisionLine:
    """What a person decided."""

    who: str
    outcomes: tuple[TriageOutcome, ...]
    none_reason: NoneReason | None
    note: str | None
    revision_n: int
    decided_at: datetime


@dataclass(frozen=True)
class TextChoice:
    """An approved text that can answer; `fits` when nothing speaks against it, `reasons` say why it stands here.

    `fields` are its placeholders with the values that each may take (none: a first name is typed).
    """

    id: str
    title: str
    text: str
    language: str
    valid_until: date | None
    fits: bool
    reasons: tuple[Reason, ...] = ()
    points: int = 0
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class ReplyLine:
    """An answer, or the decision to give none."""

    id: str
    row_version: int
    status: ReplyStatus
    title: str | None
    text: str | None
    author: str
    created_at: datetime
    sent_at: datetime | None
    confirmed_at: datetime | None
    waiver_reason: WaiverReason | None
    last_error: str | None
    kind: ReplyKind | None = None
    topic: ReplyTopic | None = None
    proposed_text: str | None = None
    approver: str | None = None
    refusal: str | None = None
    private: bool = False
    leaves_at: datetime | None = None


@dataclass(frozen=True)
class PromiseLine:
    """A promise to get in touch again that still stands."""

    id: str
    row_version: int
    comment_id: str
    way: ContactWay
    about: str
    due_at: datetime
    promised_at: datetime
    late: bool
    who: str


@dataclass(frozen=True)
class TombstoneLine:
    """When a comment went out of the public's sight."""

    kind: TombstoneKind
    first_missing_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True)
class CaseLine:
    """One case in a list; `excerpt` is the beginning of its first comment, personal data covered."""

    id: str
    number: str
    row_version: int
    status: CaseStatus
    vigilance: Vigilance
    serious: bool
    awareness_at: datetime
    forward_due_at: datetime
    day_zero: date | None
    authority_due_on: date | None
    forwarded_at: datetime | None
    acknowledged_at: datetime | None
    missing: tuple[Criterion, ...]
    late: bool
    comments: int
    excerpt: str
    follow_up_n: int = 0
    news: bool = False
    duplicate: bool = False


@dataclass(frozen=True)
class CommentView:
    """All that is known of one comment."""

    row: QueueRow
    revisions: tuple[RevisionView, ...]
    post: PostContext | None
    author_count: int
    decisions: tuple[DecisionLine, ...]
    replies: tuple[ReplyLine, ...]
    suggestions: tuple[TextChoice, ...]
    tombstones: tuple[TombstoneLine, ...]
    first_displayed_at: datetime | None
    permalink: str | None
    promises: tuple[PromiseLine, ...] = ()
    routes: tuple[RouteLine, ...] = ()
    skips: tuple[SkipLine, ...] = ()


@dataclass(frozen=True)
class DocumentLine:
    """A document made of a case."""

    id: str
    kind: str
    filename: str
    content_sha256: str
    made_at: datetime


@dataclass(frozen=True)
class CaseView:
    """All that is known of one case."""

    line: CaseLine
    reporter: str | None
    patient: str | None
    reporter_known: bool
    patient_known: bool
    narrative: str | None
    seriousness: tuple[str, ...]
    situations: tuple[str, ...]
    outcomes: tuple[str, ...]
    awareness_evidence: str
    reporter_facts: ReporterGiven
    patient_facts: PatientGiven
    products: tuple[ProductGiven, ...]
    reactions: tuple[ReactionGiven, ...]
    comments: tuple[QueueRow, ...]
    documents: tuple[DocumentLine, ...]
    questions: tuple[str, ...]
    opened_by: str | None
    forwarded_by: str | None
    acknowledged_by: str | None
    pv_reference: str | None
    dismissal: str | None
    authority_rule: str | None
    mail_error: str | None
    public_threat: bool
    latest_info_on: date | None
    confirmed_by: str | None
    day_zero_evidence: str | None
    ruling: Ruling
    beside: CaseBeside


@dataclass(frozen=True)
class WaitingRow:
    """One person who waits for an answer."""

    row: QueueRow
    waiting_since: datetime
    reply_due_at: datetime
    late: bool
    reply: ReplyFacet
    suggestion: TextChoice | None
    last_error: str | None


@dataclass(frozen=True)
class PeopleWaiting:
    """How many people wait, how many of them too long, and a page of them.

    Whoever was promised a call or a message waits too; `promises` are all that stand, the nearest first.
    """

    waiting: int
    late: int
    rows: tuple[WaitingRow, ...]
    promises: tuple[PromiseLine, ...] = ()


@dataclass(frozen=True)
class CoverageRow:
    """What is known of an account's coverage. `received_today` is None when it cannot be known."""

    account_id: str
    name: str
    network: Network
    status: AccountStatus
    last_poll_at: datetime | None
    last_success_at: datetime | None
    received_today: int | None
    stored_count: int | None
    network_count: int | None
    token_expires_at: datetime | None
    healthy: bool
    sentence: str
    advice: str
