"""Private messages as Meta shows them: the page's threads, their twenty newest messages, an answer within 24 hours.

Source: "Conversations API", "Send API" and "Error codes" of the Messenger Platform, read 2026-11.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox import clock
from connectors.sandbox.message_hooks import tell_message
from connectors.sandbox.messages import Message, find, last_of, said, threads, write
from connectors.sandbox.meta import fields
from connectors.sandbox.meta.facebook_shapes import MOMENT
from connectors.sandbox.meta.graph import Call, Endpoint, listed, page_of
from connectors.sandbox.meta.problems import GraphProblem, invalid, no_such
from connectors.sandbox.people import company, person_by_id

PLATFORM = {"facebook": "messenger", "instagram": "instagram"}
MOST = {"facebook": 2_000, "instagram": 1_000}
WINDOW = timedelta(hours=24)
TOLD = 20
FORGOTTEN = timedelta(days=30)


def kind_of(call: Call, node: str) -> str | None:
    """Say whether an id is that of a thread or of a message that is still told."""
    if thread_of(node) and said(call.db, call.network, thread_of(node)):
        return "thread"
    return "message" if _message(call, node) else None


def thread_of(node: str) -> str:
    """Return the person of a thread's id, empty when it is none."""
    return node[2:] if node.startswith("t_") and node[2:].isdigit() else ""


def _message(call: Call, node: str) -> Message | None:
    number = int(node[2:]) if node.startswith("m_") and node[2:].isdigit() and len(node) < len("m_") + 20 else 0
    found = find(call.db, call.network, number) if number else None
    return found if found and found in said(call.db, call.network, found.thread)[:TOLD] else None


def conversations(call: Call) -> dict[str, Any]:
    """GET /{page}/conversations: the thread that changed last first; not a request that nobody answered in a month."""
    if call.query.get("platform", "messenger") != PLATFORM[call.network]:
        raise invalid("Param platform is not one that this account speaks")
    asked = call.query.get("user_id")
    found = [one for one in threads(call.db, call.network) if asked in (None, one.thread) and not _forgotten(call, one)]
    rows, paging = page_of(call, [(one.number, one) for one in found], 100)
    wanted = fields.parse(call.query.get("fields", ""))
    return listed([fields.select(_thread(one), wanted, "UnifiedThread", ("updated_time",)) for one in rows], paging)


def _forgotten(call: Call, newest: Message) -> bool:
    us = company(call.db, call.network).id
    answered = any(one.author_id == us for one in said(call.db, call.network, newest.thread))
    return call.network == "instagram" and not answered and newest.moment < clock.now() - FORGOTTEN


def _thread(newest: Message) -> dict[str, Any]:
    return {"id": f"t_{newest.thread}", "updated_time": _written(newest.moment)}


def messages(call: Call) -> dict[str, Any]:
    """GET /{thread}/messages: the twenty newest, newest first."""
    found = said(call.db, call.network, thread_of(call.node))[:TOLD]
    rows, paging = page_of(call, [(one.number, one) for one in found], 100)
    wanted = fields.parse(call.query.get("fields", ""))
    return listed([fields.select(shape(call, one), wanted, "Message", ("created_time",)) for one in rows], paging)


def message(call: Call) -> dict[str, Any]:
    """GET /{message}."""
    found = _message(call, call.node)
    if found is None:
        raise no_such(call.node, call.method)
    return fields.select(shape(call, found), fields.parse(call.query.get("fields", "")), "Message", ("created_time",))


def shape(call: Call, one: Message) -> dict[str, Any]:
    """Return a message as Meta writes it; an Instagram account has a name, a person on Facebook an address there."""
    us = company(call.db, call.network)
    author = person_by_id(call.db, call.network, one.author_id)
    to = us.id if one.author_id != us.id else one.thread
    named = {"id": author.id, **_name(call, author.handle, author.name)} if author else None
    story = {"reply_to": {"id": one.story, "link": ""}} if one.story else None
    return {
        "id": f"m_{one.number}",
        "created_time": _written(one.moment),
        "from": named,
        "to": {"data": [{"id": to}]},
        "message": one.text,
        "attachments": None,
        "story": story,
    }


def _name(call: Call, handle: str, name: str) -> dict[str, str]:
    return {"username": handle} if call.network == "instagram" else {"name": name, "email": f"{handle}@facebook.com"}


def _written(moment: datetime) -> str:
    return moment.strftime(MOMENT)


def send(call: Call) -> dict[str, Any]:
    """POST /{page}/messages: an answer to who wrote within 24 hours."""
    if call.query.get("messaging_type") != "RESPONSE":
        raise invalid("Param messaging_type: the sandbox takes RESPONSE only")
    person, text = str(_object(call, "recipient").get("id", "")), str(_object(call, "message").get("text", ""))
    length = len(text.encode()) if call.network == "instagram" else len(text)
    if not text.strip() or length > MOST[call.network]:
        raise invalid(f"Param message[text] must be from 1 to {MOST[call.network]} characters long")
    last = last_of(call.db, call.network, person)
    if last is None:
        raise GraphProblem(100, "(#100) No matching user found", subcode=2018001)
    if clock.now() - last > WINDOW:
        raise GraphProblem(10, "(#10) This message is sent outside of allowed window.", subcode=2018278, status=403)
    made = write(call.db, call.network, person, company(call.db, call.network).id, text)
    tell_message(call.sandbox, made)
    return {"recipient_id": person, "message_id": f"m_{made.number}"}


def _object(call: Call, name: str) -> dict[str, Any]:
    try:
        given = json.loads(call.query.get(name, ""))
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise invalid(f"Param {name} must be an object")
    return given


LISTED = frozenset({"limit", "after"})
SCOPES = {
    "facebook": frozenset({"pages_manage_metadata", "pages_read_engagement", "pages_messaging"}),
    "instagram": frozenset({"instagram_basic", "instagram_manage_messages", "pages_manage_metadata"}),
}


def endpoints(network: str) -> tuple[Endpoint, ...]:
    """Return the operations on a network's private messages."""
    scopes = SCOPES[network]
    listing = LISTED | {"platform", "user_id"}
    sending = frozenset({"recipient", "message", "messaging_type"})
    return (
        Endpoint("GET", "page", "conversations", conversations, scopes, listing, "conversations"),
        Endpoint("GET", "thread", "messages", messages, scopes, LISTED, "messages"),
        Endpoint("GET", "message", "", message, scopes),
        Endpoint("POST", "page", "messages", send, scopes, sending, "send"),
    )
