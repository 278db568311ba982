"""The demonstration's material is invented, complete, and kept apart from the detectors' own test sentences."""

import json
import re
from pathlib import Path

import pytest

from demo.stage import lines, load
from models.enums import Role

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def comments() -> list[dict]:
    return [*lines("first_comments.jsonl"), *lines("comments.jsonl")]


def test_twelve_people_hold_every_role_between_them():
    people = load("people.yaml")
    assert len(people) == 12
    assert {role for one in people for role in one["roles"]} == {role.value for role in Role} - {"system"}


def test_a_dozen_posts_stand_in_different_states():
    posts = load("posts.yaml")
    assert len(posts) >= 12
    assert len({one["until"] for one in posts}) >= 6


def test_no_comment_comes_twice(comments):
    texts = [one["text"] for one in comments]
    assert len(texts) == len(set(texts)) >= 300


def test_no_comment_is_a_sentence_of_a_detectors_own_tests(comments):
    own = "\n".join(path.read_text() for path in (ROOT / "moderation" / "detectors").rglob("sentences.txt"))
    own += "\n".join(path.read_text() for path in (ROOT / "tests" / "rules").rglob("*.py"))
    plain = re.sub(r"</?\w+>", "", own)
    assert [one["text"] for one in comments if len(one["text"]) > 25 and one["text"] in plain] == []


def test_every_theme_of_a_comment_is_a_published_post(comments):
    published = {one["key"] for one in load("posts.yaml") if one["until"] == "published"}
    assert {one["theme"] for one in comments if one["theme"]} <= published


def test_a_live_comment_finds_its_post_by_words_that_stand_in_it(comments):
    texts = {one["key"]: one["text"].casefold() for one in load("posts.yaml")}
    assert [one["id"] for one in comments if one["theme"] and one["post"].casefold() not in texts[one["theme"]]] == []


def test_the_catalogue_is_in_the_contracts_format():
    catalogue = json.loads((ROOT / "demo" / "data" / "catalogue.json").read_text())
    assert all(product["name"] for product in catalogue)
