"""What is asked of an object: `id,from{id,name}`, refused where the object has no such field."""

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.meta.problems import invalid

Wanted = dict[str, "Wanted"]


def parse(text: str) -> Wanted:
    """Read a list of fields, each with the fields wanted of it in braces."""
    wanted, rest = _list(text)
    if rest:
        raise invalid("Syntax error in the fields that are asked for")
    return wanted


def _list(text: str) -> tuple[Wanted, str]:
    found: Wanted = {}
    while text and text[0] != "}":
        length = next((place for place, char in enumerate(text) if char in ",{}"), len(text))
        name, text = text[:length], text[length:]
        inner: Wanted = {}
        if not name.replace("_", "").isalnum():
            raise invalid(f"Syntax error in the fields at '{name}'")
        if text.startswith("{"):
            inner, text = _list(text[1:])
            if not text.startswith("}"):
                raise invalid("Syntax error: a brace is not closed")
            text = text[1:]
        found[name] = inner
        text = text.removeprefix(",")
    return found, text


def select(whole: Mapping[str, Any], wanted: Wanted, kind: str, default: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields asked for; `id` is always there, one that has no value is left out, as Graph does."""
    for name in wanted:
        if name not in whole:
            raise invalid(f"Tried accessing nonexisting field ({name}) on node type ({kind})")
    names = ["id", *(wanted or default)]
    return {
        name: _inner(whole[name], wanted.get(name) or {}) for name in dict.fromkeys(names) if whole[name] is not None
    }


def _inner(value: Any, wanted: Wanted) -> Any:
    if not wanted:
        return value
    if isinstance(value, list):
        return [_inner(one, wanted) for one in value]
    if "data" in value:
        return value | {"data": _inner(value["data"], wanted)}
    return {name: _inner(value[name], wanted[name]) for name in wanted if name in value}
