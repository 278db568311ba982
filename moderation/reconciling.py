"""Reconciliation as a rule: what was sent beside what pharmacovigilance holds, and every difference by its name.

Pure: the same rows in any order give the same comparison.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from i18n import N_
from models.enums import PvOutcome
from moderation.pv_list import PvRow


class Difference(StrEnum):
    """How the two lists differ on a case."""

    NOT_ACKNOWLEDGED = "not_acknowledged"
    NOT_IN_LIST = "not_in_list"
    NOT_SENT = "not_sent"
    OTHER_PERIOD = "other_period"
    NO_NUMBER = "no_number"
    OTHER_REFERENCE = "other_reference"
    TWICE = "twice"
    OUTCOME_UNKNOWN = "outcome_unknown"
    OTHER_OUTCOME = "other_outcome"
    RECEIVED_BEFORE = "received_before"


NAMES: dict[Difference, str] = {
    Difference.NOT_ACKNOWLEDGED: N_("transmis, sans accusé de réception"),
    Difference.NOT_IN_LIST: N_("transmis, absent de la liste de la pharmacovigilance"),
    Difference.NOT_SENT: N_("dans la liste de la pharmacovigilance, inconnu de nous"),
    Difference.OTHER_PERIOD: N_("dans la liste, transmis hors de la période"),
    Difference.NO_NUMBER: N_("dans la liste sans notre numéro de cas"),
    Difference.OTHER_REFERENCE: N_("numéro PV différent de celui de l'accusé"),
    Difference.TWICE: N_("deux fois dans la liste de la pharmacovigilance"),
    Difference.OUTCOME_UNKNOWN: N_("issue encore inconnue"),
    Difference.OTHER_OUTCOME: N_("issue différente de celle qui a été saisie"),
    Difference.RECEIVED_BEFORE: N_("reçu par la pharmacovigilance avant notre envoi"),
}
OPEN = frozenset(Difference) - {Difference.OUTCOME_UNKNOWN}
"""The differences that somebody must clear up; an outcome that is not known yet only waits."""


@dataclass(frozen=True)
class SentCase:
    """A case as we sent it in a period; `outcome` is what was typed in, unknown where nothing was."""

    number: str
    sent_at: datetime
    sent_on: str
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    pv_reference: str | None = None
    outcome: PvOutcome = PvOutcome.UNKNOWN


@dataclass(frozen=True)
class Line:
    """One case of the comparison: ours, theirs or both, and how they differ."""

    number: str
    sent: SentCase | None
    listed: PvRow | None
    outcome: PvOutcome
    differences: tuple[Difference, ...] = field(default=())


def compare(
    sent: Sequence[SentCase], listed: Sequence[PvRow] | None, elsewhere: Collection[str] = ()
) -> tuple[Line, ...]:
    """Return a line a case, ours by number, then what only they hold; `listed` is None where no list was imported.

    `elsewhere`: the numbers of our cases that were sent at another time than in the period.
    """
    theirs: dict[str, list[PvRow]] = {}
    for row in sorted(listed or (), key=_order):
        theirs.setdefault(row.case, []).append(row)
    ours = {case.number for case in sent}
    lines = [
        _line(case, theirs.get(case.number, []), has_list=listed is not None)
        for case in sorted(sent, key=lambda case: (case.number, case.sent_at))
    ]
    strangers = [row for number in sorted(set(theirs) - ours) for row in theirs[number]]
    return (*lines, *(_stranger(row, elsewhere) for row in strangers))


def _order(row: PvRow) -> tuple[str, str, str, str]:
    return row.case, row.pv_reference, str(row.received_on or ""), row.outcome.value


def _line(case: SentCase, rows: list[PvRow], *, has_list: bool) -> Line:
    row = next((each for each in rows if each.pv_reference == case.pv_reference), rows[0] if rows else None)
    outcome = row.outcome if row and row.outcome is not PvOutcome.UNKNOWN else case.outcome
    found = {
        Difference.NOT_ACKNOWLEDGED: case.acknowledged_at is None,
        Difference.NOT_IN_LIST: has_list and row is None,
        Difference.TWICE: len(rows) > 1,
        Difference.OTHER_REFERENCE: bool(row and case.pv_reference and row.pv_reference != case.pv_reference),
        Difference.RECEIVED_BEFORE: bool(row and row.received_on and str(row.received_on) < case.sent_on),
        Difference.OTHER_OUTCOME: bool(
            row and PvOutcome.UNKNOWN not in (row.outcome, case.outcome) and row.outcome is not case.outcome
        ),
        Difference.OUTCOME_UNKNOWN: outcome is PvOutcome.UNKNOWN,
    }
    return Line(case.number, case, row, outcome, tuple(each for each, holds in found.items() if holds))


def _stranger(row: PvRow, elsewhere: Collection[str]) -> Line:
    if not row.case:
        why = Difference.NO_NUMBER
    else:
        why = Difference.OTHER_PERIOD if row.case in elsewhere else Difference.NOT_SENT
    return Line(row.case, None, row, row.outcome, (why,))
