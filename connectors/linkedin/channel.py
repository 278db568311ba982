"""LinkedIn, an organisation's page, through the versioned REST interface.

What LinkedIn allows (learn.microsoft.com, Community Management, read 2026-11): posts of 3,000 characters in "little
text", comments of 1,250 in plain text, answers one level deep (an answer to an answer stands beside it). No comment
can be hidden. Authors are named by URN alone: their profiles are not asked for, LinkedIn lets them be kept a day only.
Comments can be closed only once a post is out, by another call, so one that was signed without them is not published
from here; closing deletes the comments that are there. Whether an administrator may delete what others wrote is not
documented: it is not done.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
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
from connectors.linkedin import little_text
from connectors.linkedin.media import Upload
from connectors.linkedin.metadata import change_to, is_open, path_of, summaries
from connectors.linkedin.parse import author_of, comment_of, published_comment, published_post, written_at
from connectors.linkedin.poll import PAGE, comments_path, fetch, posts_path
from connectors.linkedin.urn import actions, address, comment_urn, is_post, key, parts_of
from connectors.linkedin.wire import TIMEOUT, Gone, Wire, body_of, elements_of, has_more
from errors import DeliveryUnknown, Rejected, Unavailable

RESHARE_OFF = {"isReshareDisabledByAuthor": True}
CAPABILITIES = Capabilities(
    ids=r"urn:li:.+",
    max_length=3000,
    max_reply_length=1250,
    can_hide=False,
    hide_reversible=False,
    can_delete_own=True,
    can_delete_foreign=False,
    can_reply=True,
    reply_to_hidden=False,
    reply_levels=1,
    has_webhook=True,
    can_disable_comments=Support.MANUAL,
    can_disable_share=Support.YES,
    shows_edits=True,
    tells_count=True,
    max_media=20,
    settings=frozenset(RESHARE_OFF),
    share_off=RESHARE_OFF,
    tells_handles=False,
    lists_mentions=False,
    switches_comments=True,
    tells_comments=True,
    lists_closed=True,
    closing_deletes=True,
    blind_to=("posts of others that name us", "comments under advertising", "private messages"),
)
LOOK_UP_SIZE = 50
LOOKED_BACK = 20
NOT_YET = "Unable to obtain activity"
# LinkedIn's clock and ours differ: look a little further back.
SKEW = timedelta(minutes=1)


class LinkedInChannel:
    """One organisation's page on LinkedIn; see `Channel`. The account's id is `urn:li:organization:…`."""

    network = "linkedin"
    capabilities = CAPABILITIES

    def __init__(self, *, base_url: str, token: Token, account: Account, timeout: float = TIMEOUT) -> None:
        self._account = account
        self._wire = Wire(base_url, token, timeout)

    def whoami(self) -> Account:
        """GET /organizationAcls, then /organizations/{id}: the page that this token's member administers.

        A member may administer several: ours is the one with our id, or with our handle where the id is not known.
        """
        path = "/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED"
        roles = elements_of(self._wire.read(path, finder=True))
        pages = list(dict.fromkeys(str(one.get("organization") or one.get("organizationTarget")) for one in roles))
        known = [page for page in pages if page == self._account.id]
        found = [self._organisation(page) for page in known or ([] if self._account.id else pages)]
        ours = [one for one in found if known or one.handle.casefold() == self._account.handle.casefold()]
        if not (ours or found):
            raise Rejected("the member who gave the token does not administer this page")
        return (ours or found)[0]

    def _organisation(self, urn: str) -> Account:
        data = self._wire.read(f"/organizations/{key(urn.rpartition(':')[2])}")
        return Account(urn, str(data.get("vanityName") or ""), str(data.get("localizedName") or ""))

    def publish(self, post: OutgoingPost) -> Receipt:
        """POST /posts: the text escaped as little text, its files brought before; the id comes in a header."""
        unknown = sorted(set(post.settings) - CAPABILITIES.settings)
        if unknown:
            raise Rejected(f"LinkedIn knows no setting {', '.join(unknown)}")
        commentary = little_text.escaped(post.text)
        if len(commentary) > CAPABILITIES.max_length or not (post.text.strip() or post.media):
            raise Rejected(f"LinkedIn takes 1 to 3000 characters, {len(commentary)} given once escaped")
        if len(post.media) > CAPABILITIES.max_media:
            raise Rejected(f"LinkedIn shows {CAPABILITIES.max_media} files at most, {len(post.media)} given")
        content = {"content": Upload(self._wire, self._account.id).content(post.media)} if post.media else {}
        response = self._wire.write(
            "POST", "/posts", HTTPStatus.CREATED, body={**self._post(commentary), **post.settings, **content}
        )
        urn = response.headers.get("x-restli-id", "")
        if not is_post(urn):
            raise DeliveryUnknown("LinkedIn accepted the post and gave no id")
        return Receipt(urn, address(urn), self._wire.now, json.dumps({"x-restli-id": urn}))

    def _post(self, commentary: str) -> dict[str, Any]:
        return {
            "author": self._account.id,
            "commentary": commentary,
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }

    def reply(self, comment_id: str, text: str, key: str) -> Receipt:
        """POST /socialActions/{urn}/comments, under a comment, or under a post of ours (its first comment)."""
        if not 0 < len(text.strip()) <= CAPABILITIES.max_reply_length:
            raise Rejected(f"LinkedIn takes 1 to 1250 characters in a comment, {len(text)} given")
        under = self._top(comment_id)
        parts = parts_of(under)
        body: dict[str, Any] = {
            "actor": self._account.id,
            "object": parts[0] if parts else under,
            "message": {"text": text},
            **({"parentComment": under} if parts else {}),
        }
        try:
            response = self._wire.write("POST", actions(under), HTTPStatus.CREATED, body=body)
        except Gone as error:
            # A post that has just appeared cannot be commented yet: nothing was done, and later it goes.
            raise Unavailable(error.reason) if NOT_YET in error.reason else error from error
        number = response.headers.get("x-restli-id", "")
        try:
            told = body_of(response).get("commentUrn")
        except Unavailable:
            told = None
        if not told and not number.isdigit():
            raise DeliveryUnknown("LinkedIn accepted the comment and gave no id")
        urn = str(told or comment_urn(body["object"], number))
        return Receipt(urn, address(urn), self._wire.now, response.text)

    def _top(self, target: str) -> str:
        """Return what an answer to `target` stands under: a post, a comment, or the comment above an answer."""
        if is_post(target):
            return target
        element = self._comment(target)
        if element is None:
            raise Gone(f"LinkedIn does not show comment {target} any more")
        return str(element.get("parentComment") or target)

    def _comment(self, urn: str) -> dict[str, Any] | None:
        parts = parts_of(urn)
        if parts is None:
            return None
        try:
            return self._wire.read(f"{actions(parts[0])}/{parts[1]}")
        except Gone:
            return None

    def _published(self, urn: str) -> dict[str, Any] | None:
        try:
            return self._wire.read(f"/posts/{key(urn)}") if is_post(urn) else None
        except Gone:
            return None

    def read_back(self, remote_id: str) -> PublishedPost | None:
        """GET /posts/{urn}, or the comment, as a reader sees it."""
        if is_post(remote_id):
            post = self._published(remote_id)
            return published_post(post) if post else None
        element = self._comment(remote_id)
        return published_comment(element, remote_id) if element else None

    def same_text(self, sent: str, published: PublishedPost) -> bool:
        """Whether both are the same words; little text is undone already."""
        return little_text.same_words(sent, published.text)

    def find_own(self, text: str, since: datetime, *, in_reply_to: str | None = None) -> PublishedPost | None:
        """Look for the text in our newest posts, or among our comments under what was answered."""
        start = since - SKEW
        try:
            own = self._own_posts(start) if in_reply_to is None else self._own_answers(self._top(in_reply_to), start)
            return next((one for one in own if self.same_text(text, one)), None)
        except Gone:
            # What was answered is gone, and its answers with it.
            return None

    def own_posts(self, since: datetime) -> tuple[PublishedPost, ...]:
        """GET /posts?q=author, down to the first that is older; /socialMetadata, whether their comments are open."""
        own = [one for one in self._own_posts(since) if one.posted_at]
        told = summaries(self._wire.read, [one.remote_id for one in own])
        return tuple(replace(one, comments_open=is_open(told.get(one.remote_id, {}))) for one in own)

    def _own_posts(self, since: datetime) -> Iterator[PublishedPost]:
        for element in self._all(lambda start: posts_path(self._account.id, start), finder=True):
            post = published_post(element)
            if post.posted_at and post.posted_at < since:
                return
            yield post

    def _own_answers(self, under: str, since: datetime) -> Iterator[PublishedPost]:
        for element in self._all(lambda start: comments_path(under, start)):
            elsewhere = is_post(under) and element.get("parentComment")
            if not elsewhere and author_of(element) == self._account.id and written_at(element) >= since:
                yield published_comment(element)

    def _all(self, path: Any, *, finder: bool = False) -> Iterator[dict[str, Any]]:
        for page in range(LOOKED_BACK):
            body = self._wire.read(path(page * PAGE), finder=finder)
            yield from elements_of(body)
            if not has_more(body, PAGE):
                return
        raise Unavailable("LinkedIn lists more than is read here: what is looked for may be further down")

    def fetch_comments(self, cursor: str | None, conversations: Sequence[str] = ()) -> CommentPage:
        """Read the organisation's posts, their counts, and the comments under those that may have changed."""
        return fetch(self._wire, self._account, cursor, conversations)

    def look_up(self, ids: Sequence[str]) -> LookUp:
        """GET /socialActions/{thread}/comments?ids=List(…), by thread; what it leaves out is asked for by itself."""
        threads: dict[str, list[str]] = defaultdict(list)
        for urn in dict.fromkeys(ids):
            threads[(parts_of(urn) or ("", ""))[0]].append(urn)
        missing = set(threads.pop("", []))
        found: list[IncomingComment] = []
        for thread, urns in threads.items():
            for start in range(0, len(urns), LOOK_UP_SIZE):
                part = urns[start : start + LOOK_UP_SIZE]
                shown = self._several(thread, part)
                found += [comment_of(element, known_as=urn) for urn, element in shown.items()]
                missing |= set(part) - set(shown)
        return LookUp(tuple(found), frozenset(missing))

    def _several(self, thread: str, urns: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the comments of a thread that LinkedIn shows; only a 404 of its own says that one is gone."""
        numbers = {(parts_of(urn) or ("", ""))[1]: urn for urn in urns}
        path = f"{actions(thread)}?ids=List({','.join(numbers)})"
        try:
            results = self._wire.read(path).get("results") or {}
        except Rejected:
            results = {}
        shown = {urn: results[number] for number, urn in numbers.items() if number in results}
        for urn in set(urns) - set(shown):
            element = self._comment(urn)
            if element is not None:
                shown[urn] = element
        return shown

    def hide(self, comment_id: str) -> None:
        """LinkedIn has no hiding: refused without a call."""
        raise Rejected(f"LinkedIn lets nobody hide comment {comment_id}")

    def unhide(self, comment_id: str) -> None:
        """LinkedIn has no hiding: refused without a call."""
        raise Rejected(f"LinkedIn lets nobody hide comment {comment_id}, nor show it again")

    def set_comments(self, remote_id: str, *, enabled: bool) -> None:
        """POST /socialMetadata/{urn}?actor= (PARTIAL_UPDATE); closing deletes the comments that are there."""
        path = f"{path_of(remote_id)}?actor={key(self._account.id)}"
        done = (HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT)
        self._wire.write("POST", path, *done, body=change_to(enabled), named="PARTIAL_UPDATE")

    def sight(self, comment_id: str) -> Sight:
        """Whether the comment is there."""
        return Sight.GONE if self._comment(comment_id) is None else Sight.UNTOLD

    def delete_comment(self, comment_id: str) -> None:
        """Refuse, without a call: nothing documents that what another wrote can be deleted."""
        raise Rejected(f"LinkedIn documents no way to delete comment {comment_id}, which another wrote")

    def delete_own(self, remote_id: str) -> None:
        """DELETE the post or the comment, if it is ours; what LinkedIn does not show any more is deleted."""
        post, parts = is_post(remote_id), parts_of(remote_id)
        element = self._published(remote_id) if post else self._comment(remote_id)
        if element is None:
            return
        if (element.get("author") if post else author_of(element)) != self._account.id:
            raise Rejected(f"{remote_id} is not ours")
        path = f"/posts/{key(remote_id)}"
        if parts:
            path = f"{actions(parts[0])}/{parts[1]}?actor={key(self._account.id)}"
        with suppress(Gone):
            self._wire.write("DELETE", path, HTTPStatus.NO_CONTENT)

    def count(self, remote_id: str) -> int | None:
        """GET /socialMetadata/{urn}: the comments directly under a post, ours included."""
        try:
            body = self._wire.read(path_of(remote_id))
        except Gone:
            return None
        number = (body.get("commentSummary") or {}).get("topLevelCount")
        return int(number) if number is not None else None
