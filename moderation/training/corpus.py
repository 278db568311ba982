"""The annotated comments: how they are read, checked and parted for training, thresholds and test.

One JSON object a line (`corpus/LABELS.md` says what every label means). The parts are fixed by whole files, or by
the post within a file, so that no conversation, pair or post stands on both sides; nothing is drawn at random.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from errors import InvalidInput
from models.enums import Intent, Situation
from moderation.detectors.evidence import Subject

CORPUS = Path(__file__).parent / "corpus"


class Part(StrEnum):
    """What a line may be used for."""

    TRAIN = "train"
    VALID = "valid"
    TEST = "test"


_HELD_OUT = {
    "fr_otc_cosmetics": Part.VALID,
    "fr_panel_valid": Part.VALID,
    "en_panel_valid": Part.VALID,
    "en_pages_valid": Part.VALID,
    "en_review_valid": Part.VALID,
    "fr_vaccines_campaigns": Part.TEST,
    "fr_panel_test": Part.TEST,
    "en_panel_test": Part.TEST,
}
_SHARED_OUT = {
    "en_mixed": (Part.TEST, Part.VALID),
    "fr_mundane": (Part.TEST, Part.TRAIN, Part.TRAIN, Part.TRAIN),
}


class Pv(StrEnum):
    """Must a pharmacovigilance officer see it?"""

    YES = "yes"
    BORDERLINE = "borderline"
    NO = "no"


@dataclass(frozen=True)
class Line:
    """One annotated comment; `partial` when only what is marked is known (a sentence of a review)."""

    id: str
    lang: str
    subject: Subject
    pv: Pv
    situations: tuple[Situation, ...]
    serious: bool
    emergency: bool
    intent: Intent | None
    reactions: tuple[str, ...]
    products: tuple[str, ...]
    product_spans: tuple[str, ...]
    pii: tuple[str, ...]
    part: Part
    pair: str | None = None
    partial: bool = False


def read_corpus(folder: Path = CORPUS) -> list[Line]:
    """Return every line of every file, in the order of the files' names.

    Raises InvalidInput naming the file and the line that cannot be read or that contradicts the labels' rules.
    """
    return [line for path in sorted(folder.glob("*.jsonl")) for line in _read_file(path)]


def _read_file(path: Path) -> Iterator[Line]:
    for number, row in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            record = json.loads(row)
            yield _psytar(record, number) if path.stem == "psytar" else _line(record, path.stem)
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(
                "Corpus, {file}, ligne {number} : {reason}", file=path.name, number=number, reason=str(error)
            ) from error


def _line(record: dict[str, Any], stem: str) -> Line:
    line = Line(
        id=f"{stem}/{record['id']}",
        lang=record["lang"],
        subject=Subject.from_record(record),
        pv=Pv(record["pv"]),
        situations=tuple(Situation(s) for s in record["situations"]),
        serious=record["serious"],
        emergency=record["emergency"],
        intent=Intent(record["intent"]),
        reactions=tuple(record["reactions"]),
        products=tuple(record["products"]),
        product_spans=tuple(record["product_spans"]),
        pii=tuple(record["pii"]),
        part=part_of(stem, record),
        pair=record.get("pair"),
    )
    _check(line)
    return line


def part_of(stem: str, record: dict[str, Any]) -> Part:
    """Return the part of a line: by its file, or in a file that is shared out by its post."""
    if stem not in _SHARED_OUT:
        return _HELD_OUT.get(stem, Part.TRAIN)
    shares = _SHARED_OUT[stem]
    return shares[hashlib.sha256(str(record["post"]).encode()).digest()[0] % len(shares)]


def _check(line: Line) -> None:
    marked = [*line.reactions, *line.product_spans, *line.pii]
    if absent := [one for one in marked if one not in line.subject.text]:
        raise ValueError(f"marked, but not in the text: {absent}")
    if (line.pv is Pv.YES) != bool(line.situations):
        raise ValueError(f"pv {line.pv} with situations {line.situations}")
    if line.serious and line.pv is not Pv.YES:
        raise ValueError(f"serious with pv {line.pv}")


def _psytar(record: dict[str, Any], number: int) -> Line:
    """Read one sentence of PsyTAR: what is marked is a case; what is not marked says nothing."""
    reactions = tuple(r for r in record["reaction"].split("; ") if r and r in record["text"])
    return Line(
        id=f"psytar/{number}",
        lang="en",
        subject=Subject(record["text"], channel="forum", post=f"Reviews: {record['drug']}"),
        pv=Pv.YES,
        situations=(),
        serious=False,
        emergency=False,
        intent=None,
        reactions=reactions,
        products=(),
        product_spans=(),
        pii=(),
        part=Part.TRAIN,
        partial=True,
    )


def of_part(lines: Iterable[Line], part: Part) -> list[Line]:
    """Return the lines of one part."""
    return [line for line in lines if line.part is part]
