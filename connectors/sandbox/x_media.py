"""What an account uploads to X before it posts: begun, brought in pieces, closed, worked on, described."""

import base64
import binascii
import secrets
import sqlite3
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.state import Sandbox
from connectors.sandbox.x_auth import invalid
from connectors.sandbox.x_routes import Answer, Call, endpoint
from connectors.sandbox.x_uploads import KINDS, key_of, upload_of

MOST = {"tweet_image": 5 * 2**20, "tweet_gif": 15 * 2**20, "tweet_video": 512 * 2**20}
SIGNATURES = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
    "image/gif": (b"GIF8",),
    "video/mp4": (b"ftyp",),
    "video/quicktime": (b"ftyp", b"moov", b"mdat", b"wide"),
}
PIECE, LONGEST_ALT, SECONDS = 5 * 2**20, 1000, 86_400


@endpoint("media_initialize", 1875)
def initialize(call: Call) -> Answer:
    """POST /2/media/upload/initialize."""
    body = call.body if isinstance(call.body, dict) else {}
    mime, category, total = body.get("media_type"), body.get("media_category"), body.get("total_bytes")
    if mime not in SIGNATURES:
        raise invalid("media_type", mime, f"$.media_type: is not one of {sorted(SIGNATURES)}")
    if category not in MOST or (category == "tweet_video") != str(mime).startswith("video/"):
        raise invalid("media_category", category, "$.media_category: does not fit the media type")
    if not isinstance(total, int) or not 0 < total <= MOST[category]:
        raise invalid("total_bytes", total, f"$.total_bytes: must be between 1 and {MOST[category]}")
    media_id = str(1_700_000_000_000_000_000 + secrets.randbelow(10**17))
    with call.sandbox.db as db:
        row = (media_id, call.person.id, KINDS[category], mime, total)
        db.execute("INSERT INTO upload (network, id, owner, kind, mime, total) VALUES ('x', ?, ?, ?, ?, ?)", row)
    key = key_of(KINDS[category], media_id)
    return 200, {"data": {"id": media_id, "media_key": key, "expires_after_secs": SECONDS}}


@endpoint("media_append", 1875)
def append(call: Call) -> Answer:
    """POST /2/media/upload/{id}/append: the pieces in their order, each at most 5 MB."""
    db, row = call.sandbox.db, upload_of(call.sandbox.db, call.path_id, call.person)
    body = call.body if isinstance(call.body, dict) else {}
    try:
        piece = base64.b64decode(str(body.get("media", "")), validate=True)
    except binascii.Error:
        raise invalid("media", "…", "$.media: is not base64") from None
    if row["state"] != "open" or body.get("segment_index") != row["segments"] or not 0 < len(piece) <= PIECE:
        raise invalid("segment_index", body.get("segment_index"), "The segment does not follow the one before.")
    with db:
        query = "UPDATE upload SET data = ?, segments = segments + 1 WHERE network = 'x' AND id = ?"
        db.execute(query, (row["data"] + piece, row["id"]))
    return 200, {"data": {"expires_at": SECONDS}}


@endpoint("media_finalize", 1875)
def finalize(call: Call) -> Answer:
    """POST /2/media/upload/{id}/finalize: every byte must be there, and be what was said; a film is worked on."""
    db, row = call.sandbox.db, upload_of(call.sandbox.db, call.path_id, call.person)
    if len(row["data"]) != row["total"]:
        raise invalid("id", row["id"], f"{len(row['data'])} of {row['total']} bytes were uploaded.")
    start = row["data"][:16]
    if not any(sign in start for sign in SIGNATURES[row["mime"]]):
        raise invalid("media_type", row["mime"], "The media is not of the type that was said.")
    works = row["mime"].startswith("video/")
    with db:
        state = "working" if works else "done"
        db.execute("UPDATE upload SET state = ? WHERE network = 'x' AND id = ?", (state, row["id"]))
    return 200, {"data": _data(upload_of(db, row["id"], call.person))}


def _data(row: sqlite3.Row) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": row["id"],
        "media_key": key_of(row["kind"], row["id"]),
        "size": row["total"],
        "expires_after_secs": SECONDS,
    }
    if row["mime"].startswith("video/"):
        working = row["state"] == "working"
        told = {"state": "in_progress", "check_after_secs": 1} if working else {"state": "succeeded"}
        data["processing_info"] = {**told, "progress_percent": 50 if working else 100}
    return data


@endpoint("media_status", 1000, names=frozenset({"command", "media_id"}))
def status(call: Call) -> Answer:
    """GET /2/media/upload?command=STATUS: a film is ready at the first look."""
    query = call.request.query_params
    if query.get("command") != "STATUS":
        raise invalid("command", query.get("command"), "must be STATUS")
    db, media_id = call.sandbox.db, query.get("media_id", "")
    upload_of(db, media_id, call.person)
    with db:
        db.execute("UPDATE upload SET state = 'done' WHERE id = ? AND state = 'working'", (media_id,))
    return 200, {"data": _data(upload_of(db, media_id, call.person))}


@endpoint("media_metadata", 500)
def describe(call: Call) -> Answer:
    """POST /2/media/metadata: the text read to those who cannot see a picture; a film has none."""
    body = call.body if isinstance(call.body, dict) else {}
    metadata = body.get("metadata") if isinstance(body.get("metadata"), dict) else {}
    text = (metadata.get("alt_text") or {}).get("text") if metadata else None
    row = upload_of(call.sandbox.db, str(body.get("id", "")), call.person)
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_ALT or row["kind"] == "video":
        raise invalid("metadata.alt_text.text", text, f"must be a text of 1 to {LONGEST_ALT} characters, of a picture")
    with call.sandbox.db as db:
        db.execute("UPDATE upload SET alt_text = ? WHERE network = 'x' AND id = ?", (text, row["id"]))
    return 200, {"data": {"id": row["id"], "associated_metadata": {"alt_text": {"text": text}}}}


async def picture(request: Request) -> Response:
    """GET /public/media/{id}: the file itself, for the public's page."""
    sandbox: Sandbox = request.app.state.sandbox
    row = sandbox.db.execute("SELECT * FROM upload WHERE id = ?", (request.path_params["id"],)).fetchone()
    if row is None:
        raise HTTPException(404)
    return Response(row["data"], media_type=row["mime"])


ROUTES = [
    Route("/2/media/upload/initialize", initialize, methods=["POST"]),
    Route("/2/media/upload/{id}/append", append, methods=["POST"]),
    Route("/2/media/upload/{id}/finalize", finalize, methods=["POST"]),
    Route("/2/media/upload", status, methods=["GET"]),
    Route("/2/media/metadata", describe, methods=["POST"]),
    Route("/public/media/{id}", picture, methods=["GET"]),
]
