"""What a mail from the public says, as a comment. Pure: bytes in, facts out, and no mail raises."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from typing import Any

from compliance.canonical import canonical
from connectors.base import IncomingComment
from connectors.imap import LARGEST
from i18n import N_, _
from models.enums import MailGap
from moderation.pv_letter import MESSAGE_ID, header_of, sent_at_of, text_of

JOINED = N_("[Message joint]")
LONGEST_NAME = 200


@dataclass(frozen=True)
class InboxLetter:
    """A mail as a comment; `arrived_at`: when the company's server had it; `attachments`: name, kind, size in bytes.

    `gap`: the mail was cut where reading stops, its words kept and its attachments not; or it cannot be read.
    """

    comment: IncomingComment
    arrived_at: datetime
    attachments: tuple[tuple[str, str, int], ...]
    gap: MailGap | None


def read_inbox_letter(raw: bytes, now: datetime) -> InboxLetter:
    """Return what a mail says; one that cannot be read is a comment without words, hence in front of a person."""
    try:
        return _read(message_from_bytes(raw, policy=policy.default), raw, now)
    except Exception:  # noqa: BLE001 - a stranger wrote it: whatever it breaks, it comes in and a person looks
        key = f"sha256:{sha256(raw).hexdigest()}"
        return InboxLetter(_comment(key, "", "", now, None, None, {}, ()), now, (), MailGap.UNREADABLE)


def _read(mail: EmailMessage, raw: bytes, now: datetime) -> InboxLetter:
    named = MESSAGE_ID.findall(header_of(mail, "Message-ID"))
    key = named[0] if named else f"sha256:{sha256(raw).hexdigest()}"
    chain = MESSAGE_ID.findall(f"{header_of(mail, 'References')} {header_of(mail, 'In-Reply-To')}")
    name, address = parseaddr(header_of(mail, "From"))
    arrived = min(_arrived_at(mail) or now, now)
    too_large = len(raw) >= LARGEST
    parts = [] if too_large else list(_attached(mail))
    payload = {
        "message_id": key, "from": header_of(mail, "From"), "subject": header_of(mail, "Subject"),
        "date": header_of(mail, "Date"), "name": name, "too_large": too_large,
        "attachments": [one | {"data": base64.b64encode(data).decode()} for one, data in parts],
    }  # fmt: skip
    text = _words(mail)
    media = tuple("image" if one["kind"].startswith("image/") else "file" for one, _data in parts)
    sent = min(sent_at_of(mail) or arrived, now)
    comment = _comment(
        key, text, address.lower(), sent, chain[-1] if chain else None, chain[0] if chain else key, payload, media
    )
    told = tuple((one["name"], one["kind"], one["size"]) for one, _data in parts)
    gap = MailGap.TOO_LARGE if too_large else None if text else MailGap.UNREADABLE
    return InboxLetter(comment, arrived, told, gap)


def _comment(
    key: str, text: str, author: str, at: datetime, parent: str | None, thread: str | None,
    payload: dict[str, Any], media: tuple[str, ...],
) -> IncomingComment:  # fmt: skip
    raw = canonical(payload | {"text": text})
    return IncomingComment(key, text, author, author, at, parent, thread, "", (key,), raw, media)


def _words(mail: EmailMessage) -> str:
    """Return the subject, the words, and those of the mails that hang on it: whatever may tell of a patient."""
    joined = [part.get_payload(0) for part in mail.walk() if part.get_content_type() == "message/rfc822"]
    nested = [each for each in joined if isinstance(each, EmailMessage)]
    told = [header_of(mail, "Subject"), _body(mail)]
    for each in nested:
        told += [_(JOINED), header_of(each, "Subject"), _body(each)]
    return "\n\n".join(one.strip() for one in told if one.strip())


def _body(mail: EmailMessage) -> str:
    return text_of(mail).strip() or text_of(mail, ("html",))


def _attached(mail: EmailMessage) -> Iterator[tuple[dict[str, Any], bytes]]:
    for part in mail.iter_attachments():
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            name = re.sub(r"[\\/\x00-\x1f]", "_", part.get_filename() or "")[:LONGEST_NAME]
            yield {"name": name, "kind": part.get_content_type(), "size": len(data)}, data


def _arrived_at(mail: EmailMessage) -> datetime | None:
    """Return when the last server took the mail (RFC 5321, 4.4: its line is on top); None when none tells."""
    told = str((mail.get_all("Received") or [""])[0])
    try:
        moment = parsedate_to_datetime(told.rpartition(";")[2].strip())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
