"""Channels of Microsoft Teams as its workflows show them: addresses under /teams/ that take adaptive cards."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox.state import Sandbox

CARD = "application/vnd.microsoft.card.adaptive"
MOST_BYTES = 28 * 1024
BAD_REQUEST, ACCEPTED, TOO_LARGE = 400, 202, 413


async def receive(request: Request) -> Response:
    """POST /teams/{channel}: keep a message that holds one adaptive card; refuse anything else as Teams does."""
    body = await request.body()
    if len(body) > MOST_BYTES:
        return JSONResponse({"error": {"code": "RequestEntityTooLarge"}}, TOO_LARGE)
    try:
        message = json.loads(body)
        (attachment,) = message["attachments"]
        good = message["type"] == "message" and attachment["contentType"] == CARD
        good = good and attachment["content"]["type"] == "AdaptiveCard"
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        return JSONResponse({"error": {"code": "InvalidCard"}}, BAD_REQUEST)
    sandbox: Sandbox = request.app.state.sandbox
    row = (request.path_params["channel"], json.dumps(message))
    with sandbox.db:
        sandbox.db.execute("INSERT INTO team_message (channel, message) VALUES (?, ?)", row)
    return Response(status_code=ACCEPTED)


async def messages(request: Request) -> Response:
    """GET /_sandbox/teams/{channel}: the cards that a channel holds, oldest first."""
    sandbox: Sandbox = request.app.state.sandbox
    query = "SELECT message FROM team_message WHERE channel = ? ORDER BY id"
    rows = sandbox.db.execute(query, (request.path_params["channel"],)).fetchall()
    return JSONResponse([json.loads(row["message"])["attachments"][0]["content"] for row in rows])


ROUTES = [Route("/teams/{channel}", receive, methods=["POST"]), Route("/_sandbox/teams/{channel}", messages)]
