"""Since when the company knows, and what proves it: which revision, which hash, under which policy of the system.

Awareness is the earliest moment at which anyone acting for the company, or the system under a policy that
pharmacovigilance signed, had it. The proof is one line of text, kept in the row: no word of the comment is in it.
"""

import re
from dataclasses import dataclass

NO_POLICY = "none"
FIELDS = re.compile(r"(comment_revision|sha256|policy|person|stated):(\S+)")


@dataclass(frozen=True)
class Evidence:
    """What a date rests on: a revision with its SHA-256 and the policy of the system, or a person who stated it."""

    revision_id: str | None = None
    sha256: str | None = None
    policy: str | None = None
    person: str | None = None
    stated: str | None = None


def of_revision(revision_id: str, sha256: str, policy: str | None) -> str:
    """Return the proof that the system had a revision. Without a signed policy reception counts all the same."""
    return f"comment_revision:{revision_id} sha256:{sha256} policy:{policy or NO_POLICY}"


def of_person(person_id: str | None, stated_on: str) -> str:
    """Return the proof that a person stated a date, on a day."""
    return f"person:{person_id or 'system'} stated:{stated_on}"


def read(line: str | None) -> Evidence:
    """Return what a kept proof says; an empty one says nothing."""
    found = dict(FIELDS.findall(line or ""))
    policy = found.get("policy")
    return Evidence(
        found.get("comment_revision"),
        found.get("sha256"),
        None if policy == NO_POLICY else policy,
        found.get("person"),
        found.get("stated"),
    )
