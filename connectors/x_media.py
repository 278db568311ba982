"""Bringing pictures and films to X, in pieces, before the post that shows them.

Nothing of it is public: whatever fails here, nothing was published, so every failure is `Unavailable`, `Rejected`,
`RateLimited` or `AuthExpired`, never in doubt; X forgets what no post takes up after a day. tweepy 4.17 knows only the
interface that is gone, so the calls are made by its `request` (JSON, pieces in base64; docs.x.com, read 2026-11).
"""

import base64
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import tweepy

from connectors.base import Media
from connectors.x_wire import reached, read
from errors import Rejected, Unavailable

PIECE = 3_000_000
"""Bytes a call: 4 MB in base64, and X takes 5."""
PATIENCE = 45.0
"""Seconds for all files of a post, processing included: far below the lease of the effect that publishes them."""
CATEGORIES = {"image/gif": "tweet_gif", "video/mp4": "tweet_video", "video/quicktime": "tweet_video"}
WORKING = frozenset({"pending", "in_progress"})
LONGEST_WAIT = 5.0


class Upload:
    """The files of one post on their way to X."""

    def __init__(self, client: tweepy.Client, *, oauth1: bool) -> None:
        self._client, self._oauth1 = client, oauth1
        self._until = time.monotonic() + PATIENCE

    def bring(self, media: Sequence[Media]) -> list[str]:
        """Return X's ids of the files, in their order, each complete and described."""
        return [self._bring(one) for one in media]

    def _bring(self, one: Media) -> str:
        data = self._begin(one)
        media_id = str(data.get("id") or "")
        if not media_id:
            raise Unavailable("X took a file and gave no id")
        for number, start in enumerate(range(0, len(one.data), PIECE)):
            self._append(media_id, number, one.data[start : start + PIECE])
        self._finish(media_id)
        if one.alt_text.strip() and one.mime.startswith("image/"):
            self._describe(media_id, one.alt_text)
        return media_id

    def _begin(self, one: Media) -> dict[str, Any]:
        category = CATEGORIES.get(one.mime, "tweet_image")
        body = {"media_type": one.mime, "total_bytes": len(one.data), "media_category": category}
        return self._data("POST", "/2/media/upload/initialize", json=body)

    def _append(self, media_id: str, number: int, piece: bytes) -> None:
        """X may answer a piece with nothing but 204."""
        self._check_patience()
        body = {"media": base64.b64encode(piece).decode(), "segment_index": number}
        route = f"/2/media/upload/{media_id}/append"
        response = reached(lambda: self._client.request("POST", route, json=body, user_auth=self._oauth1))
        if response.status_code not in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT}:
            raise Unavailable(f"X answered {response.status_code} to a piece of a file")

    def _finish(self, media_id: str) -> None:
        """Close the file, and wait until X has worked on it."""
        data = self._data("POST", f"/2/media/upload/{media_id}/finalize")
        while (work := data.get("processing_info") or {}).get("state") in WORKING:
            self._check_patience()
            time.sleep(min(float(work.get("check_after_secs") or 1), LONGEST_WAIT))
            asked = {"command": "STATUS", "media_id": media_id}
            data = self._data("GET", "/2/media/upload", params=asked)
        if work.get("state") == "failed":
            told = (work.get("error") or {}).get("message") or "no reason given"
            raise Rejected(f"X could not use a file: {str(told)[:200]}")

    def _describe(self, media_id: str, alt_text: str) -> None:
        """Give X the description, and hold it to what it then says."""
        body = {"id": media_id, "metadata": {"alt_text": {"text": alt_text}}}
        data = self._data("POST", "/2/media/metadata", json=body)
        kept = ((data.get("associated_metadata") or {}).get("alt_text") or {}).get("text")
        if kept is not None and kept != alt_text:
            raise Rejected("X keeps another description than the one given")

    def _data(self, method: str, route: str, **more: Any) -> dict[str, Any]:
        self._check_patience()
        answer, _ = read(lambda: self._client.request(method, route, user_auth=self._oauth1, **more))
        data = answer.get("data")
        return data if isinstance(data, dict) else {}

    def _check_patience(self) -> None:
        if time.monotonic() > self._until:
            raise Unavailable("the files take longer to reach X than a publication may wait; nothing was published")
