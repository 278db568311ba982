"""English stays complete: every French sentence of the product has its translation, with the same fields to fill in."""

import string

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from locales.update import CATALOGUE, gathered, missing

RUN = "run `python -m locales.update`, then translate in locales/en.po"


def on_disk() -> Catalog:
    """Return the English catalogue as it is kept."""
    with CATALOGUE.open("rb") as file:
        return read_po(file)


def pairs(catalogue: Catalog) -> dict[str, str]:
    """Return the sentences of a catalogue with their translations; the header is none."""
    return {str(message.id): str(message.string or "") for message in catalogue if message.id}


def fields(sentence: str) -> set[tuple[str, str, str]]:
    """Return the fields of a sentence: name, format and conversion."""
    parsed = string.Formatter().parse(sentence)
    return {(name, form or "", conversion or "") for _text, name, form, conversion in parsed if name is not None}


def edges(sentence: str) -> tuple[str, str]:
    """Return the spaces before and after a sentence: it may be glued to another."""
    return sentence[: len(sentence) - len(sentence.lstrip())], sentence[len(sentence.rstrip()) :]


def test_every_sentence_has_english() -> None:
    absent = missing(gathered())
    assert not absent, f"{RUN}: {absent}"


def test_the_catalogue_holds_exactly_the_sentences_of_today() -> None:
    kept, today = set(pairs(on_disk())), set(pairs(gathered()))
    assert kept == today, f"{RUN}: absent {sorted(today - kept)}, unused {sorted(kept - today)}"


def test_the_english_has_the_fields_of_the_french() -> None:
    wrong = {fr: en for fr, en in pairs(on_disk()).items() if en and fields(fr) != fields(en)}
    assert not wrong


def test_the_english_keeps_the_outer_spaces_and_the_lines() -> None:
    kept = pairs(on_disk()).items()
    wrong = {fr: en for fr, en in kept if en and (edges(fr) != edges(en) or fr.count("\n") != en.count("\n"))}
    assert not wrong
