"""The detectors of mandatory mentions, visa windows and unknown products: tables of cases, and any register and text."""

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.enums import Audience, Network, Qualification
from workflow.checks import CheckedPost, ProductFacts, Visa, check_post, default_pack
from workflow.checks.detectors.filing import earliest, months_after
from workflow.checks.detectors.no_age import in_months
from workflow.checks.reading import read_post

TODAY = date(2026, 6, 15)
ADVERT = CheckedPost(
    network=Network.FACEBOOK,
    qualification=Qualification.PROMO_GP,
    audience=Audience.PUBLIC,
    products=("Rinozel",),
    text="Rinozel",
    planned_at=TODAY,
)


def found(post: CheckedPost, product: ProductFacts) -> list[str]:
    return [finding.rule for finding in check_post(post, (product,), today=TODAY)]


@pytest.mark.parametrize(
    ("last", "day"),
    [
        (date(2026, 2, 27), date(2026, 4, 28)),
        (date(2026, 3, 20), date(2026, 5, 21)),
        (date(2026, 7, 7), date(2026, 9, 8)),
        (date(2026, 12, 18), date(2027, 2, 19)),
        (date(2026, 12, 30), date(2027, 2, 28)),
    ],
)
def test_counts_two_months_from_the_day_after_the_window(last: date, day: date) -> None:
    assert earliest(last) == day


def test_ends_a_shorter_month_on_its_last_day() -> None:
    assert months_after(date(2027, 12, 31), 2) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("visa", "fires"),
    [
        (None, True),
        (Visa(), True),
        (Visa(kind="GP", status="pending"), True),
        (Visa("1", "GP", status="refused"), True),
        (Visa("1", "GP", date(2026, 4, 28), status="granted"), False),
        (Visa("1", "GP", date(2022, 4, 28), date(2024, 4, 28), "expired"), False),
        (Visa("1"), False),
    ],
)
def test_knows_which_visa_waits_for_a_window(visa: Visa | None, fires: bool) -> None:
    assert ("CAL-01" in found(replace(ADVERT, visa=visa), ProductFacts("Rinozel"))) is fires


@pytest.mark.parametrize(
    ("given_age", "months"),
    [
        (None, 0),
        (12, 144),
        (0.5, 6),
        ("12 ans", 144),
        ("6 mois", 6),
        ("2,5", 30),
        ("adulte", 0),
        (float("inf"), 0),
        ("9" * 400, 0),
    ],
)
def test_reads_an_age_limit(given_age: float | str | None, months: int) -> None:
    assert in_months(given_age) == months


@pytest.mark.parametrize(
    ("record", "fires"),
    [
        ({"reimbursed": True, "kind": "otc"}, True),
        ({"reimbursed": False, "kind": "otc", "presentations": [{"name": "20 mg", "reimbursed": True}]}, True),
        ({"kind": "otc", "presentations": ["20 mg", {"reimbursed": None}, 3]}, False),
        ({"reimbursed": True, "kind": "vaccine", "derogation": "vaccine"}, False),
        ({"reimbursed": True, "kind": "device"}, False),
    ],
)
def test_one_reimbursed_presentation_bars_the_product(record: dict[str, object], fires: bool) -> None:
    assert ("GP-02" in found(ADVERT, ProductFacts.from_record({"name": "Rinozel", **record}))) is fires


@pytest.mark.parametrize(
    ("record", "fires"),
    [
        ({"restricted": True}, True),
        ({"restriction": "publicité interdite"}, True),
        ({"restricted": False, "restriction": "aucune"}, False),
        ({}, False),
        ({"active_substance": "Pseudoéphédrine (chlorhydrate de)"}, True),
    ],
)
def test_a_restriction_bars_the_product(record: dict[str, object], fires: bool) -> None:
    product = ProductFacts.from_record({"name": "Rinozel", "kind": "otc", **record})
    assert ("GP-03" in found(ADVERT, product)) is fires


def test_says_a_hidden_mention_once() -> None:
    """A mention under the fold is told by SOC-08 where no mention is seen, by MEN-11 where some are."""
    long = "Les pollens voyagent. " * 60
    none_seen = replace(ADVERT, text=f"Publicité. {long} Lisez la notice. Demandez conseil à votre pharmacien.")
    some_seen = replace(ADVERT, text=f"Lisez la notice. {long} Demandez conseil à votre pharmacien.")
    product = ProductFacts("Rinozel")
    assert {"SOC-08", "MEN-11"} & set(found(none_seen, product)) == {"SOC-08"}
    assert {"SOC-08", "MEN-11"} & set(found(some_seen, product)) == {"MEN-11"}


def test_finds_each_unknown_product_once_where_it_stands() -> None:
    post = replace(
        ADVERT, products=("Rinozel", "Zelvior"), text="Prenez Tarvexol®. Zelvior 20 mg. Tarvexol 10 mg et l'ibuprofène."
    )
    findings = [f for f in check_post(post, (ProductFacts("Rinozel"),), today=TODAY) if f.rule == "CLS-03"]
    assert [(f.field, f.excerpt) for f in findings] == [("text", "Tarvexol"), ("text", "ibuprofène"), ("products", "")]


@pytest.mark.parametrize(
    "text",
    ["Prenez Zelvior" + " " * 25_000 + "est", "Zelvior \n" * 2_800, "Prenez Zelvior et l'ibuprofène, " * 800],
)
def test_looks_for_unknown_products_near_a_word_only(text: str) -> None:
    """A sentence without end costs what its words cost: without the bound, blanks alone took hours."""
    [rule] = [rule for rule in default_pack().rules if rule.id == "CLS-03"]
    reading = read_post(replace(ADVERT, text=text), (ProductFacts("Rinozel"),), TODAY)
    begun = time.process_time()
    for detector in rule.detect:
        list(detector.hits(reading))
    assert time.process_time() - begun < 10


words = st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["cétirizine", "vaccin x", "12 ans", "acide"]))
names = st.one_of(st.sampled_from(["Rinozel", "Zelvior"]), st.text(max_size=8))


@settings(deadline=None)
@given(
    record=st.fixed_dictionaries(
        {"name": names},
        optional={
            "substance": words,
            "active_substance": words,
            "kind": words,
            "indication": words,
            "use": words,
            "age_min": st.one_of(words, st.floats(), st.integers()),
            "generic_of": words,
            "restriction": words,
            "presentations": st.lists(st.one_of(st.integers(), words, st.dictionaries(st.text(max_size=3), words))),
        },
    ),
    text=st.text(),
    declared=st.lists(names, max_size=3),
    status=words,
    day=st.one_of(st.none(), st.dates()),
)
def test_survives_any_register_and_text(
    record: dict[str, object], text: str, declared: list[str], status: str | None, day: date | None
) -> None:
    post = replace(
        ADVERT,
        text=f"Médicament {text}® 5 mg",
        first_comment=text,
        products=tuple(declared),
        visa=Visa(status=status),
        planned_at=day,
    )
    register = (ProductFacts.from_record(record),)
    findings = check_post(post, register, today=TODAY, pack=default_pack())
    assert findings == check_post(post, register, today=TODAY, pack=default_pack())
    assert all(finding.excerpt or finding.start is None for finding in findings)
