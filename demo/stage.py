"""What the demonstration is made of: its files, its people, the clocks that it holds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml

from compliance import clock
from compliance.permissions import Actor
from connectors.base import Token
from models.account import Account
from models.enums import Role

DATA = Path(__file__).parent / "data"


def load(name: str) -> Any:
    """Return one of the demonstration's YAML files."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def lines(name: str) -> list[dict[str, Any]]:
    """Return one of the demonstration's JSONL files."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


class Stage:
    """The people of the demonstration, and the sandbox on whose network they act."""

    def __init__(self, sandbox: str, token: Token) -> None:
        self.sandbox = sandbox
        self.token = token
        self.people: dict[str, Actor] = {}
        self.account_id = ""
        self.accounts: dict[str, Account] = {}
        self.now = clock.now()
        self.moment = self.now

    def holder(self, role: Role) -> Actor:
        """Return the first person who holds a role."""
        return next(actor for actor in self.people.values() if role in actor.roles)

    def ask(self, path: str, content: Any) -> Any:
        """Ask something of the sandbox's control interface."""
        answer = httpx.post(f"{self.sandbox}/_sandbox/{path}", json=content, timeout=30.0, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    @contextmanager
    def at(self, moment: datetime) -> Iterator[datetime]:
        """Hold the clocks of the application and of the sandbox at a moment."""
        self.ask("clock", {"at": moment.isoformat()})
        with clock.at(moment):
            yield moment
        self.ask("clock", {"at": None})

    @contextmanager
    def later(self, minutes: int) -> Iterator[datetime]:
        """Hold the application's clock some minutes after what was done last."""
        self.moment += timedelta(minutes=minutes)
        with clock.at(self.moment):
            yield self.moment
