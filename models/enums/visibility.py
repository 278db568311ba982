"""Hiding, showing again and deleting what others wrote; the author's contest; what a product's name calls for."""

from enum import StrEnum


class VisibilityAction(StrEnum):
    """What moves a comment's visibility: a person's act, a signed policy's, or what the network shows."""

    HIDE = "hide"
    HIDE_BY_POLICY = "hide_by_policy"
    UNHIDE = "unhide"
    UNHIDE_BY_CONTEST = "unhide_by_contest"
    DELETE = "delete"
    CONFIRM = "confirm"
    GIVE_UP = "give_up"
    GIVE_UP_HIDDEN = "give_up_hidden"
    SEEN_HIDDEN = "seen_hidden"
    SEEN_SHOWN = "seen_shown"


class ActKind(StrEnum):
    """What is asked of the network."""

    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"


class ActOrigin(StrEnum):
    """Who or what asked for it; NETWORK: somebody did it there, with the page's own tools."""

    PERSON = "person"
    POLICY = "policy"
    CONTEST = "contest"
    NETWORK = "network"


class ActStatus(StrEnum):
    """Where an act stands: a deletion is first asked for; all the others are on their way at once."""

    ASKED = "asked"
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"


class ActStep(StrEnum):
    """What can be done to an act."""

    APPROVE = "approve"
    REFUSE = "refuse"
    FINISH = "finish"
    FAIL = "fail"


class HideReason(StrEnum):
    """Why a comment is taken out of the public's sight."""

    PRESCRIPTION_NAMED = "prescription_named"
    PRODUCT_NAMED = "product_named"
    PERSONAL_DATA = "personal_data"
    INSULT = "insult"
    SPAM = "spam"
    MISINFORMATION = "misinformation"
    DOXXING = "doxxing"
    OTHER = "other"


class NamedKind(StrEnum):
    """What kind of product a comment names."""

    PRESCRIPTION = "prescription"
    OWN = "own"
    COMPETITOR = "competitor"


class NameMeasure(StrEnum):
    """What a name calls for, from the mildest."""

    NOTHING = "nothing"
    PROPOSE = "propose"
    HIDE = "hide"


class ContestStatus(StrEnum):
    """Where an author's contest stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class ContestAction(StrEnum):
    """What can be done to a contest."""

    GRANT = "grant"
    REFUSE = "refuse"
