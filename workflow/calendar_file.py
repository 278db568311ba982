"""A calendar file (iCalendar, RFC 5545) of what one has to sign: one event a step, at its deadline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

LONGEST_LINE = 75


@dataclass(frozen=True)
class CalendarEvent:
    """A deadline: a stable identifier, the moment, what to do, and where."""

    uid: str
    at: datetime
    summary: str
    link: str


def calendar_file(events: Sequence[CalendarEvent], made_at: datetime) -> bytes:
    """Return the events as a calendar file; the same ones at the same moment give the same bytes."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Covigie//Covigie//FR", "METHOD:PUBLISH"]
    for event in events:
        lines += _event(event, made_at)
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _event(event: CalendarEvent, made_at: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}@covigie",
        f"DTSTAMP:{_utc(made_at)}",
        f"DTSTART:{_utc(event.at)}",
        f"DTEND:{_utc(event.at)}",
        f"SUMMARY:{_escaped(event.summary)}",
        f"URL:{event.link}",
        f"DESCRIPTION:{_escaped(event.link)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _utc(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Escape what RFC 5545, 3.3.11 gives a meaning; a control character becomes a space."""
    plain = "".join(char if char.isprintable() or char == "\n" else " " for char in text.replace("\r\n", "\n"))
    for char in "\\;,":
        plain = plain.replace(char, f"\\{char}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Cut a line into parts of at most 75 octets, each after the first begun by a space (RFC 5545, 3.1)."""
    parts, part = [], ""
    for char in line:
        if len((part + char).encode()) > LONGEST_LINE:
            parts.append(part)
            part = " "
        part += char
    return "\r\n".join([*parts, part]) + "\r\n"
