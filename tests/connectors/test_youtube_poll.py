"""What is said on YouTube: all of it comes in, what is held back too, and the cursor loses nothing."""

import contextlib
import itertools
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connectors.base import Sight
from connectors.youtube import poll, threads
from connectors.youtube.costs import COST
from connectors.youtube.cursor import load
from errors import Rejected, Unavailable
from tests.connectors.contract import poll_all
from tests.connectors.world import just_now
from tests.connectors.youtube_world import YoutubeWorld, ours, world_of


@pytest.fixture
def world(sandbox, http) -> YoutubeWorld:
    return world_of(sandbox, http)


# --- what is said --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["heldForReview", "likelySpam"])
def test_what_youtube_holds_back_comes_in_and_is_told_as_hidden(world: YoutubeWorld, status):
    post = world.post("Bonjour")
    top, quiet = world.comment("J'ai vomi", reply_to=post), world.comment("Merci", reply_to=post)
    answer, under_held = world.comment("Moi aussi", reply_to=quiet), world.comment("Et moi", reply_to=top)
    for one in (top, answer, under_held):
        world.moderate(one, status)
    truth = {top: True, quiet: False, answer: True, under_held: True}
    found, _cursor = poll_all(world.channel(), None, [post])
    assert {one.external_id: one.hidden for one in found.values()} == truth
    known = world.channel().look_up(list(truth))
    assert {c.external_id: c.hidden for c in known.comments} == truth
    assert known.missing == frozenset()
    assert {c.conversation_id for c in known.comments} == {post}
    world.moderate(top, "published")
    assert world.channel().sight(under_held) is Sight.HIDDEN
    assert world.channel().sight(top) is Sight.SHOWN
    assert under_held in poll_all(world.channel(), None, [post])[0]


def test_more_answers_than_a_thread_shows_all_come_and_are_read_again_only_when_there_are_more(world: YoutubeWorld):
    post = world.post("Bonjour")
    top = world.comment("Où ?", reply_to=post)
    written = world.comments([f"réponse {n}" for n in range(108)], reply_to=top)
    found, cursor = poll_all(world.channel(), None)
    assert set(found) == written | {top}
    before = world.units()
    _, cursor = poll_all(world.channel(), cursor)
    assert world.units() - before == COST["fetch_comments"]
    later = world.comment("la dernière", reply_to=top)
    assert later in poll_all(world.channel(), cursor)[0]


def test_a_new_answer_far_down_is_found_when_the_film_is_read_whole(world: YoutubeWorld, monkeypatch):
    monkeypatch.setattr(poll, "THREAD", {**poll.THREAD, "maxResults": 5})
    monkeypatch.setattr(poll, "OVERLAP", timedelta(0))
    post = world.post("Bonjour", at=just_now() - timedelta(days=40))
    old = world.comment("Ancien", reply_to=post, at=(just_now() - timedelta(days=30)).isoformat())
    recent = (just_now() - timedelta(hours=1)).isoformat()
    for n in range(9):
        world.comment(f"récent {n}", reply_to=post, at=recent)
    _, cursor = poll_all(world.channel(), None, [post])
    answer = world.comment("J'ai des vertiges", reply_to=old)
    _, cursor = poll_all(world.channel(), cursor, [post])
    monkeypatch.setattr(poll, "WHOLE", timedelta(0))
    assert answer in poll_all(world.channel(), cursor, [post])[0]


def test_a_film_whose_comments_are_closed_or_that_is_gone_stops_no_other(world: YoutubeWorld):
    closed = world._call("POST", "posts", text="Fermé", settings={"commentsDisabled": True})["id"]
    gone, post = world.post("Parti"), world.post("Bonjour")
    world.delete(gone)
    comment = world.comment("Merci", reply_to=post)
    assert set(poll_all(world.channel(), None, [closed, gone, post])[0]) == {comment}
    found = world.channel().fetch_comments(None, [closed, gone, post])
    assert found.closed == (closed,)
    assert world.channel().fetch_comments(found.cursor, [closed, gone, post]).closed == (closed,), "told until it opens"


def test_a_page_that_youtube_no_longer_knows_is_begun_again(world: YoutubeWorld):
    written = world.comments([f"mention {n}" for n in range(4)])
    walks = {"published": ["forgotten", just_now().isoformat(), True]}
    old = json.dumps({"v": 1, "marks": {}, "wholes": {}, "walks": walks, "done": [], "answers": {}})
    assert set(poll_all(world.channel(), old)[0]) == written


def test_fetch_keeps_a_comment_whose_author_is_suspended_and_names_its_picture(world: YoutubeWorld):
    comment = world.comment("J'ai vomi", handle="brume_sud", media=["photo"])
    world.suspend("brume_sud")
    found = poll_all(world.channel(), None)[0][comment]
    assert (found.text, found.author_id, found.author_handle, found.media) == ("J'ai vomi", "", "", ("photo",))


@pytest.mark.parametrize("cursor", ["[]", "{", '{"marks": 3}', '{"marks": {"a": "x"}, "wholes": {}, "walks": {}}'])
def test_fetch_refuses_a_cursor_that_is_not_ours(world: YoutubeWorld, cursor: str):
    with pytest.raises(Rejected, match="cursor"):
        world.channel().fetch_comments(cursor)


def test_gone_is_not_said_when_too_much_is_held_back_to_look_through(world: YoutubeWorld, monkeypatch):
    monkeypatch.setattr(threads, "MOST_HELD_PAGES", 1)
    monkeypatch.setattr(threads, "THREAD", {**threads.THREAD, "maxResults": 1})
    kept, *held = (world.comment(f"mention {n}") for n in range(3))
    for one in held:
        world.moderate(one, "heldForReview")
    with pytest.raises(Unavailable, match="more comments"):
        world.channel().look_up([held[0]])
    assert world.channel().sight(kept) is Sight.UNTOLD


@pytest.fixture
def minutes(world: YoutubeWorld):
    """The networks' clock, held since yesterday, and a minute later at each look."""

    def pass_by():
        for number in itertools.count():
            yield world._call("POST", "clock", at=(yesterday + timedelta(minutes=number)).isoformat())

    yesterday = just_now() - timedelta(days=1)
    yield pass_by()
    world._call("POST", "clock", at=None)


# What may happen between and during two polls: (what, which one of those there are).
STEPS = st.lists(
    st.tuples(st.sampled_from(["answer", "below", "edit", "hold", "delete", "ours", "poll"]), st.integers(0, 99)),
    min_size=20,
    max_size=28,
)


HISTORY = [
    *[("answer", 7), ("poll", 0), ("answer", 3), ("poll", 0), ("below", 7), ("edit", 2), ("poll", 0), ("ours", 4)],
    *[("below", 3), ("answer", 5), ("hold", 10), ("poll", 0), ("poll", 0), ("delete", 12), ("hold", 6), ("below", 7)],
]


def test_a_history_ends_with_the_truth(world: YoutubeWorld, minutes):
    tell(world, minutes, HISTORY, pages=2)


@pytest.mark.soak
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(steps=STEPS, pages=st.integers(2, 4))
def test_random_histories_end_with_the_truth(world: YoutubeWorld, minutes, steps, pages):
    world.http.post("/_sandbox/reset")
    tell(world, minutes, steps, pages)


def tell(world: YoutubeWorld, minutes, steps, pages: int) -> None:
    """Let a history happen, and hold what was polled against the truth; a minute passes at every step.

    YouTube tells whole seconds; without the overlap only the cursor itself stands between a comment and its loss.
    """
    channel, post = world.channel(), world.post("Le film")
    known: dict[str, str] = {}
    there: list[str] = []
    cursor = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(poll, "THREAD", {**poll.THREAD, "maxResults": 5})
        patch.setattr(poll, "MAX_PAGES", pages)
        patch.setattr(poll, "WHOLE", timedelta(0))
        patch.setattr(poll, "HELD_WHOLE", timedelta(0))
        patch.setattr(poll, "OVERLAP", timedelta(0))
        for what, which in steps:
            next(minutes)
            cursor = play(world, channel, post, what, which, there, known, cursor)
        for _ in range(2):  # what was written during a round cut short comes with the next
            next(minutes)
            found, cursor = poll_all(channel, cursor, [post])
            known |= {one: comment.text for one, comment in found.items()}
    missing = channel.look_up(list(known)).missing
    truth = {item["id"]: item["text"] for item in world.items() if item["shown"] and item["parent"]}
    said = {one: text for one, text in truth.items() if one not in {item["id"] for item in ours(world)}}
    assert {one: text for one, text in known.items() if one not in missing} == said
    assert load(cursor).walks == {}


def play(world: YoutubeWorld, channel, post, what, which, there, known, cursor):
    """Let one thing happen; a poll may stop half-way, and others write before it goes on."""
    some = there[which % len(there)] if there else None
    if what == "poll":
        page = channel.fetch_comments(cursor, [post])
        known |= {c.external_id: c.text for c in page.comments}
        return page.cursor
    if what == "answer":
        there += [world.comment(f"{what} {n} de {which}", reply_to=post) for n in range(which % 8)]
    elif some and what == "below":
        there += [world.comment(f"dessous {n} de {which}", reply_to=some) for n in range(which % 8)]
    elif some and what == "edit":
        world.edit(some, f"corrigé {which}")
    elif some and what == "hold":
        world.moderate(some, ["published", "heldForReview", "likelySpam"][which % 3])
    elif some and what == "ours":
        with contextlib.suppress(Rejected):  # nothing that is held back can be answered
            channel.reply(some, f"à nous {which}", key="k")
    elif some and what == "delete" and "." in some:
        world.delete(some)
        there.remove(some)
    return cursor
