"""How the facets of a comment change. Each is moved by its own events; none of them stops a clock.

A machine opens and never closes: only a person's decision takes a comment out of the queue of pharmacovigilance.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol

from models.enums import (
    CaseStatus,
    ProductFacet,
    ProductOwner,
    PvFacet,
    ReplyFacet,
    Screening,
    TriageOutcome,
    VisibilityFacet,
)

CASE_OUTCOMES = frozenset({TriageOutcome.ADVERSE_EVENT, TriageOutcome.SPECIAL_SITUATION, TriageOutcome.QUALITY_DEFECT})
PV_OF_CASE: dict[CaseStatus, PvFacet] = {
    CaseStatus.OPEN: PvFacet.CONFIRMED,
    CaseStatus.QUEUED: PvFacet.CONFIRMED,
    CaseStatus.FORWARDED: PvFacet.FORWARDED,
    CaseStatus.ACKNOWLEDGED: PvFacet.ACKNOWLEDGED,
    CaseStatus.DISMISSED: PvFacet.NOT_AE,
    CaseStatus.HANDED_OVER: PvFacet.FORWARDED,
}
ADVANCE = (
    CaseStatus.OPEN,
    CaseStatus.QUEUED,
    CaseStatus.FORWARDED,
    CaseStatus.HANDED_OVER,
    CaseStatus.ACKNOWLEDGED,
)
UNDECIDED = frozenset({PvFacet.NONE, PvFacet.POSSIBLE})
ANSWER_PENDING = frozenset({ReplyFacet.OWED, ReplyFacet.DRAFTED, ReplyFacet.QUEUED})


@dataclass(frozen=True)
class Facets:
    """Where a comment stands."""

    screening: Screening = Screening.UNSCREENED
    pv: PvFacet = PvFacet.NONE
    product: ProductFacet = ProductFacet.NONE
    visibility: VisibilityFacet = VisibilityFacet.VISIBLE
    reply: ReplyFacet = ReplyFacet.OWED


class Faceted(Protocol):
    """A record that carries the facets as columns."""

    screening: Screening
    pv: PvFacet
    product: ProductFacet
    visibility: VisibilityFacet
    reply: ReplyFacet


ARRIVED = Facets()


def read(record: Faceted) -> Facets:
    """Return the facets that a record carries."""
    return Facets(record.screening, record.pv, record.product, record.visibility, record.reply)


def write(record: Faceted, facets: Facets) -> None:
    """Set a record's facets."""
    record.screening, record.pv, record.product = facets.screening, facets.pv, facets.product
    record.visibility, record.reply = facets.visibility, facets.reply


def waits_for_pv(facets: Facets) -> bool:
    """Say whether the comment stands in the queue of pharmacovigilance: suspected, or not known to be harmless."""
    return facets.pv is PvFacet.POSSIBLE or facets.screening is Screening.UNSCREENED


def waits_for_answer(facets: Facets) -> bool:
    """Say whether the person still waits: only a confirmed answer or a reasoned waiver ends it."""
    return facets.reply in ANSWER_PENDING


def product_facet(owners: Collection[ProductOwner | None]) -> ProductFacet:
    """Return whose products are named; one that no register excludes counts as ours."""
    competitor = ProductOwner.COMPETITOR in owners
    own = any(owner is not ProductOwner.COMPETITOR for owner in owners)
    if own and competitor:
        return ProductFacet.BOTH
    return ProductFacet.OWN if own else ProductFacet.COMPETITOR if competitor else ProductFacet.NONE


def screened(facets: Facets, outcome: Screening, product: ProductFacet, *, current: bool = True) -> Facets:
    """Apply what the detectors made of a revision; `current`: the one that reads now.

    Flagged opens, whichever revision it was: what was written and taken back was written. Cleared closes nothing that
    is suspected, and an older revision never clears the one that reads now.
    """
    pv = PvFacet.POSSIBLE if outcome is Screening.FLAGGED and facets.pv is PvFacet.NONE else facets.pv
    screening = _screening(facets, outcome, pv, current=current)
    return replace(facets, pv=pv, screening=screening, product=product if current else facets.product)


def _screening(facets: Facets, outcome: Screening, pv: PvFacet, *, current: bool) -> Screening:
    unknown = facets.screening is Screening.UNSCREENED
    if outcome is Screening.FLAGGED:
        return Screening.FLAGGED if current or not unknown else Screening.UNSCREENED
    if outcome is Screening.UNSCREENED:
        return Screening.UNSCREENED if facets.screening is Screening.CLEARED else facets.screening
    if not current or not unknown:
        return facets.screening
    return Screening.CLEARED if pv in (PvFacet.NONE, PvFacet.NOT_AE) else Screening.FLAGGED


def edited(facets: Facets) -> Facets:
    """Reopen what was settled on the former text: screening, pharmacovigilance, and the answer to it."""
    reply = ReplyFacet.QUEUED if facets.reply is ReplyFacet.QUEUED else ReplyFacet.OWED
    return replace(reopened(facets), screening=Screening.UNSCREENED, reply=reply)


def reopened(facets: Facets) -> Facets:
    """Put a comment in front of pharmacovigilance again; what nobody suspected is not suspected by that."""
    return replace(facets, pv=facets.pv if facets.pv is PvFacet.NONE else PvFacet.POSSIBLE)


def decided(facets: Facets, outcomes: Collection[TriageOutcome], case: CaseStatus | None) -> Facets:
    """Apply a person's decision; `case` is the status of the live case after it (None: there is none)."""
    pv = PV_OF_CASE[case] if case else PvFacet.NOT_AE
    if CASE_OUTCOMES & set(outcomes):
        return replace(facets, pv=pv, screening=Screening.FLAGGED)
    unread = facets.screening in (Screening.UNSCREENED, Screening.CLEARED)
    return replace(facets, pv=pv, screening=Screening.SKIMMED if unread else facets.screening)


def skimmed(facets: Facets) -> Facets:
    """Note that a person read what the detectors had cleared; anything else stays where it is."""
    return replace(facets, screening=Screening.SKIMMED) if facets.screening is Screening.CLEARED else facets


def lifted(facets: Facets) -> Facets:
    """Put what a reader suspects in front of pharmacovigilance, whatever was thought of it before."""
    pv = PvFacet.POSSIBLE if facets.pv in (PvFacet.NONE, PvFacet.NOT_AE) else facets.pv
    return replace(facets, pv=pv, screening=Screening.FLAGGED)


def least_advanced(statuses: Collection[CaseStatus]) -> CaseStatus | None:
    """Return the status that a comment with several cases follows: it is where the slowest of the live ones is."""
    return next((status for status in ADVANCE if status in statuses), None)


def deleted(facets: Facets) -> Facets:
    """Note that the author took the comment away; nothing else changes, and no clock stops."""
    return replace(facets, visibility=VisibilityFacet.DELETED_BY_AUTHOR)


def concealed(facets: Facets) -> Facets:
    """Put what is about to leave the public's sight in front of pharmacovigilance, unless a person decided on it.

    Nothing else changes: the answer stays owed, and no clock stops.
    """
    if facets.pv is not PvFacet.NONE:
        return facets
    cleared = facets.screening is Screening.CLEARED
    return replace(facets, pv=PvFacet.POSSIBLE, screening=Screening.FLAGGED if cleared else facets.screening)


def seen_again(facets: Facets) -> Facets:
    """Note that a comment that was gone is shown again; what we hid ourselves stays hidden."""
    gone = facets.visibility is VisibilityFacet.DELETED_BY_AUTHOR
    return replace(facets, visibility=VisibilityFacet.VISIBLE) if gone else facets


def answered(facets: Facets, *, current: bool) -> Facets:
    """Apply a confirmed answer; one to a former text leaves the person waiting."""
    return replace(facets, reply=ReplyFacet.CONFIRMED if current else ReplyFacet.OWED)
