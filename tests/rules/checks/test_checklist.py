"""What only a human eye can check is data of the pack: when it is asked, and of whom."""

import pytest

from errors import InvalidInput
from models.enums import Role
from workflow.checks import checks_asked, default_pack, parse_pack
from workflow.checks.pack import DEFAULT_PACK

PACK = default_pack()
GP, HCP = {"qualification": "promo_gp"}, {"qualification": "promo_hcp", "products": ["Sérénix"]}
EVERYTHING = {"CLM-02", "GOV-01", "GP-05", "INF-02h", "MEN-11h", "MEN-12h", "PRO-10", "SOC-11"}


def asked(**record) -> set[str]:
    post = PACK.post(PACK.rules[0], record)
    return {point.id for point in checks_asked(post, PACK.products(), today=PACK.issued)}


def test_holds_the_points_of_the_first_edition_apart_from_the_rules():
    known = {point.id for point in PACK.checks}
    assert known >= EVERYTHING | {"SOC-09", "HCP-01h", "HCP-02h", "HCP-04h", "INF-01h"}
    assert not known & {rule.id for rule in PACK.rules}
    assert all(point.question.fr.endswith("?") and point.question.en.endswith("?") for point in PACK.checks)


@pytest.mark.parametrize(
    ("record", "points"),
    [
        (GP, EVERYTHING),
        (GP | {"comments_open": True}, EVERYTHING | {"SOC-09"}),
        (GP | {"paid_partner": True}, EVERYTHING | {"INF-01h"}),
        (GP | {"products": ["EasyDose"]}, EVERYTHING - {"GP-05"}),
        (HCP, EVERYTHING - {"GP-05", "MEN-11h", "MEN-12h"} | {"HCP-02h"}),
        (HCP | {"products": ["Grippalis"]}, EVERYTHING - {"GP-05", "MEN-11h", "MEN-12h"} | {"HCP-02h", "HCP-04h"}),
        ({"qualification": "disease", "products": [], "text": "Le Dr Martin explique l'asthme."}, {"HCP-01h"}),
        ({"qualification": "disease", "products": [], "comments_open": True}, {"SOC-09"}),
        ({"qualification": "institutional", "products": [], "comments_open": True}, set()),
    ],
    ids=["public", "comments", "paid", "device", "professionals", "vaccine", "a doctor speaks", "disease", "company"],
)
def test_is_asked_where_it_applies(record, points):
    assert asked(**record) == points


@pytest.mark.parametrize(
    ("point", "reviewers", "role"),
    [
        ("SOC-09", [Role.COMMUNICATIONS, Role.REGULATORY, Role.LEGAL], Role.REGULATORY),
        ("SOC-09", [Role.PV_OFFICER, Role.REGULATORY], Role.PV_OFFICER),
        ("GOV-01", [Role.COMMUNICATIONS, Role.LEGAL], Role.LEGAL),
    ],
    ids=["the second best", "the best", "nobody of those: the last"],
)
def test_somebody_of_the_round_always_answers(point, reviewers, role):
    (held,) = [each for each in PACK.checks if each.id == point]
    assert held.asked_role(reviewers) is role


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("roles: [legal]", "roles: []", "roles"),
        ("  en:", "  es:", "question.en"),
        ("kind: check", "kind: chek", "kind"),
    ],
)
def test_a_point_that_cannot_be_read_refuses_the_pack(old, new, why):
    pack = (DEFAULT_PACK / "pack.yaml").read_text(encoding="utf-8")
    rule = (DEFAULT_PACK / "SOC-08.yaml").read_text(encoding="utf-8")
    point = (DEFAULT_PACK / "INF-01h.yaml").read_text(encoding="utf-8")
    assert old in point
    with pytest.raises(InvalidInput, match=why):
        parse_pack({"pack.yaml": pack, "SOC-08.yaml": rule, "INF-01h.yaml": point.replace(old, new)})
