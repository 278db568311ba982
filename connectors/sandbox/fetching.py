"""What a network fetches for itself: a file at a public address, its type and size judged by what really comes.

The sandbox never leaves this machine. It knows the public addresses that it was told of (`Sandbox.addresses`: the
beginning of a public address, and where on this machine it leads); every other is out of reach, and this machine's own
addresses are refused, as a network refuses those that are private to whoever names them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from connectors.sandbox.state import Sandbox

SECONDS = 10.0
SIGNS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"RIFF": "image/webp",
}
FILM_SIGN = b"ftyp"
PRIVATE_NAMES = ("localhost", ".local", ".internal", ".localhost")


class NotFetched(Exception):
    """A file that a network cannot use: not there, not public, too large, or not what it says it is."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it came."""

    mime: str
    data: bytes


async def fetch(sandbox: Sandbox, url: str, types: Collection[str], most: int) -> Fetched:
    """Fetch one file: HEAD for its size, then GET; no redirect is followed. Raises NotFetched."""
    place = where(sandbox, url)
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=SECONDS) as client:
            head = await client.head(place)
            _check_answer(head, most)
            answer = await client.get(place)
    except httpx.HTTPError as error:
        raise NotFetched(f"the address does not answer: {type(error).__name__}") from None
    _check_answer(answer, most)
    return _file_of(answer, types, most)


def where(sandbox: Sandbox, url: str) -> str:
    """Return where on this machine a public address leads."""
    for beginning, place in sandbox.addresses.items():
        if url.startswith(f"{beginning}/"):
            return place + url.removeprefix(beginning)
    split = urlsplit(url)
    if is_private(split.hostname or ""):
        raise NotFetched("the address is private: no network reaches it")
    raise NotFetched("the address is not known on the internet")


def is_private(host: str) -> bool:
    """Whether a host is only known to the one who names it."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(PRIVATE_NAMES)


def _check_answer(answer: httpx.Response, most: int) -> None:
    if answer.status_code != httpx.codes.OK:
        raise NotFetched(f"the address answers {answer.status_code}")
    if int(answer.headers.get("content-length") or 0) > most:
        raise NotFetched("the file is too large")


def _file_of(answer: httpx.Response, types: Collection[str], most: int) -> Fetched:
    said = answer.headers.get("content-type", "").partition(";")[0]
    if said not in types or kind_of(answer.content) not in (said, _family(said)):
        raise NotFetched(f"the file is not one of {', '.join(sorted(types))}")
    if not 0 < len(answer.content) <= most:
        raise NotFetched("the file is empty or too large")
    return Fetched(said, answer.content)


def kind_of(data: bytes) -> str:
    """Return what the first bytes say: a picture's type, or `film`."""
    if FILM_SIGN in data[:16]:
        return "film"
    return next((mime for sign, mime in SIGNS.items() if data.startswith(sign)), "")


def _family(mime: str) -> str:
    return "film" if mime.startswith("video/") else mime
