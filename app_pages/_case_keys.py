"""The fields of a case on the screen: their keys, and what was typed, as `cases.fill` takes it."""

from dataclasses import fields, replace
from typing import Any
from zlib import crc32

import streamlit as st

from moderation import cases
from moderation.partial_dates import spoken
from moderation.queries.rows import CaseView

PLAIN = (
    "reporter", "reporter_known", "patient", "patient_known", "seriousness", "situations", "narrative", "criteria_on",
    "latest_info_on", "public_threat",
)  # fmt: skip
DATES = ("started_on", "ended_on")


def field(case_id: str, name: str) -> str:
    """Return the key of a field of a case."""
    return f"case_{case_id}_{name}"


def forget(case_id: str) -> None:
    """Forget what was typed: the fields show again what is recorded. Also a callback."""
    for name in [key for key in st.session_state if str(key).startswith(f"case_{case_id}_")]:
        st.session_state.pop(name)


def given(view: CaseView) -> dict[str, Any]:
    """Return what was typed. A product or reaction that was known by its name keeps its details, or gets new ones."""
    case_id = view.line.id
    typed: dict[str, Any] = {name: st.session_state.get(field(case_id, name)) for name in PLAIN}
    chosen = st.session_state.get(field(case_id, "vigilance"))
    return typed | {
        "vigilance": chosen if chosen is not view.line.vigilance else None,
        "reporter_facts": _typed(view.reporter_facts, case_id, "reporter_facts"),
        "patient_facts": _typed(view.patient_facts, case_id, "patient_facts"),
        "products": _products(view),
        "reactions": _reactions(view),
    }


def detail(kind: str, n: int, name: str) -> str:
    """Return the beginning of the names of a product's or reaction's fields: its place and what it is called.

    With the name in it, what was typed for one never lands on another that a colleague put in its place.
    """
    return f"{kind}{n}_{crc32(name.encode('utf-8', 'replace')):x}"


def _typed(held: Any, case_id: str, prefix: str) -> Any:
    """Return a given thing with the fields that were typed in the place of those held."""
    values = {}
    for each in fields(held):
        key = field(case_id, f"{prefix}_{each.name}")
        if key in st.session_state:
            values[each.name] = st.session_state[key]
    return replace(held, **values)


def _rows(case_id: str, name: str) -> list[str]:
    written = (st.session_state.get(field(case_id, name)) or "").splitlines()
    return list(dict.fromkeys(row.strip() for row in written if row.strip()))


def _products(view: CaseView) -> list[cases.ProductGiven]:
    known = {product.name: (n, product) for n, product in enumerate(view.products)}
    return [
        _product(view.line.id, *known[name]) if name in known else cases.ProductGiven(name)
        for name in _rows(view.line.id, "products")
    ]


def _product(case_id: str, n: int, held: cases.ProductGiven) -> cases.ProductGiven:
    """Return a product with its typed details; an exclusion that was emptied makes it ours again."""
    now: cases.ProductGiven = _typed(held, case_id, detail("product", n, held.name))
    return replace(now, owner=None) if held.excluded_because and not now.excluded_because else now


def _reactions(view: CaseView) -> list[cases.ReactionGiven]:
    known = {reaction.verbatim: (n, reaction) for n, reaction in enumerate(view.reactions)}
    return [
        _typed(known[words][1], view.line.id, detail("reaction", known[words][0], words))
        if words in known
        else cases.ReactionGiven(words)
        for words in _rows(view.line.id, "reactions")
    ]


def shown(value: Any, name: str) -> Any:
    """Return a held value as its field shows it: a date as people write it."""
    return spoken(value) if name in DATES else value
