"""Pictures and films on their way to Instagram: containers, which nobody sees until one is published.

Instagram fetches a picture from a public address; only a film can be brought as bytes ("Resumable uploads", for
applications with Facebook Login). Descriptions are for pictures alone. Whatever fails here, nothing was published.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Media
from connectors.media_limits import limits_of
from connectors.meta.wire import Graph, node
from errors import Rejected, Unavailable

LIMITS = limits_of("instagram")
PATIENCE = 45.0
"""Seconds for all files of a post, processing included: far below the lease of the effect that publishes them."""
PAUSE = 2.0
READY, WORKING = "FINISHED", "IN_PROGRESS"


def check(media: Sequence[Media]) -> None:
    """Refuse what Instagram cannot show, before anything is sent."""
    if not 0 < len(media) <= LIMITS.most_pictures:
        raise Rejected(f"a post on Instagram has 1 to {LIMITS.most_pictures} pictures or films, {len(media)} given")
    for one in media:
        if one.mime not in {*LIMITS.pictures, *LIMITS.films}:
            raise Rejected(f"{one.name}: Instagram takes no {one.mime}")
        if one.mime in LIMITS.pictures and not one.url.startswith("https://"):
            raise Rejected(f"{one.name}: Instagram fetches pictures itself, from a public https address; none is given")
        if len(one.alt_text) > LIMITS.alt_text:
            raise Rejected(f"{one.name}: Instagram takes a description of {LIMITS.alt_text} characters at most")


def container(graph: Graph, account_id: str, media: Sequence[Media], about: Mapping[str, Any]) -> str:
    """Return the id of a container that is ready to be published; `about` is its caption and settings."""
    until = time.monotonic() + PATIENCE
    path = f"{node(account_id)}/media"
    if len(media) == 1:
        return _bring(graph, path, media[0], about, until)
    children = [_bring(graph, path, one, {"is_carousel_item": "true"}, until) for one in media]
    whole = graph.bring(path, {"media_type": "CAROUSEL", "children": ",".join(children), **about})
    return _ready(graph, str(whole.body.get("id") or ""), until)


def _bring(graph: Graph, path: str, one: Media, about: Mapping[str, Any], until: float) -> str:
    if one.mime in LIMITS.pictures:
        told = {"alt_text": one.alt_text} if one.alt_text.strip() else {}
        return _ready(
            graph, str(graph.bring(path, {"image_url": one.url, **told, **about}).body.get("id") or ""), until
        )
    kind = "VIDEO" if "is_carousel_item" in about else "REELS"
    made = graph.bring(path, {"media_type": kind, "upload_type": "resumable", **about}).body
    if (
        graph.upload(str(made.get("uri") or ""), one.data, offset="0", file_size=str(len(one.data))).body.get("success")
        is not True
    ):
        raise Unavailable("Instagram did not confirm that it has the film")
    return _ready(graph, str(made.get("id") or ""), until)


def _ready(graph: Graph, container_id: str, until: float) -> str:
    """Wait until Instagram has worked on a container."""
    while (status := graph.get(node(container_id), fields="status_code,status").body).get("status_code") == WORKING:
        if time.monotonic() > until:
            raise Unavailable("the files take longer than a publication may wait; nothing was published")
        time.sleep(PAUSE)
    if status.get("status_code") != READY:
        raise Rejected(f"Instagram could not use a file: {str(status.get('status') or status)[:200]}")
    return container_id
