"""Does a file hold what E2B(R3) makes mandatory, in the form that it asks for? Our own judgement, over the XML.

The schema alone accepts a case without a reaction: it knows the order and the types, almost no rule of the guideline.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from lxml.etree import _Element as Node

from moderation.e2b.conditions import judged
from moderation.e2b.elements import ELEMENTS, Element, Part
from moderation.e2b.findings import MEDDRA_ELEMENTS, Finding, Problem
from moderation.e2b.parts import case, messages, several, values
from moderation.e2b.safe_xml import plain, read_xml
from moderation.e2b.values import judge

ROOT = "MCCI_IN200100UV01"


def check(content: bytes, at: datetime) -> list[Finding]:
    """Return what is wrong with a file at a moment, in the order of the guideline; raises InvalidInput for no XML."""
    root = plain(read_xml(content))
    found = list(_batch(root, at)) if root.tag == ROOT else [Finding("N.1", Problem.NO_CASE)]
    return sorted(dict.fromkeys(found), key=_order)


def is_draft(findings: list[Finding]) -> bool:
    """Say whether a file with these findings is a draft only."""
    return bool(findings)


def only_uncoded(findings: list[Finding]) -> bool:
    """Say whether MedDRA's codes are all that is missing."""
    return bool(findings) and {finding.number for finding in findings} <= MEDDRA_ELEMENTS


def _order(finding: Finding) -> tuple[str, int]:
    return finding.number, finding.place


def _batch(root: Node, at: datetime) -> Iterator[Finding]:
    yield from _part(root, Part.BATCH, at)
    found = messages(root)
    if not found:
        yield Finding("N.2.r", Problem.NO_CASE)
    for message in found:
        yield from _part(message, Part.MESSAGE, at)
        yield from _event(message, at)
        yield from judged(message)


def _event(message: Node, at: datetime) -> Iterator[Finding]:
    event = case(message)
    if event is None:
        return
    yield from _part(event, Part.CASE, at)
    for part, found in several(event):
        for n, each in enumerate(found, 1):
            yield from _part(each, part, at, n)


def _part(node: Node, part: Part, at: datetime, place: int = 0) -> Iterator[Finding]:
    for element in ELEMENTS:
        if element.part is part:
            yield from (_placed(finding, place) for finding in _element(node, element, at))


def _placed(finding: Finding, place: int) -> Finding:
    return replace(finding, place=place)


def _element(node: Node, element: Element, at: datetime) -> Iterator[Finding]:
    """Yield what is wrong with one element: missing, doubled, absent without leave, or of a wrong value."""
    found = values(node, element)
    if element.mandatory and not any(each.given or each.null for each in found):
        problem = Problem.UNCODED if element.number in MEDDRA_ELEMENTS else Problem.MISSING
        yield Finding(element.number, problem, element.name)
    if len(found) > 1 and not element.repeats:
        yield Finding(element.number, Problem.DOUBLE, element.name, n=len(found))
    for each in found:
        if each.given:
            wrong = judge(element, each.given, at)
            yield from (wrong,) if wrong else ()
        elif each.null and each.null not in element.nulls and (element.mandatory or element.nulls):
            yield Finding(element.number, Problem.NULL, element.name, value=each.null)
