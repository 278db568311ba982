"""Which health products a comment names: the register's, the page's, public substances and brands."""

from functools import cached_property

from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import Evidence, Finding, FindingKind, Subject
from moderation.detectors.folding import Folded, fold
from moderation.detectors.language.detector import guess
from moderation.detectors.products.english import in_english
from moderation.detectors.products.index import Mention, NameIndex, index_of
from moderation.detectors.products.lists import key_of, medicines_version, supplements
from moderation.detectors.products.supplements import taken

_MOST_PAGES = 200
_WORDS_THAT_TELL = 4
"""Words from which on the language of a comment is sure enough to translate a substance that is written in another."""


class ProductsDetector:
    """Finds names whatever their case, accents, hashtag, spacing, plural or misspelling."""

    name = "products"

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._indexes: dict[str | None, NameIndex] = {}

    @cached_property
    def version(self) -> str:
        """Another one for another list of medicines."""
        return f"2{medicines_version()}"

    def _index(self, page_product: str | None) -> NameIndex:
        """Built at the first comment, so that a register that cannot be indexed fails like any detector."""
        if page_product not in self._indexes:
            if len(self._indexes) >= _MOST_PAGES:
                self._indexes.clear()
            self._indexes[page_product] = index_of(self._catalogue, page_product)
        return self._indexes[page_product]

    def detect(self, subject: Subject) -> Evidence:
        """Return one finding a mention, labelled with the name in the register (or the substance)."""
        folded = fold(subject.text)
        found = [m for m in self._index(subject.page_product).mentions(folded) if _is_product(m, folded)]
        lang = guess(subject.text, subject.lang_hint) if found else ""
        return Evidence(self.name, self.version, tuple(self._finding(m, folded, lang) for m in found))

    def _finding(self, mention: Mention, folded: Folded, lang: str) -> Finding:
        entry = mention.entry
        start, end = folded.span(mention.start, mention.end)
        label = _label(mention, folded, lang)
        kind, rule = FindingKind.PRODUCT, mention.rule
        return Finding(self.name, self.version, kind, label, start, end, rule, entry.owner, entry.substance)


def _is_product(mention: Mention, folded: Folded) -> bool:
    """Leave out iron in a wall and magnesium in the blood."""
    name = mention.entry.name
    return name not in supplements() or taken(name, folded.text, mention.start, mention.end)


def _label(mention: Mention, folded: Folded, lang: str) -> str:
    """Return the name in the register, or the substance in the comment's language; as written when that is not told."""
    name = mention.entry.name
    if name != mention.entry.substance:
        return name
    english = in_english(name)
    written = key_of(folded.text[mention.start : mention.end])
    told = lang == "fr" and len(folded.words) >= _WORDS_THAT_TELL
    as_written = not told and written == key_of(english) != key_of(name)
    return english if lang == "en" or as_written else name
