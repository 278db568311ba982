"""The gate before every route and every websocket: who has no session runs no script.

Also the headers that keep a page from loading, framing or telling anything outside, and the refusal of plain http
anywhere but on this machine.
"""

import hashlib
import hmac
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app_pages._auth import LOOPBACK_COOKIE, SECURE_COOKIE
from compliance import sign_in
from i18n import N_, _
from models.session import reading
from settings import get_settings

OPEN_PATHS = frozenset({"/sign-in", "/sign-in.css", "/sign-out", "/healthz", "/language"})
# Neither an invited expert, a network nor another program has a session: the token or the proof in the address, or the
# signature, is checked by the route. Who comes back from a network's page of consent may have lost theirs meanwhile:
# the route says so, and the code in the address goes no further.
OPEN_PREFIXES = ("/guest/", "/webhooks/", "/intake/", "/signed-media/", "/oauth/")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
POLICY_VIOLATION = 1008
PLAIN_HTTP = N_(
    "Covigie ne répond en http que sur cette machine même. Depuis une autre, passez par https : placez devant elle "
    "un serveur mandataire (reverse proxy) qui porte le certificat."
)
INLINE_SCRIPT = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"  # Streamlit's `window.prerenderReady = false`

SECURITY_HEADERS = {
    "content-security-policy": "; ".join((
        "default-src 'self'",
        f"script-src 'self' {INLINE_SCRIPT}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}  # fmt: skip
HSTS = "max-age=31536000"


def host_of(value: str) -> str:
    """Return the host name of a Host header or an origin, without its port."""
    return urlsplit(value if "//" in value else f"//{value}").hostname or ""


def is_loopback(headers: Headers) -> bool:
    """Say whether the browser reached us under a name of its own machine."""
    return host_of(headers.get("host", "")) in LOOPBACK


def is_secure(scope: Scope) -> bool:
    """Say whether the browser's connection is encrypted (uvicorn reads a trusted proxy's X-Forwarded-Proto)."""
    return scope["scheme"] in {"https", "wss"}


def same_origin(headers: Headers) -> bool:
    """Say whether a request comes from one of our own pages; without an Origin header it does not."""
    origin = urlsplit(headers.get("origin", ""))
    ours = {headers.get("host", ""), urlsplit(get_settings().public_url or "").netloc}
    return bool(origin.netloc) and origin.netloc in ours


def token_of(connection: HTTPConnection) -> str:
    """Return the session token that a request carries, empty when it carries none."""
    return connection.cookies.get(SECURE_COOKIE) or connection.cookies.get(LOOPBACK_COOKIE) or ""


def csrf_of(token: str) -> str:
    """Return the form token of a signed-in browser: nobody can make it without the session token."""
    return hmac.new(token.encode(), b"covigie form", hashlib.sha256).hexdigest()


def is_signed_in(token: str) -> bool:
    """Say whether a token is that of a living session of an active person."""
    if not token:
        return False
    with reading() as session:
        return sign_in.current_actor(session, token) is not None


class Gate:
    """ASGI middleware, outermost: refuses, sends to sign-in, or lets through; adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if await admits_socket(scope):
                await self.app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        elif scope["type"] == "http":
            refusal = await refuse(scope)
            await (refusal or self.app)(scope, receive, _with_headers(scope, send))
        else:
            await self.app(scope, receive, send)


async def admits_socket(scope: Scope) -> bool:
    """Say whether a websocket may open: our own origin, encrypted or on this machine, a living session."""
    connection = HTTPConnection(scope)
    if not same_origin(connection.headers) or not (is_secure(scope) or is_loopback(connection.headers)):
        return False
    return await run_in_threadpool(is_signed_in, token_of(connection))


async def refuse(scope: Scope) -> Response | None:
    """Return the answer to a request that may not pass, or None."""
    connection = HTTPConnection(scope)
    path = scope["path"]
    if path == "/healthz":
        return None
    if not (is_secure(scope) or is_loopback(connection.headers)):
        return PlainTextResponse(_(PLAIN_HTTP), status_code=403)
    if (
        path in OPEN_PATHS
        or path.startswith(OPEN_PREFIXES)
        or await run_in_threadpool(is_signed_in, token_of(connection))
    ):
        return None
    if scope["method"] not in {"GET", "HEAD"}:
        return PlainTextResponse(_("Connectez-vous d'abord."), status_code=401)
    asked = path + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
    return RedirectResponse("/sign-in" if asked == "/" else f"/sign-in?next={quote(asked, safe='/')}", status_code=303)


def _with_headers(scope: Scope, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
            if is_secure(scope):
                headers["strict-transport-security"] = HSTS
        await send(message)

    return sending
