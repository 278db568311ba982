"""Metals, vitamins and plants: a product where somebody takes them, none in the blood, the kettle or the kitchen."""

import re

from moderation.detectors.folding import fold_word

_TAKEN_BEFORE = re.compile(
    r"(?<![^\W_])(?:comprim|gelule|cachet|ampoule|goutte|sirop|injection|perfusion|piqure|patch|cure|supplement|"
    r"complement|capsule|pris|prend|prenai|donn|avale|tablet|pill|took|tak|dose|tub|infusion|drops|forte)\w*"
    r"(?:\W+\w+){0,2}\W*$|(?<![^\W_])(?:mon|ton|son|her|his|my|on|sous)\W+$"
)
_TAKEN_AFTER = re.compile(
    r"\W{0,3}(?:tablet|pill|tonic|supplement|gumm|powder|infusion|capsule|drops|injection|marin|\d+ ?m?c?g\b|"
    r"en (?:gelule|comprim|goutte|ampoule|cure|perf)|a forte dose|passe)"
)
_MEASURED_BEFORE = re.compile(
    r"(?<![^\W_])(?:carence|manqu\w*|plus|peu|taux|deficit|chute|baisse|trouve|low|lack|levels?|sang|without|sans)"
    r"(?:\W+\w+){0,3}\W*$"
)
_MEASURED_AFTER = re.compile(
    r"\W{1,3}(?:effondre|au plancher|a \d|of \d|levels?|was in|bas\b|is (?:too )?(?:low|high)|dans le sang)"
)
_FAR = 40
_SURE = "magnesium"
"""What is rarely spoken of but as a product, or as measured."""


def taken(name: str, text: str, start: int, end: int) -> bool:
    """Tell whether what stands at [start, end) of a folded text is taken as a product, by the words around it."""
    before, after = text[max(0, start - _FAR) : start], text[end : end + _FAR]
    if _MEASURED_BEFORE.search(before) or _MEASURED_AFTER.match(after):
        return False
    return fold_word(name) == _SURE or bool(_TAKEN_BEFORE.search(before) or _TAKEN_AFTER.match(after))
