"""Rule packs: the format, and reading one. A pack that cannot be trusted whole is refused whole."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field, ValidationError

from compliance.canonical import sha256_text
from errors import InvalidInput
from i18n import N_, _
from models.enums import Role
from workflow.checks.conditions import Case, When
from workflow.checks.detectors import AnyDetector
from workflow.checks.format import Data, Message, Text, Translated
from workflow.checks.post import CheckedPost, ProductFacts

PACKS = Path(__file__).parent / "packs"
DEFAULT_PACK = PACKS / "publicite_fr"
PACK_FILE = "pack.yaml"
RULE_ID = r"^[A-Z]{2,3}-\d{2}[a-z]?$"
UNPROVEN = ("must_fire", "must_not_fire", "register", "example", "title", "source")
"""What of a rule changes nothing of what it finds and says: its hash leaves them out."""
# A group of wordings cited inside a pattern; a quantifier such as {0,4} begins with a figure.
_CITED = re.compile(r"\{([a-z][a-z_]*)\}")

# The sentences of the validator that a pack's owner may see, in their language.
PROBLEMS = {
    "missing": N_("champ absent"),
    "extra_forbidden": N_("champ inconnu"),
    "union_tag_invalid": N_("détecteur inconnu"),
    "union_tag_not_found": N_("détecteur sans nom (« kind »)"),
    "too_short": N_("pas assez d'éléments"),
    "string_too_short": N_("texte vide"),
    "string_type": N_("texte attendu"),
    "enum": N_("valeur inconnue"),
    "literal_error": N_("valeur inconnue"),
    "date_from_datetime_parsing": N_("date attendue (AAAA-MM-JJ)"),
}


def _example(value: object) -> object:
    """Read an example: a sentence alone is a text."""
    return {"text": value} if isinstance(value, str) else value


Example = Annotated[dict[str, Any], BeforeValidator(_example)]
Examples = Annotated[tuple[Example, ...], Field(min_length=8)]


class Rule(Data):
    """One rule: its legal base, when it applies, what it looks for, what it says, and the sentences that prove it.

    `sha256` is of all that decides what it finds and says; it is made when the rule is read, never given.

    The first case of `severity` that holds counts; where none holds the rule is silent. `register` adds products to
    those of the pack, for its own examples only; one of the same name takes the place of the pack's.
    """

    id: Annotated[str, Field(pattern=RULE_ID)]
    version: Annotated[int, Field(ge=1)]
    title: Translated
    references: Annotated[tuple[Text, ...], Field(min_length=1)]
    confidence: Literal["H", "M", "L"]
    source: Text
    applies: When | None = None
    detect: Annotated[tuple[AnyDetector, ...], Field(min_length=1)]
    severity: Annotated[tuple[Case, ...], Field(min_length=1)]
    message: Message
    fix: Message
    register_: Annotated[tuple[dict[str, Any], ...], Field(alias="register")] = ()
    example: dict[str, Any] = Field(default_factory=dict)
    must_fire: Examples
    must_not_fire: Examples
    sha256: str = ""


class Check(Data):
    """A rule that only a human eye can keep: a question to the reviewer of one role, where it applies.

    `roles`: who answers, the first of them that reviews the post; where none does, the last reviewer (`asked_role`).
    """

    kind: Literal["check"]
    id: Annotated[str, Field(pattern=RULE_ID)]
    version: Annotated[int, Field(ge=1)]
    question: Translated
    references: Annotated[tuple[Text, ...], Field(min_length=1)]
    confidence: Literal["H", "M", "L"]
    source: Text
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    applies: When | None = None

    def asked_role(self, reviewers: Sequence[Role]) -> Role:
        """Return which of a round's reviewers answers; `reviewers` are in the order of their turns, at least one."""
        return next((role for role in self.roles if role in reviewers), reviewers[-1])


class Pack(Data):
    """A rule pack: who answers for it, until when it holds, and its rules.

    `register` and `example` are the products and the post that the examples stand on.
    """

    id: Text
    version: Text
    title: Translated
    owner: Text
    issued: date
    review_by: date
    register_: Annotated[tuple[dict[str, Any], ...], Field(alias="register")] = ()
    example: dict[str, Any] = Field(default_factory=dict)
    wordings: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    checks: tuple[Check, ...] = ()

    def products(self, rule: Rule | None = None) -> tuple[ProductFacts, ...]:
        """Return the products of the examples, of a rule when one is given."""
        own = rule.register_ if rule else ()
        named = {str(product.get("name")): product for product in (*self.register_, *own)}
        return tuple(map(ProductFacts.from_record, named.values()))

    def post(self, rule: Rule, example: Mapping[str, object]) -> CheckedPost:
        """Return the post of an example of a rule; `repeat: n` stands for a text of n letters, before `suffix`."""
        record = self._record(rule, example)
        if "repeat" in record:
            record["text"] = "a" * int(str(record["repeat"])) + str(record.get("suffix", ""))
        return CheckedPost.from_record(record)

    def allowed_links(self, rule: Rule, example: Mapping[str, object]) -> tuple[str, ...] | None:
        """Return the domains that the post of an example may point to; None where it names no list."""
        given = self._record(rule, example).get("allowed_links")
        return tuple(map(str, given)) if isinstance(given, list | tuple) else None

    def _record(self, rule: Rule, example: Mapping[str, object]) -> dict[str, Any]:
        return {**self.example, **rule.example, **example}

    def due_for_review(self, today: date) -> bool:
        """Say whether the review date has passed: the product then says so beside every finding."""
        return today > self.review_by


@cache
def default_pack() -> Pack:
    """Return the pack that the product is delivered with."""
    return load_pack(DEFAULT_PACK)


def delivered_text(rule_id: str) -> str:
    """Return the YAML of a rule as the product delivers it, empty for one that it does not deliver."""
    path = DEFAULT_PACK / f"{rule_id}.yaml"
    known = re.match(RULE_ID, rule_id) and path.is_file()
    return path.read_text(encoding="utf-8") if known else ""


def load_pack(folder: Path) -> Pack:
    """Read a pack from its folder. Raises InvalidInput with rule and field when something is wrong."""
    return parse_pack({path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))})


def parse_pack(files: Mapping[str, str]) -> Pack:
    """Read a pack from its files, name to YAML text: `pack.yaml`, and one file a rule.

    Raises InvalidInput with rule and field when a pattern is broken, a translation or a sentence is missing, a
    detector is unknown, or an example is no post.
    """
    head = read_yaml(PACK_FILE, files.get(PACK_FILE, ""))
    wordings = head.get("wordings") or {}
    entries = [(name, read_yaml(name, text)) for name, text in sorted(files.items()) if name != PACK_FILE]
    rules = [read_rule(name, data, wordings) for name, data in entries if "kind" not in data]
    asked = [_check(name, data, wordings) for name, data in entries if "kind" in data]
    try:
        pack = Pack.model_validate({**head, "rules": rules, "checks": asked})
    except ValidationError as error:
        raise _refusal("", PACK_FILE, error) from error
    _check_whole(pack)
    return pack


def with_changes(pack: Pack, texts: Mapping[str, str], *, version: str) -> Pack:
    """Return a pack in which rules (id to YAML text) take the place of those of the same id, or stand beside them.

    Raises InvalidInput, as `parse_pack` does: a change that cannot be read leaves no pack at all.
    """
    rules = {rule.id: rule for rule in pack.rules}
    fresh = [read_rule(f"{key}.yaml", read_yaml(f"{key}.yaml", text), pack.wordings) for key, text in texts.items()]
    if [rule.id for rule in fresh] != list(texts):
        raise InvalidInput("Le jeu de règles est refusé : un changement porte une autre règle que la sienne.")
    rules |= {rule.id: rule for rule in fresh}
    changed = pack.model_copy(update={"version": version, "rules": tuple(rules[key] for key in sorted(rules))})
    for rule in fresh:
        _check_examples(changed, rule)
    return changed


def read_rule(name: str, data: Mapping[str, Any], wordings: Mapping[str, Sequence[str]]) -> Rule:
    """Read one rule from its YAML data; raises InvalidInput, and its cause tells every field that is wrong."""
    try:
        expanded = _expanded(name, dict(data), wordings)
        told = canonical_text({key: value for key, value in expanded.items() if key not in UNPROVEN})
        return Rule.model_validate({**expanded, "sha256": sha256_text(told)})
    except ValidationError as error:
        raise _refusal(str(data.get("id", "?")), name, error) from error


def canonical_text(data: Mapping[str, Any]) -> str:
    """Return YAML data as one text, whatever the order of its keys."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)


def _check(name: str, data: Mapping[str, Any], wordings: Mapping[str, Sequence[str]]) -> Check:
    """Read one point of the checklist."""
    try:
        return Check.model_validate(_expanded(name, dict(data), wordings))
    except ValidationError as error:
        raise _refusal(str(data.get("id", "?")), name, error) from error


def read_yaml(name: str, text: str) -> dict[str, Any]:
    """Read one file as a mapping; raises InvalidInput."""
    try:
        data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        where = str(error).replace("{", "(").replace("}", ")")
        raise InvalidInput("Le fichier {name} n'est pas du YAML lisible : {where}.", name=name, where=where) from error
    if not isinstance(data, dict):
        raise InvalidInput("Le fichier {name} du jeu de règles est absent ou vide.", name=name)
    return data


def _expanded(name: str, value: Any, wordings: Mapping[str, Sequence[str]]) -> Any:
    """Replace '@name' in lists by the pack's wordings of that name, and '{name}' inside a pattern by one of them."""
    if isinstance(value, dict):
        return {key: _expanded(name, part, wordings) for key, part in value.items()}
    if not isinstance(value, list):
        return value
    expanded: list[Any] = []
    for part in value:
        if not isinstance(part, str):
            expanded.append(_expanded(name, part, wordings))
        elif part.startswith("@"):
            expanded += _cited(name, part, part[1:], wordings)
        else:
            expanded.append(_CITED.sub(lambda found: _one_of(_cited(name, found[0], found[1], wordings)), part))
    return expanded


def _cited(
    name: str, citation: str, wording: str, wordings: Mapping[str, Sequence[str]], within: tuple[str, ...] = ()
) -> list[str]:
    """Return the pack's wordings of a name; those may cite others in their turn, never themselves (`within`)."""
    if wording not in wordings or wording in within:
        raise InvalidInput("Le fichier {name} cite des formules inconnues : {wording}.", name=name, wording=citation)
    deeper = (*within, wording)
    return [
        _CITED.sub(lambda found: _one_of(_cited(name, found[0], found[1], wordings, deeper)), each)
        for each in wordings[wording]
    ]


def _one_of(patterns: Sequence[str]) -> str:
    """Join patterns into one group."""
    return f"(?:{'|'.join(patterns)})"


def _refusal(rule: str, name: str, error: ValidationError) -> InvalidInput:
    """Say which rule and field were refused, and why."""
    problem = error.errors()[0]
    why = problem.get("ctx", {}).get("error")
    sentence = str(why) if isinstance(why, ValueError) else PROBLEMS.get(problem["type"], problem["msg"])
    field = ".".join(str(part) for part in problem["loc"]) or "?"
    return InvalidInput(
        "Le jeu de règles est refusé : règle {rule}, champ {field} : {problem} (fichier {name}).",
        rule=rule or "-",
        field=field,
        problem=_(sentence),
        name=name,
    )


def _check_whole(pack: Pack) -> None:
    """Refuse two rules of one name, and examples that are no post."""
    names = [rule.id for rule in pack.rules] + [check.id for check in pack.checks]
    for name in names:
        if names.count(name) > 1:
            raise InvalidInput("Le jeu de règles est refusé : la règle {rule} y est deux fois.", rule=name)
    for rule in pack.rules:
        _check_examples(pack, rule)


def _check_examples(pack: Pack, rule: Rule) -> None:
    """Refuse an example that is no post."""
    pack.products(rule)
    for example in (*rule.must_fire, *rule.must_not_fire):
        pack.post(rule, example)
