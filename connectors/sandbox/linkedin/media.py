"""What an organisation uploads to LinkedIn before it posts: pictures whole, films in parts that are put together."""

import hashlib
import secrets
import sqlite3
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox.linkedin.call import (
    NETWORK,
    Answer,
    Call,
    Problem,
    absent,
    caller,
    endpoint,
    invalid,
    unprocessable,
)
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Item

WRITE = "w_organization_social_feed"
PART = 4 * 2**20
LARGEST = 500 * 2**20
MOST_PICTURES = 20
LONGEST_ALT = 4086
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")
ACTION = frozenset({"action"})
KINDS = {"image": "photo", "video": "video"}


def _row(db: sqlite3.Connection, kind: str, urn: Any) -> sqlite3.Row:
    prefix = f"urn:li:{kind}:"
    query = "SELECT * FROM upload WHERE network = ? AND id = ? AND kind = ?"
    row = db.execute(query, (NETWORK, str(urn).removeprefix(prefix), KINDS[kind])).fetchone()
    if row is None or not str(urn).startswith(prefix):
        raise absent(f"Could not find entity {urn}")
    return row  # type: ignore[no-any-return]


def _begin(call: Call, kind: str, total: int) -> str:
    """Make an upload; return its id."""
    upload = "C4E" + secrets.token_hex(8)
    with call.sandbox.db as db:
        query = "INSERT INTO upload (network, id, owner, kind, mime, total) VALUES (?, ?, ?, ?, ?, ?)"
        db.execute(
            query, (NETWORK, upload, call.us.id, KINDS[kind], "image/png" if kind == "image" else "video/mp4", total)
        )
    return upload


def _asked(call: Call, action: str, member: str) -> dict[str, Any]:
    asked = call.body.get(member)
    if call.parameter("action") != action or not isinstance(asked, dict):
        raise invalid(f"action {action} needs the member {member}")
    return asked


def _place(call: Call, upload: str, part: int) -> str:
    base = call.request.base_url
    return f"{base}linkedin/dms-uploads/{upload}/{part}"


@endpoint("images", "ACTION", scope=WRITE, names=ACTION)
def begin_image(call: Call) -> Answer:
    """POST /rest/images?action=initializeUpload."""
    if _asked(call, "initializeUpload", "initializeUploadRequest") != {"owner": call.us.id}:
        raise unprocessable("owner", "must be the organization")
    upload = _begin(call, "image", 0)
    value = {"uploadUrlExpiresAt": 2**41, "uploadUrl": _place(call, upload, 0), "image": f"urn:li:image:{upload}"}
    return Answer({"value": value})


@endpoint("videos", "ACTION", scope=WRITE, names=ACTION)
def act_on_video(call: Call) -> Answer:
    """POST /rest/videos?action=initializeUpload or finalizeUpload."""
    return _finish_video(call) if call.parameter("action") == "finalizeUpload" else _begin_video(call)


def _begin_video(call: Call) -> Answer:
    asked = _asked(call, "initializeUpload", "initializeUploadRequest")
    size = asked.get("fileSizeBytes")
    if asked.get("owner") != call.us.id or not isinstance(size, int) or not 0 < size <= LARGEST:
        raise unprocessable("fileSizeBytes", "and the owner, the organization, are required")
    upload = _begin(call, "video", size)
    parts = [
        {
            "uploadUrl": _place(call, upload, start // PART),
            "firstByte": start,
            "lastByte": min(start + PART, size) - 1,
        }
        for start in range(0, size, PART)
    ]
    value = {"video": f"urn:li:video:{upload}", "uploadInstructions": parts, "uploadToken": upload[::-1]}
    return Answer({"value": value})


def _finish_video(call: Call) -> Answer:
    """Ask for the parts' ETags in their order, the token of the beginning and every byte; then it is worked on."""
    asked = _asked(call, "finalizeUpload", "finalizeUploadRequest")
    row = _row(call.sandbox.db, "video", asked.get("video"))
    data = bytes(row["data"])
    parts = [etag(data[start : start + PART]) for start in range(0, row["total"], PART)]
    if (
        asked.get("uploadToken") != row["id"][::-1]
        or asked.get("uploadedPartIds") != parts
        or len(data) != row["total"]
    ):
        raise unprocessable("uploadedPartIds", "must be the ETags of all parts in their order, with the token")
    _set_state(call.sandbox.db, row["id"], "working" if b"ftyp" in data[:16] else "failed")
    return Answer(None)


def _set_state(db: sqlite3.Connection, upload: str, state: str) -> None:
    with db:
        db.execute("UPDATE upload SET state = ? WHERE network = ? AND id = ?", (state, NETWORK, upload))


def etag(data: bytes) -> str:
    """Return the id of an uploaded part."""
    return hashlib.sha256(data).hexdigest()[:32]


async def put(request: Request) -> Response:
    """PUT /linkedin/dms-uploads/{id}/{part}: the parts in their order, each once."""
    sandbox: Sandbox = request.app.state.sandbox
    data = await request.body()
    try:
        caller(request, sandbox)
        upload, part = str(request.path_params["id"]), int(request.path_params["part"])
        row = sandbox.db.execute("SELECT * FROM upload WHERE network = ? AND id = ?", (NETWORK, upload)).fetchone()
        if row is None or row["state"] != "open" or part != row["segments"] or not 0 < len(data) <= LARGEST:
            raise invalid("This part is not expected here")
    except Problem as problem:
        return JSONResponse(problem.body, problem.status)
    picture = row["kind"] == "photo"
    state = ("working" if data.startswith(PICTURES) else "failed") if picture else "open"
    with sandbox.db as db:
        query = "UPDATE upload SET data = ?, segments = segments + 1, state = ?, total = ? WHERE id = ?"
        db.execute(query, (bytes(row["data"]) + data, state, len(data) if picture else row["total"], upload))
    return Response(status_code=201, headers={"etag": etag(data)})


def _status(call: Call, kind: str) -> Answer:
    """Return what became of a file: it is ready at the second look."""
    row = _row(call.sandbox.db, kind, call.urn)
    states = {"open": "WAITING_UPLOAD", "working": "PROCESSING", "done": "AVAILABLE", "failed": "PROCESSING_FAILED"}
    if row["state"] == "working" and row["checks"]:
        _set_state(call.sandbox.db, row["id"], "done")
    with call.sandbox.db as db:
        db.execute("UPDATE upload SET checks = checks + 1 WHERE network = ? AND id = ?", (NETWORK, row["id"]))
    state = "done" if row["state"] == "working" and row["checks"] else row["state"]
    return Answer({"id": call.urn, "owner": row["owner"], "status": states[state]})


@endpoint("images", "GET", scope=WRITE)
def image(call: Call) -> Answer:
    """GET /rest/images/{urn}."""
    return _status(call, "image")


@endpoint("videos", "GET", scope=WRITE)
def video(call: Call) -> Answer:
    """GET /rest/videos/{urn}."""
    return _status(call, "video")


def taken_up(call: Call, content: Any) -> tuple[Any, list[str], list[str]]:
    """Return a post's content, its uploads' ids and their kinds: one picture or film, or two to twenty pictures."""
    if content is None:
        return None, [], []
    kind = next(iter(content)) if isinstance(content, dict) and len(content) == 1 else ""
    given = content[kind] if kind == "media" else None
    files = [given] if kind == "media" else (content.get("multiImage") or {}).get("images") if kind else None
    if not isinstance(files, list) or not all(isinstance(one, dict) and set(one) <= {"id", "altText"} for one in files):
        raise unprocessable("content", "must be one media, or multiImage with its images")
    if kind == "multiImage" and not 1 < len(files) <= MOST_PICTURES:
        raise unprocessable("content/multiImage/images", f"must be 2 to {MOST_PICTURES} images")
    rows = [_file(call, one, alone=kind == "media") for one in files]
    return content, [row["id"] for row in rows], [row["kind"] for row in rows]


def _file(call: Call, one: dict[str, Any], *, alone: bool) -> sqlite3.Row:
    kind = "video" if alone and ":video:" in str(one.get("id")) else "image"
    row = _row(call.sandbox.db, kind, one.get("id"))
    if row["state"] != "done":
        raise unprocessable("content", f"{one.get('id')} is not available")
    if len(str(one.get("altText", ""))) > LONGEST_ALT or (kind == "video" and "altText" in one):
        raise unprocessable("content/media/altText", "is too long, or stands at a video")
    return row


def files(_db: sqlite3.Connection, item: Item) -> list[dict[str, Any]]:
    """Return what hangs on an item, for the public's page; of the public's files only the kind is known."""
    content = item.settings.get("content") or {}
    given = [content["media"]] if "media" in content else (content.get("multiImage") or {}).get("images", [])
    alts = [one.get("altText", "") for one in given] or [""] * len(item.media)
    return [{"type": kind, "alt_text": alt} for kind, alt in zip(item.media, alts, strict=True)]


ROUTES = [
    Route("/linkedin/rest/images", begin_image, methods=["POST"]),
    Route("/linkedin/rest/images/{urn}", image, methods=["GET"]),
    Route("/linkedin/rest/videos", act_on_video, methods=["POST"]),
    Route("/linkedin/rest/videos/{urn}", video, methods=["GET"]),
    Route("/linkedin/dms-uploads/{id}/{part:int}", put, methods=["PUT"]),
]
