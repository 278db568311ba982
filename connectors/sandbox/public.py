"""The public's page: what the company published, what is said under it, and a place to say more."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.sandbox import hooks, messages
from connectors.sandbox.comments import delete_comment, edit_comment, leave_comment, switch_comments
from connectors.sandbox.message_hooks import tell_message
from connectors.sandbox.network import SandboxNetwork
from connectors.sandbox.networks import network_of, networks
from connectors.sandbox.pages import render
from connectors.sandbox.people import company, person_by_id
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Item, Person, items, versions
from errors import Rejected

SWITCHES = {"ouvrir": True, "fermer": False}
"""What somebody of the company does on the network's own pages with a post's comments."""
POSTS, MENTIONS, DEPTH, THREADS = 30, 60, 6, 20
SHOWN = "replaced_by IS NULL AND deleted_at IS NULL"


@dataclass(frozen=True)
class Shown:
    """One post or comment on the page, with what answers it."""

    id: str
    item: Item
    author: Person
    versions: tuple[Item, ...]
    answers: tuple["Shown", ...]
    ours: bool
    files: tuple[dict[str, str], ...] = ()
    open: bool = True


@dataclass(frozen=True)
class Thread:
    """One private conversation with the company: the person's handle, the messages oldest first."""

    handle: str
    messages: tuple[messages.Message, ...]
    us: str


async def timeline(request: Request) -> Response:
    """GET /?reseau=: the newest posts of a network with their conversations, and the mentions out of any."""
    sandbox: Sandbox = request.app.state.sandbox
    spoken = _spoken(request.query_params.get("reseau", "x"))
    name, us = spoken.name, company(sandbox.db, spoken.name)
    posts = items(sandbox.db, name, f"author_id = ? AND parent IS NULL AND {SHOWN}", (us.id,), POSTS)
    mentions = items(sandbox.db, name, f"author_id <> ? AND parent IS NULL AND {SHOWN}", (us.id,), MENTIONS)
    page = render(
        "timeline.html",
        us=us,
        network=spoken,
        networks=list(networks().values()),
        posts=[_shown(sandbox, post, us) for post in posts],
        mentions=[_shown(sandbox, mention, us) for mention in mentions],
        private=_threads(sandbox, spoken, us),
        refused=request.query_params.get("refus", ""),
    )
    return HTMLResponse(page)


def _threads(sandbox: Sandbox, spoken: SandboxNetwork, us: Person) -> list[Thread] | None:
    """Return what was written to the company in private, the thread that changed last first; None where nobody can."""
    if spoken.name not in messages.SPOKEN:
        return None
    found = []
    for last in messages.threads(sandbox.db, spoken.name)[:THREADS]:
        person = person_by_id(sandbox.db, spoken.name, last.thread)
        lines = tuple(reversed(messages.said(sandbox.db, spoken.name, last.thread)))
        found.append(Thread(person.handle if person else "inconnu", lines, us.id))
    return found


def _spoken(name: str) -> SandboxNetwork:
    try:
        return network_of(name)
    except Rejected as unknown:
        raise HTTPException(404) from unknown


def _shown(sandbox: Sandbox, item: Item, us: Person, depth: int = 0) -> Shown:
    chain = versions(sandbox.db, item)
    marks = ",".join("?" * len(chain))
    found = items(sandbox.db, item.network, f"parent IN ({marks}) AND {SHOWN}", [v.number for v in chain])
    answers = tuple(_shown(sandbox, one, us, depth + 1) for one in reversed(found)) if depth < DEPTH else ()
    author = person_by_id(sandbox.db, item.network, item.author_id) or Person(
        item.author_id, "inconnu", "", False, True
    )
    spoken = network_of(item.network)
    identity = spoken.id_of(item)
    ours, taking = item.author_id == us.id, item.parent is not None or spoken.switch.is_open(item)
    return Shown(identity, item, author, tuple(chain), answers, ours, _files(spoken, sandbox, item), taking)


def _files(spoken: SandboxNetwork, sandbox: Sandbox, item: Item) -> tuple[dict[str, str], ...]:
    """Return what hangs on an item; `upload` is the id of a file that can be shown, empty for one of the public."""
    ids = item.settings.get("media_ids") or [""] * len(item.media)
    files = spoken.files(sandbox.db, item)
    return tuple({**one, "upload": upload} for one, upload in zip(files, [*ids, *[""] * len(files)], strict=False))


async def act(request: Request) -> Response:
    """POST /public/{action}: write, edit or delete as one of the public, then back to the page."""
    _same_origin(request)
    form = {name: str(value) for name, value in (await request.form()).items()}
    sandbox: Sandbox = request.app.state.sandbox
    network = _spoken(form.get("reseau", "x")).name
    try:
        place = _do(sandbox, network, str(request.path_params["action"]), form)
    except Rejected as refusal:
        return RedirectResponse("/?" + urlencode({"reseau": network, "refus": refusal.reason}), 303)
    return RedirectResponse(f"/?reseau={network}" + (f"#i{place}" if place else ""), 303)


def _do(sandbox: Sandbox, network: str, action: str, form: dict[str, Any]) -> str:
    item_id, text = form.get("id", ""), form.get("text", "").strip()
    if action == "supprimer":
        hooks.tell(sandbox, delete_comment(sandbox.db, network, item_id), hooks.REMOVE)
        return ""
    if action in SWITCHES:
        return network_of(network).id_of(switch_comments(sandbox.db, network, item_id, enabled=SWITCHES[action]))
    if not text:
        raise Rejected("Le texte est vide.")
    if action == "modifier":
        edited = edit_comment(sandbox.db, network, item_id, text)
        hooks.tell(sandbox, edited, hooks.EDIT)
        return network_of(network).id_of(edited)
    handle = "".join(char for char in form.get("handle", "") if char.isascii() and (char.isalnum() or char == "_"))[:15]
    if action == "ecrire-en-prive":
        tell_message(sandbox, messages.receive(sandbox.db, network, text, handle, story=form.get("story") or None))
        return ""
    item = leave_comment(sandbox.db, network, text, handle=handle, reply_to=item_id or None)
    hooks.tell(sandbox, item, hooks.ADD)
    return network_of(network).id_of(item)


def _same_origin(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin and origin != f"{request.url.scheme}://{request.url.netloc}":
        raise HTTPException(403)


ROUTES = [Route("/", timeline), Route("/public/{action}", act, methods=["POST"])]
