"""How a page lets an application be told what happens on it: the application's address, then the page's own yes.

Source: Graph API, "App Subscriptions" and "Page Subscribed Apps", "Webhooks for Instagram", read 2026-11. An Instagram
account is subscribed through the page behind it, whose token is used.
"""

from typing import Any

from connectors.sandbox.handshake import answers_meta, may_listen
from connectors.sandbox.hooks_table import Listener
from connectors.sandbox.meta.graph import Call, Endpoint
from connectors.sandbox.meta.oauth import APP_ID, APP_SECRET, token_of
from connectors.sandbox.meta.problems import GraphProblem, invalid

APP_TOKEN = token_of(f"{APP_ID}|{APP_SECRET}")
OBJECTS = {"facebook": "page", "instagram": "instagram"}
PRIVATE, TALK = "messages", "pages_messaging"
FIELDS = {
    "facebook": frozenset({"feed", "mention", PRIVATE}),
    "instagram": frozenset({"comments", "mentions", PRIVATE}),
}
PAGE_FIELDS = frozenset({"feed", "mention", PRIVATE})
MANAGE = frozenset({"pages_manage_metadata"})


def _of(call: Call) -> dict[str, Any]:
    return call.sandbox.pushes.setdefault(call.network, {})


def _fields(call: Call, name: str, known: frozenset[str]) -> list[str]:
    asked = call.query.get(name, "").split(",")
    if not set(asked) <= known:
        raise invalid(f"Param {name}[0] must be one of {sorted(known)}")
    return asked


def register(call: Call) -> dict[str, Any]:
    """POST /{app}/subscriptions: the address that is told; Meta asks it at once whether it is the application's."""
    if call.token["kind"] != "app":
        raise GraphProblem(15, "(#15) This method must be called with an app access_token")
    if call.query.get("object") != OBJECTS[call.network]:
        raise invalid("Param object must be page or instagram")
    fields = _fields(call, "fields", FIELDS[call.network])
    place = call.query.get("callback_url", "")
    if not may_listen(place) or not answers_meta(place, call.query.get("verify_token", "")):
        raise GraphProblem(2200, "(#2200) Callback verification failed with the following errors: Invalid answer")
    _of(call).update(url=place, fields=fields)
    _listen(call)
    return {"success": True}


def install(call: Call) -> dict[str, Any]:
    """POST /{page}/subscribed_apps: the page's own yes, with the page's token."""
    if not str(call.token["kind"]).startswith("page"):
        raise GraphProblem(210, "(#210) A page access token is required to request this resource.", status=403)
    fields = _fields(call, "subscribed_fields", PAGE_FIELDS)
    if PRIVATE in fields and TALK not in call.scopes:
        said = f"(#200) To subscribe to the {PRIVATE} field, one of these permissions is needed: {TALK}"
        raise GraphProblem(200, said, status=403)
    _of(call).setdefault("installed", {})[call.node] = fields
    _listen(call)
    return {"success": True}


def installed(call: Call) -> dict[str, Any]:
    """GET /{page}/subscribed_apps."""
    fields = _of(call).get("installed", {}).get(call.node)
    return {"data": [] if fields is None else [{"id": APP_ID, "name": "Covigie", "subscribed_fields": fields}]}


def _listen(call: Call) -> None:
    """Tell from now on, once there is an address and a page that said yes."""
    held = _of(call)
    if "url" in held and held.get("installed"):
        call.sandbox.hooks[call.network] = Listener(held["url"], APP_SECRET, _asked_private(call.network, held))


def _asked_private(network: str, held: dict[str, Any]) -> bool:
    """Say whether private messages are told: the application's field; of a page, its own too."""
    of_page = network == "instagram" or any(PRIVATE in fields for fields in held["installed"].values())
    return of_page and PRIVATE in held["fields"]


def endpoints(kind: str) -> tuple[Endpoint, ...]:
    """Return the endpoints; `kind` is what a token's own account is called."""
    told = frozenset({"object", "callback_url", "fields", "verify_token"})
    return (
        Endpoint("POST", "app", "subscriptions", register, names=told),
        Endpoint("POST", kind, "subscribed_apps", install, MANAGE, frozenset({"subscribed_fields"})),
        Endpoint("GET", kind, "subscribed_apps", installed, MANAGE),
    )
