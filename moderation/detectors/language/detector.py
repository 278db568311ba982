"""Which language a comment is in: French, English, another one, or not to be told ("und")."""

import re
from functools import cache, lru_cache
from pathlib import Path

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from moderation.detectors.evidence import Evidence, Subject
from moderation.detectors.folding import fold

UNDETERMINED = "und"
READ = ("fr", "en")
"""The languages that the other detectors have rules for."""

_OTHERS = ["es", "de", "it", "pt", "nl", "ar", "tr", "pl", "ro", "ru", "zh", "ja"]
_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#][\w.]+|\S+@\S+")
_NOISE_HOLDS = ("@", "#", "://", "www.")
"""What every piece of noise has one of: most comments have none, and need no search for noise."""
_WORD = re.compile(r"[^\W\d_]+")
_FRENCH = re.compile(r"[éèêàùçœÉÈÊÀÇŒ]")
_SURE = 0.95
_ENOUGH = 4
_READ_AT_MOST = 5_000
_LONG = 6


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*READ, *_OTHERS])
    return identifier


@cache
def _function_words() -> dict[str, frozenset[str]]:
    """Small words that give a language away, one file a language."""
    folder = Path(__file__).parent
    return {lang: frozenset(fold(folder.joinpath(f"{lang}.txt").read_text("utf-8")).text.split()) for lang in READ}


@lru_cache(maxsize=256)
def guess(text: str, hint: str | None = None) -> str:
    """Return the ISO 639-1 code, or "und" for a text without words or with too few to tell.

    Function words of French and English decide first, because statistics fail on short and phonetic comments;
    then the classifier, and for one or two unknown words the network's hint.
    """
    plain = text[:_READ_AT_MOST]
    if any(mark in plain for mark in _NOISE_HOLDS):
        plain = _NOISE.sub(" ", plain)
    words = _WORD.findall(fold(plain).text)
    if not any(len(w) > 1 for w in words):
        return UNDETERMINED
    counts = {lang: sum(map(known.__contains__, words)) for lang, known in _function_words().items()}
    counts["fr"] += 0 if plain.isascii() else len(_FRENCH.findall(plain))
    best, other = sorted(READ, key=lambda lang: -counts[lang])
    told = counts[best] > counts[other] and counts[best] * 8 >= len(words)
    if told and (counts[best] * 2 >= len(words) or len(words) < _LONG):
        return best
    classified = _classified(plain.lower(), len(words), hint)
    return best if told and classified in (*READ, UNDETERMINED) else classified


def _classified(text: str, words: int, hint: str | None) -> str:
    lang, sure = _identifier().classify(text)
    if words >= _ENOUGH and sure >= _SURE:
        return str(lang)
    if hint in READ:
        return str(hint)
    return str(lang) if lang in READ and sure >= _SURE else UNDETERMINED


def read_as(text: str, hint: str | None = None) -> tuple[str, ...]:
    """Return the languages whose rules apply: both when the text's own is another one or cannot be told."""
    lang = guess(text, hint)
    return (lang,) if lang in READ else READ


class LanguageDetector:
    """Tells the language, so that a comment nobody has rules for goes to a person."""

    name = "language"
    version = "1"

    def detect(self, subject: Subject) -> Evidence:
        """Return the language alone, without findings."""
        return Evidence(self.name, self.version, lang=guess(subject.text, subject.lang_hint))
