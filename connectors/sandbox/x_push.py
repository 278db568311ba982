"""X's webhooks and what is told through them (X Activity API): the application's own token, never a person's.

Source: docs.x.com, "Webhooks" and "X Activity API", OpenAPI 2.167, read 2026-11. The older Account Activity API is
announced to end, and asks for the right to read private messages: it is not spoken here.
"""

from typing import Any

from starlette.routing import Route

from connectors.sandbox import clock
from connectors.sandbox.handshake import answers_x, may_listen
from connectors.sandbox.hooks_table import Listener
from connectors.sandbox.people import company
from connectors.sandbox.snowflake import id_at
from connectors.sandbox.x_auth import XProblem, invalid
from connectors.sandbox.x_routes import Answer, Call, endpoint

CONSUMER_SECRET = "sandboxConsumerSecret"  # noqa: S105 - opens nothing but the sandbox
EVENTS = frozenset({"post.create", "post.delete", "post.mention.create", "post.reply.create", "post.quote.create"})
BODY = {"event_type", "filter", "webhook_id", "tag"}


def _held(call: Call) -> dict[str, Any]:
    """Return what the application has set up; only the application itself may ask."""
    if call.caller.person is not None:
        detail = "Authenticating with OAuth 2.0 User Context is forbidden for this endpoint."
        kind = "https://api.x.com/2/problems/unsupported-authentication"
        raise XProblem(403, "Unsupported Authentication", detail, kind)
    return call.sandbox.pushes.setdefault("x", {"webhooks": [], "subscriptions": []})


@endpoint("webhooks", 450)
def webhooks(call: Call) -> Answer:
    """GET /2/webhooks."""
    held = _held(call)["webhooks"]
    return 200, {"data": held, "meta": {"result_count": len(held)}}


@endpoint("new_webhook", 450)
def new_webhook(call: Call) -> Answer:
    """POST /2/webhooks {url}: X asks the address at once."""
    held = _held(call)["webhooks"]
    place = call.body.get("url", "") if isinstance(call.body, dict) and set(call.body) == {"url"} else ""
    if not isinstance(place, str) or not may_listen(place):
        raise invalid("url", place, "The webhook URL must be https, without a port.")
    if any(one["url"] == place for one in held):
        raise invalid("url", place, "DuplicateUrlFailed: the webhook URL already exists.")
    if not answers_x(place, CONSUMER_SECRET):
        raise invalid("url", place, "CrcValidationFailed: the challenge was not answered.")
    held.append({"id": _id(), "url": place, "valid": True, "created_at": clock.now().isoformat()})
    return 200, {"data": held[-1]}


@endpoint("ask_again", 450)
def ask_again(call: Call) -> Answer:
    """PUT /2/webhooks/{id}: X asks the address again, after it had given it up."""
    hook = next((one for one in _held(call)["webhooks"] if one["id"] == call.path_id), None)
    if hook is None:
        raise XProblem(404, "Not Found", "There is no such webhook.")
    hook["valid"] = answers_x(hook["url"], CONSUMER_SECRET)
    if not hook["valid"]:
        raise invalid("webhook_id", call.path_id, "CrcValidationFailed: the challenge was not answered.")
    return 200, {"data": {"attempted": True}}


@endpoint("subscriptions", 450, names=frozenset({"max_results", "pagination_token"}))
def subscriptions(call: Call) -> Answer:
    """GET /2/activity/subscriptions."""
    held = _held(call)["subscriptions"]
    return 200, {"data": held, "meta": {"result_count": len(held)}}


@endpoint("subscribe", 450)
def subscribe(call: Call) -> Answer:
    """POST /2/activity/subscriptions {event_type, filter, webhook_id}."""
    held, body = _held(call), call.body if isinstance(call.body, dict) else {}
    if set(body) - BODY or body.get("event_type") not in EVENTS:
        raise invalid("event_type", body.get("event_type"), "This event type is not known.")
    us = company(call.sandbox.db, "x").id
    if body.get("filter") != {"user_id": us}:
        raise invalid("filter", body.get("filter"), "The filter names no user who let this application in.")
    hook = next((one for one in held["webhooks"] if one["id"] == body.get("webhook_id")), None)
    if hook is None:
        raise invalid("webhook_id", body.get("webhook_id"), "There is no such webhook.")
    wanted = {name: body[name] for name in ("event_type", "filter", "webhook_id")}
    if any(wanted.items() <= one.items() for one in held["subscriptions"]):
        raise invalid("event_type", body["event_type"], "DuplicateSubscriptionFailed: the subscription already exists.")
    held["subscriptions"].append({"subscription_id": _id(), **wanted, "created_at": clock.now().isoformat()})
    call.sandbox.hooks["x"] = Listener(hook["url"], CONSUMER_SECRET)
    data = {"subscription": held["subscriptions"][-1]}
    return 200, {"data": data, "meta": {"total_subscriptions": len(held["subscriptions"])}}


def _id() -> str:
    return str(id_at(clock.now()))


ROUTES = [
    Route("/2/webhooks", webhooks, methods=["GET"]),
    Route("/2/webhooks", new_webhook, methods=["POST"]),
    Route("/2/webhooks/{id}", ask_again, methods=["PUT"]),
    Route("/2/activity/subscriptions", subscriptions, methods=["GET"]),
    Route("/2/activity/subscriptions", subscribe, methods=["POST"]),
]
