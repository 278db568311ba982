"""How well the detectors do on annotated comments.

    python -m benchmarks.detection FOLDER --catalogue C.json [--misses KIND]

Prints one row a file: precision and recall of pharmacovigilance flags,
share of plain comments cleared, products, seriousness, emergency, situations and intent; then comments a second.
`--misses pv|no|products|serious|emergency|situations|intent|pii` prints what was got wrong, for whoever improves
the rules; never look at the files that are kept to report on.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.enums import Screening
from moderation.detectors.catalogue import Catalogue
from moderation.screening import Analysis, Subject, screen
from moderation.training.scoring import sets_f1

Pair = tuple[dict[str, Any], Analysis]


def analysed(path: Path, catalogue: Catalogue) -> list[Pair]:
    """Return every comment of a file with its analysis."""
    comments = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [(comment, screen(Subject.from_record(comment), catalogue)) for comment in comments]


def share(part: int, whole: int) -> float:
    """Return a ratio, 0 for nothing of nothing."""
    return part / whole if whole else 0.0


def row(pairs: list[Pair]) -> dict[str, float]:
    """Return the figures of one file."""
    kinds = Counter(c["pv"] for c, _ in pairs)
    flagged = Counter(c["pv"] for c, a in pairs if a.flag)
    seen = Counter(c["pv"] for c, a in pairs if a.screening != Screening.CLEARED)
    yes = [(c, a) for c, a in pairs if c["pv"] == "yes"]
    return {
        "pv_p": share(flagged["yes"], flagged["yes"] + flagged["no"]),
        "pv_r": share(flagged["yes"], kinds["yes"]),
        "in_front": share(seen["yes"], kinds["yes"]),
        "border": share(flagged["borderline"], kinds["borderline"]),
        "no_cleared": share(kinds["no"] - seen["no"], kinds["no"]),
        "prod_f1": sets_f1([(set(c["products"]), {f.label for f in a.products}) for c, a in pairs]),
        "ser_r": share(sum(a.serious for c, a in yes if c["serious"]), sum(c["serious"] for c, _ in yes)),
        "ser_p": share(sum(c["serious"] for c, a in pairs if a.serious), sum(a.serious for _, a in pairs)),
        "em_r": share(sum(a.emergency for c, a in pairs if c["emergency"]), sum(c["emergency"] for c, _ in pairs)),
        "em_p": share(sum(c["emergency"] for c, a in pairs if a.emergency), sum(a.emergency for _, a in pairs)),
        "sit_f1": sets_f1([(set(c["situations"]), {s.value for s in a.situations}) for c, a in yes]),
        "intent": share(sum(c["intent"] == a.intent for c, a in pairs), len(pairs)),
        "pii_f1": sets_f1([(set(c["pii"]), {c["text"][f.start : f.end] for f in a.pii}) for c, a in pairs]),
    }


def misses(pairs: list[Pair], kind: str) -> Iterator[str]:
    """Yield what was got wrong of one kind."""
    for c, a in pairs:
        wrong: dict[str, Any] = {
            "pv": c["pv"] == "yes" and not a.flag and c["situations"],
            "no": c["pv"] == "no" and a.flag and a.verdict.rules,
            "products": set(c["products"]) ^ {f.label for f in a.products},
            "serious": c["pv"] == "yes" and c["serious"] != a.serious and f"wanted {c['serious']}",
            "emergency": c["emergency"] != a.emergency and f"wanted {c['emergency']}",
            "situations": c["pv"] == "yes" and set(c["situations"]) ^ {s.value for s in a.situations},
            "intent": c["intent"] != a.intent and f"{c['intent']} not {a.intent.value}",
            "pii": set(c["pii"]) ^ {c["text"][f.start : f.end] for f in a.pii},
        }
        if wrong[kind]:
            yield f"{a.score:.2f} {wrong[kind]} | {c['page_product']} | {c['text'][:260]!r}"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("--catalogue", type=Path, required=True)
    options.add_argument("--misses")
    given = options.parse_args()
    catalogue = Catalogue.from_records(json.loads(given.catalogue.read_text("utf-8")))
    started, everything, titled = time.perf_counter(), [], False
    for path in sorted(given.folder.glob("*.jsonl")):
        pairs = analysed(path, catalogue)
        everything += pairs
        figures = row(pairs)
        if not titled:
            print(" " * 28 + " ".join(f"{name:>10}" for name in figures))
            titled = True
        print(f"{path.name:28}" + " ".join(f"{value:10.3f}" for value in figures.values()))
        if given.misses:
            print(*misses(pairs, given.misses), sep="\n")
    seconds = time.perf_counter() - started
    for lang in ("fr", "en"):
        if pairs := [(c, a) for c, a in everything if c["lang"] == lang]:
            print(f"{'all ' + lang:28}" + " ".join(f"{value:10.3f}" for value in row(pairs).values()))
    print(f"{len(everything)} comments, {len(everything) / seconds:.0f} a second")


if __name__ == "__main__":
    main()
