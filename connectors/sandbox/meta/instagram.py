"""A professional account on Instagram: its media and their comments, answers, hiding (Graph API v25.0, 2026-11)."""

from typing import Any

from connectors.sandbox.meta import fields, messages
from connectors.sandbox.meta.graph import Call, Endpoint, flag, listed, page_of
from connectors.sandbox.meta.instagram_containers import container_of, make, publish
from connectors.sandbox.meta.instagram_shapes import (
    COMMENT_DEFAULT,
    SHOWN,
    SWITCH,
    above,
    age_gated,
    comment_shape,
    container_shape,
    media_shape,
    under,
)
from connectors.sandbox.meta.oauth import APP_ID
from connectors.sandbox.meta.problems import GraphProblem, invalid, no_such
from connectors.sandbox.network import read_number
from connectors.sandbox.people import COMPANY
from connectors.sandbox.store import Item, add_item, delete_item, find_item, hide_item, items

MOST = 2_200
MOST_COMMENTS, MOST_MEDIA = 50, 100


def kind_of(call: Call, node: str) -> str | None:
    """Say what an id is: the account, a media, a comment, a container; None when nothing shown has it."""
    if node == call.me.id:
        return "user"
    if node == APP_ID:
        return "app"
    item = item_of(call, node)
    if item:
        return "media" if item.parent is None else "comment"
    if node == COMPANY.id:
        return "page"
    return "container" if container_of(call, node) else messages.kind_of(call, node)


def item_of(call: Call, node: str) -> Item | None:
    """Return what is shown under an id; of a media with a minimum age no comment is."""
    number = read_number(node)
    found = items(call.db, "instagram", f"number = ? AND {SHOWN}", (number,)) if number is not None else []
    if not found:
        return None
    top = find_item(call.db, "instagram", found[0].top)
    return None if found[0].parent is not None and top and age_gated(top) else found[0]


def _shown(call: Call) -> Item:
    item = item_of(call, call.node)
    if item is None:
        raise no_such(call.node, call.method)
    return item


def _wanted(call: Call) -> fields.Wanted:
    return fields.parse(call.query.get("fields", ""))


def user(call: Call) -> dict[str, Any]:
    """GET /{account}."""
    me = call.me
    whole = {"id": me.id, "username": me.handle, "name": me.name}
    return fields.select(whole, _wanted(call), "IGUser", ())


def media_list(call: Call) -> dict[str, Any]:
    """GET /{account}/media: newest first."""
    found = items(call.db, "instagram", f"parent IS NULL AND author_id = ? AND {SHOWN}", (call.me.id,))
    found.sort(key=lambda one: one.first_id, reverse=True)
    rows, paging = page_of(call, [(one.first_id, one) for one in found], MOST_MEDIA)
    return listed([fields.select(media_shape(call.db, one), _wanted(call), "IGMedia", ()) for one in rows], paging)


def media(call: Call) -> dict[str, Any]:
    """GET /{media}."""
    return fields.select(media_shape(call.db, _shown(call)), _wanted(call), "IGMedia", ())


def comments(call: Call) -> dict[str, Any]:
    """GET /{media}/comments: newest first, without the answers; none under a media with a minimum age."""
    item = _shown(call)
    return _listed(call, [] if age_gated(item) else under(call.db, item))


def replies(call: Call) -> dict[str, Any]:
    """GET /{comment}/replies."""
    item = _shown(call)
    return _listed(call, under(call.db, item))


def _listed(call: Call, found: list[Item]) -> dict[str, Any]:
    rows, paging = page_of(call, [(one.first_id, one) for one in found], MOST_COMMENTS)
    wanted = _wanted(call)
    data = [fields.select(comment_shape(call.db, one), wanted, "IGComment", COMMENT_DEFAULT) for one in rows]
    return listed(data, paging)


def comment(call: Call) -> dict[str, Any]:
    """GET /{comment}."""
    return fields.select(comment_shape(call.db, _shown(call)), _wanted(call), "IGComment", COMMENT_DEFAULT)


def answer(call: Call) -> dict[str, Any]:
    """POST /{comment}/replies: not to a hidden comment; an answer to an answer goes under the comment above it."""
    item = _shown(call)
    if item.hidden:
        raise GraphProblem(200, "(#200) You cannot reply to hidden comments", status=403)
    return _write(call, above(call.db, item) or item)


def comment_on(call: Call) -> dict[str, Any]:
    """POST /{media}/comments: a comment of the account's own."""
    item = _shown(call)
    if not SWITCH.is_open(item):
        raise GraphProblem(200, "(#200) Comments are disabled on this media", status=403)
    return _write(call, item)


def _write(call: Call, parent: Item) -> dict[str, Any]:
    text = call.query.get("message", "").strip()
    if not 0 < len(text) <= MOST:
        raise invalid(f"Param message must be a text of 1 to {MOST} characters")
    return {"id": str(add_item(call.db, "instagram", call.me, text, parent=parent).first_id)}


def hide(call: Call) -> dict[str, Any]:
    """POST /{comment} with hide: what another wrote; twice is no error."""
    item = _shown(call)
    if item.author_id == call.me.id:
        raise GraphProblem(200, "(#200) An account cannot hide its own comment", status=403)
    hide_item(call.db, item, flag(call, "hide"))
    return {"success": True}


def enable(call: Call) -> dict[str, Any]:
    """POST /{media} with comment_enabled."""
    SWITCH.turn(call.db, _shown(call), enabled=flag(call, "comment_enabled"))
    return {"success": True}


def remove(call: Call) -> dict[str, Any]:
    """DELETE /{media or comment}: under the account's media, also what others wrote."""
    delete_item(call.db, _shown(call))
    return {"success": True}


def container(call: Call) -> dict[str, Any]:
    """GET /{container}."""
    row = container_of(call, call.node)
    return fields.select(container_shape(row), _wanted(call), "IGContainer", ())


READ = frozenset({"instagram_basic", "pages_read_engagement"})
MANAGE = READ | {"instagram_manage_comments"}
PUBLISH = READ | {"instagram_content_publish"}
PAGING = frozenset({"limit", "after"})
MESSAGE = frozenset({"message"})
_CONTAINER = (
    "image_url media_type upload_type caption alt_text is_carousel_item children is_paid_partnership is_ai_generated"
)
ENDPOINTS = (
    Endpoint("GET", "user", "", user, READ),
    Endpoint("GET", "user", "media", media_list, READ, PAGING, "media"),
    Endpoint("POST", "user", "media", make, PUBLISH, frozenset(_CONTAINER.split()), "container"),
    Endpoint("POST", "user", "media_publish", publish, PUBLISH, frozenset({"creation_id"}), "publish"),
    Endpoint("GET", "container", "", container, READ),
    Endpoint("GET", "media", "", media, READ),
    Endpoint("POST", "media", "", enable, MANAGE, frozenset({"comment_enabled"}), "change"),
    Endpoint("DELETE", "media", "", remove, READ | {"instagram_manage_contents"}, route="delete"),
    Endpoint("GET", "media", "comments", comments, MANAGE, PAGING, "comments"),
    Endpoint("POST", "media", "comments", comment_on, MANAGE, MESSAGE, "answer"),
    Endpoint("GET", "comment", "", comment, MANAGE),
    Endpoint("GET", "comment", "replies", replies, MANAGE, PAGING, "replies"),
    Endpoint("POST", "comment", "replies", answer, MANAGE, MESSAGE, "answer"),
    Endpoint("POST", "comment", "", hide, MANAGE, frozenset({"hide"}), "change"),
    Endpoint("DELETE", "comment", "", remove, MANAGE, route="delete"),
)
