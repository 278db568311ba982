"""Many wordings as one: what they need of a text, and that looking it up first changes no match."""

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.checks import default_pack
from workflow.checks.folding import fold
from workflow.checks.letters import letters_needed
from workflow.checks.wording import any_of, compile_wording


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("guerit", [{"guerit"}]),
        (r"\bguerit\b|soign(?:e|ant)", [{"guerit", "soign"}]),
        ("(?:guerit|soigne) tout", [{"guerit", "soigne"}, {" tout"}]),
        (r"\d+ %", [{" %"}]),
        ("sans(?: aucun)? danger", [{" danger"}, {"sans"}]),
        ("(?:tres )+sur", [{"tres "}, {"sur"}]),
        ("[a-z]+", []),
        ("guerit|[a-z]+", []),
        (r"(?<!ne )guerit(?! pas)", [{"guerit"}]),
        ("a(?=bc)d", []),
    ],
)
def test_knows_what_a_match_needs(pattern: str, needed: list[set[str]]) -> None:
    assert [set(words) for words in letters_needed(pattern)] == needed


@cache
def _wordings() -> list[tuple[re.Pattern[str], ...]]:
    """Return the wordings of every detector of the pack that has some."""
    groups = (getattr(detector, "any_of", ()) for rule in default_pack().rules for detector in rule.detect)
    return [group for group in groups if group]


@cache
def _examples() -> list[str]:
    """Return the texts of the pack's examples, folded."""
    examples = (example for rule in default_pack().rules for example in (*rule.must_fire, *rule.must_not_fire))
    return [fold(str(example.get("text", ""))).text for example in examples]


@settings(deadline=None)
@given(st.data())
def test_finds_what_the_joined_pattern_finds(data: st.DataObject) -> None:
    wordings = data.draw(st.sampled_from(_wordings()))
    text = " ".join(data.draw(st.lists(st.sampled_from(_examples()), max_size=4)))
    found, joined = any_of(wordings), re.compile("|".join(f"(?:{one.pattern})" for one in wordings))
    assert [match.span() for match in found.finditer(text)] == [match.span() for match in joined.finditer(text)]


def test_the_first_of_two_that_begin_together_counts() -> None:
    short_first = any_of([compile_wording("sans"), compile_wording("sans danger")])
    assert [match[0] for match in short_first.finditer("sans danger, sans risque")] == ["sans", "sans"]
