"""What is stored of rules that a person answers for: overrides of findings, checklists, changes of a pack."""

from enum import StrEnum


class OverrideStatus(StrEnum):
    """Where the override of a blocking finding stands; granted takes two signatures."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"


class OverrideAction(StrEnum):
    """What can be done to an override."""

    SIGN = "sign"
    GRANT = "grant"
    REFUSE = "refuse"
    LAPSE = "lapse"


class CheckAnswer(StrEnum):
    """What a reviewer answers to a point of the checklist; a "no" is a request for changes."""

    YES = "yes"
    NOT_APPLICABLE = "not_applicable"


class RuleChangeStatus(StrEnum):
    """Where a change of a rule stands; in force takes two signatures."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    DISCARDED = "discarded"


class RuleChangeAction(StrEnum):
    """What can be done to a change of a rule."""

    EDIT = "edit"
    TRY = "try"
    SIGN = "sign"
    ENACT = "enact"
    DISCARD = "discard"
