"""The networks' pages of consent: what an application asks, "Autoriser" or "Refuser", and back to the application.

Each network checks what it is asked and makes its own codes; the page itself is the same for all. Who consents may be
the company or somebody else, so that a wrong account can be connected on purpose.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.base import Account
from connectors.sandbox.pages import render
from connectors.sandbox.people import company, person_by_id
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Person

HERE = frozenset({"127.0.0.1", "localhost"})
DENIED: Mapping[str, str] = {"error": "access_denied"}
OTHERS: Mapping[str, Account] = {
    "x": Account("1500000000000000777", "ComptePerso", "Compte personnel"),
    "facebook": Account("1500000000000000777", "ComptePerso", "Compte personnel"),
    "instagram": Account("17841400000000777", "ComptePerso", "Compte personnel"),
    "linkedin": Account("urn:li:organization:90210777", "autre-page", "Autre page"),
    "tiktok": Account("sandbox-tiktok-other-open-id", "compte.perso", "Compte personnel"),
    "youtube": Account("UCcomptePerso0000000000777", "compte-perso", "Compte personnel"),
}
"""Whom else one can be logged in as."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application asks of a person.

    `grant(sandbox, asked, person, scopes)` makes a code and returns what goes back with it. `choosable`: each scope can
    be refused alone. `denied`: what goes back when all is refused. `about` is the network's own.
    """

    network: str
    label: str
    client: str
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    grant: Callable[[Sandbox, "Asked", Person, tuple[str, ...]], Mapping[str, str]]
    choosable: bool = False
    denied: Mapping[str, str] = field(default_factory=lambda: DENIED)
    about: Mapping[str, str] = field(default_factory=dict)


def may_return_to(place: str) -> bool:
    """Whether an address may be registered for the way back: https, or this very machine, and no anchor."""
    parts = urlsplit(place)
    return not parts.fragment and bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in HERE)


def show(request: Request, asked: Asked) -> Response:
    """Return the page, and remember what it asks until it is answered."""
    sandbox: Sandbox = request.app.state.sandbox
    key = secrets.token_urlsafe(12)
    sandbox.asked[key] = asked
    known = {"key": key, "back": asked.redirect_uri, "people": _people(sandbox, asked.network)}
    named: dict[str, Any] = {name: getattr(asked, name) for name in ("label", "client", "scopes", "choosable")}
    return HTMLResponse(render("consent.html", **known, **named), headers={"cache-control": "no-store"})


def _people(sandbox: Sandbox, network: str) -> list[Person]:
    """Return the company, and somebody who is not the company."""
    other = OTHERS[network]
    with sandbox.db as db:
        row = (network, other.id, other.handle, other.name)
        db.execute("INSERT OR IGNORE INTO person (network, id, handle, name) VALUES (?, ?, ?, ?)", row)
    found = person_by_id(sandbox.db, network, other.id)
    return [company(sandbox.db, network), *([found] if found else [])]


async def answer(request: Request) -> Response:
    """POST /_sandbox/consent: the person's answer, once; back to the application."""
    sandbox: Sandbox = request.app.state.sandbox
    async with request.form() as form:
        said = {name: str(form.get(name, "")) for name in ("asked", "decision", "person")}
        chosen = tuple(str(one) for one in form.getlist("scope"))
    asked: Asked | None = sandbox.asked.pop(said["asked"], None)
    if asked is None:
        return PlainTextResponse("this page was answered already", 400)
    person = person_by_id(sandbox.db, asked.network, said["person"]) or company(sandbox.db, asked.network)
    scopes = tuple(one for one in asked.scopes if one in chosen or not asked.choosable)
    allowed = said["decision"] == "allow" and bool(scopes)
    told = asked.grant(sandbox, asked, person, scopes) if allowed else asked.denied
    # Without a state asked none comes back: who compares them is told the truth.
    back = {**told, **({"state": asked.state} if asked.state else {})}
    joined = "&" if urlsplit(asked.redirect_uri).query else "?"
    return RedirectResponse(f"{asked.redirect_uri}{joined}{urlencode(back)}", 302)


ROUTES = [Route("/_sandbox/consent", answer, methods=["POST"])]
