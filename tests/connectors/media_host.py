"""The company's public files as the sandbox's networks fetch them: one small server on this machine."""

from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

from tests import media_samples as samples

HOSTS = ("https://medias.labos-helior.example", "https://media.labos-helior.example")


@cache
def _files() -> dict[str, tuple[str, bytes]]:
    film, jpeg = samples.film(), samples.jpeg()
    return {
        "/film.mp4": ("video/mp4", film),
        "/film.avi": ("video/x-msvideo", b"RIFF....AVI "),
        "/faux.mp4": ("video/mp4", b"<html>perdu</html>"),
        "/image.jpg": ("image/jpeg", jpeg),
        "/course.jpg": ("image/jpeg", jpeg),
        "/image.webp": ("image/webp", samples.picture("WEBP")),
        "/image.png": ("image/png", samples.png()),
    }


class _Answer(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self._say(body=False)

    def do_GET(self) -> None:
        self._say(body=True)

    def _say(self, *, body: bool) -> None:
        kind, data = _files().get(self.path, ("text/plain", b"nothing here"))
        self.send_response(200 if self.path in _files() else 404)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@cache
def _url() -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    Thread(target=server.serve_forever, name="media", daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def make_known(http: httpx.Client) -> None:
    """Tell the sandbox where the company's public addresses lead."""
    for host in HOSTS:
        http.post("/_sandbox/addresses", json={"public": host, "here": _url()}).raise_for_status()
