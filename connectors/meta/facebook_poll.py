"""Reading what is said on a page: what others put on it, the comments under every post of its feed, or of its adverts.

The feed is read whatever the caller knows, so that a post made elsewhere has its comments in all the same. Facebook's
`since` speaks of the time of a post, not of its comments: comments are read newest first, down to what was seen. The
newest page of a watched post is read at every poll: an edit among its comments comes with it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.base import Account, CommentPage, IncomingComment, Said
from connectors.meta.cursor import Cursor, Walk, load, seconds
from connectors.meta.errors import Gone, NotUnderstood
from connectors.meta.facebook_parse import COMMENT_FIELDS, POST_FIELDS, author_of, comment_of, moment_of
from connectors.meta.wire import Answer, Graph, after_of, node, rows_in
from errors import ConnectorError, RateLimited

FEED = "feed"
PAGE = 100
MAX_PAGES = 200
AT_ONCE = 10
WATCHED = timedelta(days=30)
RUNNING = timedelta(days=365)


@dataclass
class Poll:
    """One poll under way."""

    graph: Graph
    account: Account
    cursor: Cursor
    pages_left: int = field(default_factory=lambda: MAX_PAGES)
    found: dict[str, IncomingComment] = field(default_factory=dict)
    complete: bool = True
    next_allowed_at: datetime | None = None

    @property
    def stopped(self) -> bool:
        """Whether no further call may be made now."""
        return self.pages_left <= 0 or self.next_allowed_at is not None

    def keep(self, comment: IncomingComment) -> None:
        """Keep a comment unless it is our own; names are not unique, so only the id tells."""
        if comment.author_id != self.account.id:
            self.found[comment.external_id] = comment


Take = Callable[[Poll, Mapping[str, Any], datetime], None]


def fetch(graph: Graph, account: Account, cursor: str | None, conversations: Sequence[str]) -> CommentPage:
    """Read the feed, then the posts; see `Channel.fetch_comments`. A limit on the way ends the poll, nothing lost."""
    poll = Poll(graph, account, load(cursor))
    try:
        # A round that a limit cut short is ended before another begins, or it might never end.
        resumed = bool(poll.cursor.walks)
        read_posts(poll)
        for one in () if resumed else conversations:
            poll.cursor.owe(node(one))
        if not resumed or FEED in poll.cursor.walks:
            read_feed(poll)
        read_posts(poll)
    except RateLimited as limit:
        poll.next_allowed_at = limit.retry_at
        poll.complete = False
    found = sorted(poll.found.values(), key=lambda one: (one.posted_at, one.external_id))
    return CommentPage(tuple(found), poll.cursor.dump(), poll.complete, next_allowed_at=poll.next_allowed_at)


def fetch_ads(graph: Graph, account: Account, cursor: str | None) -> CommentPage:
    """Read the comments of the page's advertisements, those made with one and shown nowhere else among them.

    An advertisement runs long after it was made: the whole list is read each time, and all that is not very old in it.
    """
    poll = Poll(graph, account, load(cursor))
    try:
        if not poll.cursor.walks:
            poll.cursor.forget(FEED)
            poll.cursor.owe(FEED)
        if FEED in poll.cursor.walks:
            read_feed(poll, "ads_posts", take_ad, include_inline_create="true")
        read_posts(poll)
    except RateLimited as limited:
        poll.complete, poll.next_allowed_at = False, limited.retry_at
    found = (replace(one, said=Said.AD_COMMENT) for one in poll.found.values())
    comments = tuple(sorted(found, key=lambda one: (one.posted_at, one.external_id)))
    return CommentPage(comments, poll.cursor.dump(), poll.complete, next_allowed_at=poll.next_allowed_at)


def take_ad(poll: Poll, row: Mapping[str, Any], now: datetime) -> None:
    """Note an advertisement that may still run, or whose comments were never read."""
    if str(row["id"]) not in poll.cursor.marks or moment_of(row) > now - RUNNING:
        poll.cursor.owe(node(str(row["id"])))


def read_feed(poll: Poll, edge: str = "feed", take: Take | None = None, **more: str) -> None:
    """Read a list of the page's posts down to what was seen, and note those whose comments are to be read."""
    path, asked = f"{node(poll.account.id)}/{edge}", {"fields": POST_FIELDS, "limit": PAGE, **more}
    done = False
    while not done and not poll.stopped:
        try:
            answer = poll.graph.get(path, **asked, **_from(poll.cursor.walks.get(FEED)))
        except NotUnderstood:
            _begin_anew(poll, FEED)
            continue
        rows = rows_in(answer.body)
        for row in rows:
            (take or take_post)(poll, row, answer.at)
        done = poll.cursor.step(FEED, [seconds(moment_of(row)) for row in rows], after_of(answer.body))
        spent(poll, answer)
    poll.complete = done


def take_post(poll: Poll, row: Mapping[str, Any], now: datetime) -> None:
    """Keep what another put on our page, and note a post that is young, or whose comments were never read."""
    if author_of(row) != poll.account.id:
        poll.keep(comment_of(row, None))
    if str(row["id"]) not in poll.cursor.marks or moment_of(row) > now - WATCHED:
        poll.cursor.owe(node(str(row["id"])))


def read_posts(poll: Poll) -> None:
    """Read the comments of the posts noted, several posts a call, a page of each."""
    owed = [name for name in poll.cursor.walks if name != FEED]
    while owed and not poll.stopped:
        part, owed = owed[:AT_ONCE], owed[AT_ONCE:]
        asked = {"fields": COMMENT_FIELDS, "limit": PAGE, "filter": "stream", "order": "reverse_chronological"}
        calls = [(f"{one}/comments", asked | _from(poll.cursor.walks[one])) for one in part]
        answers = poll.graph.batch(calls)
        owed += [one for one, answer in zip(part, answers, strict=True) if not take_comments(poll, one, answer)]
    poll.complete = poll.complete and not owed


def take_comments(poll: Poll, post: str, answer: Answer | ConnectorError) -> bool:
    """Keep a page of a post's comments; whether the post is read as far as it must be."""
    if isinstance(answer, Gone):
        poll.cursor.forget(post)
        return True
    if isinstance(answer, NotUnderstood):
        _begin_anew(poll, post, answer)
        return False
    if isinstance(answer, ConnectorError):
        raise answer
    rows = rows_in(answer.body)
    for row in rows:
        poll.keep(comment_of(row, post))
    spent(poll, answer)
    return poll.cursor.step(post, [seconds(moment_of(row)) for row in rows], after_of(answer.body))


def spent(poll: Poll, answer: Answer) -> None:
    """Count a page, and note until when Meta wants no further call."""
    poll.pages_left -= 1
    poll.next_allowed_at = answer.wait_until or poll.next_allowed_at


def _from(walk: Walk | None) -> dict[str, str]:
    return {"after": walk.after} if walk and walk.after else {}


def _begin_anew(poll: Poll, name: str, refused: NotUnderstood | None = None) -> None:
    """Begin a walk anew when Meta no longer knows its page; any other refusal stays one."""
    walk = poll.cursor.walks.get(name)
    if not walk or not walk.after:
        raise refused or NotUnderstood(f"Facebook does not list {name}")
    poll.cursor.begin_anew(name)
