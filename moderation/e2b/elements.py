"""The data elements of E2B(R3) that we write or judge: where each stands, what it may hold (ICH's table, © ICH).

A path leads, from the part that the element belongs to, to the node that bears its value; names are without namespace.
"""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from i18n import N_
from moderation.e2b.codes import COUNTRIES, LIST, MEDDRA, NAMESPACE, SEXES


class Part(Enum):
    """What an element belongs to: of these, one message can hold several sources, reactions and drugs."""

    BATCH = auto()
    MESSAGE = auto()
    CASE = auto()
    SOURCE = auto()
    REACTION = auto()
    DRUG = auto()


class Kind(Enum):
    """What a value looks like; of a date, the part that must be there at least."""

    TEXT = auto()
    REPORT_ID = auto()
    CODE = auto()
    COUNTRY = auto()
    LANGUAGE = auto()
    AGE = auto()
    VERSION = auto()
    LLT = auto()
    YEAR = auto()
    DAY = auto()
    SECOND = auto()


TEXT = "text"
"""Where a value is the text of its node; else the name of an attribute."""


@dataclass(frozen=True)
class Element:
    """One data element. `nulls`: the null flavours that may stand in its place."""

    number: str
    name: str
    part: Part
    path: str
    where: str = "value"
    kind: Kind = Kind.TEXT
    mandatory: bool = False
    longest: int | None = None
    codes: frozenset[str] = field(default_factory=frozenset)
    nulls: frozenset[str] = field(default_factory=frozenset)
    repeats: bool = False


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


def observation(code: str) -> str:
    """Return the test that a node is the observation of a code of list 19."""
    return f"code[@code='{code}'][@codeSystem='{LIST}19']"


def trait(code: str) -> str:
    """Return the path from the case to the value of a trait (list 23)."""
    inside = f"investigationCharacteristic[code[@code='{code}'][@codeSystem='{LIST}23']]"
    return f"subjectOf2/{inside}/value"


def identifier(n: int) -> str:
    """Return the test that an id is of a kind."""
    return f"id[@root='{NAMESPACE}{n}']"


ANYONE = _codes("MSK ASKU NASK UNK")
BOOLEAN = _codes("true false")
PATIENT = "component/adverseEventAssessment/subject1/primaryRole"
GATE: dict[str, Any] = {"where": "extension", "mandatory": True, "longest": 60}
SENDER = f"subjectOf1/controlActEvent/author/assignedEntity[code[@codeSystem='{LIST}7']]"
FIRST = f"outboundRelationship/relatedInvestigation[code[@code='1'][@codeSystem='{LIST}22']]"
AUTHOR = "subjectOf2/controlActEvent/author/assignedEntity"
PERSON = f"relatedInvestigation/{AUTHOR}/assignedPerson"
HISTORY = f"{PATIENT}/subjectOf2/organizer[code[@code='1'][@codeSystem='{LIST}20']]/component"
DOSE = "outboundRelationship2/substanceAdministration"
INDICATION = f"inboundRelationship/observation[{observation('19')}]/value"
SOURCES = f"outboundRelationship[relatedInvestigation/code[@code='2'][@codeSystem='{LIST}22']]"
REACTIONS = f"{PATIENT}/subjectOf2/observation[{observation('29')}]"
DRUGS = f"{PATIENT}/subjectOf2/organizer[code[@code='4'][@codeSystem='{LIST}20']]/component/substanceAdministration"

P, K, E = Part, Kind, Element


def _inner(number: str, name: str, code: str, codes: str, nulls: str = "") -> Element:
    """Return an element that is a mandatory observation about a reaction."""
    path = f"outboundRelationship2/observation[{observation(code)}]/value"
    where = "code" if codes != "true" else "value"
    return E(number, name, P.REACTION, path, where, K.CODE, mandatory=True, codes=_codes(codes), nulls=_codes(nulls))


ELEMENTS: tuple[Element, ...] = (
    E("N.1.1", N_("type des messages du lot"), P.BATCH, f"name[@codeSystem='{LIST}1']", "code", K.CODE,
      mandatory=True, codes=_codes("1")),
    E("N.1.2", N_("numéro du lot"), P.BATCH, identifier(22), "extension", mandatory=True, longest=100),
    E("N.1.3", N_("expéditeur du lot"), P.BATCH, f"sender/device/{identifier(13)}", **GATE),
    E("N.1.4", N_("destinataire du lot"), P.BATCH, f"receiver/device/{identifier(14)}", **GATE),
    E("N.1.5", N_("date d'envoi du lot"), P.BATCH, "creationTime", kind=K.SECOND, mandatory=True),
    E("N.2.r.1", N_("identifiant du message"), P.MESSAGE, identifier(1), "extension", mandatory=True, longest=100),
    E("N.2.r.2", N_("expéditeur du message"), P.MESSAGE, f"sender/device/{identifier(11)}", **GATE),
    E("N.2.r.3", N_("destinataire du message"), P.MESSAGE, f"receiver/device/{identifier(12)}", **GATE),
    E("N.2.r.4", N_("date du message"), P.MESSAGE, "creationTime", kind=K.SECOND, mandatory=True),
    E("C.1.2", N_("date de création"), P.MESSAGE, "controlActProcess/effectiveTime", kind=K.SECOND, mandatory=True),
    E("C.1.1", N_("numéro unique du rapport"), P.CASE, identifier(1), "extension", K.REPORT_ID, mandatory=True,
      longest=100),
    E("C.1.3", N_("type de rapport"), P.CASE, trait("1"), "code", K.CODE, mandatory=True, codes=_codes("1 2 3 4")),
    E("C.1.4", N_("première réception"), P.CASE, "effectiveTime/low", kind=K.DAY, mandatory=True),
    E("C.1.5", N_("information la plus récente"), P.CASE, "availabilityTime", kind=K.DAY, mandatory=True),
    E("C.1.6.1", N_("documents complémentaires"), P.CASE, f"component/observationEvent[{observation('1')}]/value",
      kind=K.CODE, mandatory=True, codes=BOOLEAN),
    E("C.1.7", N_("rapport accéléré"), P.CASE, f"component/observationEvent[{observation('23')}]/value",
      kind=K.CODE, mandatory=True, codes=BOOLEAN),
    E("C.1.8.1", N_("numéro mondial du cas"), P.CASE, identifier(2), "extension", K.REPORT_ID, mandatory=True,
      longest=100),
    E("C.1.8.2", N_("premier expéditeur du cas"), P.CASE, f"{FIRST}/{AUTHOR}/code[@codeSystem='{LIST}3']", "code",
      K.CODE, mandatory=True, codes=_codes("1 2")),
    E("C.1.9.1", N_("autres numéros du cas"), P.CASE, trait("2"), kind=K.CODE, mandatory=True, codes=_codes("true"),
      nulls=_codes("NI")),
    E("C.1.11.1", N_("annulation ou correction"), P.CASE, trait("3"), "code", K.CODE, codes=_codes("1 2")),
    E("C.1.11.2", N_("raison de l'annulation ou de la correction"), P.CASE, f"{trait('4')}/originalText", TEXT,
      longest=2000),
    E("C.3.1", N_("type d'expéditeur"), P.CASE, f"{SENDER}/code", "code", K.CODE, mandatory=True,
      codes=_codes("1 2 3 4 5 6 7")),
    E("C.3.2", N_("organisme expéditeur"), P.CASE,
      f"{SENDER}/representedOrganization/assignedEntity/representedOrganization/name", TEXT, longest=100),
    E("D.1", N_("nom ou initiales du patient"), P.CASE, f"{PATIENT}/player1/name", TEXT, mandatory=True, longest=60,
      nulls=ANYONE),
    E("D.2.2a", N_("âge"), P.CASE, f"{PATIENT}/subjectOf2/observation[{observation('3')}]/value", kind=K.AGE,
      longest=5),
    E("D.2.2b", N_("unité de l'âge"), P.CASE, f"{PATIENT}/subjectOf2/observation[{observation('3')}]/value", "unit",
      K.CODE, codes=_codes("a mo wk d h {Decade}")),
    E("D.2.3", N_("groupe d'âge"), P.CASE, f"{PATIENT}/subjectOf2/observation[{observation('4')}]/value", "code",
      K.CODE, codes=_codes("0 1 2 3 4 5 6")),
    E("D.5", N_("sexe"), P.CASE, f"{PATIENT}/player1/administrativeGenderCode[@codeSystem='{SEXES}']", "code", K.CODE,
      codes=_codes("1 2"), nulls=ANYONE),
    E("D.7.2", N_("antécédents"), P.CASE, f"{HISTORY}/observation[{observation('18')}]/value", TEXT, longest=10_000,
      nulls=ANYONE),
    E("D.9.1", N_("date du décès"), P.CASE, f"{PATIENT}/player1/deceasedTime", kind=K.YEAR,
      nulls=_codes("MSK ASKU NASK")),
    E("D.9.3", N_("autopsie"), P.CASE, f"{PATIENT}/subjectOf2/observation[{observation('5')}]/value", kind=K.CODE,
      codes=BOOLEAN, nulls=_codes("ASKU NASK UNK")),
    E("H.1", N_("récit"), P.CASE, "text", TEXT, mandatory=True, longest=100_000),
    E("C.2.r.3", N_("pays du notificateur"), P.SOURCE,
      f"{PERSON}/asLocatedEntity/location/code[@codeSystem='{COUNTRIES}']", "code", K.COUNTRY),
    E("C.2.r.4", N_("qualité du notificateur"), P.SOURCE,
      f"{PERSON}/asQualifiedEntity/code", "code", K.CODE, mandatory=True, codes=_codes("1 2 3 4 5"),
      nulls=_codes("UNK")),
    E("C.2.r.5", N_("source principale"), P.SOURCE, "priorityNumber", kind=K.CODE, codes=_codes("1")),
    E("E.i.1.1a", N_("réaction dans les mots du notificateur"), P.REACTION, "value/originalText", TEXT, longest=250),
    E("E.i.1.1b", N_("langue de ces mots"), P.REACTION, "value/originalText", "language", K.LANGUAGE),
    E("E.i.1.2", N_("traduction de la réaction"), P.REACTION,
      f"outboundRelationship2/observation[{observation('30')}]/value", TEXT, longest=250),
    E("E.i.2.1a", N_("version de MedDRA"), P.REACTION, f"value[@codeSystem='{MEDDRA}']", "codeSystemVersion",
      K.VERSION, mandatory=True, longest=4),
    E("E.i.2.1b", N_("terme MedDRA de la réaction"), P.REACTION, f"value[@codeSystem='{MEDDRA}']", "code", K.LLT,
      mandatory=True, longest=8),
    E("E.i.3.1", N_("terme souligné par le notificateur"), P.REACTION,
      f"outboundRelationship2/observation[{observation('37')}]/value", "code", K.CODE, codes=_codes("1 2 3 4")),
    _inner("E.i.3.2a", N_("décès"), "34", "true", "NI"),
    _inner("E.i.3.2b", N_("pronostic vital engagé"), "21", "true", "NI"),
    _inner("E.i.3.2c", N_("hospitalisation"), "33", "true", "NI"),
    _inner("E.i.3.2d", N_("invalidité ou incapacité"), "35", "true", "NI"),
    _inner("E.i.3.2e", N_("anomalie congénitale"), "12", "true", "NI"),
    _inner("E.i.3.2f", N_("événement médicalement important"), "26", "true", "NI"),
    E("E.i.4", N_("début de la réaction"), P.REACTION, "effectiveTime/low", kind=K.YEAR,
      nulls=_codes("MSK ASKU NASK")),
    E("E.i.5", N_("fin de la réaction"), P.REACTION, "effectiveTime/high", kind=K.YEAR,
      nulls=_codes("MSK ASKU NASK")),
    _inner("E.i.7", N_("évolution de la réaction"), "27", "0 1 2 3 4 5"),
    E("E.i.8", N_("confirmation par un professionnel"), P.REACTION,
      f"outboundRelationship2/observation[{observation('24')}]/value", kind=K.CODE, codes=BOOLEAN),
    E("E.i.9", N_("pays de la réaction"), P.REACTION, "location/locatedEntity/locatedPlace/code", "code", K.COUNTRY),
    E("G.k.2.2", N_("nom du produit"), P.DRUG, "consumable/instanceOfKind/kindOfProduct/name", TEXT, mandatory=True,
      longest=250),
    E("G.k.2.3.r.1", N_("substance"), P.DRUG,
      "consumable/instanceOfKind/kindOfProduct/ingredient/ingredientSubstance/name", TEXT, longest=250, repeats=True),
    E("G.k.4.r.4", N_("début du traitement"), P.DRUG, f"{DOSE}/effectiveTime/comp/low", kind=K.YEAR, repeats=True,
      nulls=_codes("MSK ASKU NASK")),
    E("G.k.4.r.5", N_("dernière prise"), P.DRUG, f"{DOSE}/effectiveTime/comp/high", kind=K.YEAR, repeats=True,
      nulls=_codes("MSK ASKU NASK")),
    E("G.k.4.r.7", N_("numéro de lot"), P.DRUG,
      f"{DOSE}/consumable/instanceOfKind/productInstanceInstance/lotNumberText", TEXT, longest=35, repeats=True),
    E("G.k.4.r.8", N_("posologie"), P.DRUG, f"{DOSE}/text", TEXT, longest=2000, repeats=True),
    E("G.k.7.r.1", N_("indication"), P.DRUG, f"{INDICATION}/originalText", TEXT, longest=250, repeats=True,
      nulls=_codes("ASKU NASK UNK")),
    E("G.k.7.r.2a", N_("version de MedDRA de l'indication"), P.DRUG, INDICATION, "codeSystemVersion", K.VERSION,
      longest=4, repeats=True),
    E("G.k.7.r.2b", N_("terme MedDRA de l'indication"), P.DRUG, INDICATION, "code", K.LLT, longest=8, repeats=True),
    E("G.k.8", N_("mesure prise"), P.DRUG, f"inboundRelationship/act/code[@codeSystem='{LIST}15']", "code", K.CODE,
      codes=_codes("0 1 2 3 4 9")),
    E("G.k.9.i.4", N_("récidive à la reprise"), P.DRUG,
      f"outboundRelationship2/observation[{observation('31')}]/value", "code", K.CODE, codes=_codes("1 2 3 4"),
      repeats=True),
    E("G.k.10.r", N_("situation particulière"), P.DRUG,
      f"outboundRelationship2/observation[{observation('9')}]/value", "code", K.CODE,
      codes=frozenset(map(str, range(1, 12))), repeats=True),
)  # fmt: skip

BY_NUMBER = {element.number: element for element in ELEMENTS}
ROLE = E("G.k.1", N_("rôle du produit"), P.CASE, "", "code", K.CODE, mandatory=True, codes=_codes("1 2 3 4"))
"""It stands apart from its product: an assessment that points at it."""
