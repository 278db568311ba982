"""Our own judgement of an E2B(R3) file: each omission, wrong code, wrong date and double is found, and nothing else.

The schema accepts nearly all of these files; no folder of third-party files is needed here.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree

from errors import InvalidInput
from i18n import set_language
from moderation.e2b import parts
from moderation.e2b.building import build
from moderation.e2b.conformance import check, is_draft, only_uncoded
from moderation.e2b.elements import BY_NUMBER, ELEMENTS, TEXT, Part
from moderation.e2b.findings import Problem, sentence
from moderation.e2b.safe_xml import V3, plain
from tests.rules.e2b.samples import AT, COMPLETE, DRUG, REACTION

MANDATORY = [
    "N.1.1", "N.1.2", "N.1.3", "N.1.4", "N.1.5", "N.2.r.1", "N.2.r.2", "N.2.r.3", "N.2.r.4",
    "C.1.1", "C.1.2", "C.1.3", "C.1.4", "C.1.5", "C.1.6.1", "C.1.7", "C.1.8.1", "C.1.8.2", "C.1.9.1",
    "C.2.r.4", "C.3.1", "E.i.2.1a", "E.i.2.1b", "E.i.3.2a", "E.i.3.2b", "E.i.3.2c", "E.i.3.2d", "E.i.3.2e", "E.i.3.2f",
    "E.i.7", "G.k.1", "G.k.2.2", "D.1", "H.1",
]  # fmt: skip
"""The 32 mandatory elements of ICH's table and the 2 required ones (D.1, H.1)."""
CONDITIONAL = ["C.2.r.3", "C.2.r.5", "C.3.2", "D.2.2a", "D.2.2b", "D.7.2", "E.i.1.1b"]
"""What the table requires because of something else that stands in the complete file."""


def tree():
    return plain(etree.fromstring(build(COMPLETE)))


def written(root) -> bytes:
    """Back to bytes with HL7's namespace, as a file has it."""
    for node in root.iter(etree.Element):
        if "}" not in node.tag:
            node.tag = f"{{{V3}}}{node.tag}"
    return etree.tostring(root)


def holders(root, number: str) -> list[tuple[etree._Element, str]]:
    """The nodes that bear an element, and where on them its value stands."""
    message = parts.messages(root)[0]
    event = parts.case(message)
    if number == "G.k.1":
        path = "component/adverseEventAssessment/component/causalityAssessment/value"
        return [(node, "code") for node in event.xpath(path)]
    element = BY_NUMBER[number]
    scopes = {Part.BATCH: [root], Part.MESSAGE: [message], Part.CASE: [event]} | dict(parts.several(event))
    return [(node, element.where) for scope in scopes[element.part] for node in parts.nodes(scope, element.path)]


def drop_value(root, number: str) -> None:
    for node, where in holders(root, number):
        node.attrib.pop("nullFlavor", None)
        if where == TEXT:
            node.text = None
        else:
            node.attrib.pop(where, None)


def drop_node(root, number: str) -> None:
    for node, _where in holders(root, number):
        node.getparent().remove(node)


def numbers(content: bytes) -> set[str]:
    return {finding.number for finding in check(content, AT)}


def test_the_complete_report_has_no_finding():
    assert check(build(COMPLETE), AT) == []


def test_the_table_knows_every_mandatory_element():
    known = {element.number for element in ELEMENTS if element.mandatory} | {"G.k.1"}
    assert (known, len(MANDATORY)) == (set(MANDATORY), 34)


OMISSIONS = [(drop_value, number) for number in MANDATORY + CONDITIONAL]
OMISSIONS += [(drop_node, number) for number in [*MANDATORY, "C.2.r.3", "C.2.r.5", "C.3.2", "D.7.2"]]
"""An element's value, then the node with it; the node of an age or of words holds both that need each other."""


@pytest.mark.parametrize(("drop", "number"), OMISSIONS)
def test_each_omission_is_found(drop, number):
    root = tree()
    assert holders(root, number), "the complete report holds it"
    drop(root, number)
    assert number in numbers(written(root))


@pytest.mark.parametrize("number", [number for number in MANDATORY if number not in ("E.i.2.1a", "E.i.2.1b")])
def test_an_omitted_value_is_found_alone(number):
    root = tree()
    drop_value(root, number)
    with_it = {"G.k.1": {"G.k.1"}, "C.3.1": {"C.3.1", "C.3.2"}}
    assert numbers(written(root)) <= {number} | with_it.get(number, set())


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("//outboundRelationship[priorityNumber]", "C.2.r.5"),
        ("//subjectOf1[controlActEvent]", "C.3.1"),
        ("//outboundRelationship[relatedInvestigation/code/@code='1']", "C.1.8.2"),
        ("//subjectOf2[observation[code/@code='29']]", "E.i"),
        ("//subjectOf2[organizer[code/@code='4']]", "G.k.1"),
        ("//component[causalityAssessment]", "G.k.1"),
        ("//component[adverseEventAssessment]", "D.1"),
        ("//player1", "D.1"),
        ("//investigationEvent", "C.1"),
        ("//PORR_IN049016UV", "N.2.r"),
    ],
)
def test_a_whole_part_that_is_missing_is_found(path, number):
    root = tree()
    for node in root.xpath(path):
        node.getparent().remove(node)
    assert number in numbers(written(root))


def test_without_meddra_its_two_elements_are_missing_and_nothing_else():
    content = build(replace(COMPLETE, reactions=(replace(REACTION, llt_code=None, meddra_version=None),)), draft=True)
    found = check(content, AT)
    assert [finding.number for finding in found] == ["E.i.2.1a", "E.i.2.1b"]
    assert only_uncoded(found)
    assert is_draft(found)
    assert b"Brouillon" in content


def test_a_reaction_without_words_and_code_is_found():
    mute = replace(REACTION, words="", llt_code=None, meddra_version=None)
    assert numbers(build(replace(COMPLETE, reactions=(mute,)))) == {"E.i", "E.i.2.1a", "E.i.2.1b"}


MUTATIONS: list[tuple[str, str, Problem]] = [
    # codes
    ("N.1.1", "2", Problem.CODE), ("C.1.3", "5", Problem.CODE), ("C.1.6.1", "yes", Problem.CODE),
    ("C.1.7", "1", Problem.CODE), ("C.1.8.2", "3", Problem.CODE), ("C.1.9.1", "false", Problem.CODE),
    ("C.2.r.3", "FRA", Problem.CODE), ("C.2.r.3", "ZZ", Problem.CODE), ("C.2.r.4", "6", Problem.CODE),
    ("C.2.r.5", "2", Problem.NO_PRIMARY), ("C.3.1", "8", Problem.CODE), ("D.2.2a", "old", Problem.CODE),
    ("D.2.2b", "years", Problem.CODE), ("D.2.3", "7", Problem.CODE), ("D.5", "F", Problem.CODE),
    ("E.i.1.1b", "fr", Problem.CODE), ("E.i.2.1a", "29", Problem.CODE), ("E.i.2.1b", "vertige", Problem.CODE),
    ("E.i.3.2a", "false", Problem.CODE), ("E.i.3.2f", "false", Problem.CODE), ("E.i.7", "6", Problem.CODE),
    ("E.i.8", "maybe", Problem.CODE), ("E.i.9", "France", Problem.CODE), ("G.k.1", "5", Problem.CODE),
    ("G.k.1", "2", Problem.NO_SUSPECT), ("G.k.8", "5", Problem.CODE), ("G.k.9.i.4", "0", Problem.CODE),
    ("G.k.10.r", "12", Problem.CODE), ("C.1.1", "2026-0117", Problem.CODE), ("C.1.8.1", "fr-H-1", Problem.CODE),
    # dates
    ("C.1.4", "202611", Problem.DATE), ("C.1.4", "20261131", Problem.DATE), ("C.1.5", "20261121", Problem.FUTURE),
    ("C.1.5", "20261117", Problem.BACKWARDS), ("C.1.2", "20261120", Problem.DATE),
    ("C.1.2", "20261120113001+0100", Problem.FUTURE), ("N.1.5", "20261120102959-0200", Problem.FUTURE),
    ("N.2.r.4", "demain", Problem.DATE), ("E.i.4", "20270101", Problem.FUTURE), ("E.i.4", "26", Problem.DATE),
    ("E.i.5", "20261005", Problem.BACKWARDS), ("G.k.4.r.4", "202612", Problem.FUTURE),
    ("G.k.4.r.5", "2025", Problem.BACKWARDS),
    # the same in both places
    ("N.2.r.1", "FR-HELIOR-2026-0118", Problem.DIFFERENT), ("N.2.r.4", "20261120102959+0000", Problem.DIFFERENT),
    # lengths
    ("N.1.2", "x" * 101, Problem.LONG), ("N.1.3", "x" * 61, Problem.LONG), ("C.3.2", "x" * 101, Problem.LONG),
    ("D.7.2", "x" * 10_001, Problem.LONG), ("E.i.1.1a", "x" * 251, Problem.LONG), ("G.k.2.2", "x" * 251, Problem.LONG),
    ("G.k.4.r.7", "x" * 36, Problem.LONG), ("G.k.4.r.8", "x" * 2001, Problem.LONG), ("H.1", "x" * 100_001, Problem.LONG),
    ("G.k.7.r.1", "x" * 251, Problem.LONG), ("G.k.2.3.r.1", "x" * 251, Problem.LONG),
]  # fmt: skip


@pytest.mark.parametrize(("number", "value", "problem"), MUTATIONS)
def test_a_wrong_value_is_found(number, value, problem):
    root = tree()
    for node, where in holders(root, number)[:1]:
        node.attrib.pop("nullFlavor", None)
        if where == TEXT:
            node.text = value
        else:
            node.set(where, value)
    assert (number, problem) in {(finding.number, finding.problem) for finding in check(written(root), AT)}


@pytest.mark.parametrize(
    ("number", "null"), [("C.1.7", "NI"), ("E.i.2.1b", "UNK"), ("E.i.7", "NI"), ("D.1", "NI"), ("C.2.r.4", "MSK")]
)
def test_an_absence_that_is_not_admitted_is_found(number, null):
    root = tree()
    drop_value(root, number)
    for node, _where in holders(root, number):
        node.set("nullFlavor", null)
    assert (number, Problem.NULL) in {(finding.number, finding.problem) for finding in check(written(root), AT)}


def doubled(path: str) -> Callable:
    def twice(root) -> None:
        node = root.xpath(path)[0]
        node.addnext(etree.fromstring(etree.tostring(node)))

    return twice


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("//investigationEvent/id[1]", "C.1.1"),
        ("//investigationEvent/id[2]", "C.1.8.1"),
        ("//outboundRelationship[priorityNumber]", "C.2.r.5"),
        ("//subjectOf2[investigationCharacteristic/code/@code='1']", "C.1.3"),
        ("//outboundRelationship2[observation/code/@code='27']", "E.i.7"),
        ("//subjectOf2[observation/code/@code='29']", "E.i"),
        ("//organizer[code/@code='4']/component", "G.k"),
        ("//component[causalityAssessment]", "G.k.1"),
        ("//outboundRelationship2[observation/code/@code='9']", "G.k.10.r"),
        ("//outboundRelationship2[observation/code/@code='31']", "G.k.9.i.4"),
    ],
)
def test_a_double_is_found(path, number):
    root = tree()
    doubled(path)(root)
    assert (number, Problem.DOUBLE) in {
        (f.number, Problem.DOUBLE if f.problem is Problem.NO_PRIMARY else f.problem) for f in check(written(root), AT)
    }


def test_two_versions_of_meddra_in_one_report_are_found():
    other = replace(REACTION, key="11111111-1111-4111-8111-111111111111", meddra_version="28.1")
    assert numbers(build(replace(COMPLETE, reactions=(REACTION, other)))) == {"E.i.2.1a"}


@pytest.mark.parametrize("path", ["//productUseReference/id", "//actReference/id"])
def test_what_points_at_nothing_is_found(path):
    root = tree()
    root.xpath(path)[0].set("root", "99999999-9999-4999-8999-999999999999")
    assert Problem.NOWHERE in {finding.problem for finding in check(written(root), AT)}


def test_a_report_of_concomitant_products_only_is_none():
    only = replace(COMPLETE, drugs=(replace(DRUG, role="2"),))
    assert [finding.problem for finding in check(build(only), AT)] == [Problem.NO_SUSPECT]
    assert numbers(build(replace(COMPLETE, drugs=()))) == {"G.k.1"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_problem_reads_as_a_sentence(language):
    set_language(language)
    try:
        mute = replace(REACTION, words="", llt_code=None, meddra_version=None)
        found = check(build(replace(COMPLETE, reactions=(mute,), drugs=())), AT)
        assert all(sentence(finding).endswith(".") and "{" not in sentence(finding) for finding in found)
        assert ("manque" in sentence(found[-2])) == (language == "fr")
    finally:
        set_language("fr")


@pytest.mark.parametrize(
    "content",
    [b"", b"<a", b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"],
)
def test_what_is_no_xml_or_dangerous_is_refused_with_a_sentence(content):
    with pytest.raises(InvalidInput, match=r"Exportez|DOCTYPE"):
        check(content, AT)


def test_another_document_is_no_report():
    assert numbers(b"<html/>") == {"N.1"}
