"""Private messages to a page or a professional Instagram account (Conversations API and Send API of Messenger).

What Meta allows (developers.facebook.com, "Conversations API", "Send a message", read 2026-11): threads are listed by
their last change, without a bound in time; of a thread the twenty newest messages alone are told, an older one reads as
deleted, so an absence teaches nothing; requests that nobody answered for thirty days are not listed. An answer is
taken within 24 hours of the person's last message. Without advanced access only the threads of people with a role in
the application are listed. Answers to stories come in the same threads, with the story that they answer.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import Account, IncomingComment, PublishedPost, Receipt, ReplyNotAllowed, Said
from connectors.meta.cursor import OVERLAP, Cursor, load, seconds
from connectors.meta.errors import Gone, NotUnderstood
from connectors.meta.wire import Answer, Graph, after_of, rows_in
from connectors.private import MessagePage, OwnMessage, Thread
from errors import ConnectorError, DeliveryUnknown, RateLimited, Rejected, Unavailable

WINDOW = timedelta(hours=24)
MAX_LENGTH = {"messenger": 2_000, "instagram": 1_000}
TOLD = 20
"""How many messages of a thread are told: the newest."""
LIST = "threads"
PAGE = 50
MAX_PAGES = 100
AT_ONCE = 20
SKEW = timedelta(minutes=1)
FIELDS = "id,created_time,from,message,attachments,story"
INBOX = {
    "messenger": "https://business.facebook.com/latest/inbox",
    "instagram": "https://www.instagram.com/direct/inbox/",
}
"""Where a person finds the threads: Meta tells no address of one that is sure to open."""
NODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_=:$-]{0,400}")


@dataclass
class Reading:
    """One reading under way; the cursor's `counts` hold when each thread had changed last when it was read."""

    cursor: Cursor
    pages_left: int = field(default_factory=lambda: MAX_PAGES)
    found: dict[str, IncomingComment] = field(default_factory=dict)
    own: dict[str, OwnMessage] = field(default_factory=dict)
    complete: bool = True
    cap_hit: bool = False
    next_allowed_at: datetime | None = None

    @property
    def stopped(self) -> bool:
        """Whether no further call may be made now."""
        return self.pages_left <= 0 or self.next_allowed_at is not None

    def spent(self, answer: Answer) -> None:
        """Count a page, and note until when Meta wants no further call."""
        self.pages_left -= 1
        self.next_allowed_at = answer.wait_until or self.next_allowed_at

    def page(self) -> MessagePage:
        """Return what was read, oldest first."""
        comments = sorted(self.found.values(), key=lambda one: (one.posted_at, one.external_id))
        own, cursor = tuple(self.own.values()), self.cursor.dump()
        return MessagePage(tuple(comments), own, cursor, self.complete, self.cap_hit, self.next_allowed_at)


class Messages:
    """The threads of one account; `platform` is Meta's word: `messenger` or `instagram`. The token is the page's."""

    def __init__(self, graph: Graph, account: Account, platform: str) -> None:
        self._graph, self._account, self._platform = graph, account, platform

    def fetch(self, cursor: str | None) -> MessagePage:
        """GET /me/conversations, then GET /{thread}/messages of those that changed, several a call."""
        reading = Reading(load(cursor))
        try:
            self._list(reading)
            self._read(reading)
        except RateLimited as limited:
            reading.complete, reading.next_allowed_at = False, limited.retry_at
        return reading.page()

    def _list(self, reading: Reading) -> None:
        """Read the list of threads down to what was seen, and note those that changed."""
        done = False
        while not done and not reading.stopped:
            walk = reading.cursor.walks.get(LIST)
            after = {"after": walk.after} if walk and walk.after else {}
            try:
                answer = self._graph.get(
                    "me/conversations", platform=self._platform, fields="id,updated_time", limit=PAGE, **after
                )
            except NotUnderstood:
                if not after:
                    raise
                reading.cursor.begin_anew(LIST)
                continue
            rows = rows_in(answer.body)
            moments = [seconds(_moment(row, "updated_time")) for row in rows]
            for row, moment in zip(rows, moments, strict=True):
                _owe(reading.cursor, node(row["id"]), moment, seconds(answer.at - OVERLAP))
            done = reading.cursor.step(LIST, moments, after_of(answer.body))
            reading.spent(answer)
        reading.complete = done

    def _read(self, reading: Reading) -> None:
        """Read the threads noted, a page of each."""
        owed = [name for name in reading.cursor.walks if name != LIST]
        while owed and not reading.stopped:
            part, owed = owed[:AT_ONCE], owed[AT_ONCE:]
            walks = [reading.cursor.walks[one].after for one in part]
            asked = [{"fields": FIELDS, "limit": TOLD} | ({"after": mark} if mark else {}) for mark in walks]
            calls = [(f"{one}/messages", params) for one, params in zip(part, asked, strict=True)]
            answers = self._graph.batch(calls)
            owed += [one for one, answer in zip(part, answers, strict=True) if not self._take(reading, one, answer)]
        reading.complete = reading.complete and not owed

    def _take(self, reading: Reading, thread: str, answer: Answer | ConnectorError) -> bool:
        """Keep a page of a thread; whether it is read as far as it must be, or as far as Meta tells."""
        if isinstance(answer, Gone):
            reading.cursor.forget(thread)
            return True
        if isinstance(answer, ConnectorError):
            raise answer
        rows = rows_in(answer.body)
        for row in rows:
            self._keep(reading, row, thread)
        moments = [seconds(_moment(row)) for row in rows]
        seen = bool(moments) and reading.cursor.reached(thread, min(moments))
        reading.cap_hit = reading.cap_hit or (len(rows) >= TOLD and not seen and not after_of(answer.body))
        reading.spent(answer)
        return reading.cursor.step(thread, moments, after_of(answer.body))

    def _keep(self, reading: Reading, row: Mapping[str, Any], thread: str) -> None:
        if self._is_ours(row):
            reading.own[str(row["id"])] = OwnMessage(str(row["id"]), thread, _text(row), _moment(row))
        else:
            reading.found[str(row["id"])] = message_of(row, thread, INBOX[self._platform])

    def _is_ours(self, row: Mapping[str, Any]) -> bool:
        """Whether the account wrote it: by its id, or on Instagram by its name, which is nobody else's."""
        who = row.get("from") or {}
        name = str(who.get("username") or "") if self._platform == "instagram" else ""
        return str(who.get("id") or "") == self._account.id or bool(name and name == self._account.handle)

    def send(self, thread: Thread, text: str) -> Receipt:
        """POST /me/messages, as an answer (`messaging_type` RESPONSE): refused once the window has passed."""
        data = {"recipient": json.dumps({"id": thread.person_id}), "messaging_type": "RESPONSE"}
        try:
            answer = self._graph.send("me/messages", message=json.dumps({"text": text}), **data)
        except (Gone, NotUnderstood) as refused:
            raise ReplyNotAllowed(refused.reason) from refused
        remote_id = str(answer.body.get("message_id") or "")
        if not remote_id:
            raise DeliveryUnknown(f"Meta took the message and gave no id: {answer.raw[:200]}")
        return Receipt(remote_id, INBOX[self._platform], answer.at, answer.raw)

    def find(self, thread: Thread, text: str, since: datetime) -> PublishedPost | None:
        """Look for the text among what we wrote last in the thread, from a minute before `since` on."""
        start = (since - SKEW).astimezone(UTC).replace(microsecond=0)
        own = (one for one in self._own(thread.id) if one.posted_at and one.posted_at >= start)
        return next((one for one in own if _canonical(one.text) == _canonical(text)), None)

    def _own(self, thread: str) -> Iterator[PublishedPost]:
        body = self._graph.get(f"{node(thread)}/messages", fields=FIELDS, limit=TOLD).body
        return (_published(row) for row in rows_in(body) if self._is_ours(row))

    def read(self, remote_id: str) -> PublishedPost | None:
        """GET /{message}; an older one than the twenty newest of its thread reads as gone."""
        try:
            return _published(self._graph.get(node(remote_id), fields=FIELDS).body)
        except Gone:
            return None


def _owe(cursor: Cursor, thread: str, changed: int, recent: int) -> None:
    """Note a thread that changed since it was read; one that did so just now may have changed in the same second."""
    if changed != cursor.counts.get(thread) or changed >= recent:
        cursor.counts[thread] = changed
        cursor.owe(thread)


def node(object_id: Any) -> str:
    """Return the id of a thread or message, fit for a path; `Rejected` when Meta writes none so."""
    if not NODE.fullmatch(str(object_id)):
        raise Rejected(f"not an id of Meta's messages: {str(object_id)[:40]!r}")
    return str(object_id)


def message_of(row: Mapping[str, Any], thread: str, address: str) -> IncomingComment:
    """Read what another wrote in a thread; one whose author Meta does not name has an author of its own."""
    who, external_id = row.get("from") or {}, str(row["id"])
    attachments = (row.get("attachments") or {}).get("data") or []
    return IncomingComment(
        external_id=external_id,
        text=_text(row),
        author_id=str(who.get("id") or "") or f"unnamed:{external_id}",
        author_handle=str(who.get("username") or ""),
        posted_at=_moment(row),
        parent_id=None,
        conversation_id=thread,
        permalink=address,
        edit_ids=(external_id,),
        raw_json=json.dumps(dict(row), ensure_ascii=False, sort_keys=True),
        media=tuple(_kind(one) for one in attachments),
        said=Said.STORY_REPLY if (row.get("story") or {}).get("reply_to") else Said.PRIVATE_MESSAGE,
    )


def _kind(attachment: Mapping[str, Any]) -> str:
    """Return the kind of an attachment: that of its data, or of its file."""
    for name, kind in (("image_data", "photo"), ("video_data", "video")):
        if attachment.get(name):
            return kind
    return str(attachment.get("mime_type") or "file").partition("/")[0]


def _published(row: Mapping[str, Any]) -> PublishedPost:
    raw = json.dumps(dict(row), ensure_ascii=False, sort_keys=True)
    return PublishedPost(str(row["id"]), _text(row), "", _moment(row), raw)


def _text(row: Mapping[str, Any]) -> str:
    return str(row.get("message") or "")


def _moment(row: Mapping[str, Any], name: str = "created_time") -> datetime:
    try:
        return datetime.fromisoformat(str(row[name])).astimezone(UTC)
    except (KeyError, ValueError) as error:
        raise Unavailable("Meta did not say when a message was written") from error


def _canonical(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
