"""Private messages on X (GET /2/dm_events, POST /2/dm_conversations/{id}/messages).

What X allows (docs.x.com, read 2026-11): events of the last thirty days, newest first, without a bound by id, fifteen
readings in a quarter of an hour; `dm.read` and `dm.write` of the user, never of the application alone. X Chat is
encrypted, has an interface of its own and is not listed here: somebody goes on looking by hand. Ids grow with time.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import tweepy

from connectors.base import Account, IncomingComment, NotGranted, PublishedPost, Receipt, ReplyNotAllowed, Said
from connectors.http_facts import server_time
from connectors.private import MessagePage, OwnMessage, Thread
from connectors.x_parse import moment_of, written
from connectors.x_text import same_words
from connectors.x_wire import Forbidden, read, used_up_until, write
from errors import DeliveryUnknown, RateLimited, Rejected

MAX_LENGTH = 10_000
PAUSE = timedelta(minutes=2)
MAX_PAGES = 10
SKEW = timedelta(minutes=1)
HISTORY = timedelta(days=30)
ASKED = {
    "event_types": "MessageCreate",
    "dm_event.fields": "id,event_type,text,sender_id,created_at,dm_conversation_id,attachments,entities",
    "expansions": "sender_id",
    "user.fields": "username",
}
ADDRESS = "https://x.com/messages/"


@dataclass
class Cursor:
    """`mark`: the newest event seen; `top` and `token`: where a walk down to it began, and stands."""

    mark: int = 0
    top: int = 0
    token: str = ""

    def dump(self) -> str:
        """Return the cursor as text."""
        return json.dumps({"v": 1, "mark": self.mark, "top": self.top, "token": self.token})


def load(text: str | None) -> Cursor:
    """Read a cursor; one that is not ours is refused, rather than taken for a beginning."""
    if not text:
        return Cursor()
    try:
        data = json.loads(text)
        return Cursor(int(data["mark"]), int(data["top"]), str(data["token"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Rejected(f"the stored cursor cannot be read: {text[:80]!r}") from error


@dataclass
class Reading:
    """What one reading brought."""

    found: dict[str, IncomingComment] = field(default_factory=dict)
    own: dict[str, OwnMessage] = field(default_factory=dict)
    next_allowed_at: datetime | None = None
    cap_hit: bool = False


class Messages:
    """The private messages of one account."""

    def __init__(self, client: tweepy.Client, account: Account, *, oauth1: bool) -> None:
        self._client, self._account, self._oauth1 = client, account, oauth1

    def fetch(self, text: str | None) -> MessagePage:
        """Read down to what was seen; the newest page is read every time, so that nothing slips between two."""
        cursor, reading, done = load(text), Reading(), False
        for _ in range(MAX_PAGES):
            try:
                done = self._page(cursor, reading)
            except RateLimited as limited:
                reading.next_allowed_at = limited.retry_at
            if done or reading.next_allowed_at:
                break
        comments = tuple(sorted(reading.found.values(), key=lambda one: int(one.external_id)))
        own = tuple(reading.own.values())
        return MessagePage(comments, own, cursor.dump(), done, reading.cap_hit, reading.next_allowed_at)

    def _page(self, cursor: Cursor, reading: Reading) -> bool:
        """Read one page; whether it goes down to what was seen, or to the end of what X keeps."""
        more = {"pagination_token": cursor.token} if cursor.token else {}
        body, response = self._get("/2/dm_events", **ASKED, max_results="100", **more)
        rows = [row for row in body.get("data") or [] if row.get("event_type") == "MessageCreate"]
        for row in rows:
            self._keep(reading, row, body)
        ids = [int(row["id"]) for row in rows]
        cursor.top = cursor.top or max(ids, default=0)
        cursor.token = str((body.get("meta") or {}).get("next_token") or "")
        seen = bool(ids and cursor.mark and min(ids) <= cursor.mark)
        reading.next_allowed_at = used_up_until(response)
        if cursor.token and not seen:
            return False
        reading.cap_hit = bool(cursor.mark) and not seen and _too_old(cursor.mark, server_time(response.headers))
        cursor.mark, cursor.top, cursor.token = max(cursor.top, cursor.mark), 0, ""
        return True

    def _get(self, path: str, **params: str) -> tuple[dict[str, Any], Any]:
        try:
            return read(lambda: self._client.request("GET", path, params=params, user_auth=self._oauth1))
        except Forbidden as refused:
            raise NotGranted(refused.reason) from refused

    def _keep(self, reading: Reading, row: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        event, thread = str(row["id"]), str(row.get("dm_conversation_id") or "")
        if str(row.get("sender_id")) == self._account.id:
            reading.own[event] = OwnMessage(event, thread, written(row), _moment(row))
            return
        reading.found[event] = message_of(row, body)

    def send(self, thread: Thread, text: str) -> Receipt:
        """POST /2/dm_conversations/{id}/messages; who takes no messages from us refuses with 403."""
        path = f"/2/dm_conversations/{_known(thread.id)}/messages"
        try:
            body, response = write(
                lambda: self._client.request("POST", path, json={"text": text}, user_auth=self._oauth1)
            )
        except Forbidden as refused:
            raise ReplyNotAllowed(refused.reason) from refused
        remote_id = str((body.get("data") or {}).get("dm_event_id") or "")
        if not remote_id:
            raise DeliveryUnknown(f"X took the message and gave no id: {json.dumps(body)[:200]}")
        raw = response.content.decode("utf-8", "replace")
        return Receipt(remote_id, f"{ADDRESS}{thread.id}", server_time(response.headers), raw)

    def find(self, thread: Thread, text: str, since: datetime) -> PublishedPost | None:
        """Look for the text among what was said last in the thread, from a minute before `since` on."""
        start = (since - SKEW).astimezone(UTC)
        body, _ = self._get(f"/2/dm_conversations/{_known(thread.id)}/dm_events", **ASKED, max_results="100")
        own = [_published(row) for row in body.get("data") or [] if str(row.get("sender_id")) == self._account.id]
        recent = (one for one in own if one.posted_at and one.posted_at >= start)
        return next((one for one in recent if same_words(text, one.text)), None)

    def read(self, remote_id: str) -> PublishedPost | None:
        """GET /2/dm_events/{id}; X answers 200 with `errors` when there is none."""
        asked = {"dm_event.fields": ASKED["dm_event.fields"]}
        body, _ = self._get(f"/2/dm_events/{_known(remote_id)}", **asked)
        return _published(body["data"]) if body.get("data") else None


def message_of(row: Mapping[str, Any], body: Mapping[str, Any]) -> IncomingComment:
    """Read what another wrote in private."""
    event, thread, sender = str(row["id"]), str(row.get("dm_conversation_id") or ""), str(row.get("sender_id") or "")
    users = {str(one["id"]): str(one.get("username") or "") for one in (body.get("includes") or {}).get("users") or []}
    attached = (row.get("attachments") or {}).get("media_keys") or []
    return IncomingComment(
        external_id=event,
        text=written(row),
        author_id=sender or f"unnamed:{event}",
        author_handle=users.get(sender, ""),
        posted_at=_moment(row),
        parent_id=None,
        conversation_id=thread or None,
        permalink=f"{ADDRESS}{thread}",
        edit_ids=(event,),
        raw_json=json.dumps(dict(row), ensure_ascii=False, sort_keys=True),
        media=("media",) * len(attached),
        said=Said.PRIVATE_MESSAGE,
    )


def _published(row: Mapping[str, Any]) -> PublishedPost:
    raw = json.dumps(dict(row), ensure_ascii=False, sort_keys=True)
    return PublishedPost(str(row["id"]), written(row), "", _moment(row), raw)


def _known(object_id: str) -> str:
    if not object_id.replace("-", "").isdigit() or not object_id.isascii():
        raise Rejected(f"not an id of X's messages: {object_id[:40]!r}")
    return object_id


def _too_old(event: int, now: datetime) -> bool:
    """Whether an event has left what X keeps, by the moment in its id."""
    return moment_of(str(event)) < now - HISTORY


def _moment(row: Mapping[str, Any]) -> datetime:
    created = row.get("created_at")
    return datetime.fromisoformat(str(created)).astimezone(UTC) if created else moment_of(str(row["id"]))
