"""How long an approval is good, pure (I20): for the days that its circuit says, and until the slot it was given for.

An approval is as old as its oldest signature: one that is taken back and given again makes no other younger. Past its
days it is signed again; past its slot somebody chooses another one. Nothing ever leaves by itself instead.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from compliance.time_zone import PARIS
from errors import RuleViolated
from i18n import N_
from workflow.policies import SlotFacts, SubmissionFacts

DEFAULT_DAYS, MOST_DAYS = 90, 365
LEAD = timedelta(days=14)


class Expiry(StrEnum):
    """Where an approval stands in its time."""

    GOOD = "good"
    LAPSING = "lapsing"
    SLOT_PASSED = "slot_passed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Approval:
    """An approval as its time is judged: its oldest signature, its last, its circuit's days, the slot it waits for.

    `slot` is None once the post is in the queue: from there on its publications watch over it.
    """

    round_id: str
    since: datetime
    approved_at: datetime
    days: int
    slot: datetime | None = None

    @property
    def good_until(self) -> datetime:
        """The moment from which nothing leaves on it any more."""
        return self.since + timedelta(days=self.days)


def lead(days: int) -> timedelta:
    """Return how long before its end an approval is said to lapse: two weeks, or a third of a shorter one."""
    return min(LEAD, timedelta(days=days) / 3)


def lapses_soon(since: datetime, days: int, now: datetime) -> bool:
    """Say whether a signature is too old to be carried over: an approval that rests on it would end at once."""
    return now >= since + timedelta(days=days) - lead(days)


def expiry_of(approval: Approval, now: datetime) -> Expiry:
    """Return where an approval stands at a moment."""
    if now >= approval.good_until:
        return Expiry.EXPIRED
    if approval.slot is not None and approval.slot <= now:
        return Expiry.SLOT_PASSED
    return Expiry.LAPSING if lapses_soon(approval.since, approval.days, now) else Expiry.GOOD


def approval_good(facts: SlotFacts) -> None:
    """I20: an approval is good for the days of its circuit; a slot beyond them is refused, whoever asks."""
    until = f"{facts.good_until.astimezone(PARIS):%d/%m/%Y %H:%M}" if facts.good_until else ""
    if facts.good_until is None or facts.now >= facts.good_until:
        raise RuleViolated(
            N_("Approbation périmée ({until}) : soumettez la publication à nouveau, elle sera relue et signée."),
            until=until,
        )
    if facts.due_at >= facts.good_until:
        raise RuleViolated(
            N_("L'approbation n'est valable que jusqu'au {until} : choisissez un créneau avant ce moment."), until=until
        )


def approval_is_over(facts: SubmissionFacts) -> None:
    """Refuse to ask again for an approval that is still good."""
    if not facts.approval_over:
        raise RuleViolated(N_("L'approbation est encore valable : programmez la publication, ou modifiez-la."))
