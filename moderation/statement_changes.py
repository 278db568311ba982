"""What moved between a frozen statement and what is so now, in sentences that name it. Pure."""

from collections.abc import Mapping
from typing import Any

from i18n import _
from moderation.day_certificate import substance

MOST = 12
Content = Mapping[str, Any]


def changed_lines(frozen: Content, now: Content) -> list[str]:
    """Return how a reconciliation moved: the cases that came, left or changed, by number; empty when none did."""
    old, new = _by_key(frozen), _by_key(now)
    said = [_("{number} : nouveau").format(number=_name(new[key])) for key in sorted(new.keys() - old.keys())]
    said += [_("{number} : n'y est plus").format(number=_name(old[key])) for key in sorted(old.keys() - new.keys())]
    said += [
        _("{number} : a changé").format(number=_name(new[key]))
        for key in sorted(old.keys() & new.keys())
        if old[key] != new[key]
    ]
    if not said and frozen != now:
        said = [_("La liste de la pharmacovigilance a changé.")]
    return [*said[:MOST], _("et {n} autres").format(n=len(said) - MOST)] if len(said) > MOST else said


def _by_key(content: Content) -> dict[tuple[str, str, str], Any]:
    """Return the lines by case; lines that only pharmacovigilance has may share a number."""
    return {
        (one["number"], "" if one["sent_at"] else one["listed_as"] or "", str(n)): one
        for n, one in _numbered(content["lines"])
    }


def _numbered(lines: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    seen: dict[tuple[str, bool], int] = {}
    numbered = []
    for one in lines:
        key = (one["number"], bool(one["sent_at"]))
        seen[key] = seen.get(key, -1) + 1
        numbered.append((seen[key], one))
    return numbered


def _name(line: Mapping[str, Any]) -> str:
    return line["number"] or line["listed_as"] or "—"


def changed_days(frozen: Content, now: Content) -> list[str]:
    """Return how the accounts of a day moved; a comment that was cleared and is skimmed since moves nothing."""
    before, after = substance(frozen), substance(now)
    if before == after:
        return []
    old = {one["id"]: one for one in frozen["accounts"]}
    said = []
    for one in now["accounts"]:
        known = old.get(one["id"])
        for name, words in _counted().items():
            was = known[name] if known else 0
            if one[name] != was and name != "skimmed":
                told = _("{account} : {words} {old} → {new}")
                said.append(told.format(account=one["account"], words=words, old=was, new=one[name]))
    if frozen["late_answers"] != now["late_answers"]:
        told = _("personnes en attente au-delà de leur délai : {old} → {new}")
        said.append(told.format(old=frozen["late_answers"], new=now["late_answers"]))
    return said[:MOST] or [_("Les comptes de ce jour ont changé.")]


def _counted() -> dict[str, str]:
    return {
        "received": _("reçus"),
        "flagged": _("signalés"),
        "skimmed": _("parcourus"),
        "cleared": _("classés"),
        "unscreened": _("non analysés"),
    }
