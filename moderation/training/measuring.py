"""Figures on annotated comments, each a count of a total, so that its exact interval can be given."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from models.enums import Screening, Situation
from moderation.analysis import Analysis
from moderation.exact import interval, upper_bound
from moderation.training.corpus import Line, Pv
from moderation.training.scoring import Spans, characters_f1, f1, places, sets_f1

Judged = tuple[Line, Analysis]


@dataclass(frozen=True)
class Share:
    """`count` of `total`; `value` is None for nothing of nothing."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        """Return the share, 0..1."""
        return self.count / self.total if self.total else None

    def __str__(self) -> str:
        """Write the share with its counts and its exact 95 % interval."""
        if self.value is None:
            return "—"
        low, high = interval(self.count, self.total)
        return f"{self.value:.3f} ({self.count}/{self.total}; {low:.3f}–{high:.3f})"


def share(judged: Iterable[Judged], holds: Callable[[Line, Analysis], bool]) -> Share:
    """Return the share of the comments of which something holds."""
    told = [holds(line, analysis) for line, analysis in judged]
    return Share(sum(told), len(told))


def of(judged: Iterable[Judged], *pv: Pv) -> list[Judged]:
    """Return the comments with these labels."""
    return [one for one in judged if one[0].pv in pv]


def recall(judged: Iterable[Judged]) -> Share:
    """Return the share of cases that are flagged."""
    return share(of(judged, Pv.YES), lambda _, analysis: analysis.flag)


def cleared(judged: Iterable[Judged]) -> Share:
    """Return the share of harmless comments that nobody needs to read for pharmacovigilance."""
    return share(of(judged, Pv.NO), lambda _, analysis: analysis.screening == Screening.CLEARED)


def missed_bound(judged: Iterable[Judged]) -> tuple[Share, float]:
    """Return the share of cases missed, and the share that these counts support with 95 % confidence."""
    found = recall(judged)
    missed = Share(found.total - found.count, found.total)
    return missed, upper_bound(missed.count, missed.total)


def missed_serious(judged: Iterable[Judged]) -> Share:
    """Return the share of serious cases that are not flagged."""
    return share([j for j in judged if j[0].serious], lambda _, analysis: not analysis.flag)


def missed_special(judged: Iterable[Judged]) -> Share:
    """Return the share of cases with a special situation that are not flagged."""
    special = [j for j in judged if set(j[0].situations) - {Situation.ADVERSE_EVENT}]
    return share(special, lambda _, analysis: not analysis.flag)


def serious_f1(judged: Sequence[Judged]) -> float:
    """Return the F1 of the seriousness flag."""
    return _f1_of(judged, lambda line: line.serious, lambda analysis: analysis.serious)


def _f1_of(judged: Sequence[Judged], wanted: Callable[[Line], bool], said: Callable[[Analysis], bool]) -> float:
    hits = sum(wanted(line) and said(analysis) for line, analysis in judged)
    return f1(hits, sum(said(a) for _, a in judged), sum(wanted(line) for line, _ in judged))


def situations_f1(judged: Sequence[Judged]) -> float:
    """Return the micro F1 of the situations over cases."""
    return sets_f1([(set(line.situations), set(a.situations)) for line, a in of(judged, Pv.YES)])


def products_f1(judged: Sequence[Judged]) -> float:
    """Return the micro F1 of product mentions by catalogue name."""
    return sets_f1([(set(line.products), {f.label for f in a.products}) for line, a in judged])


def personal_data_f1(judged: Sequence[Judged]) -> float:
    """Return the F1 by character of personal data."""
    return characters_f1([(places(line.subject.text, line.pii), _spans(a)) for line, a in judged])


def _spans(analysis: Analysis) -> Spans:
    return [(f.start, f.end) for f in analysis.pii if f.start is not None and f.end is not None]


def reactions_f1(judged: Sequence[Judged]) -> float:
    """Return the F1 by character of reactions on cases and harmless comments, false spans on these counted."""
    told = of(judged, Pv.YES, Pv.NO)
    return characters_f1([(places(line.subject.text, line.reactions), a.reactions) for line, a in told])


def intent_share(judged: Iterable[Judged]) -> Share:
    """Return the share of comments whose intent is told."""
    return share(judged, lambda line, analysis: analysis.intent == line.intent)


def emergencies_missed(judged: Iterable[Judged]) -> Share:
    """Return the share of emergencies not put on top."""
    return share([j for j in judged if j[0].emergency], lambda _, analysis: not analysis.emergency)


def false_alarms(judged: Iterable[Judged]) -> Share:
    """Return the share of comments without danger that are put on top."""
    return share([j for j in judged if not j[0].emergency], lambda _, analysis: analysis.emergency)


def without_context(line: Line) -> Line:
    """Return the line as if nothing were known of where it was left."""
    return replace(line, subject=replace(line.subject, post="", page_product=None, parent=None))
