"""The language that a post is written in, told by its function words."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from i18n import N_
from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.folding import fold
from workflow.checks.reading import Reading

_ASIDE = re.compile(r"[#@]\w+|(?:https?://|www\.)\S+|(?<!\S)[^\s@]+@\S+")
_WORD = re.compile(r"[^\W\d_]+'?")
_SENTENCE_END = re.compile(r"[.!?;]+(?=\s|$)|\n+|\s[/|]\s|\s--+\s")
_LAST_LATIN = "\u024f"


def _folded_word(word: object) -> str:
    """Read a word of a list; it stands for itself, and is compared folded."""
    if not isinstance(word, str) or not _WORD.fullmatch(word) or fold(word).text != word:
        raise ValueError(N_("le motif doit être écrit sans accent ni majuscule, car le texte est comparé ainsi"))
    return word


Words = Annotated[frozenset[Annotated[str, BeforeValidator(_folded_word)]], Field(min_length=1)]


class NotInLanguage(Detector):
    """Find that text and first comment are written in `others`, and no part of about that length in `wanted`.

    Both are lists of words; hashtags, handles and addresses are not read. `least`: so many words of other languages
    are needed. A post in another script is in another language. Sentences in the language wanted that are `whole` as
    long as those in others are a translation, however few of their words tell.
    """

    kind: Literal["language"]
    wanted: Words
    others: Words
    least: Annotated[int, Field(gt=0)] = 2
    # A short mention in the language wanted is no translation of a post.
    share: Annotated[float, Field(gt=0, le=1)] = 0.34
    whole: Annotated[float, Field(gt=0, le=1)] = 0.5

    @cached_property
    def _foreign(self) -> frozenset[str]:
        return self.others - self.wanted

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit, on the text, when it is in another language."""
        texts = {field.name: words_of(field.plain.text) for field in reading.fields}
        words = [*texts.get("text", ()), *texts.get("first_comment", ())]
        wanted = sum(word in self.wanted for word in words)
        others = sum(word in self._foreign for word in texts.get("text", ()))
        foreign = others >= self.least and wanted <= others * self.share and not self._translated(reading)
        if foreign or (not wanted and _other_script(words)):
            yield Hit("text")

    def _translated(self, reading: Reading) -> bool:
        """Say whether the sentences in the language wanted are about as long as the others."""
        lengths = [0, 0]
        for field in reading.fields:
            for sentence in _SENTENCE_END.split(field.plain.text) if field.name in {"text", "first_comment"} else ():
                words = words_of(sentence)
                wanted, foreign = (sum(word in told for word in words) for told in (self.wanted, self._foreign))
                if wanted or foreign:
                    lengths[wanted <= foreign] += len(words)
        return lengths[0] >= self.whole * lengths[1]


@lru_cache(maxsize=64)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a folded text, an elision with its apostrophe; hashtags, handles and addresses left out."""
    return tuple(_WORD.findall(_ASIDE.sub(" ", text)))


def _other_script(words: list[str]) -> bool:
    """Say whether most letters are of another script."""
    letters = "".join(words)
    return bool(letters) and sum(letter > _LAST_LATIN for letter in letters) > len(letters) / 2
