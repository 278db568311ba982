"""Reading what is said under an organisation's posts: the posts by author, their counts, their comments.

One poll is a round. It lists the newest posts of the organisation (those published by hand too) and adds the
conversations that are asked for and the posts watched before. The counts of all are asked at once; a post is walked
through when its count changed, when it is young (an edit changes no count), and in any case once an hour. Where only
edits are looked for, only what changed since is given; everything else is given whole, for a comment that LinkedIn
held back appears with its old date.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.base import Account, CommentPage, IncomingComment
from connectors.linkedin.cursor import Cursor, Seen, Walk, load
from connectors.linkedin.metadata import is_open, summaries
from connectors.linkedin.parse import answers_of, changed_at, comment_of, moment, urn_of
from connectors.linkedin.urn import actions, is_post, key
from connectors.linkedin.wire import Gone, Wire, elements_of, has_more
from errors import RateLimited, Rejected, Unavailable

PAGE = 100
CALLS = 60
"""Calls in one turn; a round that needs more goes on in the next, from the same cursor."""
FIRST_PAGES = 5
MOST_WATCHED = 300
"""Posts: those asked for, then the newest. The first poll says so when there are more."""
YOUNG = timedelta(hours=48)
WHOLE_EVERY = timedelta(hours=1)
OVERLAP_MS = 120_000
STEP_BACK = 5
"""First-level comments read again where a walk goes on: a deletion meanwhile moves those below it up."""


@dataclass
class Poll:
    """One turn under way."""

    wire: Wire
    account: Account
    cursor: Cursor
    calls_left: int = CALLS
    found: dict[str, IncomingComment] = field(default_factory=dict)
    cap_hit: bool = False
    next_allowed_at: datetime | None = None
    read: set[str] = field(default_factory=set)
    unseen: dict[str, Rejected | Unavailable] = field(default_factory=dict)

    def ask(self, path: str, *, finder: bool = False) -> dict[str, Any]:
        """Read, and count the call."""
        self.calls_left -= 1
        return self.wire.read(path, finder=finder)


def fetch(wire: Wire, account: Account, cursor: str | None, conversations: Sequence[str]) -> CommentPage:
    """Read one turn; see `Channel.fetch_comments`. A limit on the way ends it, not complete, nothing lost."""
    poll = Poll(wire, account, load(cursor))
    complete = False
    try:
        if not poll.cursor.walks:
            plan(poll, conversations)
        while poll.cursor.walks and poll.calls_left > 0:
            walk_on(poll, poll.cursor.walks[0])
        complete = not poll.cursor.walks
        refuse_blindness(poll)
    except RateLimited as limit:
        poll.next_allowed_at = limit.retry_at
    found = sorted(poll.found.values(), key=lambda one: (one.posted_at, one.external_id))
    cap_hit = poll.cap_hit or bool(poll.unseen)
    closed = tuple(one for one in dict.fromkeys(conversations) if one in poll.cursor.closed)
    unseen = tuple(poll.unseen)
    return CommentPage(tuple(found), poll.cursor.dump(), complete, cap_hit, poll.next_allowed_at, unseen, closed)


def refuse_blindness(poll: Poll) -> None:
    """Fail when LinkedIn lets us read the comments of none of several posts; one of many stops no other."""
    if len(poll.unseen) > 1 and not poll.read:
        raise next(iter(poll.unseen.values()))


def plan(poll: Poll, conversations: Sequence[str]) -> None:
    """Choose the posts of this round."""
    listed = dict(posts(poll))
    asked = [post for post in conversations if is_post(post)]
    known = list(dict.fromkeys([*asked, *listed, *poll.cursor.seen]))
    watched = known[:MOST_WATCHED]
    poll.cap_hit |= not poll.cursor.seen and len(known) > MOST_WATCHED
    told = counts(poll, watched)
    walks = [due(poll, post, told, listed.get(post)) for post in watched]
    now = poll.wire.now.timestamp()
    quiet = {post: Seen(0, now, 0) for post in watched if told.get(post, (1, 1))[0] == 0}
    poll.cursor.seen = quiet | {post: poll.cursor.seen[post] for post in watched if post in poll.cursor.seen}
    poll.cursor.walks = [walk for walk in walks if walk]


def posts(poll: Poll) -> Iterator[tuple[str, datetime]]:
    """Yield the organisation's newest posts and when each appeared; on the first poll, as many as LinkedIn lists."""
    pages = 1 if poll.cursor.seen else FIRST_PAGES
    for number in range(pages):
        body = poll.ask(posts_path(poll.account.id, number * PAGE), finder=True)
        for post in elements_of(body):
            yield str(post.get("id")), moment(post.get("publishedAt") or post.get("createdAt") or 0)
        if not has_more(body, PAGE):
            return
    poll.cap_hit |= pages > 1


def posts_path(author: str, start: int) -> str:
    """Return the address of a page of an organisation's posts, the newest first."""
    return f"/posts?q=author&author={key(author)}&start={start}&count={PAGE}&sortBy=CREATED"


def counts(poll: Poll, watched: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return all comments and those of the first level, by post; note which posts are closed.

    Nothing where LinkedIn does not let us ask.
    """
    told: dict[str, tuple[int, int]] = {}
    poll.cursor.closed.clear()
    for post, one in summaries(poll.ask, watched).items():
        if is_open(one) is False:
            poll.cursor.closed.append(post)
        summary = one.get("commentSummary") or {}
        if "count" in summary:
            told[post] = int(summary["count"]), int(summary.get("topLevelCount", 0))
    return told


def due(poll: Poll, post: str, told: Mapping[str, tuple[int, int]], at: datetime | None) -> Walk | None:
    """Return the walk through a post's comments, None when it can wait."""
    count, top = told.get(post, (None, 0))
    known = poll.cursor.seen.get(post)
    now = poll.wire.now.timestamp()
    whole = known is None or count is None or count != known.count or now - known.read_at > WHOLE_EVERY.total_seconds()
    young = at is not None and now - at.timestamp() < YOUNG.total_seconds()
    if (count == 0 and (known is None or known.count == 0)) or not (whole or young):
        return None
    answers = None if count is None else count - top
    newest = known.newest if known else 0
    return Walk(post, count, whole, answers, since=newest - OVERLAP_MS, began=now, newest=newest)


def walk_on(poll: Poll, walk: Walk) -> None:
    """Read one page of a post's comments, and the answers under each; at the end, note what was seen."""
    start = max(0, walk.start - STEP_BACK)
    try:
        body = poll.ask(comments_path(walk.post, start))
    except Gone:
        finish(poll, walk)
        return
    except Rejected as refusal:
        poll.unseen[walk.post] = refusal
        finish(poll, walk)
        return
    poll.read.add(walk.post)
    for place, element in enumerate(elements_of(body), start):
        take(poll, walk, element, None)
        if walk.answers != 0 and answers_of(element) != 0:
            found = take_answers(poll, walk, element)
            # What is read twice where a walk goes on counts once.
            if walk.answers is not None and place >= walk.start:
                walk.answers = max(0, walk.answers - found)
        walk.start = max(walk.start, place + 1)
        if poll.calls_left <= 0:
            return
    walk.start = max(walk.start, start + PAGE)
    if not has_more(body, PAGE):
        finish(poll, walk)


def comments_path(urn: str, start: int) -> str:
    """Return the address of a page of the comments under a post or a comment."""
    return f"{actions(urn)}?start={start}&count={PAGE}"


def take_answers(poll: Poll, walk: Walk, element: Mapping[str, Any]) -> int:
    """Read the answers under one comment, and return how many there are, ours among them."""
    found = 0
    try:
        parent = urn_of(element)
    except Unavailable:
        return found
    for start in range(0, 100 * PAGE, PAGE):
        try:
            body = poll.ask(comments_path(parent, start))
        except Gone:
            break
        except Rejected as refusal:
            poll.unseen[walk.post] = refusal
            break
        for answer in elements_of(body):
            take(poll, walk, answer, parent)
        found += len(elements_of(body))
        if not has_more(body, PAGE):
            break
    return found


def take(poll: Poll, walk: Walk, element: Mapping[str, Any], parent: str | None) -> None:
    """Keep a comment of others that is new to this walk."""
    changed = changed_at(element)
    walk.newest = max(walk.newest, changed)
    try:
        comment = comment_of(element, post=walk.post, parent=parent)
    except Unavailable as unreadable:
        poll.unseen[walk.post] = unreadable
        return
    if comment.author_id != poll.account.id and (walk.whole or changed > walk.since):
        poll.found[comment.external_id] = comment


def finish(poll: Poll, walk: Walk) -> None:
    """Note what was seen of a post whose comments are all read; one of which something was not is read again."""
    known = poll.cursor.seen.pop(walk.post, None)
    if walk.post not in poll.unseen:
        read_at = walk.began if walk.whole or known is None else known.read_at
        poll.cursor.seen[walk.post] = Seen(walk.count, read_at, walk.newest)
    poll.cursor.walks.remove(walk)
