"""A network in memory: it keeps what it was sent, and can fail on demand."""

from datetime import UTC, datetime

from compliance import clock
from connectors.base import PublishedPost, Receipt
from connectors.x import CAPABILITIES
from errors import DeliveryUnknown

LOST = DeliveryUnknown("the answer was lost")


class FakeChannel:
    """One account; `posts` are (id, text, answered id). `fail` holds the errors that the next calls raise."""

    network = "x"
    capabilities = CAPABILITIES

    def __init__(self):
        self.posts: list[tuple[str, str, str | None]] = []
        self.settings: list[dict] = []
        self.media: list[tuple] = []
        self.shows_media = None
        self.calls: list[str] = []
        self.fail: dict[str, list[Exception]] = {}
        self.loses_answer = False
        self.shows = None

    def _maybe_fail(self, name):
        self.calls.append(name)
        if self.fail.get(name):
            raise self.fail[name].pop(0)

    def _add(self, text, answers):
        self.posts.append((str(len(self.posts) + 1), text, answers))
        return Receipt(self.posts[-1][0], f"https://x.example/{self.posts[-1][0]}", clock.now(), "{}")

    def publish(self, post):
        if self.loses_answer:
            self.loses_answer = False
            self._add(post.text, None)
            self.fail.setdefault("publish", []).insert(0, LOST)
        self._maybe_fail("publish")
        self.settings.append(dict(post.settings))
        self.media.append(post.media)
        return self._add(post.text, None)

    def reply(self, comment_id, text, key):
        self._maybe_fail("reply")
        return self._add(text, comment_id)

    def read_back(self, remote_id):
        self._maybe_fail("read_back")
        found = next((post for post in self.posts if post[0] == remote_id), None)
        return self._shown(found) if found else None

    def _shown(self, post):
        text = self.shows(post[1]) if self.shows else post[1]
        return PublishedPost(post[0], text, f"https://x.example/{post[0]}", datetime.now(UTC), "{}", self.shows_media)

    def same_text(self, sent, published):
        return sent.strip() == published.text.strip()

    def find_own(self, text, since, *, in_reply_to=None):
        self._maybe_fail("find_own")
        found = next((post for post in self.posts if post[1:] == (text, in_reply_to)), None)
        return self._shown(found) if found else None
