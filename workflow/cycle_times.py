"""How long the committee takes, and what sends texts back: rules over facts, without a database.

Times are business hours (09:00 to 18:00 in Paris, French public holidays excepted), so that a week-end slows nobody.
Waiting is from a step's opening to the moment when somebody of its role first opened the text; working is from there
to the decision. A step decided without a known opening counts as waiting alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles

from compliance.business_hours import business_time
from models.enums import Role


@dataclass(frozen=True)
class StepFacts:
    """One decided step: when it opened, when its text was first opened by its role, when the last decision fell."""

    role: Role
    entered_at: datetime
    begun_at: datetime | None
    decided_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class PassageFacts:
    """One closed round of a post: whose text, whether it was the first, whether it came back.

    `rules` are those with a finding in the version reviewed, `mended` those of them that the next version no longer
    sets off.
    """

    author: str
    first: bool
    returned: bool
    rules: frozenset[str] = frozenset()
    mended: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RoleTimes:
    """The times of one role's steps: medians, the time that nine in ten keep, the share decided late."""

    role: Role
    steps: int
    waiting: timedelta
    working: timedelta
    nine_in_ten: timedelta
    late: float


@dataclass(frozen=True)
class RightFirst:
    """How often the texts of an author, or with a finding of a rule, were approved in their first round."""

    name: str
    first_rounds: int
    right: int
    returned: int
    mended: int = 0

    @property
    def share(self) -> float | None:
        """The share of first rounds that ended in an approval; None without any."""
        return self.right / self.first_rounds if self.first_rounds else None


def times_by_role(steps: Iterable[StepFacts]) -> tuple[RoleTimes, ...]:
    """Return the times of each role, in the order of the roles."""
    groups: dict[Role, list[StepFacts]] = defaultdict(list)
    for step in steps:
        groups[step.role].append(step)
    return tuple(_times(role, groups[role]) for role in Role if role in groups)


def _times(role: Role, steps: Sequence[StepFacts]) -> RoleTimes:
    whole = [business_time(step.entered_at, step.decided_at) for step in steps]
    late = sum(step.due_at is not None and step.decided_at > step.due_at for step in steps)
    return RoleTimes(
        role=role,
        steps=len(steps),
        waiting=_median([_waiting(step) for step in steps]),
        working=_median([_working(step) for step in steps]),
        nine_in_ten=_nine_in_ten(whole),
        late=late / len(steps),
    )


def _waiting(step: StepFacts) -> timedelta:
    return business_time(step.entered_at, step.begun_at or step.decided_at)


def _working(step: StepFacts) -> timedelta:
    return business_time(step.begun_at, step.decided_at) if step.begun_at else timedelta()


def _median(lengths: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(length.total_seconds() for length in lengths))


def _nine_in_ten(lengths: Sequence[timedelta]) -> timedelta:
    """Return the length that nine in ten do not exceed."""
    if len(lengths) == 1:
        return lengths[0]
    seconds = [length.total_seconds() for length in lengths]
    return timedelta(seconds=quantiles(seconds, n=10, method="inclusive")[-1])


def right_by_author(passages: Iterable[PassageFacts]) -> tuple[RightFirst, ...]:
    """Return the authors with what became of their texts, by name."""
    groups: dict[str, list[PassageFacts]] = defaultdict(list)
    for passage in passages:
        groups[passage.author].append(passage)
    return tuple(_right(name, groups[name]) for name in sorted(groups))


def right_by_rule(passages: Iterable[PassageFacts]) -> tuple[RightFirst, ...]:
    """Return the rules with what became of the texts that set them off; the rule that returns most stands first."""
    groups: dict[str, list[PassageFacts]] = defaultdict(list)
    for passage in passages:
        for rule in passage.rules:
            groups[rule].append(passage)
    rows = [_right(rule, groups[rule]) for rule in groups]
    return tuple(sorted(rows, key=lambda row: (-row.mended, -row.returned, row.name)))


def _right(name: str, passages: Sequence[PassageFacts]) -> RightFirst:
    first = [passage for passage in passages if passage.first]
    return RightFirst(
        name=name,
        first_rounds=len(first),
        right=sum(not passage.returned for passage in first),
        returned=sum(passage.returned for passage in passages),
        mended=sum(name in passage.mended for passage in passages),
    )
