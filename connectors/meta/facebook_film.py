"""A film on its way to a page: brought as bytes, then published by one call, whose post Facebook names later.

Sources: "Video API, publishing" and "Resumable Upload API", read 2026-11 (MP4 only). Until that one call nothing is
public. It gives the film's id; the post that shows it is asked for, and while it has none the outcome is unknown:
`find_own` then knows it by its words.
"""

import time
from typing import Any

from connectors.base import Media
from connectors.meta.wire import Answer, Graph, node
from errors import ConnectorError, DeliveryUnknown, Rejected, Unavailable

MIME = "video/mp4"
PATIENCE, PAUSE = 20.0, 2.0


def publish(graph: Graph, page_id: str, app_id: str, film: Media, text: str) -> tuple[str, Answer]:
    """Return the id of the post that shows the film, and Facebook's answer."""
    if not app_id:
        raise Rejected("a film is brought by the application, whose id this account does not hold: connect it again")
    handle = _bring(graph, app_id, film)
    told: dict[str, Any] = {"description": text} if text else {}
    answer = graph.send(f"{node(page_id)}/videos", host=graph.film_root, fbuploader_video_file_chunk=handle, **told)
    film_id = str(answer.body.get("id") or "")
    post_id = _post_of(graph, film_id) if film_id else ""
    if not post_id:
        raise DeliveryUnknown("Facebook took the film and did not say yet which post shows it")
    return post_id if "_" in post_id else f"{page_id}_{post_id}", answer


def _bring(graph: Graph, app_id: str, film: Media) -> str:
    about = {"file_name": film.name, "file_length": str(len(film.data)), "file_type": film.mime}
    session = str(graph.bring(f"{node(app_id)}/uploads", about).body.get("id") or "")
    if not session.startswith("upload:"):
        raise Unavailable("Facebook opened no upload")
    handle = graph.upload(f"{graph.root}/{session}", film.data, file_offset="0").body.get("h")
    if not handle:
        raise Unavailable("Facebook did not confirm that it has the film")
    return str(handle)


def _post_of(graph: Graph, film_id: str) -> str:
    """Ask for the post of a film until it has one; the film is out whatever comes of the question."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            post_id = graph.get(node(film_id), fields="id,post_id").body.get("post_id")
        except ConnectorError:
            return ""
        if post_id:
            return str(post_id)
        time.sleep(PAUSE)
    return ""
