"""A page on Facebook (Graph API).

What Facebook allows (developers.facebook.com, read 2026-11): 63,206 characters a post, 8,000 a comment; two levels of
comments, so an answer to an answer stands under the comment above it; hiding and showing again, except that the author
and their friends go on seeing what is hidden; deleting what others wrote on the page. A comment keeps its id when it is
edited. Who may comment is set on the page itself, and the interface does not tell it. Visitors' posts are listed, not
hidden.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import (
    Account,
    Capabilities,
    CommentPage,
    IncomingComment,
    LookUp,
    OutgoingPost,
    PublishedPost,
    Receipt,
    Sight,
    Support,
    Token,
)
from connectors.meta import facebook_film
from connectors.meta.errors import Gone
from connectors.meta.facebook_media import bring, check, described
from connectors.meta.facebook_parse import (
    COMMENT_FIELDS,
    POST_FIELDS,
    address,
    author_of,
    comment_of,
    published_of,
)
from connectors.meta.facebook_poll import fetch, fetch_ads
from connectors.meta.messages import MAX_LENGTH, WINDOW, Messages
from connectors.meta.wire import MOST_IN_BATCH, TIMEOUT, Answer, Graph, after_of, node, rows_in
from connectors.private import ByMailbox
from errors import ConnectorError, DeliveryUnknown, Rejected, Unavailable

CAPABILITIES = Capabilities(
    ids=r"[0-9]+(_[0-9]+)?",
    max_length=63_206,
    max_reply_length=8_000,
    can_hide=True,
    hide_reversible=True,
    can_delete_own=True,
    can_delete_foreign=True,
    can_reply=True,
    reply_to_hidden=True,
    reply_levels=2,
    has_webhook=True,
    can_disable_comments=Support.MANUAL,
    can_disable_share=Support.NO,
    shows_edits=True,
    tells_count=True,
    max_media=10,
    hides_answers_only=True,
    tells_hidden=True,
    tells_handles=False,
    settings=frozenset({"link"}),
    private_reply=Support.MANUAL,
    private_messages=True,
    ad_comments=True,
    message_window=WINDOW,
    max_message_length=MAX_LENGTH["messenger"],
)
SKEW = timedelta(minutes=1)
OWN_PAGES = 32


class FacebookChannel(ByMailbox):
    """One page on Facebook; see `Channel`. Its token is the page's."""

    network = "facebook"
    capabilities = CAPABILITIES

    def __init__(self, *, base_url: str, token: Token, account: Account, timeout: float = TIMEOUT) -> None:
        self._account = account
        self._app_id = token.client_id
        self._graph = Graph(base_url, token, timeout)
        self._messages = Messages(self._graph, account, "messenger")

    def whoami(self) -> Account:
        """GET /me."""
        body = self._graph.get("me", fields="id,name,username").body
        if not body.get("id"):
            raise Unavailable("Facebook did not say whose token this is")
        return Account(str(body["id"]), str(body.get("username") or ""), str(body.get("name") or ""))

    def publish(self, post: OutgoingPost) -> Receipt:
        """POST /{page}/feed with the text exactly as given, its pictures brought before, seen by nobody until then."""
        unknown = sorted(set(post.settings) - CAPABILITIES.settings)
        if unknown:
            raise Rejected(f"Facebook knows no setting {', '.join(unknown)}")
        if not post.text.strip() and not post.media:
            raise Rejected("there is nothing to publish")
        check(post.media)
        if post.media and post.media[0].mime == facebook_film.MIME:
            return self._publish_film(post)
        brought = bring(self._graph, self._account.id, post.media)
        message = {"message": post.text} if post.text else {}
        return self._create(f"{node(self._account.id)}/feed", {**message, **post.settings, **brought})

    def _publish_film(self, post: OutgoingPost) -> Receipt:
        """POST /{page}/videos."""
        if post.settings:
            raise Rejected(f"a film on Facebook takes no {', '.join(sorted(post.settings))}")
        page_id, film = self._account.id, post.media[0]
        remote_id, answer = facebook_film.publish(self._graph, page_id, self._app_id, film, post.text)
        return Receipt(remote_id, address(remote_id), answer.at, answer.raw)

    def reply(self, comment_id: str, text: str, key: str) -> Receipt:
        """POST /{comment}/comments; an answer to an answer goes under the comment above it, where it would stand."""
        return self._create(f"{self._above(comment_id)}/comments", {"message": text})

    def _create(self, path: str, data: dict[str, Any]) -> Receipt:
        answer = self._graph.send(path, **data)
        remote_id = str(answer.body.get("id") or "")
        if not remote_id:
            raise DeliveryUnknown(f"Facebook took the text and gave no id: {answer.raw[:200]}")
        return Receipt(remote_id, address(remote_id), answer.at, answer.raw)

    def _above(self, comment_id: str) -> str:
        """Return under what an answer to a comment stands: the comment, or the one above an answer."""
        if self._is_post(comment_id):
            return node(comment_id)
        parent = self._graph.get(node(comment_id), fields="id,parent{id}").body.get("parent") or {}
        return node(str(parent.get("id") or comment_id))

    def _is_post(self, object_id: str) -> bool:
        """Whether an id is that of something on the page itself: its first half is the page's."""
        return object_id.startswith(f"{self._account.id}_")

    def read_back(self, remote_id: str) -> PublishedPost | None:
        """GET /{post}, with the descriptions of its pictures (GET /{photo})."""
        row = self._row(remote_id)
        return described(self._graph, published_of(row), row) if row else None

    def _row(self, object_id: str, fields: str = "") -> dict[str, Any] | None:
        """Read one post or comment; None when it is gone."""
        wanted = fields or (POST_FIELDS if self._is_post(object_id) else COMMENT_FIELDS)
        try:
            return self._graph.get(node(object_id), fields=wanted).body
        except Gone:
            self._check_sight()
            return None

    def _check_sight(self) -> None:
        """Meta answers alike about what is gone and what this token may not see: make sure that it still may see."""
        self._graph.get(f"{node(self._account.id)}/feed", fields="id,from", limit=1)

    def same_text(self, sent: str, published: PublishedPost) -> bool:
        """Whether both are the same words: composed alike, without blanks at the ends."""
        return _canonical(sent) == _canonical(published.text)

    def find_own(self, text: str, since: datetime, *, in_reply_to: str | None = None) -> PublishedPost | None:
        """Look for the text among our own posts, or among the answers to a comment, from a minute before `since` on."""
        start = (since - SKEW).astimezone(UTC)
        own = self._posts(start) if in_reply_to is None else self._answers(self._above(in_reply_to), start)
        found = next(((one, row) for one, row in own if self.same_text(text, one)), None)
        return described(self._graph, *found) if found else None

    def own_posts(self, since: datetime) -> tuple[PublishedPost, ...]:
        """GET /{page}/feed, what visitors put there left out."""
        found = (one for one, _row in self._posts(since.astimezone(UTC)))
        return tuple(sorted(found, key=lambda one: one.posted_at or since, reverse=True))

    def _posts(self, start: datetime) -> Iterator[tuple[PublishedPost, dict[str, Any]]]:
        asked = {"fields": POST_FIELDS, "since": int(start.timestamp())}
        return self._own(f"{node(self._account.id)}/feed", asked, start)

    def _answers(self, above: str, start: datetime) -> Iterator[tuple[PublishedPost, dict[str, Any]]]:
        asked = {"fields": COMMENT_FIELDS, "filter": "toplevel", "order": "reverse_chronological"}
        return self._own(f"{above}/comments", asked, start)

    def _own(self, path: str, asked: dict[str, Any], start: datetime) -> Iterator[tuple[PublishedPost, dict[str, Any]]]:
        """Yield what we wrote from a moment on, each with the row that tells of it."""
        after: dict[str, str] = {}
        for _ in range(OWN_PAGES):
            body = self._graph.get(path, limit=100, **asked, **after).body
            for row in rows_in(body):
                found = published_of(row)
                recent = found.posted_at is not None and found.posted_at >= start.replace(microsecond=0)
                if recent and author_of(row) == self._account.id:
                    yield found, row
            if not after_of(body):
                return
            after = {"after": after_of(body)}
        raise Unavailable("our own posts have more pages than can be looked through: this one may be further down")

    def fetch_comments(self, cursor: str | None, conversations: Sequence[str] = ()) -> CommentPage:
        """GET /{page}/feed, then GET /{post}/comments, several posts a call."""
        return fetch(self._graph, self._account, cursor, conversations)

    def fetch_ad_comments(self, cursor: str | None) -> CommentPage:
        """GET /{page}/ads_posts, then GET /{post}/comments."""
        return fetch_ads(self._graph, self._account, cursor)

    def look_up(self, ids: Sequence[str]) -> LookUp:
        """GET each id, fifty a call."""
        asked = list(dict.fromkeys(ids))
        comments: list[IncomingComment] = []
        missing: set[str] = set()
        for start in range(0, len(asked), MOST_IN_BATCH):
            part = asked[start : start + MOST_IN_BATCH]
            fields = [POST_FIELDS if self._is_post(one) else COMMENT_FIELDS for one in part]
            calls = [(node(one), {"fields": wanted}) for one, wanted in zip(part, fields, strict=True)]
            for one, answer in zip(part, self._graph.batch(calls), strict=True):
                if isinstance(answer, Gone):
                    missing.add(one)
                    continue
                comments.append(comment_of(_body(answer), self._top_of(one)))
        if missing:
            self._check_sight()
        return LookUp(tuple(comments), frozenset(missing))

    def _top_of(self, comment_id: str) -> str | None:
        """Return the post that a comment stands under: its number is the first half of the comment's id."""
        return None if self._is_post(comment_id) else f"{self._account.id}_{comment_id.partition('_')[0]}"

    def hide(self, comment_id: str) -> None:
        """POST /{comment} with is_hidden."""
        self._set_hidden(comment_id, hidden=True)

    def unhide(self, comment_id: str) -> None:
        """POST /{comment} with is_hidden."""
        self._set_hidden(comment_id, hidden=False)

    def _set_hidden(self, comment_id: str, *, hidden: bool) -> None:
        if self._is_post(comment_id):
            raise Rejected("Facebook hides comments, not what others put on a page")
        answer = self._graph.send(node(comment_id), is_hidden="true" if hidden else "false")
        _confirmed(answer, "hidden" if hidden else "shown")

    def sight(self, comment_id: str) -> Sight:
        """GET /{comment}?fields=is_hidden."""
        row = self._row(comment_id, "id" if self._is_post(comment_id) else "id,is_hidden")
        if row is None:
            return Sight.GONE
        return {True: Sight.HIDDEN, False: Sight.SHOWN}.get(row.get("is_hidden"), Sight.UNTOLD)  # type: ignore[arg-type]

    def delete_comment(self, comment_id: str) -> None:
        """DELETE /{comment}; what is gone already is deleted."""
        try:
            _confirmed(self._graph.remove(node(comment_id)), "deleted")
        except Gone:
            self._check_sight()

    def delete_own(self, remote_id: str) -> None:
        """DELETE /{post}, once it is known for ours: the interface would delete what others wrote as well."""
        row = self._row(remote_id, "id,from{id}")
        if row is None:
            return
        if author_of(row) != self._account.id:
            raise Rejected(f"{remote_id} was written by another")
        _confirmed(self._graph.remove(node(remote_id)), "deleted")

    def count(self, remote_id: str) -> int | None:
        """Return `total_count` of the comments directly under a post, ours included."""
        asked = {"filter": "toplevel", "summary": "true", "limit": 0}
        told = self._graph.get(f"{node(remote_id)}/comments", **asked).body.get("summary") or {}
        return int(told["total_count"]) if "total_count" in told else None


def _body(answer: Answer | ConnectorError) -> dict[str, Any]:
    if isinstance(answer, ConnectorError):
        raise answer
    return answer.body


def _confirmed(answer: Answer, what: str) -> None:
    if answer.body.get("success") is not True:
        raise DeliveryUnknown(f"Facebook did not confirm that it is {what}")


def _canonical(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
