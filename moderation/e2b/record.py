"""What one individual case safety report says (ICSR, ICH E2B(R3)), before it is written as XML.

Free texts are masked and hold no character that XML refuses; partial dates read "2026", "2026-03" or "2026-03-14".
Codes are those of ICH's lists (`moderation.e2b.codes`). `key` is the UUID by which a report speaks of its own parts.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Sender:
    """Who sends to whom: C.3.2, and the identifiers of both gateways (N.1.3, N.1.4, N.2.r.2, N.2.r.3)."""

    organisation: str
    identifier: str
    receiver: str


@dataclass(frozen=True)
class Source:
    """The primary source, whose name stays masked. `qualification` C.2.r.4, `country` ISO 3166-1 alpha-2 C.2.r.3."""

    qualification: str | None
    country: str


@dataclass(frozen=True)
class Patient:
    """Whom it happened to. `known`: who it is, is known to us and masked; else unknown (D.1)."""

    known: bool = False
    age: int | None = None
    age_unit: str | None = None
    age_group: str | None = None
    sex: str | None = None
    history: str | None = None


@dataclass(frozen=True)
class IcsrReaction:
    """One reaction, E.i. `seriousness` holds the codes of list 19 that are true; without MedDRA it has no code."""

    key: str
    words: str
    language: str
    seriousness: frozenset[str] = frozenset()
    outcome: str = "0"
    started_on: str | None = None
    ended_on: str | None = None
    llt_code: str | None = None
    meddra_version: str | None = None
    confirmed: bool | None = None
    country: str | None = None


@dataclass(frozen=True)
class IcsrDrug:
    """One product, G.k. `situations` are codes of G.k.10.r, `recurred` is the code of G.k.9.i.4."""

    key: str
    name: str
    role: str
    substance: str | None = None
    dose: str | None = None
    batch: str | None = None
    started_on: str | None = None
    ended_on: str | None = None
    indication: str | None = None
    action: str | None = None
    recurred: str | None = None
    situations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Icsr:
    """Everything that the file says. A latest information known to the day only is a date."""

    report_id: str
    made_at: datetime
    first_received_at: datetime
    latest_information: datetime | date
    expedited: bool
    sender: Sender
    source: Source
    patient: Patient
    reactions: tuple[IcsrReaction, ...]
    drugs: tuple[IcsrDrug, ...]
    narrative: str
