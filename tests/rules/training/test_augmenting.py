"""Variants of a training text keep what is marked on the words that bear it."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Intent, Situation
from moderation.detectors.evidence import Subject
from moderation.training.augmenting import marked, varied
from moderation.training.corpus import Line, Part, Pv


def line(text, reactions=(), pii=(), products=(), spans=(), pv=Pv.YES):
    situations = (Situation.ADVERSE_EVENT,) if pv is Pv.YES else ()
    return Line(
        "1",
        "fr",
        Subject(text),
        pv,
        situations,
        False,
        False,
        Intent.TESTIMONY,
        reactions,
        products,
        spans,
        pii,
        Part.TRAIN,
    )


def words(variant, bit):
    return "".join(c for c, m in zip(variant.text, variant.marks, strict=True) if m & bit)


def test_marks_stand_on_every_whole_occurrence():
    chars = marked(line("mal, mal et malin", reactions=("mal",)))
    assert [i for i, (_, m) in enumerate(chars) if m] == [0, 1, 2, 5, 6, 7]


@given(st.integers(0, 10_000))
def test_a_variant_has_one_mark_a_character(seed):
    one = line(
        "Avec Doloria j'ai des vertiges, appelez le 06 12 34 56 78",
        ("vertiges",),
        ("06 12 34 56 78",),
        ("Doloria",),
        ("Doloria",),
    )
    variant = varied(one, ("Doloria | post", "Doloria"), Random(seed), ["Velmarix"])
    assert len(variant.text) == len(variant.marks)
    assert 6 <= len(words(variant, 1)) <= 10
    assert 9 <= len(words(variant, 2)) <= 16


def test_a_renamed_product_is_renamed_around_the_comment_too():
    one = line("Doloria me rend malade", ("malade",), (), ("Doloria",), ("Doloria",))
    renamed = [
        v
        for v in (varied(one, ("Doloria (x) | p", "Doloria (x)"), Random(s), ["Velmarix"]) for s in range(80))
        if "Velmarix" in v.text
    ]
    assert renamed
    assert all("Doloria" not in v.context for v in renamed)
    assert all(words(v, 1).lower() == "malade" for v in renamed if v.text == "Velmarix me rend malade")


@pytest.mark.parametrize("pv", Pv)
def test_a_case_loses_its_page_as_often_as_a_harmless_comment(pv):
    lost = [
        varied(line("j'ai des plaques", pv=pv), ("page", "bare"), Random(seed), ["V"]).context for seed in range(90)
    ]
    assert set(lost) == {"page", "bare"}
    assert lost == [varied(line("merci"), ("page", "bare"), Random(seed), ["V"]).context for seed in range(90)]


@pytest.mark.parametrize("text", ["a", "!", "é"])
def test_the_shortest_texts_survive(text):
    assert all(varied(line(text, pv=Pv.NO), ("", ""), Random(seed), ["V"]).text for seed in range(40))
