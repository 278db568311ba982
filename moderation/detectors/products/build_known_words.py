"""Derive `known_words.txt`: words that are never taken for a misspelt product name.

    python -m moderation.detectors.products.build_known_words known_words.txt

The words are the most frequent ones of French and English by the package wordfreq (not needed at run time), folded,
less whatever is a substance. The first line holds those that are most frequent, because they are no names of persons
either.
"""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from wordfreq import top_n_list

from moderation.detectors.folding import fold_word
from moderation.detectors.products.english import in_english
from moderation.detectors.products.lists import key_of, pairs, public_substances, words

MOST = 40_000
FREQUENT = 6_000
SHORTEST = 3
SOURCE = """\
# Derived by build_known_words.py from wordfreq 3.1.1 by Robyn Speer, CC BY-SA 4.0: this list has the same licence.
"""


def folded(language: str) -> list[str]:
    """Return the words of a language, most frequent first."""
    every = (fold_word(word) for word in top_n_list(language, MOST))
    return list(dict.fromkeys(word for word in every if word.isalpha() and len(word) >= SHORTEST and word.isascii()))


def products() -> Iterator[str]:
    """Yield what may be misspelt and is no known word: substances in both languages, short forms, brands."""
    for substance in public_substances():
        yield from (key_of(substance), key_of(in_english(substance)))
    yield from (key_of(short) for short in pairs("short_forms.txt"))
    yield from words("brand_words.txt")


def main(target: Path) -> None:
    """Write the list: one long line of the most frequent words, then all the others in the order of the alphabet."""
    french, english, named = folded("fr"), folded("en"), frozenset(products())
    frequent = {*french[:FREQUENT], *english[:FREQUENT]} - named
    others = {*french, *english} - named - frequent
    text = [" ".join(sorted(frequent)), *textwrap.wrap(" ".join(sorted(others)), 2_000)]
    target.write_text(SOURCE + "\n".join(text) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
