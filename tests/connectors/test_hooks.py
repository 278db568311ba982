"""The networks tell by themselves: signed so that the application finds it genuine, again until it is acknowledged."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

import pytest

from compliance import clock
from connectors.sandbox.hooks import SHAPES
from connectors.sandbox.networks import network_of
from connectors.webhooks import HookSecrets, Told, hook_of, named_in, told_in

SECRET = "le secret de l'application"


class Listening:
    """An application's address: what it was sent, and how often it refuses first."""

    def __init__(self) -> None:
        self.sent: Queue[tuple[dict[str, str], bytes]] = Queue()
        self.refusals = 0

    def handler(self) -> type[BaseHTTPRequestHandler]:
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                application.sent.put(({name.lower(): value for name, value in self.headers.items()}, body))
                refused = application.refusals > 0
                application.refusals -= refused
                self.send_response(503 if refused else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def application() -> Iterator[tuple[Listening, str]]:
    listening = Listening()
    server = HTTPServer(("127.0.0.1", 0), listening.handler())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield listening, f"http://127.0.0.1:{server.server_port}/webhooks"
    server.shutdown()
    server.server_close()


def ask(http, path: str, **entry):
    answer = http.post(f"/_sandbox/{path}", json=entry)
    assert answer.is_success, answer.text
    return answer.json()


@pytest.mark.parametrize("network", sorted(SHAPES))
def test_what_the_public_does_is_told_and_found_genuine(world, http, application, network):
    listening, url = application
    ask(http, "hooks", network=network, url=url, secret=SECRET)
    post = ask(http, "posts", network=network, text="Bonjour")["id"]
    comment = ask(http, "comments", network=network, text="J'ai des vertiges", reply_to=post)["id"]
    http.request("DELETE", f"/_sandbox/comments/{comment}", json={"network": network}).raise_for_status()
    for _ in ("written", "deleted"):
        headers, body = listening.sent.get(timeout=10)
        assert hook_of(network).genuine(body, headers, HookSecrets(app_secret=SECRET), clock.now())
        assert network_of(network).company.id in json.dumps(json.loads(body))
        assert named_in(network, body.decode()) == ((comment,) if hook_of(network).named else ())
        assert "vertiges" not in body.decode()


@pytest.mark.parametrize(
    ("network", "told"),
    [
        ("x", {"for_user_id": "1", "favorite_events": [{"id": "2"}]}),
        ("x", {"for_user_id": "1", "tweet_create_events": [{"text": "no id"}]}),
        ("facebook", {"entry": [{"id": "1", "changes": [{"field": "feed", "value": {"item": "post", "post_id": "3"}}]}]}),
        ("facebook", {"entry": [{"id": "1", "messaging": [{"message": {"mid": "m"}}]}]}),
        ("instagram", {"entry": [{"id": "1", "changes": [{"field": "mentions", "value": {"media_id": "3"}}]}]}),
        ("linkedin", {"notifications": [{"action": "LIKE", "decoratedGeneratedActivity": {"share": {"entity": "u"}}}]}),
        ("x", []),
        ("linkedin", "text"),
    ],
)  # fmt: skip
def test_a_notification_of_anything_else_names_no_comment(network, told):
    """Then the account is read as a whole."""
    assert named_in(network, json.dumps(told)) == ()


@pytest.mark.parametrize(("network", "kind"), [("facebook", "page"), ("instagram", "instagram")])
def test_what_the_public_writes_in_private_is_told_in_the_documented_shape(world, http, application, network, kind):
    listening, url = application
    ask(http, "hooks", network=network, url=url, secret=SECRET)
    made = ask(http, "messages", network=network, text="J'ai des vertiges", story="180")
    headers, body = listening.sent.get(timeout=10)
    assert hook_of(network).genuine(body, headers, HookSecrets(app_secret=SECRET), clock.now())
    assert told_in(network, body.decode()) == Told(private=True, other=False)
    us, told = network_of(network).company.id, json.loads(body)
    (entry,) = told["entry"]
    (message,) = entry["messaging"]
    assert (told["object"], entry["id"], entry["time"]) == (kind, us, message["timestamp"])
    assert (message["sender"], message["recipient"]) == ({"id": made["person"]}, {"id": us})
    assert message["message"] == {
        "mid": f"m_{made['number']}", "text": "J'ai des vertiges", "reply_to": {"story": {"id": "180", "url": ""}},
    }  # fmt: skip


def test_what_we_write_comes_back_as_an_echo_to_an_instagram_account_and_to_no_page(world, http, application):
    listening, url = application
    for network in ("facebook", "instagram", "x"):
        ask(http, "hooks", network=network, url=url, secret=SECRET)
        made = ask(http, "messages", network=network, text="Bonjour.", handle="lilas_nuit", ours=True)
        if network == "instagram":
            echoed = made
    told = json.loads(listening.sent.get(timeout=10)[1])
    (message,) = told["entry"][0]["messaging"]
    us = network_of("instagram").company.id
    assert (told["object"], message["sender"], message["recipient"]) == (
        "instagram",
        {"id": us},
        {"id": echoed["person"]},
    )
    assert message["message"]["is_echo"] is True
    assert listening.sent.empty()


PRIVATE = {"id": "1", "messaging": [{"sender": {"id": "2"}, "message": {"mid": "m", "text": "comment_id 3"}}]}
STANDBY = {"id": "1", "standby": PRIVATE["messaging"]}
COMMENT = {"id": "1", "changes": [{"field": "feed", "value": {"item": "comment", "comment_id": "3_4"}}]}
LIKE = {"id": "1", "changes": [{"field": "feed", "value": {"item": "like"}}]}


@pytest.mark.parametrize(
    ("entries", "asked"),
    [
        ([PRIVATE], Told(private=True, other=False)),
        ([STANDBY], Told(private=True, other=False)),
        ([COMMENT], Told(("3_4",), other=False)),
        ([PRIVATE, COMMENT], Told(("3_4",), private=True, other=False)),
        ([PRIVATE | COMMENT], Told(("3_4",), private=True, other=False)),
        ([PRIVATE, LIKE], Told(private=True, other=True)),
        ([{"id": "1", "messaging": []}], Told()),
        ([{"id": "1"}], Told()),
        (["text"], Told()),
        (None, Told()),
    ],
)
def test_one_notification_may_tell_of_private_messages_and_of_comments(entries, asked):
    assert told_in("facebook", json.dumps({"object": "page", "entry": entries})) == asked


def test_no_other_network_tells_of_private_messages():
    assert told_in("x", json.dumps({"entry": [PRIVATE]})) == Told()


def test_it_comes_again_until_it_is_acknowledged(world, http, application):
    listening, url = application
    listening.refusals = 1
    ask(http, "hooks", network="x", url=url, secret=SECRET)
    world.comment("@LabosHelior bonjour")
    first, second = (listening.sent.get(timeout=10)[1] for _ in range(2))
    assert first == second


def test_who_listens_no_more_is_told_nothing(world, http, application):
    listening, url = application
    ask(http, "hooks", network="x", url=url, secret=SECRET)
    assert ask(http, "hooks", network="x") == {"listening": False}
    world.comment("@LabosHelior bonjour")
    assert listening.sent.empty()
    assert http.post("/_sandbox/hooks", json={"network": "youtube", "url": url}).status_code == 400
