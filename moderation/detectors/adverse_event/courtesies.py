"""Comments that are certain without the model: nothing but thanks, greetings, wishes and laughter.

Half of what stands under a company's posts is of this kind. A comment is certain when every word, sign and emoji that
it holds stands in `courtesies.txt`; one unknown word, a figure or a question, and the model reads it. The rules read
every comment whatever is found here.
"""

from functools import cache
from pathlib import Path

from models.enums import Intent
from moderation.detectors.adverse_event.labels import INTENTS, SITUATIONS

_FILE = Path(__file__).parent / "courtesies.txt"
_LONGEST = 24
"""Words: whoever writes more has more to say, and may say it in words that only look like courtesy."""

_NEGLIGIBLE = 1e-4
_NEITHER = "neither"


@cache
def _words() -> dict[str, str]:
    """Return the section of each word."""
    found: dict[str, str] = {}
    section = ""
    for line in _FILE.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            found |= {word: section for word in line.split(" ") if word and word not in found}
    return found


def courtesy(said: tuple[str, ...]) -> Intent | None:
    """Return the intent of a comment that is nothing but courtesy, from its folded words and signs; else None."""
    sections = [_words().get(word, "") for word in said[: _LONGEST + 1]]
    kinds = {section for section in sections if section != _NEITHER}
    if not kinds or "" in kinds or len(sections) > _LONGEST:
        return None
    return Intent.PRAISE if "praise" in kinds else Intent.CHAT


def chances_of(intent: Intent) -> dict[str, float]:
    """Return the chances that the model would give if it were as certain."""
    names = ["pv", "serious", "emergency", *(f"situation.{situation.value}" for situation in SITUATIONS)]
    others = _NEGLIGIBLE * (len(INTENTS) - 1)
    intents = {f"intent.{one.value}": 1 - others if one is intent else _NEGLIGIBLE for one in INTENTS}
    return dict.fromkeys(names, _NEGLIGIBLE) | intents
