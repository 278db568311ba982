"""Films on a page: an upload of the application's, its handle, and the call that publishes it (2026-11)."""

import secrets
from typing import Any

from connectors.sandbox.meta import fields
from connectors.sandbox.meta.facebook_shapes import id_of
from connectors.sandbox.meta.graph import Call
from connectors.sandbox.meta.problems import GraphProblem, invalid
from connectors.sandbox.store import add_item, items

MOST_BYTES, MOST_IN_POST = 10**9, 63_206
COLUMNS = "network, id, owner, kind, mime, total, state"


def _row(call: Call, upload_id: str) -> Any:
    query = "SELECT * FROM upload WHERE network = 'facebook' AND id = ?"
    return call.db.execute(query, (upload_id,)).fetchone()


def open_upload(call: Call) -> dict[str, Any]:
    """POST /{application}/uploads."""
    query = call.query
    length = query.get("file_length", "")
    if query.get("file_type") != "video/mp4" or not query.get("file_name"):
        raise invalid("Param file_type must be video/mp4, and file_name be given")
    if not length.isdigit() or not 0 < int(length) <= MOST_BYTES:
        raise invalid("Param file_length must be the number of bytes")
    session = f"upload:{secrets.token_hex(12)}"
    with call.db as db:
        row = ("facebook", session, call.me.id, "session", "video/mp4", int(length), "open")
        db.execute(f"INSERT INTO upload ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - our columns
    return {"id": f"{session}?sig={secrets.token_hex(8)}"}


def receive(call: Call) -> dict[str, Any]:
    """POST /{upload}: all the bytes at once, with OAuth in the header; the answer is the handle."""
    row = _row(call, call.node)
    said = call.headers.get("authorization", "").startswith("OAuth ") and call.headers.get("file_offset") == "0"
    if row["state"] != "open" or not said or len(call.body) != row["total"]:
        raise invalid("The headers or the bytes do not fit the upload")
    with call.db as db:
        query = "UPDATE upload SET data = ?, state = 'done' WHERE network = 'facebook' AND id = ?"
        db.execute(query, (call.body, call.node))
    return {"h": f"4::{call.node.removeprefix('upload:')}"}


def publish(call: Call) -> dict[str, Any]:
    """POST /{page}/videos with a handle: the film is public at once, its post is named at the second question."""
    session = "upload:" + call.query.get("fbuploader_video_file_chunk", "").removeprefix("4::")
    row, text = _row(call, session), call.query.get("description", "").strip()
    if row is None or row["state"] != "done" or len(text) > MOST_IN_POST:
        raise invalid("Param fbuploader_video_file_chunk must be a handle that was not used, description not too long")
    if b"ftyp" not in row["data"][:16]:
        raise GraphProblem(352, "(#352) The video file you selected is in a format that we don't support.")
    film_id = str(1_800_000_000_000_000 + secrets.randbelow(10**14))
    with call.db as db:
        query = "UPDATE upload SET id = ?, kind = 'film', checks = 0 WHERE network = 'facebook' AND id = ?"
        db.execute(query, (film_id, session))
    add_item(call.db, "facebook", call.me, text, media=["video"], settings={"media_ids": [film_id]})
    return {"id": film_id}


def film(call: Call) -> dict[str, Any]:
    """GET /{film}."""
    row = _row(call, call.node)
    with call.db as db:
        db.execute("UPDATE upload SET checks = checks + 1 WHERE network = 'facebook' AND id = ?", (call.node,))
    shown = items(call.db, "facebook", "settings LIKE ?", (f'%"{call.node}"%',), 1)
    post_id = id_of(shown[0]).partition("_")[2] if shown and row["checks"] else None
    whole = {"id": call.node, "post_id": post_id, "description": shown[0].text if shown else None}
    return fields.select(whole, fields.parse(call.query.get("fields", "")), "Video", ("description",))
