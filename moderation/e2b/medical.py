"""The medical part of the file: patient (D), reactions (E), products (G)."""

from lxml.etree import _Element as Node

from moderation.e2b.codes import COUNTRIES, LIST, MEDDRA, SERIOUSNESS, SEXES
from moderation.e2b.record import Icsr, IcsrDrug, IcsrReaction, Patient
from moderation.e2b.tree import add, code, coded, interval, path, truth

SUBJECT = "subjectOf2:SBJ"


def add_assessment(assessment: Node, icsr: Icsr) -> None:
    """Add patient, reactions and products, then the role of each product (G.k.1)."""
    role = path(assessment, "subject1:SBJ", "primaryRole")
    _add_patient(role, icsr.patient)
    for reaction in icsr.reactions:
        _add_reaction(path(role, SUBJECT, "observation"), reaction)
    if icsr.drugs:
        group = path(role, SUBJECT, "organizer")
        code(group, "4", 20, "drugInformation")
        for drug in icsr.drugs:
            _add_drug(path(group, "component:COMP", "substanceAdministration"), drug, icsr.reactions)
    for drug in icsr.drugs:
        judged = path(assessment, "component:COMP", "causalityAssessment")
        code(judged, "20", 19, "interventionCharacterization")
        coded(judged, drug.role, 13)
        add(path(judged, "subject2:SUBJ", "productUseReference"), "id", root=drug.key)


def _add_patient(role: Node, patient: Patient) -> None:
    """Add the patient, without a name (D.1), with history in words or the word that there is none (D.7.2)."""
    player = add(role, "player1")
    add(player, "name", nullFlavor="MSK" if patient.known else "UNK")
    if patient.sex:
        add(player, "administrativeGenderCode", code=patient.sex, codeSystem=SEXES)
    if patient.age is not None and patient.age_unit:
        observed = _observed(role, SUBJECT, "3", "age")
        add(observed, "value", xsi="PQ", value=str(patient.age), unit=patient.age_unit)
    if patient.age_group:
        coded(_observed(role, SUBJECT, "4", "ageGroup"), patient.age_group, 9)
    group = path(role, SUBJECT, "organizer")
    code(group, "1", 20, "relevantMedicalHistoryAndConcurrentConditions")
    observed = _observed(group, "component:COMP", "18", "historyAndConcurrentConditionText")
    given = {} if patient.history else {"nullFlavor": "UNK"}
    add(observed, "value", patient.history, xsi="ED", **given)


def _observed(parent: Node, relation: str, number: str, display: str) -> Node:
    """Add an observation of list 19."""
    node = path(parent, relation, "observation")
    code(node, number, 19, display)
    return node


def _add_reaction(node: Node, reaction: IcsrReaction) -> None:
    """Add a reaction in the reporter's words, with its MedDRA code when it has one."""
    add(node, "id", root=reaction.key)
    code(node, "29", 19, "reaction")
    interval(node, "effectiveTime", reaction.started_on, reaction.ended_on)
    given = {"codeSystem": MEDDRA}
    if reaction.llt_code and reaction.meddra_version:
        given |= {"code": reaction.llt_code, "codeSystemVersion": reaction.meddra_version}
    value = add(node, "value", xsi="CE", **given)
    if reaction.words:
        add(value, "originalText", reaction.words, language=reaction.language)
    if reaction.country:
        place = add(node, "location", typeCode="LOC")
        code(path(place, "locatedEntity", "locatedPlace"), reaction.country, COUNTRIES)
    _add_judgements(node, reaction)


def _add_judgements(node: Node, reaction: IcsrReaction) -> None:
    """Add the criteria of seriousness, true or not known and never false, the outcome and the confirmation."""
    for number, display in SERIOUSNESS.values():
        holds = True if number in reaction.seriousness else None
        truth(_observed(node, "outboundRelationship2:PERT", number, display), holds)
    coded(_observed(node, "outboundRelationship2:PERT", "27", "outcome"), reaction.outcome, 11)
    if reaction.confirmed is not None:
        confirmed = _observed(node, "outboundRelationship2:PERT", "24", "medicalConfirmationByHealthProfessional")
        truth(confirmed, reaction.confirmed)


def _add_drug(node: Node, drug: IcsrDrug, reactions: tuple[IcsrReaction, ...]) -> None:
    """Add a product as the reporter named it, with what is known of its use."""
    add(node, "id", root=drug.key)
    product = path(node, "consumable:CSM", "instanceOfKind", "kindOfProduct")
    add(product, "name", drug.name)
    if drug.substance:
        add(path(product, "ingredient", "ingredientSubstance"), "name", drug.substance)
    if drug.recurred:
        for reaction in reactions:
            observed = _observed(node, "outboundRelationship2:PERT", "31", "recurranceOfReaction")
            coded(observed, drug.recurred, 16)
            add(path(observed, "outboundRelationship1:REFR", "actReference"), "id", root=reaction.key)
    if drug.dose or drug.batch or drug.started_on or drug.ended_on:
        _add_dose(path(node, "outboundRelationship2:COMP", "substanceAdministration"), drug)
    for situation in drug.situations:
        coded(_observed(node, "outboundRelationship2:REFR", "9", "codedDrugInformation"), situation, 17)
    if drug.indication:
        _add_indication(path(node, "inboundRelationship:RSON", "observation"), drug.indication)
    if drug.action:
        code(path(node, "inboundRelationship:CAUS", "act"), drug.action, 15)


def _add_dose(node: Node, drug: IcsrDrug) -> None:
    """Add the dosage in words, the dates of use and the batch (G.k.4.r)."""
    if drug.dose:
        add(node, "text", drug.dose)
    if drug.started_on or drug.ended_on:
        times = add(node, "effectiveTime", xsi="SXPR_TS")
        add(times, "comp", xsi="PIVL_TS")  # the schema wants two parts: how often is only said in words
        interval(times, "comp", drug.started_on, drug.ended_on, operator="A")
    if drug.batch:
        batch = path(node, "consumable:CSM", "instanceOfKind", "productInstanceInstance")
        add(batch, "lotNumberText", drug.batch)


def _add_indication(node: Node, indication: str) -> None:
    """Add the indication in the reporter's words (G.k.7.r.1); it is not coded."""
    code(node, "19", 19, "indication")
    value = add(node, "value", xsi="CE", codeSystem=MEDDRA)
    add(value, "originalText", indication)
    code(path(node, "performer:PRF", "assignedEntity"), "3", f"{LIST}21", "sourceReporter")
