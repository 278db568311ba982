"""The customer's own MedDRA, read from its files: never stored in the database, never shipped with the product.

`llt.asc` and `pt.asc` are as MSSO delivers them: one term a line, fields separated by "$", eleven of each. Only current
lowest level terms are suggested.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from errors import InvalidInput
from i18n import N_
from moderation.detectors.folding import fold_word
from settings import get_settings

FIELDS = 11
RELEASE = "meddra_release.asc"
SUGGESTED = 8
_LEAST = 62.0
_WIDE = 60
_VERSION = re.compile(r"\d{1,2}\.\d")
_WORD = re.compile(r"[^\W_]+")
_LLT = re.compile(r"\d{8}")
_NAME, _PT, _CURRENT = 1, 2, 9
_LITTLE = frozenset({
    "a", "ai", "au", "aux", "avec", "c", "ce", "ces", "d", "dans", "de", "des", "du", "elle", "en", "est", "et",
    "eu", "il", "j", "je", "l", "la", "le", "les", "ma", "me", "mes", "mon", "n", "on", "ou", "par", "pas", "plus",
    "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "son", "sur", "tres", "un", "une", "an", "and", "he", "i",
    "in", "is", "it", "my", "of", "she", "the", "to", "was", "with",
})  # fmt: skip


@dataclass(frozen=True)
class Term:
    """A lowest level term with the preferred term that it belongs to. `current`: it may still be used for coding."""

    code: str
    name: str
    pt_code: str
    pt_name: str
    current: bool


@dataclass(frozen=True, eq=False)
class Dictionary:
    """One version of MedDRA in one language, itself only; `folded` is what is searched, term code by term code."""

    version: str
    terms: dict[str, Term]
    folded: dict[str, str]


def dictionary() -> Dictionary | None:
    """Return the customer's MedDRA, None where none is set; raises InvalidInput with what to do for a faulty one."""
    settings = get_settings()
    if settings.meddra_dir is None:
        return None
    stamps = tuple(_stamp(settings.meddra_dir / name) for name in ("llt.asc", "pt.asc", RELEASE))
    return _read(settings.meddra_dir, settings.meddra_version, stamps)


def term(held: Dictionary, code: str) -> Term:
    """Return the current term of a code; raises InvalidInput for an unknown one and for one no longer current."""
    found = held.terms.get(code)
    if found is None:
        raise InvalidInput(
            N_("Le terme {code} n'est pas dans MedDRA {version}. Choisissez-en un dans la liste."),
            code=code, version=held.version,
        )  # fmt: skip
    if not found.current:
        raise InvalidInput(
            N_("Le terme {code} n'est plus en usage dans MedDRA {version}. Choisissez-en un qui l'est."),
            code=code, version=held.version,
        )  # fmt: skip
    return found


@lru_cache(maxsize=512)
def suggest(held: Dictionary, words: str, limit: int = SUGGESTED) -> tuple[Term, ...]:
    """Return the current terms nearest to a reporter's words, the nearest first; none when nothing is near."""
    wanted = _searched(words)
    if not wanted:
        return ()
    near = process.extract(wanted, held.folded, scorer=fuzz.token_set_ratio, limit=_WIDE, score_cutoff=_LEAST)
    ranked = sorted((-(score + fuzz.ratio(wanted, text)), len(text), code) for text, score, code in near)
    return tuple(held.terms[code] for _rank, _length, code in ranked[:limit])


def _searched(words: str) -> str:
    """Return words as they are compared: without case, accents and little words."""
    found = (word for word in _WORD.findall(fold_word(words)) if word not in _LITTLE)
    return " ".join(_singular(word) for word in found)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > len("maux") and word.endswith("s") and not word.endswith("ss") else word


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file does."""
    try:
        known = path.stat()
    except OSError:
        return (0, 0)
    return (known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=1)
def _read(folder: Path, version: str | None, _stamps: tuple[tuple[int, int], ...]) -> Dictionary:
    preferred = {row[0]: row[_NAME] for row in _rows(folder / "pt.asc")}
    terms = {
        row[0]: Term(row[0], row[_NAME], row[_PT], preferred.get(row[_PT], ""), row[_CURRENT] == "Y")
        for row in _rows(folder / "llt.asc")
    }
    _refuse_incomplete(folder, preferred, terms)
    folded = {code: _searched(each.name) for code, each in terms.items() if each.current}
    return Dictionary(_version(folder, version), terms, folded)


def _rows(path: Path) -> Iterator[list[str]]:
    """Yield the fields of each line; raises InvalidInput for a file that is missing, cut short or in no UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(
            N_("Le fichier {name} de MedDRA manque dans {folder} (COVIGIE_MEDDRA_DIR). Copiez-y la version livrée."),
            name=path.name, folder=path.parent,
        ) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise InvalidInput(
            N_(
                "Le fichier {name} de MedDRA n'est pas en UTF-8. Convertissez-le, ou copiez de nouveau la version "
                "livrée."
            ),
            name=path.name,
        ) from error
    for n, line in enumerate(text.splitlines(), 1):
        fields = line.split("$")
        if len(fields) <= FIELDS or not _LLT.fullmatch(fields[0]) or not fields[_NAME]:
            raise InvalidInput(
                N_(
                    "Le fichier {name} de MedDRA est tronqué ou d'un autre format (ligne {n}). Copiez de nouveau la "
                    "version livrée."
                ),
                name=path.name, n=n,
            )  # fmt: skip
        yield fields


def _refuse_incomplete(folder: Path, preferred: dict[str, str], terms: dict[str, Term]) -> None:
    """Each lowest level term has its preferred term, and each preferred term is a lowest level term too."""
    lost = next((each.pt_code for each in terms.values() if each.pt_code not in preferred), None)
    alone = next((code for code in preferred if code not in terms), None)
    if not terms or lost or alone:
        raise InvalidInput(
            N_(
                "Les fichiers llt.asc et pt.asc de MedDRA dans {folder} ne vont pas ensemble (terme {code}) : l'un est "
                "tronqué ou d'une autre version. Copiez de nouveau la version livrée."
            ),
            folder=folder, code=lost or alone or "—",
        )  # fmt: skip


def _version(folder: Path, wanted: str | None) -> str:
    """Return the version of the files: their own word for it, which the setting must not contradict."""
    path = folder / RELEASE
    told = path.read_bytes().decode("utf-8-sig", "replace").partition("$")[0].strip() if path.is_file() else None
    if told and wanted and told != wanted:
        raise InvalidInput(
            N_("Les fichiers de MedDRA sont de la version {told}, le réglage COVIGIE_MEDDRA_VERSION dit {wanted}."),
            told=told, wanted=wanted,
        )  # fmt: skip
    version = told or wanted or ""
    if not _VERSION.fullmatch(version):
        raise InvalidInput(
            N_("La version de MedDRA n'est pas connue : indiquez-la, par exemple « 29.0 » (COVIGIE_MEDDRA_VERSION).")
        )
    return version
