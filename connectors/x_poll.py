"""Reading what is said on X: the mentions, and the conversations under our posts, page after page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import tweepy

from connectors.base import Account, CommentPage, IncomingComment
from connectors.http_facts import server_time
from connectors.x_cursor import MENTIONS, Cursor, Walk, load
from connectors.x_parse import ASKED, comment_of, moment_of, posts_in
from connectors.x_wire import read, used_up_until
from errors import RateLimited

PAGE = 100
MAX_PAGES = 40
MENTIONS_CAP = 800
SEARCH_DAYS = timedelta(days=7)
SEARCH_MARGIN = timedelta(minutes=5)
# A search asks for ten conversations at once: 10 × 35 characters stay under the 512 of a query.
CONVERSATIONS_A_SEARCH = 10


@dataclass(frozen=True, slots=True)
class Stream:
    """One list to read: its name in the cursor, each part's mark before its first poll, the query (None: mentions)."""

    name: str
    parts: Mapping[str, str | None]
    query: str | None = None


@dataclass
class Poll:
    """One poll under way."""

    client: tweepy.Client
    account: Account
    oauth1: bool
    cursor: Cursor
    pages_left: int = MAX_PAGES
    found: dict[str, IncomingComment] = field(default_factory=dict)
    cap_hit: bool = False
    complete: bool = True
    next_allowed_at: datetime | None = None


def fetch(
    client: tweepy.Client, account: Account, oauth1: bool, cursor: str | None, conversations: Sequence[str]
) -> CommentPage:
    """Read all streams; see `Channel.fetch_comments`. A limit on the way ends the poll, not complete, nothing lost."""
    poll = Poll(client, account, oauth1, load(cursor))
    try:
        for stream in streams(account, conversations):
            walk_through(poll, stream)
    except RateLimited as limit:
        poll.complete = False
        poll.next_allowed_at = limit.retry_at
    found = sorted(poll.found.values(), key=lambda one: int(one.revision_id))
    return CommentPage(tuple(found), poll.cursor.dump(), poll.complete, poll.cap_hit, poll.next_allowed_at)


def afresh(cursor: str | None, conversations: Sequence[str]) -> str:
    """Return a cursor from which these conversations are read from their beginning, and the rest as before.

    X lists by number, and a poll asks for what is above its mark: what a filter let go later stands below it.
    """
    held, again = load(cursor), set(conversations)
    marks = {name: mark for name, mark in held.marks.items() if name not in again}
    walks = {name: walk for name, walk in held.walks.items() if again.isdisjoint(name.split(","))}
    return Cursor(marks, walks).dump()


def streams(account: Account, conversations: Sequence[str]) -> Iterator[Stream]:
    """Yield the mentions, then the conversations by tens; a conversation begins at its own post's id."""
    yield Stream(MENTIONS, {MENTIONS: None})
    tops = sorted(set(conversations), key=int)
    for start in range(0, len(tops), CONVERSATIONS_A_SEARCH):
        part = tops[start : start + CONVERSATIONS_A_SEARCH]
        words = " OR ".join(f"conversation_id:{top}" for top in part)
        query = f"({words}) -from:{account.handle}"
        yield Stream(",".join(part), {top: top for top in part}, query)


def walk_through(poll: Poll, stream: Stream) -> None:
    """Read a stream's pages down to its mark; then, and only then, move the mark."""
    walk = poll.cursor.walks.get(stream.name)
    resumed, since = walk is not None, poll.cursor.since(stream.parts)
    until, token = walk.until if walk else None, None
    began: datetime | None = None
    while poll.pages_left > 0:
        poll.pages_left -= 1
        body, response = ask(poll, stream, since, until, token)
        began = began or server_time(response.headers)
        walk = take(poll, stream, body, posts_in(body), walk)
        token = (body.get("meta") or {}).get("next_token")
        limit = used_up_until(response)
        poll.next_allowed_at = limit or poll.next_allowed_at
        if not token:
            poll.cap_hit |= cut_off(stream, poll.cursor.mark(stream.parts), walk, began)
            poll.cursor.finish(stream.parts, stream.name, walk.top if walk else None, None if resumed else began)
            return
        if limit:
            break
    poll.complete = False


def cut_off(stream: Stream, mark: str | None, walk: Walk | None, began: datetime) -> bool:
    """Whether X's lists end before our mark: the mentions after 800 posts, a search after seven days."""
    if stream.query is None:
        full = walk is not None and walk.seen >= MENTIONS_CAP
        reached = walk is not None and mark is not None and int(walk.until) <= int(mark)
        return full and not reached
    return mark is not None and moment_of(mark) < began - SEARCH_DAYS


def take(
    poll: Poll, stream: Stream, body: Mapping[str, Any], posts: list[dict[str, Any]], walk: Walk | None
) -> Walk | None:
    """Keep a page's comments, our own left out, and note how far the walk has come."""
    for post in posts:
        comment = comment_of(post, body)
        known = poll.found.get(comment.external_id)
        if not is_ours(poll.account, comment) and (not known or len(known.edit_ids) < len(comment.edit_ids)):
            poll.found[comment.external_id] = comment
    if not posts:
        return walk
    ids = [int(post["id"]) for post in posts]
    walk = Walk(walk.top if walk else str(max(ids)), str(min(ids)), len(ids) + (walk.seen if walk else 0))
    poll.cursor.walks[stream.name] = walk
    return walk


def is_ours(account: Account, comment: IncomingComment) -> bool:
    """Whether the company wrote it: by id, and by handle where the id is another's spelling of the same account."""
    return comment.author_id == account.id or comment.author_handle.casefold() == account.handle.casefold()


def ask(
    poll: Poll, stream: Stream, since: str | None, until: str | None, token: str | None
) -> tuple[dict[str, Any], requests.Response]:
    """Ask for one page."""
    wanted: dict[str, Any] = {"max_results": PAGE, "user_auth": poll.oauth1, "until_id": until, **ASKED}
    if stream.query is None:
        wanted |= {"since_id": since, "pagination_token": token}
        return read(lambda: poll.client.get_users_mentions(poll.account.id, **wanted))
    # X refuses a search from before its seven days: without a beginning it gives all it has.
    recent = since if since and moment_of(since) > datetime.now(UTC) - SEARCH_DAYS + SEARCH_MARGIN else None
    wanted |= {"since_id": recent, "next_token": token}
    return read(lambda: poll.client.search_recent_tweets(stream.query, **wanted))
