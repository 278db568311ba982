"""A rule that somebody wants to change: all that is wrong with it at once, in sentences that say what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from errors import InvalidInput
from i18n import N_, _
from models.enums import Severity
from workflow.checks import fires
from workflow.checks.pack import PROBLEMS, Pack, Rule, read_rule, read_yaml, with_changes

LONGEST = 80_000
FEWEST_EXAMPLES = 8
EXAMPLES = {
    "must_fire": N_("phrases qui doivent déclencher la règle"),
    "must_not_fire": N_("phrases qui ne doivent pas la déclencher"),
}
LANGUAGES = {"fr": N_("français"), "en": N_("anglais")}


@dataclass(frozen=True)
class Proposal:
    """A proposed rule: read when nothing in it is wrong, and otherwise its problems (sentences in one's language)."""

    rule: Rule | None
    problems: tuple[str, ...]


def read_proposal(pack: Pack, rule_id: str, text: str, never_weaker: frozenset[str] = frozenset()) -> Proposal:
    """Read the YAML of a rule that would stand in a pack; it is sound when every one of its sentences proves it.

    The pack is the one that it would join: its wordings can be cited, its products stand in the examples.
    A rule of `never_weaker` must still block all that the one in force is proven to find.
    """
    name = f"{rule_id}.yaml"
    if len(text) > LONGEST:
        return Proposal(None, (_("Le texte dépasse {limit} caractères.").format(limit=LONGEST),))
    try:
        data = read_yaml(name, text)
        rule = read_rule(name, data, pack.wordings)
        if other := _other_id(rule_id, data):
            return Proposal(None, (other,))
        changed = with_changes(pack, {rule_id: text}, version=pack.version)
    except InvalidInput as refusal:
        cause = refusal.__cause__
        told = tuple(_wrong(cause, data)) if isinstance(cause, ValidationError) and cause.errors() else (str(refusal),)
        return Proposal(None, told)
    except (RecursionError, TypeError, ValueError) as error:
        return Proposal(None, (_("La règle ne peut pas être lue : {reason}.").format(reason=error),))
    weaker = _weaker(pack, changed, rule) if rule.id in never_weaker else ()
    failing = (*_not_newer(pack, rule), *weaker, *_failing(changed, rule))
    return Proposal(None if failing else rule, failing)


def _other_id(rule_id: str, data: dict[str, Any]) -> str:
    given = data.get("id")
    told = _("L'identifiant du changement est {rule} : « id » doit être le même, pas {given}.")
    return "" if given == rule_id else told.format(rule=rule_id, given=given)


def _not_newer(pack: Pack, rule: Rule) -> Iterator[str]:
    for held in pack.rules:
        if held.id == rule.id and held.version >= rule.version:
            yield _("« version » doit être plus grand que {n}, celle de la règle en vigueur.").format(n=held.version)


def _weaker(pack: Pack, changed: Pack, rule: Rule) -> Iterator[str]:
    told = _("La loi ne permet à personne d'affaiblir la règle {rule} : {why}.")
    cases = [*rule.severity, *(case for detector in rule.detect for case in detector.severity)]
    if any(case.severity is not Severity.BLOCK for case in cases):
        yield told.format(rule=rule.id, why=_("elle doit bloquer dans tous les cas"))
    for held in pack.rules:
        for each in held.must_fire if held.id == rule.id else ():
            if not fires(changed, rule, each):
                yield told.format(rule=rule.id, why=_("elle doit trouver « {text} »").format(text=_shown(each)))


def _failing(pack: Pack, rule: Rule) -> Iterator[str]:
    for each in rule.must_fire:
        if not fires(pack, rule, each):
            yield _("La règle reste muette sur : « {text} »").format(text=_shown(each))
    for each in rule.must_not_fire:
        if fires(pack, rule, each):
            yield _("La règle se déclenche à tort sur : « {text} »").format(text=_shown(each))


def _wrong(error: ValidationError, data: dict[str, Any]) -> Iterator[str]:
    for problem in error.errors():
        place = [str(part) for part in problem["loc"]]
        why = problem.get("ctx", {}).get("error")
        if place[0] in EXAMPLES and len(place) == 1:
            yield _("Il faut au moins {n} {what} : il y en a {held}.").format(
                n=FEWEST_EXAMPLES, what=_(EXAMPLES[place[0]]), held=len(data.get(place[0]) or ())
            )
        elif place[-1] in LANGUAGES and problem["type"] in {"missing", "string_too_short"}:
            field = ".".join(place[:-1])
            yield _("Il manque le texte {language} de « {field} ».").format(
                language=_(LANGUAGES[place[-1]]), field=field
            )
        else:
            yield _("Champ « {field} » : {problem}.").format(field=".".join(place), problem=_problem(problem, why))


def _problem(problem: Any, why: object) -> str:
    return _(str(why)) if isinstance(why, ValueError) else _(PROBLEMS.get(problem["type"], problem["msg"]))


def _shown(example: dict[str, Any]) -> str:
    told = dict(example)
    text = str(told.pop("text", ""))
    return " ".join(part for part in (text, str(told) if told else "") if part)
