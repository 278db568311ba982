"""Derive `substances.txt` from the composition file of the public French medicines base (BDPM).

    python build_substances.py CIS_COMPO_bdpm.txt > substances.txt

The published file mixes Windows-1252 and UTF-8 from line to line. Salts, homeopathic stocks and words that are
also ordinary French or English (`ambiguous.txt`) are left out; the accented form wins over the bare one.
"""

import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

_SALTS = re.compile(
    r"\b(chlorhydrate|dichlorhydrate|sulfate|maleate|mal[ée]ate|fumarate|besilate|b[ée]silate|tartrate|m[ée]silate|"
    r"sodique|potassique|calcique|disodique|dipotassique|hydrat[ée]e?s?|monohydrat[ée]e?|dihydrat[ée]e?|trihydrat[ée]e?|"
    r"anhydre|ac[ée]tate|citrate|phosphate|succinate|bromhydrate|nitrate|base|micronis[ée]e?|magn[ée]sique|"
    r"h[ée]mihydrat[ée]e?|sesquihydrat[ée]e?|t[ée]trahydrat[ée]e?|pentahydrat[ée]e?|tosilate|valerate|val[ée]rate|"
    r"dipropionate|propionate|furoate|benzoate|oxalate|lactate|gluconate|carbonate|embonate|d[ée]canoate|palmitate)\b"
)
_LEFT_OUT = re.compile(
    r"hom[ée]o|extrait|teinture|sec de|poudre|huile|essence|\bpour\b|\bd[e']|virus|souche|fragment|\d"
)

NAME = 3
LENGTHS = range(5, 31)
MOST_WORDS = 2


def decoded(line: bytes) -> str:
    """Read one line that is either UTF-8 or Windows-1252."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def bare(text: str) -> str:
    """Drop accents and case."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def names_in(lines: list[bytes]) -> dict[str, set[str]]:
    """Group the spellings of each substance under its bare form."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        fields = decoded(line).rstrip("\r\n").split("\t")
        name = re.sub(r"\(.*?\)", " ", fields[NAME].lower()) if len(fields) > NAME else ""
        name = re.sub(r"^(de|d')\s*", "", " ".join(_SALTS.sub(" ", name).split()).strip(" ,'"))
        if len(name) in LENGTHS and len(name.split()) <= MOST_WORDS and not _LEFT_OUT.search(name):
            found[bare(name)].add(name)
    return found


def main(source: Path) -> None:
    """Write the list, one substance a line."""
    left_out = set((Path(__file__).parent / "ambiguous.txt").read_text("utf-8").split())
    for key, spellings in sorted(names_in(source.read_bytes().splitlines()).items()):
        if key not in left_out and not set(key.split()) & left_out:
            accented = max(spellings, key=lambda s: (not s.isascii(), sum(not c.isascii() for c in s), s))
            sys.stdout.write(f"{accented}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
