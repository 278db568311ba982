"""Which pieces of the multilingual vocabulary are kept: French, English, emoji, digits and punctuation.

Frequent words are taken from `wordfreq` (CC BY-SA 4.0) in lower case, capitalised, in capitals and, for French,
without accents, as people write on social networks; and every piece that the corpus itself uses.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

FREQUENT = 60_000
_LATIN_END, _SYMBOLS_END, _EMOJI = 0x250, 0x3000, 0x1F000
_LONGEST_SIGNS = 6


def keep(tokenizer: Any, pieces: tuple[tuple[str, float], ...], corpus: Iterable[str]) -> list[int]:
    """Return the indices of the pieces kept, ascending, the four special ones first."""
    kept = set(range(4))
    for encoding in tokenizer.encode_batch([*_frequent(), *corpus], add_special_tokens=False):
        kept.update(encoding.ids)
    kept.update(i for i, (piece, _) in enumerate(pieces) if _is_sign(piece.replace("▁", "")))
    return sorted(kept)


def _frequent() -> Iterator[str]:
    from wordfreq import top_n_list  # noqa: PLC0415

    for lang in ("fr", "en"):
        words = top_n_list(lang, FREQUENT, wordlist="best")
        yield from words
        yield from (word.capitalize() for word in words[: FREQUENT // 4])
        yield from (word.upper() for word in words[: FREQUENT // 20])
        if lang == "fr":
            yield from (without_accents(word) for word in words[: FREQUENT // 2])


def without_accents(text: str) -> str:
    """Return the text with its accents taken off; letters that have none stay as they are."""
    bare = (c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", "".join(bare))


def _is_sign(piece: str) -> bool:
    """Tell whether a piece is one character of our scripts, or a run of signs, digits and spaces."""
    if len(piece) <= 1:
        return _is_ours(piece or " ")
    return len(piece) <= _LONGEST_SIGNS and all(
        unicodedata.category(c)[0] in "PSNZ" or unicodedata.category(c) in {"Mn", "Cf"} for c in piece
    )


def _is_ours(char: str) -> bool:
    code, category = ord(char), unicodedata.category(char)
    return (
        code < _LATIN_END
        or (category[0] in "PSN" and code < _SYMBOLS_END)
        or category == "So"
        or code > _EMOJI
        or 0x2000 <= code < 0x2BFF  # noqa: PLR2004 - the blocks of punctuation, arrows and signs
    )
