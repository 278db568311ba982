"""Bringing pictures and a film to LinkedIn, before the post that shows them.

Nothing of it is public: whatever fails here, nothing was published, so every failure is `Unavailable`, `Rejected`,
`RateLimited` or `AuthExpired`, never in doubt (Images API, Videos API, version 2026-05).
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connectors.base import Media
from connectors.linkedin.urn import key
from connectors.linkedin.wire import Wire, body_of
from errors import Rejected, Unavailable

PATIENCE = 45.0
"""Seconds for all files of a post, processing included: far below the lease of the effect that publishes them."""
PAUSE = 1.0
WORKING = frozenset({"WAITING_UPLOAD", "PROCESSING"})


class Upload:
    """The files of one post on their way to LinkedIn, for the organisation `owner`."""

    def __init__(self, wire: Wire, owner: str) -> None:
        self._wire, self._owner = wire, owner
        self._until = time.monotonic() + PATIENCE

    def content(self, media: Sequence[Media]) -> dict[str, Any]:
        """Return the member `content` of a post that shows these files, in their order, each complete."""
        films = [one for one in media if one.mime.startswith("video/")]
        if films and len(media) > 1:
            raise Rejected("LinkedIn shows one film, or pictures, not both")
        if films:
            return {"media": {"id": self._film(films[0])}}
        shown = [{"id": self._picture(one), "altText": one.alt_text} for one in media]
        return {"media": shown[0]} if len(shown) == 1 else {"multiImage": {"images": shown}}

    def _picture(self, one: Media) -> str:
        value = self._begin("images", {"owner": self._owner})
        urn = str(value.get("image") or "")
        self._put(str(value.get("uploadUrl") or ""), one.data)
        return self._ready("images", urn)

    def _film(self, one: Media) -> str:
        asked = {
            "owner": self._owner,
            "fileSizeBytes": len(one.data),
            "uploadCaptions": False,
            "uploadThumbnail": False,
        }
        value = self._begin("videos", asked)
        urn, parts = str(value.get("video") or ""), []
        for part in value.get("uploadInstructions") or []:
            first, last = int(part["firstByte"]), int(part["lastByte"])
            parts.append(self._put(str(part["uploadUrl"]), one.data[first : last + 1]))
        done = {"video": urn, "uploadToken": value.get("uploadToken") or "", "uploadedPartIds": parts}
        self._wire.reached("POST", "/rest/videos?action=finalizeUpload", json={"finalizeUploadRequest": done})
        return self._ready("videos", urn)

    def _begin(self, kind: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        address = f"/rest/{kind}?action=initializeUpload"
        body = body_of(self._wire.reached("POST", address, json={"initializeUploadRequest": dict(asked)}))
        value = body.get("value")
        return value if isinstance(value, dict) else {}

    def _put(self, address: str, data: bytes) -> str:
        """Send bytes to the address that LinkedIn gave, with the token only if it is LinkedIn's; return the ETag."""
        self._check_patience()
        if not is_linkedins(address, self._wire.base_url):
            raise Unavailable(f"LinkedIn named {urlsplit(address).hostname or 'no host'} to upload to: refused")
        headers = {"content-type": "application/octet-stream"}
        return str(self._wire.reached("PUT", address, content=data, headers=headers).headers.get("etag", ""))

    def _ready(self, kind: str, urn: str) -> str:
        """Wait until LinkedIn has worked on a file."""
        if not urn:
            raise Unavailable("LinkedIn took a file and gave no name")
        while (status := self._wire.read(f"/{kind}/{key(urn)}").get("status")) in WORKING:
            self._check_patience()
            time.sleep(PAUSE)
        if status != "AVAILABLE":
            raise Rejected(f"LinkedIn could not use a file: {status}")
        return urn

    def _check_patience(self) -> None:
        if time.monotonic() > self._until:
            raise Unavailable(
                "the files take longer to reach LinkedIn than a publication may wait; nothing was published"
            )


def is_linkedins(address: str, base_url: str) -> bool:
    """Say whether an address is of the host that we speak with, or of LinkedIn's own over https."""
    given, ours = urlsplit(address), urlsplit(base_url)
    if (given.scheme, given.netloc) == (ours.scheme, ours.netloc):
        return True
    return given.scheme == "https" and (given.hostname or "").endswith(".linkedin.com")
