"""Placeholders of a library text, `{{prenom}}`: the only parts that whoever answers fills in, from what is allowed.

All the rest of a text is locked. A placeholder takes one of the values that were signed with the text; `prenom` alone
takes what a first name is made of.
"""

import re
from collections.abc import Mapping, Sequence

from errors import InvalidInput, RuleViolated
from i18n import N_

FIELD = re.compile(r"\{\{([a-z][a-z_]{0,30})\}\}")
LEFT = re.compile(r"\{\{.*?\}\}|\{\{|\}\}", re.DOTALL)
FIRST_NAME = "prenom"
_NAME = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+){0,2}")
_LONGEST_NAME = 30

Choices = Mapping[str, Sequence[str]]


def fields_of(text: str) -> tuple[str, ...]:
    """Return the placeholders of a text, each once, in their order."""
    return tuple(dict.fromkeys(FIELD.findall(text)))


def check_template(text: str, choices: Choices) -> None:
    """Refuse a text with a placeholder that nobody could fill in, or a value that would be one."""
    rest = FIELD.sub("", text)
    if left := LEFT.search(rest):
        raise InvalidInput(
            N_("« {field} » n'est pas un champ : écrivez {{{{prenom}}}}, en minuscules et sans accent."),
            field=left.group(),
        )
    for name in fields_of(text):
        values = choices.get(name, ())
        if name != FIRST_NAME and not any(value.strip() for value in values):
            raise InvalidInput(N_("Donnez les valeurs permises du champ « {field} », une par ligne."), field=name)
        if any(LEFT.search(value) for value in values):
            raise InvalidInput(N_("Une valeur du champ « {field} » contient des accolades."), field=name)


def filled(text: str, given: Mapping[str, str], choices: Choices) -> str:
    """Return a text with its placeholders filled in; RuleViolated names the one that is left or not allowed."""
    for name in fields_of(text):
        value = given.get(name, "")
        if not value:
            raise RuleViolated(N_("Remplissez le champ « {field} » avant d'envoyer."), field=name)
        if not _allowed(name, value, choices.get(name, ())):
            raise RuleViolated(N_("« {value} » n'est pas permis dans le champ « {field} »."), value=value, field=name)
    whole = FIELD.sub(lambda found: given[found.group(1)], text)
    if left := LEFT.search(whole):
        raise RuleViolated(N_("Ce texte contient encore un champ à remplir : « {field} »."), field=left.group())
    return whole


def _allowed(name: str, value: str, choices: Sequence[str]) -> bool:
    if choices:
        return value in choices
    return name == FIRST_NAME and len(value) <= _LONGEST_NAME and _NAME.fullmatch(value) is not None
