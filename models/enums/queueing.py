"""Enumerations of the queues: where a comment stands, why a person leaves it, how it ends there."""

from enum import StrEnum


class RoutedQueue(StrEnum):
    """A queue that rules send comments to. The one of pharmacovigilance needs no rule: facets decide it."""

    PV = "pv"
    MEDICAL = "medical"
    QUALITY = "quality"
    LEGAL = "legal"
    COMMUNITY = "community"


class SkipReason(StrEnum):
    """Why a person leaves a comment to others."""

    NEEDS_COLLEAGUE = "needs_colleague"
    TOO_HARD = "too_hard"
    LANGUAGE = "language"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    DISTRESSING = "distressing"


class RouteOutcome(StrEnum):
    """How a comment leaves a queue that is not the one of pharmacovigilance."""

    HANDLED = "handled"
    NOTHING_TO_DO = "nothing_to_do"
    NOT_OURS = "not_ours"


class RuleSetStatus(StrEnum):
    """Where a set of routing rules stands."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    DROPPED = "dropped"
