"""The networks tell by themselves what the public did, as their webhooks do: signed, again when they get no answer.

An address is given through the control interface (`POST /_sandbox/hooks`), with the secret of the application. What is
sent holds the ids in the shape that each network documents; an application should believe no word of it.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.hooks_table import deliver, now
from connectors.sandbox.networks import network_of
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Item, find_item

ADD, EDIT, REMOVE = "add", "edited", "remove"


def _ids(sandbox: Sandbox, item: Item) -> tuple[str, str]:
    """Return the ids of a comment and of the post at the top."""
    spoken = network_of(item.network)
    top = find_item(sandbox.db, item.network, item.top)
    return spoken.id_of(item), spoken.id_of(top) if top else ""


def _x(us: str, ids: tuple[str, str], what: str) -> Any:
    kind = "post_delete_events" if what == REMOVE else "post_create_events"
    return {"for_user_id": us, kind: [{"id": ids[0], "conversation_id": ids[1]}]}


def _facebook(us: str, ids: tuple[str, str], what: str) -> Any:
    value = {"item": "comment", "verb": what, "comment_id": ids[0], "post_id": ids[1]}
    return {"object": "page", "entry": [{"id": us, "time": now(), "changes": [{"field": "feed", "value": value}]}]}


def _instagram(us: str, ids: tuple[str, str], _what: str) -> Any:
    changes = [{"field": "comments", "value": {"id": ids[0], "media": {"id": ids[1]}}}]
    return {"object": "instagram", "entry": [{"id": us, "time": now(), "changes": changes}]}


def _linkedin(us: str, ids: tuple[str, str], what: str) -> Any:
    action = {ADD: "COMMENT", EDIT: "COMMENT_EDIT", REMOVE: "COMMENT_DELETE"}[what]
    told = {"notificationId": time.time_ns() // 1000, "organizationalEntity": us, "action": action}
    told |= {"decoratedGeneratedActivity": {"comment": {"entity": ids[0], "object": ids[1]}}}
    return {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": [told]}


def _tiktok(us: str, ids: tuple[str, str], what: str) -> Any:
    # TikTok's content is text, and its ids are numbers there.
    numbers = {"comment_id": int(ids[0].rpartition("_")[2]), "video_id": int(ids[1])}
    content = json.dumps({**numbers, "comment_action": "delete" if what == REMOVE else "insert"})
    return {"event": "comment.update", "create_time": now(), "user_openid": us, "content": content}


SHAPES: Mapping[str, Callable[[str, tuple[str, str], str], Any]] = {
    "x": _x,
    "facebook": _facebook,
    "instagram": _instagram,
    "linkedin": _linkedin,
    "tiktok": _tiktok,
}


def tell(sandbox: Sandbox, item: Item, what: str) -> None:
    """Send a notification to who listens, if anybody does, without making the caller wait."""
    listener = sandbox.hooks.get(item.network)
    if listener is None:
        return
    us = network_of(item.network).company.id
    body = json.dumps(SHAPES[item.network](us, _ids(sandbox, item), what)).encode()
    deliver(listener, item.network, body)
