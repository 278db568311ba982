"""What an open step asks for by the passing of time, pure: a reminder, another, a word to the administrators.

Never more than words: no length of time approves, rejects or skips a step (I18).
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from compliance.business_hours import is_business_day
from compliance.time_zone import PARIS
from workflow.due import step_due

HALF, QUARTER = 0.5, 0.25
DIGEST_AT = time(8)


class Reminder(StrEnum):
    """What is sent about an open step."""

    HALFWAY = "halfway"
    DUE = "due"
    ESCALATION = "escalation"


@dataclass(frozen=True)
class StepTime:
    """The time of an open step: when it opened, and its hours, of business or by the clock."""

    entered_at: datetime
    due_hours: float
    by_the_clock: bool

    def after(self, share: float) -> datetime:
        """Return the moment at which a share of the step's hours has passed."""
        return step_due(self.entered_at, self.due_hours * share, by_the_clock=self.by_the_clock)


def reminders_due(step: StepTime, now: datetime) -> frozenset[Reminder]:
    """Return what an open step asks for by now.

    From half its time, a reminder; from its deadline, another in its place; a quarter of its time later, the
    administrators are told beside.
    """
    if now < step.after(HALF):
        return frozenset()
    if now < step.after(1):
        return frozenset({Reminder.HALFWAY})
    late = now >= step.after(1 + QUARTER)
    return frozenset({Reminder.DUE, Reminder.ESCALATION}) if late else frozenset({Reminder.DUE})


def digest_day(now: datetime) -> date | None:
    """Return the day whose digest is due at a moment: a business day, from eight o'clock in Paris; else None."""
    here = now.astimezone(PARIS)
    return here.date() if is_business_day(here.date()) and here.time() >= DIGEST_AT else None
