"""The states of each part of the product, brought together for `_words`."""

from collections.abc import Mapping
from enum import StrEnum

from app_pages._words_answers import ANSWERS
from app_pages._words_breaker import SAID as BREAKER
from app_pages._words_connecting import SAID as CONNECTING
from app_pages._words_coverage import SAID as COVERAGE
from app_pages._words_detection import SAID as DETECTION
from app_pages._words_doors import DOORS
from app_pages._words_handoff import HANDOFF
from app_pages._words_on_call import ON_CALL
from app_pages._words_private import SAID as PRIVATE
from app_pages._words_queueing import SAID as QUEUEING
from app_pages._words_terms import SAID as TERMS
from app_pages._words_visibility import VISIBILITY

Said = tuple[str, ...]

PARTS: dict[type[StrEnum], Mapping[StrEnum, Said]] = {
    **ANSWERS,
    **ON_CALL,
    **HANDOFF,
    **VISIBILITY,
    **QUEUEING,
    **DETECTION,
    **BREAKER,
    **COVERAGE,
    **DOORS,
    **CONNECTING,
    **TERMS,
    **PRIVATE,
}
"""By class and state: the French msgid, then icon and tone where they are not the plain ones."""
