"""A JSON line in, a JSON line out: how the commands that work on files read, refuse and write."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from errors import InvalidInput

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of the longest line that is read, so that a file without line ends cannot fill the memory."""


def refuse_same(source: Path, target: Path) -> None:
    """Refuse to write over what is read."""
    if target.exists() and target.samefile(source):
        raise InvalidInput("Le fichier de sortie est le fichier d'entrée. Choisissez un autre nom.")


def read_products(path: Path) -> list[dict[str, Any]]:
    """Read a register of products, a JSON list; raises InvalidInput with a sentence when it is none."""
    try:
        records = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidInput("Le catalogue {path} n'est pas du JSON en UTF-8.", path=path) from error
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise InvalidInput("Le catalogue {path} doit être une liste de produits.", path=path)
    return records


def numbered(lines: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that hold something with their number, from 1; an overlong one is cut, and so refused."""
    number = 0
    while line := lines.readline(LONGEST_LINE):
        number += 1
        rest = line
        while rest and not rest.endswith(b"\n") and len(rest) == LONGEST_LINE:
            rest = lines.readline(LONGEST_LINE)
        if line.strip():
            yield number, line


def read_object(line: bytes) -> dict[str, Any]:
    """Read one line; raises InvalidInput saying what is wrong with it, without its words."""
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput("octets qui ne sont pas de l'UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput("ce n'est pas du JSON.") from error
    if not isinstance(record, dict):
        raise InvalidInput("un objet JSON est attendu.")
    return record


def encoded(result: dict[str, Any]) -> bytes:
    """Write one line in UTF-8; a text with half a surrogate pair, which UTF-8 cannot hold, is escaped."""
    try:
        return json.dumps(result, ensure_ascii=False).encode("utf-8") + b"\n"
    except UnicodeEncodeError:
        return json.dumps(result).encode("ascii") + b"\n"
