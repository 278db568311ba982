"""The rules about rules, pure: who may lift a finding, what a checklist needs, who puts a rule in force."""

from dataclasses import dataclass

from errors import RuleViolated, StaleVersion
from i18n import N_
from models.enums import CheckAnswer, Role, Severity, SignatureMeaning
from workflow.policies import Deciding, GivenSignature

OVERRIDERS = frozenset({Role.RESPONSIBLE_PHARMACIST, Role.LEGAL})
RULE_SIGNERS = frozenset({Role.RESPONSIBLE_PHARMACIST, Role.REGULATORY})
"""Whose two signatures lift a finding, and whose put a rule in force: the owner of the pack and regulatory affairs."""

NEVER_LIFTED = frozenset(
    {
        "GP-01",  # L. 5122-6 CSP: a medicine on prescription is not advertised to the public
        "GP-02",  # L. 5122-6: nor one of which a presentation is reimbursed
        "GP-03",  # L. 5122-6: nor one that its authorisation or ANSM restricts
        "GP-04",  # L. 5122-8: no advertisement to the public without a visa in force
        "HCP-03",  # L. 5122-9: nor to health professionals
        "CLM-06",  # L. 5122-3: no advertisement before the authorisation, nor under early access
        "PRO-15",  # L. 5122-7: indications that are barred from advertising to the public
        "INF-03",  # L. 5122-6, law 2023-451: nobody is paid for what may not be advertised
        "SOC-05",  # L. 5122-6, L. 5122-9: an advertisement to professionals stays away from the public
        "DEV-01",  # L. 5213-3: a reimbursed device is not advertised to the public
        "DEV-04",  # L. 5213-4: a high-risk device is not advertised without an authorisation
    }
)
"""Rules that state a prohibition or a prior authorisation, those on medicines under penalty (L. 5422-3 ff. CSP).

Nobody can lift these, whatever they sign: their facts are mended in the register, in the visa or in the text."""


@dataclass(frozen=True)
class OverrideFacts(Deciding):
    """What a signature on an override is judged on; `signers` are who signed it already, `signed_roles` as what."""

    rule_id: str
    severity: Severity
    open: bool
    role: Role | None
    signers: frozenset[str]
    signed_roles: frozenset[Role]


@dataclass(frozen=True)
class Answer:
    """What a reviewer answers to one point of the checklist."""

    check_id: str
    answer: CheckAnswer
    reason: str = ""


def liftable(rule_id: str, severity: Severity) -> bool:
    """Say whether two signatures can lift a finding: one that blocks, of a rule that the law lets somebody judge."""
    return severity is Severity.BLOCK and rule_id not in NEVER_LIFTED


def may_be_lifted(facts: OverrideFacts) -> None:
    """Refuse to lift what does not block, what is settled, and what the law forbids to anyone."""
    if facts.rule_id in NEVER_LIFTED:
        raise RuleViolated(
            N_(
                "La loi ne permet à personne de lever la règle {rule}. Corrigez le texte, le visa ou le registre, ou "
                "changez la qualification."
            ),
            rule=facts.rule_id,
        )
    if not facts.open or not liftable(facts.rule_id, facts.severity):
        raise RuleViolated(N_("Seul un constat bloquant encore ouvert se lève. Rechargez la page."))


def holds_other_role(facts: OverrideFacts) -> None:
    """One signature a role, and the role must be one of the two that lift a finding."""
    if facts.role is None:
        raise RuleViolated(
            N_("La levée attend la signature d'un autre rôle : celle du pharmacien responsable et celle du juridique.")
        )


def second_person(facts: OverrideFacts) -> None:
    """Two signatures are two people."""
    if facts.actor_id in facts.signers:
        raise RuleViolated(
            N_("Vous avez déjà signé cette levée : la seconde signature est celle d'une autre personne.")
        )


def role_to_sign(held: frozenset[Role], wanted: frozenset[Role], signed: frozenset[Role]) -> Role | None:
    """Return as what a person signs next: a role of theirs, in the order of the roles, that nobody signed for."""
    return next((role for role in Role if role in wanted & held - signed), None)


def override_holds(
    finding_id: str, given: tuple[GivenSignature, ...], content_sha256: str, author_ids: frozenset[str]
) -> bool:
    """Say whether a lifted finding is lifted: both roles, two people, no author, on this content, seals intact."""
    outside = tuple(each for each in given if each.user_id not in author_ids)
    return _two(finding_id, outside, content_sha256, SignatureMeaning.FINDING_OVERRIDE, OVERRIDERS)


def change_holds(change_id: str, given: tuple[GivenSignature, ...], content_sha256: str) -> bool:
    """Say whether a rule's change is the one that its owner and regulatory affairs signed: two people, seals intact."""
    return _two(change_id, given, content_sha256, SignatureMeaning.RULE_CHANGE, RULE_SIGNERS)


def _two(
    subject_id: str,
    given: tuple[GivenSignature, ...],
    content_sha256: str,
    meaning: SignatureMeaning,
    roles: frozenset[Role],
) -> bool:
    valid = [
        each
        for each in given
        if each.holds and (each.step_id, each.meaning, each.content_sha256) == (subject_id, meaning, content_sha256)
    ]
    return {each.role for each in valid} == roles and len({each.user_id for each in valid}) == len(roles)


def check_answers(asked: frozenset[str], answers: tuple[Answer, ...]) -> None:
    """Refuse an approval before every point is answered, yes or with the reason why it does not apply."""
    given = {each.check_id: each for each in answers}
    absent = sorted(asked - given.keys())
    if absent:
        raise RuleViolated(
            N_("Points à vérifier sans réponse : {points}. Répondez à chacun avant d'approuver."),
            points=", ".join(absent),
        )
    bare = [each.check_id for each in answers if each.answer is CheckAnswer.NOT_APPLICABLE and not each.reason.strip()]
    if bare:
        raise RuleViolated(
            N_("Dites pourquoi ces points sont sans objet ici : {points}."), points=", ".join(sorted(bare))
        )
    if len(given) != len(answers) or given.keys() - asked:
        raise RuleViolated(N_("Les points à vérifier ont changé depuis l'ouverture de la page. Rechargez-la."))


@dataclass(frozen=True)
class ChangeFacts:
    """What a signature on a rule's change is judged on; `tried` on the pack that is in force now."""

    tried: bool
    intact: bool
    signed_already: bool
    role: Role | None


def may_sign_change(facts: ChangeFacts) -> Role:
    """Return as what a change is signed; refuse one that is untried or not the one seen, and a second signature."""
    if not facts.intact:
        raise StaleVersion
    if not facts.tried:
        raise RuleViolated(N_("Essayez d'abord ce changement sur les publications en ligne et programmées."))
    if facts.signed_already:
        raise RuleViolated(N_("Vous avez déjà signé ce changement : une autre personne donne la seconde signature."))
    if facts.role is None:
        raise RuleViolated(
            N_("Ce changement attend les signatures du pharmacien responsable et des affaires réglementaires.")
        )
    return facts.role
