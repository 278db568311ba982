"""French names of substances in English: by their endings, as international names go, and by a short list."""

import re

from moderation.detectors.folding import fold_word
from moderation.detectors.products.lists import pairs

_SILENT = re.compile(
    r"(?:(?:ill|myc|mic|tat|floxac|par|sul|form|mect|glipt|glifloz|pic|nac|tyn|bic|tox|press|ton|lex|poi?et|methr|piroc|"
    r"vir|gox|biot|gabal|apent|o|plat|zos|los|lodos|spor|toc|prorel|torel|serel|tropr|warfar|spir|kerat|lute|collagen|gelat)in|"
    r"(?:prof|prox|clof|tamoxif)en|zolid|prim|uracil)e$"
)
_ACID = re.compile(r"acide (\w+?)(?:ique|ic)")
_VITAMIN = re.compile(r"vitamine\b")


def in_english(substance: str) -> str:
    """Return a French substance name, folded, as English writes it: insulin, folic acid, ibuprofen, iron."""
    name = fold_word(substance)
    if (listed := pairs("english.txt").get(name)) is not None:
        return listed
    if acid := _ACID.fullmatch(name):
        return f"{acid.group(1)}ic acid"
    return _VITAMIN.sub("vitamin", _SILENT.sub(lambda m: m.group().removesuffix("e"), name))
