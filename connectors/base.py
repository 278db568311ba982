"""What every network is to the rest of the product: one protocol, plain values, five errors.

A channel knows no table, no setting and no clock of ours. Reads raise `Unavailable` when nothing was learnt; a write
whose answer was lost raises `DeliveryUnknown`, and its caller must look (`find_own`, `read_back`) before it tries
again: no network here takes an idempotency key for what is public.

Ids are text, times are aware UTC. Nothing here ever shows a token: `Token` hides its values from `repr`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from errors import Rejected


class ReplyNotAllowed(Rejected):
    """The network takes no answer to this comment from a program: a person copies the text and opens the page."""


class NotGranted(Rejected):
    """The network refuses for want of a permission: whoever connects the account must grant it."""


class Support(StrEnum):
    """Whether a network does something through its interface, or only by hand on its own pages."""

    YES = "yes"
    NO = "no"
    MANUAL = "manual"


class Said(StrEnum):
    """Where a text was left: in public under a post, in private, in answer to a story, under an advertisement."""

    COMMENT = "comment"
    PRIVATE_MESSAGE = "private_message"
    STORY_REPLY = "story_reply"
    AD_COMMENT = "ad_comment"


class Sight(StrEnum):
    """What the network shows of a comment; UNTOLD: it is there, and the network does not tell whether it is hidden."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    GONE = "gone"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a network can do; the screens offer nothing else.

    `max_length` and `max_reply_length` count in the network's own unit (on X weighted characters, see
    `connectors.x_text.weighted_length`). `comments_off` and `share_off` are the settings to publish with where
    `can_disable_comments` / `can_disable_share` is YES. `history_days` is how far back comments can still be listed
    (None: without limit). `private_reply`: whether the author of a comment can be answered in private.
    `delay_seconds` is how long after the fact a comment is usually listed.
    `hides_answers_only`: only what answers a post of ours can be hidden, not what names us elsewhere. `tells_hidden`:
    a comment that is read says whether it is hidden; without it only the answer to the hiding itself tells.
    `tells_handles`: its authors have a name that is theirs alone. `lists_mentions`: what names us out of our own posts
    is listed. `deletes_posts`: a post of ours can be deleted, not only an answer. `blind_to`: what is said there and
    never listed, in the network's words: a person looks by hand.
    `media_by_address`: the network takes no bytes, it fetches every file itself from `Media.url`.
    `pictures_by_address`: it does so with pictures alone. `ids`: how the network writes the id of a post or a comment
    (a regular expression over the whole); anything else is none of its ids, and nobody can ask it about that.
    `counts_all`: the number of a post's answers counts the answers to answers too. `cost`: where the network bills in
    units of a daily budget, those that a call of each method takes at least; `daily_units` is the budget.
    `holds_back`: comments are kept from the public until somebody releases them, and are listed to us meanwhile.
    `switches_comments`: comments under a post that is out can be opened and closed (the channel is a `CommentSwitch`).
    `prices`: where it bills in money, thousandths of a US dollar for a post or comment that is read (`read`, once a UTC
    day each), a post of our own that is (`own_read`), one that we write (`write`), one with a link in it (`link`).
    `counts_filtered`: the number of a post's comments holds those that a filter of the network keeps back.
    `tells_comments`: it tells whether everybody may comment our posts (`PublishedPost.comments_open`). `lists_closed`:
    reading the comments tells which posts have theirs closed (`CommentPage.closed`). `closing_deletes`: closing the
    comments under a post deletes those that are there. `private_messages`: what is written to the account in private is
    listed (`connectors.private`), `story_replies` answers to its stories among it; `ad_comments`: what is said under
    its advertisements. `message_window` is how long after a person's last message an answer is taken (None: without
    limit), `max_message_length` how long it may be, `message_pause` how long to wait between two readings.
    """

    max_length: int
    max_reply_length: int
    can_hide: bool
    hide_reversible: bool
    can_delete_own: bool
    can_delete_foreign: bool
    can_reply: bool
    reply_to_hidden: bool
    reply_levels: int | None
    has_webhook: bool
    can_disable_comments: Support
    can_disable_share: Support
    shows_edits: bool
    tells_count: bool
    history_days: int | None = None
    max_media: int = 0
    hides_answers_only: bool = False
    tells_hidden: bool = False
    settings: frozenset[str] = frozenset()
    comments_off: Mapping[str, object] = field(default_factory=dict)
    share_off: Mapping[str, object] = field(default_factory=dict)
    private_reply: Support = Support.NO
    tells_handles: bool = True
    lists_mentions: bool = True
    deletes_posts: bool = True
    blind_to: tuple[str, ...] = ()
    media_by_address: bool = False
    pictures_by_address: bool = False
    ids: str = r".+"
    counts_all: bool = False
    cost: Mapping[str, int] = field(default_factory=dict)
    daily_units: int | None = None
    holds_back: bool = False
    switches_comments: bool = False
    prices: Mapping[str, int] = field(default_factory=dict)
    counts_filtered: bool = True
    tells_comments: bool = False
    lists_closed: bool = False
    closing_deletes: bool = False
    private_messages: bool = False
    story_replies: bool = False
    ad_comments: bool = False
    message_window: timedelta | None = None
    max_message_length: int = 0
    message_pause: timedelta = timedelta(0)

    def known(self, ids: Iterable[str]) -> list[str]:
        """Return those ids that the network could have written."""
        return [one for one in ids if re.fullmatch(self.ids, one, re.ASCII)]


@dataclass(frozen=True, slots=True)
class Token:
    """What lets us act for one account.

    OAuth 2: `access` is the bearer token. OAuth 1.0a: `access` with `secret`, and the application's `client_id` and
    `client_secret` (consumer key and secret). A token is OAuth 1.0a exactly when `secret` is not empty. `scopes` are
    what the person granted, in the network's words; none where it does not tell.
    """

    access: str = field(repr=False)
    secret: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """Who a token speaks for: the network's id, the handle without @, the name shown."""

    id: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Media:
    """One picture or film to publish, with the text read to those who cannot see it.

    `url` is a public https address of the same bytes, for the networks that fetch files themselves; empty: none.
    """

    name: str
    mime: str
    data: bytes = field(repr=False)
    alt_text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingPost:
    """One variant as it was signed.

    `text` leaves exactly as given. `settings` are the network's own names (those in `Capabilities.settings`); an
    unknown one is `Rejected` before anything is sent. `key` is the outbox's idempotency key.
    """

    text: str
    key: str
    settings: Mapping[str, object] = field(default_factory=dict)
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's answer to a write.

    `at` is aware UTC, by the network's clock where it tells; `raw` is the answer as received (JSON text).
    """

    remote_id: str
    url: str
    at: datetime
    raw: str


@dataclass(frozen=True, slots=True)
class PublishedMedia:
    """A picture or film as the network shows it: its kind in the network's word; None: it does not tell the text."""

    kind: str
    alt_text: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """A post or a reply of ours as the network shows it now: links expanded, the network's escapes undone.

    `media` are its pictures and films in their order; None where the network does not tell. `title` is shown above the
    text on networks that have one. `edit_ids` are the ids of its versions, oldest first, where an edit gives a new one;
    empty elsewhere. `comments_open`: whether everybody may comment under it, None where the network does not tell;
    `own_posts` asks for it, the other readings may leave it untold.
    """

    remote_id: str
    text: str
    url: str
    posted_at: datetime | None
    raw: str
    media: tuple[PublishedMedia, ...] | None = None
    title: str | None = None
    edit_ids: tuple[str, ...] = ()
    comments_open: bool | None = None


@dataclass(frozen=True, slots=True)
class IncomingComment:
    """One comment as it reads now.

    `external_id` stays the same through edits. `edit_ids` are the network's ids of its versions, oldest first (one
    where it was never edited, or where the network keeps the id): `external_id == edit_ids[0]`. A reply or a hide goes
    to `revision_id`, the newest. `parent_id` is the post or comment it answers, `conversation_id` the post at the top;
    both None for a mention out of any conversation. `author_handle` has no @ and may be empty. `text` is the whole
    text, the network's escapes undone; `media` names the kinds of what hangs on it (`photo`, `video`, …). `hidden`:
    whether the public has it hidden now, None where the network does not tell. `said`: where it was left; what was
    said in private has the thread for a conversation, and no parent.
    """

    external_id: str
    text: str
    author_id: str
    author_handle: str
    posted_at: datetime
    parent_id: str | None
    conversation_id: str | None
    permalink: str
    edit_ids: tuple[str, ...]
    raw_json: str
    media: tuple[str, ...] = ()
    hidden: bool | None = None
    said: Said = Said.COMMENT

    @property
    def revision_id(self) -> str:
        """The id of the newest version."""
        return self.edit_ids[-1]


@dataclass(frozen=True, slots=True)
class CommentPage:
    """What one poll brought, without our own posts and without doubles (a later poll may bring a comment again).

    Store `comments` and `cursor` in one transaction: the cursor is safe to keep whether or not the poll is `complete`.
    Not complete: call again with it (from `next_allowed_at` on, when given) and it goes on where it stopped.
    `cap_hit`: the network does not let us see back to where we had stopped, so something may be missing.
    `next_allowed_at`: the network asks for no call before (aware UTC). `unseen`: ids of our posts of which the network
    tells comments and lists none: a person looks by hand. `closed`: ids of watched posts whose comments are closed.
    """

    comments: tuple[IncomingComment, ...]
    cursor: str
    complete: bool = True
    cap_hit: bool = False
    next_allowed_at: datetime | None = None
    unseen: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookUp:
    """Comments asked for by id: as they read now, and the ids that the network no longer shows.

    An id is the `external_id` or any of the `edit_ids`; an edited comment comes under its newest version when the
    network tells, and then its `edit_ids` are longer than what was known.
    """

    comments: tuple[IncomingComment, ...]
    missing: frozenset[str]


@runtime_checkable
class Channel(Protocol):
    """One account on one network.

    Every method may raise `AuthExpired`, `RateLimited`, `Unavailable` or `Rejected`; the writes (`publish`, `reply`,
    `hide`, `unhide`, `delete_own`, `delete_comment`) raise `DeliveryUnknown` when the request left and no
    usable answer came.
    """

    @property
    def network(self) -> str:
        """The network's name: `x`, `facebook`, `instagram`, `linkedin`, `youtube`, `tiktok`."""

    @property
    def capabilities(self) -> Capabilities:
        """What this network can do."""

    def whoami(self) -> Account:
        """Return the account that the token speaks for (the health check)."""

    def publish(self, post: OutgoingPost) -> Receipt:
        """Publish exactly once or raise; after `DeliveryUnknown` call `find_own` before any retry."""

    def reply(self, comment_id: str, text: str, key: str) -> Receipt:
        """Answer a comment publicly (its `revision_id`); `ReplyNotAllowed` when the network forbids it."""

    def read_back(self, remote_id: str) -> PublishedPost | None:
        """Return a post or reply of ours as the network shows it, None when it does not show it (any more)."""

    def same_text(self, sent: str, published: PublishedPost) -> bool:
        """Whether the network shows what was sent, its own rewriting (short links, NFC, outer blanks) undone."""

    def find_own(self, text: str, since: datetime, *, in_reply_to: str | None = None) -> PublishedPost | None:
        """Return our post (or our reply to `in_reply_to`) with this text sent at or after `since`: did it leave?"""

    def own_posts(self, since: datetime) -> tuple[PublishedPost, ...]:
        """Return the posts on our account made at or after `since`, newest first, whoever made them with our name.

        Without answers, and without what the public cannot see. Their media may be left untold.
        """

    def fetch_comments(self, cursor: str | None, conversations: Sequence[str] = ()) -> CommentPage:
        """Return what was said to us since the cursor, and under the posts whose ids are `conversations`.

        No cursor: as far back as the network lists. Our own posts are dropped, by id and by handle.
        """

    def look_up(self, ids: Sequence[str]) -> LookUp:
        """Return these comments as they read now, and which of them are gone: edits and deletions are found so."""

    def hide(self, comment_id: str) -> None:
        """Hide a comment (its `revision_id`) from the public; hiding a hidden one does nothing."""

    def unhide(self, comment_id: str) -> None:
        """Show a hidden comment again; showing a shown one does nothing."""

    def sight(self, comment_id: str) -> Sight:
        """Return what the public sees of a comment (its `revision_id`): looked at before a hide is tried again."""

    def delete_comment(self, comment_id: str) -> None:
        """Delete what another wrote (its `revision_id`); `Rejected`, and no call, where `can_delete_foreign` is not.

        One that is gone already is no error.
        """

    def delete_own(self, remote_id: str) -> None:
        """Delete a post or reply of ours; one that is gone already is no error."""

    def count(self, remote_id: str) -> int | None:
        """Return the network's own number of direct replies to a post, ours included; None when it does not tell."""


@runtime_checkable
class CommentSwitch(Protocol):
    """A channel that opens and closes the comments under a post of ours that is out."""

    def set_comments(self, remote_id: str, *, enabled: bool) -> None:
        """Open or close them; to what they are already is no error. A write, as those of `Channel`."""
