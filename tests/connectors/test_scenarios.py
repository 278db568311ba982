"""Stories that the public plays on a running sandbox, on a network where a mention is enough and on one where not."""

import json

import pytest

from connectors.base import Sight
from connectors.sandbox import scenario
from connectors.sandbox.scenarios import ADVERSE, OTHERS, SCENARIOS, play
from errors import Rejected, Unavailable
from tests.connectors.contract import poll_all
from tests.connectors.tiktok_world import tiktok_world


@pytest.fixture(params=["x", "tiktok"])
def place(request, world, sandbox, http):
    """A network with its sandbox's address."""
    return (world if request.param == "x" else tiktok_world(sandbox, http)), sandbox.url


def told(place, name, **more):
    world, url = place
    return play(url, name, network=world.network, **more)


def read(world, left):
    """Everything that a channel reads, with the post of the scenario."""
    return {name: comment.text for name, comment in poll_all(world.channel(), None, [left.post])[0].items()}


def test_a_wave_tells_every_kind_of_event_among_harmless_words(place):
    left = told(place, "wave")
    found = read(place[0], left)
    assert set(found) == set(left.comments)
    assert {found[one] for one in left.adverse} == set(ADVERSE)
    assert len(left.comments) == 2 * len(ADVERSE)


def test_a_burst_is_as_large_as_asked_for_and_under_the_post_given(place):
    post = place[0].post("Un jeu")
    left = told(place, "burst", post=post, count=120)
    assert (left.post, len(set(left.comments)), len(left.adverse)) == (post, 120, 2)
    found = read(place[0], left)
    assert set(found) == set(left.comments)


def test_mild_words_become_an_event_and_another_is_deleted(place):
    left, world = told(place, "edit-and-delete"), place[0]
    (worse,) = left.adverse
    assert any("urgences" in text for text in world.channel().look_up([worse]).comments[0].text.split(". "))
    assert {world.channel().sight(one) for one in left.gone} == {Sight.GONE}
    assert len(left.gone) == (1 if world.channel().capabilities.shows_edits else 2)


def test_a_post_for_adults_says_so_and_has_answers(place):
    left, world = told(place, "age-gated"), place[0]
    post = next(item for item in world.items() if item["id"] == left.post)
    assert post["settings"] == {"age_gated": True}
    assert len(left.comments) == 6


def test_an_outage_loses_nothing(place):
    world, left = place[0], told(place, "outage", count=2)
    for _ in range(2):
        with pytest.raises(Unavailable):
            world.channel().fetch_comments(None)
    assert set(read(world, left)) == set(left.comments)


@pytest.mark.parametrize("wrong", [{"name": "earthquake"}, {"network": "minitel"}, {"post": "999"}])
def test_what_there_is_none_of_is_refused(world, wrong):
    with pytest.raises(Rejected):
        play(world.url, **{"name": "wave", **wrong})


def test_the_command_writes_what_it_left(world, capsys):
    assert scenario.main(["wave", "--url", world.url, "--count", "2"]) == 0
    left = json.loads(capsys.readouterr().out)
    assert set(left["comments"]) == {item["id"] for item in world.items() if item["parent"] is not None}
    assert left["expect"]
    assert OTHERS[0] in world.items()[-2]["text"]


def test_the_command_says_in_one_line_what_went_wrong(world, capsys):
    assert scenario.main(["wave", "--url", "http://127.0.0.1:9"]) == 1
    assert scenario.main(["wave", "--url", world.url, "--network", "minitel"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("scenario: ") for line in lines)


def test_the_help_names_every_scenario(capsys):
    with pytest.raises(SystemExit):
        scenario.main(["--help"])
    shown = capsys.readouterr().out
    assert all(name in shown for name in SCENARIOS)
