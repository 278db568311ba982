"""X's API v2: nine endpoints, as strict as the documentation lets us know (OpenAPI 2.167, docs.x.com, 2026-11)."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox import x_params as params
from connectors.sandbox.quota import Window
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Item, Person, find_item, items
from connectors.sandbox.x_auth import Caller, XProblem, authenticate, forbidden, rate_headers, spend
from connectors.sandbox.x_shapes import OLD, Wanted, envelope, not_found, post_shape, user_shape
from connectors.sandbox.x_writes import create, delete, hide

MENTIONS_CAP, TIMELINE_CAP = 800, 3200


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was let in."""

    request: Request
    sandbox: Sandbox
    caller: Caller
    body: Any

    @property
    def person(self) -> Person:
        """The account that calls, refused when only an application does."""
        if self.caller.person is None:
            detail = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint."
            kind = "https://api.x.com/2/problems/unsupported-authentication"
            raise XProblem(403, "Unsupported Authentication", detail, kind)
        return self.caller.person

    @property
    def path_id(self) -> str:
        """The id in the address."""
        return str(self.request.path_params["id"])


Answer = tuple[int, dict[str, Any]]
Handler = Callable[[Call], Answer]
Run = Callable[[Request], Awaitable[Response]]
Wrap = Callable[[Handler], Run]


def endpoint(name: str, size: int, *, names: frozenset[str] = frozenset()) -> Wrap:
    """Wrap a handler: token, rate window (`size` calls in 15 minutes), parameter names, problems as JSON."""

    def wrap(handler: Handler) -> Run:
        @wraps(handler)
        async def run(request: Request) -> Response:
            headers: dict[str, str] = {}
            try:
                sandbox: Sandbox = request.app.state.sandbox
                caller = authenticate(request, sandbox.db)
                window = spend(request, sandbox.db, caller, name, size)
                headers = rate_headers(window)
                check_open(window)
                params.check_names(request, names)
                status, answer = handler(Call(request, sandbox, caller, await read_body(request)))
                return JSONResponse(answer, status, headers)
            except XProblem as problem:
                kind = "application/problem+json"
                return JSONResponse(problem.body, problem.status, headers, media_type=kind)

        return run

    return wrap


def check_open(window: Window) -> None:
    """Refuse a call when the window is used up."""
    if window.used_up:
        raise XProblem(429, "Too Many Requests", "Too Many Requests")


async def read_body(request: Request) -> Any:
    """Read the JSON body of a write; a body of another kind is refused."""
    raw = await request.body()
    if not raw:
        return None
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise XProblem(415, "Unsupported Media Type", "The content type must be application/json.")
    try:
        return json.loads(raw)
    except ValueError:
        raise XProblem(400, "Invalid Request", "The body is not valid JSON.") from None


@endpoint("me", 75, names=frozenset({"user.fields", "tweet.fields", "expansions"}))
def me(call: Call) -> Answer:
    """GET /2/users/me."""
    shape = user_shape(call.sandbox.db, call.person.id, params.wanted(call.request).user_fields)
    return 200, {"data": shape}


LISTED = params.SHAPE | params.WINDOW | {"pagination_token"}


@endpoint("mentions", 300, names=LISTED)
def mentions(call: Call) -> Answer:
    """GET /2/users/{id}/mentions: the 800 newest posts that name the account; only the company's can be asked here."""
    user = _account(call)
    if isinstance(user, dict):
        return 200, user
    found = _shown(call, "addressed = 1 AND author_id <> ?", [user])
    return 200, _page(call, found[:MENTIONS_CAP], 5, 10, "pagination_token")


@endpoint("timeline", 900, names=LISTED | {"exclude"})
def timeline(call: Call) -> Answer:
    """GET /2/users/{id}/tweets: the account's 3,200 newest posts and answers."""
    user = _account(call)
    if isinstance(user, dict):
        return 200, user
    excluded = call.request.query_params.get("exclude", "")
    condition = "author_id = ?" + (" AND parent IS NULL" if "replies" in excluded.split(",") else "")
    return 200, _page(call, _shown(call, condition, [user])[:TIMELINE_CAP], 5, 10, "pagination_token")


@endpoint("search", 300, names=params.SHAPE | params.WINDOW | {"query", "next_token", "pagination_token", "sort_order"})
def search(call: Call) -> Answer:
    """GET /2/tweets/search/recent: conversations of the last seven days, without what the named accounts wrote."""
    query = call.request.query_params
    tops, without = params.parse_query(query.get("query", ""))
    params.check_recent(call.request)
    marks, names = ",".join("?" * len(tops)), ",".join("?" * len(without))
    condition = (  # only question marks are put in
        f"top IN ({marks}) AND author_id NOT IN (SELECT id FROM person WHERE handle IN ({names})) AND number >= ?"  # noqa: S608
    )
    found = _shown(call, condition, [*tops, *without, params.oldest_recent()])
    token = "next_token" if "next_token" in query else "pagination_token"
    return 200, _page(call, found, 10, 10, token)


@endpoint("tweet", 900, names=params.SHAPE)
def one(call: Call) -> Answer:
    """GET /2/tweets/{id}: 200 with `errors` when there is no such post."""
    db, wanted = call.sandbox.db, params.wanted(call.request)
    params.numeric("id", call.path_id)
    item = find_item(db, "x", call.path_id)
    if item is None or item.deleted_at:
        return 200, {"errors": [not_found(wanted.spelling["kind"], call.path_id)]}
    body = envelope(db, [item], wanted)
    return 200, {**body, "data": post_shape(db, item, wanted)}


@endpoint("tweets", 900, names=params.SHAPE | {"ids"})
def several(call: Call) -> Answer:
    """GET /2/tweets?ids=: at most 100; those that are not there stand in `errors`."""
    db, wanted = call.sandbox.db, params.wanted(call.request)
    ids = call.request.query_params.get("ids", "").split(",")
    for value in ids if len(ids) <= params.MOST else [""]:
        params.numeric("ids", value)
    known = {value: find_item(db, "x", value) for value in ids}
    found = [item for item in known.values() if item and not item.deleted_at]
    gone = [value for value, item in known.items() if item is None or item.deleted_at]
    body = envelope(db, found, wanted)
    errors = body.pop("errors", []) + [not_found(wanted.spelling["kind"], value, "ids") for value in gone]
    return 200, body | ({"errors": errors} if errors else {})


@endpoint("create", 100)
def post_create(call: Call) -> Answer:
    """POST /2/tweets."""
    item = create(call.sandbox.db, call.person, call.body)
    wanted = Wanted(OLD, frozenset(), frozenset(), frozenset())
    return 201, {"data": post_shape(call.sandbox.db, item, wanted)}


@endpoint("hidden", 50)
def put_hidden(call: Call) -> Answer:
    """PUT /2/tweets/{id}/hidden."""
    params.numeric("id", call.path_id)
    return 200, {"data": {"hidden": hide(call.sandbox.db, call.person, call.path_id, call.body)}}


@endpoint("delete", 50)
def remove(call: Call) -> Answer:
    """DELETE /2/tweets/{id}."""
    params.numeric("id", call.path_id)
    delete(call.sandbox.db, call.person, call.path_id)
    return 200, {"data": {"deleted": True}}


def _account(call: Call) -> str | dict[str, Any]:
    params.numeric("id", call.path_id)
    if user_shape(call.sandbox.db, call.path_id, frozenset()) is None:
        return {"errors": [not_found("user", call.path_id)]}
    if call.caller.person and call.caller.person.id != call.path_id:
        raise forbidden("The sandbox lets an account read only its own lists.")
    return call.path_id


def _shown(call: Call, condition: str, values: Sequence[Any]) -> list[Item]:
    where, more = params.window(call.request)
    shown = "replaced_by IS NULL AND deleted_at IS NULL"
    return items(call.sandbox.db, "x", f"{shown} AND {condition} AND {where}", [*values, *more])


def _page(call: Call, found: list[Item], low: int, default: int, token: str) -> dict[str, Any]:
    """Cut one page: it begins before the token's id, so that what arrives meanwhile moves nothing."""
    query, size = call.request.query_params, params.max_results(call.request, low, default)
    if token in query:
        before = params.read_page_token(token, query[token])
        found = [item for item in found if item.number < before]
    page = found[:size]
    meta: dict[str, Any] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if len(found) > size:
        meta["next_token"] = params.page_token(page[-1].number)
    return {**envelope(call.sandbox.db, page, params.wanted(call.request)), "meta": meta}


ROUTES = [
    Route("/2/users/me", me),
    Route("/2/users/{id}/mentions", mentions),
    Route("/2/users/{id}/tweets", timeline),
    Route("/2/tweets/search/recent", search),
    Route("/2/tweets", several, methods=["GET"]),
    Route("/2/tweets", post_create, methods=["POST"]),
    Route("/2/tweets/{id}/hidden", put_hidden, methods=["PUT"]),
    Route("/2/tweets/{id}", one, methods=["GET"]),
    Route("/2/tweets/{id}", remove, methods=["DELETE"]),
]
