"""How X writes a post: only the fields asked for, in the old spelling (`tweet.…`) or the new one (`post.…`)."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from connectors.sandbox.people import company, person_by_handle, person_by_id
from connectors.sandbox.store import Item, find_item, items, versions
from connectors.sandbox.x_auth import PROBLEMS
from connectors.sandbox.x_uploads import shown
from connectors.x_text import MAX_WEIGHTED_LENGTH, links, weighted_length

HANDLE = re.compile(r"(?<![\w@])@(\w{1,15})\b")
OLD = {
    "fields": "tweet.fields",
    "referenced": "referenced_tweets",
    "history": "edit_history_tweet_ids",
    "kind": "tweet",
    "expand_parent": "referenced_tweets.id",
    "includes": "tweets",
}
NEW = {
    "fields": "post.fields",
    "referenced": "referenced_posts",
    "history": "edit_history_post_ids",
    "kind": "post",
    "expand_parent": "referenced_posts.id",
    "includes": "posts",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a call asks for."""

    spelling: dict[str, str]
    fields: frozenset[str]
    expansions: frozenset[str]
    user_fields: frozenset[str]
    media_fields: frozenset[str] = frozenset()


def post_shape(db: sqlite3.Connection, item: Item, wanted: Wanted) -> dict[str, Any]:
    """Return one post; id, text and the edit history are always there."""
    full, urls = wire_text(shown_text(db, item))
    short = _short(full, item) if weighted_length(full) > MAX_WEIGHTED_LENGTH else full
    if "media_ids" in item.settings:
        link = _media_link(db, item)
        short, urls = f"{short} {link['url']}".strip(), [*urls, link]
    chain = [version.id for version in versions(db, item)]
    shape: dict[str, Any] = {"id": item.id, "text": short, wanted.spelling["history"]: chain}
    prefix = mention_prefix(db, item)
    parent = find_item(db, "x", item.parent)
    optional: dict[str, Any] = {
        "author_id": item.author_id,
        "created_at": item.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{item.at.microsecond // 1000:03d}Z",
        "conversation_id": str(item.top),
        "display_text_range": [len(prefix), len(short)] if prefix else None,
        "entities": _entities(db, short, urls),
        "lang": "fr",
        "in_reply_to_user_id": parent.author_id if parent else None,
        wanted.spelling["referenced"]: [{"type": "replied_to", "id": str(item.parent)}] if item.parent else None,
        "reply_settings": item.settings.get("reply_settings", "everyone"),
        "public_metrics": _metrics(db, item),
        "attachments": {"media_keys": [one["media_key"] for one in media_of(db, item)]} if item.media else None,
        "note_tweet": {"text": full} if weighted_length(full) > MAX_WEIGHTED_LENGTH else None,
    }
    return shape | {name: value for name, value in optional.items() if name in wanted.fields and value is not None}


def shown_text(db: sqlite3.Connection, item: Item) -> str:
    """Return the text with the handle that X puts before an answer."""
    return mention_prefix(db, item) + item.text


def mention_prefix(db: sqlite3.Connection, item: Item) -> str:
    """Return the handles that X puts before an answer: whom it answers, and the company when that names it.

    Not one's own, not the company's when the author took it away, and none that the text begins with or holds.
    """
    parent = find_item(db, "x", item.parent)
    if parent is None:
        return ""
    us, answered = company(db, "x"), person_by_id(db, "x", parent.author_id)
    takes_part = [answered] if answered else []
    takes_part += [us] if parent.addressed and item.addressed else []
    written = {name.lower() for name in HANDLE.findall(item.text)} | ({""} if item.addressed else {us.handle.lower()})
    handles = dict.fromkeys(
        one.handle for one in takes_part if one.id != item.author_id and one.handle.lower() not in written
    )
    return "".join(f"@{handle} " for handle in handles)


def wire_text(text: str) -> tuple[str, list[dict[str, str]]]:
    """Return a text as X sends it, links shortened and &, <, > escaped, with the links' entities."""
    parts, urls, last = [], [], 0
    for start, end in links(text):
        link = text[start:end]
        short = "https://t.co/" + sha256(link.encode()).hexdigest()[:10]
        full = link if "://" in link else "http://" + link
        urls.append({"url": short, "expanded_url": full, "display_url": full.split("://")[1][:30]})
        parts += [_escape(text[last:start]), short]
        last = end
    return "".join([*parts, _escape(text[last:])]), urls


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _short(full: str, item: Item) -> str:
    """Cut a long post as X does in `text`: the whole stands in `note_tweet`."""
    return full[: MAX_WEIGHTED_LENGTH - 25].rstrip() + "… https://t.co/" + sha256(item.id.encode()).hexdigest()[:10]


def _entities(db: sqlite3.Connection, text: str, urls: list[dict[str, str]]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    placed = [(text.find(url["url"]), url) for url in urls if url["url"] in text]
    if placed:
        found["urls"] = [{"start": start, "end": start + len(url["url"]), **url} for start, url in placed]
    mentions = []
    for match in HANDLE.finditer(text):
        person = person_by_handle(db, "x", match[1])
        if person:
            mentions.append({"start": match.start(), "end": match.end(), "username": person.handle, "id": person.id})
    return found | ({"mentions": mentions} if mentions else {}) or None


def _metrics(db: sqlite3.Connection, item: Item) -> dict[str, int]:
    ids = [version.number for version in versions(db, item)]
    marks = ",".join("?" * len(ids))
    alive = items(db, "x", f"parent IN ({marks}) AND replaced_by IS NULL AND deleted_at IS NULL", ids)
    zero = dict.fromkeys(("retweet_count", "like_count", "quote_count", "bookmark_count", "impression_count"), 0)
    return {**zero, "reply_count": len(alive)}


def media_of(db: sqlite3.Connection, item: Item) -> list[dict[str, Any]]:
    """Return what hangs on a post; of the public's files only the kind is known."""
    if "media_ids" in item.settings:
        return shown(db, item.settings["media_ids"])
    return [{"media_key": f"3_{item.first_id}{index}", "type": kind} for index, kind in enumerate(item.media)]


def _media_link(db: sqlite3.Connection, item: Item) -> dict[str, str]:
    """Return the link that X adds to the text of a post with files."""
    short = "https://t.co/" + sha256(f"media {item.id}".encode()).hexdigest()[:10]
    full = f"https://x.com/{company(db, 'x').handle}/status/{item.id}/photo/1"
    key = media_of(db, item)[0]["media_key"]
    return {"url": short, "expanded_url": full, "display_url": "pic.x.com/" + short[-10:], "media_key": key}


def user_shape(db: sqlite3.Connection, person_id: str, fields: frozenset[str]) -> dict[str, Any] | None:
    """Return one account, None when X no longer shows it."""
    person = person_by_id(db, "x", person_id)
    if person is None or person.suspended:
        return None
    more = {"protected": False, "verified": person.company, "description": ""}
    return {"id": person.id, "name": person.name, "username": person.handle} | {
        name: value for name, value in more.items() if name in fields
    }


def envelope(db: sqlite3.Connection, found: Sequence[Item], wanted: Wanted) -> dict[str, Any]:
    """Return data, includes and partial errors of a list; without posts there is no `data`."""
    body: dict[str, Any] = {"data": [post_shape(db, item, wanted) for item in found]} if found else {}
    includes: dict[str, list[Any]] = {}
    errors: list[dict[str, Any]] = []
    if "author_id" in wanted.expansions:
        for person_id in dict.fromkeys(item.author_id for item in found):
            user = user_shape(db, person_id, wanted.user_fields)
            includes.setdefault("users", []).append(user) if user else errors.append(not_found("user", person_id))
    if wanted.spelling["expand_parent"] in wanted.expansions:
        for number in dict.fromkeys(item.parent for item in found if item.parent):
            parent = find_item(db, "x", number)
            if parent and parent.deleted_at is None:
                includes.setdefault(wanted.spelling["includes"], []).append(post_shape(db, parent, wanted))
            else:
                errors.append(not_found(wanted.spelling["kind"], str(number)))
    if "attachments.media_keys" in wanted.expansions:
        media = [one for item in found for one in media_of(db, item)]
        if media:
            fields = {"media_key", "type", *wanted.media_fields}
            includes["media"] = [{name: one[name] for name in one if name in fields} for one in media]
    return body | ({"includes": includes} if includes else {}) | ({"errors": errors} if errors else {})


def not_found(kind: str, value: str, parameter: str = "id") -> dict[str, Any]:
    """Return the partial error about something that X does not show."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": PROBLEMS + "resource-not-found",
    }
