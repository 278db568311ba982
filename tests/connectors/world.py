"""What a contract test may do to a network: act as the public, break things, see the truth. One driver a network."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from connectors.base import Account, Channel, Media, Token
from connectors.registry import capabilities_of, channel_for

# Which of X's calls a channel's method makes: what a fault is armed against.
X_CALLS = {
    "publish": ("POST", "/2/tweets"),
    "reply": ("POST", "/2/tweets"),
    "hide": ("PUT", "/2/tweets/"),
    "sight": ("GET", "/2/tweets/"),
    "delete_own": ("DELETE", "/2/tweets/"),
    "fetch_comments": ("GET", "/2/users/"),
    "look_up": ("GET", "/2/tweets"),
    "read_back": ("GET", "/2/tweets/"),
    "find_own": ("GET", "/2/users/"),
}


@dataclass
class World:
    """One network of a running sandbox."""

    network: str
    url: str
    account: Account
    token: Token
    http: httpx.Client
    calls: dict[str, tuple[str, str]]
    root: str = ""
    media: tuple[Media, ...] = ()
    # The list that brings what is said anywhere, and how many of its pages hold a hundred.
    listing: tuple[str, int] = ("mentions", 1)
    anywhere: str | None = None

    def channel(self, *, timeout: float = 10.0, token: Token | None = None, account: Account | None = None) -> Channel:
        account = account or self.account
        base_url = self.url + self.root
        return channel_for(self.network, base_url=base_url, token=token or self.token, account=account, timeout=timeout)

    def _call(self, verb: str, to: str, /, **entry: Any) -> Any:
        answer = self.http.request(verb, f"/_sandbox/{to}", json={"network": self.network, **entry})
        assert answer.is_success, answer.text
        return answer.json()

    def comment(self, text: str, reply_to: str | None = None, **more: Any) -> str:
        return str(self._call("POST", "comments", text=text, reply_to=reply_to or self.top(), **more)["id"])

    def top(self) -> str | None:
        """Where the public speaks of nothing in particular: anywhere, or under some post of ours."""
        capabilities = capabilities_of(self.network)
        if capabilities is None or capabilities.lists_mentions:
            return None
        self.anywhere = self.anywhere or self.post("Un message quelconque")
        return self.anywhere

    def comments(self, texts: list[str], reply_to: str | None = None) -> set[str]:
        reply_to = reply_to or self.top()
        entries = [{"network": self.network, "text": text, "reply_to": reply_to} for text in texts]
        answer = self.http.post("/_sandbox/comments", json=entries)
        assert answer.is_success, answer.text
        return set(answer.json()["ids"])

    def post(self, text: str, at: datetime | None = None) -> str:
        return str(self._call("POST", "posts", text=text, at=at.isoformat() if at else None)["id"])

    def switch(self, post_id: str, *, enabled: bool) -> None:
        """Let somebody open or close the comments of our post on the network's own pages."""
        self._call("POST", f"posts/{post_id}/comments", open=enabled)

    def edit(self, comment_id: str, text: str) -> str:
        return str(self._call("PATCH", f"comments/{comment_id}", text=text)["id"])

    def delete(self, comment_id: str) -> None:
        self._call("DELETE", f"comments/{comment_id}")

    def break_next(self, action: str, kind: str, **more: Any) -> None:
        method, path = self.calls[action]
        self._call("POST", "faults", kind=kind, method=method, path=path, **more)

    def limit(self, route: str, size: int, seconds: float) -> None:
        self._call("POST", "limits", route=route, size=size, seconds=seconds)

    def suspend(self, handle: str) -> None:
        self._call("POST", "people", handle=handle, suspended=True)

    def items(self) -> list[dict[str, Any]]:
        """Every version of everything there, deleted and replaced ones too."""
        return list(self.http.get("/_sandbox/state", params={"network": self.network}).json()["items"])

    def published(self, text: str) -> list[dict[str, Any]]:
        """Our own posts with this text that the public can see."""
        return [i for i in self.items() if i["shown"] and i["author_id"] == self.account.id and i["text"] == text]

    def said(self) -> dict[str, str]:
        """What others said and the public can see: the first version's id, the words now."""
        return {str(i["first_id"]): i["text"] for i in self.items() if i["shown"] and i["author_id"] != self.account.id}


def just_now() -> datetime:
    return datetime.now(UTC)
