"""Finding one's way in a file: its messages, cases, sources, reactions and drugs, and the values of an element."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.etree import _Element as Node

from moderation.e2b.codes import LIST
from moderation.e2b.elements import BY_NUMBER, DRUGS, PATIENT, REACTIONS, SOURCES, TEXT, Element, Part, observation

_ROLES = f"component/adverseEventAssessment/component/causalityAssessment[{observation('20')}]"
_EVENT = "controlActProcess/subject/investigationEvent"


@dataclass(frozen=True)
class Value:
    """What stands in the place of an element: a value, the flavour of its absence, or neither."""

    given: str
    null: str


def nodes(root: Node, path: str) -> list[Node]:
    """Return the nodes of a path, in the order of the file."""
    found: Any = root.xpath(path)
    return [node for node in found if isinstance(node, Node)]


def values(part: Node, element: Element) -> list[Value]:
    """Return the values of an element, one for each node that may bear it."""
    return [
        Value(
            ((node.text if element.where == TEXT else node.get(element.where)) or "").strip(),
            node.get("nullFlavor", ""),
        )
        for node in nodes(part, element.path)
    ]


def value(part: Node, number: str) -> str:
    """Return the first value of an element, empty when it has none."""
    return next((each.given for each in values(part, BY_NUMBER[number]) if each.given), "")


def told(part: Node, number: str) -> bool:
    """Say whether an element has a value, or says why it has none."""
    return any(each.given or each.null for each in values(part, BY_NUMBER[number]))


def messages(root: Node) -> list[Node]:
    """Return the messages of a batch, one case each."""
    return nodes(root, "PORR_IN049016UV")


def case(message: Node) -> Node | None:
    """Return the case of a message."""
    return next(iter(nodes(message, _EVENT)), None)


def several(event: Node) -> Iterator[tuple[Part, list[Node]]]:
    """Yield what a case can hold several of."""
    yield Part.SOURCE, nodes(event, SOURCES)
    yield Part.REACTION, nodes(event, REACTIONS)
    yield Part.DRUG, nodes(event, DRUGS)


def key(part: Node) -> str:
    """Return the UUID of a reaction or a drug."""
    return str(part.xpath("string(id/@root)"))


def roles(event: Node) -> list[tuple[str, str]]:
    """Return the roles of the drugs (G.k.1): the UUID of the drug and the code, empty where there is none."""
    found = []
    for each in nodes(event, _ROLES):
        code = each.xpath(f"string(value[@codeSystem='{LIST}13']/@code)")
        found.append((str(each.xpath("string(subject2/productUseReference/id/@root)")), str(code)))
    return found


def history_is_coded(event: Node) -> bool:
    """Say whether the medical history has coded terms (D.7.1)."""
    path = f"{PATIENT}/subjectOf2/organizer[code[@code='1'][@codeSystem='{LIST}20']]/component/observation/code"
    return any(node.get("codeSystem", "").endswith(".6.163") for node in nodes(event, path))
