"""The control interface under `/_sandbox/`, for tests and for the demo: JSON in, JSON out, no token."""

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox import clock, faults, hooks, inbox, messages, producer, quota, store
from connectors.sandbox.comments import delete_comment, edit_comment, leave_comment, switch_comments
from connectors.sandbox.hooks_table import Listener
from connectors.sandbox.message_hooks import tell_message
from connectors.sandbox.networks import network_of, networks, seed_networks
from connectors.sandbox.people import company, someone
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Item, add_item, items
from connectors.sandbox.x_auth import revoke
from errors import Rejected

TABLES = ("person", "token", "item", "fault", "quota", "quota_size", "produced", "upload", "team_message", "message")
COMMENT = {"network", "text", "handle", "reply_to", "at", "mention", "media"}


def control(handler: Callable[[Sandbox, Any], Any]) -> Callable[[Request], Any]:
    """Wrap a handler of (sandbox, entry); the entry is the JSON body with the query and the path's id in it."""

    @wraps(handler)
    async def run(request: Request) -> Response:
        try:
            raw = await request.body()
            entry = await request.json() if raw else {}
            if isinstance(entry, dict):
                entry = {**request.query_params, **request.path_params, **entry}
            return JSONResponse(handler(request.app.state.sandbox, entry))
        except (ValueError, KeyError, TypeError, Rejected) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return run


def _moment(entry: dict[str, Any]) -> datetime | None:
    at = datetime.fromisoformat(entry["at"]) if entry.get("at") else None
    if at and at.tzinfo is None:
        raise ValueError(f"at needs an offset from UTC: {entry['at']}")
    return at


@control
def health(sandbox: Sandbox, _entry: Any) -> Any:
    """GET health: that it answers, its networks and its mailbox."""
    return {"ok": True, "networks": list(networks()), "smtp_port": sandbox.smtp_port, "data": str(sandbox.data)}


@control
def state(sandbox: Sandbox, entry: Any) -> Any:
    """GET state: every item (all versions, newest first), the armed faults, the producer, the number of mails."""
    network = entry.get("network", "x")
    id_of = network_of(network).id_of
    found = [
        asdict(item) | {"id": id_of(item), "shown": item.shown, "at": item.at.isoformat(), "url": _url(sandbox, item)}
        for item in items(sandbox.db, network, "1 = 1", ())
    ]
    ids = {item["number"]: item["id"] for item in found}
    for item in found:
        item["parent_id"] = ids.get(item["parent"])
    for item in found:
        item["deleted_at"] = item["deleted_at"].isoformat() if item["deleted_at"] else None
    armed = [dict(row) for row in sandbox.db.execute("SELECT * FROM fault WHERE times > 0")]
    source = sandbox.comments
    made = {"used": producer.position(sandbox.db, source.name), "lines": producer.lines_of(source)} if source else None
    people = [dict(row) for row in sandbox.db.execute("SELECT * FROM person WHERE network = ?", (network,))]
    mails = len(inbox.mails(sandbox.mails))
    return {"items": found, "people": people, "faults": armed, "producer": made, "mails": mails}


def _url(sandbox: Sandbox, item: Any) -> str:
    return network_of(item.network).link(company(sandbox.db, item.network).handle, item)


def _ids(made: list[Item], *, several: bool) -> dict[str, Any]:
    ids = [network_of(item.network).id_of(item) for item in made]
    return {"ids": ids} if several else {"id": ids[0]}


@control
def add_posts(sandbox: Sandbox, entry: Any) -> Any:
    """POST posts {text, at?, settings?}: a company post made elsewhere, also dated back. A list makes several."""
    entries = entry if isinstance(entry, list) else [entry]
    made = []
    for one in entries:
        us = company(sandbox.db, one.get("network", "x"))
        network, settings = one.get("network", "x"), one.get("settings")
        made.append(add_item(sandbox.db, network, us, one["text"], at=_moment(one), settings=settings))
    return _ids(made, several=isinstance(entry, list))


@control
def add_comments(sandbox: Sandbox, entry: Any) -> Any:
    """POST comments {text, handle?, reply_to?, at?, mention?, media?}: one of the public writes. A list: several."""
    entries = entry if isinstance(entry, list) else [entry]
    made = []
    for one in entries:
        unknown = set(one) - COMMENT
        if unknown:
            raise ValueError(f"unknown members: {sorted(unknown)}")
        known = {name: one[name] for name in ("handle", "reply_to", "mention", "media") if name in one}
        made.append(leave_comment(sandbox.db, one.get("network", "x"), one["text"], at=_moment(one), **known))
        hooks.tell(sandbox, made[-1], hooks.ADD)
    return _ids(made, several=isinstance(entry, list))


@control
def change_comment(sandbox: Sandbox, entry: Any) -> Any:
    """PATCH comments/{id} {text, at?}: its author edits it; returns the new id."""
    item = edit_comment(sandbox.db, entry.get("network", "x"), entry["id"], entry["text"], _moment(entry))
    hooks.tell(sandbox, item, hooks.EDIT)
    return _ids([item], several=False)


@control
def drop_comment(sandbox: Sandbox, entry: Any) -> Any:
    """DELETE comments/{id}: its author deletes it."""
    hooks.tell(sandbox, delete_comment(sandbox.db, entry.get("network", "x"), entry["id"]), hooks.REMOVE)
    return {"deleted": True}


@control
def add_messages(sandbox: Sandbox, entry: Any) -> Any:
    """POST messages {text, handle?, at?, story?, ours?}: one of the public writes in private, or the company does."""
    name, text, handle = entry.get("network", "x"), entry["text"], entry.get("handle", "")
    network_of(name)
    if entry.get("ours"):
        made_to = someone(sandbox.db, name, handle)
        made = messages.write(sandbox.db, name, made_to.id, company(sandbox.db, name).id, text, at=_moment(entry))
    else:
        made = messages.receive(sandbox.db, name, text, handle, at=_moment(entry), story=entry.get("story"))
    tell_message(sandbox, made)
    return {"number": made.number, "person": made.thread}


@control
def read_messages(sandbox: Sandbox, entry: Any) -> Any:
    """GET messages: everything that was written in private on a network, newest first."""
    return {"messages": [asdict(one) for one in messages.said(sandbox.db, entry.get("network", "x"))]}


@control
def arm_fault(sandbox: Sandbox, entry: Any) -> Any:
    """POST faults {kind, method?, path?, times?, value?}: arm one (see `faults`)."""
    fault = faults.Fault(**{k: v for k, v in entry.items() if k in {f.name for f in fields(faults.Fault)}})
    if fault.kind not in faults.KINDS:
        raise ValueError(f"kind is one of {', '.join(faults.KINDS)}")
    faults.arm(sandbox.db, fault)
    return {"armed": asdict(fault)}


@control
def disarm(sandbox: Sandbox, _entry: Any) -> Any:
    """DELETE faults: take all back."""
    with sandbox.db:
        sandbox.db.execute("DELETE FROM fault")
    return {"armed": None}


@control
def set_limit(sandbox: Sandbox, entry: Any) -> Any:
    """POST limits {route, size, seconds}.

    A route is me, mentions, timeline, search, tweet, tweets, create, hidden or delete.
    """
    network = entry.get("network", "x")
    quota.set_size(sandbox.db, network, entry["route"], int(entry["size"]), float(entry["seconds"]))
    return {"set": True}


@control
def set_token(sandbox: Sandbox, entry: Any) -> Any:
    """POST tokens {action: revoke|restore, access?}: one token, or all of the network."""
    revoked = {"revoke": True, "restore": False}[entry["action"]]
    revoke(sandbox.db, entry.get("network", "x"), entry.get("access"), revoked=revoked)
    return {"revoked": revoked}


@control
def listen(sandbox: Sandbox, entry: Any) -> Any:
    """POST hooks {network, url, secret}: tell an application what the public does; without a url no more."""
    network = network_of(entry.get("network", "x")).name
    if network not in hooks.SHAPES:
        raise ValueError(f"{network} sends no webhooks")
    sandbox.hooks.pop(network, None)
    if entry.get("url"):
        sandbox.hooks[network] = Listener(entry["url"], entry["secret"])
    return {"listening": network in sandbox.hooks}


@control
def set_person(sandbox: Sandbox, entry: Any) -> Any:
    """POST people {handle, suspended?}: make an account, or let the network suspend it."""
    person = someone(sandbox.db, entry.get("network", "x"), entry["handle"], entry.get("name", ""))
    with sandbox.db:
        query = "UPDATE person SET suspended = ? WHERE network = ? AND id = ?"
        sandbox.db.execute(query, (bool(entry.get("suspended")), entry.get("network", "x"), person.id))
    return {"id": person.id}


@control
def change_settings(sandbox: Sandbox, entry: Any) -> Any:
    """POST posts/{id}/settings {network, …}: what somebody changes on a post of ours in the network's own pages."""
    network = entry.pop("network", "x")
    number = network_of(network).number_of(str(entry.pop("id")))
    (item,) = items(sandbox.db, network, "first_id = ? AND replaced_by IS NULL", (number,))
    store.change_settings(sandbox.db, item, entry)
    return {"id": item.id}


@control
def switch(sandbox: Sandbox, entry: Any) -> Any:
    """POST posts/{id}/comments {network, open}: somebody opens or closes a post's comments on the network's pages."""
    network, enabled = entry.get("network", "x"), entry["open"]
    if not isinstance(enabled, bool):
        raise TypeError("open is true or false")
    switch_comments(sandbox.db, network, entry["id"], enabled=enabled)
    return {"open": enabled}


@control
def set_address(sandbox: Sandbox, entry: Any) -> Any:
    """POST addresses {public, here}: a public address leads to this machine; no `here` forgets it."""
    sandbox.addresses.pop(entry["public"], None)
    if entry.get("here"):
        sandbox.addresses[entry["public"].rstrip("/")] = entry["here"].rstrip("/")
    return {"addresses": sandbox.addresses}


@control
def set_clock(_sandbox: Sandbox, entry: Any) -> Any:
    """POST clock {at}: hold the networks' clock at a moment; null lets it go."""
    clock.hold(_moment(entry))
    return {"now": clock.now().isoformat()}


@control
def produce(sandbox: Sandbox, entry: Any) -> Any:
    """POST produce {count}: write the next lines of the file now. POST produce {paused}: stop or go on by itself."""
    if "paused" in entry:
        sandbox.paused = bool(entry["paused"])
    return {"produced": producer.produce(sandbox, int(entry.get("count", 0))), "paused": sandbox.paused}


@control
def reset(sandbox: Sandbox, _entry: Any) -> Any:
    """POST reset: forget everything but the accounts and tokens of the beginning."""
    with sandbox.db:
        for table in TABLES:
            sandbox.db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table names
    for held in (sandbox.hooks, sandbox.pushes, sandbox.asked):
        held.clear()
    seed_networks(sandbox.db)
    for mail in inbox.mails(sandbox.mails):
        mail.unlink()
    return {"reset": True}


ROUTES = [
    Route("/_sandbox/health", health, methods=["GET"]),
    Route("/_sandbox/state", state, methods=["GET"]),
    Route("/_sandbox/posts", add_posts, methods=["POST"]),
    Route("/_sandbox/posts/{id}/settings", change_settings, methods=["POST"]),
    Route("/_sandbox/posts/{id}/comments", switch, methods=["POST"]),
    Route("/_sandbox/comments", add_comments, methods=["POST"]),
    Route("/_sandbox/comments/{id}", change_comment, methods=["PATCH"]),
    Route("/_sandbox/comments/{id}", drop_comment, methods=["DELETE"]),
    Route("/_sandbox/messages", add_messages, methods=["POST"]),
    Route("/_sandbox/messages", read_messages, methods=["GET"]),
    Route("/_sandbox/faults", arm_fault, methods=["POST"]),
    Route("/_sandbox/faults", disarm, methods=["DELETE"]),
    Route("/_sandbox/limits", set_limit, methods=["POST"]),
    Route("/_sandbox/tokens", set_token, methods=["POST"]),
    Route("/_sandbox/hooks", listen, methods=["POST"]),
    Route("/_sandbox/addresses", set_address, methods=["POST"]),
    Route("/_sandbox/people", set_person, methods=["POST"]),
    Route("/_sandbox/produce", produce, methods=["POST"]),
    Route("/_sandbox/clock", set_clock, methods=["POST"]),
    Route("/_sandbox/reset", reset, methods=["POST"]),
]
