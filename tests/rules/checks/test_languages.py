"""A post on two accounts in two languages: figures and products must be the same (acceptance 27)."""

from datetime import date

import pytest

from workflow.checks import CheckedPost, ProductFacts, check_languages, parse_pack
from workflow.checks.pack import DEFAULT_PACK, PACK_FILE

TODAY = date(2026, 5, 4)
REGISTER = (ProductFacts("Rinozel"), ProductFacts("Gastroval"))
FRENCH = "Prenez 2 comprimés par jour avec un verre d'eau, et lisez la notice."


@pytest.fixture(scope="module")
def pack():
    return parse_pack({path.name: path.read_text() for path in DEFAULT_PACK.iterdir() if path.name in KEPT})


KEPT = {PACK_FILE, "LNG-02.yaml"}


def found(pack, *texts, **fields):
    posts = [CheckedPost(id=str(n), text=text, **fields) for n, text in enumerate(texts)]
    return [(key, each.excerpt) for key, each in check_languages(posts, REGISTER, today=TODAY, pack=pack)]


@pytest.mark.parametrize(
    ("french", "english", "excerpt"),
    [
        (FRENCH, "Take 3 tablets a day with a glass of water, and read the leaflet.", "3"),
        (FRENCH, "Take three tablets a day with a glass of water, and read the leaflet.", "three"),
        ("Rinozel est chez votre pharmacien.", "You can have Gastroval from your pharmacist.", "Gastroval"),
        ("Rendez-vous le 12 juin pour la conférence.", "Join us on June 13 for the conference.", "13"),
    ],
)
def test_what_one_language_replaces_is_found_on_the_other(pack, french, english, excerpt):
    assert found(pack, french, english) == [("1", excerpt)]
    assert found(pack, english, french) == [("0", excerpt)]


@pytest.mark.parametrize(
    "texts",
    [
        (FRENCH, "Take two tablets a day with a glass of water, and read the leaflet."),
        (FRENCH, "Read the leaflet, and ask your pharmacist if you are not sure."),
        (FRENCH, "Prenez 3 comprimés par jour avec un verre d'eau, et lisez la notice."),
        (FRENCH, "2026"),
        (FRENCH, FRENCH + " / Take 2 tablets a day with a glass of water, and read the leaflet."),
        (FRENCH,),
        (),
    ],
    ids=["the same", "left out", "one language", "no language", "in both", "one variant", "none"],
)
def test_what_says_the_same_or_less_is_not_found(pack, texts):
    assert found(pack, *texts) == []


def test_each_of_several_accounts_is_told_once(pack):
    english = "Take 3 tablets a day with a glass of water, and read the leaflet."
    assert sorted(found(pack, FRENCH, english, FRENCH, english)) == [("1", "3"), ("3", "3")]


def test_the_finding_is_the_rule_s(pack):
    posts = [
        CheckedPost(id="fr", text=FRENCH),
        CheckedPost(id="en", text="Take 3 tablets a day, and read the leaflet."),
    ]
    ((key, each),) = check_languages(posts, REGISTER, today=TODAY, pack=pack)
    assert (key, each.rule, each.field, each.severity.value) == ("en", "LNG-02", "text", "escalate")
    assert "« 3 »" in each.message.fr
    assert each.rule_sha256 == pack.rules[0].sha256
