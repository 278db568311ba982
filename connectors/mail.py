"""Mail through SMTP, with the same errors as the networks.

The message's id is made from the idempotency key: a mail that leaves twice after a lost answer is one mail to the
receiving system, and can be told apart by no person as another.
"""

import copy
import smtplib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from hashlib import sha256

from errors import AuthExpired, ConnectorError, DeliveryUnknown, Rejected, Unavailable

# RFC 5321, 4.2.1: 2yz is success, 4yz a refusal for now, 5yz for good; smtplib gives -1 for what it cannot read.
SUCCESS, NEGATIVE, PERMANENT = 200, 400, 500


@dataclass(frozen=True, slots=True)
class Mailer:
    """One SMTP server and the address that mails leave from; `timeout` in seconds for every step."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    timeout: float = 15.0

    def send(self, message: EmailMessage, key: str) -> str:
        """Send and return the Message-ID, stable for a key.

        `To` is required, `From` and `Date` are set when they are missing; the message given is left as it is.
        `Unavailable`: nothing was sent. `Rejected`: an address or the message is refused. `AuthExpired`: the server
        refuses our name or password. `DeliveryUnknown`: the message left and no answer came.
        """
        mail = self._addressed(message, key)
        recipients = [address for _, address in getaddresses(mail.get_all("To", []) + mail.get_all("Cc", []))]
        if not recipients:
            raise Rejected("the mail has no recipient")
        server = self._connect()
        try:
            self._hand_over(server, mail, recipients)
        finally:
            server.close()
        return str(mail["Message-ID"])

    def message_id(self, key: str) -> str:
        """Return the Message-ID that a key gives."""
        return f"<{sha256(key.encode()).hexdigest()[:40]}@{self.sender.rpartition('@')[2].strip('> ')}>"

    def _addressed(self, message: EmailMessage, key: str) -> EmailMessage:
        mail = copy.deepcopy(message)
        del mail["Message-ID"]
        mail["Message-ID"] = self.message_id(key)
        if "From" not in mail:
            mail["From"] = self.sender
        if "Date" not in mail:
            mail["Date"] = format_datetime(datetime.now(UTC))
        return mail

    def _connect(self) -> smtplib.SMTP:
        try:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
            if self.starttls:
                server.starttls()
            if self.user:
                server.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError as error:
            raise AuthExpired(f"the mail server refuses {self.user}: {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"the mail server {self.host} could not be used: {error}") from error
        return server

    def _hand_over(self, server: smtplib.SMTP, mail: EmailMessage, recipients: list[str]) -> None:
        """MAIL, RCPT for everyone, DATA: until DATA nothing has left; one refused address refuses the mail."""
        try:
            server.ehlo_or_helo_if_needed()
            _accepted(server.mail(self.sender))
            for recipient in recipients:
                _accepted(server.rcpt(recipient))
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"the mail server broke off before the message: {error}") from error
        try:
            code, said = server.data(mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")))
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryUnknown(f"the mail server did not confirm the message: {error}") from error
        if code < NEGATIVE and not _is_success(code):
            raise DeliveryUnknown(f"the mail server answered the message with {code}, which says nothing")
        _accepted((code, said))
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _accepted(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if not _is_success(code):
        raise _refused(code, said)


def _is_success(code: int) -> bool:
    return SUCCESS <= code < SUCCESS + 100


def _refused(code: int, said: bytes | str) -> ConnectorError:
    reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    kind = Rejected if code >= PERMANENT else Unavailable
    return kind(f"the mail server answered {code}: {reason}")
