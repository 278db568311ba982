"""What an account does on X: create, hide, delete, each with the refusals that X is known for."""

import sqlite3
from datetime import timedelta
from typing import Any

from connectors.sandbox import clock
from connectors.sandbox.store import Item, Person, add_item, delete_item, find_item, hide_item, items, newest
from connectors.sandbox.x_auth import XProblem, forbidden, invalid
from connectors.sandbox.x_shapes import HANDLE
from connectors.sandbox.x_uploads import attached
from connectors.x_text import MAX_WEIGHTED_LENGTH, weighted_length

SETTINGS: dict[str, Any] = {
    "reply_settings": ("following", "mentionedUsers", "subscribers", "verified"),
    "made_with_ai": bool,
    "paid_partnership": bool,
    "nullcast": bool,
    "for_super_followers_only": bool,
}
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the "
    "author of the post you are replying to."
)
DUPLICATE_WINDOW = timedelta(days=7)
MOST_HIDDEN = 725


def create(db: sqlite3.Connection, author: Person, body: Any) -> Item:
    """Create a post or an answer, or raise the problem that X answers with."""
    if not isinstance(body, dict):
        raise invalid("body", body, "The body must be a JSON object")
    text, settings, answered = body.get("text"), _settings(body), body.get("reply")
    ids, kinds = attached(db, author, body["media"]) if "media" in body else ([], [])
    if text is None and ids:
        text = ""
    if not isinstance(text, str) or not (text.strip() or ids):
        raise invalid("text", text, "$.text: must be a string that is not blank")
    if weighted_length(text) > MAX_WEIGHTED_LENGTH:
        raise invalid("text", text, f"$.text: {weighted_length(text)} weighted characters, more than 280")
    parent = _parent(db, author, answered) if answered is not None else None
    if text.strip():
        _refuse_duplicate(db, author, text, parent)
    addressed = author.company is False
    settings |= {"media_ids": ids} if ids else {}
    return add_item(db, "x", author, text.strip(), parent=parent, addressed=addressed, media=kinds, settings=settings)


def _settings(body: dict[str, Any]) -> dict[str, Any]:
    settings = {name: value for name, value in body.items() if name not in ("text", "reply", "media")}
    for name, value in settings.items():
        kind = SETTINGS.get(name)
        fits = isinstance(value, bool) if kind is bool else kind is not None and value in kind
        if not fits:
            raise invalid(name, value, f"$.{name}: is not defined in the schema, or its value is not allowed")
    return settings


def _parent(db: sqlite3.Connection, author: Person, answered: Any) -> Item:
    parent_id = answered.get("in_reply_to_tweet_id") if isinstance(answered, dict) else None
    if not isinstance(parent_id, str) or set(answered) - {"in_reply_to_tweet_id", "exclude_reply_user_ids"}:
        raise invalid("reply", answered, "$.reply.in_reply_to_tweet_id: must be a string")
    parent = find_item(db, "x", parent_id)
    if parent is None or parent.deleted_at:
        message = "You attempted to reply to a Tweet that is deleted or not visible to you."
        raise invalid("reply.in_reply_to_tweet_id", parent_id, message)
    parent = newest(db, parent)
    if parent.author_id != author.id and not (parent.addressed or _names(parent, author)):
        raise forbidden(NOT_SUMMONED)
    return parent


def _names(item: Item, person: Person) -> bool:
    return any(handle.lower() == person.handle.lower() for handle in HANDLE.findall(item.text))


def _refuse_duplicate(db: sqlite3.Connection, author: Person, text: str, parent: Item | None) -> None:
    """X refuses the same words again; before an answer it puts the handle, so they differ from person to person."""
    recent = (clock.now() - DUPLICATE_WINDOW).isoformat()
    same = "author_id = ? AND text = ? AND at > ? AND replaced_by IS NULL AND deleted_at IS NULL"
    for item in items(db, "x", same, (author.id, text.strip(), recent)):
        former = find_item(db, "x", item.parent)
        if (former and former.first_id) == (parent and parent.first_id):
            raise forbidden(DUPLICATE)


def hide(db: sqlite3.Connection, author: Person, item_id: str, body: Any) -> bool:
    """Hide or show an answer in a conversation that the account began, 725 of them at most; twice is no error."""
    if not isinstance(body, dict) or set(body) != {"hidden"} or not isinstance(body["hidden"], bool):
        raise invalid("hidden", body, "$.hidden: must be true or false, and the only member")
    item = find_item(db, "x", item_id)
    if item is None or item.deleted_at:
        raise XProblem(404, "Not Found Error", f"Could not find tweet with id: [{item_id}].")
    top = find_item(db, "x", item.top)
    if item.parent is None or top is None or top.author_id != author.id or item.author_id == author.id:
        raise forbidden("You are not allowed to hide this reply.")
    if body["hidden"] and not item.hidden:
        hidden = items(db, "x", "top = ? AND hidden = 1 AND replaced_by IS NULL", (item.top,), MOST_HIDDEN)
        if len(hidden) >= MOST_HIDDEN:
            raise forbidden("You have reached the limit of hidden replies for this conversation.")
    hide_item(db, item, body["hidden"])
    return bool(body["hidden"])


def delete(db: sqlite3.Connection, author: Person, item_id: str) -> None:
    """Delete a post of the account's own."""
    item = find_item(db, "x", item_id)
    if item is None or item.deleted_at:
        raise XProblem(404, "Not Found Error", f"Could not find tweet with id: [{item_id}].")
    if item.author_id != author.id:
        raise forbidden("You are not authorized to delete this Tweet.")
    delete_item(db, item)
