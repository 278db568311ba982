"""The indication of an advertised medicine, as the register words it (R. 5122-3, 2° b CSP)."""

import re
from collections.abc import Iterator
from functools import cached_property
from math import ceil
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import AnyOf, Detector, Hit, Wording, any_of
from workflow.checks.folding import fold
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Reading

_WORD = re.compile(r"[a-z]{3,}")
_APART = re.compile(r"[,;/()]| (?:et|ou) ")
# A word is compared by its beginning: "douleur", "douloureux", "douleurs".
_STEM = 5
# Of a long indication, most of it; of a short one ("toux grasse"), all.
_SHORT, _MOST = 2, 0.6


class NoIndication(Detector):
    """Find a medicine that the post is about whose indication no text gives.

    One part of the indication is enough ("douleurs et fièvre"). `frame`: words of an indication that say nothing of
    the disease. `synonyms`: for the beginning of a word, other wordings of it. `otherwise`: what reads like an
    indication, for a medicine whose own the register does not tell.
    """

    kind: Literal["no_indication"]
    otherwise: Annotated[tuple[Wording, ...], Field(min_length=1)]
    frame: str = ""
    synonyms: dict[str, tuple[Wording, ...]] = Field(default_factory=dict)

    @cached_property
    def _otherwise(self) -> AnyOf:
        return any_of(self.otherwise)

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit, on the text, for the first medicine without its indication."""
        text = "\n".join(reading.shown)
        for product in reading.advertised or ((None,) if not reading.products else ()):
            if not self._given(product, text):
                yield Hit("text", words={"product": product.name if product else "", **_reason(_said(product))})
                return

    def _given(self, product: ProductFacts | None, text: str) -> bool:
        """Say whether the text gives the indication of this product."""
        parts = [stems for stems in map(self._stems, _APART.split(fold(_said(product)).text)) if stems]
        if not parts:
            return bool(self._otherwise.search(text))
        return any(self._stands(stems, text) for stems in parts)

    def _stems(self, part: str) -> list[str]:
        """Return the beginnings of the words that matter."""
        frame = self.frame.split()
        return list(dict.fromkeys(word[:_STEM] for word in _WORD.findall(part) if word not in frame))

    def _stands(self, stems: list[str], text: str) -> bool:
        """Say whether enough words of one part of an indication stand in the text."""
        enough = len(stems) if len(stems) <= _SHORT else ceil(len(stems) * _MOST)
        return sum(self._worded(stem, text) for stem in stems) >= enough

    def _worded(self, stem: str, text: str) -> bool:
        """Say whether a word stands in the text, or a synonym of it."""
        others = self.synonyms.get(stem, ())
        return bool(re.search(rf"\b{stem}", text)) or any(other.search(text) for other in others)


def _said(product: ProductFacts | None) -> str:
    """Return the indication as the register words it."""
    return (product.indication or product.use or "") if product else ""


def _reason(said: str) -> dict[str, str]:
    """Return in both languages what was looked for."""
    if not said:
        return {"reason_fr": "le registre ne la dit pas", "reason_en": "the register does not tell it"}
    return {"reason_fr": f"au registre : « {said} »", "reason_en": f"in the register: “{said}”"}
