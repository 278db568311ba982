"""Comments that are certain without the model: nothing but thanks, greetings, wishes and laughter.

Half of what stands under a company's posts is of this kind. A comment is certain when every word, sign and emoji that
it holds stands in `courtesies.txt`; one unknown word, a figure or a question, and the model reads it. The rules read
every comment whatever is found here.
"""

from functools import cache
from pathlib import Path

from models.enums import Intent
from moderation.detectors.adverse_event.labels import INTENTS, NAMES
from moderation.detectors.terms import sections

_FILE = Path(__file__).parent / "courtesies.txt"
_LONGEST = 24
"""Words: whoever writes more has more to say, and may say it in words that only look like courtesy."""

_NEGLIGIBLE = 1e-4
_NEITHER = "neither"


@cache
def _words() -> dict[str, str]:
    """Return the section of each word."""
    return {word: section for section, lines in sections(_FILE).items() for line in lines for word in line.split(" ")}


def courtesy(said: tuple[str, ...]) -> Intent | None:
    """Return the intent of a comment that is nothing but courtesy, from its folded words and signs; else None."""
    sections = [_words().get(word, "") for word in said[: _LONGEST + 1]]
    kinds = {section for section in sections if section != _NEITHER}
    if not kinds or "" in kinds or len(sections) > _LONGEST:
        return None
    return Intent.PRAISE if "praise" in kinds else Intent.CHAT


def chances_of(intent: Intent) -> dict[str, float]:
    """Return the chances that the model would give if it were as certain."""
    others = _NEGLIGIBLE * (len(INTENTS) - 1)
    return dict.fromkeys(NAMES, _NEGLIGIBLE) | {f"intent.{intent.value}": 1 - others}
