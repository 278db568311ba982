"""How an override and a change of a rule change; what is not in these tables cannot be done."""

from compliance.audit import AuditAction
from compliance.permissions import Permission
from compliance.transitions import Table, Transition
from models.enums import OverrideAction, OverrideStatus, RuleChangeAction, RuleChangeStatus
from workflow import policies, rule_policies

S, A, P, W = OverrideStatus, OverrideAction, Permission, AuditAction

_SIGNING = (
    rule_policies.may_be_lifted,
    policies.seen_is_current,
    policies.not_an_author,
    rule_policies.second_person,
    rule_policies.holds_other_role,
)
_LAPSE = Transition(S.LAPSED, P.ENGINE, W.OVERRIDE_LAPSE, reason=True)

OVERRIDE_TRANSITIONS: Table = {
    (S.ASKED, A.SIGN): Transition(S.ASKED, P.FINDING_OVERRIDE, W.OVERRIDE_SIGN, signature=True, when=_SIGNING),
    (S.ASKED, A.GRANT): Transition(S.GRANTED, P.FINDING_OVERRIDE, W.OVERRIDE_GRANT, signature=True, when=_SIGNING),
    (S.ASKED, A.REFUSE): Transition(S.REFUSED, P.FINDING_OVERRIDE, W.OVERRIDE_REFUSE, reason=True),
    (S.ASKED, A.LAPSE): _LAPSE,
    (S.GRANTED, A.LAPSE): _LAPSE,
}

_S, _A = RuleChangeStatus, RuleChangeAction

RULE_CHANGE_TRANSITIONS: Table = {
    (_S.DRAFT, _A.EDIT): Transition(_S.DRAFT, P.RULE_CHANGE, W.RULE_WRITE),
    (_S.DRAFT, _A.TRY): Transition(_S.DRAFT, P.RULE_CHANGE, W.RULE_TRY),
    (_S.DRAFT, _A.SIGN): Transition(_S.DRAFT, P.RULE_CHANGE, W.RULE_SIGN, signature=True),
    (_S.DRAFT, _A.ENACT): Transition(_S.IN_FORCE, P.RULE_CHANGE, W.RULE_ENACT, signature=True),
    (_S.DRAFT, _A.DISCARD): Transition(_S.DISCARDED, P.RULE_CHANGE, W.RULE_DISCARD, reason=True),
}
