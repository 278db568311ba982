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
from connectors.webhooks import HookSecrets, hook_of, named_in

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
