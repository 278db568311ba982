"""Reading what is said under our films: newest threads at every poll, watched films whole now and then.

Three lists of the whole channel (published, held for review, taken for spam) are read at every poll down to what the
last one had seen. A new answer does not move its thread up, so the first page, a hundred threads, is looked at for
answers too, and each watched film is read whole every half hour. What is held back is read whole every six hours: an
answer held back in a thread that is held back too shows only when it is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import Account, CommentPage, IncomingComment
from connectors.youtube.cursor import Cursor, Walk, load
from connectors.youtube.parse import changed_at, comment_of, comments_in, is_ours, items_of, time_of
from connectors.youtube.threads import STATES, THREAD, answers_of, more_answers, total_of
from connectors.youtube.wire import Refused, Wire
from errors import RateLimited

MAX_PAGES = 40
OVERLAP = timedelta(minutes=15)
"""YouTube lists a comment some minutes after it was written."""
WHOLE = timedelta(minutes=30)
"""How often a watched film is read whole: a unit for every hundred threads, and one for each with many answers."""
HELD_WHOLE = timedelta(hours=6)
"""How often what is held back is: a unit for every thread."""
MOST_COUNTS = 300
COMMENTS_CLOSED = "commentsDisabled"
CLOSED = frozenset({COMMENTS_CLOSED, "videoNotFound"})


@dataclass(frozen=True, slots=True)
class Stream:
    """One list: its name in the cursor, what is asked, the state that it shows.

    `film`: it is one film's, which need not be read between two whole readings.
    """

    name: str
    asked: Mapping[str, str]
    state: str
    film: bool = False

    @property
    def every(self) -> timedelta | None:
        """How often it is read whole; None: the first time only."""
        return WHOLE if self.film else HELD_WHOLE if self.held else None

    @property
    def held(self) -> bool:
        """Whether it shows what is held back."""
        return self.state != "published"


@dataclass
class Poll:
    """One poll under way; `now` is the network's clock at its first answer."""

    wire: Wire
    account: Account
    cursor: Cursor
    pages_left: int
    found: dict[str, IncomingComment] = field(default_factory=dict)
    now: datetime | None = None
    complete: bool = True
    next_allowed_at: datetime | None = None

    def due(self, stream: Stream) -> bool:
        """Whether a list is to be read whole now."""
        last, every = self.cursor.wholes.get(stream.name), stream.every
        return last is None or (every is not None and (self.now or datetime.now(UTC)) - last >= every)

    def floor(self, stream: Stream, *, whole: bool) -> datetime | None:
        """Return the moment from which comments are new; None: all are.

        A film that is read whole gives all: what YouTube held back appears with its old date. A mark that is still to
        come was made by a clock that was wrong.
        """
        last = (self.cursor.wholes if whole else self.cursor.marks).get(stream.name)
        if last is None or (whole and stream.film) or (self.now and last > self.now):
            return None
        return last - OVERLAP


def fetch(wire: Wire, account: Account, cursor: str | None, conversations: Sequence[str]) -> CommentPage:
    """Read every list once; see `Channel.fetch_comments`. A limit ends the poll, not complete, nothing lost."""
    poll = Poll(wire, account, load(cursor), MAX_PAGES)
    try:
        for stream in streams(account, conversations):
            if poll.complete and stream.name not in poll.cursor.done:
                _read_stream(poll, stream)
    except RateLimited as limit:
        poll.complete, poll.next_allowed_at = False, limit.retry_at
    if poll.complete:
        poll.cursor.done.clear()
        poll.cursor.begun = None
    poll.cursor.answers = dict(list(poll.cursor.answers.items())[-MOST_COUNTS:])
    poll.cursor.closed = [film for film in poll.cursor.closed if film in conversations]
    found = sorted(poll.found.values(), key=lambda one: (one.posted_at, one.external_id))
    closed = tuple(poll.cursor.closed)
    return CommentPage(
        tuple(found), poll.cursor.dump(), poll.complete, next_allowed_at=poll.next_allowed_at, closed=closed
    )


def streams(account: Account, conversations: Sequence[str]) -> Iterator[Stream]:
    """Yield the channel's three lists, then the films that are watched."""
    for state in STATES:
        asked = {"allThreadsRelatedToChannelId": account.id, "moderationStatus": state}
        yield Stream(state, asked, state)
    for film in sorted(set(conversations)):
        yield Stream(f"v:{film}", {"videoId": film, "moderationStatus": "published"}, "published", film=True)


def _read_stream(poll: Poll, stream: Stream) -> None:
    """Read a list; one film whose comments are closed, or that is gone, does not stop the others."""
    if stream.film and stream.name not in poll.cursor.walks and not poll.due(stream):
        return
    film = str(stream.asked.get("videoId", ""))
    try:
        walk_through(poll, stream)
        poll.cursor.closed = [one for one in poll.cursor.closed if one != film]
    except Refused as refused:
        if not stream.film or refused.why not in CLOSED:
            raise
        if refused.why == COMMENTS_CLOSED and film not in poll.cursor.closed:
            poll.cursor.closed.append(film)
        poll.cursor.finish(stream.name, poll.cursor.begun or datetime.now(UTC), whole=True)


def walk_through(poll: Poll, stream: Stream) -> None:
    """Read a list's pages down to its mark, or to its end; then, and only then, move the mark."""
    walk = poll.cursor.walks.get(stream.name)
    page = walk.page if walk else ""
    whole = walk.whole if walk else poll.due(stream)
    while poll.pages_left > 0:
        poll.pages_left -= 1
        try:
            body, now = poll.wire.read_dated("commentThreads", **THREAD, **stream.asked, pageToken=page or None)
        except Refused as refused:
            if refused.why != "invalidPageToken" or not page:
                raise
            page = ""
            continue
        poll.now = poll.now or now
        floor = poll.floor(stream, whole=whole)
        began = poll.cursor.begun = poll.cursor.begun or now
        threads = items_of(body)
        _take(poll, stream, threads, floor, whole=whole)
        page = str(body.get("nextPageToken") or "")
        if not page or (not whole and floor and threads and _begun(threads[-1]) < floor):
            poll.cursor.finish(stream.name, began, whole=whole)
            return
        poll.cursor.walks[stream.name] = Walk(page, began, whole)
    poll.complete = False


def _begun(thread: Mapping[str, Any]) -> datetime:
    return time_of(comments_in(thread)[0]["snippet"].get("publishedAt"))


def _take(poll: Poll, stream: Stream, threads: list[dict[str, Any]], floor: datetime | None, *, whole: bool) -> None:
    """Keep what is new in a page, with the answers that do not come with their thread, our own left out."""
    for thread in threads:
        found = comments_in(thread)
        if _answers_wanted(poll, stream, thread, whole=whole):
            found += answers_of(poll.wire, str(thread["id"]), str(found[0]["snippet"]["videoId"]))
            poll.cursor.answers.pop(str(thread["id"]), None)
            poll.cursor.answers[str(thread["id"])] = total_of(thread)
        top = comment_of(found[0])
        for comment in (comment_of(one) for one in found if floor is None or changed_at(one) >= floor):
            if not is_ours(poll.account, comment):
                # Nobody sees an answer whose thread is held back.
                poll.found[comment.external_id] = replace(comment, hidden=True) if top.hidden else comment


def _answers_wanted(poll: Poll, stream: Stream, thread: Mapping[str, Any], *, whole: bool) -> bool:
    """Whether a thread's answers are to be asked for: those of a public one when their number has changed."""
    if stream.held:
        return whole or more_answers(thread, stream.state)
    counted = poll.cursor.answers.get(str(thread["id"])) == total_of(thread)
    return more_answers(thread, stream.state) and (whole or not counted)
