"""How YouTube writes a film, a thread, a comment: only the parts asked for."""

import html
import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from connectors.sandbox.people import person_by_id
from connectors.sandbox.store import Item, Person, items, versions
from connectors.sandbox.switching import Switch
from connectors.sandbox.youtube.ids import channel_id, film_id, id_of, thread_id

SHOWN_ANSWERS = 5
SWITCH = Switch("commentsDisabled", opened=False, closed=True)
WITH_BRACKETS = re.compile(r"https?://\S+")


def moment(at: datetime) -> str:
    """Return a time as YouTube writes it: whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def etag(of: Any) -> str:
    """Return an opaque mark of a state."""
    return sha256(json.dumps(of, sort_keys=True, default=str).encode()).hexdigest()[:27]


def status_of(item: Item) -> str:
    """Return a comment's moderation status."""
    return str(item.settings.get("moderation", "published"))


def set_status(db: sqlite3.Connection, item: Item, status: str) -> None:
    """Change a comment's moderation status, in every version."""
    with db:
        db.execute(
            "UPDATE item SET hidden = ?, settings = json_set(settings, '$.moderation', ?)"
            " WHERE network = 'youtube' AND first_id = ?",
            (status != "published", status, item.first_id),
        )


def answers_to(db: sqlite3.Connection, thread: int, statuses: Iterable[str]) -> list[Item]:
    """Return the answers of a thread that have one of these statuses, newest first."""
    found = items(db, "youtube", "parent = ? AND replaced_by IS NULL AND deleted_at IS NULL", (thread,))
    kept = [one for one in found if status_of(one) in statuses]
    return sorted(kept, key=lambda one: one.first_id, reverse=True)


def comment(db: sqlite3.Connection, item: Item, caller: Person, *, plain: bool, told: bool) -> dict[str, Any]:
    """Return one comment; `told`: with its status, which a request by id never has.

    The original text is told to its author only; a suspended author has neither name nor channel.
    """
    author, first = person_by_id(db, "youtube", item.author_id), versions(db, item)[0]
    snippet: dict[str, Any] = {
        "channelId": caller.id,
        "textDisplay": item.text if plain else as_html(item.text),
        "canRate": True,
        "viewerRating": "none",
        "likeCount": 0,
        "publishedAt": moment(first.at),
        "updatedAt": moment(item.at),
    }
    if author and not author.suspended:
        snippet |= _author(author)
    if item.author_id == caller.id:
        snippet["textOriginal"] = item.text
    if item.parent != item.top and item.parent is not None:
        snippet["parentId"] = thread_id(item.parent)
    if told:
        snippet["moderationStatus"] = status_of(item)
    if "photo" in item.media:
        snippet["imageUrl"] = f"https://yt3.example/{item.first_id}"
    return {"kind": "youtube#comment", "etag": etag([item.number, snippet]), "id": id_of(item), "snippet": snippet}


def _author(author: Person) -> dict[str, Any]:
    return {
        "authorDisplayName": f"@{author.handle}",
        "authorProfileImageUrl": f"https://yt3.example/{author.id}",
        "authorChannelUrl": f"http://www.youtube.com/@{author.handle}",
        "authorChannelId": {"value": channel_id(author.id)},
    }


def as_html(text: str) -> str:
    """Return a text as YouTube sends it by default: escaped, with line breaks and links."""
    escaped = html.escape(text, quote=True).replace("\n", "<br>")
    return WITH_BRACKETS.sub(lambda link: f'<a href="{link[0]}">{link[0]}</a>', escaped)


def thread(
    db: sqlite3.Connection, item: Item, caller: Person, parts: Sequence[str], *, plain: bool, told: bool
) -> dict[str, Any]:
    """Return one thread. It counts, and shows five at most, of the answers that the public sees."""
    answers, film = answers_to(db, item.first_id, ["published"]), film_id(item.top)
    found: dict[str, Any] = {"kind": "youtube#commentThread", "id": id_of(item)}

    def shape(one: Item) -> dict[str, Any]:
        made = comment(db, one, caller, plain=plain, told=told)
        return {**made, "snippet": {**made["snippet"], "videoId": film}}

    if "snippet" in parts:
        found["snippet"] = {
            "channelId": caller.id,
            "videoId": film,
            "topLevelComment": shape(item),
            "canReply": status_of(item) == "published",
            "totalReplyCount": len(answers),
            "isPublic": status_of(item) == "published",
        }
    if "replies" in parts and answers:
        found["replies"] = {"comments": [shape(one) for one in answers[:SHOWN_ANSWERS]]}
    return found | {"etag": etag(found)}


def film(db: sqlite3.Connection, item: Item, owner: Person, parts: Sequence[str]) -> dict[str, Any]:
    """Return one film; one that takes no comments has no number of them."""
    settings = item.settings
    snippet = {
        "publishedAt": moment(item.at),
        "channelId": owner.id,
        "title": settings.get("title", "Sans titre"),
        "description": item.text,
        "thumbnails": {"default": {"url": f"https://i.ytimg.example/{id_of(item)}", "width": 120, "height": 90}},
        "channelTitle": owner.name,
        "categoryId": settings.get("categoryId", "22"),
        "liveBroadcastContent": "none",
    }
    status = {"uploadStatus": settings.get("uploadStatus", "processed"), "privacyStatus": privacy_of(item)}
    counted = {"commentCount": str(_said(db, item))} if SWITCH.is_open(item) else {}
    chosen = {name: settings[name] for name in ("embeddable", "license", "containsSyntheticMedia") if name in settings}
    known: dict[str, Any] = {
        "snippet": snippet | ({"tags": settings["tags"]} if "tags" in settings else {}),
        "status": status | {"license": "youtube", "embeddable": True, "publicStatsViewable": True} | chosen,
        "statistics": {"viewCount": "0", "likeCount": "0", "favoriteCount": "0", **counted},
        "paidProductPlacementDetails": {"hasPaidProductPlacement": bool(settings.get("paid"))},
    }
    found = {name: known[name] for name in parts if name in known}
    return {"kind": "youtube#video", "etag": etag([item.number, found]), "id": id_of(item), **found}


def privacy_of(item: Item) -> str:
    """Return who sees a film."""
    return str(item.settings.get("privacyStatus", "public"))


def _said(db: sqlite3.Connection, item: Item) -> int:
    where = "top = ? AND parent IS NOT NULL AND replaced_by IS NULL AND deleted_at IS NULL"
    return sum(status_of(one) == "published" for one in items(db, "youtube", where, (item.top,)))


def page_of(kind: str, found: Sequence[dict[str, Any]], total: int, size: int, after: str | None) -> dict[str, Any]:
    """Return a list's answer."""
    info = {"pageInfo": {"totalResults": total, "resultsPerPage": size}}
    more = {"nextPageToken": after} if after else {}
    return {"kind": f"youtube#{kind}ListResponse", "etag": etag(found), **more, **info, "items": list(found)}
