"""What a report says of its reporter, patient, products and reactions: the codes of ICH E2B(R3), in words.

The codes themselves stand where the file is written (`moderation.e2b`).
"""

from enum import StrEnum


class ReporterQualification(StrEnum):
    """Who reports (C.2.r.4)."""

    PHYSICIAN = "physician"
    PHARMACIST = "pharmacist"
    OTHER_PROFESSIONAL = "other_professional"
    LAWYER = "lawyer"
    CONSUMER = "consumer"


class Sex(StrEnum):
    """Sex of the patient (D.5)."""

    MALE = "male"
    FEMALE = "female"


class AgeUnit(StrEnum):
    """Unit of an age at the onset of the reaction (D.2.2b)."""

    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


class AgeGroup(StrEnum):
    """Age group of the patient as the reporter gives it (D.2.3)."""

    FOETUS = "foetus"
    NEONATE = "neonate"
    INFANT = "infant"
    CHILD = "child"
    ADOLESCENT = "adolescent"
    ADULT = "adult"
    ELDERLY = "elderly"


class ReactionOutcome(StrEnum):
    """Outcome of a reaction at the time of the last observation (E.i.7)."""

    UNKNOWN = "unknown"
    RECOVERED = "recovered"
    RECOVERING = "recovering"
    NOT_RECOVERED = "not_recovered"
    SEQUELAE = "sequelae"
    FATAL = "fatal"


class DrugRole(StrEnum):
    """Role of a product in a case (G.k.1)."""

    SUSPECT = "suspect"
    CONCOMITANT = "concomitant"
    INTERACTING = "interacting"
    NOT_ADMINISTERED = "not_administered"


class DrugAction(StrEnum):
    """What was done with a product because of the reaction (G.k.8)."""

    WITHDRAWN = "withdrawn"
    REDUCED = "reduced"
    INCREASED = "increased"
    NOT_CHANGED = "not_changed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Answer(StrEnum):
    """A yes, a no, or neither (CIOMS I, fields 20 and 21)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
