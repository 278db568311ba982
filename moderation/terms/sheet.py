"""What a terms sheet is, and the rules of signing one. All pure.

A network's terms meet the company's obligations in two places: what is known of a person's health, and how long it is
kept (GDPR art. 5(1)(e), 9(2)(i), 17(3)). The sheet says both; legal and the data protection officer sign it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from compliance.canonical import sha256_of
from errors import InvalidInput, RuleViolated, SignatureRefused
from i18n import N_
from models.enums import Network, Role, SignatureMeaning

LONGEST_KEPT = 1_095
"""Days: the most that is kept where a network names none; three years, the usual end for contacts (CNIL)."""
LONGEST_REASON = 2_000


class Topic(StrEnum):
    """What a clause of a network's terms is about."""

    HEALTH = "health"
    KEEPING = "keeping"
    DELETION = "deletion"
    AUTOMATION = "automation"
    ACCESS = "access"


class Confidence(StrEnum):
    """How well a clause is known: the network's own words, quoted by others, or to be read by legal first."""

    SURE = "sure"
    REPORTED = "reported"
    TO_VERIFY = "to_verify"


class KeptBecause(StrEnum):
    """Why a comment outlives the days that were signed: the documented exceptions."""

    CASE = "case"
    UNREAD = "unread"
    ANSWER = "answer"
    INCIDENT = "incident"
    HOLD = "hold"


class Standing(StrEnum):
    """Whether a network may be polled, and why not: only SIGNED and FORMER allow it."""

    SIGNED = "signed"
    FORMER = "former"
    UNSIGNED = "unsigned"
    OUTDATED = "outdated"


POLLED = frozenset({Standing.SIGNED, Standing.FORMER})


@dataclass(frozen=True)
class Clause:
    """One thing that a network asks, and what is done about it; both are French msgids."""

    topic: Topic
    asks: str
    confidence: Confidence
    ours: str


@dataclass(frozen=True)
class Days:
    """How many days are proposed, and the most that the network allows; one at least."""

    proposed: int
    most: int = LONGEST_KEPT


@dataclass(frozen=True)
class NetworkTerms:
    """One version of what a network's terms ask, as it is read and signed.

    `former_until`: the last day (Paris) on which the signature of the version before still holds; None: not one day.
    """

    network: Network
    version: int
    read_on: date
    document: str
    clauses: tuple[Clause, ...]
    kept: Days
    after_deletion: Days
    former_until: date | None = None


def digest(terms: NetworkTerms, common: Mapping[str, str]) -> str:
    """Return the SHA-256 of a sheet's text: its clauses, its bounds, and what all sheets have in common."""
    told = asdict(terms) | {"read_on": terms.read_on.isoformat(), "common": dict(common)}
    until = terms.former_until
    return sha256_of(told | {"former_until": until.isoformat() if until else None})


def content_digest(terms_sha256: str, days_kept: int, days_after_deletion: int, reason: str) -> str:
    """Return the SHA-256 that is signed: the sheet's text, the days, and why they were chosen."""
    return sha256_of([terms_sha256, days_kept, days_after_deletion, reason])


def check_days(terms: NetworkTerms, days_kept: int, days_after_deletion: int, reason: str) -> str:
    """Return the reason, tidied; refuse days that the network does not allow, and other days without a reason."""
    said = " ".join(reason.split())
    for asked, bounds in ((days_kept, terms.kept), (days_after_deletion, terms.after_deletion)):
        if not 1 <= asked <= bounds.most:
            raise InvalidInput(
                N_("Choisissez entre 1 et {most} jours : ce réseau n'en permet pas plus."), most=bounds.most
            )
    if days_after_deletion > days_kept:
        raise InvalidInput(N_("Ce que l'auteur supprime ne peut pas être gardé plus longtemps que le reste."))
    as_proposed = (days_kept, days_after_deletion) == (terms.kept.proposed, terms.after_deletion.proposed)
    if not said and not as_proposed:
        raise InvalidInput(N_("Dites pourquoi d'autres durées que celles proposées : la raison est signée avec elles."))
    if len(said) > LONGEST_REASON:
        raise InvalidInput(N_("Cette raison dépasse {most} signes : raccourcissez-la."), most=LONGEST_REASON)
    return said


def standing(signed: tuple[int, str] | None, now: tuple[int, str], former_until: date | None, today: date) -> Standing:
    """Say whether the sheet in force lets a network be polled; `signed` and `now` are versions with their digests.

    A newer version leaves the one before in force until the day that it names; a text that changed without a new
    version, never.
    """
    if signed is None:
        return Standing.UNSIGNED
    if signed == now:
        return Standing.SIGNED
    former = signed[0] == now[0] - 1 and former_until is not None and today <= former_until
    return Standing.FORMER if former else Standing.OUTDATED


@dataclass(frozen=True)
class SigningFacts:
    """What is known when somebody wants to sign a sheet; `signed` says who signed already, as what.

    `current`: it is today's text of the network's terms. `intact`: it is what was proposed. `seen`: what was read.
    """

    signer_id: str | None
    roles: frozenset[Role]
    signed: Mapping[Role, str]
    current: bool
    intact: bool
    seen: bool


MEANING: Mapping[Role, SignatureMeaning] = {
    Role.LEGAL: SignatureMeaning.TERMS_LEGAL,
    Role.DATA_PROTECTION: SignatureMeaning.TERMS_PROTECTION,
}


def signs_as(facts: SigningFacts) -> Role | None:
    """Return as what a person signs: the role of theirs that has not signed yet."""
    return next((role for role in MEANING if role in facts.roles and role not in facts.signed), None)


def by_two_people(facts: SigningFacts) -> None:
    """Refuse whoever signed already, in whichever role: a sheet takes two people."""
    if facts.signer_id is None or facts.signer_id in facts.signed.values():
        raise RuleViolated(
            N_("Vous avez déjà signé cette feuille : la seconde signature est celle d'une autre personne.")
        )


def in_their_role(facts: SigningFacts) -> None:
    """Refuse whoever holds neither of the two roles that have not signed yet."""
    if signs_as(facts) is None:
        raise RuleViolated(
            N_("Le juridique et le délégué à la protection des données signent cette feuille, une fois chacun.")
        )


def as_read(facts: SigningFacts) -> None:
    """Refuse what is not today's text, not what was proposed, or not what the signer read."""
    if not facts.current:
        raise RuleViolated(
            N_("Les conditions de ce réseau ont changé : retirez cette feuille et préparez la nouvelle.")
        )
    if not facts.intact:
        raise SignatureRefused(N_("Cette feuille n'est plus celle qui a été préparée. Retirez-la et refaites-la."))
    if not facts.seen:
        raise SignatureRefused(N_("La feuille n'est plus celle que vous avez lue. Relisez-la."))


SIGNING: tuple[Callable[[SigningFacts], None], ...] = (by_two_people, in_their_role, as_read)
