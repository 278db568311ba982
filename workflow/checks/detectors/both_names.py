"""The brand and the substance of an advertised medicine, both shown (R. 5122-3, 2° a CSP)."""

import re
from collections.abc import Iterator
from typing import Literal

from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.detectors.unknown import is_substance
from workflow.checks.folding import fold
from workflow.checks.names import name_index
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Field, Reading

_SHORTEST = 4
_WORD = re.compile(r"[a-z0-9]+")
# "Iburéo (ibuprofène", "Iburéo 200 mg, DCI : ibuprofène", "Iburéo, à base d'ibuprofène": a brand right before.
_NAME_BEFORE = re.compile(
    r"\b(\w[\w-]{2,})\W{0,3}(?:\d+ ?(?:mg|g|%)?\W{0,3})?(?:(?:dci|inn|substance active)\W{0,3}|a base d(?:e\s|'))?$"
)
_COMMON = {
    "antihistaminique",
    "comprime",
    "dci",
    "gelule",
    "inn",
    "medicament",
    "medicine",
    "produit",
    "publicite",
    "sirop",
}


class BothNames(Detector):
    """Find a medicine that the post is about whose brand, or one of whose substances, no text shows.

    Of a substance its longest word counts, those of `salts` left out. A vaccine has no substance: the word
    itself must stand.
    """

    kind: Literal["both_names"]
    salts: str = ""

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit, on the text, for the first medicine that lacks a name."""
        medicines = reading.advertised or ((None,) if not reading.products else ())
        pairs = zip(reading.post.products, reading.declared, strict=True)
        unknown = iter([name for name, product in pairs if product is None])
        for product in medicines:
            missing = self._missing(product, reading.shown) if product else _unknown(next(unknown, ""), reading)
            if missing:
                yield Hit("text", words={"product": product.name if product else "", **missing})
                return

    def _missing(self, product: ProductFacts, texts: tuple[str, ...]) -> dict[str, str] | None:
        """Return in both languages what a product of the register lacks."""
        if not _named(product.names, texts):
            return _reason(f"le nom « {product.name} »", f"the name “{product.name}”")
        parts = (part.strip() for part in re.split(r"[,;/+]| et ", product.substances))
        lacking = next((part for part in parts if not _has_substance(part, texts, self.salts.split())), None)
        return _reason(f"la DCI « {lacking} »", f"the INN “{lacking}”") if lacking else None


def _unknown(declared: str, reading: Reading) -> dict[str, str] | None:
    """Return what a product that the register does not know lacks: its brand at least.

    Where none is declared either, a brand with its substance beside it shows both.
    """
    if _named((declared,), reading.shown) if declared else any(map(_introduces, reading.fields)):
        return None
    return _reason("le nom du médicament et sa DCI", "the name of the medicine and its INN")


def _introduces(field: Field) -> bool:
    """Say whether a text shows a substance right after a word that reads like a brand."""
    words = _WORD.finditer(field.words.text) if field.name != "link" else ()
    places = (word.start() for word in words if is_substance(word[0]))
    return any(_is_brand(field, name) for at in places if (name := _NAME_BEFORE.search(field.words.text[:at])))


def _is_brand(field: Field, name: re.Match[str]) -> bool:
    """Say whether a word begins with a capital and is neither a common word nor a substance."""
    capital = field.words.source[field.words.index[name.start(1)]].isupper()
    return capital and name[1] not in _COMMON and not is_substance(name[1])


def _reason(french: str, english: str) -> dict[str, str]:
    return {"reason_fr": french, "reason_en": english}


def _named(names: tuple[str, ...], texts: tuple[str, ...]) -> bool:
    """Say whether one of the names stands in the texts, a hashtag that holds it included."""
    index = name_index((names,))
    return any(True for text in texts for _ in index.found_in(text, whole=False))


def _has_substance(part: str, texts: tuple[str, ...], salts: list[str]) -> bool:
    """Say whether a substance stands in the texts, in French or in English."""
    words = _WORD.findall(fold(part).text)
    longest = max((word for word in words if word not in salts), key=len, default="")
    if "vaccin" in words:
        longest = "vaccin"
    if len(longest) < _SHORTEST:
        return True
    stem = longest.removesuffix("que").rstrip("e") if longest.endswith("ique") else longest.rstrip("e")
    wanted = re.compile(rf"\b{re.escape(stem)}")
    return any(wanted.search(text) for text in texts)
