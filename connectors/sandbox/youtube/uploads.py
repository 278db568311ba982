"""A film's way to YouTube: a session, pieces in their order, the film when the last byte is there."""

import json
import re
import secrets
import sqlite3
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox.store import add_item
from connectors.sandbox.youtube import shapes
from connectors.sandbox.youtube.calls import UPLOAD, Answer, Call, Problem, bad, method
from connectors.sandbox.youtube.lists import parts

PATH = "/youtube/upload/youtube/v3/videos"
PARTS = ("snippet", "status", "paidProductPlacementDetails")
SNIPPET = {"title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"}
STATUS = {
    *("privacyStatus", "publishAt", "embeddable", "license", "publicStatsViewable"),
    *("selfDeclaredMadeForKids", "containsSyntheticMedia"),
}
STEP, MOST = 256 * 1024, 256 * 2**30
LONGEST_TITLE, MOST_BYTES, TAGS = 100, 5000, 500
PIECE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")
FILM = (b"ftyp", b"moov", b"mdat", b"wide", b"\x1aE\xdf\xa3")
BEGUN = frozenset({"uploadType", "notifySubscribers"})


@method("videos.insert", UPLOAD, BEGUN)
def begin(call: Call) -> Answer:
    """POST upload/videos?uploadType=resumable: the address of a session, in `Location`."""
    asked = parts(call, PARTS)
    if call.value("uploadType") != "resumable":
        raise bad("invalidParameter", "The sandbox takes resumable uploads only.")
    headers = call.request.headers
    mime, total = headers.get("x-upload-content-type", ""), headers.get("x-upload-content-length", "")
    if not (mime.startswith("video/") or mime == "application/octet-stream"):
        raise bad("mediaBodyRequired", f"Media type '{mime}' is not supported.", "youtube.video")
    if not total.isdigit() or not 0 < int(total) <= MOST:
        raise bad("mediaBodyRequired", "X-Upload-Content-Length must be the size of the film.", "youtube.video")
    settings = read_film(call.body, asked)
    session = secrets.token_urlsafe(24)
    with call.db as db:
        row = ("youtube", session, call.person.id, "video", mime, int(total), json.dumps(settings))
        names = "network, id, owner, kind, mime, total, about"
        db.execute(f"INSERT INTO upload ({names}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - our own names
    url = call.request.url.replace(query=f"uploadType=resumable&part={','.join(asked)}&upload_id={session}")
    return Response(status_code=200, headers={"location": str(url)})


def read_film(body: dict[str, Any], asked: list[str]) -> dict[str, Any]:
    """Return what a film is to be, or refuse it; the parts of the address and those of the body are the same."""
    snippet, status, paid = (body.get(name) or {} for name in PARTS)
    if set(body) - {*asked, "kind"} or set(snippet) - SNIPPET or set(status) - STATUS:
        raise bad(
            "unexpectedPart", "The request metadata specifies parts or members that cannot be set.", "youtube.part"
        )
    title, text = snippet.get("title"), snippet.get("description", "")
    if not isinstance(title, str) or not 0 < len(title.strip()) <= LONGEST_TITLE or set(title) & set("<>"):
        raise bad("invalidTitle", "The request metadata specifies an invalid or empty video title.", "youtube.video")
    if not isinstance(text, str) or len(text.encode()) > MOST_BYTES or set(text) & set("<>"):
        raise bad("invalidDescription", "The request metadata specifies an invalid description.", "youtube.video")
    tags = snippet.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(one, str) for one in tags) or sum(map(len, tags)) > TAGS:
        raise bad("invalidTags", "The request metadata specifies invalid video keywords.", "youtube.video")
    _check_status(status)
    more = {name: value for name, value in {**snippet, **status}.items() if name != "description"}
    return {**more, "paid": bool(paid.get("hasPaidProductPlacement")), "text": text}


def _check_status(status: dict[str, Any]) -> None:
    if status.get("privacyStatus", "public") not in ("public", "unlisted", "private"):
        raise bad("invalidVideoMetadata", "The request metadata is invalid.", "youtube.video")
    if "publishAt" in status and status.get("privacyStatus") != "private":
        raise bad("invalidPublishAt", "publishAt goes with a private video only.", "youtube.video")


def session_of(call: Call) -> sqlite3.Row:
    """Return an upload under way of the caller's, or refuse."""
    query = "SELECT * FROM upload WHERE network = 'youtube' AND id = ?"
    row: sqlite3.Row | None = call.db.execute(query, (call.value("upload_id"),)).fetchone()
    if row is None or row["owner"] != call.person.id:
        raise Problem(404, "notFound", "The upload session has expired.", "global")
    return row


@method("videos.insert", UPLOAD, BEGUN | {"upload_id"}, charged=False)
def take(call: Call) -> Answer:
    """PUT a piece, or ask how far it came: 308 until all is there, then the film."""
    row = session_of(call)
    if row["state"] == "done":
        return JSONResponse(json.loads(row["about"])["film"])
    match = PIECE.fullmatch(call.request.headers.get("content-range", f"bytes 0-{row['total'] - 1}/{row['total']}"))
    if match is None or int(match[3]) != row["total"]:
        raise bad("badContent", "Content-Range does not fit the upload.", "global")
    data: bytes = row["data"]
    if match[1] is not None:
        data += _piece(call, match, len(data), row["total"])
        with call.db:
            call.db.execute("UPDATE upload SET data = ? WHERE network = 'youtube' AND id = ?", (data, row["id"]))
    if len(data) < row["total"]:
        return Response(status_code=308, headers={"range": f"bytes=0-{len(data) - 1}"} if data else None)
    return _publish(call, row, data)


def _piece(call: Call, match: re.Match[str], there: int, total: int) -> bytes:
    """Return a piece that follows what is there: whole multiples of 256 KiB but for the last."""
    first, last = int(match[1]), int(match[2])
    fits = last - first + 1 == len(call.raw) and first == there and last < total
    if not fits or (last + 1 < total and len(call.raw) % STEP):
        raise bad("badContent", "The piece does not follow the one before, or is no multiple of 256 KB.", "global")
    return call.raw


def _publish(call: Call, row: sqlite3.Row, data: bytes) -> Answer:
    """Make the film; bytes that are none are refused."""
    if not any(sign in data[:16] for sign in FILM):
        raise bad("invalidVideoMetadata", "The file is no video.", "youtube.video")
    settings = json.loads(row["about"])
    text = settings.pop("text")
    kept = {**settings, "uploadStatus": "uploaded", "media_ids": [row["id"]]}
    item = add_item(call.db, "youtube", call.person, text, media=["video"], settings=kept)
    film = shapes.film(call.db, item, call.person, call.listed("part"))
    with call.db:
        query = "UPDATE upload SET state = 'done', about = ? WHERE network = 'youtube' AND id = ?"
        call.db.execute(query, (json.dumps({"film": film}), row["id"]))
    return JSONResponse(film)


ROUTES = [Route(PATH, begin, methods=["POST"]), Route(PATH, take, methods=["PUT"])]
