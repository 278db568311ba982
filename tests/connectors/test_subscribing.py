"""A network is asked to tell us, asks whether the address is ours, and then tells: over real HTTP, for each network."""

import json
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from connectors.meta.wire import Graph
from connectors.sandbox import APP_ONLY
from connectors.sandbox.linkedin.push import APPLICATION_ID
from connectors.sandbox.networks import network_of
from connectors.sandbox.x_push import CONSUMER_SECRET
from connectors.subscribing import SUBSCRIPTIONS, Push, subscription_of
from errors import ConnectorError, Rejected
from tests.connectors.applications import application, base_url, company
from tests.connectors.listening import WORD, Listening, listening_here

TOLD = tuple(SUBSCRIPTIONS)


@pytest.fixture
def listening(http) -> Iterator[tuple[Listening, str]]:
    http.post("/_sandbox/reset").raise_for_status()
    with listening_here() as ours:
        yield ours


def push_of(network: str, sandbox, listening: tuple[Listening, str]) -> Push:
    ours, home = listening
    app = application(network)
    ours.network, ours.secret = network, CONSUMER_SECRET if network == "x" else app.client_secret
    token = next(token for kind, token, _ in network_of(network).tokens if kind.startswith(("user", "page")))
    return Push(
        base_url(sandbox.url, network), company(network), token, 10.0, f"{home}/webhooks/{network}", app,
        APPLICATION_ID, APP_ONLY.access, WORD,
    )  # fmt: skip


def speaks(http, network: str) -> None:
    """Let the company publish, and the public comment on it."""
    post = http.post("/_sandbox/posts", json={"network": network, "text": "Bonjour"}).json()["id"]
    said = {"network": network, "text": "J'ai mal", "reply_to": post}
    http.post("/_sandbox/comments", json=said).raise_for_status()


@pytest.mark.parametrize("network", TOLD)
def test_a_network_that_was_asked_tells_and_may_be_asked_again(network, sandbox, http, listening):
    push, wanted = push_of(network, sandbox, listening), subscription_of(network)
    assert wanted.on(push) in (False, None)
    wanted.begin(push)
    wanted.begin(push)
    assert wanted.on(push) in (True, None)
    speaks(http, network)
    assert company(network).id in json.dumps(json.loads(listening[0].told.get(timeout=5)))
    assert listening[0].told.empty(), "once"


@pytest.mark.parametrize("network", [network for network in TOLD if network != "tiktok"])
def test_an_address_that_does_not_prove_itself_is_not_told(network, sandbox, http, listening):
    push = push_of(network, sandbox, listening)
    listening[0].secret = "another secret"
    push = replace(push, word="another word")
    with pytest.raises(ConnectorError):
        subscription_of(network).begin(push)
    assert subscription_of(network).on(push) is False


@pytest.mark.parametrize("network", TOLD)
def test_only_an_https_address_without_a_port_is_told(network, sandbox, listening):
    push = replace(push_of(network, sandbox, listening), callback_url="http://covigie.labos-helior.example/webhooks/x")
    with pytest.raises(Rejected):
        subscription_of(network).begin(push)


@pytest.mark.parametrize(
    ("network", "changed"),
    [
        ("x", {"bearer": "sandbox-x-user-token"}),
        ("x", {"account": replace(company("x"), id="1")}),
        ("facebook", {"application": replace(application("facebook"), client_secret="wrong")}),
        ("linkedin", {"application_id": "1"}),
        ("linkedin", {"account": replace(company("linkedin"), id="urn:li:organization:1")}),
        ("tiktok", {"application": replace(application("tiktok"), client_secret="wrong")}),
    ],
)
def test_who_may_not_ask_is_refused(network, changed, sandbox, listening):
    with pytest.raises(ConnectorError):
        subscription_of(network).begin(replace(push_of(network, sandbox, listening), **changed))


def test_x_asks_again_where_it_had_given_our_address_up(sandbox, listening):
    push = push_of("x", sandbox, listening)
    subscription_of("x").begin(push)
    sandbox.sandbox.pushes["x"]["webhooks"][0]["valid"] = False
    assert subscription_of("x").on(push) is False
    subscription_of("x").begin(push)
    assert subscription_of("x").on(push) is True


def test_the_application_is_its_own_token_at_meta_and_the_page_says_yes_with_its_own(sandbox, listening):
    push = push_of("facebook", sandbox, listening)
    root = f"{sandbox.url}/facebook/v25.0"
    told = {"object": "page", "fields": "feed", "callback_url": push.callback_url, "verify_token": WORD}
    for path, data in ((f"{push.application.client_id}/subscriptions", told), ("me/subscribed_apps", {})):
        answer = httpx.post(
            f"{root}/{path}", data=data, headers={"authorization": f"Bearer {push.token.access}"}, trust_env=False
        )
        assert answer.status_code == 400


def writes_in_private(http, network: str) -> None:
    http.post("/_sandbox/messages", json={"network": network, "text": "J'ai mal"}).raise_for_status()


@pytest.mark.parametrize("network", ["facebook", "instagram"])
def test_meta_is_asked_to_tell_of_private_messages_too(network, sandbox, http, listening):
    push = push_of(network, sandbox, listening)
    subscription_of(network).begin(push)
    writes_in_private(http, network)
    assert "messaging" in json.loads(listening[0].told.get(timeout=5))["entry"][0]


def test_a_page_without_the_right_to_private_messages_is_told_of_all_else(sandbox, http, listening):
    push = push_of("facebook", sandbox, listening)
    kind = "page:pages_manage_metadata,pages_read_engagement"
    with sandbox.sandbox.db as db:
        db.execute("UPDATE token SET kind = ? WHERE access = ?", (kind, push.token.access))
    subscription_of("facebook").begin(push)
    assert subscription_of("facebook").on(push) is True
    writes_in_private(http, "facebook")
    speaks(http, "facebook")
    assert "changes" in json.loads(listening[0].told.get(timeout=5))["entry"][0]
    assert listening[0].told.empty()


def test_what_was_switched_on_before_is_told_of_comments_alone_until_it_is_asked_again(sandbox, http, listening):
    push = push_of("facebook", sandbox, listening)
    subscription_of("facebook").begin(push)
    older = {"subscribed_fields": "feed,mention"}
    Graph(push.base_url, push.token, push.timeout).bring("me/subscribed_apps", older)
    writes_in_private(http, "facebook")
    speaks(http, "facebook")
    assert "changes" in json.loads(listening[0].told.get(timeout=5))["entry"][0]


def test_youtube_tells_nothing():
    with pytest.raises(Rejected):
        subscription_of("youtube")


def test_no_secret_shows_in_what_is_printed(sandbox, listening):
    push = push_of("x", sandbox, listening)
    for secret in (push.bearer, push.word, push.token.access, push.application.client_secret):
        assert secret not in repr(push).replace(push.callback_url, "")
