"""The sentences of the delivered rule pack do what they should, and a pack that cannot be trusted is refused."""

from pathlib import Path

import pytest
import yaml

from errors import InvalidInput
from workflow.checks import default_pack, failing_examples, fires, parse_pack
from workflow.checks.pack import DEFAULT_PACK, Rule, delivered_text, read_rule

PACK = default_pack()
EXPECTED = {"CLS-01", "GP-01", "GP-04", "MEN-04", "PRO-02a", "PRO-02b", "SOC-01", "SOC-08", "TRM-01"}


def named(rule: Rule) -> str:
    return rule.id


def files() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in Path(DEFAULT_PACK).glob("*.yaml")}


@pytest.mark.parametrize("rule", PACK.rules, ids=named)
def test_fires_on_each_sentence_that_breaks_the_rule(rule: Rule) -> None:
    assert [example for example in rule.must_fire if not fires(PACK, rule, example)] == []


@pytest.mark.parametrize("rule", PACK.rules, ids=named)
def test_stays_silent_on_each_sentence_that_keeps_the_rule(rule: Rule) -> None:
    assert [example for example in rule.must_not_fire if fires(PACK, rule, example)] == []


def test_holds_the_rules_of_the_first_edition() -> None:
    assert {rule.id for rule in PACK.rules} >= EXPECTED
    assert failing_examples(PACK) == []


def test_names_examples_that_fail() -> None:
    broken = files() | {"MEN-04.yaml": files()["MEN-04.yaml"].replace("- Rinozel soulage la", "- Lisez la notice. La")}
    assert len(failing_examples(parse_pack(broken))) == 1


REFUSED = [
    ("PRO-02b.yaml", "zero|0|aucun", "zero|(0|aucun", "règle PRO-02b", "expression régulière"),
    ("PRO-02b.yaml", "zero|0|aucun", "zéro|0|aucun", "règle PRO-02b", "accent"),
    ("MEN-04.yaml", "kind: absence", "kind: presence", "règle MEN-04", "détecteur inconnu"),
    (
        "MEN-04.yaml",
        "  en: The invitation to read the leaflet carefully is missing.\n",
        "",
        "message.en",
        "champ absent",
    ),
    ("MEN-04.yaml", "is missing", "is {missing}", "message", "mot inconnu"),
    ("MEN-04.yaml", "confidence: H", "confidence: X", "confidence", "valeur inconnue"),
    ("MEN-04.yaml", "severity: block", "severity: fatal", "severity", "valeur inconnue"),
    ("MEN-04.yaml", '"@leaflet"', '"@leaflets"', "@leaflets", "inconnues"),
    ("HCP-01.yaml", "{profession} depuis", "{profesion} depuis", "{profesion}", "inconnues"),
    ("MEN-04.yaml", "qualification: [promo_gp]", "qualification: [promo]", "applies.qualification", "valeur inconnue"),
    ("pack.yaml", "owner: Pharmacien responsable\n", "", "owner", "champ absent"),
    ("pack.yaml", "issued: 2026-03-02", "issued: [", "pack.yaml", "YAML"),
    ("GP-04.yaml", "planned_at: 2026-04-27", "planned_at: demain", "planned_at", "lue"),
]


@pytest.mark.parametrize(("name", "old", "new", "where", "why"), REFUSED)
def test_refuses_a_pack_and_names_rule_and_field(name: str, old: str, new: str, where: str, why: str) -> None:
    content = files()
    assert old in content[name]
    with pytest.raises(InvalidInput) as refusal:
        parse_pack(content | {name: content[name].replace(old, new)})
    assert where in str(refusal.value)
    assert why in str(refusal.value)


def test_refuses_a_rule_with_seven_sentences() -> None:
    content = files()
    rule = yaml.safe_load(content["MEN-04.yaml"])
    rule["must_fire"] = rule["must_fire"][:7]
    with pytest.raises(InvalidInput, match="règle MEN-04, champ must_fire"):
        parse_pack(content | {"MEN-04.yaml": yaml.safe_dump(rule)})


def test_refuses_a_rule_that_stands_twice() -> None:
    content = files()
    with pytest.raises(InvalidInput, match="MEN-04 y est deux fois"):
        parse_pack(content | {"copy.yaml": content["MEN-04.yaml"]})


def test_refuses_an_empty_pack() -> None:
    with pytest.raises(InvalidInput, match=r"pack\.yaml"):
        parse_pack({})


def test_a_family_of_words_cites_another_never_itself() -> None:
    families = {"pain": ["douleurs?"], "ill": ["{pain}|toux"], "loop": ["{loop}"]}
    rule = {**yaml.safe_load(delivered_text("PRO-02a")), "id": "PRO-99"}
    detect = {"kind": "pattern", "any_of": [r"\bfini la (?:{ill})\b"]}
    read = read_rule("x.yaml", {**rule, "detect": [detect]}, families)
    assert read.detect[0].any_of[0].search("fini la toux")
    detect["any_of"] = ["{loop}"]
    with pytest.raises(InvalidInput):
        read_rule("x.yaml", {**rule, "detect": [detect]}, families)
