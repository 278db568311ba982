"""What E2B(R3) asks across elements: required together, once, the same, in order, pointing at something."""

from collections import Counter
from collections.abc import Callable, Iterator

from lxml.etree import _Element as Node

from moderation.e2b.codes import LIST
from moderation.e2b.elements import BY_NUMBER, DRUGS, INDICATION, REACTIONS, ROLE, SOURCES, observation
from moderation.e2b.findings import Finding, Problem
from moderation.e2b.parts import case, history_is_coded, key, nodes, roles, told, value
from moderation.e2b.values import precedes

Condition = Callable[[Node], Iterator[Finding]]
SUSPECTS = frozenset("134")
"""Suspect, interacting, not administered: without one of them it is no report (G.k.1)."""


def missing(number: str, place: int = 0) -> Finding:
    """Return that an element is missing."""
    return Finding(number, Problem.MISSING, BY_NUMBER[number].name, place)


def judged(message: Node) -> Iterator[Finding]:
    """Yield what is wrong across the elements of a message."""
    event = case(message)
    if event is None:
        yield Finding("C.1", Problem.NO_CASE)
        return
    yield from _same(message, event)
    for condition in (_identification, _sources, _sender, _patient, _reactions, _versions, _drugs, _roles):
        yield from condition(event)


def _same(message: Node, event: Node) -> Iterator[Finding]:
    """N.2.r.1 is C.1.1, N.2.r.4 is C.1.2."""
    for number, part, other in (("N.2.r.1", event, "C.1.1"), ("N.2.r.4", message, "C.1.2")):
        given, wanted = value(message, number), value(part, other)
        if given and wanted and given != wanted:
            name = BY_NUMBER[number].name
            yield Finding(number, Problem.DIFFERENT, name, value=given, other=wanted)


def _identification(event: Node) -> Iterator[Finding]:
    """C.1.5 does not precede C.1.4; what C.1.6.1, C.1.9.1, C.1.11.1 and C.1.3 announce is there."""
    if precedes(value(event, "C.1.5"), value(event, "C.1.4")):
        yield Finding("C.1.5", Problem.BACKWARDS, BY_NUMBER["C.1.5"].name)
    if value(event, "C.1.6.1") == "true" and not nodes(event, "reference/document/title[normalize-space()]"):
        yield Finding("C.1.6.1.r.1", Problem.MISSING)
    if value(event, "C.1.9.1") == "true":
        others = nodes(event, "subjectOf1/controlActEvent/id")
        for number, name in (("C.1.9.1.r.1", "assigningAuthorityName"), ("C.1.9.1.r.2", "extension")):
            if not any(each.get(name) for each in others):
                yield Finding(number, Problem.MISSING)
    if value(event, "C.1.11.1") and not value(event, "C.1.11.2"):
        yield missing("C.1.11.2")
    if value(event, "C.1.3") == "2" and not event.xpath(f"//researchStudy/code[@codeSystem='{LIST}8']/@code"):
        yield Finding("C.5.4", Problem.MISSING)


def _sources(event: Node) -> Iterator[Finding]:
    """One source is the primary one, and only one; its country is known."""
    sources = nodes(event, SOURCES)
    primary = [n for n, source in enumerate(sources, 1) if value(source, "C.2.r.5") == "1"]
    if len(primary) != 1:
        yield Finding("C.2.r.5", Problem.NO_PRIMARY, BY_NUMBER["C.2.r.5"].name, n=len(primary))
    for n, source in enumerate(sources, 1):
        if n in primary and not value(source, "C.2.r.3"):
            yield missing("C.2.r.3", n)


def _sender(event: Node) -> Iterator[Finding]:
    """C.3.2, unless the sender is a patient (C.3.1 = 7)."""
    if value(event, "C.3.1") != "7" and not value(event, "C.3.2"):
        yield missing("C.3.2")


def _patient(event: Node) -> Iterator[Finding]:
    """Ask for an age's unit, the words of a history without codes or why not, and a death's autopsy."""
    if value(event, "D.2.2a") and not value(event, "D.2.2b"):
        yield missing("D.2.2b")
    if value(event, "D.2.2b") and not value(event, "D.2.2a"):
        yield missing("D.2.2a")
    if not history_is_coded(event) and not told(event, "D.7.2"):
        yield missing("D.7.2")
    if value(event, "D.9.1") and not told(event, "D.9.3"):
        yield missing("D.9.3")


def _reactions(event: Node) -> Iterator[Finding]:
    """There is a reaction with a value; the reporter's words have their language; an end follows its start."""
    reactions = nodes(event, REACTIONS)
    if not any(value(each, "E.i.1.1a") or value(each, "E.i.2.1b") for each in reactions):
        yield Finding("E.i", Problem.NO_REACTION)
    for n, reaction in enumerate(reactions, 1):
        if value(reaction, "E.i.1.1a") and not value(reaction, "E.i.1.1b"):
            yield missing("E.i.1.1b", n)
        yield from _ordered(reaction, "E.i.4", "E.i.5", n)
    yield from _distinct("E.i", [key(reaction) for reaction in reactions])


def _distinct(number: str, keys: list[str]) -> Iterator[Finding]:
    """Ask that what a report speaks of by a UUID has one of its own."""
    for each, n in Counter(keys).items():
        if n > 1 or not each:
            yield Finding(number, Problem.DOUBLE if each else Problem.NOWHERE, n=n)


def _versions(event: Node) -> Iterator[Finding]:
    """One version of MedDRA a report."""
    found = {value(each, "E.i.2.1a") for each in nodes(event, REACTIONS)}
    found |= {value(each, "G.k.7.r.2a") for each in nodes(event, DRUGS)}
    found.discard("")
    if len(found) > 1:
        yield Finding("E.i.2.1a", Problem.VERSIONS, BY_NUMBER["E.i.2.1a"].name, value=", ".join(sorted(found)))


def _drugs(event: Node) -> Iterator[Finding]:
    """Ask for an indication's version, nothing said twice, recurrences of reactions that the file has."""
    drugs, reactions = nodes(event, DRUGS), {key(each) for each in nodes(event, REACTIONS)}
    yield from _distinct("G.k", [key(drug) for drug in drugs])
    for n, drug in enumerate(drugs, 1):
        for indication in nodes(drug, INDICATION):
            held = {"G.k.7.r.2a": indication.get("codeSystemVersion"), "G.k.7.r.2b": indication.get("code")}
            if any(held.values()):
                yield from (missing(number, n) for number, each in held.items() if not each)
        yield from _ordered(drug, "G.k.4.r.4", "G.k.4.r.5", n)
        yield from _situations(drug, n)
        yield from _recurrences(drug, reactions, n)


def _ordered(part: Node, start: str, end: str, n: int) -> Iterator[Finding]:
    if precedes(value(part, end), value(part, start)):
        yield Finding(end, Problem.BACKWARDS, BY_NUMBER[end].name, n)


def _situations(drug: Node, n: int) -> Iterator[Finding]:
    codes = Counter(node.get("code", "") for node in nodes(drug, BY_NUMBER["G.k.10.r"].path))
    name = BY_NUMBER["G.k.10.r"].name
    yield from (Finding("G.k.10.r", Problem.DOUBLE, name, n, n=times) for times in codes.values() if times > 1)


def _recurrences(drug: Node, reactions: set[str], n: int) -> Iterator[Finding]:
    name = BY_NUMBER["G.k.9.i.4"].name
    path = f"outboundRelationship2/observation[{observation('31')}]"
    spoken = [str(node.xpath("string(outboundRelationship1/actReference/id/@root)")) for node in nodes(drug, path)]
    if not set(spoken) <= reactions:
        yield Finding("G.k.9.i.4", Problem.NOWHERE, name, n)
    yield from (Finding("G.k.9.i.4", Problem.DOUBLE, name, n, n=k) for k in Counter(spoken).values() if k > 1)


def _roles(event: Node) -> Iterator[Finding]:
    """Each product has one role, of the list; one at least is suspect, interacting or not administered."""
    drugs, found = [key(drug) for drug in nodes(event, DRUGS)], roles(event)
    for n, drug in enumerate(drugs, 1):
        codes = [code for product, code in found if product == drug]
        if len(codes) > 1:
            yield Finding(ROLE.number, Problem.DOUBLE, ROLE.name, n, n=len(codes))
        if not any(codes):
            yield Finding(ROLE.number, Problem.MISSING, ROLE.name, n)
        wrong = [code for code in codes if code and code not in ROLE.codes]
        yield from (Finding(ROLE.number, Problem.CODE, ROLE.name, n, value=code) for code in wrong)
    if any(product not in drugs for product, _code in found):
        yield Finding(ROLE.number, Problem.NOWHERE, ROLE.name)
    if not any(code in SUSPECTS for product, code in found if product in drugs):
        yield Finding(ROLE.number, Problem.NO_SUSPECT, ROLE.name)
