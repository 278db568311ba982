"""Where a remark stands: the whole version, a passage copied from one text, or a zone of one picture."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

from app_pages._page import line
from app_pages._words import text
from i18n import N_, _
from workflow.anchoring import Anchor, Quote, Region
from workflow.content import variant_of
from workflow.notes import PLACES, field_of
from workflow.rows import VariantRow

NAMES = {"text": N_("texte"), "first_comment": N_("première réponse"), "title": N_("titre")}
SIDES = {"x": N_("Gauche (%)"), "y": N_("Haut (%)"), "width": N_("Largeur (%)"), "height": N_("Hauteur (%)")}
STARTS = {"x": 25.0, "y": 25.0, "width": 50.0, "height": 50.0}


@dataclass(frozen=True)
class Place:
    """A text or a picture of a variant on which a remark can stand."""

    account_id: str
    field: str
    name: str
    sha256: str = ""


def places(variants: Sequence[VariantRow]) -> Iterator[Place]:
    """Return the texts that say something and the pictures, account by account."""
    for row in variants:
        account = f"{text(row.network)} · @{row.handle}"
        written = variant_of(json.loads(row.payload_json))
        for field in PLACES:
            if field_of(written, field):
                yield Place(row.account_id, field, f"{account} · {_(NAMES[field])}")
        for number, each in enumerate(written.media, 1):
            label = _("{account} · image {n} ({name})").format(account=account, n=number, name=each.name)
            yield Place(row.account_id, "media", label, each.sha256)


def draw_place(variants: Sequence[VariantRow]) -> None:
    """Draw the choice of a place, then the passage or the zone."""
    chosen: Place | None = st.selectbox(
        _("Sur quoi porte-t-elle ?"), [None, *places(variants)], key="note_place",
        format_func=lambda each: each.name if each else _("Toute la version"),
    )  # fmt: skip
    if chosen is None:
        return
    if not chosen.sha256:
        st.text_input(
            _("Passage concerné"), key="note_passage", placeholder=_("copiez-le du texte, tel qu'il est écrit")
        )
        return
    line(_("La zone, en pour cent de l'image, depuis son coin en haut à gauche."))
    columns = st.columns(len(SIDES))
    for column, (side, label) in zip(columns, SIDES.items(), strict=True):
        column.number_input(_(label), 0.0, 100.0, STARTS[side], step=5.0, key=f"note_{side}", format="%.0f")


def placed() -> Anchor | None:
    """Return where the remark that is being written stands; None for the whole version."""
    chosen: Place | None = st.session_state.get("note_place")
    if chosen is None:
        return None
    if not chosen.sha256:
        return Quote(chosen.account_id, chosen.field, st.session_state.get("note_passage", ""))
    sides = {side: float(st.session_state.get(f"note_{side}", start)) for side, start in STARTS.items()}
    return Region(chosen.account_id, chosen.sha256, **sides)
