"""Numbers with their words, in the right grammatical number."""

from i18n import Language, _, current_language


def many(n: int, one: str, several: str) -> str:
    """Return the msgid that agrees with `n`, with `{n}` filled in; French counts zero with one, English with several."""
    single = n == 1 or (n == 0 and current_language() is Language.FR)
    return _(one if single else several).format(n=n)
