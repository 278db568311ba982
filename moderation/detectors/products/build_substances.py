"""Derive `substances.txt` from the composition file of the public French medicines base (BDPM).

    python -m moderation.detectors.products.build_substances CIS_COMPO_bdpm.txt > substances.txt

Salts, homeopathic stocks and words that are also ordinary French or English (`ambiguous.txt`) are left out; the
accented form wins over the bare one.
"""

import sys
from collections import defaultdict
from pathlib import Path

from moderation.detectors.products.lists import words
from moderation.detectors.products.public_base import accented, bare, clean, published_names

SOURCE = """\
# Derived by build_substances.py from CIS_COMPO_bdpm.txt, Base de données publique des médicaments
# (ANSM, HAS, UNCAM), free reuse with mention of source and date; snapshot of April 2026.
"""


def spellings(published: set[str]) -> dict[str, set[str]]:
    """Group the spellings of each substance under its bare form."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in filter(None, map(clean, published)):
        found[bare(name)].add(name)
    return found


def main(source: Path) -> None:
    """Write the list, one substance a line."""
    left_out = words("ambiguous.txt")
    sys.stdout.write(SOURCE)
    for key, written in sorted(spellings(published_names(source)).items()):
        if left_out.isdisjoint({key, *key.split()}):
            sys.stdout.write(f"{accented(written)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
