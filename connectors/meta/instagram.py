"""A professional account on Instagram (Graph API with Facebook Login).

What Instagram allows (developers.facebook.com, read 2026-11): captions and comments of 2,200 characters; answers under
a comment only, and never to a hidden one: answer first, hide then. A comment is not edited, a caption neither through
the interface; a post is deleted whole, with a permission of its own. Comments can be closed only once a post is out, so
one that was signed without them is not published from here. Comments under media with a minimum age are not
listed at all, nor those of people whom the account restricts, nor those under advertisements: `blind_to`, looked at by
hand. What names us elsewhere comes by webhook only.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
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
from connectors.meta.errors import Gone, NotUnderstood
from connectors.meta.instagram_media import check, container
from connectors.meta.instagram_parse import COMMENT_FIELDS, MEDIA_FIELDS, address, comment_of, is_ours, published_of
from connectors.meta.instagram_poll import fetch
from connectors.meta.messages import MAX_LENGTH, WINDOW, Messages
from connectors.meta.wire import MOST_IN_BATCH, TIMEOUT, Answer, Graph, after_of, node, rows_in
from connectors.private import ByMailbox
from errors import ConnectorError, DeliveryUnknown, Rejected, Unavailable

CAPABILITIES = Capabilities(
    ids=r"[0-9]+",
    max_length=2_200,
    max_reply_length=2_200,
    can_hide=True,
    hide_reversible=True,
    can_delete_own=True,
    can_delete_foreign=True,
    can_reply=True,
    reply_to_hidden=False,
    reply_levels=1,
    has_webhook=True,
    can_disable_comments=Support.MANUAL,
    can_disable_share=Support.MANUAL,
    shows_edits=False,
    tells_count=True,
    max_media=10,
    tells_hidden=True,
    lists_mentions=False,
    blind_to=("age_gated_media", "restricted_people", "advertisements"),
    counts_all=True,
    pictures_by_address=True,
    switches_comments=True,
    tells_comments=True,
    lists_closed=True,
    settings=frozenset({"paid_partnership", "is_ai_generated"}),
    private_reply=Support.MANUAL,
    private_messages=True,
    story_replies=True,
    message_window=WINDOW,
    max_message_length=MAX_LENGTH["instagram"],
)
SKEW = timedelta(minutes=1)
OWN_PAGES = 32
NAMES = {"paid_partnership": "is_paid_partnership"}


class InstagramChannel(ByMailbox):
    """One professional account on Instagram; see `Channel`. Its token is that of the page behind it."""

    network = "instagram"
    capabilities = CAPABILITIES

    def __init__(self, *, base_url: str, token: Token, account: Account, timeout: float = TIMEOUT) -> None:
        self._account = account
        self._graph = Graph(base_url, token, timeout)
        self._messages = Messages(self._graph, account, "instagram")

    def whoami(self) -> Account:
        """GET /{account}: the token is a page's, so the account is asked for by its id."""
        body = self._graph.get(node(self._account.id), fields="id,username,name").body
        if not body.get("id"):
            raise Unavailable("Instagram did not show the account")
        return Account(str(body["id"]), str(body.get("username") or ""), str(body.get("name") or ""))

    def publish(self, post: OutgoingPost) -> Receipt:
        """POST /{account}/media_publish for a container that holds the caption exactly as given and the files."""
        unknown = sorted(set(post.settings) - CAPABILITIES.settings)
        if unknown:
            raise Rejected(f"Instagram knows no setting {', '.join(unknown)}")
        check(post.media)
        settings = {NAMES.get(name, name): str(value).lower() for name, value in post.settings.items()}
        about = ({"caption": post.text} if post.text else {}) | settings
        made = container(self._graph, self._account.id, post.media, about)
        answer = self._graph.send(f"{node(self._account.id)}/media_publish", creation_id=made)
        remote_id = str(answer.body.get("id") or "")
        if not remote_id:
            raise DeliveryUnknown(f"Instagram published and gave no id: {answer.raw[:200]}")
        return Receipt(remote_id, self._address(remote_id), answer.at, answer.raw)

    def _address(self, media_id: str) -> str:
        """Return where a post stands, or the account's own page where Instagram does not tell: it is out."""
        try:
            link = self._graph.get(node(media_id), fields="id,permalink").body.get("permalink")
        except ConnectorError:
            link = None
        return str(link or f"https://www.instagram.com/{self._account.handle}/")

    def reply(self, comment_id: str, text: str, key: str) -> Receipt:
        """POST /{comment}/replies, or /{media}/comments under a post of ours.

        Instagram puts an answer to an answer under the comment above it.
        """
        row = self._place(comment_id)
        if row.get("hidden") is True:
            raise Rejected("Instagram takes no answer to a hidden comment: show it first, answer, then hide it")
        edge = "comments" if "media_type" in row else "replies"
        answer = self._graph.send(f"{node(comment_id)}/{edge}", message=text)
        remote_id = str(answer.body.get("id") or "")
        if not remote_id:
            raise DeliveryUnknown(f"Instagram took the answer and gave no id: {answer.raw[:200]}")
        permalink = str((row.get("media") or row).get("permalink") or "")
        return Receipt(remote_id, address(permalink, remote_id), answer.at, answer.raw)

    def _place(self, object_id: str) -> dict[str, Any]:
        """Read what is answered: a comment, or a media (it has a `media_type`)."""
        try:
            return self._graph.get(node(object_id), fields="id,hidden,parent_id,media{id,permalink}").body
        except NotUnderstood:
            return self._graph.get(node(object_id), fields="id,media_type,permalink").body

    def read_back(self, remote_id: str) -> PublishedPost | None:
        """GET /{media}, or /{comment}: an id does not say which it is, the fields that it has do."""
        row = self._row(remote_id, MEDIA_FIELDS, COMMENT_FIELDS)
        return published_of(row) if row else None

    def _row(self, object_id: str, fields: str, otherwise: str = "") -> dict[str, Any] | None:
        """Read one media or comment; None when it is gone."""
        try:
            return self._graph.get(node(object_id), fields=fields).body
        except Gone:
            self._check_sight()
            return None
        except NotUnderstood:
            if not otherwise:
                raise
            return self._row(object_id, otherwise)

    def _check_sight(self) -> None:
        """Meta answers alike about what is gone and what this token may not see: make sure that it still may see."""
        rows = rows_in(self._graph.get(f"{node(self._account.id)}/media", fields="id", limit=1).body)
        if rows:
            self._graph.get(f"{node(str(rows[0]['id']))}/comments", fields="id", limit=1)

    def same_text(self, sent: str, published: PublishedPost) -> bool:
        """Whether both are the same words: composed alike, without blanks at the ends."""
        return _canonical(sent) == _canonical(published.text)

    def find_own(self, text: str, since: datetime, *, in_reply_to: str | None = None) -> PublishedPost | None:
        """Look for the caption among our own media, or for the answer under a comment, from a minute before on."""
        start = (since - SKEW).astimezone(UTC).replace(microsecond=0)
        own = self._own(self._list_of(in_reply_to), MEDIA_FIELDS if in_reply_to is None else COMMENT_FIELDS)
        recent = (one for one in own if one.posted_at and one.posted_at >= start)
        return next((one for one in recent if self.same_text(text, one)), None)

    def _list_of(self, in_reply_to: str | None) -> str:
        """Return the list that holds our media, or what stands under a media or a comment."""
        if in_reply_to is None:
            return f"{node(self._account.id)}/media"
        row = self._place(in_reply_to)
        if "media_type" in row:
            return f"{node(in_reply_to)}/comments"
        return f"{node(str(row.get('parent_id') or in_reply_to))}/replies"

    def own_posts(self, since: datetime) -> tuple[PublishedPost, ...]:
        """GET /{account}/media, down to the first that is older."""
        start = since.replace(microsecond=0)
        own = self._own(self._list_of(None), MEDIA_FIELDS)
        return tuple(takewhile(lambda one: one.posted_at is not None and one.posted_at >= start, own))

    def _own(self, path: str, fields: str) -> Iterator[PublishedPost]:
        """Yield what we wrote: media newest first, answers in no order that is documented."""
        after: dict[str, str] = {}
        for _ in range(OWN_PAGES):
            body = self._graph.get(path, fields=fields, limit=50, **after).body
            for row in rows_in(body):
                if "text" not in row or is_ours(self._account, row):
                    yield published_of(row)
            if not after_of(body):
                return
            after = {"after": after_of(body)}
        raise Unavailable("our own posts have more pages than can be looked through: this one may be further down")

    def fetch_comments(self, cursor: str | None, conversations: Sequence[str] = ()) -> CommentPage:
        """GET /{account}/media, then GET /{media}/comments, several media a call."""
        return fetch(self._graph, self._account, cursor, conversations)

    def look_up(self, ids: Sequence[str]) -> LookUp:
        """GET each id, fifty a call."""
        asked = list(dict.fromkeys(ids))
        comments: list[IncomingComment] = []
        missing: set[str] = set()
        for start in range(0, len(asked), MOST_IN_BATCH):
            part = asked[start : start + MOST_IN_BATCH]
            answers = self._graph.batch([(node(one), {"fields": COMMENT_FIELDS}) for one in part])
            for one, answer in zip(part, answers, strict=True):
                if isinstance(answer, Gone):
                    missing.add(one)
                elif isinstance(answer, ConnectorError):
                    raise answer
                else:
                    comments.append(comment_of(answer.body))
        if missing:
            self._check_sight()
        return LookUp(tuple(comments), frozenset(missing))

    def hide(self, comment_id: str) -> None:
        """POST /{comment} with hide; answered before, for a hidden comment takes no answer."""
        _confirmed(self._graph.send(node(comment_id), hide="true"), "hidden")

    def unhide(self, comment_id: str) -> None:
        """POST /{comment} with hide."""
        _confirmed(self._graph.send(node(comment_id), hide="false"), "shown")

    def sight(self, comment_id: str) -> Sight:
        """GET /{comment}?fields=hidden."""
        row = self._row(comment_id, "id,hidden")
        if row is None:
            return Sight.GONE
        hidden = row.get("hidden")
        return (Sight.HIDDEN if hidden else Sight.SHOWN) if isinstance(hidden, bool) else Sight.UNTOLD

    def set_comments(self, remote_id: str, *, enabled: bool) -> None:
        """POST /{media} with comment_enabled."""
        _confirmed(
            self._graph.send(node(remote_id), comment_enabled=str(enabled).lower()), "open" if enabled else "closed"
        )

    def delete_comment(self, comment_id: str) -> None:
        """DELETE /{comment}; what is gone already is deleted."""
        try:
            _confirmed(self._graph.remove(node(comment_id)), "deleted")
        except Gone:
            self._check_sight()

    def delete_own(self, remote_id: str) -> None:
        """DELETE /{media or comment}, once it is known for ours."""
        row = self._row(remote_id, "id,text,username,from{id,username}", "id,caption,username")
        if row is None:
            return
        if not is_ours(self._account, row):
            raise Rejected(f"{remote_id} was written by another")
        _confirmed(self._graph.remove(node(remote_id)), "deleted")

    def count(self, remote_id: str) -> int | None:
        """Return `comments_count`: comments and answers at every depth, ours included."""
        told = self._graph.get(node(remote_id), fields="id,comments_count").body.get("comments_count")
        return int(told) if told is not None else None


def _confirmed(answer: Answer, what: str) -> None:
    if answer.body.get("success") is not True:
        raise DeliveryUnknown(f"Instagram did not confirm that it is {what}")


def _canonical(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
