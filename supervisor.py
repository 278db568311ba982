"""Child processes that live and die together: `covigie run` and the demonstration."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from i18n import _

ROOT = Path(__file__).parent
GRACE_SECONDS = 8.0
READY_SECONDS = 60.0


@dataclass(frozen=True)
class Child:
    """A process to keep alive: its name on the screen, its arguments to Python, the address that answers when ready."""

    name: str
    arguments: tuple[str, ...]
    ready: str | None = None


@dataclass
class Supervisor:
    """Starts children in order, waits until each is ready, and stops all of them when one ends or a signal comes."""

    log_dir: Path
    environment: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopping: bool = False

    def listen(self) -> None:
        """Stop on Ctrl-C and on SIGTERM, also half way through the start."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        if not self.stopping:  # a second Ctrl-C must not leave children behind
            self.stopping = True
            raise KeyboardInterrupt

    def start(self, child: Child) -> None:
        """Start a child in a process group of its own and wait until it is ready; raises ChildEnded."""
        self.log_dir.mkdir(parents=True, exist_ok=True)
        log = (self.log_dir / f"{child.name}.log").open("ab")
        self.running[child.name] = subprocess.Popen(  # noqa: S603 - our own modules, no shell
            [sys.executable, *child.arguments],
            cwd=ROOT,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        if child.ready:
            self._wait(child.name, child.ready)

    def _wait(self, name: str, address: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self._check(name)
            if _answers(address):
                return
            time.sleep(0.1)
        raise ChildEnded(name, self.log_dir / f"{name}.log")

    def _check(self, name: str) -> None:
        if self.running[name].poll() is not None:
            raise ChildEnded(name, self.log_dir / f"{name}.log")

    def watch(self, every: Callable[[], None] = lambda: None) -> None:
        """Wait until a child ends; raises ChildEnded."""
        while True:
            for name in self.running:
                self._check(name)
            every()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask every child to end, last started first, and end by force what does not within the grace."""
        self.stopping = True
        for process in reversed(self.running.values()):
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in reversed(self.running.values()):
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()


class ChildEnded(Exception):
    """A child process ended, or was not ready in time."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        super().__init__(name)

    def sentence(self) -> str:
        """Say what happened, what is safe, what to do."""
        tail = self.log.read_text(errors="replace").strip().splitlines()[-8:] if self.log.exists() else []
        told = _(
            "Le processus « {name} » s'est arrêté ; les autres ont été arrêtés aussi. Rien de ce qui était enregistré "
            "n'est perdu. Son journal : {log}"
        ).format(name=self.name, log=self.log)
        return "\n".join([told, *(f"    {line}" for line in tail)])


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2.0, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)
