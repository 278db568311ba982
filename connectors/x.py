"""X (API v2), through tweepy.

What X allows (docs.x.com, read 2026-11): 280 weighted characters; a reply only to who named or quoted us
(`ReplyNotAllowed` otherwise); hiding only in conversations that we began, and hiding twice succeeds twice; the last
800 mentions, searches of seven days. X shortens every link to t.co, escapes &, < and > and puts handles before an
answer: `read_back` gives the text with the links expanded and the rest undone, and `same_text` compares what is left,
a link's missing scheme or final slash aside.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import tweepy

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
from connectors.http_facts import server_time
from connectors.private import ByMailbox
from connectors.x_media import Upload
from connectors.x_messages import MAX_LENGTH, PAUSE, Messages
from connectors.x_parse import ASKED, TWEET_FIELDS, address, comment_of, parent_of, posts_in, published_of
from connectors.x_poll import fetch
from connectors.x_text import same_words
from connectors.x_wire import TIMEOUT, make_client, read, write
from errors import DeliveryUnknown, Rejected, Unavailable

CAPABILITIES = Capabilities(
    ids=r"[0-9]{1,19}",
    max_length=280,
    max_reply_length=280,
    can_hide=True,
    hide_reversible=True,
    can_delete_own=True,
    can_delete_foreign=False,
    can_reply=True,
    reply_to_hidden=True,
    reply_levels=None,
    has_webhook=True,
    can_disable_comments=Support.YES,
    tells_comments=True,
    can_disable_share=Support.NO,
    shows_edits=True,
    tells_count=True,
    history_days=7,
    max_media=4,
    hides_answers_only=True,
    settings=frozenset({"reply_settings", "made_with_ai", "paid_partnership", "nullcast"}),
    comments_off={"reply_settings": "mentionedUsers"},
    private_reply=Support.MANUAL,
    # Pay per use since 2026-02; read again within the same UTC day, a post is billed once.
    prices={"read": 5, "own_read": 1, "write": 15, "link": 200},
    private_messages=True,
    max_message_length=MAX_LENGTH,
    message_pause=PAUSE,
)
LOOK_UP_SIZE = 100
TIMELINE_PAGES = 32
# X's clock and ours differ: look a little further back, the same words cannot have been there before (X refuses them).
SKEW = timedelta(minutes=1)


class XChannel(ByMailbox):
    """One account on X; see `Channel`."""

    network = "x"
    capabilities = CAPABILITIES

    def __init__(self, *, base_url: str, token: Token, account: Account, timeout: float = TIMEOUT) -> None:
        self._account = account
        self._client: tweepy.Client = make_client(base_url, token, timeout)
        self._oauth1 = bool(token.secret)
        self._messages = Messages(self._client, account, oauth1=self._oauth1)

    def whoami(self) -> Account:
        """GET /2/users/me."""
        body, _ = read(lambda: self._client.get_me(user_auth=self._oauth1))
        data = body.get("data") or {}
        if not data.get("id"):
            raise Unavailable("X did not say whose token this is")
        return Account(str(data["id"]), str(data.get("username", "")), str(data.get("name", "")))

    def publish(self, post: OutgoingPost) -> Receipt:
        """POST /2/tweets with the text exactly as given, its files brought before; X keeps no key: none is sent."""
        unknown = sorted(set(post.settings) - CAPABILITIES.settings)
        if unknown:
            raise Rejected(f"X knows no setting {', '.join(unknown)}")
        body: dict[str, Any] = {**({"text": post.text} if post.text.strip() or not post.media else {}), **post.settings}
        if post.media:
            if len(post.media) > CAPABILITIES.max_media:
                raise Rejected(f"X shows {CAPABILITIES.max_media} files at most, {len(post.media)} given")
            body["media"] = {"media_ids": Upload(self._client, oauth1=self._oauth1).bring(post.media)}
        return self._create(body)

    def reply(self, comment_id: str, text: str, key: str) -> Receipt:
        """POST /2/tweets in reply to a comment."""
        return self._create({"text": text, "reply": {"in_reply_to_tweet_id": comment_id}})

    def _create(self, body: dict[str, Any]) -> Receipt:
        """Tweepy's `create_tweet` lacks some settings, so the call is made by its `request`."""
        answer, response = write(lambda: self._client.request("POST", "/2/tweets", json=body, user_auth=self._oauth1))
        data = answer.get("data") or {}
        if not data.get("id"):
            raise DeliveryUnknown(f"X accepted the post and gave no id: {json.dumps(answer)[:200]}")
        remote_id = str(data["id"])
        raw = response.content.decode("utf-8", "replace")
        return Receipt(remote_id, address(self._account.handle, remote_id), server_time(response.headers), raw)

    def read_back(self, remote_id: str) -> PublishedPost | None:
        """GET /2/tweets/{id}; X answers 200 with `errors` when there is none."""
        post, body = self._post(remote_id)
        return published_of(post, self._account.handle, body) if post else None

    def _post(self, remote_id: str, fields: str | None = None) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        asked = ASKED if fields is None else {"tweet_fields": fields}
        body, _ = read(lambda: self._client.get_tweet(remote_id, user_auth=self._oauth1, **asked))
        posts = posts_in(body)
        if not posts and not _only_not_found(body):
            raise Unavailable(f"X did not show post {remote_id} and did not say that it is gone")
        return posts[0] if posts else None, body

    def same_text(self, sent: str, published: PublishedPost) -> bool:
        """Whether both are the same words once X's rewriting is undone."""
        return same_words(sent, published.text)

    def find_own(self, text: str, since: datetime, *, in_reply_to: str | None = None) -> PublishedPost | None:
        """Look for the text in our own timeline (GET /2/users/{id}/tweets), from a minute before `since` on."""
        own = self._timeline((since - SKEW).astimezone(UTC))
        return next((one for above, one in own if above == in_reply_to and self.same_text(text, one)), None)

    def own_posts(self, since: datetime) -> tuple[PublishedPost, ...]:
        """GET /2/users/{id}/tweets; what was passed on from others is on our account as well."""
        own = self._timeline(since.astimezone(UTC))
        return tuple(one for above, one in own if above is None and one.posted_at and one.posted_at >= since)

    def _timeline(self, start: datetime) -> Iterator[tuple[str | None, PublishedPost]]:
        """Yield all that we said from a moment on, newest first, each with the id of what it answers."""
        fields = f"{TWEET_FIELDS},reply_settings"
        asked: dict[str, Any] = {
            **ASKED,
            "tweet_fields": fields,
            "start_time": start,
            "max_results": 100,
            "user_auth": self._oauth1,
        }
        token: str | None = None
        for _ in range(TIMELINE_PAGES):
            params = {**asked, "pagination_token": token}
            body, _response = read(partial(self._client.get_users_tweets, self._account.id, **params))
            for post in posts_in(body):
                yield parent_of(post), published_of(post, self._account.handle, body)
            token = (body.get("meta") or {}).get("next_token")
            if not token:
                return
        raise Unavailable("our own timeline has more pages than X lists: the post may be further down")

    def fetch_comments(self, cursor: str | None, conversations: Sequence[str] = ()) -> CommentPage:
        """Mentions (GET /2/users/{id}/mentions), then searches by conversation (GET /2/tweets/search/recent)."""
        return fetch(self._client, self._account, self._oauth1, cursor, conversations)

    def look_up(self, ids: Sequence[str]) -> LookUp:
        """GET /2/tweets?ids=, a hundred at a time; a version that was edited is followed to the newest."""
        comments, missing = self._look_up(list(dict.fromkeys(ids)))
        later = [one.revision_id for one in comments if one.revision_id != _id_of(one)]
        newer, gone = self._look_up(list(dict.fromkeys(later)))
        by_id = {one.external_id: one for one in comments if one.revision_id not in gone}
        by_id |= {one.external_id: one for one in newer}
        lost = {one_id for one in comments if one.revision_id in gone for one_id in one.edit_ids}
        return LookUp(tuple(by_id.values()), frozenset(missing | (lost & set(ids))))

    def _look_up(self, ids: list[str]) -> tuple[list[IncomingComment], set[str]]:
        comments: list[IncomingComment] = []
        missing: set[str] = set()
        for start in range(0, len(ids), LOOK_UP_SIZE):
            part = ids[start : start + LOOK_UP_SIZE]
            body, _ = read(partial(self._client.get_tweets, part, user_auth=self._oauth1, **ASKED))
            posts = posts_in(body)
            comments += [comment_of(post, body) for post in posts]
            gone = set(part) - {str(post["id"]) for post in posts}
            if gone - _not_found(body):
                raise Unavailable("X left posts out of its answer and did not say that they are gone")
            missing |= gone
        return comments, missing

    def hide(self, comment_id: str) -> None:
        """PUT /2/tweets/{id}/hidden."""
        self._set_hidden(comment_id, hidden=True)

    def unhide(self, comment_id: str) -> None:
        """PUT /2/tweets/{id}/hidden."""
        self._set_hidden(comment_id, hidden=False)

    def _set_hidden(self, comment_id: str, *, hidden: bool) -> None:
        act = self._client.hide_reply if hidden else self._client.unhide_reply
        body, _ = write(lambda: act(comment_id, user_auth=self._oauth1))
        if (body.get("data") or {}).get("hidden") is not hidden:
            raise DeliveryUnknown(f"X did not confirm that the reply is {'hidden' if hidden else 'shown'}")

    def sight(self, comment_id: str) -> Sight:
        """GET /2/tweets/{id}: there or gone; no field of X tells whether an answer is hidden."""
        return Sight.GONE if self._post(comment_id, "author_id")[0] is None else Sight.UNTOLD

    def delete_comment(self, comment_id: str) -> None:
        """X lets nobody delete what another wrote: refused without a call."""
        raise Rejected(f"X does not let an account delete post {comment_id}, which another wrote")

    def delete_own(self, remote_id: str) -> None:
        """DELETE /2/tweets/{id}; what X does not show any more is deleted."""
        if self._post(remote_id, "author_id")[0] is None:
            return
        body, _ = write(lambda: self._client.delete_tweet(remote_id, user_auth=self._oauth1))
        if (body.get("data") or {}).get("deleted") is not True:
            raise DeliveryUnknown("X did not confirm the deletion")

    def count(self, remote_id: str) -> int | None:
        """Return `reply_count`: the answers directly under a post, ours included, those further down not."""
        post, _ = self._post(remote_id, "public_metrics")
        number = ((post or {}).get("public_metrics") or {}).get("reply_count")
        return int(number) if number is not None else None


def _id_of(comment: IncomingComment) -> str:
    """Return the id of the version that X sent."""
    return str(json.loads(comment.raw_json)["id"])


def _not_found(body: dict[str, Any]) -> set[str]:
    errors = [one for one in body.get("errors") or [] if str(one.get("type", "")).endswith("resource-not-found")]
    return {str(one.get("resource_id") or one.get("value")) for one in errors}


def _only_not_found(body: dict[str, Any]) -> bool:
    return bool(_not_found(body))
