"""Checking a post: what is found, where, how grave, in which order, and how fast."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from models.enums import Audience, Network, Qualification, Severity
from workflow.checks import CheckedPost, ProductFacts, RuleFinding, Visa, check_post, default_pack

TODAY = date(2026, 6, 15)
REGISTER = default_pack().products()
MENTIONS = (
    "Publicité. Rinozel 10 mg (cétirizine) est un médicament indiqué dans la rhinite allergique de l'adulte et de "
    "l'enfant à partir de 12 ans. Lire attentivement la notice. Demandez conseil à votre pharmacien. Si les symptômes "
    "persistent, consultez votre médecin. Tout médicament peut exposer à des risques, parlez-en à votre pharmacien. "
    "Réf. HEL-2026-041."
)
ADVERT = CheckedPost(
    id="1",
    network=Network.FACEBOOK,
    qualification=Qualification.PROMO_GP,
    audience=Audience.PUBLIC,
    products=("Rinozel",),
    text=MENTIONS,
    comments_open=False,
    share_open=False,
    visa=Visa("GP-1", "GP", date(2026, 4, 28), date(2028, 4, 28), "granted"),
    planned_at=datetime(2026, 6, 15, 7, tzinfo=UTC),
)
DISEASE = CheckedPost(network=Network.FACEBOOK, qualification=Qualification.DISEASE, audience=Audience.PUBLIC)


def check(post: CheckedPost) -> list[RuleFinding]:
    return check_post(post, REGISTER, today=TODAY)


def found(post: CheckedPost, *rules: str) -> list[RuleFinding]:
    return [finding for finding in check(post) if finding.rule in rules]


def rules(post: CheckedPost) -> list[str]:
    return [finding.rule for finding in check(post)]


def test_finds_nothing_in_an_advert_with_every_mandatory_mention() -> None:
    assert check(ADVERT) == []


def test_finds_nothing_in_the_mention_of_a_generic() -> None:
    generic = (
        "Cette spécialité est un générique de Rinozel, spécialité de référence. Son inscription au répertoire des "
        "groupes génériques garantit la même composition qualitative et quantitative en substance active."
    )
    assert rules(replace(ADVERT, text=f"{MENTIONS} {generic}")) == []


@pytest.mark.parametrize(
    ("field", "value", "excerpt"),
    [
        ("text", f"{MENTIONS} Sans effet\u00a0secondaire.", "Sans effet\u00a0secondaire"),
        ("text", f"👍🏽 SANS EFFET SECONDAIRE ! {MENTIONS}", "SANS EFFET SECONDAIRE"),
        ("text", f"S\u0301ans effet indési\u0301rable\u0301. {MENTIONS}", "S\u0301ans effet indési\u0301rable\u0301"),
        ("text", f"{MENTIONS} 𝘀𝗮𝗻𝘀 𝗲𝗳𝗳𝗲𝘁 𝘀𝗲𝗰𝗼𝗻𝗱𝗮𝗶𝗿𝗲", "𝘀𝗮𝗻𝘀 𝗲𝗳𝗳𝗲𝘁 𝘀𝗲𝗰𝗼𝗻𝗱𝗮𝗶𝗿𝗲"),
        ("text", f"{MENTIONS} #SansEffetSecondaire", "SansEffetSecondaire"),
        ("first_comment", "Et sans effets indésirables !", "sans effets indésirables"),
        ("alt_text", "Une affiche : sans danger.", "sans danger"),
        ("hashtags", ("#Pollens", "#SansRisque"), "SansRisque"),
    ],
)
def test_places_the_finding_in_the_field_as_given(field: str, value: str | tuple[str, ...], excerpt: str) -> None:
    (finding,) = found(replace(ADVERT, **{field: value}), "PRO-02b")  # type: ignore[arg-type]
    whole = value if isinstance(value, str) else " ".join(value)
    assert (finding.field, finding.excerpt) == (field, excerpt)
    assert finding.start is not None
    assert whole[finding.start : finding.end] == excerpt


def test_words_the_finding_in_both_languages_with_its_legal_base() -> None:
    (finding,) = found(replace(ADVERT, text=f"{MENTIONS} Sans danger."), "PRO-02b")
    assert finding.severity is Severity.BLOCK
    assert "« Sans danger »" in finding.message.fr
    assert "“Sans danger”" in finding.message.en
    assert finding.references == ("CSP R. 5122-4, 2°",)
    assert finding.confidence == "H"
    assert finding.pack_version == default_pack().version


def test_gives_an_absence_no_place() -> None:
    (finding,) = found(replace(ADVERT, text=MENTIONS.replace("Lire attentivement la notice. ", "")), "MEN-04")
    assert (finding.start, finding.end, finding.excerpt) == (None, None, "")


def test_warns_outside_advertising_of_what_blocks_inside() -> None:
    (finding,) = found(replace(DISEASE, text="Une tisane sans danger."), "PRO-02b")
    assert finding.severity is Severity.WARN


def test_sorts_by_severity_then_field_then_place() -> None:
    post = replace(
        DISEASE, text="Sans danger, dit-on. Rinozel, Cardexine.", first_comment="Sérénix", alt_text="Rinozel"
    )
    places = [(each.severity, each.field, each.excerpt) for each in found(post, "CLS-01", "PRO-02b")]
    assert places == [
        (Severity.BLOCK, "text", "Rinozel"),
        (Severity.BLOCK, "text", "Cardexine"),
        (Severity.BLOCK, "first_comment", "Sérénix"),
        (Severity.BLOCK, "alt_text", "Rinozel"),
        (Severity.WARN, "text", "Sans danger"),
    ]


@pytest.mark.parametrize(
    "text", ["Ne guérit pas le rhume.", "N'est pas 100 % efficace.", "Tout médicament peut exposer."]
)
def test_reads_a_denial_as_a_denial(text: str) -> None:
    assert rules(replace(ADVERT, text=f"{MENTIONS} {text}")) == []


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("N'hésitez plus, c'est sans danger.", True),
        ("Ne ratez pas Rinozel, efficacité garantie.", True),
        ("Il n'endort pas et guérit l'allergie.", True),
        ("Vous n'avez pas de résultat garanti.", False),
        ("Il est faux de dire qu'il est sans danger.", False),
        ("Vrai ou faux ? « Un médicament naturel est sans danger. »", False),
        ("Attention aux promesses « 100 % efficace ».", False),
        ("Attention : 100 % efficace !", True),
        ("No medicine is risk-free.", False),
        ("Not only effective: guaranteed relief.", True),
    ],
)
def test_tells_an_assertion_from_a_denial_or_a_warning(text: str, fires: bool) -> None:
    promises = [rule for rule in rules(replace(ADVERT, text=f"{MENTIONS} {text}")) if rule.startswith("PRO")]
    assert bool(promises) is fires


def test_does_not_take_a_substance_sold_freely_for_a_prescription_product() -> None:
    info = replace(DISEASE, qualification=Qualification.PRODUCT_INFO, text="Le paracétamol soulage la fièvre.")
    assert rules(info) == []


def test_finds_a_substance_in_english_and_a_brand_in_an_address() -> None:
    post = replace(DISEASE, text="Cetirizine may help.", link="https://www.easy-dose.example/")
    places = [(each.field, each.excerpt) for each in found(post, "CLS-01")]
    assert places == [("text", "Cetirizine"), ("link", "easy-dose")]


def test_uses_today_when_no_date_is_planned() -> None:
    undated = replace(ADVERT, planned_at=None)
    last, after = (check_post(undated, REGISTER, today=date(2028, 4, day)) for day in (28, 29))
    assert [finding.rule for finding in after if finding not in last] == ["GP-04"]


def test_reads_records_with_unknown_and_missing_keys() -> None:
    post = CheckedPost.from_record({"id": 7 * "x", "colour": "blue", "text": None, "visa": {"number": "1", "x": 2}})
    assert (post.text, post.visa) == ("", Visa("1"))
    product = ProductFacts.from_record({"name": "Rinozel", "kind": "talisman", "forms": ["sirop"]})
    assert (product.kind, product.prescription_only, product.aliases) == (None, None, ())


def test_refuses_a_record_that_cannot_be_read() -> None:
    with pytest.raises(InvalidInput, match=r"p1.*network"):
        CheckedPost.from_record({"id": "p1", "network": "minitel"})
    with pytest.raises(InvalidInput, match="name"):
        ProductFacts.from_record({"substance": "cétirizine"})


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\ud800", "👨‍👩‍👧‍👦" * 500, "é" * 50_000, "ne pas " * 7_000, "#" * 9_000]
)
def test_survives_any_text(text: str) -> None:
    assert all(finding.excerpt == "" for finding in check(replace(ADVERT, text=text)))


@given(st.text(), st.text(), st.lists(st.text(max_size=20), max_size=4))
def test_is_deterministic_and_every_excerpt_is_where_it_says(text: str, extra: str, tags: list[str]) -> None:
    post = replace(ADVERT, text=f"{text} sans danger {extra}", first_comment=extra, hashtags=tuple(tags))
    findings = check(post)
    assert findings == check(post)
    sources = {"text": post.text, "first_comment": extra, "hashtags": " ".join(tags)}
    for finding in findings:
        if finding.start is not None:
            assert sources[finding.field][finding.start : finding.end] == finding.excerpt != ""
