"""What some networks show beside public comments: private messages, and comments under advertisements.

A channel whose `Capabilities` tell `private_messages` is also a `MessageChannel`, one that tells `ad_comments` an
`AdChannel`. Their readings have cursors of their own, to be kept with the rows as the one of the comments is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from connectors.base import Channel, CommentPage, IncomingComment, PublishedPost, Receipt


@dataclass(frozen=True, slots=True)
class Thread:
    """A private conversation, and the person in it whom an answer goes to."""

    id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """What the account itself wrote in a thread, from here or elsewhere (`sent_at` aware UTC)."""

    external_id: str
    thread_id: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class MessagePage:
    """What one reading of the threads brought: others' messages, and ours beside them.

    Store both and `cursor` in one transaction; the rest as in `CommentPage`.
    """

    comments: tuple[IncomingComment, ...]
    own: tuple[OwnMessage, ...]
    cursor: str
    complete: bool = True
    cap_hit: bool = False
    next_allowed_at: datetime | None = None


@runtime_checkable
class MessageChannel(Protocol):
    """The private messages of one account; every method may raise what a channel's may, and `NotGranted`."""

    def fetch_messages(self, cursor: str | None) -> MessagePage:
        """Return what was written in private since the cursor; a later reading may bring a message again."""

    def answer_message(self, thread: Thread, text: str, key: str) -> Receipt:
        """Answer in private exactly once or raise; `ReplyNotAllowed` when the network takes none (any more)."""

    def find_message(self, thread: Thread, text: str, since: datetime) -> PublishedPost | None:
        """Return our message with this text sent to the thread at or after `since`: did it leave?"""

    def read_message(self, remote_id: str) -> PublishedPost | None:
        """Return a message of ours as the network shows it, None when it does not show it (any more)."""


class Mailbox(Protocol):
    """What a network's module of private messages does; see `MessageChannel`."""

    def fetch(self, cursor: str | None) -> MessagePage:
        """See `MessageChannel.fetch_messages`."""

    def send(self, thread: Thread, text: str) -> Receipt:
        """See `MessageChannel.answer_message`."""

    def find(self, thread: Thread, text: str, since: datetime) -> PublishedPost | None:
        """See `MessageChannel.find_message`."""

    def read(self, remote_id: str) -> PublishedPost | None:
        """See `MessageChannel.read_message`."""


class ByMailbox:
    """A channel's part of private messages, which a mailbox of its network does."""

    _messages: Mailbox

    def fetch_messages(self, cursor: str | None) -> MessagePage:
        """See `MessageChannel`."""
        return self._messages.fetch(cursor)

    def answer_message(self, thread: Thread, text: str, key: str) -> Receipt:
        """See `MessageChannel`; no network takes the key."""
        return self._messages.send(thread, text)

    def find_message(self, thread: Thread, text: str, since: datetime) -> PublishedPost | None:
        """See `MessageChannel`."""
        return self._messages.find(thread, text, since)

    def read_message(self, remote_id: str) -> PublishedPost | None:
        """See `MessageChannel`."""
        return self._messages.read(remote_id)


@runtime_checkable
class AdChannel(Protocol):
    """The advertisements of one account."""

    def fetch_ad_comments(self, cursor: str | None) -> CommentPage:
        """Return what was said under advertisements since the cursor; as `Channel.fetch_comments`."""


def message_length(network: str, text: str) -> int:
    """Return how long a private message is, in the unit of `max_message_length`: characters, on Instagram bytes."""
    return len(text.encode()) if network == "instagram" else len(text)


def messages_of(channel: Channel) -> MessageChannel | None:
    """Return a channel as the one of its private messages; None where its network shows none."""
    return channel if channel.capabilities.private_messages and isinstance(channel, MessageChannel) else None


def ads_of(channel: Channel) -> AdChannel | None:
    """Return a channel as the one of its advertisements; None where its network shows none."""
    return channel if channel.capabilities.ad_comments and isinstance(channel, AdChannel) else None
