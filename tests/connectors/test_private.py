"""Private messages on every network that lists them, and comments under advertisements."""

import json
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import NotGranted, ReplyNotAllowed, Said
from connectors.meta import messages as meta_messages
from connectors.private import Thread, ads_of, messages_of
from connectors.registry import CHANNELS, capabilities_of
from connectors.sandbox import COMPANY, OAUTH2
from connectors.sandbox.meta import oauth
from connectors.sandbox.meta.networks import BLIND_TOKEN, INSTAGRAM_READER, INSTAGRAM_TOKEN, PAGE_TOKEN
from connectors.sandbox.x_network import NO_MESSAGES
from errors import AuthExpired, DeliveryUnknown, RateLimited, Rejected, Unavailable
from tests.connectors.private_contract import PrivateWorld, read_all
from tests.connectors.world import just_now

FACEBOOK, INSTAGRAM = "/facebook/v25.0/me/", "/instagram/v25.0/me/"
WORLDS: dict[str, Any] = {
    "facebook": (COMPANY, PAGE_TOKEN, BLIND_TOKEN, f"{FACEBOOK}conversations", f"{FACEBOOK}messages", "m_{}".format, "messages"),
    "instagram": (
        oauth.INSTAGRAM, INSTAGRAM_TOKEN, INSTAGRAM_READER, f"{INSTAGRAM}conversations", f"{INSTAGRAM}messages",
        "m_{}".format, "messages",
    ),
    "x": (COMPANY, OAUTH2, NO_MESSAGES, "/2/dm_events", "/2/dm_conversations", str, "dm_events"),
}  # fmt: skip
SAID = "Depuis que je prends Cardexine j'ai des vertiges, je n'ose pas le dire en public."


def open_world(network: str, sandbox, http) -> PrivateWorld:
    if not capabilities_of(network).private_messages:
        pytest.skip(f"{network} lists no private messages")
    http.post("/_sandbox/reset").raise_for_status()
    account, token, blind, *rest = WORLDS[network]
    return PrivateWorld(network, sandbox.url, account, token, blind, http, *rest)


@pytest.fixture(params=sorted(CHANNELS))
def world(request, sandbox, http) -> PrivateWorld:
    return open_world(request.param, sandbox, http)


@pytest.fixture
def facebook(sandbox, http) -> PrivateWorld:
    return open_world("facebook", sandbox, http)


@pytest.fixture
def instagram(sandbox, http) -> PrivateWorld:
    return open_world("instagram", sandbox, http)


@pytest.fixture
def x(sandbox, http) -> PrivateWorld:
    return open_world("x", sandbox, http)


def test_a_network_is_a_channel_of_messages_exactly_when_it_says_so(sandbox, http):
    told = {name for name in CHANNELS if capabilities_of(name).private_messages}
    assert told == set(WORLDS)


def test_what_is_written_in_private_is_read_with_its_thread_and_without_a_parent(world):
    message = world.write(SAID)
    found, pages, _cursor = read_all(world.messages())
    one = found[message]
    assert (one.text, one.said, one.parent_id) == (SAID, Said.PRIVATE_MESSAGE, None)
    assert one.conversation_id
    assert one.author_id != world.account.id
    assert not any(page.cap_hit for page in pages)


def test_what_we_wrote_is_no_comment_and_stands_beside(world):
    world.write(SAID)
    ours = world.write("Bonjour, depuis quand ?", ours=True)
    found, pages, _cursor = read_all(world.messages())
    assert [one.text for one in found.values()] == [SAID]
    own = [one for page in pages for one in page.own]
    assert [(one.external_id, one.text) for one in own] == [(ours, "Bonjour, depuis quand ?")]
    assert {one.thread_id for one in own} == {one.conversation_id for one in found.values()}


def test_from_the_cursor_on_only_what_changed_is_read_and_nothing_is_lost(world):
    world.write("un", "lilas_nuit", at=just_now() - timedelta(hours=2))
    world.write("deux", "galet_aube", at=just_now() - timedelta(hours=1))
    _found, _pages, cursor = read_all(world.messages())
    later = {world.write("trois", "lilas_nuit"), world.write("quatre", "noyau_midi")}
    found, _pages, _cursor = read_all(world.messages(), cursor)
    assert later <= set(found)


def test_a_reading_cut_short_by_a_limit_goes_on_where_it_stopped(world):
    written = {world.write(f"texte {n}", f"personne_{n}") for n in range(3)}
    world.control("limits", route=world.route, size=0, seconds=60)
    page = world.messages().fetch_messages(None)
    assert (page.complete, page.next_allowed_at is not None) == (False, True)
    world.control("limits", route=world.route, size=1000, seconds=60)
    assert written <= set(read_all(world.messages(), page.cursor)[0])


def test_an_answer_leaves_once_and_is_read_back_and_found(world):
    world.write(SAID)
    channel, start = world.messages(), just_now()
    comment = next(iter(read_all(channel)[0].values()))
    thread = Thread(comment.conversation_id, comment.author_id)
    receipt = channel.answer_message(thread, "Bonjour, merci de nous l'avoir écrit.", "k1")
    assert world.sent("Bonjour, merci de nous l'avoir écrit.") == 1
    assert channel.read_message(receipt.remote_id).text == "Bonjour, merci de nous l'avoir écrit."
    found = channel.find_message(thread, "Bonjour, merci de nous l'avoir écrit.", start)
    assert found.remote_id == receipt.remote_id
    assert channel.find_message(thread, "Autre texte", start) is None
    assert receipt.remote_id not in read_all(channel)[0]


@pytest.mark.parametrize(("kind", "left"), [("lose_answer", True), ("status", False)])
def test_an_answer_whose_outcome_is_lost_is_looked_for(world, kind, left):
    world.write(SAID)
    channel, start = world.messages(), just_now()
    comment = next(iter(read_all(channel)[0].values()))
    thread = Thread(comment.conversation_id, comment.author_id)
    world.break_next(world.sending, kind, "POST", value=503)
    with pytest.raises(DeliveryUnknown):
        channel.answer_message(thread, "Bonjour.", "k1")
    assert (channel.find_message(thread, "Bonjour.", start) is not None) is left


def test_a_token_without_the_permission_reads_nothing_and_says_so(world):
    if world.blind is None:
        pytest.skip(f"{world.network} has no token without the permission here")
    world.write(SAID)
    with pytest.raises(NotGranted):
        world.messages(token=world.blind).fetch_messages(None)


@pytest.mark.parametrize(
    ("kind", "error"), [("status", Unavailable), ("html_200", Unavailable), ("revoke_token", AuthExpired)]
)
def test_a_reading_that_fails_says_why(world, kind, error):
    world.break_next(world.listing, kind, "GET", value=503)
    with pytest.raises(error):
        world.messages().fetch_messages(None)


# --- Meta ----------------------------------------------------------------------------------------------------------


def test_meta_takes_no_answer_after_a_day(facebook):
    facebook.write(SAID, at=just_now() - timedelta(hours=25))
    channel = facebook.messages()
    comment = next(iter(read_all(channel)[0].values()))
    with pytest.raises(ReplyNotAllowed):
        channel.answer_message(Thread(comment.conversation_id, comment.author_id), "Bonjour.", "k1")


def test_meta_tells_twenty_messages_of_a_thread_and_the_gap_is_told(facebook):
    start = just_now() - timedelta(hours=1)
    for n in range(3):
        facebook.write(f"début {n}", at=start + timedelta(minutes=n))
    _found, _pages, cursor = read_all(facebook.messages())
    for n in range(25):
        facebook.write(f"suite {n}", at=start + timedelta(minutes=10, seconds=n))
    found, pages, cursor = read_all(facebook.messages(), cursor)
    assert len(found) == meta_messages.TOLD
    assert any(page.cap_hit for page in pages)
    assert not any(page.cap_hit for page in read_all(facebook.messages(), cursor)[1])


def test_a_thread_that_did_not_change_is_not_read_again(facebook):
    facebook.write("un", at=just_now() - timedelta(hours=2))
    _found, _pages, cursor = read_all(facebook.messages())
    assert read_all(facebook.messages(), cursor)[0] == {}


def test_an_answer_to_a_story_is_told_as_one(instagram):
    answer = instagram.write("Ça m'a donné des plaques", story="18000000000000001")
    one = read_all(instagram.messages())[0][answer]
    assert (one.said, one.author_handle) == (Said.STORY_REPLY, "lilas_nuit")


def test_an_instagram_account_knows_itself_by_its_name(instagram):
    row = {"id": "m_1", "from": {"id": "999", "username": oauth.INSTAGRAM.handle}}
    assert instagram.channel()._messages._is_ours(row)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"platform": "messenger"}, 100),
        ({"platform": "instagram", "since": "1"}, 100),
        ({"platform": "instagram", "fields": "id,nothing"}, 100),
    ],
)
def test_the_sandbox_is_strict_about_threads(instagram, asked, code):
    instagram.write(SAID)
    with pytest.raises(Rejected, match=f"code {code}"):
        instagram.channel()._graph.get("me/conversations", **asked)


def test_the_threads_are_the_pages_not_the_instagram_accounts(instagram):
    instagram.write(SAID)
    with pytest.raises(Rejected):
        instagram.channel()._graph.get(f"{oauth.INSTAGRAM.id}/conversations", platform="instagram")


def test_a_limit_of_the_send_interface_says_until_when(facebook):
    facebook.write(SAID)
    channel = facebook.messages()
    comment = next(iter(read_all(channel)[0].values()))
    facebook.break_next(facebook.sending, "rate_limit", "POST", value=60.0)
    with pytest.raises(RateLimited):
        channel.answer_message(Thread(comment.conversation_id, comment.author_id), "Bonjour.", "k1")


# --- X --------------------------------------------------------------------------------------------------------------


def test_x_pages_down_to_what_was_seen(x):
    first = x.write("premier", at=just_now() - timedelta(days=1))
    _found, _pages, cursor = read_all(x.messages())
    later = {x.write(f"texte {n}") for n in range(205)}
    found, pages, cursor = read_all(x.messages(), cursor)
    assert later | {first} == set(found)
    assert len(pages) == 1
    assert set(read_all(x.messages(), cursor)[0]) <= later


def test_x_keeps_thirty_days_and_says_when_the_cursor_is_older(x):
    x.write("il y a longtemps", at=just_now() - timedelta(days=40))
    new = x.write("aujourd'hui & demain <3")
    old = json.dumps({"v": 1, "mark": int(new) - (40 * 86_400_000 << 22), "top": 0, "token": ""})
    found, pages, _cursor = read_all(x.messages(), old)
    assert [one.text for one in found.values()] == ["aujourd'hui & demain <3"]
    assert pages[0].cap_hit


def test_x_takes_no_message_for_who_did_not_write(x):
    x.write(SAID)
    with pytest.raises(ReplyNotAllowed):
        x.messages().answer_message(Thread(f"{COMPANY.id}-1600000000000000009", "1600000000000000009"), "Bonjour", "k")


# --- advertisements -------------------------------------------------------------------------------------------------


def test_what_is_said_under_an_advertisement_that_stands_nowhere_else_is_read(facebook):
    ad = facebook.control("posts", text="Publicité", settings={"ad": True, "inline": True})["id"]
    shown = facebook.control("posts", text="Publication")["id"]
    said = facebook.control("comments", text="J'ai eu mal au ventre", reply_to=ad)["id"]
    public = facebook.control("comments", text="Bravo", reply_to=shown)["id"]
    page = ads_of(facebook.channel()).fetch_ad_comments(None)
    assert [(one.external_id, one.said, one.conversation_id) for one in page.comments] == [(said, Said.AD_COMMENT, ad)]
    assert {one.external_id for one in facebook.channel().fetch_comments(None).comments} == {public}
    later = facebook.control("comments", text="Moi aussi", reply_to=ad)["id"]
    assert later in {one.external_id for one in ads_of(facebook.channel()).fetch_ad_comments(page.cursor).comments}


def test_without_the_permission_the_advertisements_are_not_read(facebook):
    with pytest.raises(NotGranted, match="ads_management"):
        ads_of(facebook.channel(token=BLIND_TOKEN)).fetch_ad_comments(None)


def test_instagram_has_no_interface_for_advertisements(instagram):
    assert ads_of(instagram.channel()) is None
    assert messages_of(instagram.channel()) is not None
    assert json.loads(read_all(instagram.messages())[2])["v"] == 1
