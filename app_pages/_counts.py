"""Counts in words, in the right grammatical number."""

from i18n import Language, _, current_language


def counted(n: int, one: str, many: str) -> str:
    """Return "1 constat", "3 constats"; both are French msgids with `{n}`. French says zero in the singular."""
    singular = {0, 1} if current_language() is Language.FR else {1}
    return _(one if n in singular else many).format(n=n)
