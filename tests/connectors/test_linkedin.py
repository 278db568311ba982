"""LinkedIn keeps the channels' contract, and what LinkedIn alone does."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.base import Channel, Media, OutgoingPost, Token
from connectors.linkedin import media as linkedin_media
from connectors.linkedin import poll as linkedin_poll
from connectors.linkedin import wire as linkedin_wire
from connectors.linkedin.cursor import load
from connectors.linkedin.little_text import escaped, plain
from connectors.linkedin.media import is_linkedins
from connectors.linkedin.oauth import SCOPES, authorize_url, exchange, refresh
from connectors.linkedin.parse import comment_of
from connectors.linkedin.urn import parts_of
from connectors.linkedin.version import SUNSET, VERSION
from connectors.linkedin.webhook import answer_challenge, is_signed
from connectors.sandbox.linkedin.network import COMPANY, READER, USER
from errors import AuthExpired, DeliveryUnknown, RateLimited, Rejected, Unavailable
from tests.connectors.consenting import consent
from tests.connectors.contract import TEXT, ChannelContract, poll_all
from tests.connectors.world import World, just_now

REST = "/linkedin/rest"
CALLS = {
    "publish": ("POST", f"{REST}/posts"),
    "reply": ("POST", f"{REST}/socialActions"),
    "sight": ("GET", f"{REST}/socialActions"),
    "delete_own": ("DELETE", REST),
    "fetch_comments": ("GET", REST),
    "counts": ("GET", f"{REST}/socialMetadata"),
    "comments": ("GET", f"{REST}/socialActions"),
    "read_back": ("GET", f"{REST}/posts"),
    "set_comments": ("POST", f"{REST}/socialMetadata"),
}
RETURN = "https://covigie.example/retour"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def world(sandbox, http) -> World:
    http.post("/_sandbox/reset").raise_for_status()
    return World("linkedin", sandbox.url, COMPANY, USER, http, CALLS, root="/linkedin", listing=("comments", 1))


class TestLinkedIn(ChannelContract):
    """Without the overlap: the cursor alone must lose nothing."""

    @pytest.fixture(autouse=True)
    def without_overlap(self, monkeypatch):
        monkeypatch.setattr(linkedin_poll, "OVERLAP_MS", 0)
        monkeypatch.setattr(linkedin_poll, "STEP_BACK", 0)

    def test_rate_limited_write_says_until_when_and_does_nothing(self, world: World):
        world.break_next("publish", "rate_limit", value=120)
        with pytest.raises(RateLimited, match="MEMBER DAY") as caught:
            world.channel().publish(OutgoingPost(TEXT, key="k1"))
        midnight = caught.value.retry_at
        assert midnight is not None
        assert (midnight.hour, midnight.minute, midnight.second) == (0, 0, 0)
        assert timedelta(0) < midnight - just_now() <= timedelta(days=1)
        assert world.published(TEXT) == []

    def test_rate_limited_poll_goes_on_where_it_stopped(self, world: World):
        written = world.comments([f"commentaire {n}" for n in range(230)])
        world.limit("comments", 1, 900)
        channel = world.channel()
        first = channel.fetch_comments(None)
        assert (first.complete, len(first.comments)) == (False, 100)
        assert first.next_allowed_at is not None
        assert first.next_allowed_at > just_now()
        meanwhile = world.comment("arrivé entre deux pages")
        world.limit("comments", 1000, 900)
        found, cursor = poll_all(channel, first.cursor)
        found |= {c.external_id: c for c in first.comments}
        found |= poll_all(channel, cursor)[0]
        assert set(found) == written | {meanwhile}


def test_a_post_whose_comments_open_again_is_told_at_the_next_reading(world: World):
    channel, post = world.channel(), world.post("Bonjour")
    world.switch(post, enabled=False)
    page = channel.fetch_comments(None, [post])
    assert page.closed == (post,)
    world.switch(post, enabled=True)
    assert channel.fetch_comments(page.cursor, [post]).closed == ()


def test_where_linkedin_lets_nobody_ask_for_several_posts_nothing_is_said_of_their_comments(world: World):
    channel, post = world.channel(), world.post("Bonjour")
    world.switch(post, enabled=False)
    world.break_next("counts", "status", value=403)
    assert [one.comments_open for one in channel.own_posts(just_now() - timedelta(minutes=5))] == [None]
    world.break_next("counts", "status", value=403)
    assert channel.fetch_comments(None, [post]).closed == ()


# --- what we say ---------------------------------------------------------------------------------------------------

WRITTEN = [
    "simple, à l'heure",
    r"(a) [b] {c} <d> \e | f_g * h ~ i @ j # k",
    "#Santé et #vaccin, pas c#, ni #a_b, ni #12",
    r"déjà \( échappé \#",
    "courriel@labos-helior.example et https://labos-helior.example/a_b?c=(d)",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_publish_shows_every_reserved_character(world: World, text: str):
    channel = world.channel()
    shown = channel.read_back(channel.publish(OutgoingPost(text, key="k1")).remote_id)
    assert shown is not None
    assert shown.text == text
    assert [one["text"] for one in world.items()] == [text]


def test_a_hashtag_can_be_clicked_and_everything_else_is_escaped():
    assert escaped("#Santé (a) #a_b c#") == r"#Santé \(a\) \#a\_b c\#"
    assert (
        plain(r"{hashtag|\#|Sant\_e} @[Labos \[Hélior\]](urn:li:organization:7) \(x\)") == "#Sant_e Labos [Hélior] (x)"
    )


def test_without_escapes_linkedin_cuts_the_post_and_reading_back_tells(world: World, monkeypatch):
    channel = world.channel()
    monkeypatch.setattr("connectors.linkedin.little_text.escaped", lambda text: text)
    shown = channel.read_back(channel.publish(OutgoingPost("Bonjour (à tous)", key="k1")).remote_id)
    assert shown is not None
    assert not channel.same_text("Bonjour (à tous)", shown)


def test_publish_without_resharing(world: World):
    settings = {"isReshareDisabledByAuthor": True}
    world.channel().publish(OutgoingPost("Sans partage", key="k1", settings=settings))
    assert world.published("Sans partage")[0]["settings"] == settings


def test_publish_the_same_words_twice_is_rejected(world: World):
    channel = world.channel()
    channel.publish(OutgoingPost("Deux fois", key="k1"))
    with pytest.raises(Rejected, match="DUPLICATE_POST"):
        channel.publish(OutgoingPost("Deux fois", key="k2"))


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(linkedin_media, "PAUSE", 0.0)


@pytest.mark.parametrize("alts", [("Une boîte",), ("Une boîte", "Un verre d'eau")])
def test_pictures_stand_in_their_order_with_their_descriptions(world: World, at_once, alts):
    files = tuple(Media(f"{n}.png", "image/png", PNG, alt) for n, alt in enumerate(alts))
    channel = world.channel()
    shown = channel.read_back(channel.publish(OutgoingPost("Avec images", key="k1", media=files)).remote_id)
    assert shown is not None
    assert [(one.kind, one.alt_text) for one in shown.media or ()] == [("image", alt) for alt in alts]


def test_a_film_goes_up_in_parts_and_is_waited_for(world: World, at_once):
    film = Media("film.mp4", "video/mp4", b"0000ftyp" + b"1" * (5 * 2**20))
    channel = world.channel()
    shown = channel.read_back(channel.publish(OutgoingPost("Avec un film", key="k1", media=(film,))).remote_id)
    assert shown is not None
    assert [one.kind for one in shown.media or ()] == ["video"]
    with pytest.raises(Rejected, match="not both"):
        channel.publish(OutgoingPost("Les deux", key="k2", media=(film, Media("a.png", "image/png", PNG))))


def test_a_file_that_linkedin_cannot_use_publishes_nothing(world: World, at_once):
    with pytest.raises(Rejected, match="PROCESSING_FAILED"):
        world.channel().publish(OutgoingPost("Abîmée", key="k1", media=(Media("a.png", "image/png", b"rien"),)))
    assert world.published("Abîmée") == []


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("https://www.linkedin.com/dms-uploads/x", True),
        ("https://api.linkedin.com/x", True),
        ("http://www.linkedin.com/x", False),
        ("https://linkedin.com.autre.example/x", False),
        ("https://notlinkedin.com/x", False),
        ("", False),
    ],
)
def test_bytes_and_token_go_to_linkedin_alone(address: str, ours: bool):
    assert is_linkedins(address, "https://api.linkedin.com") is ours


# --- what we answer ------------------------------------------------------------------------------------------------


def test_an_answer_to_an_answer_stands_beside_it(world: World):
    channel, start = world.channel(), just_now()
    top = world.comment("Où ?", reply_to=world.post("Bonjour"))
    below = world.comment("Moi aussi", reply_to=top)
    receipt = channel.reply(below, "En pharmacie.", key="r1")
    assert next(one for one in world.items() if one["id"] == receipt.remote_id)["parent_id"] == top
    found = channel.find_own("En pharmacie.", start, in_reply_to=below)
    assert found is not None
    assert found.remote_id == receipt.remote_id


def test_a_first_comment_stands_under_the_post_and_can_be_deleted(world: World):
    channel, start = world.channel(), just_now()
    post = channel.publish(OutgoingPost("Bonjour", key="k1")).remote_id
    receipt = channel.reply(post, "Les mentions (légales) #1", key="r1")
    assert channel.find_own("Les mentions (légales) #1", start, in_reply_to=post) is not None
    assert poll_all(channel, None, [post])[0] == {}
    channel.delete_own(receipt.remote_id)
    assert channel.read_back(receipt.remote_id) is None


def test_an_answer_that_is_too_long_or_to_what_is_gone_is_rejected(world: World):
    channel, comment = world.channel(), world.comment("Où ?")
    with pytest.raises(Rejected, match="1250"):
        channel.reply(comment, "a" * 1251, key="r1")
    world.delete(comment)
    with pytest.raises(Rejected, match="any more"):
        channel.reply(comment, "En pharmacie.", key="r1")
    assert channel.find_own("En pharmacie.", just_now(), in_reply_to=comment) is None


def test_a_post_too_young_to_be_commented_is_tried_again(world: World, monkeypatch):
    post, channel = world.post("Bonjour"), world.channel()
    problem = {"status": 404, "code": "NOT_FOUND", "message": "Unable to obtain activity from ugcPost"}
    answers(monkeypatch, 404, {}, json.dumps(problem).encode())
    with pytest.raises(Unavailable, match="obtain activity"):
        channel.reply(post, "Premier commentaire", key="r1")


def test_nothing_is_hidden_and_nothing_of_others_deleted_by_a_call(world: World):
    channel, comment = world.channel(), world.comment("Pub")
    world.url = "http://127.0.0.1:9"
    for act in (channel.hide, channel.unhide, channel.delete_comment):
        with pytest.raises(Rejected):
            act(comment)
    assert not channel.capabilities.can_hide


# --- what is said to us --------------------------------------------------------------------------------------------


@pytest.fixture
def paths(monkeypatch) -> list[str]:
    """What is read from here on, without the addresses' parameters."""
    read, asked = linkedin_wire.Wire.read, []

    def noted(self, path, **more):
        asked.append(path.partition("?")[0].split("/")[1])
        return read(self, path, **more)

    monkeypatch.setattr(linkedin_wire.Wire, "read", noted)
    return asked


def old_post(world: World) -> str:
    return world.post("Un vieux message", at=just_now() - timedelta(days=9))


def test_a_quiet_poll_of_old_posts_asks_for_the_list_and_the_counts_alone(world: World, paths):
    channel, post = world.channel(), old_post(world)
    comment = world.comment("Merci", reply_to=post)
    assert set(poll_all(channel, None)[0]) == {comment}
    _, cursor = poll_all(channel, None)
    paths.clear()
    assert poll_all(channel, cursor)[0] == {}
    assert paths == ["posts", "socialMetadata"]


def test_a_comment_that_appears_with_an_old_date_is_brought(world: World):
    channel, post = world.channel(), old_post(world)
    world.comment("Merci", reply_to=post)
    _, cursor = poll_all(channel, None)
    released = world.comment("J'ai eu des vertiges", reply_to=post, at=(just_now() - timedelta(days=3)).isoformat())
    assert released in poll_all(channel, cursor)[0]


def test_an_edit_under_an_old_post_is_brought_within_the_hour(world: World, monkeypatch):
    channel, post = world.channel(), old_post(world)
    comment = world.comment("Merci", reply_to=post)
    _, cursor = poll_all(channel, None)
    world.edit(comment, "J'ai eu des vertiges")
    assert poll_all(channel, cursor)[0] == {}
    monkeypatch.setattr(linkedin_poll, "WHOLE_EVERY", timedelta(seconds=-1))
    assert poll_all(channel, cursor)[0][comment].text == "J'ai eu des vertiges"


def test_answers_to_our_own_answers_are_brought(world: World):
    channel, comment = world.channel(), world.comment("Où ?", reply_to=world.post("Bonjour"))
    ours = channel.reply(comment, "En pharmacie.", key="r1").remote_id
    below = world.comment("Merci, j'y vais", reply_to=ours)
    found, _ = poll_all(channel, None)
    assert set(found) == {comment, below}
    assert found[below].parent_id == comment


def test_without_counts_every_comment_is_read_all_the_same(world: World, paths):
    channel, comment = world.channel(), world.comment("Où ?", reply_to=old_post(world))
    below = world.comment("Là", reply_to=comment)
    _, cursor = poll_all(channel, None)
    world.break_next("counts", "status", value=403)
    assert set(poll_all(channel, cursor)[0]) == {comment, below}


def test_a_post_that_may_not_be_read_stops_no_other_and_is_named(world: World):
    channel, refused, other = world.channel(), world.post("Bonjour"), world.post("Autre")
    below, comment = world.comment("Merci", reply_to=refused), world.comment("Et moi ?", reply_to=other)
    world.break_next("comments", "status", value=403)
    page = channel.fetch_comments(None, [refused])
    assert {one.external_id for one in page.comments} == {comment}
    assert (page.unseen, page.cap_hit, page.complete) == ((refused,), True, True)
    assert below in poll_all(channel, page.cursor, [refused])[0]
    world.break_next("comments", "status", value=403, times=2)
    with pytest.raises(Rejected):
        channel.fetch_comments(None, [refused])


def test_a_comment_that_cannot_be_read_stops_no_other_and_its_post_is_named(world: World, monkeypatch):
    channel, post = world.channel(), world.post("Bonjour")
    world.comment("illisible", reply_to=post)
    comment = world.comment("lisible", reply_to=post)
    shape = "connectors.sandbox.linkedin.comments.milliseconds"
    monkeypatch.setattr(shape, lambda item: "demain" if item.text == "illisible" else item.at.timestamp() * 1000)
    page = channel.fetch_comments(None)
    assert {one.external_id for one in page.comments} == {comment}
    assert (page.unseen, page.cap_hit) == ((post,), True)


def test_a_post_that_is_gone_stops_no_poll(world: World):
    channel, post = world.channel(), world.post("Bonjour")
    world.comment("Merci", reply_to=post)
    other = world.comment("Et moi ?", reply_to=world.post("Autre"))
    _, cursor = poll_all(channel, None, [post])
    channel.delete_own(post)
    world.comment("Encore", reply_to=world.post("Un troisième"))
    found, cursor = poll_all(channel, cursor, [post])
    assert len(found) in {1, 2}
    assert other in poll_all(channel, None, [post])[0]


def test_the_first_poll_says_when_there_are_more_posts_than_are_watched(world: World, monkeypatch):
    for number in range(3):
        world.comment("Merci", reply_to=world.post(f"message {number}"))
    monkeypatch.setattr(linkedin_poll, "MOST_WATCHED", 2)
    page = world.channel().fetch_comments(None)
    assert (len(page.comments), page.cap_hit) == (2, True)
    assert not world.channel().fetch_comments(page.cursor).cap_hit


@pytest.mark.parametrize(
    "cursor", ["[]", "{", '{"seen": 3}', '{"seen": {}, "walks": [{"post": "x"}]}', '{"seen": {"p": [1]}, "walks": []}']
)
def test_fetch_refuses_a_cursor_that_is_not_ours(world: World, cursor: str):
    with pytest.raises(Rejected, match="cursor"):
        world.channel().fetch_comments(cursor)


def test_an_identity_does_not_change_with_the_thread_s_name_and_ids_may_be_numbers():
    element = {"id": 77, "object": "urn:li:ugcPost:9", "actor": "urn:li:person:a", "created": {"time": 1700000000000}}
    assert comment_of(element).external_id == "urn:li:comment:(urn:li:ugcPost:9,77)"
    known = "urn:li:comment:(urn:li:activity:8,77)"
    assert comment_of(element, known_as=known).external_id == known
    assert parts_of("urn:li:comment:(activity:8,77)") == ("urn:li:activity:8", "77")
    assert comment_of(element).posted_at == datetime.fromtimestamp(1700000000, UTC)


def test_look_up_goes_one_by_one_where_many_may_not_be_asked_for_at_once(world: World):
    kept, gone = world.comment("un"), world.comment("deux")
    world.delete(gone)
    world.break_next("comments", "status", value=403)
    answer = world.channel().look_up([kept, gone])
    assert [one.external_id for one in answer.comments] == [kept]
    assert answer.missing == {gone}


def test_look_up_takes_no_silence_for_a_deletion(world: World):
    kept = world.comment("un")
    world.break_next("comments", "status", value=400)
    world.break_next("sight", "status", value=503, times=2)
    with pytest.raises(Unavailable):
        world.channel().look_up([kept])


def test_random_histories_end_with_the_truth(world: World, monkeypatch):
    """Pages of three, turns of six calls: others write, edit and delete between them."""
    monkeypatch.setattr(linkedin_poll, "PAGE", 3)
    monkeypatch.setattr(linkedin_poll, "CALLS", 6)
    monkeypatch.setattr(linkedin_poll, "STEP_BACK", 1)
    monkeypatch.setattr(linkedin_poll, "OVERLAP_MS", 0)
    channel, post = world.channel(), world.post("Le message")
    known: dict[str, str] = {}
    there: list[str] = []
    cursor = None
    for step in range(8):
        there += [world.comment(f"{step}.{n}", reply_to=post) for n in range(step % 3)]
        if there:
            there.append(world.comment(f"dessous {step}", reply_to=there[step % len(there)]))
            world.edit(there[step * 7 % len(there)], f"corrigé {step}")
        if step % 4 == 3:
            world.delete(there.pop())
        page = channel.fetch_comments(cursor, [post])
        cursor = page.cursor
        known |= {one.external_id: one.text for one in page.comments}
    for _ in range(2):
        found, cursor = poll_all(channel, cursor, [post])
        known |= {one.external_id: one.text for one in found.values()}
    answer = channel.look_up(list(known))
    known |= {one.external_id: one.text for one in answer.comments}
    truth = {one["id"]: one["text"] for one in world.items() if one["shown"] and one["author_id"] != COMPANY.id}
    assert {urn: text for urn, text in known.items() if urn not in answer.missing} == truth
    assert load(cursor).walks == []


# --- what goes wrong -----------------------------------------------------------------------------------------------


def answers(monkeypatch, status: int, headers: dict[str, str], body: bytes) -> None:
    """From here on, LinkedIn answers every call so."""

    def send(self, request, **more):
        return httpx.Response(status, headers=headers, content=body, request=request)

    monkeypatch.setattr(httpx.Client, "send", send)


@pytest.mark.parametrize(
    ("status", "headers", "body", "error", "reason"),
    [
        (302, {"location": "https://autre.example/vol"}, b"", Unavailable, "autre.example"),
        (200, {"content-type": "text/html"}, b"<html>", Unavailable, "text/html"),
        (200, {"content-type": "application/json"}, b"[1]", Unavailable, "no object"),
        (200, {"content-type": "application/json"}, b'{"elements": [1]}', Unavailable, "cannot be read"),
        (503, {}, b"", Unavailable, "503"),
        (426, {}, b'{"code": "NONEXISTENT_VERSION", "message": "not active"}', Rejected, "NONEXISTENT_VERSION"),
        (403, {}, b'{"code": "ACCESS_DENIED", "message": "no"}', Rejected, "ACCESS_DENIED"),
        (401, {}, b"", AuthExpired, "401"),
    ],
)
def test_an_answer_that_is_none_says_why(world: World, monkeypatch, status, headers, body, error, reason):
    answers(monkeypatch, status, headers, body)
    with pytest.raises(error, match=reason):
        world.channel().fetch_comments(None)


@pytest.mark.parametrize("status", [200, 302])
def test_a_write_answered_by_another_status_is_in_doubt(world: World, monkeypatch, status):
    answers(monkeypatch, status, {"location": "https://autre.example"}, b"")
    with pytest.raises(DeliveryUnknown):
        world.channel().publish(OutgoingPost("Bonjour", key="k1"))


@pytest.mark.parametrize(("headers", "seconds"), [({}, 900), ({"retry-after": "30"}, 30)])
def test_a_limit_that_does_not_tell_waits_a_quarter_of_an_hour(world: World, monkeypatch, headers, seconds):
    answers(monkeypatch, 429, headers, b"slow down")
    page = world.channel().fetch_comments(None)
    assert not page.complete
    assert page.next_allowed_at is not None
    assert (page.next_allowed_at - just_now()).total_seconds() == pytest.approx(seconds, abs=5)


# --- who we are ----------------------------------------------------------------------------------------------------


def test_whoami_finds_the_page_by_its_handle_and_refuses_another(world: World):
    by_handle = type(COMPANY)("", COMPANY.handle, "")
    assert world.channel(account=by_handle).whoami() == COMPANY
    with pytest.raises(Rejected, match="does not administer"):
        world.channel(account=type(COMPANY)("urn:li:organization:1", "autre", "")).whoami()


def test_a_token_that_may_only_read_publishes_nothing(world: World):
    channel: Channel = world.channel(token=READER)
    assert channel.fetch_comments(None).complete
    with pytest.raises(Rejected, match="ACCESS_DENIED"):
        channel.publish(OutgoingPost("Bonjour", key="k1"))


def redeem(code: str, base: str) -> Token:
    client_id, secret = USER.client_id, USER.client_secret
    return exchange(code, client_id=client_id, client_secret=secret, redirect_uri=RETURN, base_url=base)


def test_the_consent_gives_a_token_that_can_be_refreshed(world: World):
    base = f"{world.url}/linkedin"
    asked = authorize_url(client_id=USER.client_id, redirect_uri=RETURN, state="s1", base_url=base)
    location = consent(asked)
    assert (location.host, location.params["state"]) == ("covigie.example", "s1")
    token = redeem(location.params["code"], base)
    assert world.channel(token=token).whoami() == COMPANY
    assert token.expires_at is not None
    assert (token.expires_at - just_now()).days in {59, 60}
    newer = refresh(token, base_url=base)
    assert newer.access != token.access
    assert (newer.refresh, newer.client_secret) == (token.refresh, token.client_secret)
    assert world.channel(token=newer).whoami() == COMPANY
    with pytest.raises(AuthExpired, match="invalid_grant"):
        redeem(location.params["code"], base)


@pytest.mark.parametrize(
    "token", [Token("a"), Token("a", refresh="b"), Token("a", refresh=USER.refresh, client_id="c")]
)
def test_a_token_that_cannot_be_refreshed_asks_for_a_person(world: World, token: Token):
    with pytest.raises(AuthExpired):
        refresh(token, base_url=f"{world.url}/linkedin")


def test_refreshing_keeps_secrets_out_of_addresses_and_errors(monkeypatch):
    seen = []

    def send(self, request, **more):
        seen.append(str(request.url))
        return httpx.Response(302, headers={"location": "https://autre.example"}, request=request)

    monkeypatch.setattr(httpx.Client, "send", send)
    with pytest.raises(Unavailable, match="autre") as caught:
        refresh(Token("acces", refresh="secret-refresh", client_id="c", client_secret="secret-client"))
    assert seen == ["https://www.linkedin.com/oauth/v2/accessToken"]
    assert "secret" not in str(caught.value)
    assert len(SCOPES) == 5


def test_the_version_ends_a_year_after_its_month():
    assert (SUNSET.year * 100 + SUNSET.month) - int(VERSION) == 100


# --- webhooks ------------------------------------------------------------------------------------------------------

SIGNED = "65c896696fe3f7afbf10dfafa2f470c37fa1a96dea8f1098bfb37d589f5ce3bd"


def test_a_challenge_is_answered_with_the_application_s_secret():
    code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
    response = "282e84d6c3fe9e152bf838a2c9ac5fabeace9e4bcc5a62d3eb0925f22f514d62"
    assert answer_challenge(code, "s3cret") == {"challengeCode": code, "challengeResponse": response}
    for wrong in ("", "hmacsha256={}", "<script>", "a" * 65):
        with pytest.raises(Rejected):
            answer_challenge(wrong, "s3cret")


@pytest.mark.parametrize(
    ("body", "signature", "secret", "good"),
    [
        (b'{"a":1}', SIGNED, "s3cret", True),
        (b'{"a":1} ', SIGNED, "s3cret", False),
        (b'{"a":1}', SIGNED, "autre", False),
        (b'{"a":1}', SIGNED.upper(), "s3cret", False),
        (b'{"a":1}', "", "s3cret", False),
        (b'{"a":1}', "é", "s3cret", False),
        (b'{"a":1}', SIGNED, "", False),
    ],
)
def test_only_linkedin_s_own_signature_over_the_raw_bytes_is_taken(body, signature, secret, good):
    assert is_signed(body, signature, secret) is good
