"""The rules of changing the detection: what may be proposed, who signs, what a trial compares. All pure.

Change control of a computerised system: GxP Annex 11 point 10 (changes in a controlled manner), GVP module VI.B.1.1.4
(the company screens its own digital media, so that what it no longer sees must be known).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from errors import InvalidInput, RuleViolated, SignatureRefused
from i18n import N_
from models.enums import DifferenceKind, Role, Screening, TermKind
from moderation.detectors.company import words_of
from moderation.detectors.tuning import PROMISES, Classifier, Tuning

FEWEST_LETTERS = 3
LONGEST_TERM = 80
MOST_TERMS = 300
MOST_PERCENT = 99


@dataclass(frozen=True)
class Term:
    """One term of the company's own; `product` is set on nicknames alone."""

    kind: TermKind
    text: str
    product: str = ""


@dataclass(frozen=True)
class Delta:
    """What an author changes: terms added and removed, the whole of promise and classifier as they shall be."""

    added: tuple[Term, ...]
    removed: tuple[Term, ...]
    promise: int | None
    classifier: Classifier | None


def terms_of(tuning: Tuning) -> tuple[Term, ...]:
    """Return the company's terms, list by list."""
    suspect = tuple(Term(TermKind.SUSPECT, term) for term in tuning.suspect)
    nicknames = tuple(Term(TermKind.NICKNAME, nickname, product) for nickname, product in tuning.nicknames)
    return (*suspect, *nicknames, *(Term(TermKind.HARMLESS, term) for term in tuning.harmless))


def read_terms(kind: TermKind, typed: str, products: Collection[str]) -> tuple[Term, ...]:
    """Read what a person typed, one term a line; a nickname reads "nickname = product".

    Raises InvalidInput with a sentence that quotes the line.
    """
    lines = dict.fromkeys(" ".join(line.split()) for line in typed.splitlines() if line.strip())
    return tuple(_read_line(kind, line, products) for line in lines)


def _read_line(kind: TermKind, line: str, products: Collection[str]) -> Term:
    text, product = line, ""
    if kind is TermKind.NICKNAME:
        text, sign, given = (part.strip() for part in line.partition("="))
        product = next((name for name in products if name.casefold() == given.casefold()), "")
        if not sign or not product:
            raise InvalidInput(
                N_("Écrivez « surnom = produit », avec un produit du registre, au lieu de « {line} »."), line=line
            )
    if sum(map(len, words_of(text))) < FEWEST_LETTERS or len(text) > LONGEST_TERM:
        raise InvalidInput(
            N_("Le terme « {line} » doit avoir de {least} à {most} lettres ou chiffres."),
            line=line, least=FEWEST_LETTERS, most=LONGEST_TERM,
        )  # fmt: skip
    return Term(kind, text, product)


def changed(base: Tuning, delta: Delta) -> Tuning:
    """Return what a change makes of the tuning in force; raises InvalidInput when it cannot stand."""
    held = terms_of(base)
    for term in delta.removed:
        if term not in held:
            raise InvalidInput(N_("Le terme « {term} » n'est plus en vigueur : rechargez la page."), term=term.text)
    for term in delta.added:
        if any(_same(term, known) for known in held if known not in delta.removed):
            raise InvalidInput(N_("Le terme « {term} » est déjà en vigueur."), term=term.text)
    kept = (*(term for term in held if term not in delta.removed), *delta.added)
    _check_lists(kept)
    if delta.promise is not None and delta.promise not in PROMISES:
        raise InvalidInput(N_("La promesse va de 1 à 5 % de cas manqués."))
    if delta.classifier and not 1 <= delta.classifier.percent <= MOST_PERCENT:
        raise InvalidInput(N_("Le seuil du classifieur va de 1 à 99 %."))
    new = Tuning(
        suspect=_texts(kept, TermKind.SUSPECT),
        nicknames=tuple((term.text, term.product) for term in kept if term.kind is TermKind.NICKNAME),
        harmless=_texts(kept, TermKind.HARMLESS),
        promise=delta.promise,
        classifier=delta.classifier,
    )
    if same(new, base):
        raise InvalidInput(N_("Rien ne change : ajoutez ou retirez un terme, ou choisissez une autre promesse."))
    return new


def _same(one: Term, other: Term) -> bool:
    return one.kind is other.kind and words_of(one.text) == words_of(other.text)


def _texts(terms: Sequence[Term], kind: TermKind) -> tuple[str, ...]:
    return tuple(term.text for term in terms if term.kind is kind)


def _check_lists(terms: Sequence[Term]) -> None:
    if len(terms) > MOST_TERMS:
        raise InvalidInput(N_("Les listes ont {n} termes ; {most} au plus."), n=len(terms), most=MOST_TERMS)
    harmless = {tuple(words_of(term.text)) for term in terms if term.kind is TermKind.HARMLESS}
    for term in terms:
        if term.kind is not TermKind.HARMLESS and tuple(words_of(term.text)) in harmless:
            raise InvalidInput(N_("Le terme « {term} » ne peut pas être suspect et anodin à la fois."), term=term.text)


def same(one: Tuning, other: Tuning) -> bool:
    """Say whether two tunings set the same, whatever their numbers."""
    return _set(one) == _set(other)


def _set(tuning: Tuning) -> tuple[object, ...]:
    return tuning.suspect, tuning.nicknames, tuning.harmless, tuning.promise, tuning.classifier


PROMISE_UP = N_("la part de cas que la détection peut manquer augmente")
TERM_GONE = N_("des termes suspects ou des surnoms de produits sont retirés")
HARMLESS_MORE = N_("des termes anodins sont ajoutés : ce qu'ils couvrent n'alerte plus")
MODEL_OTHER = N_("un autre modèle, ou un autre seuil, décide des cas")


def losses(base: Tuning, new: Tuning, settings_promise: int) -> tuple[str, ...]:
    """Return in what a change could let more cases pass, in sentences (msgids); empty when it can only add."""
    up = (new.promise or settings_promise) > (base.promise or settings_promise)
    gone = not (set(base.suspect) <= set(new.suspect) and set(base.nicknames) <= set(new.nicknames))
    more = not set(new.harmless) <= set(base.harmless)
    told = (
        (up, PROMISE_UP),
        (gone, TERM_GONE),
        (more, HARMLESS_MORE),
        (new.classifier != base.classifier, MODEL_OTHER),
    )
    return tuple(sentence for holds, sentence in told if holds)


def difference(before: Screening, after: Screening) -> DifferenceKind | None:
    """Return how a change judges a text otherwise; None when it stays before, or out of, a person's sight."""
    if after is before:
        return None
    if after is Screening.FLAGGED:
        return DifferenceKind.FLAGGED
    if after is Screening.CLEARED:
        return DifferenceKind.CLEARED
    return DifferenceKind.UNREAD if before is Screening.CLEARED else None


REOPENS = (DifferenceKind.FLAGGED, DifferenceKind.UNREAD)
"""What a signed change screens again for good; what it clears stays where it is."""


@dataclass(frozen=True)
class SigningFacts:
    """What is known when somebody wants to sign a change."""

    signer_id: str | None
    author_id: str
    roles: frozenset[Role]
    intact: bool
    seen: bool


def by_another(facts: SigningFacts) -> None:
    """Refuse the author: who proposes never signs alone."""
    if facts.signer_id is None or facts.signer_id == facts.author_id:
        raise RuleViolated(
            N_("Vous avez proposé ce changement : un autre membre de la pharmacovigilance doit le signer.")
        )


def by_an_officer(facts: SigningFacts) -> None:
    """Refuse whoever is no pharmacovigilance officer."""
    if Role.PV_OFFICER not in facts.roles:
        raise RuleViolated(N_("Seule la pharmacovigilance signe un changement de la détection."))


def as_tried(facts: SigningFacts) -> None:
    """Refuse what is not what was proposed and tried, or not what the signer read."""
    if not facts.intact:
        raise SignatureRefused(N_("Ce changement n'est plus celui qui a été proposé. Retirez-le et refaites-le."))
    if not facts.seen:
        raise SignatureRefused(N_("L'essai n'est plus celui que vous avez lu. Relisez-le."))


SIGNING: tuple[Callable[[SigningFacts], None], ...] = (by_another, by_an_officer, as_tried)
