"""`python -m locales.update`: gather every French sentence of the product into the English catalogue.

New sentences get an empty translation, unused ones are dropped. `--check` only says whether all are there, and
translated.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

import errors
from i18n import LOCALES

ROOT = Path(__file__).parents[1]
FOLDERS = ("app_pages", "workflow", "moderation", "compliance", "connectors", "models", "demo")
REFUSALS = tuple(n for n, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.AppError))
KEYWORDS: dict[str, None] = dict.fromkeys(("_", "N_", *REFUSALS))
CATALOGUE = LOCALES / "en.po"


def sources() -> list[Path]:
    """Return the files that may hold sentences."""
    nested = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return sorted([*ROOT.glob("*.py"), *nested])


def sentences() -> Iterator[tuple[str, str]]:
    """Yield every sentence with the file that holds it; the errors' own sentences are their docstrings."""
    for path in sources():
        for _line, message, _comments, _context in extract_from_file("python", str(path), KEYWORDS):
            yield str(message), path.relative_to(ROOT).as_posix()
    for kind in _refusals(errors.AppError):
        yield (kind.__doc__ or "").strip(), "errors.py"


def _refusals(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _refusals(child)


def gathered() -> Catalog:
    """Return the English catalogue with every sentence of today, the known translations kept."""
    import models.session  # noqa: F401, PLC0415 - it defines one more refusal

    known = {}
    if CATALOGUE.exists():
        with CATALOGUE.open("rb") as file:
            known = {message.id: message.string for message in read_po(file) if message.id}
    fresh = Catalog(locale="en", project="Covigie", charset="utf-8", fuzzy=False)
    for text, where in sorted(set(sentences())):
        if text:
            fresh.add(text, known.get(text, ""), locations=[(where, None)])  # type: ignore[list-item]
    return fresh


def missing(catalogue: Catalog) -> list[str]:
    """Return the sentences without a translation."""
    return [str(message.id) for message in catalogue if message.id and not message.string]


def main() -> int:
    """Write the catalogue, or check it; return the exit status."""
    catalogue = gathered()
    if "--check" not in sys.argv:
        with CATALOGUE.open("wb") as file:
            write_po(file, catalogue, width=0, sort_output=True, omit_header=True)
    absent = missing(catalogue)
    sys.stdout.write(f"{len(catalogue)} sentences, {len(absent)} without English\n")
    return int(bool(absent) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
