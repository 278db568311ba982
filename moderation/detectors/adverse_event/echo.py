"""Words that say "me too" under somebody else's comment."""

import re

from moderation.detectors.folding import fold

_ECHO = re.compile(
    r"\b(?:moi (?:aussi|pareil|idem|non plus|c'?est pareil)|(?:chez )?(?:moi|nous) aussi|pareil(?:lement)?|idem|itou"
    r"|(?:la )?memes? (?:chose|effets?|problemes?|soucis?|symptomes?|histoire|galere)|kif ?kif|(?:ma|mon) \w+ aussi"
    r"|same(?: here| thing| for me| with me| issue| problem| symptoms?)?|me too|me as well|us too|here too|likewise"
    r"|ditto|snap|happened to me|(?:my|our) \w+ (?:too|as well))\b|(?<!\w)\+ ?1(?!\w)"
)


def echo_in(text: str) -> tuple[int, int] | None:
    """Return where a text agrees with what it answers (Python indices, half open), None when it does not say so."""
    folded = fold(text)
    found = _ECHO.search(folded.text)
    return folded.span(found.start(), found.end()) if found else None
