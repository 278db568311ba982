"""`covigie evaluate`: what the detection does on comments that nothing was trained or tuned on."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from moderation.analysis import Analysis
from moderation.calibration import BUILT_IN, calibration
from moderation.detectors.adverse_event.reader import reader_for
from moderation.detectors.catalogue import Catalogue
from moderation.exact import upper_bound
from moderation.screening import detectors_for, gather, screen_many, with_model
from moderation.training import measuring as m
from moderation.training.calibrating import PROMISES, calibrate, score, write
from moderation.training.corpus import CORPUS, Line, Part, Pv, of_part, read_corpus

_FAR_FROM_HEALTH = "fr_mundane"


def judge(lines: Sequence[Line], catalogue: Catalogue) -> list[m.Judged]:
    """Return each line with its analysis."""
    return list(zip(lines, screen_many([line.subject for line in lines], catalogue), strict=True))


def recalibrate(catalogue: Catalogue, folder: Path = CORPUS, target: Path = BUILT_IN) -> None:
    """Measure weights and thresholds on the validation part and write them."""
    lines, reader, detectors = of_part(read_corpus(folder), Part.VALID), reader_for(catalogue), detectors_for(catalogue)
    subjects = [line.subject for line in lines]
    seen = [gather(subject, detectors) for subject in subjects]
    read = with_model(subjects, seen, reader, calibration().labels.reaction)
    write(calibrate(list(zip(lines, read, strict=True)), reader.model.version), target)
    calibration.cache_clear()


def report(catalogue: Catalogue, folder: Path = CORPUS) -> Iterator[str]:
    """Yield the lines of the report: on the test part, and the price of each promise."""
    lines = read_corpus(folder)
    valid = judge(of_part(lines, Part.VALID), catalogue)
    test = judge(of_part(lines, Part.TEST), catalogue)
    files = sorted({line.id.split("/")[0] for line, _ in test})
    yield f"Model {calibration().model}; {len(test)} comments of the test part: {', '.join(files)}."
    for lang in ("fr", "en"):
        yield from _language(lang, [j for j in valid if j[0].lang == lang], [j for j in test if j[0].lang == lang])
    yield from _apart(test, catalogue)


def _language(lang: str, valid: Sequence[m.Judged], test: Sequence[m.Judged]) -> Iterator[str]:
    missed, bound = m.missed_bound(valid)
    yield f"\n== {lang} =="
    yield f"threshold from validation: {missed.count} of {missed.total} cases missed, at most {bound:.2%} (95 %)"
    figures: dict[str, object] = {
        "PV recall": m.recall(test),
        "missed, at most (95 %)": f"{m.missed_bound(test)[1]:.3f}",
        "harmless cleared": m.cleared(test),
        "serious missed": m.missed_serious(test),
        "special situations missed": m.missed_special(test),
        "serious F1": _rounded(m.serious_f1(test)),
        "situations micro F1": _rounded(m.situations_f1(test)),
        "personal data F1 (characters)": _rounded(m.personal_data_f1(test)),
        "products F1 (names)": _rounded(m.products_f1(test)),
        "reactions F1 (characters)": _rounded(m.reactions_f1(test)),
        "intent": m.intent_share(test),
        "emergencies missed": m.emergencies_missed(test),
        "emergency false alarms": m.false_alarms(test),
    }
    for name, figure in figures.items():
        yield f"{name:32} {figure}"
    yield from _curve(lang, test)
    yield from _by("channel", test, lambda line: [str(line.subject.channel)])
    yield from _by("situation", m.of(test, Pv.YES), lambda line: [s.value for s in line.situations])


def _rounded(value: float) -> str:
    return f"{value:.3f}"


def _curve(lang: str, test: Sequence[m.Judged]) -> Iterator[str]:
    """Yield what each promise would give here, whatever the setting in force; rules that flag alone set apart."""
    yield "promise  threshold  recall  cleared"
    for promise in PROMISES:
        limit = calibration().threshold(lang, str(promise))

        found = m.share(m.of(test, Pv.YES), partial(_reaches, limit))
        left = m.share(m.of(test, Pv.NO), lambda line, a: not _reaches(limit, line, a))  # noqa: B023 - used at once
        yield f"≤ {promise} %    {limit:9.4f}  {found.value or 0:6.3f}  {left.value or 0:7.3f}"


def _reaches(limit: float, _: Line, analysis: Analysis) -> bool:
    return score(calibration(), analysis.evidence) >= limit


def _by(name: str, judged: Sequence[m.Judged], groups: Callable[[Line], list[str]]) -> Iterator[str]:
    yield f"by {name}: recall; cleared"
    for value in sorted({group for line, _ in judged for group in groups(line)}):
        part = [j for j in judged if value in groups(j[0])]
        yield f"  {value:24} {m.recall(part)}; {m.cleared(part)}"


def _apart(test: Sequence[m.Judged], catalogue: Catalogue) -> Iterator[str]:
    """Yield the false flags on everyday talk of which not even the post is known."""
    plain = [line for line, _ in test if line.id.startswith(_FAR_FROM_HEALTH) and line.pv is Pv.NO]
    told = m.share(judge([m.without_context(line) for line in plain], catalogue), lambda _, a: a.flag)
    yield f"\neveryday talk without context, flagged: {told}"
    yield f"  supports at most {upper_bound(told.count, told.total):.3f} (95 %)"
