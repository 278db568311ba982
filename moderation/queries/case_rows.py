"""What stands beside a case's own facts: follow-ups, contacts, duplicates, what was asked and what to ask with."""

from dataclasses import dataclass
from datetime import date, datetime

from models.enums import CaseStatus, ContactKind, ContactMeans
from moderation.asking import Asking
from moderation.criteria import Detail


@dataclass(frozen=True)
class FollowUpLine:
    """New information on a case that was sent; `n` is None until it was sent again."""

    n: int | None
    reason: str
    awareness_at: datetime
    evidence: str
    day_zero: date
    authority_due_on: date | None
    sent_at: datetime | None


@dataclass(frozen=True)
class ContactLine:
    """What a person did about a case outside Covigie."""

    kind: ContactKind
    means: ContactMeans
    recipient: str
    evidence: str
    at: datetime
    recorded_by: str


@dataclass(frozen=True)
class DuplicateLine:
    """Another case that may tell the same story, with the reasons in words."""

    case_id: str
    number: str
    status: CaseStatus
    points: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class LinkedCase:
    """A case that was linked as a duplicate; `original`: this case repeats it, and not the other way round."""

    case_id: str
    number: str
    status: CaseStatus
    original: bool


@dataclass(frozen=True)
class FollowUpText:
    """The approved text that asks for what is missing, and the comment that it would answer; None: all are answered."""

    text_id: str
    title: str
    text: str
    comment_id: str | None


@dataclass(frozen=True)
class Proof:
    """The revision that a date rests on, in its numbers: which version, seen when."""

    revision_n: int
    seen_at: datetime
    sha256: str


@dataclass(frozen=True)
class CaseBeside:
    """All of it."""

    follow_ups: tuple[FollowUpLine, ...]
    contacts: tuple[ContactLine, ...]
    duplicates: tuple[DuplicateLine, ...]
    linked: tuple[LinkedCase, ...]
    asking: Asking
    details: tuple[Detail, ...]
    follow_up_text: FollowUpText | None
    proof: Proof | None
