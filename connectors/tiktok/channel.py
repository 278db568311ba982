"""TikTok (API for Business v1.3, accounts), through httpx.

What TikTok allows (business-api.tiktok.com/portal/docs, read 2026-11): a post is a film or pictures that it fetches
itself, its caption 2,200 UTF-16 units, and no program deletes it; a reply has 150 characters and stands under the
comment at the top of its thread; comments are hidden and shown again, never deleted unless they are ours; a comment
cannot be edited. A post's own count of comments is one to two days old, so it is not taken for one; nothing tells
whether a post's comments are open, nor opens or closes them once it is out. A reply that TikTok takes for spam is
hidden: then `read_back` shows none.
"""

import weakref
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
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
from connectors.tiktok import comments, posting
from connectors.tiktok.parse import (
    address,
    comment_key,
    comment_of,
    ids_of,
    is_ours,
    is_post,
    made_at,
    parts_of,
    post_of,
    reply_of,
    sight_of,
)
from connectors.tiktok.poll import fetch
from connectors.tiktok.text import same_words, utf16_units
from connectors.tiktok.wire import TIMEOUT, Answer, ask, make_client, read, write
from errors import DeliveryUnknown, Rejected, Unavailable

CAPABILITIES = Capabilities(
    ids=r"[0-9]+(_[0-9]+)?",
    max_length=posting.LONGEST,
    max_reply_length=150,
    can_hide=True,
    hide_reversible=True,
    can_delete_own=True,
    can_delete_foreign=False,
    can_reply=True,
    reply_to_hidden=False,
    reply_levels=1,
    has_webhook=True,
    can_disable_comments=Support.YES,
    can_disable_share=Support.NO,
    shows_edits=False,
    tells_count=False,
    max_media=posting.MOST_PICTURES,
    tells_hidden=True,
    settings=posting.FILM_SETTINGS,
    comments_off={"disable_comment": True},
    lists_mentions=False,
    deletes_posts=False,
    blind_to=("replies_to_hidden_comments", "mentions_elsewhere"),
    media_by_address=True,
)


class TikTokChannel:
    """One account on TikTok; see `Channel`. The account's id is the `open_id` that came with its token."""

    network = "tiktok"
    capabilities = CAPABILITIES

    def __init__(self, *, base_url: str, token: Token, account: Account, timeout: float = TIMEOUT) -> None:
        self._account, self._token = account, token
        self._client = make_client(base_url, token.access, timeout)
        weakref.finalize(self, self._client.close)

    def whoami(self) -> Account:
        """GET business/get/, for the `open_id` that we know or that TikTok names for the token."""
        open_id = self._account.id or self._open_id()
        asked = {"business_id": open_id, "fields": ["username", "display_name"]}
        data = read(self._client, "business/get/", asked).data
        if not data.get("username"):
            raise Unavailable("TikTok did not say whose token this is")
        return Account(open_id, str(data["username"]), str(data.get("display_name") or ""))

    def _open_id(self) -> str:
        """POST tt_user/token_info/get/."""
        body = {"app_id": self._token.client_id, "access_token": self._token.access}
        data = ask(self._client, "tt_user/token_info/get/", body).data
        if not data.get("creator_id"):
            raise Unavailable("TikTok did not say which account the token is for")
        return str(data["creator_id"])

    def publish(self, post: OutgoingPost) -> Receipt:
        """POST business/video/publish/ or business/photo/publish/, then business/publish/status/ until it is shown."""
        return posting.publish(self._client, self._account, post)

    def reply(self, comment_id: str, text: str, key: str) -> Receipt:
        """POST business/comment/reply/create/; under a post of ours, business/comment/create/."""
        if not text.strip() or utf16_units(text) > CAPABILITIES.max_reply_length:
            raise Rejected(f"a reply has 1 to {CAPABILITIES.max_reply_length} characters, this one {utf16_units(text)}")
        if is_post(comment_id):
            return self._said("business/comment/create/", comment_id, {"text": text})
        entry = self._there(comment_id)
        if entry.get("status") == "HIDDEN":
            raise ReplyNotAllowed("TikTok takes no reply to a hidden comment: answer first, then hide")
        body = {"comment_id": comments.thread_of(entry), "text": text}
        return self._said("business/comment/reply/create/", ids_of(entry)[0], body)

    def _said(self, path: str, video: str, body: Mapping[str, str]) -> Receipt:
        answer = write(self._client, path, {"business_id": self._account.id, "video_id": video, **body})
        comment = str(answer.data.get("comment_id") or "")
        if not comment:
            raise DeliveryUnknown(f"TikTok accepted the comment and gave no id: {answer.raw[:200]}")
        url = address(self._account.handle, video, comment)
        return Receipt(comment_key(video, comment), url, _written_at(answer), answer.raw)

    def read_back(self, remote_id: str) -> PublishedPost | None:
        """GET business/video/list/ for a post; business/comment/list/ for a reply, None for one that TikTok hides."""
        if not parts_of(remote_id):
            return posting.shown_post(self._client, self._account, remote_id)
        entry = comments.one(self._client, self._account, remote_id)
        shown = entry is not None and sight_of(entry) is not Sight.HIDDEN
        return reply_of(entry, self._account.handle) if entry is not None and shown else None

    def same_text(self, sent: str, published: PublishedPost) -> bool:
        """Whether both are the same words; TikTok rewrites none."""
        return same_words(sent, published.text)

    def find_own(self, text: str, since: datetime, *, in_reply_to: str | None = None) -> PublishedPost | None:
        """Look among our posts, or in the thread of a comment (hidden replies too: they left all the same).

        `Unavailable` for a post that is not there while TikTok may still be at work on it.
        """
        if in_reply_to is None:
            return posting.find_post(self._client, self._account, text, since)
        from_then = since.astimezone(UTC) - posting.SKEW
        return comments.find_reply(self._client, self._account, in_reply_to, text, from_then)

    def own_posts(self, since: datetime) -> tuple[PublishedPost, ...]:
        """GET business/video/list/, down to the first that is older."""
        found = posting.recent_posts(self._client, self._account, since.replace(microsecond=0))
        return tuple(post_of(entry, self._account.handle) for young, _answer in found for entry in young)

    def fetch_comments(self, cursor: str | None, conversations: Sequence[str] = ()) -> CommentPage:
        """GET business/video/list/, business/comment/list/ and business/comment/reply/list/."""
        return fetch(self._client, self._account, cursor, conversations)

    def look_up(self, ids: Sequence[str]) -> LookUp:
        """GET business/comment/list/ with `comment_ids`, post by post, thirty at a time."""
        wanted: dict[str, list[str]] = {}
        for both in map(parts_of, dict.fromkeys(ids)):
            if both:
                wanted.setdefault(both[0], []).append(both[1])
        found = [
            comment_of(entry, self._account.handle)
            for video, inside in wanted.items()
            for entry in comments.by_id(self._client, self._account, video, inside)
        ]
        return LookUp(tuple(found), frozenset(set(ids) - {one.external_id for one in found}))

    def hide(self, comment_id: str) -> None:
        """POST business/comment/hide/."""
        self._set_hidden(comment_id, "HIDE", Sight.HIDDEN)

    def unhide(self, comment_id: str) -> None:
        """POST business/comment/hide/; where TikTok itself hides the comment it may stay hidden: `sight` tells."""
        self._set_hidden(comment_id, "UNHIDE", Sight.SHOWN)

    def _set_hidden(self, comment_id: str, action: str, wanted: Sight) -> None:
        """Ask, unless it is so already: what TikTok does then is not documented."""
        entry = self._there(comment_id)
        if sight_of(entry) is not wanted:
            self._act("hide", {**_both(entry), "action": action})

    def like(self, comment_id: str, *, liked: bool = True) -> None:
        """POST business/comment/like/: as the account, like a comment or take the like back; twice is no error."""
        self._act("like", {**_both(self._there(comment_id)), "action": "LIKE" if liked else "UNLIKE"})

    def _act(self, act: str, body: Mapping[str, str]) -> None:
        write(self._client, f"business/comment/{act}/", {"business_id": self._account.id, **body})

    def _there(self, comment_id: str) -> dict[str, Any]:
        entry = comments.one(self._client, self._account, comment_id)
        if entry is None:
            raise Rejected(f"TikTok shows no comment {comment_id}")
        return entry

    def sight(self, comment_id: str) -> Sight:
        """GET business/comment/list/: a comment says whether it is hidden."""
        entry = comments.one(self._client, self._account, comment_id)
        return Sight.GONE if entry is None else sight_of(entry)

    def delete_comment(self, comment_id: str) -> None:
        """TikTok lets nobody delete what another wrote: refused without a call."""
        raise Rejected(f"TikTok does not let an account delete comment {comment_id}, which another wrote")

    def delete_own(self, remote_id: str) -> None:
        """POST business/comment/delete/ for a reply; of a post only to refuse: a person deletes it in TikTok."""
        if not parts_of(remote_id):
            if posting.shown_post(self._client, self._account, remote_id):
                raise Rejected(f"TikTok lets no program delete post {remote_id}: delete it in TikTok itself")
            return
        entry = comments.one(self._client, self._account, remote_id)
        if entry is None:
            return
        if not is_ours(entry, self._account.handle):
            raise Rejected(f"comment {remote_id} was written by another")
        self._act("delete", {"comment_id": str(entry["comment_id"])})

    def count(self, remote_id: str) -> int | None:
        """TikTok's count is one to two days old and holds the replies: it is none for us."""
        return None


def _both(entry: Mapping[str, Any]) -> dict[str, str]:
    video, comment = ids_of(entry)
    return {"video_id": video, "comment_id": comment}


def _written_at(answer: Answer) -> datetime:
    """Return when it was written; the write is done, so that an unreadable time must not make it an error."""
    try:
        return made_at(answer.data)
    except Unavailable:
        return answer.at
