"""How a comment and what stands around it become the token numbers that the model reads.

    <s> the comment </s> product of the page | post | products named >> comment answered </s>

A product is given with its substance and its use, because "j'éternue" is an effect under one product and the reason
for taking another. A comment longer than one window is read in windows that overlap; the highest score counts.
Training and serving call the same functions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.detectors.catalogue import Catalogue, Product
from moderation.detectors.evidence import Subject

WINDOW = 128
STRIDE = 96
CONTEXT_TOKENS = 32
PARENT_TOKENS = 32
_START, _PAD, _END = 0, 1, 2
_MENTIONS = 3
UNKNOWN_PAGE = "Nos médicaments : vos questions"
"""What stands for a page of which nothing is known: without any, the model takes a comment for idle talk."""

_CONTEXT_READ = 400
_HALF = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Window:
    """One sequence for the model: `tokens` are its numbers, `spans` the characters behind each.

    `first` is the place of the first token of the comment; spans index the text as given.
    """

    tokens: tuple[int, ...]
    first: int
    spans: tuple[tuple[int, int], ...]


def described(product: Product) -> str:
    """Return a product as the model is told of it: name, substance, use."""
    about = " : ".join(part for part in (product.substance, product.indication) if part)
    return f"{product.name} ({about})" if about else product.name


def context_of(subject: Subject, mentions: Sequence[str], catalogue: Catalogue) -> str:
    """Return what stands around a comment in one line: product of the page, post, other products named."""
    page = catalogue.by_name.get(subject.page_product or "")
    around = [described(page) if page else subject.page_product or "", subject.post[:_CONTEXT_READ]]
    named = [catalogue.by_name[name] for name in dict.fromkeys(mentions) if name in catalogue.by_name]
    around += [described(one) for one in named[:_MENTIONS] if one is not page]
    return " | ".join(part for part in around if part) or UNKNOWN_PAGE


def _whole(text: str) -> str:
    """Put a sign for each half of an emoji cut in two: the tokenizer refuses them, and with them the whole batch."""
    return _HALF.sub("\ufffd", text)


class Encoder:
    """Cuts texts into token numbers with the tokenizer that stands beside the model."""

    def __init__(self, folder: Path) -> None:
        from transformers import PreTrainedTokenizerFast  # noqa: PLC0415 - half a second, for who needs it

        make: Any = PreTrainedTokenizerFast
        self._tokenizer = make(tokenizer_file=str(folder / "tokenizer.json"))
        self._around = lru_cache(maxsize=4096)(self._around_of)

    def _numbers(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer(_whole(text), add_special_tokens=False)["input_ids"]
        return found

    def _around_of(self, context: str, parent: str | None) -> tuple[int, ...]:
        numbers = self._numbers(context)[:CONTEXT_TOKENS]
        if parent:
            numbers += self._numbers(f">> {parent[:_CONTEXT_READ]}")[:PARENT_TOKENS]
        return (_END, *numbers, _END)

    def encode(
        self, texts: Sequence[str], contexts: Sequence[str], parents: Sequence[str | None]
    ) -> list[list[Window]]:
        """Return the windows of each comment, at least one each."""
        cut = self._tokenizer([_whole(text) for text in texts], add_special_tokens=False, return_offsets_mapping=True)
        return [
            list(self._windows(ids, spans, self._around(context, parent)))
            for ids, spans, context, parent in zip(
                cut["input_ids"], cut["offset_mapping"], contexts, parents, strict=True
            )
        ]

    def _windows(self, ids: list[int], spans: list[tuple[int, int]], around: tuple[int, ...]) -> Iterator[Window]:
        head = (_START,)
        for at in range(0, max(1, len(ids) - WINDOW + STRIDE), STRIDE):
            part = slice(at, at + WINDOW)
            yield Window((*head, *ids[part], *around), len(head), tuple(spans[part]))


def padded(windows: Sequence[Window]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return token numbers and attention mask, both (number of windows, longest)."""
    longest = max(len(one.tokens) for one in windows)
    numbers = np.full((len(windows), longest), _PAD, np.int64)
    for row, one in zip(numbers, windows, strict=True):
        row[: len(one.tokens)] = one.tokens
    return numbers, (numbers != _PAD).astype(np.int64)
