"""Reading what is said on TikTok: the comments under our posts and the threads below them.

TikTok lists a post's comments only page by page: newest first for the first 500, the rest in the order of their likes,
some twice (portal docs of comment/list, 2026-11). There is no "since", an answer to an old comment does not move it,
and of each thread three replies come along. So a quick reading goes down the first pages and into the threads whose
number of replies has changed; every hour a sweep reads all pages and all threads. Beside the posts that we are asked
for, our twenty newest are read: what was posted by hand has comments too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from connectors.base import Account, CommentPage, IncomingComment
from connectors.tiktok.comments import listed
from connectors.tiktok.cursor import Cursor, Video, Walk, load
from connectors.tiktok.parse import comment_of, entries_in, is_ours, made_at, number_in
from connectors.tiktok.wire import read
from errors import RateLimited, Rejected

PAGE, RECENT = 30, 20
MAX_CALLS = 40
SORTED = 500
"""So many comments come in the order that was asked for."""
QUICK_PAGES = 2
OVERLAP = timedelta(minutes=10)
SWEEP = timedelta(hours=1)


@dataclass
class Poll:
    """One poll under way."""

    client: httpx.Client
    account: Account
    cursor: Cursor
    calls_left: int = MAX_CALLS
    found: dict[str, IncomingComment] = field(default_factory=dict)
    cap_hit: bool = False
    complete: bool = True
    next_allowed_at: datetime | None = None
    refused: list[Rejected] = field(default_factory=list)
    read: int = 0

    def ask(self, path: str, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return one page, None when this poll has made all its calls."""
        if self.calls_left <= 0:
            self.complete = False
            return None
        self.calls_left -= 1
        order = {"status": "ALL", "sort_field": "create_time", "sort_order": "desc", "max_count": PAGE}
        return read(self.client, path, {"business_id": self.account.id, **order, **asked}).data

    def take(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Keep what others said."""
        for entry in entries:
            comment = comment_of(entry, self.account.handle)
            if not is_ours(entry, self.account.handle):
                self.found[comment.external_id] = comment


def fetch(client: httpx.Client, account: Account, cursor: str | None, conversations: Sequence[str]) -> CommentPage:
    """Read all posts; see `Channel.fetch_comments`. A limit on the way ends the poll, not complete, nothing lost.

    One post that TikTok refuses to read keeps no other from being read, and is told as a cap; all of them, an error.
    """
    poll = Poll(client, account, load(cursor), MAX_CALLS)
    try:
        recent, now = _recent(client, account)
        for video in poll.cursor.in_turn([*recent, *conversations]):
            if not _read_video(poll, video, now):
                break
    except RateLimited as limit:
        poll.complete, poll.next_allowed_at = False, limit.retry_at
    if poll.refused and not poll.read:
        raise poll.refused[0]
    poll.cap_hit |= bool(poll.refused)
    if poll.complete:
        poll.cursor.done = []
    found = sorted(poll.found.values(), key=lambda one: one.posted_at)
    return CommentPage(tuple(found), poll.cursor.dump(), poll.complete, poll.cap_hit, poll.next_allowed_at)


def _recent(client: httpx.Client, account: Account) -> tuple[list[str], int]:
    """Return our newest posts, and TikTok's clock in unix seconds."""
    asked = {"business_id": account.id, "fields": ["item_id"], "max_count": RECENT}
    answer = read(client, "business/video/list/", asked)
    ids = [str(one["item_id"]) for one in entries_in(answer.data, "videos", "item_id")]
    return ids, int(answer.at.timestamp())


def _read_video(poll: Poll, name: str, now: int) -> bool:
    """Read one post to the end of its walk; False when this poll may make no more calls."""
    video = poll.cursor.videos.setdefault(name, Video())
    video.walk = video.walk or Walk(full=now - video.swept >= SWEEP.total_seconds(), began=now)
    try:
        finished = _walk_down(poll, name, video, video.walk)
    except Rejected as refusal:
        if listed(poll.client, poll.account, name):
            poll.refused.append(refusal)
        poll.cursor.drop(name)
        return True
    if finished:
        poll.read += 1
        poll.cursor.finish(name)
    return finished


def _walk_down(poll: Poll, name: str, video: Video, walk: Walk) -> bool:
    """Read page after page, each with its threads before the next."""
    while True:
        data = poll.ask("business/comment/list/", {"video_id": name, "include_replies": True, "cursor": walk.at})
        if data is None:
            return False
        entries = entries_in(data, "comments", "comment_id")
        poll.take(entries)
        for entry in entries:
            poll.take(entries_in(entry, "reply_list", "comment_id"))
            if not _read_thread(poll, name, video, walk, entry):
                return False
        walk.pages += 1
        if not data.get("has_more") or _low_enough(video, walk, entries):
            return True
        if number_in(data, "cursor") <= walk.at:
            poll.cap_hit = True
            return True
        walk.at = number_in(data, "cursor")


def _low_enough(video: Video, walk: Walk, entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a quick reading has come to what was seen before, in the part of the list that is in order."""
    if walk.full or walk.pages < QUICK_PAGES or walk.pages * PAGE > SORTED or not entries:
        return False
    return min(made_at(one) for one in entries).timestamp() < video.mark - OVERLAP.total_seconds()


def _read_thread(poll: Poll, name: str, video: Video, walk: Walk, entry: Mapping[str, Any]) -> bool:
    """Read the replies that did not come with their comment; False when this poll may make no more calls.

    TikTok lists no replies to a hidden comment: new ones there are a cap, and said so.
    """
    thread, count = str(entry["comment_id"]), number_in(entry, "replies")
    if count <= len(entry.get("reply_list") or []):
        video.threads.pop(thread, None)
        return True
    known = video.threads.get(thread, 0)
    if thread in walk.read or (count == known and not walk.full):
        return True
    if entry.get("status") == "HIDDEN":
        poll.cap_hit |= count > known
    elif not _read_replies(poll, name, walk, thread):
        return False
    video.threads[thread] = count
    walk.read.append(thread)
    return True


def _read_replies(poll: Poll, name: str, walk: Walk, thread: str) -> bool:
    if walk.thread != thread:
        walk.thread, walk.thread_at = thread, 0
    while True:
        data = poll.ask(
            "business/comment/reply/list/", {"video_id": name, "comment_id": thread, "cursor": walk.thread_at}
        )
        if data is None:
            return False
        poll.take(entries_in(data, "comments", "comment_id"))
        if not data.get("has_more") or number_in(data, "cursor") <= walk.thread_at:
            return True
        walk.thread_at = number_in(data, "cursor")
