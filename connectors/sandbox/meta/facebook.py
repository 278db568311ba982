"""A page on Facebook: its feed, comments, answers, pictures (Graph API v25.0, as documented in 2026-11)."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.meta import facebook_films as films
from connectors.sandbox.meta import fields, messages
from connectors.sandbox.meta.facebook_shapes import (
    COMMENT_DEFAULT,
    POST_DEFAULT,
    comment_shape,
    id_of,
    photo_shape,
    post_shape,
    read_id,
)
from connectors.sandbox.meta.graph import Call, Endpoint, flag, listed, page_of
from connectors.sandbox.meta.oauth import APP_ID
from connectors.sandbox.meta.problems import GraphProblem, invalid, no_such
from connectors.sandbox.store import Item, add_item, delete_item, find_item, hide_item, items, newest

SHOWN = "replaced_by IS NULL AND deleted_at IS NULL"
MOST_IN_POST, MOST_IN_COMMENT, MOST_ALT, MOST_BYTES = 63_206, 8_000, 1_000, 4 * 2**20
PICTURES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG", "image/gif": b"GIF8", "image/webp": b"RIFF"}
READ = frozenset({"pages_read_engagement", "pages_read_user_content"})
PAGING = frozenset({"limit", "after"})


def kind_of(call: Call, node: str) -> str | None:
    """Say what an id is: the page, a post, a comment, a picture, a film, an upload; None when nothing has it."""
    if node == call.me.id:
        return "page"
    item = item_of(call, node)
    if item:
        return "post" if item.parent is None else "comment"
    if node == APP_ID:
        return "app"
    row = _upload(call, node)
    return str(row["kind"]) if row else messages.kind_of(call, node)


def item_of(call: Call, node: str) -> Item | None:
    """Return the newest version of what is shown under an id."""
    number = read_id(node)
    item = find_item(call.db, "facebook", number) if number is not None else None
    if item is None or item.deleted_at or id_of(item) != node:
        return None
    return newest(call.db, item)


def _shown(call: Call) -> Item:
    item = item_of(call, call.node)
    if item is None:
        raise no_such(call.node, call.method)
    return item


def _upload(call: Call, node: str) -> Any:
    """Return a picture, a film or an upload under way."""
    query = "SELECT * FROM upload WHERE network = 'facebook' AND id = ?"
    return call.db.execute(query, (node,)).fetchone()


def page(call: Call) -> dict[str, Any]:
    """GET /{page}."""
    me = call.me
    whole = {"id": me.id, "name": me.name, "username": me.handle, "access_token": call.token["access"]}
    return fields.select(whole, fields.parse(call.query.get("fields", "")), "Page", ("name",))


def feed(call: Call) -> dict[str, Any]:
    """GET /{page}/feed: what the page and its visitors published, newest first; `since` is the time of a post."""
    since = _moment(call.query.get("since"))
    every = items(call.db, "facebook", f"parent IS NULL AND {SHOWN}", ())
    return _listed_posts(call, [one for one in every if one.at >= since and not one.settings.get("inline")])


def ads_posts(call: Call) -> dict[str, Any]:
    """GET /{page}/ads_posts: the posts of advertisements; those that stand nowhere else only when asked for."""
    wanted = {True} if "include_inline_create" in call.query and flag(call, "include_inline_create") else set()
    every = items(call.db, "facebook", f"parent IS NULL AND {SHOWN}", ())
    kept = wanted | {False}
    return _listed_posts(
        call, [one for one in every if one.settings.get("ad") and bool(one.settings.get("inline")) in kept]
    )


def _listed_posts(call: Call, found: list[Item]) -> dict[str, Any]:
    found.sort(key=lambda one: one.first_id, reverse=True)
    rows, paging = page_of(call, [(one.first_id, one) for one in found])
    wanted = fields.parse(call.query.get("fields", ""))
    return listed([fields.select(post_shape(call.db, one), wanted, "PagePost", POST_DEFAULT) for one in rows], paging)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.fromtimestamp(0, UTC)
    if not text.isdigit():
        raise invalid("Param since must be a time in unix seconds")
    return datetime.fromtimestamp(int(text), UTC)


def comments(call: Call) -> dict[str, Any]:
    """GET /{post or comment}/comments: those directly under it, or (`stream`) at every depth."""
    above, query = _shown(call), call.query
    which, order = query.get("filter", "toplevel"), query.get("order", "chronological")
    if which not in {"toplevel", "stream"} or order not in {"chronological", "reverse_chronological"}:
        raise invalid("Param filter or order has a value that is not one of those known")
    under = items(call.db, "facebook", f"top = ? AND parent IS NOT NULL AND {SHOWN}", (above.top,))
    if which == "toplevel" or above.parent is not None:
        under = [one for one in under if _parent(call, one) == above.first_id]
    under.sort(key=lambda one: one.first_id, reverse=order == "reverse_chronological")
    rows, paging = page_of(call, [(one.first_id, one) for one in under])
    wanted = fields.parse(query.get("fields", ""))
    data = [fields.select(comment_shape(call.db, one), wanted, "Comment", COMMENT_DEFAULT) for one in rows]
    told = {"order": order, "total_count": len(under), "can_comment": True}
    return listed(data, paging, **({"summary": told} if query.get("summary") in {"true", "True", "1"} else {}))


def _parent(call: Call, item: Item) -> int:
    parent = find_item(call.db, "facebook", item.parent)
    return parent.first_id if parent else 0


def post(call: Call) -> dict[str, Any]:
    """GET /{post}."""
    return fields.select(
        post_shape(call.db, _shown(call)), fields.parse(call.query.get("fields", "")), "PagePost", POST_DEFAULT
    )


def comment(call: Call) -> dict[str, Any]:
    """GET /{comment}."""
    wanted = fields.parse(call.query.get("fields", ""))
    return fields.select(comment_shape(call.db, _shown(call)), wanted, "Comment", COMMENT_DEFAULT)


def photo(call: Call) -> dict[str, Any]:
    """GET /{photo}."""
    return fields.select(photo_shape(_upload(call, call.node)), fields.parse(call.query.get("fields", "")), "Photo", ())


def publish(call: Call) -> dict[str, Any]:
    """POST /{page}/feed: a text, a link, pictures that were brought unpublished."""
    text, pictures = call.query.get("message", "").strip(), _attached(call)
    if not text and not pictures and "link" not in call.query:
        raise invalid("You must provide one of message, link or attached_media")
    if len(text) > MOST_IN_POST:
        raise invalid(f"Param message must be no longer than {MOST_IN_POST} characters")
    settings: dict[str, Any] = {"link": call.query["link"]} if "link" in call.query else {}
    settings |= {"media_ids": pictures} if pictures else {}
    item = add_item(call.db, "facebook", call.me, text, media=["photo"] * len(pictures), settings=settings)
    return {"id": id_of(item)}


def _attached(call: Call) -> list[str]:
    names = sorted((name for name in call.query if name.startswith("attached_media[")), key=lambda one: int(one[15:-1]))
    try:
        ids = [str(json.loads(call.query[name])["media_fbid"]) for name in names]
    except (ValueError, KeyError, TypeError):
        raise invalid("Param attached_media must be a list of objects with media_fbid") from None
    for one in ids:
        if _upload(call, one) is None:
            raise invalid(f"Param attached_media: {one} is no unpublished picture of this page")
    return ids


def bring_photo(call: Call) -> dict[str, Any]:
    """POST /{page}/photos with `published=false`: a picture that a post takes up later."""
    name, mime, data = call.files.get("source", ("", "", b""))
    alt = call.query.get("alt_text_custom")
    if flag(call, "published"):
        raise invalid("The sandbox takes unpublished pictures only")
    if mime not in PICTURES or not data.startswith(PICTURES[mime]) or len(data) > MOST_BYTES:
        raise GraphProblem(324, f"(#324) Missing or invalid image file {name}")
    if alt is not None and len(alt) > MOST_ALT:
        raise invalid("Param alt_text_custom is too long")
    photo_id = str(1_700_000_000_000_000_000 + secrets.randbelow(10**17))
    with call.db as db:
        columns = "network, id, owner, kind, mime, total, data, state, alt_text"
        row = ("facebook", photo_id, call.me.id, "photo", mime, len(data), data, "done", alt)
        db.execute(f"INSERT INTO upload ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - our columns
    return {"id": photo_id}


def answer(call: Call) -> dict[str, Any]:
    """POST /{post or comment}/comments: under a post or under a comment, not under an answer to a comment."""
    above, text = _shown(call), call.query.get("message", "").strip()
    if not text or len(text) > MOST_IN_COMMENT:
        raise invalid(f"Param message must be a text of 1 to {MOST_IN_COMMENT} characters")
    if above.parent is not None and _parent(call, above) != above.top:
        raise invalid("An answer to an answer must be made under the comment above it")
    return {"id": id_of(add_item(call.db, "facebook", call.me, text, parent=above))}


def change(call: Call) -> dict[str, Any]:
    """POST /{comment} with is_hidden: hide or show what another wrote; twice is no error."""
    item = _shown(call)
    if item.author_id == call.me.id:
        raise GraphProblem(200, "(#200) A page cannot hide its own comment", status=403)
    hide_item(call.db, item, flag(call, "is_hidden"))
    return {"success": True}


def remove(call: Call) -> dict[str, Any]:
    """DELETE /{post or comment}: on a page, also what others wrote."""
    delete_item(call.db, _shown(call))
    return {"success": True}


ADS = frozenset({"pages_manage_ads", "pages_show_list", "ads_management"})
LISTED = PAGING | {"filter", "order", "summary"}
MANAGE = READ | {"pages_manage_engagement"}
POSTS = READ | {"pages_manage_posts"}
UPLOAD = frozenset({"file_name", "file_length", "file_type"})
FILM = frozenset({"description", "fbuploader_video_file_chunk"})
ENDPOINTS = (
    Endpoint("GET", "page", "", page),
    Endpoint("GET", "page", "feed", feed, READ, PAGING | {"since"}, "feed"),
    Endpoint("GET", "page", "ads_posts", ads_posts, ADS, PAGING | {"include_inline_create"}, "ads_posts"),
    Endpoint("POST", "page", "feed", publish, POSTS, frozenset({"message", "link", "attached_media"}), "publish"),
    Endpoint(
        "POST", "page", "photos", bring_photo, POSTS, frozenset({"source", "published", "alt_text_custom"}), "photos"
    ),
    Endpoint("GET", "post", "", post, READ),
    Endpoint("GET", "post", "comments", comments, READ, LISTED, "comments"),
    Endpoint("POST", "post", "comments", answer, MANAGE, frozenset({"message"}), "answer"),
    Endpoint("DELETE", "post", "", remove, POSTS, route="delete"),
    Endpoint("GET", "comment", "", comment, READ),
    Endpoint("GET", "comment", "comments", comments, READ, LISTED, "comments"),
    Endpoint("POST", "comment", "comments", answer, MANAGE, frozenset({"message"}), "answer"),
    Endpoint("POST", "comment", "", change, MANAGE, frozenset({"is_hidden"}), "change"),
    Endpoint("DELETE", "comment", "", remove, MANAGE, route="delete"),
    Endpoint("GET", "photo", "", photo, READ),
    Endpoint("POST", "app", "uploads", films.open_upload, POSTS, UPLOAD, "upload"),
    Endpoint("POST", "session", "", films.receive, POSTS, frozenset({"sig"}), "upload"),
    Endpoint("POST", "page", "videos", films.publish, POSTS, FILM, "publish"),
    Endpoint("GET", "film", "", films.film, READ),
)
