"""Building the file: nodes with the attributes that HL7 asks of each kind."""

from datetime import date, datetime

from lxml import etree
from lxml.etree import _Element as Node

from compliance.time_zone import PARIS
from moderation.e2b.codes import LIST, NAMESPACE
from moderation.e2b.safe_xml import V3, XSI

TYPE = f"{{{XSI}}}type"
_CLASSES = {
    "controlActProcess": {"classCode": "CACT", "moodCode": "EVN"},
    "controlActEvent": {"classCode": "CACT", "moodCode": "EVN"},
    "investigationEvent": {"classCode": "INVSTG", "moodCode": "EVN"},
    "adverseEventAssessment": {"classCode": "INVSTG", "moodCode": "EVN"},
    "relatedInvestigation": {"classCode": "INVSTG", "moodCode": "EVN"},
    "investigationCharacteristic": {"classCode": "OBS", "moodCode": "EVN"},
    "observation": {"classCode": "OBS", "moodCode": "EVN"},
    "observationEvent": {"classCode": "OBS", "moodCode": "EVN"},
    "causalityAssessment": {"classCode": "OBS", "moodCode": "EVN"},
    "organizer": {"classCode": "CATEGORY", "moodCode": "EVN"},
    "substanceAdministration": {"classCode": "SBADM", "moodCode": "EVN"},
    "productUseReference": {"classCode": "SBADM", "moodCode": "EVN"},
    "actReference": {"classCode": "OBS", "moodCode": "EVN"},
    "act": {"classCode": "ACT", "moodCode": "EVN"},
    "primaryRole": {"classCode": "INVSBJ"},
    "player1": {"classCode": "PSN", "determinerCode": "INSTANCE"},
    "assignedPerson": {"classCode": "PSN", "determinerCode": "INSTANCE"},
    "representedOrganization": {"classCode": "ORG", "determinerCode": "INSTANCE"},
    "assignedEntity": {"classCode": "ASSIGNED"},
    "asQualifiedEntity": {"classCode": "QUAL"},
    "asLocatedEntity": {"classCode": "LOCE"},
    "locatedEntity": {"classCode": "LOCE"},
    "locatedPlace": {"classCode": "COUNTRY", "determinerCode": "INSTANCE"},
    "location": {},
    "device": {"classCode": "DEV", "determinerCode": "INSTANCE"},
    "instanceOfKind": {"classCode": "INST"},
    "kindOfProduct": {"classCode": "MMAT", "determinerCode": "KIND"},
    "productInstanceInstance": {"classCode": "MMAT", "determinerCode": "INSTANCE"},
    "ingredient": {"classCode": "ACTI"},
    "ingredientSubstance": {"classCode": "MMAT", "determinerCode": "KIND"},
}


def add(parent: Node, tag: str, text: str | None = None, **attributes: str) -> Node:
    """Add a node with its class; `xsi` gives its data type."""
    given = _CLASSES.get(tag, {}) | {TYPE if name == "xsi" else name: value for name, value in attributes.items()}
    node = etree.SubElement(parent, f"{{{V3}}}{tag}", given)
    node.text = text
    return node


def path(parent: Node, *steps: str) -> Node:
    """Add nodes one in the other, a step "tag" or "tag:typeCode" each; return the innermost."""
    for step in steps:
        tag, _colon, kind = step.partition(":")
        parent = add(parent, tag, **({"typeCode": kind} if kind else {}))
    return parent


def code(parent: Node, value: str, system: str | int, display: str = "") -> Node:
    """Add a code; a number names one of ICH's lists."""
    shown = {"displayName": display} if display else {}
    return add(parent, "code", code=value, codeSystem=f"{LIST}{system}" if isinstance(system, int) else system, **shown)


def coded(parent: Node, value: str, list_number: int) -> Node:
    """Add a value that is a code of one of ICH's lists."""
    return add(parent, "value", xsi="CE", code=value, codeSystem=f"{LIST}{list_number}")


def truth(parent: Node, value: bool | None) -> Node:
    """Add a boolean; None says that nothing is known."""
    given = {"nullFlavor": "NI"} if value is None else {"value": "true" if value else "false"}
    return add(parent, "value", xsi="BL", **given)


def identified(parent: Node, extension: str, kind: int) -> Node:
    """Add an identifier of one of ICH's kinds."""
    return add(parent, "id", extension=extension, root=f"{NAMESPACE}{kind}")


def interval(parent: Node, tag: str, start: str | None, end: str | None, **attributes: str) -> None:
    """Add what lasted from a partial date to another, as far as they are known."""
    if start or end:
        lasted = add(parent, tag, xsi="IVL_TS", **attributes)
        for name, day in (("low", start), ("high", end)):
            if day:
                add(lasted, name, value=day.replace("-", ""))


def moment(at: datetime | date) -> str:
    """Return a moment to the second with the zone of Paris, or a day."""
    return f"{at.astimezone(PARIS):%Y%m%d%H%M%S%z}" if isinstance(at, datetime) else f"{at:%Y%m%d}"
