"""What can happen between a network and us, and which networks can show it.

The acceptance tests play each case on every network that can show it, and `docs/networks.md` has the same table.
"""

from collections.abc import Callable
from dataclasses import dataclass

from connectors.base import Capabilities

Can = Callable[[Capabilities], bool]


@dataclass(frozen=True, slots=True)
class Case:
    """One case in words; `can`: whether a network can show it, and `otherwise` why one cannot."""

    said: str
    can: Can | None = None
    otherwise: str = ""

    def missing(self, capabilities: Capabilities) -> str:
        """Return why a network cannot show the case, nothing when it can."""
        return "" if self.can is None or self.can(capabilities) else self.otherwise


def _edits(can: Capabilities) -> bool:
    return can.shows_edits


def _hooks(can: Capabilities) -> bool:
    return can.has_webhook


def _holds(can: Capabilities) -> bool:
    return can.holds_back


def _counts(can: Capabilities) -> bool:
    return can.tells_count


def _hides(can: Capabilities) -> bool:
    return can.can_hide and can.tells_hidden


def _digits(can: Capabilities) -> bool:
    return any(can.known([one]) for one in ("1234567", "urn:li:comment:1234567"))


def _tells_comments(can: Capabilities) -> bool:
    return can.tells_comments


def _switches(can: Capabilities) -> bool:
    return can.switches_comments


def _erases(can: Capabilities) -> bool:
    return can.closing_deletes


NO_SWITCH = "a person does it on its pages"
NO_HOOK = "sends no webhooks"
NO_EDIT = "what was written is not changed there"

CASES: dict[str, Case] = {
    "arrives": Case("a comment, an answer and an answer to an answer come in once, with their thread"),
    "ours": Case("what the company writes itself is no comment"),
    "replayed": Case("the same pages five times, mixed and in another order, change nothing"),
    "killed": Case("killed at any line between the network's answer and the commit, nothing is lost or doubled"),
    "told": Case("a notification is read at once; five times the same bytes are one", _hooks, NO_HOOK),
    "late": Case("what appears late, with a date before newer ones, comes in within the hour"),
    "released": Case("what is held back comes in as hidden, and as shown once released", _holds, "holds nothing back"),
    "thread": Case("more answers than come with their comment all come in"),
    "edited": Case("an edit is a new version, analysed and opened anew; the old decision is refused", _edits, NO_EDIT),
    "deleted": Case("what its author deletes stays, with its text and its clocks"),
    "hidden": Case("what others hide on the network stays in the queue", _hides, "hides nothing, or does not tell"),
    "counted": Case("what we hold is told beside the network's own number", _counts, "tells no number"),
    "token": Case("a token that ends is said after one poll; with a new one all that was written since comes in"),
    "answered": Case("an answer whose receipt is lost, or that is refused after it left, is public once"),
    "unreadable": Case("a web page, half an answer or another host's address for an answer: said, nothing moves"),
    "limited": Case("a limit without an hour: said, waited for, nothing moves"),
    "untrusted": Case("a certificate that nobody vouches for: said, nothing is sent"),
    "numbers": Case("ids written as numbers are the same ids", _digits, "its ids are no numbers"),
    "skewed": Case("a network whose clock is hours ahead or behind: nothing is lost, no clock runs from the future"),
    "switched": Case(
        "comments closed there though signed open are one incident, until they are open again",
        _tells_comments,
        "does not tell whether they are open",
    ),
    "put back": Case("a person has comments opened again by a button, once, whatever is lost", _switches, NO_SWITCH),
    "read first": Case("where closing deletes comments, all are read first", _erases, "no program deletes them so"),
    "forged": Case("a notification with a wrong signature is refused, and said", _hooks, NO_HOOK),
}
