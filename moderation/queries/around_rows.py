"""What stands around one comment, as frozen rows: its thread, its author, its copies, its cases, all that happened."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.enums import CaseStatus, NoneReason, PvFacet, ReplyStatus, Screening, TriageOutcome
from moderation.queries.rows import TextChoice


class HistoryKind(StrEnum):
    """What a line of a comment's history tells."""

    WRITTEN = "written"
    RECEIVED = "received"
    REVISED = "revised"
    SCREENED = "screened"
    DECIDED = "decided"
    REOPENED = "reopened"
    DIVIDED = "divided"
    ATTACHED = "attached"
    DETACHED = "detached"
    CASE_OPENED = "case_opened"
    CASE_DISMISSED = "case_dismissed"
    GONE = "gone"
    ANSWERED = "answered"


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened to a comment; `who` is None where a machine or the author did it.

    `why` are sentences (of the detectors) or the reason typed; `cases` the numbers of the cases that it is about.
    """

    at: datetime
    kind: HistoryKind
    who: str | None = None
    revision_n: int | None = None
    screening: Screening | None = None
    outcomes: tuple[TriageOutcome, ...] = ()
    none_reason: NoneReason | None = None
    card: tuple[tuple[str, str], ...] = ()
    note: str | None = None
    why: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    reply: ReplyStatus | None = None


@dataclass(frozen=True)
class ThreadNode:
    """One message of a conversation, `depth` answers below its beginning; ours have no comment of their own.

    `gone`: its author, the network or we took it out of the public's sight; the text is what we kept.
    """

    comment_id: str
    pseudonym: str
    text: str | None
    posted_at: datetime
    depth: int
    this: bool = False
    ours: bool = False
    gone: bool = False
    pv: PvFacet = PvFacet.NONE


@dataclass(frozen=True)
class AuthorLine:
    """An earlier or later comment of the same author, under the pseudonym, with what was last decided on it."""

    comment_id: str
    text: str | None
    posted_at: datetime
    pv: PvFacet
    outcomes: tuple[TriageOutcome, ...]
    none_reason: NoneReason | None
    cases: tuple[str, ...]


@dataclass(frozen=True)
class WaveLine:
    """A near copy, on the version that is shown; `undecided`: a decision may be proposed for it."""

    comment_id: str
    revision_n: int
    row_version: int
    pseudonym: str
    text: str | None
    posted_at: datetime
    pv: PvFacet
    this: bool
    undecided: bool


@dataclass(frozen=True)
class HeldCase:
    """A case that rests on the comment; `passages` are the words of the comment that are its own, where divided."""

    case_id: str
    row_version: int
    number: str
    status: CaseStatus
    patient: str | None
    comments: int
    passages: tuple[str, ...]


@dataclass(frozen=True)
class CaseChoice:
    """A live case that the comment may belong to, and whether it is the same author's (else: the same thread's)."""

    case_id: str
    number: str
    status: CaseStatus
    same_author: bool
    excerpt: str


@dataclass(frozen=True)
class Around:
    """What stands around one comment; `others` is how many messages the thread has beside it."""

    others: int
    thread: tuple[ThreadNode, ...]
    author: tuple[AuthorLine, ...]
    wave: tuple[WaveLine, ...]
    cases: tuple[HeldCase, ...]
    choices: tuple[CaseChoice, ...]
    history: tuple[HistoryLine, ...]
    plan_texts: tuple[TextChoice, ...]
    gone_at: datetime | None
