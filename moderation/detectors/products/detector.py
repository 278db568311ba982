"""Which health products a comment names: the catalogue's, and public substances."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import Evidence, Finding, FindingKind, Subject
from moderation.detectors.folding import Folded, fold
from moderation.detectors.language.detector import guess
from moderation.detectors.products.index import Entry, NameIndex, in_english, key_of, words

_WORD = re.compile(r"[^\W_]+(?:[@$][^\W_]+)*")
_JOINT = re.compile(r"[\s\-_'.]{1,2}")
_MOST_WORDS = 3
_SHORTEST_PART = 3


@lru_cache(maxsize=4)
def index_of(catalogue: Catalogue) -> NameIndex:
    """Build the index of a catalogue once."""
    return NameIndex(catalogue)


class ProductsDetector:
    """Finds names whatever their case, accents, hashtag, spacing, plural or misspelling."""

    name = "products"
    version = "1"

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def detect(self, subject: Subject) -> Evidence:
        """Return one finding a mention, labelled with the name in the catalogue (or the substance)."""
        folded = fold(subject.text)
        english = guess(subject.text, subject.lang_hint) == "en"
        mentions = self._mentions(folded, key_of(subject.page_product or ""), subject.page_product)
        findings = tuple(self._finding(*mention, english=english) for mention in mentions)
        return Evidence(self.name, self.version, findings)

    def _finding(self, entry: Entry, rule: str, start: int, end: int, *, english: bool) -> Finding:
        named = entry.name == entry.substance
        label = in_english(entry.name) if named and english else entry.name
        return Finding(
            self.name, self.version, FindingKind.PRODUCT, label, start, end, rule, entry.owner, entry.substance
        )

    def _mentions(self, folded: Folded, page_key: str, page: str | None) -> Iterator[tuple[Entry, str, int, int]]:
        tokens = list(_WORD.finditer(folded.text))
        position = 0
        while position < len(tokens):
            found = self._at(folded.text, tokens[position : position + _MOST_WORDS], page_key, page)
            if found is None:
                position += 1
                continue
            entry, rule, length = found
            start, end = tokens[position].start(), tokens[position + length - 1].end()
            yield entry, rule, *folded.span(start, end)
            position += length

    def _at(
        self, text: str, tokens: list[re.Match[str]], page_key: str, page: str | None
    ) -> tuple[Entry, str, int] | None:
        """Return the entry named at the first token, the rule and how many tokens it takes."""
        index = index_of(self._catalogue)
        keys = {
            n: "".join(t.group() for t in tokens[:n]) for n in range(len(tokens), 0, -1) if _joined(text, tokens[:n])
        }
        for length, key in keys.items():
            if page and key == page_key:
                return index.exact.get(key, Entry(page, None, None)), "page_name", length
            if (entry := index.spelt(key)) is not None:
                return entry, "exact", length
        for length, key in sorted(keys.items()):
            if any(_is_common(t.group(), alone=length == 1) for t in tokens[:length]):
                break
            entry = index.misspelt(key)
            if entry is not None and (length == 1 or entry.name != entry.substance):
                return entry, "spelling", length
        return None


def _is_common(token: str, *, alone: bool) -> bool:
    """Tell a known word, which is no misspelling, and a scrap before a name ("d'", "à"), which is no part of it."""
    return token in words("known_words.txt", "ambiguous.txt") or (not alone and len(token) < _SHORTEST_PART)


def _joined(text: str, tokens: list[re.Match[str]]) -> bool:
    gaps = (text[a.end() : b.start()] for a, b in pairwise(tokens))
    return all(_JOINT.fullmatch(gap) for gap in gaps)
