"""The states of a comment's visibility, of an act on it, and of an author's contest.

A comment is confirmed hidden, shown or deleted only by what the network says; an act that failed gives it back to
where the public still sees it.
"""

from dataclasses import dataclass

from compliance.audit import AuditAction
from compliance.permissions import Permission
from compliance.transitions import Table, Transition
from errors import RuleViolated
from i18n import N_
from models.enums import (
    ActKind,
    ActStatus,
    ActStep,
    ContestAction,
    ContestStatus,
    VisibilityAction,
    VisibilityFacet,
)

A, P = AuditAction, Permission
V, VA = VisibilityFacet, VisibilityAction
S, ST = ActStatus, ActStep
C, CA = ContestStatus, ContestAction


@dataclass(frozen=True)
class TwoPeople:
    """Who decides, and who may not: those who asked, or hid."""

    decider: str | None
    involved: frozenset[str]


def _another(people: TwoPeople) -> None:
    if people.decider in people.involved:
        raise RuleViolated(N_("Une autre personne que celle qui a masqué ou demandé doit en décider."))


VISIBILITY_TRANSITIONS: Table = {
    (V.VISIBLE, VA.HIDE): Transition(V.HIDING, P.COMMENT_HIDE, A.COMMENT_HIDE, reason=True),
    (V.VISIBLE, VA.HIDE_BY_POLICY): Transition(V.HIDING, P.ENGINE, A.COMMENT_HIDE, reason=True),
    (V.VISIBLE, VA.DELETE): Transition(V.DELETING, P.COMMENT_DELETE, A.COMMENT_DELETE, reason=True),
    (V.VISIBLE, VA.SEEN_HIDDEN): Transition(V.HIDDEN_BY_OTHERS, P.ENGINE, A.COMMENT_SIGHT),
    (V.HIDING, VA.CONFIRM): Transition(V.HIDDEN, P.ENGINE, A.COMMENT_SIGHT),
    (V.HIDING, VA.GIVE_UP): Transition(V.VISIBLE, P.ENGINE, A.COMMENT_SIGHT),
    (V.HIDDEN, VA.UNHIDE): Transition(V.UNHIDING, P.COMMENT_HIDE, A.COMMENT_UNHIDE, reason=True),
    (V.HIDDEN, VA.UNHIDE_BY_CONTEST): Transition(V.UNHIDING, P.CONTEST_DECIDE, A.COMMENT_UNHIDE, reason=True),
    (V.HIDDEN, VA.DELETE): Transition(V.DELETING, P.COMMENT_DELETE, A.COMMENT_DELETE, reason=True),
    (V.HIDDEN, VA.SEEN_SHOWN): Transition(V.VISIBLE, P.ENGINE, A.COMMENT_SIGHT),
    (V.HIDDEN_BY_OTHERS, VA.UNHIDE): Transition(V.UNHIDING, P.COMMENT_HIDE, A.COMMENT_UNHIDE, reason=True),
    (V.HIDDEN_BY_OTHERS, VA.UNHIDE_BY_CONTEST): Transition(V.UNHIDING, P.CONTEST_DECIDE, A.COMMENT_UNHIDE, reason=True),
    (V.HIDDEN_BY_OTHERS, VA.DELETE): Transition(V.DELETING, P.COMMENT_DELETE, A.COMMENT_DELETE, reason=True),
    (V.HIDDEN_BY_OTHERS, VA.SEEN_SHOWN): Transition(V.VISIBLE, P.ENGINE, A.COMMENT_SIGHT),
    (V.UNHIDING, VA.CONFIRM): Transition(V.VISIBLE, P.ENGINE, A.COMMENT_SIGHT),
    (V.UNHIDING, VA.GIVE_UP_HIDDEN): Transition(V.HIDDEN, P.ENGINE, A.COMMENT_SIGHT),
    (V.DELETING, VA.CONFIRM): Transition(V.DELETED_BY_US, P.ENGINE, A.COMMENT_SIGHT),
    (V.DELETING, VA.GIVE_UP): Transition(V.VISIBLE, P.ENGINE, A.COMMENT_SIGHT),
    (V.DELETING, VA.GIVE_UP_HIDDEN): Transition(V.HIDDEN, P.ENGINE, A.COMMENT_SIGHT),
}

ACT_TRANSITIONS: Table = {
    (S.ASKED, ST.APPROVE): Transition(S.QUEUED, P.COMMENT_DELETE, A.ACT_APPROVE, when=(_another,)),
    (S.ASKED, ST.REFUSE): Transition(S.REFUSED, P.COMMENT_DELETE, A.COMMENT_DELETE_REFUSE, reason=True),
    (S.QUEUED, ST.FINISH): Transition(S.DONE, P.ENGINE, A.ACT_FINISH),
    (S.QUEUED, ST.FAIL): Transition(S.FAILED, P.ENGINE, A.ACT_FAIL, reason=True),
}

CONTEST_TRANSITIONS: Table = {
    (C.OPEN, CA.GRANT): Transition(C.GRANTED, P.CONTEST_DECIDE, A.CONTEST_GRANT, reason=True, when=(_another,)),
    (C.OPEN, CA.REFUSE): Transition(C.REFUSED, P.CONTEST_DECIDE, A.CONTEST_REFUSE, reason=True, when=(_another,)),
}

ON_ITS_WAY = {ActKind.HIDE: V.HIDING, ActKind.UNHIDE: V.UNHIDING, ActKind.DELETE: V.DELETING}
OUT_OF_SIGHT = frozenset({V.HIDDEN, V.HIDDEN_BY_OTHERS, V.DELETED_BY_US})
HIDDEN_NOW = frozenset({V.HIDDEN, V.HIDDEN_BY_OTHERS})


def given_up(kind: ActKind, before: VisibilityFacet) -> VisibilityAction:
    """Return the action that gives a comment back to what the public saw before an act that failed."""
    return VA.GIVE_UP_HIDDEN if kind is ActKind.UNHIDE or before in HIDDEN_NOW else VA.GIVE_UP
