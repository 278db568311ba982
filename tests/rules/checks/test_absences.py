"""What a post must hold part by part, what it says and shows, and the authorisation of a device."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from workflow.checks.conditions import When
from workflow.checks.detectors.absences import Absences
from workflow.checks.detectors.visa import authorisation_problem, years_after
from workflow.checks.post import CheckedPost, ProductFacts, Visa
from workflow.checks.reading import Reading, read_post

DAY = date(2026, 6, 15)
REGISTER = (ProductFacts(name="Rinozel®", indication="rhinite allergique, urticaire", aliases=("Rino",)),)
DETECTOR = TypeAdapter(Absences).validate_python(
    {
        "kind": "absences",
        "parts": [
            {"name": {"fr": "nom", "en": "name"}, "fact": "name"},
            {"name": {"fr": "indication", "en": "purpose"}, "fact": "indication", "any_of": [r"\bpour le nez\b"]},
            {"name": {"fr": "notice", "en": "leaflet"}, "any_of": [r"\bnotice\b"]},
        ],
    }
)


def read(text: str, **fields: Any) -> Reading:
    return read_post(CheckedPost(text=text, **fields), REGISTER, DAY)


@pytest.mark.parametrize(
    ("post", "missing"),
    [
        ({"text": ""}, "nom, indication, notice"),
        ({"text": "Rinozel, rhinite allergique. Lisez la notice."}, None),
        ({"text": "RINO, pour le nez. Notice."}, None),
        ({"text": "Rinozel. Urticaire.", "first_comment": "Lisez la notice."}, None),
        ({"text": "Rinozel.", "alt_text": "Notice"}, "indication"),
        ({"text": "Inconnumab, notice.", "products": ("Inconnumab",)}, "indication"),
        ({"text": "La notice, pour le nez."}, "nom"),
    ],
)
def test_lists_the_parts_that_are_missing_in_one_finding(post: dict[str, Any], missing: str | None) -> None:
    hits = list(DETECTOR.hits(read(**post)))
    assert [hit.words["reason_fr"] for hit in hits] == ([missing] if missing else [])
    assert all((hit.field, hit.start, hit.end) == ("text", None, None) for hit in hits)


@given(st.text(), st.lists(st.text(max_size=9), max_size=3))
def test_a_part_once_there_is_never_missing_again(text: str, products: list[str]) -> None:
    names = [hit.words["reason_en"] for hit in DETECTOR.hits(read(f"notice {text}", products=tuple(products)))]
    assert all("leaflet" not in str(name) for name in names)


def test_refuses_a_part_that_no_post_could_hold() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Absences).validate_python({"kind": "absences", "parts": [{"name": {"fr": "x", "en": "x"}}]})


@pytest.mark.parametrize(
    ("text", "says", "shows"),
    [
        ("Produit offert.", True, True),
        ("Aucun mot de cela.", False, False),
        ("Ce n'est pas un produit offert.", False, True),
        ("Méfiez-vous de tout produit offert.", False, True),
        ("Ce n'est pas un produit offert. Quoique : produit offert.", True, True),
    ],
)
def test_tells_what_a_post_says_from_what_it_shows(text: str, says: bool, shows: bool) -> None:
    wordings = [r"\bproduit offert\b"]
    assert When.model_validate({"says": wordings}).holds(read(text)) is says
    assert When.model_validate({"shows": wordings}).holds(read(text)) is shows


@pytest.mark.parametrize(
    ("given_visa", "authorised"),
    [
        (None, False),
        (Visa(status="granted"), False),
        (Visa("DM-1"), True),
        (Visa("DM-1", "GP", status="pending"), False),
        (Visa("DM-1", granted=date(2020, 1, 1)), True),
        (Visa("DM-1", granted=date(2026, 6, 15), expires=date(2026, 6, 15), status="accordée"), True),
        (Visa("DM-1", granted=date(2026, 6, 16)), False),
        (Visa("DM-1", expires=date(2026, 6, 14)), False),
    ],
)
def test_knows_the_authorisation_of_a_device(given_visa: Visa | None, authorised: bool) -> None:
    assert (authorisation_problem(given_visa, DAY) is None) is authorised


@given(st.dates(), st.integers(0, 9))
def test_counts_years_to_the_end_of_the_calendar(day: date, years: int) -> None:
    assert years_after(day, years) >= day or day.year == 9999
