"""GET and HEAD /signed-media/…, as a network fetches: whole, in ranges, looked at first; guessed never."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app_pages import _signed_media
from app_pages._gate import Gate
from errors import NotFound
from models.enums import Network
from workflow import public_media
from workflow.public_media import ServedFile

DATA = bytes(range(200))
SERVED = ServedFile("p1", Network.INSTAGRAM, "f" * 64, "image/jpeg", DATA)
URL = f"/signed-media/p1/1800000000/{'a' * 64}/{'f' * 64}.jpg"
APP = Starlette(routes=_signed_media.ROUTES, middleware=[Middleware(Gate)])


@pytest.fixture
def noted(sqlite_db, monkeypatch) -> list[tuple[int, int]]:
    fetched: list[tuple[int, int]] = []

    def open_file(_session, *, name, **_asked) -> ServedFile:
        if not name.startswith("f"):
            raise NotFound
        return SERVED

    monkeypatch.setattr(public_media, "open_file", open_file)
    monkeypatch.setattr(public_media, "note_fetch", lambda _s, _served, first, last: fetched.append((first, last)))
    return fetched


@pytest.fixture
def network() -> TestClient:
    return TestClient(APP, base_url="https://covigie.example")


def test_the_whole_file_with_its_type_and_nothing_to_cache(network, noted):
    answer = network.get(URL)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, DATA, "image/jpeg")
    assert (answer.headers["accept-ranges"], answer.headers["cache-control"]) == ("bytes", "no-store")
    assert noted == [(0, 199)]


def test_a_look_at_the_head_tells_the_size_and_is_no_fetch(network, noted):
    answer = network.head(URL)
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "200")
    assert noted == []


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=190-", 190, 199), ("bytes=-5", 195, 199), ("bytes=100-999", 100, 199)],
)
def test_one_range_is_given_alone(network, noted, asked, first, last):
    answer = network.get(URL, headers={"range": asked})
    assert (answer.status_code, answer.content) == (206, DATA[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/200"
    assert noted == [(first, last)]


@pytest.mark.parametrize("asked", ["bytes=200-", "bytes=9-3", "bytes=-0"])
def test_a_range_outside_the_file_is_refused_and_is_no_fetch(network, noted, asked):
    answer = network.get(URL, headers={"range": asked})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */200")
    assert noted == []


@pytest.mark.parametrize("headers", [{"range": "bytes=0-1,5-6"}, {"range": "lignes=0-1"}, {"range": "bytes=-"}])
def test_what_is_no_single_range_gets_the_whole(network, noted, headers):
    assert network.get(URL, headers=headers).content == DATA


def test_a_range_of_another_file_gets_the_whole(network, noted):
    asked = {"range": "bytes=0-1", "if-range": '"autre"'}
    assert network.get(URL, headers=asked).status_code == 200
    assert network.get(URL, headers=asked | {"if-range": f'"{"f" * 64}"'}).status_code == 206


@pytest.mark.parametrize(
    "path", [URL.replace("f" * 64, "e" * 64), "/signed-media/p1/demain/m/e.jpg", "/signed-media/", "/signed-media/p1"]
)
def test_what_opens_nothing_is_not_found_and_there_is_no_list(network, noted, path):
    assert network.get(path).status_code == 404
    assert network.post(URL).status_code == 405
