"""Lists of threads and answers, page by page, and what YouTube holds back from the public."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.base import Account
from connectors.youtube.parse import comments_in, items_of, under
from connectors.youtube.wire import Refused, Wire

PAGE = 100
IDS = 50
STATES = ("published", "heldForReview", "likelySpam")
MOST_HELD_PAGES = 20
THREAD = {"part": "snippet,replies", "order": "time", "maxResults": PAGE, "textFormat": "plainText"}


def answers_of(wire: Wire, thread_id: str, film: str) -> list[dict[str, Any]]:
    """Return every answer of a thread (GET comments?parentId=), those held back too; none when the thread is gone."""
    found: list[dict[str, Any]] = []
    page: str | None = None
    while True:
        asked = {"part": "snippet", "parentId": thread_id, "maxResults": PAGE, "textFormat": "plainText"}
        try:
            body = wire.read("comments", **asked, pageToken=page)
        except Refused as refused:
            if refused.why == "commentNotFound":
                return []
            raise
        found += [under(one, film) for one in items_of(body)]
        page = body.get("nextPageToken")
        if not page:
            return found


def more_answers(thread: Mapping[str, Any], state: str) -> bool:
    """Whether a thread has answers that did not come with it: more than it shows, or the one held back in it."""
    snippet = thread.get("snippet") or {}
    top = (snippet.get("topLevelComment") or {}).get("snippet") or {}
    answer_held = state != "published" and top.get("moderationStatus") != state
    return answer_held or total_of(thread) > len((thread.get("replies") or {}).get("comments") or [])


def total_of(thread: Mapping[str, Any]) -> int:
    """Return how many answers YouTube counts in a thread."""
    return int((thread.get("snippet") or {}).get("totalReplyCount") or 0)


@dataclass
class Held:
    """What the public does not see: comments by id, threads whose top is held; not `whole` when the list is too long.

    `films` tells which film a thread is about.
    """

    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    tops: set[str] = field(default_factory=set)
    films: dict[str, str] = field(default_factory=dict)
    whole: bool = True


def held_back(wire: Wire, account: Account) -> Held:
    """Return what is held for review or taken for spam on the account's channel, one unit for a hundred threads."""
    held = Held()
    for state in STATES[1:]:
        for thread in _threads(wire, account, state, held):
            _take(wire, held, thread, state)
    return held


def _threads(wire: Wire, account: Account, state: str, held: Held) -> Iterator[dict[str, Any]]:
    page: str | None = None
    for _ in range(MOST_HELD_PAGES):
        asked = {**THREAD, "allThreadsRelatedToChannelId": account.id, "moderationStatus": state}
        body = wire.read("commentThreads", **asked, pageToken=page)
        yield from items_of(body)
        page = body.get("nextPageToken")
        if not page:
            return
    held.whole = False


def _take(wire: Wire, held: Held, thread: Mapping[str, Any], state: str) -> None:
    found, film = comments_in(thread), str((thread.get("snippet") or {}).get("videoId") or "")
    held.films[str(thread["id"])] = film
    if more_answers(thread, state):
        found += answers_of(wire, str(thread["id"]), film)
    for comment in found:
        if (comment.get("snippet") or {}).get("moderationStatus") in STATES[1:]:
            held.comments[str(comment["id"])] = comment
    if str(found[0]["id"]) in held.comments:
        held.tops.add(str(thread["id"]))
