"""The conditions of an opinion, pure: their words, the wordings to apply exactly, the text that is signed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from compliance.audit import AuditAction
from compliance.canonical import canonical
from compliance.permissions import Permission
from compliance.transitions import Table, Transition
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.enums import ConditionAction, ConditionStatus
from workflow.content import PostContent

LONGEST = 4_000
MOST = 20
WRITTEN = ("text", "first_comment")

S, A, P, W = ConditionStatus, ConditionAction, Permission, AuditAction

_BACK = Transition(S.TAKEN_BACK, P.POST_REVIEW, W.CONDITION_TAKE_BACK, reason=True)
CONDITION_TRANSITIONS: Table = {
    (S.WAITING, A.ANSWER): Transition(S.ANSWERED, P.POST_WRITE, W.CONDITION_ANSWER, reason=True),
    (S.ANSWERED, A.LIFT): Transition(S.LIFTED, P.POST_REVIEW, W.CONDITION_LIFT, signature=True),
    (S.WAITING, A.TAKE_BACK): _BACK,
    (S.ANSWERED, A.TAKE_BACK): _BACK,
}


@dataclass(frozen=True)
class Condition:
    """One condition in words; with `exact`, the wording that must take the place of these words."""

    text: str
    exact: str = ""
    replacement: str = ""


def check_conditions(conditions: Sequence[Condition], content: PostContent) -> None:
    """Refuse no condition, an empty one, and a wording that cannot be applied to the content."""
    if not 0 < len(conditions) <= MOST:
        raise InvalidInput(N_("Écrivez au moins une condition, et {most} au plus."), most=MOST)
    for each in conditions:
        said = each.text + each.exact + each.replacement
        if not (each.text.strip() or each.exact) or len(said) > LONGEST or "\0" in said:
            raise InvalidInput(N_("Écrivez chaque condition : l'auteur doit savoir ce qu'il a à faire."))
    with_wordings(content, conditions)


def with_wordings(content: PostContent, conditions: Iterable[Condition]) -> PostContent:
    """Return a content with every wording in its place: wherever the words stand, and once in each text.

    Raises RuleViolated for words that stand nowhere, or several times in one text: nobody guesses which.
    """
    for each in conditions:
        if each.exact:
            content = _worded(content, each)
    return content


def _worded(content: PostContent, each: Condition) -> PostContent:
    counts = [getattr(variant, name).count(each.exact) for variant in content.variants for name in WRITTEN]
    if not any(counts) or max(counts) > 1:
        raise RuleViolated(
            N_("« {exact} » doit se trouver une fois, et une seule, dans le texte où la formulation change."),
            exact=each.exact,
        )
    changed = tuple(
        replace(v, **{name: getattr(v, name).replace(each.exact, each.replacement) for name in WRITTEN})
        for v in content.variants
    )
    common = content.common
    if common is not None:
        common = replace(common, text=common.text.replace(each.exact, each.replacement))
    return replace(content, variants=changed, common=common)


def terms(content_sha256: str, conditions: Sequence[Condition]) -> str:
    """Return the canonical text of which the signature covers the SHA-256: never that of the content itself.

    So a signature under conditions is on no content, and counts as no approval wherever approvals are counted.
    """
    told = [asdict(each) for each in conditions]
    return canonical({"covigie": "conditional-opinion", "content_sha256": content_sha256, "conditions": told})


def conditions_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Return conditions as they are stored."""
    return tuple(Condition(**each) for each in stored)
