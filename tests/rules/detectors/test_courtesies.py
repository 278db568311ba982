"""Thanks, greetings, wishes and laughter need no model; anything else said beside them does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Intent, Screening
from moderation.detectors.adverse_event.courtesies import courtesy
from moderation.detectors.adverse_event.model import Model
from moderation.detectors.adverse_event.reader import key_of, reader_for
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import Subject
from moderation.screening import screen
from moderation.training.corpus import Pv, read_corpus


def said(text: str) -> tuple[str, ...]:
    return key_of(Subject(text), "")[0]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Merci beaucoup !!!", Intent.PRAISE),
        ("@julie @Paul_75 MERCI à toute l'équipe 🙏🏼", Intent.PRAISE),
        ("mdrrr 😂😂😂", Intent.CHAT),
        ("Bonne année à tous 🎉", Intent.CHAT),
        ("❤️❤️❤️", Intent.CHAT),
        ("Happy birthday to the team!", Intent.CHAT),
        ("félicitations, très belle photo https://photos.example/12", Intent.PRAISE),
    ],
)
def test_is_told_without_the_model(text: str, intent: Intent) -> None:
    assert courtesy(said(text)) is intent


@pytest.mark.parametrize(
    "text",
    [
        "Merci, mais j'ai des nausées",
        "pareil 😂",
        "+1 merci",
        "merci ?",
        "bonne nuit 🤢",
        "merci 15",
        "lol same",
        "super 💉",
        "@julie",
        "",
        "l'équipe de tous",
        "merci beaucoup " * 20,
    ],
)
def test_is_left_to_the_model(text: str) -> None:
    assert courtesy(said(text)) is None


def test_no_annotated_case_question_or_danger_is_courtesy() -> None:
    told = [line for line in read_corpus() if not line.partial and courtesy(said(line.subject.text))]
    assert len(told) > 20
    assert {line.pv for line in told} == {Pv.NO}
    assert not any(line.emergency for line in told)


@given(
    st.lists(st.sampled_from(["merci", "😂", "bravo", "lol", "❤"]), min_size=1),
    st.sampled_from(["boutons", "🤮", "idem"]),
)
def test_one_other_word_is_enough_to_ask_the_model(words: list[str], other: str) -> None:
    assert courtesy((*words, other)) is None


def test_the_model_is_not_asked_and_the_comment_is_cleared(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader_for.cache_clear()
    asked: list[int] = []
    monkeypatch.setattr(Model, "_run_one", lambda *_: asked.append(1))
    analysis = screen(Subject("Merci beaucoup, bonne journée 🙏", post="Nos équipes"), catalogue)
    assert (analysis.screening, analysis.intent, asked) == (Screening.CLEARED, Intent.PRAISE, [])
