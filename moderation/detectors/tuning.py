"""What pharmacovigilance set of the detection: the company's own terms, the promise, the classifier.

It stands on top of what the product ships. The content of a signed change reads

    {"suspect": [term…], "nicknames": [[nickname, product]…], "harmless": [term…],
     "promise": 1..5 or null, "classifier": {"name", "mark", "label", "percent"} or null}

where null means: as the settings of the installation say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings import get_settings

PROMISES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Classifier:
    """A classifier of the company's own: a folder's `name`, the `mark` of its files, the label that means a case.

    `percent` is its score from which a comment is flagged, in hundredths.
    """

    name: str
    mark: str
    label: str
    percent: int

    @property
    def folder(self) -> Path:
        """Return where it lies; raises ValueError when the installation no longer names a folder of classifiers."""
        where = get_settings().classifiers_dir
        if where is None:
            raise ValueError("no folder of classifiers")
        return where / self.name


@dataclass(frozen=True)
class Tuning:
    """One version of what is set; `nicknames` are (nickname, product) pairs.

    `unreadable`: it is in force and cannot be read. Then nothing is cleared, for what was promised cannot be kept.
    """

    n: int = 0
    mark: str = ""
    suspect: tuple[str, ...] = ()
    nicknames: tuple[tuple[str, str], ...] = ()
    harmless: tuple[str, ...] = ()
    promise: int | None = None
    classifier: Classifier | None = None
    unreadable: bool = False

    @property
    def version(self) -> str:
        """Return what the records of screening call it."""
        return f"{self.n}-{self.mark}"


AS_SHIPPED = Tuning()
"""What the product ships, with the settings of the installation."""


def read(content: Mapping[str, Any], n: int, mark: str) -> Tuning:
    """Read the content of a change; raises ValueError, KeyError or TypeError for anything else."""
    promise, given = content["promise"], content["classifier"]
    if promise is not None and promise not in PROMISES:
        raise ValueError(f"not a promise: {promise!r}")
    suspect, harmless = (tuple(_text(term) for term in content[key]) for key in ("suspect", "harmless"))
    nicknames = tuple((_text(nickname), _text(product)) for nickname, product in content["nicknames"])
    classifier = Classifier(**given) if given is not None else None
    return Tuning(n, mark, suspect, nicknames, harmless, promise, classifier)


def _text(found: object) -> str:
    if not isinstance(found, str) or not found:
        raise TypeError(f"not a term: {found!r}")
    return found


def content_of(tuning: Tuning) -> dict[str, Any]:
    """Return a tuning as the content of a change."""
    return {
        "suspect": list(tuning.suspect),
        "nicknames": [list(pair) for pair in tuning.nicknames],
        "harmless": list(tuning.harmless),
        "promise": tuning.promise,
        "classifier": vars(tuning.classifier) if tuning.classifier else None,
    }
