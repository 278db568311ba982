"""Reading a mailbox through IMAP (RFC 3501), with the same errors as the networks. Nothing there is changed or marked.

A UID counts under the mailbox's UIDVALIDITY: when that changed, the mailbox is read from its first mail on.
"""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from errors import AuthExpired, Rejected, Unavailable

LARGEST = 10_000_000
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class MailPage:
    """What a mailbox holds after a UID: (UID, bytes as they came), in the order of the UIDs; `more` when cut short."""

    validity: int
    mails: tuple[tuple[int, bytes], ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One folder of one account; `timeout` in seconds for every step."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: bool = True
    timeout: float = 20.0

    @property
    def name(self) -> str:
        """The name under which its cursor is kept."""
        return f"{self.user}@{self.host}/{self.folder}"

    def read_after(self, validity: int, uid: int, *, most: int = 50) -> MailPage:
        """Return the next mails after a UID, `most` at a time; each cut at ten million bytes.

        `AuthExpired`: name or password refused. `Rejected`: the folder is not there. `Unavailable`: anything else.
        """
        with self._open() as server:
            current = self._select(server)
            after = uid if current == validity else 0
            found = _uids(_said(server.uid("SEARCH", f"UID {after + 1}:*"), Unavailable))
            wanted = sorted(each for each in found if each > after)
            mails = tuple((each, _fetched(server, each)) for each in wanted[:most])
        return MailPage(current, mails, len(wanted) > most)

    @contextmanager
    def _open(self) -> Iterator[imaplib.IMAP4]:
        try:
            server = self._connect()
            try:
                yield server
            finally:
                with suppress(OSError, imaplib.IMAP4.error):
                    server.logout()
                _hang_up(server)
        except (OSError, imaplib.IMAP4.abort) as error:
            raise Unavailable(f"the mailbox {self.host} could not be read: {error}") from error
        except imaplib.IMAP4.error as error:
            raise Unavailable(f"the mailbox {self.host} answered: {error}") from error

    def _connect(self) -> imaplib.IMAP4:
        secure = ssl.create_default_context()
        if self.tls:
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=secure, timeout=self.timeout)
        else:
            server = imaplib.IMAP4(self.host, self.port, timeout=self.timeout)
            if self.host not in LOOPBACK:
                server.starttls(secure)
        try:
            server.login(self.user, self.password)
        except imaplib.IMAP4.abort:
            _hang_up(server)
            raise
        except imaplib.IMAP4.error as error:
            _hang_up(server)
            raise AuthExpired(f"the mailbox refuses {self.user}") from error
        return server

    def _select(self, server: imaplib.IMAP4) -> int:
        quoted = '"{}"'.format(self.folder.replace("\\", "\\\\").replace('"', '\\"'))
        _said(server.select(quoted, readonly=True), Rejected)
        _kind, told = server.response("UIDVALIDITY")
        number = told[0] if told else None
        return int(number) if isinstance(number, bytes) and number.isdigit() else 0


def _hang_up(server: imaplib.IMAP4) -> None:
    """Close the connection, however it ended."""
    with suppress(OSError):
        server.shutdown()


def _said(answer: tuple[str, Sequence[object]], refused: type[Exception]) -> list[object]:
    status, told = answer
    if status != "OK":
        raise refused(f"the mailbox answered {status}: {told!r}"[:300])
    return list(told)


def _uids(told: list[object]) -> list[int]:
    return [int(each) for line in told if isinstance(line, bytes) for each in line.split() if each.isdigit()]


def _fetched(server: imaplib.IMAP4, uid: int) -> bytes:
    told = _said(server.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)"), Unavailable)
    for part in told:
        if isinstance(part, tuple):
            return bytes(part[1])
    return b""
