"""/oauth/NETWORK/callback: where a network sends a person back from its page of consent; on at once to the accounts.

Nothing of the address goes further: not the code, not the state. What came of it is a row, and the page says it.
"""

from urllib.parse import quote

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app_pages._gate import token_of
from compliance import account_health, account_rows, applications, connecting, sign_in
from compliance.connecting import Return
from compliance.permissions import Actor
from errors import AppError
from models.enums import ConnectionOutcome, Network
from models.session import reading

log = structlog.get_logger()

PAGE = "/comptes"
CODES = ("code", "auth_code")
"""The name under which the code comes: TikTok's documents show both."""
SESSION, BUSY = "session", "busy"


async def come_back(request: Request) -> Response:
    """GET: take what came with the person, once, and lead to the page of accounts."""
    name, query = request.path_params["network"], request.query_params
    if name not in {network.value for network in applications.CONNECTED}:
        return PlainTextResponse("unknown network", 404)
    code = next((query[each] for each in CODES if query.get(each)), "")
    back = Return(query.get("state", ""), code, query.get("error", ""))
    told = await run_in_threadpool(_take, token_of(request), Network(name), back)
    place = f"{PAGE}?retour={quote(told, safe='')}"
    if told == SESSION:
        place = f"/sign-in?next={quote(place, safe='/')}"
    return RedirectResponse(place, status_code=303, headers={"cache-control": "no-store"})


def _take(token: str, network: Network, back: Return) -> str:
    try:
        with reading() as session:
            actor = sign_in.current_actor(session, token) if token else None
        if actor is None:
            return SESSION
        told = connecting.come_back(actor, network=network, back=back)
        _look(actor, told)
    except (AppError, SQLAlchemyError, OSError) as error:
        log.warning("way back not taken", network=network.value, error=type(error).__name__)
        return BUSY
    return told


def _look(actor: Actor, request_id: str) -> None:
    """See how an account fares that was just connected, so that the page says it."""
    with reading() as session:
        row = account_rows.outcome(session, actor, request_id)
    if row is not None and row.outcome is ConnectionOutcome.CONNECTED:
        account_health.check_account(actor, account_id=row.account_id)


ROUTES = [
    Route("/oauth/{network}/callback", come_back, methods=["GET"]),
    Route("/oauth/{network}/callback/", come_back, methods=["GET"]),
]
