"""Whose vigilance, whom to tell, by when: the whole table, and the strictest clock of mixed products."""

from itertools import product

import pytest

from models.enums import ProductKind, ProductOwner, Seriousness, Situation, Vigilance
from moderation import vigilance
from moderation.vigilance import OTHER_COMPANY, QUALITY, ROUTES, rule_on

OWN, OTHER = ProductOwner.OWN, ProductOwner.COMPETITOR
HOSPITAL, DEATH = [Seriousness.HOSPITAL], [Seriousness.DEATH]

DAYS = {
    # vigilance: (not serious, serious, death, a threat to public health)
    Vigilance.PHARMACO: (90, 15, 15, 90),
    Vigilance.MATERIO: (None, 15, 10, 2),
    Vigilance.COSMETO: (None, 0, 0, None),
    Vigilance.NUTRI: (None, None, None, None),
}
CASES: tuple[list[Seriousness], ...] = ([], HOSPITAL, DEATH, [])


@pytest.mark.parametrize(("kind", "case"), list(product(ProductKind, range(4))))
def test_each_kind_has_its_clock_by_seriousness(kind, case):
    held = vigilance.VIGILANCE_OF[kind]
    ruling = rule_on(
        held, [(kind, OWN)], serious=bool(CASES[case]), seriousness=CASES[case], public_threat=case == 3
    )  # fmt: skip
    assert (ruling.rule.days if ruling.rule else None) == DAYS[held][case]
    assert ruling.routes == (ROUTES[held],)


def test_every_route_says_its_form_its_addressee_its_source_and_how_sure_it_is():
    for route in (*ROUTES.values(), QUALITY, OTHER_COMPANY):
        assert all((route.name, route.form, route.addressee, route.source))
        assert isinstance(route.confirmed, bool)
    assert set(ROUTES) == set(Vigilance)


@pytest.mark.parametrize(
    ("kinds", "seriousness", "deciding", "days"),
    [
        ((ProductKind.RX, ProductKind.DEVICE), DEATH, Vigilance.MATERIO, 10),
        ((ProductKind.RX, ProductKind.DEVICE), [], Vigilance.PHARMACO, 90),
        ((ProductKind.VACCINE, ProductKind.COSMETIC), HOSPITAL, Vigilance.COSMETO, 0),
        ((ProductKind.SUPPLEMENT, ProductKind.OTC), [], Vigilance.PHARMACO, 90),
    ],
)
def test_of_mixed_kinds_the_strictest_clock_decides_and_is_named(kinds, seriousness, deciding, days):
    held = vigilance.vigilance_of(kinds)
    ruling = rule_on(held, [(kind, OWN) for kind in kinds], serious=bool(seriousness), seriousness=seriousness)
    assert (ruling.deciding, ruling.rule.days) == (deciding, days)
    assert len(ruling.routes) == 2


def test_a_substance_alone_or_an_unknown_brand_counts_as_ours():
    ruling = rule_on(Vigilance.PHARMACO, [(None, None)], serious=False)
    assert not ruling.foreign
    assert ruling.rule is vigilance.OTHER_MEDICINE


def test_a_case_of_others_products_alone_goes_to_them_and_has_no_clock_of_ours():
    ruling = rule_on(Vigilance.PHARMACO, [(ProductKind.RX, OTHER)], serious=True, seriousness=DEATH)
    assert (ruling.foreign, ruling.rule, ruling.routes) == (True, None, (OTHER_COMPANY,))


def test_anothers_product_beside_ours_goes_to_both_and_keeps_our_clock():
    ruling = rule_on(Vigilance.PHARMACO, [(ProductKind.RX, OWN), (ProductKind.DEVICE, OTHER)], serious=True)
    assert ruling.routes == (ROUTES[Vigilance.PHARMACO], OTHER_COMPANY)
    assert ruling.rule is vigilance.SERIOUS_MEDICINE


@pytest.mark.parametrize("situation", [Situation.QUALITY_DEFECT, Situation.FALSIFIED])
def test_a_defect_goes_to_quality_beside_its_vigilance_and_never_in_its_place(situation):
    ruling = rule_on(Vigilance.PHARMACO, [(ProductKind.RX, OWN)], serious=True, situations=[situation])
    assert ruling.routes == (ROUTES[Vigilance.PHARMACO], QUALITY)
    assert ruling.rule is vigilance.SERIOUS_MEDICINE


def test_a_case_without_any_product_has_the_clock_of_a_medicine():
    assert rule_on(Vigilance.PHARMACO, [], serious=False).rule is vigilance.OTHER_MEDICINE
