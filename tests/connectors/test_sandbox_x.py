"""The sandbox speaks X's API v2: driven here by tweepy alone and by bare HTTP, not by our channel."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
import requests
import tweepy
from requests.adapters import HTTPAdapter

from connectors.sandbox import APP_ONLY, COMPANY, OAUTH1, OAUTH2

ME = f"/2/users/{COMPANY.id}"


class Rebase(HTTPAdapter):
    """Sends tweepy's fixed host to the sandbox."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request, **more):
        request.url = request.url.replace("https://api.twitter.com", self.url)
        return super().send(request, **more)


@pytest.fixture
def tw(world):
    client = tweepy.Client(bearer_token=OAUTH2.access)
    client.session.mount("https://api.twitter.com", Rebase(world.url))
    client.session.trust_env = False
    yield client
    client.session.close()


@pytest.fixture
def raw(world):
    headers = {"authorization": f"Bearer {OAUTH2.access}"}
    with httpx.Client(base_url=world.url, headers=headers, trust_env=False) as client:
        yield client


def test_tweepy_reads_its_own_account(tw):
    me = tw.get_me(user_auth=False).data
    assert (str(me.id), me.username, me.name) == (COMPANY.id, COMPANY.handle, COMPANY.name)


def test_tweepy_posts_reads_answers_hides_and_deletes(world, tw):
    made = tw.create_tweet(text="Bonjour", reply_settings="following", user_auth=False).data
    read = tw.get_tweet(made["id"], tweet_fields=["created_at", "author_id", "public_metrics", "reply_settings"]).data
    assert (read.text, str(read.author_id), read.data["reply_settings"]) == ("Bonjour", COMPANY.id, "following")
    assert abs(read.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    comment = world.comment("ça gratte", reply_to=made["id"], handle="tuile_mer")
    answer = tw.create_tweet(text="Écrivez-nous", in_reply_to_tweet_id=comment, user_auth=False).data
    assert answer["text"] == "@tuile_mer Écrivez-nous"
    assert tw.hide_reply(comment, user_auth=False).data == {"hidden": True}
    assert tw.unhide_reply(comment, user_auth=False).data == {"hidden": False}
    assert tw.delete_tweet(made["id"], user_auth=False).data == {"deleted": True}
    gone = tw.get_tweet(made["id"])
    assert gone.data is None
    assert gone.errors[0]["type"].endswith("/resource-not-found")


def test_tweepys_paginator_reads_all_mentions(world, tw):
    written = {int(one) for one in world.comments([f"mention {n}" for n in range(23)])}
    pages = tweepy.Paginator(tw.get_users_mentions, COMPANY.id, max_results=5, expansions=["author_id"])
    tweets = [tweet for page in pages for tweet in page.data or []]
    assert {tweet.id for tweet in tweets} == written
    assert [tweet.id for tweet in tweets] == sorted(written, reverse=True)


def test_tweepys_paginator_searches_a_conversation(world, tw):
    post, other = world.post("Bonjour"), world.post("Autre")
    written = {int(one) for one in world.comments([f"réponse {n}" for n in range(25)], reply_to=post)}
    world.comment("ailleurs", reply_to=other)
    query = f"conversation_id:{post} -from:{COMPANY.handle}"
    pages = tweepy.Paginator(tw.search_recent_tweets, query, max_results=10)
    assert {tweet.id for page in pages for tweet in page.data or []} == written
    nothing = tw.search_recent_tweets(f"conversation_id:{other} -from:{COMPANY.handle}", since_id=max(written) + 10**9)
    assert nothing.data is None
    assert nothing.meta == {"result_count": 0}


def test_tweepy_reads_parents_and_authors_from_includes(world, tw):
    post = world.post("Bonjour")
    comment = world.comment("où ?", reply_to=post, handle="noyau_est")
    world.comment("là", reply_to=comment, mention=False)
    world.delete(comment)
    query = f"conversation_id:{post} -from:{COMPANY.handle}"
    page = tw.search_recent_tweets(
        query, tweet_fields=["referenced_tweets"], expansions=["referenced_tweets.id", "author_id"]
    )
    assert page.data[0].referenced_tweets[0].type == "replied_to"
    assert page.errors[0]["resource_id"] == comment
    assert len(page.includes["users"]) == 1


def test_tweepy_raises_its_errors(world, tw):
    with pytest.raises(tweepy.Forbidden, match="duplicate"):
        for _ in range(2):
            tw.create_tweet(text="Deux fois", user_auth=False)
    unnamed = world.comment("tout seul", reply_to=world.post("Bonjour"), mention=False)
    with pytest.raises(tweepy.Forbidden, match="not been mentioned"):
        tw.create_tweet(text="Bonjour", in_reply_to_tweet_id=unnamed, user_auth=False)
    with pytest.raises(tweepy.BadRequest, match="281"):
        tw.create_tweet(text="a" * 281, user_auth=False)
    world.limit("tweet", 1, 60)
    tw.get_tweet("1")
    with pytest.raises(tweepy.TooManyRequests) as caught:
        tw.get_tweet("1")
    assert 0 < caught.value.reset_time - datetime.now(UTC).timestamp() <= 61


def test_tweepy_signs_oauth1_for_the_address_that_is_called(world):
    client = tweepy.Client(
        consumer_key=OAUTH1.client_id,
        consumer_secret=OAUTH1.client_secret,
        access_token=OAUTH1.access,
        access_token_secret=OAUTH1.secret,
        return_type=requests.Response,
    )
    client.session.mount("https://api.twitter.com", Rebase(world.url))
    with client.session, pytest.raises(tweepy.Unauthorized):
        client.get_me()  # signed for another host than the one that got it


@pytest.mark.parametrize("spelling", ["tweet", "post"])
def test_both_spellings_are_answered_in_kind(world, raw, spelling):
    comment = world.comment("un", reply_to=world.post("Bonjour"))
    newest = world.edit(comment, "deux")
    params = {f"{spelling}.fields": f"referenced_{spelling}s,conversation_id"}
    data = raw.get(f"/2/tweets/{newest}", params=params).json()["data"]
    assert data[f"edit_history_{spelling}_ids"] == [comment, newest]
    assert data[f"referenced_{spelling}s"][0]["type"] == "replied_to"


def test_lists_show_an_edit_once_under_its_new_id(world, raw):
    comment = world.comment("J'adore")
    newest = world.edit(comment, "@LabosHelior J'ai des vertiges")
    assert [one["id"] for one in raw.get(f"{ME}/mentions").json()["data"]] == [newest]
    assert raw.get(f"/2/tweets/{comment}").json()["data"]["text"] == "@LabosHelior J'adore"


def test_only_fields_asked_for_are_given(world, raw):
    world.comment("Bonjour")
    data = raw.get(f"{ME}/mentions").json()["data"][0]
    assert set(data) == {"id", "text", "edit_history_tweet_ids"}


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": OAUTH2.access}, 401),
        ({"authorization": f"Basic {OAUTH2.access}"}, 401),
        ({"authorization": f"Bearer {OAUTH1.access}"}, 401),
        ({"authorization": f'OAuth oauth_token="{OAUTH1.access}"'}, 401),
        ({"authorization": f"Bearer {APP_ONLY.access}"}, 403),
    ],
)
def test_who_is_nobody_is_refused(world, header, status):
    answer = httpx.get(f"{world.url}/2/users/me", headers=header, trust_env=False)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("path", "params", "about"),
    [
        (f"{ME}/mentions", {"max_results": "4"}, "max_results"),
        (f"{ME}/mentions", {"max_results": "101"}, "max_results"),
        (f"{ME}/mentions", {"since_id": "abc"}, "since_id"),
        (f"{ME}/mentions", {"since": "1"}, "since"),
        (f"{ME}/mentions", {"pagination_token": "zzz"}, "pagination_token"),
        (f"{ME}/mentions", {"next_token": "zzz"}, "next_token"),
        (f"{ME}/mentions", {"tweet.fields": "likes"}, "tweet.fields"),
        (f"{ME}/mentions", {"expansions": "author"}, "expansions"),
        (f"{ME}/mentions", {"tweet.fields": "id", "post.fields": "id"}, "post.fields"),
        (f"{ME}/tweets", {"start_time": "2026-11-01"}, "start_time"),
        ("/2/users/abc/mentions", {}, "id"),
        ("/2/tweets/abc", {}, "id"),
        ("/2/tweets", {}, "ids"),
        ("/2/tweets", {"ids": ",".join("1" for _ in range(101))}, "ids"),
        ("/2/tweets/search/recent", {}, "query"),
        ("/2/tweets/search/recent", {"query": "-from:LabosHelior"}, "query"),
        ("/2/tweets/search/recent", {"query": "conversation_id:1 has:images"}, "query"),
        ("/2/tweets/search/recent", {"query": "conversation_id:1" + " -from:LabosHelior" * 40}, "query"),
        ("/2/tweets/search/recent", {"query": "conversation_id:1", "max_results": "5"}, "max_results"),
        ("/2/tweets/search/recent", {"query": "conversation_id:1", "since_id": "1"}, "since_id"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(raw, world, path, params, about):
    answer = raw.get(path, params=params)
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"].endswith("/problems/invalid-request")
    assert about in problem["errors"][0]["parameters"]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"text": ""},
        {"text": 3},
        {"text": "a", "colour": "red"},
        {"text": "a", "reply_settings": "nobody"},
        {"text": "a", "nullcast": "yes"},
        {"text": "a", "reply": {"in_reply_to_tweet_id": 12}},
        {"text": "a", "reply": {"in_reply_to_tweet_id": "999"}},
        {"text": "a", "reply": {"to": "12"}},
    ],
)
def test_a_wrong_post_is_refused_and_not_made(raw, world, body):
    assert raw.post("/2/tweets", json=body).status_code == 400
    assert world.items() == []


def test_a_body_of_another_kind_is_refused(raw, world):
    assert raw.post("/2/tweets", data={"text": "a"}).status_code == 415
    assert raw.post("/2/tweets", content=b"{", headers={"content-type": "application/json"}).status_code == 400


@pytest.mark.parametrize("body", [{}, {"hidden": "yes"}, {"hidden": True, "more": 1}])
def test_a_wrong_hide_is_refused(raw, world, body):
    comment = world.comment("a", reply_to=world.post("Bonjour"))
    assert raw.put(f"/2/tweets/{comment}/hidden", json=body).status_code == 400


def test_only_answers_in_our_own_conversations_can_be_hidden(raw, world):
    mention, post = world.comment("a"), world.post("Bonjour")
    for one in (mention, post):
        assert raw.put(f"/2/tweets/{one}/hidden", json={"hidden": True}).status_code == 403
    assert raw.delete(f"/2/tweets/{mention}").status_code == 403
    assert raw.delete("/2/tweets/999").status_code == 404


def test_every_answer_carries_its_window(raw, world):
    first, second = (raw.get(f"{ME}/mentions").headers for _ in range(2))
    assert first["x-rate-limit-limit"] == "300"
    assert int(second["x-rate-limit-remaining"]) == int(first["x-rate-limit-remaining"]) - 1
    assert 0 < int(second["x-rate-limit-reset"]) - datetime.now(UTC).timestamp() <= 901


def test_many_at_once_say_which_are_gone(raw, world):
    kept = world.comment("a")
    answer = raw.get("/2/tweets", params={"ids": f"{kept},12"}).json()
    assert [one["id"] for one in answer["data"]] == [kept]
    assert [one["resource_id"] for one in answer["errors"]] == ["12"]


def test_posts_and_comments_can_be_dated_back(raw, world):
    past = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    post = world.post("Vœux", at=past)
    comment = world.comment("Merci", reply_to=post, at=(past + timedelta(hours=1)).isoformat())
    data = raw.get(f"/2/tweets/{comment}", params={"tweet.fields": "created_at,conversation_id"}).json()["data"]
    assert (data["created_at"], data["conversation_id"]) == ("2026-01-05T10:30:00.000Z", post)
    assert int(post) < int(comment) < int(world.comment("maintenant"))


def test_control_refuses_what_it_does_not_know(world):
    for path, entry in (
        ("faults", {"kind": "earthquake"}),
        ("comments", {"text": "a", "colour": 1}),
        ("comments", {"text": "a", "at": "2026-01-01T00:00:00"}),
        ("comments", {"text": "a", "reply_to": "999"}),
        ("comments", {"text": "a", "handle": "LabosHelior"}),
        ("tokens", {"action": "burn"}),
    ):
        answer = world.http.post(f"/_sandbox/{path}", json=entry)
        assert answer.status_code == 400
        assert answer.json()["error"]
