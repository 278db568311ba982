"""The model in service: what it reads, what it shares, and that nothing is cleared without it."""

import shutil
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Screening
from moderation import screening
from moderation.decision import decide
from moderation.detectors.adverse_event.encoding import STRIDE, WINDOW, Encoder, context_of, padded
from moderation.detectors.adverse_event.marking import spans_of
from moderation.detectors.adverse_event.model import BUILT_IN, Model
from moderation.detectors.adverse_event.reader import Reader, key_of
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import Subject
from moderation.screening import detectors_for, gather, screen, screen_many

PLAIN = "Bravo à toute l'équipe pour la course de dimanche, quelle ambiance !"
CASE = "Depuis que je prends la Cardexine j'ai des vertiges et je vomis tous les matins"


@pytest.fixture(scope="module")
def encoder():
    return Encoder(BUILT_IN)


@pytest.fixture(scope="module")
def model():
    return Model(BUILT_IN)


def test_the_model_is_told_what_a_product_is_for():
    register = Catalogue.from_records(
        [
            {"name": "Rinozel", "substance": "cétirizine", "indication": "rhinite allergique"},
            {"name": "Doloria", "substance": "paracétamol"},
        ]
    )
    subject = Subject("x", post="Le printemps arrive", page_product="Rinozel")
    context = context_of(subject, ["Doloria", "Rinozel", "Doloria"], register)
    assert context == "Rinozel (cétirizine : rhinite allergique) | Le printemps arrive | Doloria (paracétamol)"


@given(text=st.text(max_size=300), context=st.text(max_size=100), parent=st.none() | st.text(max_size=50))
def test_any_text_is_cut_into_tokens_that_stand_inside_it(encoder, text, context, parent):
    (windows,) = encoder.encode([text], [context], [parent])
    for window in windows:
        assert len(window.tokens) <= WINDOW + 80
        assert all(0 <= start <= end <= len(text) for start, end in window.spans)


def test_every_token_of_a_long_comment_is_read(encoder):
    text = "mot " * 1000
    (windows,) = encoder.encode([text], [""], [None])
    (alone,) = encoder.encode(["mot"], [""], [None])
    assert len(windows) > 1000 // STRIDE - 1
    seen = {span for window in windows for span in window.spans}
    assert {start for start, _ in seen} | {0} >= set(range(3, 3990, 4))
    assert len(alone) == 1


def test_padding_is_masked(encoder):
    (one,), (other,) = encoder.encode(["a", "un texte plus long que l'autre"], ["", ""], [None, None])
    numbers, mask = padded([one, other])
    assert numbers.shape == mask.shape
    assert mask.sum(1).tolist() == [len(one.tokens), len(other.tokens)]


def test_a_comment_is_read_alike_alone_and_in_company(model):
    subjects = [Subject(CASE), Subject(PLAIN), Subject("ok"), Subject("mot " * 300)]
    together = model.read(subjects, [""] * 4)
    for subject, reading in zip(subjects, together, strict=True):
        (alone,) = model.read([subject], [""])
        assert alone == reading


def test_the_chances_of_the_intents_make_one(model):
    (reading,) = model.read([Subject(CASE)], [""])
    assert sum(v for k, v in reading.chances.items() if k.startswith("intent.")) == pytest.approx(1)
    assert all(0 <= v <= 1 for v in reading.chances.values())


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("J'ai vomi @marie", "j'ai vomi !!", True),
        ("j'ai vomi https://a.example/x", "J'AI VOMI", True),
        ("nausées 😭😭😭", "nausees 😭", True),
        ("des nausées", "des nausées ?", False),
        ("j'ai vomi", "j'ai pas vomi", False),
        ("j'ai vomi 🤮", "j'ai vomi 😂", False),
    ],
)
def test_near_copies_share_their_words_emoji_and_question_marks(one, other, alike):
    assert (key_of(Subject(one), "p") == key_of(Subject(other), "p")) is alike


def test_a_near_copy_under_another_post_or_parent_is_read_anew():
    keys = {key_of(Subject("moi aussi", parent=p), c) for p in (None, "je vomis") for c in ("a", "b")}
    assert len(keys) == 4


def test_near_copies_are_judged_once(catalogue, monkeypatch):
    reader = Reader(catalogue)
    read = []
    monkeypatch.setattr(reader.model, "read", lambda s, c: read.extend(s) or Model.read(reader.model, s, c))
    found = reader.read([Subject("J'ai vomi"), Subject("j'ai VOMI !"), Subject("vu")], [[], [], []])
    again = reader.read([Subject("j'ai vomi @luc")], [[]])
    assert reader.read([], []) == []
    assert [s.text for s in read] == ["J'ai vomi", "vu"]
    assert found[0] == found[1] == again[0]


def test_a_span_found_in_a_near_copy_is_marked_in_each(catalogue):
    for analysis in screen_many([Subject(CASE), Subject(f"@luc {CASE.upper()} !!")], catalogue):
        marked = " ".join(analysis.subject.text[a:b].lower() for a, b in analysis.reactions)
        assert "vertiges" in marked
        assert "vomis" in marked


@given(st.text(max_size=60), st.data())
def test_marked_words_are_inside_the_text_in_order_and_never_blank(text, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    marks = [(a, b, data.draw(st.floats(0, 1))) for a, b in pairwise(cuts)]
    spans = spans_of(text, marks, 0.5)
    assert all(0 <= a < b <= len(text) and text[a:b].strip() for a, b in spans)
    assert spans == sorted(spans)


def test_words_are_marked_whole_and_neighbours_together():
    text = "j'ai la tête qui tourne, voilà"
    marks = (
        (0, 2, 0.1),
        (2, 4, 0.1),
        (4, 7, 0.2),
        (7, 12, 0.9),
        (12, 16, 0.6),
        (16, 19, 0.1),
        (19, 23, 0.8),
        (23, 24, 0.7),
    )
    assert [text[a:b] for a, b in spans_of(text, marks, 0.5)] == ["tête qui tourne"]


def _no_file(folder):
    (folder / "model.onnx").unlink()


def _half_a_file(folder):
    data = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(data[: len(data) // 2])


def _other_labels(folder):
    (folder / "labels.json").write_text('{"situations": [], "intents": [], "spans": []}', "utf-8")


def _no_tokenizer(folder):
    (folder / "tokenizer.json").write_text("{", "utf-8")


@pytest.mark.parametrize("harm", [_no_file, _half_a_file, _other_labels, _no_tokenizer])
def test_without_a_sound_model_nothing_is_cleared_and_rules_still_flag(tmp_path, monkeypatch, catalogue, harm):
    folder = shutil.copytree(BUILT_IN, tmp_path / "model")
    harm(folder)
    monkeypatch.setattr(screening, "reader_for", lambda given: Reader(given, folder))
    plain, case = screen_many([Subject(PLAIN), Subject(CASE)], catalogue)
    assert (plain.screening, case.screening) == (Screening.UNSCREENED, Screening.FLAGGED)
    assert [r for r in plain.reasons if r.startswith("failed:model:")]


def test_half_an_emoji_is_read_and_spoils_no_other_comment(catalogue):
    subjects = [Subject(f"\ud83d {PLAIN}"), Subject(PLAIN, parent="\udfff"), Subject(PLAIN, post="\udc00 Course")]
    assert [a.reasons for a in screen_many([*subjects, Subject(PLAIN)], catalogue)] == [()] * 4


def test_evidence_without_the_model_clears_nothing(catalogue):
    verdict = decide(gather(Subject(PLAIN), detectors_for(catalogue)))
    assert (verdict.screening, verdict.reasons) == (Screening.UNSCREENED, ("no_model",))


def test_a_reader_that_fails_once_leaves_that_batch_to_persons(monkeypatch, catalogue):
    def broken(_):
        raise MemoryError

    monkeypatch.setattr(screening, "reader_for", broken)
    assert screen(Subject(PLAIN), catalogue).reasons == ("failed:model:MemoryError",)
