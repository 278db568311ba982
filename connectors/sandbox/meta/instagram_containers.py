"""Containers: a picture at a public address, a film brought as bytes, several of them; published once each."""

import json
import secrets
from collections.abc import Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.meta.version import VERSION
from connectors.sandbox.fetching import NotFetched, fetch
from connectors.sandbox.meta.graph import Call, authenticate, read_call
from connectors.sandbox.meta.problems import GraphProblem, invalid
from connectors.sandbox.store import add_item

MOST_CAPTION, MOST_ALT, MOST_CHILDREN, MOST_BYTES = 2_200, 1_000, 10, 300_000_000
MOST_PICTURE_BYTES = 8_000_000
FILMS = frozenset({"REELS", "VIDEO"})
FILM_SIGN = b"ftyp"


def container_of(call: Call, node: str) -> Any:
    """Return a container of the account's own, None when there is none."""
    query = "SELECT * FROM upload WHERE network = 'instagram' AND id = ?"
    return call.db.execute(query, (node,)).fetchone()


def make(call: Call) -> dict[str, Any] | Awaitable[dict[str, Any]]:
    """POST /{account}/media: what it is to be is checked, then a picture is fetched; a film comes later."""
    query = call.query
    if len(query.get("caption", "").strip()) > MOST_CAPTION:
        raise invalid(f"Param caption must be no longer than {MOST_CAPTION} characters")
    if query.get("media_type") in FILMS:
        return _film(call)
    if query.get("media_type") == "CAROUSEL":
        return _carousel(call)
    if "media_type" in query or not query.get("image_url", "").startswith("https://"):
        raise invalid("Param image_url must be the public address of a picture")
    if len(query.get("alt_text", "")) > MOST_ALT:
        raise invalid("Param alt_text is too long")
    return _picture(call)


async def _picture(call: Call) -> dict[str, Any]:
    """Fetch a picture at its public address: a JPEG of 8 MB at most."""
    try:
        got = await fetch(call.sandbox, call.query["image_url"], {"image/jpeg"}, MOST_PICTURE_BYTES)
    except NotFetched as error:
        said = f"Only photo or video can be accepted as media type. The media could not be fetched: {error}"
        raise GraphProblem(9004, said, error_subcode=2_207_052) from error
    made = _keep(call, "IMAGE", "done", call.query.get("alt_text"))
    with call.db as db:
        query = "UPDATE upload SET data = ?, total = ?, mime = ? WHERE network = 'instagram' AND id = ?"
        db.execute(query, (got.data, len(got.data), got.mime, made))
    return {"id": made}


def _film(call: Call) -> dict[str, Any]:
    if "alt_text" in call.query or call.query.get("upload_type") != "resumable":
        raise invalid("A film has no alt_text, and the sandbox takes resumable uploads only")
    if (call.query["media_type"] == "VIDEO") != ("is_carousel_item" in call.query):
        raise invalid("media_type VIDEO is for items of a carousel; use REELS")
    made = _keep(call, "VIDEO", "open", None)
    return {"id": made, "uri": f"{call.base}/ig-api-upload/{VERSION}/{made}"}


def _carousel(call: Call) -> dict[str, Any]:
    children = [one for one in call.query.get("children", "").split(",") if one]
    rows = [container_of(call, one) for one in children]
    if not 1 < len(children) <= MOST_CHILDREN or not all(row and row["state"] == "done" for row in rows):
        raise invalid(f"Param children must be 2 to {MOST_CHILDREN} containers that are ready")
    return {"id": _keep(call, "CAROUSEL", "done", None, children=children)}


def _keep(call: Call, kind: str, state: str, alt: str | None, **more: Any) -> str:
    container_id = str(17_900_000_000_000_000 + secrets.randbelow(10**14))
    known = ("caption", "is_paid_partnership", "is_ai_generated")
    about = json.dumps({name: call.query[name] for name in known if name in call.query} | more)
    row = ("instagram", container_id, call.me.id, kind, "video/mp4" if kind == "VIDEO" else "", 0, state, alt, about)
    with call.db as db:
        columns = "network, id, owner, kind, mime, total, state, alt_text, about"
        db.execute(f"INSERT INTO upload ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - our columns
    return container_id


async def receive(request: Request) -> Response:
    """POST /ig-api-upload/{version}/{container}: a film whole; it is looked at at once."""
    call = await read_call(request, "instagram")
    try:
        authenticate(call, proved=False)
        row = container_of(call, request.path_params["container"])
        data = call.body
        if row is None or row["state"] != "open" or not call.headers.get("authorization", "").startswith("OAuth "):
            raise invalid("There is no upload open here")
        if call.headers.get("offset") != "0" or call.headers.get("file_size") != str(len(data)) or not data:
            raise invalid("The headers offset and file_size do not fit the bytes")
    except GraphProblem as problem:
        return JSONResponse(problem.body, problem.status)
    good = FILM_SIGN in data[:16] and len(data) <= MOST_BYTES
    with call.db as db:
        query = "UPDATE upload SET data = ?, total = ?, state = ? WHERE network = 'instagram' AND id = ?"
        db.execute(query, (data, len(data), "done" if good else "error", row["id"]))
    return JSONResponse({"success": True, "message": "Upload successful."})


ROUTES = [Route("/instagram/ig-api-upload/{version}/{container}", receive, methods=["POST"])]


def publish(call: Call) -> dict[str, Any]:
    """POST /{account}/media_publish: a container that is ready, once."""
    row = container_of(call, call.query.get("creation_id", ""))
    if row is None or row["state"] != "done":
        raise GraphProblem(9007, "(#9007) Media ID is not available", error_subcode=2_207_027)
    about = json.loads(row["about"])
    ids = about.get("children") or [row["id"]]
    flags = {name: True for name in ("is_paid_partnership", "is_ai_generated") if about.get(name) == "true"}
    settings = {"media_ids": ids, **flags}
    item = add_item(call.db, "instagram", call.me, about.get("caption", "").strip(), settings=settings)
    with call.db as db:
        db.execute("UPDATE upload SET state = 'published' WHERE network = 'instagram' AND id = ?", (row["id"],))
    return {"id": str(item.first_id)}
