"""Private messages on X: events of thirty days, newest first, and sending (OpenAPI 2.167, docs.x.com, 2026-11)."""

from datetime import timedelta
from html import escape
from typing import Any

from starlette.routing import Route

from connectors.sandbox import clock, messages
from connectors.sandbox import x_params as params
from connectors.sandbox.messages import Message
from connectors.sandbox.x_auth import XProblem, forbidden, invalid
from connectors.sandbox.x_routes import Answer, Call, endpoint
from connectors.sandbox.x_shapes import not_found, user_shape

WITHOUT = "user without dm"
HISTORY = timedelta(days=30)
MOST = 10_000
_FIELDS = """
    attachments created_at dm_conversation_id entities event_type id participant_ids referenced_tweets sender_id text
"""
FIELDS = frozenset(_FIELDS.split())
DEFAULT = frozenset({"id", "event_type", "text"})
NAMES = frozenset(
    {"dm_event.fields", "event_types", "expansions", "user.fields", "max_results", "pagination_token", "tweet.fields"}
)


def check_granted(call: Call) -> None:
    """Refuse an application alone, and a user's token without dm.read."""
    person = call.person
    query = "SELECT kind FROM token WHERE network = 'x' AND access = ?"
    row = call.sandbox.db.execute(query, (call.caller.access,)).fetchone()
    if row["kind"] == WITHOUT or person.suspended:
        raise forbidden("You are not permitted to perform this action.")


@endpoint("dm_events", 15, names=NAMES)
def events(call: Call) -> Answer:
    """GET /2/dm_events."""
    check_granted(call)
    return 200, _page(call, messages.said(call.sandbox.db, "x"))


@endpoint("dm_thread", 15, names=NAMES)
def thread_events(call: Call) -> Answer:
    """GET /2/dm_conversations/{id}/dm_events."""
    check_granted(call)
    return 200, _page(call, messages.said(call.sandbox.db, "x", _person(call)))


@endpoint("dm_event", 15, names=NAMES)
def event(call: Call) -> Answer:
    """GET /2/dm_events/{id}: 200 with `errors` when there is none."""
    check_granted(call)
    params.numeric("id", call.path_id)
    found = messages.find(call.sandbox.db, "x", int(call.path_id))
    if found is None:
        return 200, {"errors": [not_found("dm_event", call.path_id)]}
    return 200, {"data": _shape(call, found, _fields(call))}


@endpoint("dm_send", 15)
def send(call: Call) -> Answer:
    """POST /2/dm_conversations/{id}/messages."""
    check_granted(call)
    person, body = _person(call), call.body
    if not isinstance(body, dict) or set(body) - {"text", "attachments"}:
        raise invalid("$", body, "The body has members that are not known")
    text = str(body.get("text") or "")
    if not text.strip() or len(text) > MOST:
        raise invalid("text", len(text), f"text must be from 1 to {MOST} characters long")
    if not any(one.author_id == person for one in messages.said(call.sandbox.db, "x", person)):
        raise forbidden("You do not have permission to DM one or more participants.")
    made = messages.write(call.sandbox.db, "x", person, call.person.id, text)
    return 201, {"data": {"dm_conversation_id": call.path_id, "dm_event_id": str(made.number)}}


def _person(call: Call) -> str:
    """Return the person of a conversation between two: both ids, the smaller first."""
    us = call.person.id
    person = next((one for one in call.path_id.split("-") if one != us), "")
    if call.path_id != _conversation(us, person):
        raise XProblem(404, "Not Found Error", "Could not find the conversation.")
    return person


def _conversation(us: str, person: str) -> str:
    return "-".join(sorted({us, person}, key=lambda one: int(one or 0)))


def _fields(call: Call) -> frozenset[str]:
    text = call.request.query_params.get("dm_event.fields")
    asked = frozenset(text.split(",")) if text else frozenset()
    for value in sorted(asked - FIELDS):
        raise invalid("dm_event.fields", value, f"The `dm_event.fields` query parameter value [{value}] is not known")
    return asked | DEFAULT


def _page(call: Call, found: list[Message]) -> dict[str, Any]:
    query, size = call.request.query_params, params.max_results(call.request, 1, 100)
    if query.get("event_types", "MessageCreate") != "MessageCreate":
        raise invalid("event_types", query["event_types"], "The sandbox has events of creation only")
    found = [one for one in found if one.moment > clock.now() - HISTORY]
    if "pagination_token" in query:
        before = params.read_page_token("pagination_token", query["pagination_token"])
        found = [one for one in found if one.number < before]
    page = found[:size]
    body: dict[str, Any] = {"meta": {"result_count": len(page)}}
    if page:
        body["data"] = [_shape(call, one, _fields(call)) for one in page]
    if len(found) > size:
        body["meta"]["next_token"] = params.page_token(page[-1].number)
    if page and query.get("expansions") == "sender_id":
        people = dict.fromkeys(one.author_id for one in page)
        shapes = [user_shape(call.sandbox.db, one, frozenset({"username"})) for one in people]
        body["includes"] = {"users": [one for one in shapes if one]}
    return body


def _shape(call: Call, one: Message, asked: frozenset[str]) -> dict[str, Any]:
    whole = {
        "id": str(one.number),
        "event_type": "MessageCreate",
        "text": escape(one.text, quote=False),
        "sender_id": one.author_id,
        "created_at": one.moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{one.moment.microsecond // 1000:03d}Z",
        "dm_conversation_id": _conversation(call.person.id, one.thread),
    }
    return {name: value for name, value in whole.items() if name in asked}


ROUTES = [
    Route("/2/dm_events", events),
    Route("/2/dm_events/{id}", event),
    Route("/2/dm_conversations/{id}/dm_events", thread_events),
    Route("/2/dm_conversations/{id}/messages", send, methods=["POST"]),
]
