"""What was added up of rows that did not change since: a screen drawn again does not add it up again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from models.session import engine

Result = TypeVar("Result")
MOST = 64
"""How many results a process keeps, the last used ones."""

_held: WeakKeyDictionary[Engine, OrderedDict[Hashable, tuple[Hashable, Any]]] = WeakKeyDictionary()
_one_at_a_time = Lock()


def unchanged(key: Hashable, mark: Hashable, make: Callable[[], Result]) -> Result:
    """Return what `make` gave last for a key where the mark is still the same, else what it gives now.

    `mark` must change with every row that `make` reads, and be read before them: so nothing stale is ever shown. The
    result is shared: nobody may change it. It is kept by this process alone, for this database.
    """
    with _one_at_a_time:
        results = _held.setdefault(engine(), OrderedDict())
        found = results.get(key)
        if found and found[0] == mark:
            results.move_to_end(key)
            result: Result = found[1]
            return result
    made = make()
    with _one_at_a_time:
        results[key] = (mark, made)
        results.move_to_end(key)
        while len(results) > MOST:
            results.popitem(last=False)
    return made
