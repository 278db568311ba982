"""Reading the heads of the audit chain that were anchored outside the database.

The worker writes them into a folder every few minutes. Each dossier and each inspection that was ever handed out is an
anchor too: it holds sealed heads, and lies where nobody here can change it.
"""

import json
from pathlib import Path
from typing import Any

from compliance.audit import head_text
from compliance.keys import seal_holds
from compliance.verify_dossier import unpacked
from errors import InvalidInput
from i18n import N_

HEADED = ("dossier.json", "audit.json")
"""The files of an export that hold sealed heads."""


def read_anchors(folder: Path) -> list[dict[str, Any]]:
    """Return the anchored heads of a folder, or of an export (ZIP), each checked against the public key beside it.

    Raises InvalidInput when a line cannot be read or its seal does not hold: an anchor that cannot be trusted is
    never left out in silence.
    """
    if folder.is_file():
        return _exported(folder)
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found.append(_read(folder, path.name, number, line))
    return found


def _read(folder: Path, name: str, number: int, line: str) -> dict[str, Any]:
    try:
        anchor = json.loads(line)
        pem = (folder / f"{anchor['key_id']}.pem").read_text()
        holds = _holds(anchor, pem)
    except (ValueError, KeyError, OSError):
        holds = False
    if not holds:
        raise InvalidInput(N_("L'ancre {name}, ligne {number}, ne peut pas être vérifiée."), name=name, number=number)
    return dict(anchor)


def _holds(anchor: dict[str, Any], pem: str) -> bool:
    return seal_holds(pem, head_text(anchor["seq"], anchor["hash"]), anchor["seal"])


def _exported(path: Path) -> list[dict[str, Any]]:
    """Return the heads that an export holds; its own key is enough, for a head can only add something to check."""
    files = unpacked(path.read_bytes())
    try:
        documents = [json.loads(content) for name, content in (files or {}).items() if name.endswith(HEADED)]
        heads = [head for document in documents for head in document["heads"]]
        holds = all(_holds(head, (files or {})[f"keys/{head['key_id']}.pem"].decode()) for head in heads)
    except (ValueError, KeyError):
        heads, holds = [], False
    if not heads or not holds:
        raise InvalidInput(N_("L'export {name} ne contient pas de tête de chaîne vérifiable."), name=path.name)
    return heads
