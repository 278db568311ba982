"""The file: a batch of one message of one case, in the order that the schema asks for."""

from lxml import etree
from lxml.etree import _Element as Node

from errors import InvalidInput
from i18n import N_, _
from moderation.e2b.codes import ACTS, COUNTRIES, HL7
from moderation.e2b.elements import BY_NUMBER
from moderation.e2b.medical import add_assessment
from moderation.e2b.record import Icsr
from moderation.e2b.safe_xml import V3, XSI
from moderation.e2b.tree import add, code, coded, identified, moment, path, truth

DRAFT = N_("Brouillon : à ne pas transmettre à une autorité, le cas n'est pas complet ou pas codé en MedDRA.")
PHARMACEUTICAL_COMPANY = "1"
SPONTANEOUS = "1"
OTHER_SENDER = "2"


def build(icsr: Icsr, *, draft: bool = False) -> bytes:
    """Return the file; the same record gives the same bytes. Raises InvalidInput for a text over its length."""
    refuse_long(icsr)
    root = etree.Element(f"{{{V3}}}MCCI_IN200100UV01", {"ITSVersion": "XML_1.0"}, nsmap={None: V3, "xsi": XSI})
    if draft:
        root.addprevious(etree.Comment(f" {_(DRAFT)} "))
    made = moment(icsr.made_at)
    identified(root, f"{icsr.report_id}-{made[:14]}", 22)
    add(root, "creationTime", value=made)
    add(root, "responseModeCode", code="D")
    add(root, "interactionId", extension="MCCI_IN200100UV01", root=f"{HL7}6")
    add(root, "name", code="1", codeSystem="2.16.840.1.113883.3.989.2.1.1.1", displayName="ichicsr")
    _add_message(root, icsr)
    _add_gates(root, icsr, receiver=14, sender=13)
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", pretty_print=True))


def refuse_long(icsr: Icsr) -> None:
    """Refuse the first text that is over its length, with what to do: nothing is cut silently."""
    held = [("H.1", icsr.narrative), ("C.1.1", icsr.report_id), ("D.7.2", icsr.patient.history)]
    held += [("C.3.2", icsr.sender.organisation), ("N.1.3", icsr.sender.identifier), ("N.1.4", icsr.sender.receiver)]
    held += [("E.i.1.1a", reaction.words) for reaction in icsr.reactions]
    for drug in icsr.drugs:
        held += [("G.k.2.2", drug.name), ("G.k.2.3.r.1", drug.substance), ("G.k.4.r.7", drug.batch)]
        held += [("G.k.4.r.8", drug.dose), ("G.k.7.r.1", drug.indication)]
    for number, text in held:
        most = BY_NUMBER[number].longest or 0
        if text and len(text) > most:
            raise InvalidInput(
                N_(
                    "E2B(R3) admet {most} caractères pour {number} ({name}), le cas en compte {n} : « {start}… ». "
                    "Raccourcissez-le dans le cas ; le récit peut tout dire."
                ),
                most=most, number=number, name=_(BY_NUMBER[number].name), n=len(text), start=text[:40],
            )  # fmt: skip


def _add_gates(parent: Node, icsr: Icsr, *, receiver: int, sender: int) -> None:
    identified(path(parent, "receiver:RCV", "device"), icsr.sender.receiver, receiver)
    identified(path(parent, "sender:SND", "device"), icsr.sender.identifier, sender)


def _add_message(root: Node, icsr: Icsr) -> None:
    message, made = add(root, "PORR_IN049016UV"), moment(icsr.made_at)
    identified(message, icsr.report_id, 1)
    add(message, "creationTime", value=made)
    add(message, "interactionId", extension="PORR_IN049016UV", root=f"{HL7}6")
    add(message, "processingCode", code="P")
    add(message, "processingModeCode", code="T")
    add(message, "acceptAckCode", code="AL")
    _add_gates(message, icsr, receiver=12, sender=11)
    process = add(message, "controlActProcess")
    code(process, "PORR_TE049016UV", f"{HL7}18")
    add(process, "effectiveTime", value=made)
    _add_case(path(process, "subject:SUBJ", "investigationEvent"), icsr)


def _add_case(event: Node, icsr: Icsr) -> None:
    """Add the case, C and H.1."""
    identified(event, icsr.report_id, 1)
    identified(event, icsr.report_id, 2)
    code(event, "PAT_ADV_EVNT", ACTS)
    if icsr.narrative:
        add(event, "text", icsr.narrative)
    add(event, "statusCode", code="active")
    add(add(event, "effectiveTime"), "low", value=moment(icsr.first_received_at))
    add(event, "availabilityTime", value=moment(icsr.latest_information))
    add_assessment(path(event, "component:COMP", "adverseEventAssessment"), icsr)
    for number, display, holds in (
        ("1", "additionalDocumentsAvailable", False),
        ("23", "localCriteriaForExpedited", icsr.expedited),
    ):
        observed = path(event, "component:COMP", "observationEvent")
        code(observed, number, 19, display)
        truth(observed, holds)
    _add_first_sender(event)
    _add_source(event, icsr)
    _add_sender(event, icsr)
    coded(_trait(event, "1"), SPONTANEOUS, 2)
    truth(_trait(event, "2"), None)


def _trait(event: Node, number: str) -> Node:
    trait = path(event, "subjectOf2:SUBJ", "investigationCharacteristic")
    code(trait, number, 23)
    return trait


def _author(parent: Node) -> Node:
    return path(parent, "controlActEvent", "author:AUT", "assignedEntity")


def _add_first_sender(event: Node) -> None:
    """Add who sent the case first (C.1.8.2): we did, and we are no regulator."""
    related = path(event, "outboundRelationship:SPRT", "relatedInvestigation")
    code(related, "1", 22, "initialReport")
    code(_author(path(related, "subjectOf2:SUBJ")), OTHER_SENDER, 3)


def _add_source(event: Node, icsr: Icsr) -> None:
    """Add the primary source (C.2.r), whose name is masked."""
    relation = path(event, "outboundRelationship:SPRT")
    add(relation, "priorityNumber", value="1")
    related = add(relation, "relatedInvestigation")
    code(related, "2", 22, "sourceReport")
    person = path(_author(path(related, "subjectOf2:SUBJ")), "assignedPerson")
    name = add(person, "name")
    add(name, "given", nullFlavor="MSK")
    add(name, "family", nullFlavor="MSK")
    qualified = add(person, "asQualifiedEntity")
    if icsr.source.qualification:
        code(qualified, icsr.source.qualification, 6)
    else:
        add(qualified, "code", nullFlavor="UNK")
    place = add(add(person, "asLocatedEntity"), "location", classCode="COUNTRY", determinerCode="INSTANCE")
    code(place, icsr.source.country, COUNTRIES)


def _add_sender(event: Node, icsr: Icsr) -> None:
    """Add the sender (C.3): a pharmaceutical company."""
    entity = _author(path(event, "subjectOf1:SUBJ"))
    code(entity, PHARMACEUTICAL_COMPANY, 7)
    add(add(entity, "assignedPerson"), "name")
    organisation = path(entity, "representedOrganization", "assignedEntity", "representedOrganization")
    add(organisation, "name", icsr.sender.organisation)
