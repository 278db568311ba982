"""What the rules on prohibited contents (R. 5122-4 CSP) add: rows of wordings, health products in play, signs."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Audience, Network, ProductKind, Qualification, Severity
from workflow.checks import CheckedPost, ProductFacts, check_post, default_pack
from workflow.checks.conditions import has_health_product
from workflow.checks.detectors.mention import ProductNamed
from workflow.checks.detectors.several import Several
from workflow.checks.reading import Reading, read_post

PACK = default_pack()
REGISTER = (
    ProductFacts("Rinozel", substance="cétirizine", kind=ProductKind.OTC, indication="rhinite allergique"),
    ProductFacts("Lactéane", kind=ProductKind.COSMETIC),
    ProductFacts("EasyDose", kind=ProductKind.DEVICE),
    ProductFacts("Mystérium"),
)
SYMPTOMS = Several.model_validate(
    {
        "kind": "several",
        "any_of": [r"\b(?:toux|fievre|frissons|nez bouche|fatigue)\b"],
        "at_least": 3,
        "apart": 20,
        "led_by": [r"\bvous avez peut-etre\b"],
        "followed_by": [r"\A[^.!?\n]{0,3}\?"],
        "unless": [r"\beffets indesirables\b"],
    }
)


def reading(text: str = "", products: tuple[str, ...] = (), qualification: Qualification | None = None) -> Reading:
    return read_post(CheckedPost(text=text, products=products, qualification=qualification), REGISTER, PACK.issued)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Fièvre, toux, frissons ? Parlez-en.", "Fièvre, toux, frissons"),
        ("Fièvre, toux, frissons, fatigue ? C'est la toux.", "Fièvre, toux, frissons, fatigue"),
        ("Vous avez peut-être la grippe : fièvre, toux, frissons.", "fièvre, toux, frissons"),
        ("Fièvre, toux, frissons. Parlez-en.", None),
        ("Fièvre, fièvre, fièvre, toux ?", None),
        ("Fièvre, et bien plus tard dans la nuit, toux, puis encore plus tard, frissons ?", None),
        ("Effets indésirables : fièvre, toux, frissons ?", None),
        ("", None),
    ],
)
def test_finds_a_row_with_a_conclusion(text: str, row: str | None) -> None:
    found = [text[hit.start : hit.end] for hit in SYMPTOMS.hits(reading(text))]
    assert found == ([row] if row else [])


@given(st.text(alphabet="toux, fièvre?\n«frissonsé̀"), st.text())
def test_a_row_is_where_it_says(left: str, right: str) -> None:
    text = f"{left} toux, fièvre, frissons ?{right}"
    for hit in SYMPTOMS.hits(reading(text)):
        assert hit.start is not None
        assert hit.end is not None
        assert 0 <= hit.start < hit.end <= len(text)


@pytest.mark.parametrize(
    ("text", "products", "qualification", "in_play"),
    [
        ("", (), Qualification.PROMO_GP, True),
        ("", (), Qualification.PRODUCT_INFO, True),
        ("", (), Qualification.DISEASE, False),
        ("", (), None, False),
        ("Rinozel.", (), Qualification.DISEASE, True),
        ("La cétirizine.", (), Qualification.INSTITUTIONAL, True),
        ("", ("Lactéane",), Qualification.PROMO_GP, False),
        ("Lactéane et Rinozel.", ("Lactéane",), Qualification.PROMO_GP, True),
        ("", ("EasyDose",), Qualification.PROMO_GP, True),
        ("", ("Mystérium",), Qualification.DISEASE, True),
        ("", ("Inconnumab",), Qualification.DISEASE, True),
    ],
)
def test_knows_when_a_health_product_is_in_play(
    text: str, products: tuple[str, ...], qualification: Qualification | None, in_play: bool
) -> None:
    assert has_health_product(reading(text, products, qualification)) is in_play


def test_finds_only_products_with_the_indication_asked_for() -> None:
    allergy = ProductNamed.model_validate({"kind": "mention", "declared": True, "indicated": [r"\brhinite\b"]})
    assert [hit.field for hit in allergy.hits(reading("Rinozel et Mystérium.", ("Lactéane",)))] == ["text"]
    assert [hit.field for hit in allergy.hits(reading("", ("Rinozel", "Mystérium")))] == ["products"]


ADVERT = CheckedPost(
    network=Network.FACEBOOK,
    qualification=Qualification.PROMO_GP,
    audience=Audience.PUBLIC,
    products=("Rinozel",),
    text="Rinozel.",
)


@pytest.mark.parametrize(
    ("text", "qualification", "severity"),
    [
        ("Les enfants, demandez Rinozel à papa !", Qualification.PROMO_GP, Severity.BLOCK),
        ("Rinozel, le super-héros.", Qualification.PROMO_GP, Severity.ESCALATE),
        ("Rinozel, le super-héros.", Qualification.PRODUCT_INFO, Severity.WARN),
    ],
)
def test_a_sign_lowers_the_severity_and_never_raises_it(
    text: str, qualification: Qualification, severity: Severity
) -> None:
    post = replace(ADVERT, text=text, qualification=qualification)
    found = {f.severity for f in check_post(post, REGISTER, today=PACK.issued) if f.rule == "PRO-05"}
    assert found == {severity}
