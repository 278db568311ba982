"""Derive `known_words.txt`: words that are never taken for a misspelt product name.

    python -m moderation.detectors.products.build_known_words COMMENTS_FOLDER > known_words.txt

The words are those in lower case of the annotated comments (`text`, `post`), less whatever is annotated
there as a product.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from moderation.detectors.folding import fold
from moderation.detectors.products.detector import _WORD as WORD

SHORTEST = 4


def main(folder: Path) -> None:
    """Print the words of five letters and more, seen as such and never as a product."""
    seen: Counter[str] = Counter()
    products: set[str] = set()
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            comment = json.loads(line)
            for name in [*comment["products"], *comment["product_spans"], comment["page_product"] or ""]:
                products.update(WORD.findall(fold(name).text))
            seen.update(t for t in WORD.findall(f"{comment['text']} {comment['post']}") if t == t.lower())
    for word in sorted({fold(w).text for w in seen}):
        if len(word) >= SHORTEST and word.isalpha() and word not in products:
            sys.stdout.write(f"{word}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
