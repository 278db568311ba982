"""How well products and personal data are found, and how fast, in annotated comments.

    python -m benchmarks.mentions FOLDER --catalogue C.json [--held-out NAME ...]

One row a language, the files named as held out apart: F1 of the products of each comment, of those that are in the
catalogue, share of the annotated spans found exactly; F1 by character of personal data; milliseconds a comment.
"""

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.detection import share
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import Subject
from moderation.detectors.personal_data.detector import PersonalDataDetector
from moderation.detectors.products.detector import ProductsDetector
from moderation.training.scoring import f1


def places(text: str, pieces: list[str]) -> set[int]:
    """Return the characters of a text that annotated pieces cover."""
    starts = [(i, piece) for piece in pieces if piece for i in range(len(text)) if text.startswith(piece, i)]
    return {i + n for i, piece in starts for n in range(len(piece))}


def product_counts(comment: dict[str, Any], detector: ProductsDetector, known: set[str]) -> Counter[str]:
    """Count products wanted, found and right."""
    text = comment["text"]
    started = time.process_time()
    findings = detector.detect(Subject.from_record(comment)).findings
    seconds = time.process_time() - started
    wanted, found = set(comment["products"]), {f.label for f in findings}
    exact = {(f.label, text[f.start : f.end]) for f in findings}
    spans = {pair for pair in zip(comment["products"], comment["product_spans"], strict=True) if pair[0] in known}
    counts = {
        "hits": len(wanted & found), "found": len(found), "wanted": len(wanted),
        "own_hits": len(wanted & found & known), "own_found": len(found & known), "own_wanted": len(wanted & known),
        "spans": len(spans), "exact": len(spans & exact), "product_us": int(seconds * 1e6), "comments": 1,
    }  # fmt: skip
    return Counter(counts)


def personal_counts(comment: dict[str, Any], detector: PersonalDataDetector) -> Counter[str]:
    """Count characters of personal data wanted, found and right."""
    started = time.process_time()
    findings = detector.detect(Subject.from_record(comment)).findings
    seconds = time.process_time() - started
    found = {i for f in findings for i in range(f.start or 0, f.end or 0)}
    wanted = places(comment["text"], comment["pii"])
    counts = {"pii_hits": len(wanted & found), "pii_found": len(found), "pii_wanted": len(wanted)}
    return Counter(counts | {"pii_us": int(seconds * 1e6)})


def row(counts: Counter[str]) -> dict[str, float]:
    """Return the figures of one row."""
    return {
        "products": f1(counts["hits"], counts["found"], counts["wanted"]),
        "catalogue": f1(counts["own_hits"], counts["own_found"], counts["own_wanted"]),
        "exact_span": share(counts["exact"], counts["spans"]),
        "personal": f1(counts["pii_hits"], counts["pii_found"], counts["pii_wanted"]),
        "prod_ms": share(counts["product_us"], counts["comments"]) / 1e3,
        "pii_ms": share(counts["pii_us"], counts["comments"]) / 1e3,
        "comments": counts["comments"],
    }


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("--catalogue", type=Path, required=True)
    options.add_argument("--held-out", nargs="*", default=[], help="Parts of names of files that nothing is tuned on.")
    given = options.parse_args()
    catalogue = Catalogue.from_records(json.loads(given.catalogue.read_text("utf-8")))
    products, personal = ProductsDetector(catalogue), PersonalDataDetector()
    known = {product.name for product in catalogue.products}
    table: dict[str, Counter[str]] = {}
    for path in sorted(given.folder.glob("*.jsonl")):
        held = any(part in path.stem for part in given.held_out)
        for comment in map(json.loads, path.read_text("utf-8").splitlines()):
            counts = product_counts(comment, products, known) + personal_counts(comment, personal)
            table.setdefault(f"{comment['lang']} {'held out' if held else ''}", Counter()).update(counts)
    print(" " * 16 + " ".join(f"{name:>10}" for name in row(Counter())))
    for name, counts in sorted(table.items()):
        print(f"{name:16}" + " ".join(f"{value:10.3f}" for value in row(counts).values()))


if __name__ == "__main__":
    main()
