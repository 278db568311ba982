"""Which queues there are, who may do what in each, and what the rules of routing say. Pure.

Whatever rules say, a comment that pharmacovigilance must see stands in its queue: rules only add to it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from compliance.permissions import Actor, Permission, permissions_of
from errors import InvalidInput, NotPermitted
from i18n import N_
from models.enums import Intent, ProductFacet, RoutedQueue, Situation
from moderation.detectors.folding import fold_word
from moderation.facets import Facets, waits_for_pv

P = Permission


class QueueAction(StrEnum):
    """What a person may do in a queue."""

    READ = "read"
    DECIDE = "decide"


OWN_RIGHT = {
    RoutedQueue.PV: P.COMMENT_TRIAGE,
    RoutedQueue.MEDICAL: P.QUEUE_MEDICAL,
    RoutedQueue.QUALITY: P.QUEUE_QUALITY,
    RoutedQueue.LEGAL: P.QUEUE_LEGAL,
    RoutedQueue.COMMUNITY: P.QUEUE_COMMUNITY,
}
RIGHTS: Mapping[tuple[RoutedQueue, QueueAction], frozenset[Permission]] = {
    **{(queue, QueueAction.DECIDE): frozenset({right}) for queue, right in OWN_RIGHT.items()},
    **{(queue, QueueAction.READ): frozenset({right, P.COMMENT_TRIAGE}) for queue, right in OWN_RIGHT.items()},
}
"""Pharmacovigilance reads every queue and settles its own alone; every other role its own alone."""


def may(actor: Actor, queue: RoutedQueue, action: QueueAction) -> bool:
    """Say whether an actor may read a queue, or decide in it."""
    return bool(RIGHTS[queue, action] & permissions_of(actor))


def check_queue(actor: Actor, queue: RoutedQueue, action: QueueAction) -> None:
    """Refuse an actor who may not; raises NotPermitted."""
    if not may(actor, queue, action):
        raise NotPermitted(
            N_("Votre rôle ne permet pas cette action ({right}). Est-ce une erreur ? Voyez un administrateur."),
            right=OWN_RIGHT[queue].sentence,
        )


def queues_for(actor: Actor, action: QueueAction = QueueAction.READ) -> list[RoutedQueue]:
    """Return the queues in which an actor may do something."""
    return [queue for queue in RoutedQueue if may(actor, queue, action)]


@dataclass(frozen=True)
class Facts:
    """All the evidence on a comment once the detectors ran: what rules look at. `words` is its text, folded."""

    facets: Facets
    intents: frozenset[str] = frozenset()
    situations: frozenset[str] = frozenset()
    words: str = ""
    emergency: bool = False
    serious: bool = False


@dataclass(frozen=True)
class RoutingRule:
    """One rule: every condition that is given must hold, each by any of its values. `why` ends "parce que …".

    `words` are whole words or expressions, compared without accents and capitals.
    """

    id: str
    queue: RoutedQueue
    why: str
    intents: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def applies(self, facts: Facts) -> bool:
        """Say whether the rule sends a comment to its queue; a rule without conditions sends none."""
        tests = (
            (self.intents, not facts.intents.isdisjoint(self.intents)),
            (self.situations, not facts.situations.isdisjoint(self.situations)),
            (self.products, facts.facets.product.value in self.products),
            (self.words, any(_says(facts.words, word) for word in self.words)),
        )
        asked = [holds for condition, holds in tests if condition]
        return bool(asked) and all(asked)


def _says(folded: str, word: str) -> bool:
    return f" {spaced(word)} " in f" {folded} "


def spaced(text: str) -> str:
    """Return a text folded, its words parted by one space: what `Facts.words` holds."""
    return " ".join("".join(char if char.isalnum() else " " for char in fold_word(text)).split())


Q, S = RoutedQueue, Situation
DELIVERED: tuple[RoutingRule, ...] = (
    RoutingRule(
        "med-question",
        Q.MEDICAL,
        N_("la personne pose une question médicale"),
        (Intent.MEDICAL_QUESTION.value,),
    ),
    RoutingRule(
        "qual-defaut",
        Q.QUALITY,
        N_("un défaut de qualité ou une falsification est évoqué"),
        situations=(S.QUALITY_DEFECT.value, S.FALSIFIED.value),
    ),
    RoutingRule(
        "jur-menace",
        Q.LEGAL,
        N_("le texte menace ou parle de justice"),
        words=("porter plainte", "plainte contre", "mon avocat", "au tribunal", "en justice", "je vais vous tuer",
               "vous allez payer", "lawsuit", "sue you", "my lawyer"),
    ),
    RoutingRule(
        "jur-diffamation",
        Q.LEGAL,
        N_("le texte accuse la société ou ses personnes"),
        words=("assassins", "empoisonneurs", "criminels", "corrompus", "murderers", "criminals"),
    ),
    RoutingRule("com-rupture", Q.COMMUNITY, N_("la personne ne trouve pas le produit"), (Intent.STOCK_SHORTAGE.value,)),
    RoutingRule(
        "com-question",
        Q.COMMUNITY,
        N_("la personne pose une question pratique ou demande à être contactée"),
        (Intent.PRACTICAL_QUESTION.value, Intent.REQUEST_FOR_CONTACT.value, Intent.JOB_OR_CORPORATE.value),
    ),
    RoutingRule(
        "com-ton",
        Q.COMMUNITY,
        N_("le ton demande une réponse de la communauté"),
        tuple(
            one.value
            for one in (Intent.COMPLAINT, Intent.ABUSE, Intent.SPAM, Intent.ACTIVISM, Intent.MISINFORMATION)
        ),
    ),
)  # fmt: skip


def queues_of(facts: Facts, rules: Iterable[RoutingRule]) -> dict[RoutedQueue, tuple[str, ...]]:
    """Return the queues of a comment with the rules that say so; that of pharmacovigilance needs none.

    Every rule looks at all the evidence; none hides the comment from another queue.
    """
    found: dict[RoutedQueue, tuple[str, ...]] = {RoutedQueue.PV: ()} if waits_for_pv(facts.facets) else {}
    for rule in rules:
        if rule.applies(facts):
            found[rule.queue] = (*found.get(rule.queue, ()), rule.id)
    return found


def stored(rules: Iterable[RoutingRule]) -> list[dict[str, Any]]:
    """Return rules as the database keeps them."""
    return [{key: list(v) if isinstance(v, tuple) else v for key, v in asdict(rule).items()} for rule in rules]


def read_rules(kept: Iterable[Mapping[str, Any]]) -> tuple[RoutingRule, ...]:
    """Return rules as they were kept; raises InvalidInput for what is none."""
    try:
        return tuple(_read(one) for one in kept)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(N_("Ces règles d'aiguillage ne peuvent pas être lues.")) from error


def _read(one: Mapping[str, Any]) -> RoutingRule:
    lists = {name: tuple(map(str, one.get(name, ()))) for name in ("intents", "situations", "products", "words")}
    rule = RoutingRule(str(one["id"]), RoutedQueue(one["queue"]), str(one["why"]), **lists)
    [Intent(value) for value in rule.intents]
    [Situation(value) for value in rule.situations]
    [ProductFacet(value) for value in rule.products]
    return replace(rule, words=tuple(word.strip() for word in rule.words if spaced(word)))


MOST_RULES = 60


def check_rules(rules: Sequence[RoutingRule]) -> None:
    """Refuse rules without a name, a reason or a condition, two of one name, or far too many; raises InvalidInput."""
    if not rules or len(rules) > MOST_RULES:
        raise InvalidInput(N_("Il faut au moins une règle d'aiguillage, et {n} au plus."), n=MOST_RULES)
    names = [rule.id for rule in rules]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidInput(N_("Deux règles d'aiguillage s'appellent « {name} » : renommez l'une."), name=twice)
    for rule in rules:
        if not rule.id.strip() or not rule.why.strip():
            raise InvalidInput(N_("Chaque règle d'aiguillage a un nom et dit pourquoi."))
        if not (rule.intents or rule.situations or rule.products or rule.words):
            raise InvalidInput(
                N_("La règle « {name} » n'a aucune condition : elle n'enverrait rien. Ajoutez-en une."), name=rule.id
            )


def removed_ids(before: Collection[RoutingRule], after: Collection[RoutingRule]) -> list[str]:
    """Return the names of the rules that a new set drops or changes."""
    kept = set(after)
    return sorted(rule.id for rule in before if rule not in kept)
