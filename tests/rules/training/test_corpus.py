"""The corpus: every line obeys the labels' rules, and nothing stands on both sides of a division."""

import json
from collections import Counter, defaultdict

import pytest

from errors import InvalidInput
from moderation.training.corpus import CORPUS, Part, Pv, read_corpus

LINE = {
    "id": "1", "lang": "fr", "channel": "x", "post": "p", "page_product": None, "text": "j'ai vomi", "pv": "yes",
    "situations": ["adverse_event"], "serious": False, "reactions": ["vomi"], "products": [], "product_spans": [],
    "patient": True, "intent": "testimony", "emergency": False, "pii": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def lines():
    return read_corpus()


def test_every_line_can_be_read_and_obeys_the_rules(lines):
    assert len(lines) > 15_000


@pytest.mark.parametrize("group", ["pair", "thread"])
def test_no_pair_and_no_conversation_is_divided(group):
    parts = defaultdict(set)
    sides = {line.id: line.part for line in read_corpus()}
    for path in CORPUS.glob("*.jsonl"):
        for row in path.read_text("utf-8").splitlines():
            record = json.loads(row)
            if record.get(group):
                parts[path.stem, record[group]].add(sides[f"{path.stem}/{record['id']}"])
    assert parts
    assert [key for key, seen in parts.items() if len(seen) > 1] == []


def test_no_comment_stands_in_training_and_in_a_part_that_judges(lines):
    told = defaultdict(set)
    for line in lines:
        if len(line.subject.text) > 25:
            told[line.subject.text.lower(), line.subject.parent].add(line.part is Part.TRAIN)
    assert [text for text, seen in told.items() if len(seen) > 1] == []


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("part", [Part.VALID, Part.TEST])
def test_the_parts_that_judge_hold_enough_cases(lines, lang, part):
    counts = Counter(line.pv for line in lines if (line.lang, line.part) == (lang, part))
    assert counts[Pv.YES] >= 250
    assert counts[Pv.NO] >= 350


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reactions": ["nausée"]}, "not in the text"),
        ({"pv": "no"}, "situations"),
        ({"situations": []}, "situations"),
        ({"pv": "borderline", "situations": [], "serious": True}, "serious"),
        ({"pv": "perhaps"}, "perhaps"),
        ({"intent": "rant"}, "rant"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused_by_its_number(tmp_path, change, said):
    rows = [json.dumps(LINE), json.dumps(LINE | change)]
    (tmp_path / "some.jsonl").write_text("\n".join(rows), "utf-8")
    with pytest.raises(InvalidInput, match=rf"some\.jsonl, ligne 2.*{said}"):
        read_corpus(tmp_path)


def test_a_file_that_is_no_json_is_refused(tmp_path):
    (tmp_path / "some.jsonl").write_text("hello", "utf-8")
    with pytest.raises(InvalidInput, match=r"some\.jsonl, ligne 1"):
        read_corpus(tmp_path)
