"""Detectors that read the register's facts or two languages: what they find, and what they survive."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.enums import Audience, Network, Qualification
from workflow.checks import CheckedPost, ProductFacts, check_post
from workflow.checks.detectors.launch import launch_state
from workflow.checks.detectors.numbers import numbers_in
from workflow.checks.detectors.too_young import least_age
from workflow.checks.folding import fold

TODAY = date(2026, 6, 15)
RINOZEL = ProductFacts("Rinozel", indication="rhinite allergique", age_min=12)
ALGOPAR = ProductFacts.from_record({"name": "Algopar", "owner": "competitor"})
ADVERT = CheckedPost(
    network=Network.FACEBOOK,
    qualification=Qualification.PROMO_GP,
    audience=Audience.PUBLIC,
    products=("Rinozel",),
    planned_at=TODAY,
)


def found(text: str, *register: ProductFacts) -> list[tuple[str, str]]:
    post = replace(ADVERT, text=text, products=(register[0].name,))
    mine = ("TRM-04", "CLM-03", "CLM-05", "LNG-02")
    return [(f.rule, f.excerpt) for f in check_post(post, register, today=TODAY) if f.rule in mine]


@pytest.mark.parametrize(
    ("since", "day", "state"),
    [
        (None, date(2026, 1, 1), "unknown"),
        (date(2026, 2, 1), date(2026, 1, 31), "before"),
        (date(2026, 2, 1), date(2026, 2, 1), "recent"),
        (date(2026, 2, 1), date(2027, 2, 1), "recent"),
        (date(2026, 2, 1), date(2027, 2, 2), "old"),
        (date(2024, 2, 29), date(2025, 2, 28), "recent"),
        (date(2024, 2, 29), date(2025, 3, 1), "old"),
        (date(9999, 1, 1), date(9999, 12, 31), "recent"),
    ],
)
def test_tells_where_a_product_stands_on_the_market(since: date | None, day: date, state: str) -> None:
    assert launch_state(ProductFacts("Rinozel", marketed_since=since), day, 1) == state


@pytest.mark.parametrize(
    ("age_min", "indication", "least"),
    [
        (12, None, 12),
        ("12 ans", None, 12),
        ("6 mois", None, 0.5),
        ("adulte", None, None),
        (None, "rhinite allergique de l'adulte", 18),
        (None, "rhinite de l'adulte et de l'enfant de plus de 6 ans", None),
        (None, None, None),
    ],
)
def test_reads_the_least_age_of_a_product(age_min: float | str | None, indication: str | None, least: float) -> None:
    assert least_age(ProductFacts("Rinozel", age_min=age_min, indication=indication)) == least


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 200 personnes, 1,200 people, 1.200 Personen", [1200, 1200, 1200]),
        ("12,5 % et 12.5%", [12.5, 12.5]),
        ("deux comprimés, three tablets", [2, 3]),
        ("un comprimé, one of us, une journée", [1]),
        ("vingt-cinq ans", []),
        ("3,2 millions d'euros, €3.2m, 3 milliards", [3.2e6, 3.2e6, 3e9]),
        ("à 14 h 30, at 2:30 p.m., at 2 pm", [14, 30, 14, 30, 14]),
        ("Réf. HEL-2026-041, tél. 01 23 45 67 89, https://helior.example/2026 #Run2026", []),
    ],
)
def test_reads_numbers_of_both_languages(text: str, values: list[float]) -> None:
    folded = fold(text).text
    assert [round(value, 6) for value, _, _ in numbers_in(folded, 0, len(folded))] == values


@pytest.mark.parametrize(
    ("text", "register", "expected"),
    [
        ("Rinozel, dès 6 ans.", (RINOZEL,), [("CLM-03", "dès 6 ans")]),
        ("Rinozel, dès 6 ans.", (ProductFacts("Rinozel"),), []),
        ("Rinozel contre l'asthme.", (RINOZEL,), [("CLM-03", "asthme")]),
        ("Rinozel contre l'asthme.", (ProductFacts("Rinozel", indication="talisman"),), []),
        ("Rinozel 20 mg.", (replace(RINOZEL, presentations=("comprimé 10 mg",)),), [("CLM-03", "20 mg")]),
        ("Rinozel 0,01 g.", (replace(RINOZEL, presentations=({"form": "comprimé 10 mg"},)),), []),
        ("Rinozel 20 mg.", (RINOZEL,), []),
        ("Le nouveau Rinozel.", (replace(RINOZEL, marketed_since=date(2025, 6, 15)),), []),
        ("Le nouveau Rinozel.", (replace(RINOZEL, marketed_since=date(2025, 6, 14)),), [("TRM-04", "nouveau")]),
        ("Rinozel ou Algopar.", (RINOZEL, ALGOPAR), [("CLM-05", "Algopar")]),
        ("Rinozel, générique d'Algopar.", (RINOZEL, ALGOPAR), []),
        ("Rinozel ou Algopar.", (RINOZEL, ProductFacts("Algopar")), []),
        ("Rinozel plutôt qu'Algopar.", (RINOZEL, ProductFacts("Algopar")), [("CLM-05", "Algopar")]),
    ],
)
def test_reads_the_register(text: str, register: tuple[ProductFacts, ...], expected: list[tuple[str, str]]) -> None:
    assert found(text, *register) == expected


@settings(deadline=None)
@given(
    st.text(),
    st.text(max_size=20),
    st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    st.none() | st.dates(),
    st.dates(),
)
def test_survives_any_text_and_any_register(
    text: str, indication: str, age_min: float | str | None, since: date | None, day: date
) -> None:
    product = replace(
        RINOZEL, indication=indication, age_min=age_min, marketed_since=since, presentations=(text, None, {text: text})
    )
    words = f"{text} nouveau Rinozel 20 mg, dès 6 ans, contre l'asthme {text}. Read the {text} of 3 or 1.200 {text} vs "
    post = replace(ADVERT, text=words, first_comment=text, hashtags=(text,), planned_at=day)
    for finding in check_post(post, (product, ALGOPAR), today=TODAY):
        if finding.field == "text" and finding.start is not None:
            assert words[finding.start : finding.end] == finding.excerpt != ""
