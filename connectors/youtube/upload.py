"""Bringing a film to YouTube: a session, then the bytes in pieces; the last piece makes it public.

Whatever fails before the last piece has left, nothing was published, and the upload goes on where YouTube says that it
stopped. Once the last piece has left without an answer, the outcome is unknown. The address of a session opens it to
whoever has it: it is never logged, and never followed to another host.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx

from connectors.base import Media, OutgoingPost
from connectors.youtube.parse import LOST
from connectors.youtube.text import FORBIDDEN, LONGEST_TITLE, MOST_BYTES
from connectors.youtube.version import API
from connectors.youtube.wire import Refused, Wire, body_of, confirmed, given, reached, sent
from errors import DeliveryUnknown, Rejected, Unavailable

PIECE = 8 * 2**20
"""Bytes a call; YouTube takes multiples of 256 KiB."""
ATTEMPTS = 5
PAUSE = 1.0
SNIPPET = frozenset({"title", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"})
STATUS = frozenset(
    {"privacyStatus", "embeddable", "license", "publicStatsViewable", "selfDeclaredMadeForKids"}
    | {"containsSyntheticMedia"}
)
SETTINGS = SNIPPET | STATUS | {"notifySubscribers", "paid_partnership"}
SEEN_BY_OTHERS = frozenset({"public", "unlisted"})
INCOMPLETE, FORGOTTEN = HTTPStatus.PERMANENT_REDIRECT, frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""What YouTube answers to a piece when more are to come, and when the session is over."""
Answer = tuple[dict[str, Any], httpx.Response]


def resource_of(post: OutgoingPost) -> dict[str, Any]:
    """Return the video resource that stands for a post; `Rejected` before anything is sent when YouTube would refuse.

    The text is the film's description; its title is a setting.
    """
    unknown = sorted(set(post.settings) - SETTINGS)
    if unknown:
        raise Rejected(f"YouTube knows no setting {', '.join(unknown)}")
    _check_words(str(post.settings.get("title") or ""), post.text)
    if len(post.media) != 1 or not post.media[0].mime.startswith("video/"):
        raise Rejected("YouTube takes exactly one film")
    status = {"privacyStatus": "public", **_chosen(post.settings, STATUS)}
    if status["privacyStatus"] not in SEEN_BY_OTHERS:
        raise Rejected("a film that nobody sees is no publication: privacyStatus is public or unlisted")
    body = {"snippet": {**_chosen(post.settings, SNIPPET), "description": post.text}, "status": status}
    paid = {"paidProductPlacementDetails": {"hasPaidProductPlacement": True}}
    return body | (paid if post.settings.get("paid_partnership") else {})


def _chosen(settings: Mapping[str, object], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name in names}


def _check_words(title: str, text: str) -> None:
    if not text.strip():
        raise Rejected("the description is empty")
    if len(text.encode()) > MOST_BYTES:
        raise Rejected(f"the description has {len(text.encode())} bytes, YouTube takes {MOST_BYTES}")
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise Rejected(f"a film has a title of 1 to {LONGEST_TITLE} characters, this one has {len(title.strip())}")
    if set(FORBIDDEN) & set(title + text):
        raise Rejected("YouTube takes neither < nor > in a title or a description")


def bring(wire: Wire, post: OutgoingPost) -> Answer:
    """Upload the film of a post and return YouTube's video resource."""
    body, film = resource_of(post), post.media[0]
    session = _begin(wire, body, film, notify=bool(post.settings.get("notifySubscribers", True)))
    return _deliver(wire, session, film.data)


def _begin(wire: Wire, body: dict[str, Any], film: Media, *, notify: bool) -> str:
    """Open a session and return its address: nothing is public yet."""
    headers = {"x-upload-content-length": str(len(film.data)), "x-upload-content-type": film.mime}
    asked = {"uploadType": "resumable", "part": list(body), "notifySubscribers": str(notify).lower()}
    address = f"/upload/youtube/{API}/videos"
    response = reached(lambda: wire.http.post(address, params=given(asked), headers=headers, json=body))
    session = response.headers.get("location", "")
    if not _is_theirs(wire, session):
        raise Unavailable("YouTube gave no address to upload to, or one on another host: refused")
    return str(session)


def _is_theirs(wire: Wire, session: str) -> bool:
    """Whether a session is at the host that we called, or at another of Google's over TLS."""
    there, here = urlsplit(session), urlsplit(wire.base_url)
    google = there.scheme == "https" and (there.hostname or "").endswith(".googleapis.com")
    return (there.scheme, there.netloc) == (here.scheme, here.netloc) or google


def _deliver(wire: Wire, session: str, data: bytes) -> Answer:
    """Send the pieces; after a failure ask how far YouTube has come, but never once the last piece has left."""
    at = failures = 0
    while failures < ATTEMPTS:
        if at + PIECE >= len(data):
            response = _piece(sent, wire, session, data, at)
            if response.status_code != INCOMPLETE:
                return _published(response), response
            failures, at = failures + 1, _taken(response)
            continue
        try:
            at = _taken(_piece(reached, wire, session, data, at))
        except Unavailable:
            failures += 1
            time.sleep(PAUSE * failures)
            with suppress(Unavailable):
                at = _taken(_asked(wire, session, len(data)))
    raise Unavailable("YouTube does not take the whole film: nothing was published")


def _piece(make: Any, wire: Wire, session: str, data: bytes, at: int) -> httpx.Response:
    """Send one piece; `make` is `sent` for the last, `reached` for those before."""
    piece = data[at : at + PIECE]
    headers = {"content-range": f"bytes {at}-{at + len(piece) - 1}/{len(data)}"}
    try:
        response: httpx.Response = make(lambda: wire.http.put(session, content=piece, headers=headers), also=INCOMPLETE)
    except Refused as refused:
        if refused.status in FORGOTTEN:
            raise Unavailable("YouTube has forgotten the upload: nothing was published") from refused
        raise
    return response


def _asked(wire: Wire, session: str, total: int) -> httpx.Response:
    """Ask how far an upload has come."""
    return reached(lambda: wire.http.put(session, headers={"content-range": f"bytes */{total}"}), also=INCOMPLETE)


def _taken(response: httpx.Response) -> int:
    """Return the next byte to send: one after the end of `Range: bytes=0-…`, the first without that header."""
    if response.status_code != INCOMPLETE:
        body_of(response)
        raise DeliveryUnknown("YouTube says that it has a film of which it was sent a part")
    end = response.headers.get("range", "").rpartition("-")[2]
    return int(end) + 1 if end.isdigit() else 0


def _published(response: httpx.Response) -> dict[str, Any]:
    """Return the video resource; one that YouTube will show nobody is refused."""
    body = confirmed(response)
    if not body.get("id"):
        raise DeliveryUnknown("YouTube accepted the film and gave no id")
    state = (body.get("status") or {}).get("uploadStatus")
    if state in LOST:
        raise Rejected(f"YouTube took the film and will not show it: {state}")
    return body
