"""How a page's administrator lets an application be told: PUT /rest/eventSubscriptions.

Source: learn.microsoft.com, "Organization Social Action Notifications" and "Webhooks", read 2026-11.
"""

import re
from typing import Any

from starlette.routing import Route

from connectors.sandbox.handshake import answers_linkedin, may_listen
from connectors.sandbox.hooks_table import Listener
from connectors.sandbox.linkedin.call import Answer, Call, absent, denied, endpoint, invalid

APPLICATION_ID = "90000017"
SECRET = "sandboxLinkedInSecret"  # noqa: S105 - opens nothing but the sandbox
MEMBER = "sandboxMember"
KEY = re.compile(
    r"/linkedin/rest/eventSubscriptions/\(developerApplication:urn%3Ali%3AdeveloperApplication%3A(\d+),"
    r"user:urn%3Ali%3Aperson%3A([\w-]+),entity:urn%3Ali%3Aorganization%3A(\d+),"
    r"eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS\)"
)


def _key(call: Call) -> str:
    """Return the page of a key that names our application, the token's member and a page that it administers."""
    raw = bytes(call.request.scope.get("raw_path") or b"").decode("ascii", "replace").split("?")[0]
    found = KEY.fullmatch(raw)
    if found is None:
        raise invalid("Syntax exception in path variables")
    if found[1] != APPLICATION_ID or found[2] != MEMBER or f"urn:li:organization:{found[3]}" != call.us.id:
        raise denied("Member is not an administrator of the organization, or the application is another's")
    return found[3]


def _held(call: Call) -> dict[str, Any]:
    return call.sandbox.pushes.setdefault("linkedin", {})


@endpoint("eventSubscriptions", "UPDATE", scope="rw_organization_admin", compound=True)
def subscribe(call: Call) -> Answer:
    """PUT: the webhook that is told; LinkedIn asks it at once."""
    page, place = _key(call), call.body.get("webhook", "")
    if set(call.body) != {"webhook"} or not isinstance(place, str) or not may_listen(place):
        raise invalid("webhook must be an https address")
    if not answers_linkedin(place, SECRET):
        raise invalid("Webhook validation failed")
    _held(call)[page] = place
    call.sandbox.hooks["linkedin"] = Listener(place, SECRET)
    return Answer(None, 204)


@endpoint("eventSubscriptions", "GET", scope="rw_organization_admin", compound=True)
def subscription(call: Call) -> Answer:
    """GET: the webhook that is told."""
    place = _held(call).get(_key(call))
    if place is None:
        raise absent()
    return Answer({"webhook": place, "entity": call.us.id, "eventType": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"})


ROUTES = [
    Route("/linkedin/rest/eventSubscriptions/{key:path}", subscribe, methods=["PUT"]),
    Route("/linkedin/rest/eventSubscriptions/{key:path}", subscription, methods=["GET"]),
]
