"""Comments asked for by id: as they read now, whether the public sees them, and which are gone.

YouTube leaves the state out of what is asked for by id, and does not say whether what is held back is found so. What
is missing is therefore looked for among what is held back, and an answer in its thread, before it is taken for gone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from connectors.base import Account, IncomingComment, LookUp
from connectors.youtube.parse import comment_of, items_of, thread_of, under
from connectors.youtube.threads import IDS, Held, answers_of, held_back
from connectors.youtube.wire import Wire
from errors import Unavailable


def look_up(wire: Wire, account: Account, ids: Sequence[str]) -> LookUp:
    """See `Channel.look_up`; `Unavailable` when too much is held back to say that a comment is gone."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return LookUp((), frozenset())
    found, held = by_id(wire, wanted), held_back(wire, account)
    found |= {one: held.comments[one] for one in wanted if one in held.comments}
    for thread in dict.fromkeys(thread_of(one) for one in wanted if "." in one and one not in found):
        found |= {str(one["id"]): one for one in answers_of(wire, thread, held.films.get(thread, ""))}
    missing = frozenset(wanted) - found.keys()
    if missing and not held.whole:
        raise Unavailable("YouTube holds back more comments than can be looked through: what is gone cannot be told")
    films = held.films | _films(wire, found.values(), held)
    kept = (under(found[one], films.get(thread_of(one), "")) for one in wanted if one in found)
    return LookUp(tuple(_seen(one, held) for one in kept), missing)


def by_id(wire: Wire, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what YouTube shows of these ids (GET comments?id=, fifty a call)."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), IDS):
        body = wire.read("comments", part="snippet", id=list(ids[start : start + IDS]), textFormat="plainText")
        found |= {str(one["id"]): one for one in items_of(body)}
    return found


def _films(wire: Wire, comments: Iterable[dict[str, Any]], held: Held) -> dict[str, str]:
    """Return which film each thread is about, where a comment does not tell (GET commentThreads?id=)."""
    untold = [thread_of(str(one["id"])) for one in comments if not (one.get("snippet") or {}).get("videoId")]
    threads = [one for one in dict.fromkeys(untold) if one not in held.films]
    found: dict[str, str] = {}
    for start in range(0, len(threads), IDS):
        body = wire.read("commentThreads", part="snippet", id=threads[start : start + IDS], textFormat="plainText")
        found |= {str(one["id"]): str((one.get("snippet") or {}).get("videoId") or "") for one in items_of(body)}
    return found


def _seen(comment: dict[str, Any], held: Held) -> IncomingComment:
    comment_id = str(comment["id"])
    if comment_id in held.comments or thread_of(comment_id) in held.tops:
        return replace(comment_of(comment), hidden=True)
    return comment_of(comment, hidden=False if held.whole else None)
