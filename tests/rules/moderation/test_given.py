"""What a person enters of reporter, patient, products and reactions: what is refused says what to do."""

from datetime import date

import pytest

from errors import InvalidInput
from models.enums import AgeUnit, ProductOwner
from moderation.given import (
    PatientGiven,
    ProductGiven,
    ReactionGiven,
    ReporterGiven,
    checked_patient,
    checked_product,
    checked_reaction,
    checked_reporter,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "kept"), [("JD", "JD"), ("j.d.", "J.D."), ("J-P D", "J-P D"), ("É", "É"), ("", None)]
)
def test_initials_are_kept_in_capitals(typed, kept):
    assert checked_patient(PatientGiven(initials=typed)).initials == kept


@pytest.mark.parametrize("typed", ["Zoé", "Jeanne Dupuis", "J. Dupuis", "ABCDE", "J2", "M. D. née L. K"])
def test_a_name_is_never_kept_as_initials(typed):
    with pytest.raises(InvalidInput, match="jamais le nom"):
        checked_patient(PatientGiven(initials=typed))


@pytest.mark.parametrize(
    ("age", "unit"),
    [(0, AgeUnit.DAY), (54, AgeUnit.YEAR), (130, AgeUnit.YEAR), (18, AgeUnit.MONTH), (60, AgeUnit.MONTH), (None, None)],
)
def test_a_plausible_age_with_its_unit_is_kept(age, unit):
    assert checked_patient(PatientGiven(age=age, age_unit=unit)).age == age


@pytest.mark.parametrize(
    ("age", "unit", "said"),
    [
        (54, None, "avec son unité"),
        (None, AgeUnit.YEAR, "avec son unité"),
        (131, AgeUnit.YEAR, "entre 0 et 130"),
        (-1, AgeUnit.YEAR, "entre 0 et 130"),
        (61, AgeUnit.MONTH, "en années"),
        (54000, AgeUnit.DAY, "en années"),
    ],
)
def test_an_age_that_nobody_has_is_refused(age, unit, said):
    with pytest.raises(InvalidInput, match=said):
        checked_patient(PatientGiven(age=age, age_unit=unit))


@pytest.mark.parametrize(("typed", "kept"), [("fr", "FR"), (" BE ", "BE"), ("", None)])
def test_a_country_is_kept_as_its_code(typed, kept):
    assert checked_reporter(ReporterGiven(country=typed)).country == kept


@pytest.mark.parametrize("typed", ["France", "EU", "ZZ", "F", "12"])
def test_what_is_no_country_is_refused(typed):
    with pytest.raises(InvalidInput, match="FR, BE ou CH"):
        checked_reporter(ReporterGiven(country=typed))


def test_a_product_counts_as_ours_until_the_register_or_a_reason_excludes_it():
    assert checked_product(ProductGiven("loratadine"), TODAY, ()).owner is None
    with pytest.raises(InvalidInput, match="compte comme nôtre"):
        checked_product(ProductGiven("Nazolin", owner=ProductOwner.COMPETITOR), TODAY, ())
    excluded = checked_product(ProductGiven("Nazolin", excluded_because="vendue par une autre"), TODAY, ())
    assert excluded.owner is ProductOwner.COMPETITOR
    assert checked_product(ProductGiven("Rivalox", owner=ProductOwner.COMPETITOR), TODAY, ("Rivalox",)).owner


@pytest.mark.parametrize("kind", [ProductGiven, ReactionGiven])
def test_dates_of_products_and_reactions_keep_their_order(kind):
    check = checked_reaction if kind is ReactionGiven else lambda given, today: checked_product(given, today, ())
    kept = check(kind("x", started_on="03/2026", ended_on="14/03/2026"), TODAY)
    assert (kept.started_on, kept.ended_on) == ("2026-03", "2026-03-14")
    with pytest.raises(InvalidInput, match="avant le début"):
        check(kind("x", started_on="04/2026", ended_on="14/03/2026"), TODAY)
    with pytest.raises(InvalidInput, match="dans l'avenir"):
        check(kind("x", started_on="2027"), TODAY)
