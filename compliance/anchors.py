"""Reading the heads of the audit chain that were anchored outside the database."""

import json
from pathlib import Path
from typing import Any

from compliance.audit import head_text
from compliance.keys import seal_holds
from errors import InvalidInput
from i18n import N_


def read_anchors(folder: Path) -> list[dict[str, Any]]:
    """Return the anchored heads of a folder, each checked against the public key that stands beside it.

    Raises InvalidInput when a line cannot be read or its seal does not hold: an anchor that cannot be trusted is
    never left out in silence.
    """
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found.append(_read(folder, path.name, number, line))
    return found


def _read(folder: Path, name: str, number: int, line: str) -> dict[str, Any]:
    try:
        anchor = json.loads(line)
        pem = (folder / f"{anchor['key_id']}.pem").read_text()
        holds = seal_holds(pem, head_text(anchor["seq"], anchor["hash"]), anchor["seal"])
    except (ValueError, KeyError, OSError):
        holds = False
    if not holds:
        raise InvalidInput(N_("L'ancre {name}, ligne {number}, ne peut pas être vérifiée."), name=name, number=number)
    return dict(anchor)
