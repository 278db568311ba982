"""What a rule says about a post."""

from dataclasses import dataclass

from models.enums import Severity


@dataclass(frozen=True)
class Bilingual:
    """A sentence in both languages of the screens."""

    fr: str
    en: str

    def filled(self, **fields: object) -> "Bilingual":
        """Return the sentences with their fields filled in."""
        return Bilingual(self.fr.format(**fields), self.en.format(**fields))


@dataclass(frozen=True)
class RuleFinding:
    """One finding: which rule, how grave here, and where.

    `start` and `end` are Python indices into the field as given (`excerpt == field[start:end]`); hashtags count as
    joined by one space. What is absent, and a setting, have None for both and an empty excerpt.
    `rule_sha256` names the very wording of the rule.
    """

    rule: str
    pack_version: str
    severity: Severity
    field: str
    start: int | None
    end: int | None
    excerpt: str
    message: Bilingual
    fix: Bilingual
    references: tuple[str, ...]
    confidence: str
    rule_sha256: str = ""
