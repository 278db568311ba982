"""Asking a network to tell us by itself: one call or two for each, safe to repeat, and a look whether it does.

YouTube tells of no comment. TikTok says by no call what it was asked, without our secret in an address: it is believed
what was kept here. X: the Activity API, for the older Account Activity asks for the right to read private messages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from connectors.base import Account, NotGranted, Token
from connectors.consent import Application
from connectors.linkedin.wire import Gone, Wire, body_of, elements_of
from connectors.meta.errors import NotUnderstood
from connectors.meta.wire import Graph
from connectors.tiktok.wire import ask, make_client
from connectors.x_wire import body_of as x_body
from connectors.x_wire import make_session
from errors import Rejected, Unavailable

X_EVENTS = ("post.mention.create", "post.reply.create", "post.delete")
META = {"facebook": ("page", "feed,mention", "feed,mention"), "instagram": ("instagram", "comments,mentions", "feed")}
"""What is told of (the webhook's object and fields), and the page's own fields: any one switches the page on."""
META_PRIVATE = "messages"
"""The field of private messages, of both objects. A page's own yes to it takes `pages_messaging`; for an Instagram
account any field of the page is enough."""
LINKEDIN_EVENT = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"


@dataclass(frozen=True, slots=True)
class Push:
    """Who asks for what: the account and its token, our application there, and the address that is to be told.

    `application_id` is LinkedIn's number of our application, `bearer` X's token of the application itself, `word` the
    one that Meta asks back.
    """

    base_url: str
    account: Account
    token: Token
    timeout: float
    callback_url: str
    application: Application
    application_id: str = ""
    bearer: str = field(default="", repr=False)
    word: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One network's: `begin` asks to be told, and may be repeated; `on` says whether it is so (None: untold)."""

    begin: Callable[[Push], None]
    on: Callable[[Push], bool | None]


def _x_call(push: Push, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    session = make_session(push.base_url, push.bearer, push.timeout)
    return x_body(session(method, path, body))


def _x_hook(push: Push) -> dict[str, Any] | None:
    """Return our webhook as X holds it."""
    rows = _x_rows(_x_call(push, "GET", "/2/webhooks"))
    return next((one for one in rows if one.get("url") == push.callback_url and one.get("id")), None)


def _x_rows(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = body.get("data", [])
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise Unavailable("X answered with a list that cannot be read")
    return rows


def _x_lacking(push: Push, hook: str) -> list[str]:
    """Return what this account's webhook is not told of yet."""
    rows = _x_rows(_x_call(push, "GET", "/2/activity/subscriptions"))
    ours = [one for one in rows if (one.get("filter") or {}).get("user_id") == push.account.id]
    told = {one.get("event_type") for one in ours if hook and one.get("webhook_id") == hook}
    return [event for event in X_EVENTS if event not in told]


def _x_begin(push: Push) -> None:
    """Register our address, or let X ask it again where X gave it up; then every event that is lacking."""
    held = _x_hook(push)
    if held is None:
        held = _x_call(push, "POST", "/2/webhooks", {"url": push.callback_url}).get("data") or {}
    elif not held.get("valid"):
        _x_call(push, "PUT", f"/2/webhooks/{held['id']}")
    hook = str(held.get("id", ""))
    for event in _x_lacking(push, hook):
        asked = {"event_type": event, "filter": {"user_id": push.account.id}, "webhook_id": hook}
        _x_call(push, "POST", "/2/activity/subscriptions", asked)


def _x_on(push: Push) -> bool:
    held = _x_hook(push)
    return held is not None and bool(held.get("valid")) and not _x_lacking(push, str(held["id"]))


def _with_private(push: Push, token: Token, path: str, name: str, fields: str, told: Mapping[str, str]) -> None:
    """Ask to be told of private messages too; without the right to them, of all else: the poll brings the messages."""
    graph = Graph(push.base_url, token, push.timeout)
    try:
        graph.bring(path, {**told, name: f"{fields},{META_PRIVATE}"})
    except (NotGranted, NotUnderstood):
        graph.bring(path, {**told, name: fields})


def _meta(network: str) -> Subscription:
    kind, fields, page_fields = META[network]

    def begin(push: Push) -> None:
        """Give the application's address, then let the page say yes; the account's token is its page's."""
        app = push.application
        own = Token(
            access=f"{app.client_id}|{app.client_secret}", client_id=app.client_id, client_secret=app.client_secret
        )
        told = {"object": kind, "callback_url": push.callback_url, "verify_token": push.word}
        _with_private(push, own, f"{app.client_id}/subscriptions", "fields", fields, told)
        if network == "facebook":
            _with_private(push, push.token, "me/subscribed_apps", "subscribed_fields", page_fields, {})
        else:
            Graph(push.base_url, push.token, push.timeout).bring(
                "me/subscribed_apps", {"subscribed_fields": page_fields}
            )

    def on(push: Push) -> bool:
        rows = Graph(push.base_url, push.token, push.timeout).get("me/subscribed_apps").body.get("data")
        if not isinstance(rows, list):
            raise Unavailable("Meta did not say which applications it tells")
        return any(isinstance(one, dict) and one.get("id") == push.application.client_id for one in rows)

    return Subscription(begin, on)


def _linkedin_key(push: Push, wire: Wire) -> str:
    """Return the key of a subscription: our application, the member who consented, the page."""
    roles = elements_of(wire.read("/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED", finder=True))
    ours = [one for one in roles if (one.get("organization") or one.get("organizationTarget")) == push.account.id]
    if not ours or not ours[0].get("roleAssignee"):
        raise Rejected("the member who gave the token does not administer this page")
    application = f"urn:li:developerApplication:{push.application_id}"
    named = {"developerApplication": application, "user": str(ours[0]["roleAssignee"]), "entity": push.account.id}
    parts = [f"{name}:{quote(value, safe='')}" for name, value in named.items()]
    return f"/rest/eventSubscriptions/({','.join(parts)},eventType:{LINKEDIN_EVENT})"


def _linkedin_begin(push: Push) -> None:
    wire = Wire(push.base_url, push.token, push.timeout)
    wire.reached("PUT", _linkedin_key(push, wire), json={"webhook": push.callback_url})


def _linkedin_on(push: Push) -> bool:
    wire = Wire(push.base_url, push.token, push.timeout)
    try:
        return body_of(wire.reached("GET", _linkedin_key(push, wire))).get("webhook") == push.callback_url
    except Gone:
        return False


def _tiktok_begin(push: Push) -> None:
    app = push.application
    body = {"app_id": app.client_id, "secret": app.client_secret}
    with make_client(push.base_url, timeout=push.timeout) as client:
        ask(client, "business/webhook/update/", {**body, "event_type": "COMMENT", "callback_url": push.callback_url})


SUBSCRIPTIONS: Mapping[str, Subscription] = {
    "x": Subscription(_x_begin, _x_on),
    "facebook": _meta("facebook"),
    "instagram": _meta("instagram"),
    "linkedin": Subscription(_linkedin_begin, _linkedin_on),
    "tiktok": Subscription(_tiktok_begin, lambda _push: None),
}


def subscription_of(network: str) -> Subscription:
    """Return a network's subscription; `Rejected` where a network tells nothing by itself."""
    if network not in SUBSCRIPTIONS:
        raise Rejected(f"{network} tells of nothing by itself")
    return SUBSCRIPTIONS[network]
