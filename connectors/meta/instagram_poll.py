"""Reading what is said on Instagram: the comments under every media of the account, answers to comments with them.

Instagram lists comments newest first and puts no answer forward with its thread, so a new answer to an old comment is
seen by the media's number of comments alone: when that has changed, all of its comments are read again, and those of a
watched media every hour, for a deletion can hide an answer from the number. The newest page of a watched media is read
at every poll. Where the number is not zero and nothing is listed
(media with a minimum age, an application not yet approved, restricted people), the media is `unseen`: by hand, then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.base import Account, CommentPage, IncomingComment
from connectors.meta.cursor import Cursor, Walk, load, seconds
from connectors.meta.errors import Gone, NotUnderstood
from connectors.meta.instagram_parse import (
    COMMENT_FIELDS,
    LISTED_FIELDS,
    THREAD_FIELDS,
    comment_of,
    is_ours,
    moment_of,
)
from connectors.meta.wire import MOST_IN_BATCH, Answer, Graph, after_of, node, rows_in
from errors import ConnectorError, RateLimited

MEDIA = "media"
PAGE = 50
MEDIA_PAGE = 100
MAX_PAGES = 200
AT_ONCE = 10
WATCHED = timedelta(days=30)
READ_ANEW = timedelta(hours=1)


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

    def keep(self, row: Mapping[str, Any], top: str) -> None:
        """Keep a comment unless it is our own."""
        if not is_ours(self.account, row):
            comment = comment_of(row, top)
            self.found[comment.external_id] = comment


def fetch(graph: Graph, account: Account, cursor: str | None, conversations: Sequence[str]) -> CommentPage:
    """Read the media, then their comments; see `Channel.fetch_comments`. A limit on the way ends it, nothing lost."""
    poll = Poll(graph, account, load(cursor))
    try:
        # A round that a limit cut short is ended before another begins, or it might never end.
        resumed = bool(poll.cursor.walks)
        read_comments(poll)
        if not resumed:
            watch(poll, conversations)
        if not resumed or MEDIA in poll.cursor.walks:
            read_media(poll)
        read_comments(poll)
    except RateLimited as limit:
        poll.next_allowed_at = limit.retry_at
        poll.complete = False
    found = sorted(poll.found.values(), key=lambda one: (one.posted_at, one.external_id))
    unseen, closed = poll.cursor.unseen, tuple(one for one in dict.fromkeys(conversations) if one in poll.cursor.closed)
    return CommentPage(
        tuple(found), poll.cursor.dump(), poll.complete, next_allowed_at=poll.next_allowed_at, unseen=unseen,
        closed=closed,
    )  # fmt: skip


def watch(poll: Poll, conversations: Sequence[str]) -> None:
    """Note the media that the caller watches, with their numbers of comments; one that is gone is left out."""
    for start in range(0, len(conversations), MOST_IN_BATCH):
        part = conversations[start : start + MOST_IN_BATCH]
        answers = poll.graph.batch([(node(one), {"fields": LISTED_FIELDS}) for one in part])
        for one, answer in zip(part, answers, strict=True):
            if isinstance(answer, Gone):
                poll.cursor.forget(one)
            elif isinstance(answer, ConnectorError):
                raise answer
            else:
                note_state(poll, answer.body)
                owe(poll, answer.body, answer.at)


def note_state(poll: Poll, row: Mapping[str, Any]) -> None:
    """Note whether a media takes comments."""
    name = node(str(row["id"]))
    poll.cursor.closed.discard(name)
    if row.get("is_comment_enabled") is False:
        poll.cursor.closed.add(name)


def owe(poll: Poll, row: Mapping[str, Any], now: datetime) -> None:
    """Note a media whose comments are to be read: down to what was seen, or all of them."""
    name, count = node(str(row["id"])), int(row.get("comments_count") or 0)
    if poll.cursor.counts.get(name) != count or seconds(now - READ_ANEW) >= poll.cursor.whole.get(name, 0):
        poll.cursor.marks.pop(name, None)
        poll.cursor.whole[name] = seconds(now)
    poll.cursor.counts[name] = count
    poll.cursor.owe(name)


def read_media(poll: Poll) -> None:
    """Read the account's media down to those seen, and note which of them are to be read."""
    path = f"{node(poll.account.id)}/media"
    done = False
    while not done and not poll.stopped:
        asked = {"fields": LISTED_FIELDS, "limit": MEDIA_PAGE, **_from(poll.cursor.walks.get(MEDIA))}
        try:
            answer = poll.graph.get(path, **asked)
        except NotUnderstood as refused:
            _begin_anew(poll, MEDIA, refused)
            continue
        rows = rows_in(answer.body)
        for row in rows:
            note_state(poll, row)
            changed = poll.cursor.counts.get(str(row["id"])) != int(row.get("comments_count") or 0)
            if changed or str(row["id"]) not in poll.cursor.marks or moment_of(row) > answer.at - WATCHED:
                owe(poll, row, answer.at)
        done = poll.cursor.step(MEDIA, [seconds(moment_of(row)) for row in rows], after_of(answer.body))
        spent(poll, answer)
    poll.complete = done


def read_comments(poll: Poll) -> None:
    """Read the comments of the media noted, several media a call, a page of each, and the answers that a page cut."""
    owed = [name for name in poll.cursor.walks if name != MEDIA]
    while owed and not poll.stopped:
        part = owed[:AT_ONCE]
        answers = poll.graph.batch([_asked(name, poll.cursor.walks[name]) for name in part])
        for name, answer in zip(part, answers, strict=True):
            take(poll, name, answer)
        owed = [name for name in poll.cursor.walks if name != MEDIA]
    poll.complete = poll.complete and not owed


def _asked(name: str, walk: Walk) -> tuple[str, dict[str, Any]]:
    """Return the call for the next page of a media's comments, or of a comment's answers (`media/comment`)."""
    media, _, comment = name.partition("/")
    path, fields = (f"{comment}/replies", COMMENT_FIELDS) if comment else (f"{media}/comments", THREAD_FIELDS)
    return path, {"fields": fields, "limit": PAGE, **_from(walk)}


def take(poll: Poll, name: str, answer: Answer | ConnectorError) -> None:
    """Keep a page of comments, and note the answers that are longer than it shows."""
    if isinstance(answer, Gone):
        poll.cursor.forget(name)
        return
    if isinstance(answer, NotUnderstood):
        _begin_anew(poll, name, answer)
        return
    if isinstance(answer, ConnectorError):
        raise answer
    media, _, comment = name.partition("/")
    rows = rows_in(answer.body)
    for row in rows:
        poll.keep(row, media)
        answers = row.get("replies") or {"data": []}
        for below in rows_in(answers):
            poll.keep({"parent_id": row["id"], **below}, media)
        if after_of(answers):
            poll.cursor.owe(f"{media}/{node(str(row['id']))}")
    spent(poll, answer)
    if poll.cursor.step(name, [seconds(moment_of(row)) for row in rows], after_of(answer.body)) and comment:
        poll.cursor.forget(name)


def spent(poll: Poll, answer: Answer) -> None:
    """Count a page, and note until when Meta wants no further call."""
    poll.pages_left -= 1
    poll.next_allowed_at = answer.wait_until or poll.next_allowed_at


def _from(walk: Walk | None) -> dict[str, str]:
    return {"after": walk.after} if walk and walk.after else {}


def _begin_anew(poll: Poll, name: str, refused: NotUnderstood) -> None:
    """Begin a walk anew when Meta no longer knows its page; any other refusal stays one."""
    walk = poll.cursor.walks.get(name)
    if not walk or not walk.after:
        raise refused
    poll.cursor.begin_anew(name)
