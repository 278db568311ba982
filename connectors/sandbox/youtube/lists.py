"""YouTube's lists: channels, films, uploads, threads, comments (discovery document of 2026-11-04)."""

import base64
from collections.abc import Callable, Sequence
from typing import Any

from starlette.routing import Route

from connectors.sandbox.store import Item, find_item, items, newest
from connectors.sandbox.youtube import shapes
from connectors.sandbox.youtube.calls import READ, WRITE, Answer, Call, Problem, bad, method
from connectors.sandbox.youtube.ids import id_of, number_of

STATUSES = ("published", "heldForReview", "likelySpam")
MOST_IDS = 50
PAGED = frozenset({"maxResults", "pageToken"})
THREAD_FILTERS = ("id", "videoId", "allThreadsRelatedToChannelId")


def parts(call: Call, allowed: Sequence[str]) -> list[str]:
    """Read `part`, which every list asks for."""
    found = call.listed("part")
    if not found:
        raise bad("missingRequiredParameter", "No filter selected: part is required.")
    for one in found:
        if one not in allowed and one != "id":
            raise bad("unknownPart", f"'{one}'")
    return found


def one_filter(call: Call, names: Sequence[str]) -> str:
    """Return the one filter that is given."""
    given = [name for name in names if name in call.request.query_params]
    if not given:
        raise bad("missingRequiredParameter", f"No filter selected. Expected one of: {', '.join(names)}")
    if len(given) > 1:
        raise bad("incompatibleParameters", f"Incompatible parameters specified in the request: {', '.join(given)}")
    return given[0]


def ids_asked(call: Call) -> list[str]:
    """Return the ids asked for; neither pages nor states go with them."""
    others = [name for name in (*PAGED, "order", "moderationStatus") if name in call.request.query_params]
    if others:
        raise bad("incompatibleParameters", f"{', '.join(others)} cannot be used with id")
    found = call.listed("id")
    if len(found) > MOST_IDS:
        raise bad("invalidParameter", f"at most {MOST_IDS} ids")
    return found


def choice(call: Call, name: str, allowed: Sequence[str], default: str) -> str:
    """Read a parameter that has a few values."""
    value = call.value(name, default)
    if value not in allowed:
        raise bad("invalidParameter", f"Invalid value '{value}'. Values must match {', '.join(allowed)}")
    return value


def existing(call: Call, item_id: str) -> Item | None:
    """Return the newest version of what an id names, None when it is deleted, rejected, or was never there."""
    item = find_item(call.db, "youtube", number_of(item_id))
    if item is None or item.deleted_at or id_of(item) != item_id:
        return None
    item = newest(call.db, item)
    top = find_item(call.db, "youtube", item.parent) if item.parent not in (None, item.top) else None
    rejected = any(one is not None and shapes.status_of(one) == "rejected" for one in (item, top))
    return None if rejected else item


def paged(
    call: Call, kind: str, found: Sequence[Item], shape: Callable[[Item], dict[str, Any]], sizes: tuple[int, int, int]
) -> dict[str, Any]:
    """Cut one page, newest first: it begins before the token's number, so that what arrives meanwhile moves nothing."""
    low, default, most = sizes
    text = call.value("maxResults", str(default))
    if not text.isdigit() or not low <= int(text) <= most:
        raise bad("invalidParameter", f"Invalid value '{text}'. Values must be within the range: [{low}, {most}]")
    ordered, token = sorted(found, key=lambda one: one.first_id, reverse=True), call.value("pageToken")
    before = _before(token) if token else None
    rest = [one for one in ordered if before is None or one.first_id < before]
    page = rest[: int(text)]
    after = _token(page[-1].first_id) if len(rest) > len(page) and page else None
    return shapes.page_of(kind, [shape(one) for one in page], len(found), int(text), after)


def _token(number: int) -> str:
    return base64.urlsafe_b64encode(f"before:{number}".encode()).decode().rstrip("=")


def _before(token: str) -> int:
    try:
        word, _, number = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(":")
        if word == "before":
            return int(number)
    except ValueError:
        pass
    raise bad("invalidPageToken", "The request specifies an invalid page token.")


@method("channels.list", READ, frozenset({"mine", "id"}))
def channels(call: Call) -> Answer:
    """GET channels: the caller's own."""
    asked = parts(call, ("snippet", "contentDetails", "statistics", "status"))
    own = one_filter(call, ("mine", "id")) == "mine"
    if own and call.value("mine") != "true":
        raise bad("invalidParameter", "mine must be true")
    us = call.person
    known: dict[str, Any] = {
        "snippet": {"title": us.name, "description": "", "customUrl": f"@{us.handle.lower()}"},
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": uploads_of(us.id)}},
        "statistics": {"viewCount": "0", "subscriberCount": "0", "hiddenSubscriberCount": False, "videoCount": "0"},
        "status": {"privacyStatus": "public", "isLinked": True},
    }
    found = {name: known[name] for name in asked if name in known}
    shown = {"kind": "youtube#channel", "etag": shapes.etag(found), "id": us.id, **found}
    kept = [shown] if own or us.id in call.listed("id") else []
    return shapes.page_of("channel", kept, len(kept), 5, None)


def uploads_of(channel: str) -> str:
    """Return the list of a channel's uploads."""
    return "UU" + channel[2:]


def films_of(call: Call) -> list[Item]:
    """Return the caller's films that are not deleted."""
    where = "parent IS NULL AND author_id = ? AND replaced_by IS NULL AND deleted_at IS NULL"
    return items(call.db, "youtube", where, (call.person.id,))


@method("playlistItems.list", READ, PAGED | {"playlistId"})
def playlist_items(call: Call) -> Answer:
    """GET playlistItems: the caller's uploads; a list without films is not found."""
    asked, found = parts(call, ("snippet", "contentDetails", "status")), films_of(call)
    if call.value("playlistId") != uploads_of(call.person.id) or not found:
        message = "The playlist identified with the request's playlistId parameter cannot be found."
        raise Problem(404, "playlistNotFound", message, "youtube.playlistItem")

    def shape(item: Item) -> dict[str, Any]:
        known: dict[str, Any] = {
            "snippet": {
                "publishedAt": shapes.moment(item.at),
                "channelId": call.person.id,
                "title": item.settings.get("title", "Sans titre"),
                "description": item.text,
                "playlistId": uploads_of(call.person.id),
                "resourceId": {"kind": "youtube#video", "videoId": id_of(item)},
            },
            "contentDetails": {"videoId": id_of(item), "videoPublishedAt": shapes.moment(item.at)},
            "status": {"privacyStatus": shapes.privacy_of(item)},
        }
        shown = {name: known[name] for name in asked if name in known}
        return {"kind": "youtube#playlistItem", "etag": shapes.etag(shown), "id": f"UU{id_of(item)}", **shown}

    return paged(call, "playlistItem", found, shape, (0, 5, 50))


@method("videos.list", READ, frozenset({"id"}))
def videos(call: Call) -> Answer:
    """GET videos?id=."""
    asked = parts(call, ("snippet", "status", "statistics", "paidProductPlacementDetails"))
    one_filter(call, ("id",))
    known = (existing(call, one) for one in ids_asked(call))
    found = [shapes.film(call.db, one, call.person, asked) for one in known if one and one.parent is None]
    return shapes.page_of("video", found, len(found), len(found), None)


THREAD_NAMES = PAGED | frozenset({*THREAD_FILTERS, "moderationStatus", "order", "textFormat"})


@method("commentThreads.list", WRITE, THREAD_NAMES)
def threads(call: Call) -> Answer:
    """GET commentThreads: by id, of one film, or of the whole channel."""
    asked, by = parts(call, ("snippet", "replies")), one_filter(call, THREAD_FILTERS)
    plain = choice(call, "textFormat", ("html", "plainText"), "html") == "plainText"
    if by == "id":
        known = [existing(call, one) for one in ids_asked(call)]
        tops = [one for one in known if one and one.parent == one.top and shapes.status_of(one) == "published"]
        found = [shapes.thread(call.db, one, call.person, asked, plain=plain, told=False) for one in tops]
        return shapes.page_of("commentThread", found, len(found), len(found), None)
    choice(call, "order", ("time",), "time")
    status = choice(call, "moderationStatus", STATUSES, "published")
    shown = [one for one in _tops(call, by) if _stands_in(call, one, status)]

    def shape(item: Item) -> dict[str, Any]:
        return shapes.thread(call.db, item, call.person, asked, plain=plain, told=True)

    return paged(call, "commentThread", shown, shape, (1, 20, 100))


def _tops(call: Call, by: str) -> list[Item]:
    """Return the comments at the top of threads, of one film or of all."""
    where, values = "parent = top AND replaced_by IS NULL AND deleted_at IS NULL", []
    if by == "videoId":
        film = existing(call, call.value("videoId"))
        if film is None or film.parent is not None:
            raise Problem(404, "videoNotFound", "The video identified by videoId could not be found.", "youtube.video")
        if not shapes.SWITCH.is_open(film):
            message = "The video identified by videoId has disabled comments."
            raise Problem(403, "commentsDisabled", message, "youtube.commentThread")
        where, values = f"{where} AND top = ?", [film.top]
    elif call.value(by) != call.person.id:
        raise Problem(404, "channelNotFound", "The channel could not be found.", "youtube.commentThread")
    return items(call.db, "youtube", where, values)


def _stands_in(call: Call, item: Item, status: str) -> bool:
    """Whether a thread stands in the list of a status: by its top, or, held back, by one of its answers."""
    own = shapes.status_of(item)
    below = status != "published" and own != "rejected"
    return own == status or (below and bool(shapes.answers_to(call.db, item.first_id, [status])))


@method("comments.list", WRITE, PAGED | {"id", "parentId", "textFormat"})
def comments(call: Call) -> Answer:
    """GET comments: by id without their state and what is held back, or every answer of a thread with it."""
    parts(call, ("snippet",))
    by = one_filter(call, ("id", "parentId"))
    plain = choice(call, "textFormat", ("html", "plainText"), "html") == "plainText"
    if by == "id":
        known = (existing(call, one) for one in ids_asked(call))
        kept = [one for one in known if one and one.parent is not None and shapes.status_of(one) == "published"]
        found = [shapes.comment(call.db, one, call.person, plain=plain, told=False) for one in kept]
        return shapes.page_of("comment", found, len(found), len(found), None)
    top = existing(call, call.value("parentId"))
    if top is None or top.parent != top.top:
        raise Problem(404, "commentNotFound", "The comment thread could not be found.", "youtube.comment")

    def shape(item: Item) -> dict[str, Any]:
        return shapes.comment(call.db, item, call.person, plain=plain, told=True)

    return paged(call, "comment", shapes.answers_to(call.db, top.first_id, STATUSES), shape, (1, 20, 100))


ROUTES = [
    Route("/youtube/youtube/v3/channels", channels, methods=["GET"]),
    Route("/youtube/youtube/v3/playlistItems", playlist_items, methods=["GET"]),
    Route("/youtube/youtube/v3/videos", videos, methods=["GET"]),
    Route("/youtube/youtube/v3/commentThreads", threads, methods=["GET"]),
    Route("/youtube/youtube/v3/comments", comments, methods=["GET"]),
]
