"""What every network owes that lists private messages: nothing lost, nothing public, answered once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from connectors.base import Account, Channel, Token
from connectors.private import MessageChannel, MessagePage, messages_of
from connectors.registry import channel_for


@dataclass
class PrivateWorld:
    """One network of a running sandbox, its public writing in private."""

    network: str
    url: str
    account: Account
    token: Token
    blind: Token | None
    http: httpx.Client
    # What a fault is armed against: the list, and the sending; how ids are written; what a limit is set on.
    listing: str
    sending: str
    identity: Callable[[int], str]
    route: str

    def channel(self, token: Token | None = None, timeout: float = 10.0) -> Channel:
        root = "" if self.network == "x" else f"/{self.network}"
        base_url, token = self.url + root, token or self.token
        return channel_for(self.network, base_url=base_url, token=token, account=self.account, timeout=timeout)

    def messages(self, **more: Any) -> MessageChannel:
        found = messages_of(self.channel(**more))
        assert found is not None
        return found

    def control(self, to: str, **entry: Any) -> Any:
        answer = self.http.post(f"/_sandbox/{to}", json={"network": self.network, **entry})
        assert answer.is_success, answer.text
        return answer.json()

    def write(self, text: str, handle: str = "lilas_nuit", **more: Any) -> str:
        if isinstance(more.get("at"), datetime):
            more["at"] = more["at"].isoformat()
        return self.identity(int(self.control("messages", text=text, handle=handle, **more)["number"]))

    def sent(self, text: str) -> int:
        told = self.http.get("/_sandbox/messages", params={"network": self.network}).json()["messages"]
        return sum(one["text"] == text and one["author_id"] == self.account.id for one in told)

    def break_next(self, path: str, kind: str, method: str, **more: Any) -> None:
        self.control("faults", kind=kind, method=method, path=path, **more)


def read_all(channel: MessageChannel, cursor: str | None = None) -> tuple[dict[str, Any], list[MessagePage], str]:
    """Read until complete; return the messages by id, the pages and the last cursor."""
    found: dict[str, Any] = {}
    pages: list[MessagePage] = []
    for _ in range(50):
        page = channel.fetch_messages(cursor)
        found |= {one.external_id: one for one in page.comments}
        pages.append(page)
        cursor = page.cursor
        if page.complete:
            return found, pages, page.cursor
    raise AssertionError("the reading never ended")
