"""Links, markets and scores: what the rules on social networks and on disease awareness stand on."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.enums import Audience, Network, ProductKind, ProductOwner, Qualification, Severity
from workflow.checks import CheckedPost, ProductFacts, check_post, default_pack
from workflow.checks.addresses import addresses_in
from workflow.checks.detectors.market import OwnMarket
from workflow.checks.detectors.score import Score
from workflow.checks.reading import read_post

TODAY = date(2026, 6, 15)
REGISTER = default_pack().products()
DISEASE = CheckedPost(network=Network.FACEBOOK, qualification=Qualification.DISEASE, audience=Audience.PUBLIC)
OURS = ProductFacts(
    "Neurixa",
    kind=ProductKind.RX,
    owner=ProductOwner.OWN,
    indication="sclérose en plaques",
    marketed_since=date(2026, 2, 1),
)
THEIRS = replace(OURS, name="Betaferis", owner=ProductOwner.COMPETITOR)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Voir https://www.helior.example/a?b=c.", ["https://www.helior.example/a?b=c"]),
        ("(www.helior.example)", ["www.helior.example"]),
        ("helior.example/sante, puis autre.fr", ["helior.example/sante", "autre.fr"]),
        ("« HTTPS://HELIOR.EXAMPLE »", ["HTTPS://HELIOR.EXAMPLE"]),
        ("contact@helior.example", []),
        ("Fin.Merci à 9h.30, 2.5 mg", []),
        ("", []),
    ],
)
def test_finds_addresses_in_prose(text: str, found: list[str]) -> None:
    assert [text[address.start : address.end] for address in addresses_in("text", text)] == found


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://www.Helior.example:8080/x", "www.helior.example"),
        ("//helior.example?x", "helior.example"),
        ("helior.example", "helior.example"),
        ("https://helior.example@autre.example/", "autre.example"),
        ("https://autre.example\\@helior.example/", "autre.example"),
        ("https://helior.example./x", "helior.example"),
    ],
)
def test_reads_the_host_as_a_browser_does(link: str, host: str) -> None:
    (address,) = addresses_in("link", link)
    assert address.host == host


@pytest.mark.parametrize("link", ["mailto:a@b.example", "tel:15", "   ", "https://", "/"])
def test_sees_no_address_without_a_host(link: str) -> None:
    assert addresses_in("link", link) == ()


@pytest.mark.parametrize(
    ("link", "listed"),
    [
        ("https://helior.example/", True),
        ("https://sante.helior.example/", True),
        ("https://pashelior.example/", False),
        ("https://helior.example.autre.example/", False),
        ("https://example/", False),
    ],
)
@pytest.mark.parametrize(
    "line", ["helior.example", "https://www.helior.example/x", "*.helior.example", " HELIOR.EXAMPLE "]
)
def test_takes_a_domain_of_the_list_with_its_subdomains(link: str, listed: bool, line: str) -> None:
    found = check_post(replace(DISEASE, link=link), REGISTER, today=TODAY, allowed_links=[line])
    assert ("SOC-04" not in [finding.rule for finding in found]) is listed


def test_judges_a_link_by_itself_when_no_list_is_given() -> None:
    post = replace(DISEASE, link="https://inconnu.example/article")
    assert check_post(post, REGISTER, today=TODAY) == []
    (finding,) = check_post(post, REGISTER, today=TODAY, allowed_links=[])
    assert (finding.rule, finding.severity, finding.excerpt) == ("SOC-04", Severity.ESCALATE, post.link)


@pytest.mark.parametrize(
    ("qualification", "severity"),
    [(Qualification.DISEASE, Severity.BLOCK), (Qualification.PROMO_GP, Severity.ESCALATE)],
)
def test_blocks_a_shortener_only_where_nothing_may_be_promoted(
    qualification: Qualification, severity: Severity
) -> None:
    post = replace(DISEASE, qualification=qualification, link="https://bit.ly/3xYzAb")
    found = check_post(post, REGISTER, today=TODAY)
    assert [finding.severity for finding in found if finding.rule == "SOC-04"] == [severity]


@pytest.mark.parametrize(
    ("day", "fires"),
    [
        (date(2025, 1, 31), False),
        (date(2025, 2, 1), True),
        (date(2026, 2, 1), True),
        (date(2027, 2, 1), True),
        (date(2027, 2, 2), False),
    ],
)
def test_counts_twelve_months_around_a_launch(day: date, fires: bool) -> None:
    reading = read_post(replace(DISEASE, text="Vivre avec une sclérose en plaques."), (OURS,), day)
    assert bool(list(OwnMarket(kind="market", launched_within=12).hits(reading))) is fires


@pytest.mark.parametrize(
    ("register", "fires"),
    [
        ((OURS, THEIRS), True),
        ((OURS,), False),
        ((THEIRS,), False),
        ((OURS, THEIRS, replace(THEIRS, name="Autre")), False),
        ((replace(OURS, owner=None), THEIRS), True),
        ((replace(OURS, indication=None), THEIRS), False),
        ((), False),
    ],
)
def test_knows_a_small_class_only_with_a_competitor(register: tuple[ProductFacts, ...], fires: bool) -> None:
    reading = read_post(replace(DISEASE, text="#ScléroseEnPlaques : parlons-en."), register, TODAY)
    assert bool(list(OwnMarket(kind="market", at_most=2).hits(reading))) is fires


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Parlez-en à votre médecin.", None),
        ("Faites le test et parlez-en à votre médecin.", Severity.ESCALATE),
        ("Diabète : faites le test sur notre site et parlez-en à votre médecin.", Severity.BLOCK),
    ],
)
def test_weighs_the_signals_of_an_indirect_reference(text: str, severity: Severity | None) -> None:
    found = check_post(replace(DISEASE, text=text), REGISTER, today=TODAY)
    assert [(finding.rule, finding.severity) for finding in found] == ([("DIS-01", severity)] if severity else [])


def test_names_the_signals_in_both_languages() -> None:
    post = replace(DISEASE, text="Faites le test et parlez-en à votre médecin.")
    (finding,) = check_post(post, REGISTER, today=TODAY)
    assert "4 points" in finding.message.fr
    assert "IMC ou autotest (+2)" in finding.message.fr
    assert "BMI or self-test (+2)" in finding.message.en


def test_warns_of_a_food_supplement_that_the_post_only_declares() -> None:
    post = replace(DISEASE, products=("Héliovita",), text="Soigne l'arthrose.")
    assert "SUP-01" in [finding.rule for finding in check_post(post, REGISTER, today=TODAY)]


@settings(deadline=None)
@given(st.text(), st.text(), st.lists(st.text(max_size=30), max_size=3))
def test_survives_any_address_and_any_list(text: str, link: str, allowed: list[str]) -> None:
    post = replace(DISEASE, text=text, link=link, first_comment=f"https://{link}", alt_text=text)
    for finding in check_post(post, (*REGISTER, ProductFacts("")), today=TODAY, allowed_links=allowed):
        source = {"text": text, "alt_text": text, "link": link, "first_comment": post.first_comment}
        if finding.start is not None:
            assert source[finding.field][finding.start : finding.end] == finding.excerpt != ""


def test_refuses_a_score_of_one_signal() -> None:
    with pytest.raises(ValueError, match="signals"):
        Score.model_validate({"kind": "score", "signals": [], "escalate_at": 4, "block_at": 7})
