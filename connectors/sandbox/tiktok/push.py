"""The one address that TikTok tells of all that happens to an application's accounts (business/webhook/update/)."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.handshake import may_listen
from connectors.sandbox.hooks_table import Listener
from connectors.sandbox.state import Sandbox
from connectors.sandbox.tiktok.access import TikTokProblem, check_names, envelope, read_asked, wrong
from connectors.sandbox.tiktok.oauth import WRONG_APPLICATION
from connectors.sandbox.tiktok.people import APP_ID, APP_SECRET

NAMES = ("app_id", "secret", "event_type", "callback_url")


async def update(request: Request) -> Response:
    """POST business/webhook/update/: the application speaks for itself, in the body."""
    sandbox: Sandbox = request.app.state.sandbox
    try:
        asked = await read_asked(request)
        check_names(asked, list(NAMES), set(NAMES))
        _check(asked)
    except TikTokProblem as problem:
        return envelope(problem.code, problem.message, {})
    sandbox.hooks["tiktok"] = Listener(str(asked["callback_url"]), APP_SECRET)
    return envelope(0, "OK", {name: asked[name] for name in ("app_id", "event_type", "callback_url")})


def _check(asked: Mapping[str, Any]) -> None:
    if (asked["app_id"], asked["secret"]) != (APP_ID, APP_SECRET):
        raise TikTokProblem(WRONG_APPLICATION, "The application id or its secret is not valid.")
    if asked["event_type"] != "COMMENT":
        raise wrong("event_type", "Must be one of: COMMENT.")
    if not may_listen(str(asked["callback_url"])):
        raise wrong("callback_url", "Not a valid https address.")


ROUTES = [Route("/tiktok/open_api/v1.3/business/webhook/update/", update, methods=["POST"])]
