"""Meta tells of private messages by itself, in the shape of "Webhook events" of the Messenger Platform (read 2026-11).

A page is told of what it wrote itself by a field of its own, `message_echoes`; an Instagram account by the same.
"""

import json
from typing import Any

from connectors.sandbox.hooks_table import deliver
from connectors.sandbox.messages import Message
from connectors.sandbox.people import company
from connectors.sandbox.state import Sandbox

OBJECTS = {"facebook": "page", "instagram": "instagram"}


def tell_message(sandbox: Sandbox, one: Message) -> None:
    """Tell who listens of a private message, if anybody does and asked for it."""
    listener, us = sandbox.hooks.get(one.network), company(sandbox.db, one.network).id
    unasked = one.network == "facebook" and one.author_id == us
    if listener and listener.messages and one.network in OBJECTS and not unasked:
        deliver(listener, one.network, json.dumps(shape(us, one)).encode())


def shape(us: str, one: Message) -> dict[str, Any]:
    """Return the notification of a message; Meta writes moments in thousandths of a second here."""
    ours, moment = one.author_id == us, int(one.moment.timestamp() * 1000)
    message: dict[str, Any] = {"mid": f"m_{one.number}", "text": one.text} | ({"is_echo": True} if ours else {})
    if one.story:
        message["reply_to"] = {"story": {"id": one.story, "url": ""}}
    told = {
        "sender": {"id": one.author_id},
        "recipient": {"id": one.thread if ours else us},
        "timestamp": moment,
        "message": message,
    }
    return {"object": OBJECTS[one.network], "entry": [{"id": us, "time": moment, "messaging": [told]}]}
