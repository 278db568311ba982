"""An application's webhook address on this machine: it proves itself to a network, and keeps what it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from urllib.parse import parse_qsl, urlsplit

from connectors.webhooks import HookSecrets, hook_of
from errors import Rejected

WORD = "mot"


class Listening:
    """Our webhook address: it answers the handshake of a network with a secret, and keeps what it is told."""

    def __init__(self) -> None:
        self.network, self.secret = "", ""
        self.told: Queue[bytes] = Queue()

    def handler(self) -> type[BaseHTTPRequestHandler]:
        ours = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = dict(parse_qsl(urlsplit(self.path).query))
                try:
                    body, _kind = hook_of(ours.network).answer(query, HookSecrets(ours.secret, WORD))
                except Rejected:
                    body = "no"
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body.encode())

            def do_POST(self) -> None:
                ours.told.put(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def listening_here() -> Iterator[tuple[Listening, str]]:
    """Listen until the block ends; yields what listens, and its home address."""
    ours = Listening()
    server = HTTPServer(("127.0.0.1", 0), ours.handler())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield ours, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
