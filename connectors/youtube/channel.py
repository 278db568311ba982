"""YouTube (Data API v3).

What YouTube allows (developers.google.com/youtube/v3, read 2026-11): a post is a film with a title, its text the
description (5,000 bytes, no < nor >); no interface for the community's posts. Answers hang under the comment at the top
of a thread, whatever they answer. "Hide" is held for review, and can be taken back; a rejected comment can not, so
rejecting is what deleting another's comment is here. Every call costs units of a daily budget (`costs`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from connectors.base import (
    Account,
    Capabilities,
    CommentPage,
    LookUp,
    OutgoingPost,
    PublishedPost,
    Receipt,
    ReplyNotAllowed,
    Sight,
    Support,
    Token,
)
from connectors.http_facts import server_time
from connectors.youtube import costs
from connectors.youtube.look import by_id, look_up
from connectors.youtube.parse import (
    LOST,
    address,
    answer_of,
    film_of,
    is_film,
    items_of,
    thread_of,
    time_of,
)
from connectors.youtube.poll import COMMENTS_CLOSED, fetch
from connectors.youtube.text import LONGEST_COMMENT, MOST_BYTES, same_words
from connectors.youtube.threads import answers_of
from connectors.youtube.upload import SETTINGS, bring
from connectors.youtube.wire import TIMEOUT, Refused, Wire
from errors import ConnectorError, DeliveryUnknown, Rejected, Unavailable

CAPABILITIES = Capabilities(
    ids=r"[\w-]{11}|Ug[\w-]+(\.[\w-]+)?",
    max_length=MOST_BYTES,
    max_reply_length=LONGEST_COMMENT,
    can_hide=True,
    hide_reversible=True,
    can_delete_own=True,
    can_delete_foreign=True,
    can_reply=True,
    reply_to_hidden=False,
    reply_levels=1,
    has_webhook=False,
    can_disable_comments=Support.MANUAL,
    can_disable_share=Support.NO,
    shows_edits=True,
    tells_count=True,
    max_media=1,
    tells_hidden=True,
    holds_back=True,
    lists_mentions=False,
    tells_comments=True,
    lists_closed=True,
    blind_to=("community posts", "live chat"),
    counts_all=True,
    counts_filtered=False,
    settings=SETTINGS,
    cost=costs.COST,
    daily_units=costs.DAILY_UNITS,
)
CLOSED = frozenset({"operationNotSupported", "parentCommentIsPrivate", "commentsDisabled", "ineligibleAccount"})
FILM_PARTS = "snippet,status,statistics"
PAGES = 20
PAGE = 50
# YouTube's clock and ours differ: look a little further back.
SKEW = timedelta(minutes=1)


class YoutubeChannel:
    """One account on YouTube; see `Channel`."""

    network = "youtube"
    capabilities = CAPABILITIES

    def __init__(self, *, base_url: str, token: Token, account: Account, timeout: float = TIMEOUT) -> None:
        self._account = account
        self._wire = Wire(base_url, token, timeout)

    def whoami(self) -> Account:
        """GET channels?mine=true."""
        body = self._wire.read("channels", part="snippet", mine="true")
        for channel in items_of(body):
            snippet = channel.get("snippet") or {}
            handle = str(snippet.get("customUrl") or "").lstrip("@")
            return Account(str(channel["id"]), handle, str(snippet.get("title") or ""))
        raise Unavailable("YouTube did not say whose token this is: the account has no channel")

    def publish(self, post: OutgoingPost) -> Receipt:
        """Upload the film (POST upload/videos, resumable); the text is its description, sent exactly as given."""
        body, response = bring(self._wire, post)
        film, raw = str(body["id"]), response.content.decode("utf-8", "replace")
        return Receipt(film, address(film), _moment(body, server_time(response.headers)), raw)

    def reply(self, comment_id: str, text: str, key: str) -> Receipt:
        """POST comments, under the comment at the top of the thread."""
        if not 0 < len(text.strip()) <= LONGEST_COMMENT:
            raise Rejected(f"an answer has 1 to {LONGEST_COMMENT} characters, this one has {len(text.strip())}")
        body = {"snippet": {"parentId": thread_of(comment_id), "textOriginal": text}}
        try:
            answer, at = self._wire.write("POST", "comments", body, part="snippet")
        except Refused as refused:
            raise ReplyNotAllowed(refused.reason) if refused.why in CLOSED else refused from refused
        if not answer.get("id"):
            raise DeliveryUnknown("YouTube accepted the answer and gave no id")
        remote_id, raw = str(answer["id"]), json.dumps(answer, ensure_ascii=False, sort_keys=True)
        return Receipt(remote_id, address(self._film_of(remote_id), remote_id), _moment(answer, at), raw)

    def _film_of(self, comment_id: str) -> str:
        """Return the film that a comment is about, for its address; empty when YouTube does not tell now."""
        with suppress(ConnectorError):
            body = self._wire.read("commentThreads", part="snippet", id=thread_of(comment_id))
            return next((str((one.get("snippet") or {}).get("videoId") or "") for one in items_of(body)), "")
        return ""

    def read_back(self, remote_id: str) -> PublishedPost | None:
        """GET videos or comments; a film that is private, or that YouTube could not use, is not shown."""
        if not is_film(remote_id):
            found = by_id(self._wire, [remote_id]).get(remote_id)
            return answer_of(found) if found else None
        for video in self._films([remote_id]):
            if _is_shown(video):
                return film_of(video)
        return None

    def _films(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        return items_of(self._wire.read("videos", part=FILM_PARTS, id=list(ids)))

    def same_text(self, sent: str, published: PublishedPost) -> bool:
        """Whether both are the same words, line ends and outer blanks aside."""
        return same_words(sent, published.text)

    def find_own(self, text: str, since: datetime, *, in_reply_to: str | None = None) -> PublishedPost | None:
        """Look among our answers in the thread, or among our uploads, from a minute before `since` on."""
        start = since - SKEW
        if in_reply_to is None:
            films = map(film_of, self._recent_films(start))
            return next((film for film in films if same_words(text, film.text)), None)
        for comment in answers_of(self._wire, thread_of(in_reply_to), ""):
            snippet = comment["snippet"]
            ours = (snippet.get("authorChannelId") or {}).get("value") == self._account.id
            if ours and time_of(snippet.get("publishedAt")) >= start and same_words(text, answer_of(comment).text):
                return answer_of(comment)
        return None

    def own_posts(self, since: datetime) -> tuple[PublishedPost, ...]:
        """Our uploads that the public can see, and whether their comments are open."""
        shown = [video for video in self._recent_films(since.replace(microsecond=0)) if _is_shown(video)]
        seen = [replace(film_of(video), comments_open=self._takes_comments(video)) for video in shown]
        return tuple(sorted(seen, key=lambda film: film.posted_at or since, reverse=True))

    def _takes_comments(self, video: Mapping[str, Any]) -> bool | None:
        """GET commentThreads, only for a film of which no number of comments is told: one that is closed has none.

        None where YouTube refuses for another reason.
        """
        if "commentCount" in (video.get("statistics") or {}):
            return True
        try:
            self._wire.read("commentThreads", part="id", videoId=video["id"], maxResults=1)
        except Refused as refused:
            return False if refused.why == COMMENTS_CLOSED else None
        return True

    def _recent_films(self, start: datetime) -> Iterator[dict[str, Any]]:
        """GET channels for the list of uploads, playlistItems for ids, videos for what they are, private ones too."""
        playlist, page = self._uploads(), None
        for _ in range(PAGES):
            asked = {"part": "contentDetails,snippet", "playlistId": playlist, "maxResults": PAGE}
            try:
                body = self._wire.read("playlistItems", **asked, pageToken=page)
            except Refused as refused:
                if refused.why == "playlistNotFound":
                    return
                raise
            recent = [one for one in items_of(body) if time_of(one["snippet"].get("publishedAt")) >= start]
            ids = [str(one["contentDetails"]["videoId"]) for one in recent]
            yield from self._films(ids) if ids else ()
            page = body.get("nextPageToken")
            if not page or len(recent) < len(items_of(body)):
                return
        raise Unavailable("our own uploads have more pages than are looked through: the film may be further down")

    def _uploads(self) -> str:
        body = self._wire.read("channels", part="contentDetails", mine="true")
        for channel in items_of(body):
            found = ((channel.get("contentDetails") or {}).get("relatedPlaylists") or {}).get("uploads")
            if found:
                return str(found)
        raise Unavailable("YouTube did not name the list of our uploads")

    def fetch_comments(self, cursor: str | None, conversations: Sequence[str] = ()) -> CommentPage:
        """GET commentThreads: the channel's newest threads, and now and then the films in `conversations` whole."""
        return fetch(self._wire, self._account, cursor, conversations)

    def look_up(self, ids: Sequence[str]) -> LookUp:
        """GET comments?id=, then what is held back: asked for by id, a comment does not tell its state."""
        return look_up(self._wire, self._account, ids)

    def hide(self, comment_id: str) -> None:
        """POST comments/setModerationStatus: held for review."""
        self._moderate(comment_id, "heldForReview")

    def unhide(self, comment_id: str) -> None:
        """POST comments/setModerationStatus: published; refused for what was rejected."""
        self._moderate(comment_id, "published")

    def _moderate(self, comment_id: str, status: str) -> None:
        self._wire.write("POST", "comments/setModerationStatus", id=comment_id, moderationStatus=status)

    def sight(self, comment_id: str) -> Sight:
        """Look the comment up; what was rejected is gone."""
        found = self.look_up([comment_id])
        if found.missing:
            return Sight.GONE
        return {True: Sight.HIDDEN, False: Sight.SHOWN, None: Sight.UNTOLD}[found.comments[0].hidden]

    def delete_comment(self, comment_id: str) -> None:
        """POST comments/setModerationStatus: rejected, for good; YouTube lets only authors delete."""
        try:
            self._moderate(comment_id, "rejected")
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise

    def delete_own(self, remote_id: str) -> None:
        """DELETE videos or comments; what YouTube does not show any more is deleted, what others wrote is refused."""
        film = is_film(remote_id)
        found = self._films([remote_id]) if film else list(by_id(self._wire, [remote_id]).values())
        if not found:
            return
        snippet = found[0].get("snippet") or {}
        author = snippet.get("channelId") if film else (snippet.get("authorChannelId") or {}).get("value")
        if author != self._account.id:
            raise Rejected(f"{remote_id} is not ours: YouTube lets only its author delete it")
        self._wire.write("DELETE", "videos" if film else "comments", id=remote_id)

    def count(self, remote_id: str) -> int | None:
        """Return `commentCount`: every comment under a film, answers to comments too, those held back not."""
        for video in self._films([remote_id]):
            number = (video.get("statistics") or {}).get("commentCount")
            return int(number) if number is not None else None
        return None


def _is_shown(video: Mapping[str, Any]) -> bool:
    """Whether the public can see a film: not private, and YouTube could use it."""
    status = video.get("status") or {}
    return status.get("privacyStatus") != "private" and status.get("uploadStatus") not in LOST


def _moment(made: Mapping[str, Any], otherwise: datetime) -> datetime:
    """Return when something was published; what has left must not seem to have failed for want of a time."""
    with suppress(Unavailable):
        return time_of((made.get("snippet") or {}).get("publishedAt"))
    return otherwise
