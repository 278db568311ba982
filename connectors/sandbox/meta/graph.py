"""The Graph API's frame, for a page and for an Instagram account: version, token, proof, node, scope, parameter, limit.

One route a network: `/{version}/{node}/{edge}`. What is documented is a table of endpoints; all else is refused.
"""

import hashlib
import hmac
import inspect
import json
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.meta.version import VERSION
from connectors.sandbox import quota
from connectors.sandbox.faults import Fault
from connectors.sandbox.meta.problems import GraphProblem, expired, invalid, limited, malformed, no_such, not_granted
from connectors.sandbox.people import person_by_id
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Person
from connectors.sandbox.x_auth import revoke

VERSIONS = frozenset({VERSION, "v26.0"})
CALLS = 4800
MOST_IN_BATCH = 50
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
ALWAYS = frozenset({"access_token", "appsecret_proof", "fields", "summary"})


@dataclass
class Call:
    """One call that was understood: whose token, which node, what is asked."""

    sandbox: Sandbox
    network: str
    method: str
    path: tuple[str, ...]
    query: dict[str, str]
    base: str
    faults: Mapping[str, Fault]
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    token: Any = None
    body: bytes = b""

    @property
    def db(self) -> sqlite3.Connection:
        """The sandbox's memory."""
        return self.sandbox.db

    @property
    def node(self) -> str:
        """The id in the address."""
        return self.path[0]

    @property
    def me(self) -> Person:
        """The account that the token speaks for."""
        person = person_by_id(self.db, self.network, self.token["person_id"])
        if person is None:
            raise expired()
        return person

    @property
    def scopes(self) -> frozenset[str]:
        """What the token may do."""
        return frozenset(str(self.token["kind"]).partition(":")[2].split(","))


Answer = dict[str, Any] | list[Any]
Handler = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One documented operation: on which kind of node, by which permissions, with which parameters."""

    method: str
    kind: str
    edge: str
    handler: Handler
    scopes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    route: str = "read"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two networks differ in. `kind_of` says what an id is there; `code` is its limit's error.

    `page`: the page behind the account, whom a page's token means by `me` where the account is no page itself.
    """

    network: str
    endpoints: tuple[Endpoint, ...]
    kind_of: Callable[[Call, str], str | None]
    code: int
    usage: str
    open_endpoints: Mapping[tuple[str, ...], Callable[[Call], dict[str, Any]]]
    page: str = ""


def routes(root: str, dialect: Dialect) -> list[Route]:
    """Return the routes under a root."""

    async def run(request: Request) -> Response:
        call = await read_call(request, dialect.network)
        several = call.method == "POST" and call.path == () and "batch" in call.query
        status, body, usage = _batch(call, dialect) if several else answer(call, dialect)
        if inspect.isawaitable(body):
            status, body = await _awaited(body)
        return _response(status, body, usage)

    paths = [f"{root}/{{version}}", f"{root}/{{version}}/{{path:path}}"]
    return [Route(path, run, methods=["GET", "POST", "DELETE"]) for path in paths]


async def _awaited(body: Awaitable[Answer]) -> tuple[int, Answer]:
    """Wait for what takes time, a file that the network fetches; the refusals are the same."""
    try:
        return 200, await body
    except GraphProblem as problem:
        return problem.status, problem.body


def _response(status: int, body: Answer, usage: Mapping[str, Any]) -> Response:
    version = {"facebook-api-version": VERSION}
    told = {"x-business-use-case-usage": json.dumps(usage)} if usage else {}
    return JSONResponse(body, status, version | told)


async def read_call(request: Request, network: str) -> Call:
    """Read parameters from the address and from a form; a body of another kind is a file."""
    query = dict(request.query_params)
    files, body = {}, b""
    kind = request.headers.get("content-type", "").split(";")[0]
    if kind not in FORMS:
        body = await request.body()
    elif request.method == "POST":
        async with request.form() as sent:
            for name, value in sent.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = (value.filename or "", value.content_type or "", await value.read())
                else:
                    query[name] = value
    path = tuple(filter(None, str(request.path_params.get("path", "")).split("/")))
    version = request.path_params["version"]
    here = f"{str(request.base_url).rstrip('/')}/{network}"
    query["_version"] = version
    struck: Mapping[str, Fault] = request.scope.get("sandbox.faults", {})
    sandbox: Sandbox = request.app.state.sandbox
    return Call(sandbox, network, request.method, path, query, here, struck, files, dict(request.headers), body=body)


def answer(call: Call, dialect: Dialect) -> tuple[int, Any, dict[str, Any]]:
    """Answer one call: status, body and the usage of the account's limit."""
    usage: dict[str, Any] = {}
    try:
        check_version(call)
        if call.path in dialect.open_endpoints:
            return 200, dialect.open_endpoints[call.path](call), usage
        authenticate(call)
        endpoint = endpoint_of(call, dialect)
        usage |= spend(call, dialect, endpoint.route)
        return 200, endpoint.handler(call), usage
    except _Limited as one:
        return one.status, one.body, one.usage
    except GraphProblem as problem:
        return problem.status, problem.body, usage


def check_version(call: Call) -> None:
    """Refuse a version that is not spoken any more, or not yet."""
    if call.query.pop("_version") not in VERSIONS:
        raise GraphProblem(2635, "(#2635) You are calling a version of the API that is not available.")


def authenticate(call: Call, *, proved: bool = True) -> None:
    """Know the token, from the header or as a parameter, and its proof; a fault `revoke_token` strikes here."""
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    access = call.query.pop("access_token", "") or (given if scheme in {"Bearer", "OAuth"} else "")
    if not access:
        raise GraphProblem(104, "An access token is required to request this resource.", status=401)
    query = "SELECT * FROM token WHERE network = ? AND access = ?"
    row = call.db.execute(query, (call.network, access)).fetchone()
    if row is None or row["kind"].startswith("code"):
        raise malformed(access)
    if "revoke_token" in call.faults:
        revoke(call.db, call.network, access)
    if row["revoked"] or "revoke_token" in call.faults:
        raise expired()
    if proved:
        check_proof(call, row)
    call.token = row


def check_proof(call: Call, row: Any) -> None:
    """Refuse a call without the proof that the application's secret is known."""
    proof = call.query.pop("appsecret_proof", None)
    expected = hmac.new(row["client_secret"].encode(), row["access"].encode(), hashlib.sha256).hexdigest()
    if proof is None:
        raise GraphProblem(100, "API calls from the server require an appsecret_proof argument")
    if not hmac.compare_digest(proof, expected):
        raise GraphProblem(100, "Invalid appsecret_proof provided in the API argument")


def endpoint_of(call: Call, dialect: Dialect) -> Endpoint:
    """Return what is asked of which node; refused when it is not there, not documented or not granted."""
    if not call.path or len(call.path) > 2:  # noqa: PLR2004 - a node and an edge
        raise GraphProblem(2500, "Unknown path components: /" + "/".join(call.path))
    if call.node == "me":
        behind = dialect.page if str(call.token["kind"]).startswith("page:") else ""
        call.path = (behind or call.me.id, *call.path[1:])
    kind, edge = dialect.kind_of(call, call.node), (*call.path, "")[1]
    wanted = (call.method, kind, edge)
    found = next((one for one in dialect.endpoints if (one.method, one.kind, one.edge) == wanted), None)
    if kind is None or found is None:
        raise no_such(call.node, call.method)
    for scope in sorted(found.scopes - call.scopes):
        raise not_granted(scope)
    for name in sorted({*call.query, *call.files} - found.names - ALWAYS):
        if name.partition("[")[0] not in found.names:
            raise invalid(f"Param {name} is not one of the parameters of this endpoint")
    return found


class _Limited(GraphProblem):
    """A call too many, with the usage that says so."""

    usage: dict[str, Any]


def spend(call: Call, dialect: Dialect, route: str) -> dict[str, Any]:
    """Count this call for the account; a fault `rate_limit` uses the limit up first."""
    fault, access = call.faults.get("rate_limit"), call.token["access"]
    if fault:
        quota.exhaust(call.db, call.network, access, route, fault.value)
    window = quota.spend(call.db, call.network, access, route, CALLS)
    share = 100 if window.used_up else 100 - window.remaining * 100 // window.size
    minutes = round((window.until - time.time()) / 60) if window.used_up else 0
    told = {"type": dialect.usage, "call_count": share, "total_cputime": 1, "total_time": 1}
    usage = {call.me.id: [told | {"estimated_time_to_regain_access": minutes}]}
    if window.used_up:
        problem = _Limited(dialect.code, str(limited(dialect.code)), is_transient=True)
        problem.usage = usage
        raise problem
    return usage


def _batch(call: Call, dialect: Dialect) -> tuple[int, Answer, dict[str, Any]]:
    """Answer a batch: each call as if it had come alone, each counted; the header is that of the fullest limit."""
    try:
        asked = json.loads(call.query["batch"])
        if not isinstance(asked, list) or not 0 < len(asked) <= MOST_IN_BATCH:
            raise invalid(f"Too many requests in batch message. Maximum batch size is {MOST_IN_BATCH}")
        parts = [_part(call, one) for one in asked]
    except (ValueError, KeyError, TypeError, AttributeError):
        return 400, invalid("The batch is not a list of calls").body, {}
    except GraphProblem as problem:
        return problem.status, problem.body, {}
    if any("image_url" in part.query for part in parts):
        return 400, invalid("The sandbox fetches no file for a batch").body, {}
    answers = [answer(part, dialect) for part in parts]
    fullest = max((usage for *_, usage in answers), key=_share, default={})
    return 200, [{"code": status, "body": json.dumps(body)} for status, body, _ in answers], fullest


def _share(usage: Mapping[str, Any]) -> int:
    return max((one["call_count"] for told in usage.values() for one in told), default=0)


def _part(call: Call, one: Mapping[str, Any]) -> Call:
    split = urlsplit(one["relative_url"])
    path = tuple(filter(None, split.path.split("/")))
    versioned = path[:1] and path[0] in VERSIONS
    form = dict(parse_qsl(split.query) + parse_qsl(str(one.get("body", ""))))
    common = {name: call.query[name] for name in ("access_token", "appsecret_proof") if name in call.query}
    query = {**common, **form, "_version": path[0] if versioned else call.query["_version"]}
    return replace(call, method=one["method"], path=path[1:] if versioned else path, query=query, files={})


def page_of(
    call: Call, rows: list[tuple[int, Any]], most: int = 100, default: int = 25
) -> tuple[list[Any], dict[str, Any]]:
    """Cut one page out of (number, thing): it begins behind the `after` mark, so that what arrives moves nothing.

    Returns the things and their `paging`; the address of the next page holds the token, as Meta's does.
    """
    limit = call.query.get("limit", str(default))
    if not limit.isdigit() or int(limit) > most:
        raise invalid(f"Param limit must be at most {most}")
    size, after = int(limit), call.query.get("after")
    if after is not None:
        places = [place for place, (number, _) in enumerate(rows) if _mark(number) == after]
        if not places:
            raise invalid("Invalid cursors values: after")
        rows = rows[places[0] + 1 :]
    page = rows[:size]
    if not page:
        return [], {}
    cursors = {"before": _mark(page[0][0]), "after": _mark(page[-1][0])}
    paging: dict[str, Any] = {"cursors": cursors}
    if len(rows) > size:
        known = {**call.query, "access_token": call.token["access"], "after": cursors["after"]}
        paging["next"] = f"{call.base}/{VERSION}/{'/'.join(call.path)}?{urlencode(known)}"
    return [one for _, one in page], paging


def _mark(number: int) -> str:
    return hashlib.sha256(f"mark {number}".encode()).hexdigest()[:24]


def listed(data: list[Any], paging: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a list as Graph writes it; an empty one has no paging."""
    return {"data": data} | ({"paging": paging} if paging else {}) | more


def flag(call: Call, name: str) -> bool:
    """Read a parameter that is true or false."""
    value = call.query.get(name, "")
    if value.lower() not in {"true", "false"}:
        raise invalid(f"Param {name} must be a boolean")
    return value.lower() == "true"
