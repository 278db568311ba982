"""The public's page: what the company published, what is said under it, and a place to say more."""

from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.sandbox.comments import delete_comment, edit_comment, leave_comment
from connectors.sandbox.pages import render
from connectors.sandbox.people import company, person_by_id
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Item, Person, items, versions
from connectors.sandbox.x_shapes import media_of
from errors import Rejected

POSTS, MENTIONS, DEPTH = 30, 60, 6
SHOWN = "replaced_by IS NULL AND deleted_at IS NULL"


@dataclass(frozen=True)
class Shown:
    """One post or comment on the page, with what answers it."""

    item: Item
    author: Person
    versions: tuple[Item, ...]
    answers: tuple["Shown", ...]
    ours: bool
    files: tuple[dict[str, str], ...] = ()


async def timeline(request: Request) -> Response:
    """GET /: the newest posts with their conversations, and the mentions out of any."""
    sandbox: Sandbox = request.app.state.sandbox
    us = company(sandbox.db, "x")
    posts = items(sandbox.db, "x", f"author_id = ? AND parent IS NULL AND {SHOWN}", (us.id,), POSTS)
    mentions = items(sandbox.db, "x", f"author_id <> ? AND parent IS NULL AND {SHOWN}", (us.id,), MENTIONS)
    page = render(
        "timeline.html",
        us=us,
        posts=[_shown(sandbox, post, us) for post in posts],
        mentions=[_shown(sandbox, mention, us) for mention in mentions],
        refused=request.query_params.get("refus", ""),
    )
    return HTMLResponse(page)


def _shown(sandbox: Sandbox, item: Item, us: Person, depth: int = 0) -> Shown:
    chain = versions(sandbox.db, item)
    marks = ",".join("?" * len(chain))
    found = items(sandbox.db, item.network, f"parent IN ({marks}) AND {SHOWN}", [v.number for v in chain])
    answers = tuple(_shown(sandbox, one, us, depth + 1) for one in reversed(found)) if depth < DEPTH else ()
    author = person_by_id(sandbox.db, item.network, item.author_id) or Person(
        item.author_id, "inconnu", "", False, True
    )
    return Shown(item, author, tuple(chain), answers, item.author_id == us.id, _files(sandbox, item))


def _files(sandbox: Sandbox, item: Item) -> tuple[dict[str, str], ...]:
    """Return what hangs on an item; `upload` is the id of a file that can be shown, empty for one of the public."""
    ids = item.settings.get("media_ids") or [""] * len(item.media)
    return tuple({**one, "upload": upload} for one, upload in zip(media_of(sandbox.db, item), ids, strict=True))


async def act(request: Request) -> Response:
    """POST /public/{action}: write, edit or delete as one of the public, then back to the page."""
    _same_origin(request)
    form = {name: str(value) for name, value in (await request.form()).items()}
    sandbox: Sandbox = request.app.state.sandbox
    try:
        place = _do(sandbox, str(request.path_params["action"]), form)
    except Rejected as refusal:
        return RedirectResponse(f"/?refus={refusal.reason}", 303)
    return RedirectResponse(f"/#i{place}" if place else "/", 303)


def _do(sandbox: Sandbox, action: str, form: dict[str, Any]) -> str:
    item_id, text = form.get("id", ""), form.get("text", "").strip()
    if action == "supprimer":
        delete_comment(sandbox.db, "x", item_id)
        return ""
    if not text:
        raise Rejected("Le texte est vide.")
    if action == "modifier":
        return edit_comment(sandbox.db, "x", item_id, text).id
    handle = "".join(char for char in form.get("handle", "") if char.isascii() and (char.isalnum() or char == "_"))[:15]
    return leave_comment(sandbox.db, "x", text, handle=handle, reply_to=item_id or None).id


def _same_origin(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin and origin != f"{request.url.scheme}://{request.url.netloc}":
        raise HTTPException(403)


ROUTES = [Route("/", timeline), Route("/public/{action}", act, methods=["POST"])]
