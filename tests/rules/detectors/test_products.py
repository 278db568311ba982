"""What the annotated sentences cannot say of products: owners, pages, lists of medicines, any text at all."""

import time
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.enums import ProductOwner
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import Finding, Subject
from moderation.detectors.folding import LONGEST, fold_word
from moderation.detectors.products.detector import ProductsDetector
from moderation.detectors.products.english import in_english
from moderation.detectors.products.lists import BRANDS, common_words, medicines_list, public_substances, read_brands
from moderation.detectors.products.names import Names
from moderation.detectors.products.near import edits, one_edit
from settings import get_settings

NAMES = ("Cardexine", "Glycélia", "Rinozel", "Sérénix", "Doloria", "EasyDose", "Hélioprotect")
SMALL = Catalogue.from_records([{"name": name} for name in NAMES])


def found(text: str, catalogue: Catalogue, page: str | None = None) -> list[Finding]:
    return list(ProductsDetector(catalogue).detect(Subject(text, page_product=page)).findings)


@pytest.mark.parametrize(
    ("text", "label", "substance", "owner"),
    [
        ("ma cardexyne du matin", "Cardexine", "bisoprolol", ProductOwner.OWN),
        ("le thirolis de maman", "Thyrolis", "lévothyroxine", ProductOwner.COMPETITOR),
        ("mon easydose", "EasyDose", None, ProductOwner.OWN),
        ("du bisoprolol", "bisoprolol", "bisoprolol", ProductOwner.OWN),
        ("de la doxycycline", "doxycycline", "doxycycline", None),
    ],
)
def test_a_finding_says_name_substance_and_owner(text, label, substance, owner, catalogue) -> None:
    [finding] = found(text, catalogue)
    assert (finding.label, finding.substance, finding.owner) == (label, substance, owner)


@pytest.mark.parametrize(
    "text", ["ma zolybrax", "zolibraxx !!", "#zolibraxlife", "zoli-brax", "ZOLIBRAX", "mes zolibrax"]
)
def test_the_product_of_the_page_is_found_misspelt_too(text: str, catalogue: Catalogue) -> None:
    [product] = found(text, catalogue, page="Zolibrax")
    assert (product.label, product.owner) == ("Zolibrax", None)
    assert found(text, catalogue) == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("the naproxen from the dentist helped a lot", "naproxen"),
        ("le naproxène du dentiste m'a bien aidé", "naproxène"),
        ("warfarin, 3s", "warfarin"),
        ("her doctor gave her the folic acid", "folic acid"),
    ],
)
def test_a_substance_is_named_in_the_language_of_the_comment(text: str, label: str, catalogue: Catalogue) -> None:
    assert [f.label for f in found(text, catalogue)] == [label]


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("metformine", "metformin"),
        ("morphine", "morphine"),
        ("acide valproïque", "valproic acid"),
        ("vitamine D", "vitamin d"),
        ("millepertuis", "st john's wort"),
        ("lévothyroxine", "levothyroxine"),
    ],
)
def test_french_names_of_substances_in_english(french: str, english: str) -> None:
    assert in_english(french) == english


def test_a_list_of_its_own_is_read_and_changes_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "medicines.txt"
    own.write_text("# mine\nzolibraxol\tbisoprolol + inconnuzépine\nquelquechosol\t\n", "utf-8")
    monkeypatch.setenv("COVIGIE_MEDICINES_FILE", str(own))
    get_settings.cache_clear()
    catalogue = Catalogue.from_records([{"name": "Autrenom"}])
    seen = found("zolibraxol, inconnuzepine et quelquechosols", catalogue)
    assert [(f.label, f.substance, f.owner, f.rule) for f in seen] == [
        ("Zolibraxol", "bisoprolol + inconnuzépine", None, "public_brand"),
        ("inconnuzépine", "inconnuzépine", None, "exact"),
        ("Quelquechosol", None, None, "public_brand"),
    ]
    assert ProductsDetector(catalogue).version.startswith("2+")


def test_without_a_list_of_its_own_the_built_in_one_is_read() -> None:
    assert medicines_list() == BRANDS
    assert ProductsDetector(SMALL).version == "2"
    brands = read_brands(BRANDS)
    assert len(brands) > 2_000
    kept = {"botox", "viagra", "valium", "xanax"}
    assert common_words() & set(brands) <= kept
    assert not {"contre", "petit", "paris", "argent", "creme"} & set(brands)


def test_no_substance_is_a_common_word() -> None:
    assert not {"argent", "alcool", "olivier", "guepe", "glycine"} & set(public_substances())


WORD = st.sampled_from(NAMES)


@settings(deadline=None)
@given(name=WORD, data=st.data())
def test_one_edit_inside_a_long_name_does_not_hide_it(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(2, len(name) - 3))
    letter = data.draw(st.sampled_from("aeiorstln"))
    typed = name[:place] + letter + name[place + 1 :]
    assume(typed.lower() not in common_words())
    assume(fold_word(typed) == fold_word(name[:place]) + letter + fold_word(name[place + 1 :]))
    assert [f.label for f in found(f"ma {typed} du soir", SMALL)] == [name]


@settings(deadline=None)
@given(name=WORD, data=st.data())
def test_a_name_is_found_in_capitals_split_stretched_and_tagged(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(name) - 1))
    forms = [name.upper(), f"{name[:place]}-{name[place:]}", f"{name[:place]} {name[place:]}", f"#{name}", f"{name}s"]
    forms.append(name[:place] + name[place - 1] * 4 + name[place:])
    typed = data.draw(st.sampled_from(forms))
    assert [f.label for f in found(f"oui {typed}, merci", SMALL)] == [name]


PIECES = st.sampled_from(
    [*NAMES, "card", "exine", "isi", "dose", "#", "@", "d'", "paracétamol", "e\u0301", "\u200b", "œ", "ﬁ"]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(st.characters(), max_size=10)), max_size=14).map(" ".join)


@settings(deadline=None)
@given(text=TEXTS | TEXTS.map(lambda t: t.replace(" ", "")), page=st.none() | st.text(max_size=12) | WORD)
def test_spans_are_inside_any_text_in_order_and_apart(text: str, page: str | None) -> None:
    last: int | None = 0
    for finding in found(text, SMALL, page):
        assert last <= finding.start < finding.end <= len(text)
        last = finding.end


@given(a=st.text("abc", max_size=6), b=st.text("abc", max_size=6))
def test_one_edit_is_one_edit(a: str, b: str) -> None:
    assert not one_edit(a, b) or edits(a, b) <= 2
    assert edits(a, b) == edits(b, a)
    assert edits(a, b) > 1 or one_edit(a, b)


def test_names_shared_by_two_products_are_not_clipped() -> None:
    names = Names(Catalogue.from_records([{"name": "Zolibrax"}, {"name": "Zolibrol"}]).products)
    assert names.clipped("zolib") is None
    assert names.clipped("zolibra").name == "Zolibrax"


@pytest.mark.parametrize("unit", ["rinozel", "#rinozel", "card ", "zo la ", "0 ", "@a ", "z", "cardexin-"])
def test_no_text_takes_long(unit: str) -> None:
    started = time.process_time()
    found("#" + unit * (LONGEST // len(unit)), SMALL)
    assert time.process_time() - started < 8
