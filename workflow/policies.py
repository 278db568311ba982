"""The rules of the committee, pure: each condition takes frozen facts and raises RuleViolated with its sentence.

The use cases gather the facts inside their transaction, under lock; the state tables name the conditions. I1 to I24 are
the committee's invariants.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from errors import RuleViolated, StaleVersion
from i18n import N_
from models.enums import (
    DecisionKind,
    Disposition,
    Qualification,
    Quorum,
    RejectReason,
    Role,
    Severity,
    SignatureMeaning,
)

PROMOTIONAL = frozenset({Qualification.PRODUCT_INFO, Qualification.PROMO_GP, Qualification.PROMO_HCP})
TO_JUSTIFY = frozenset({Severity.ESCALATE, Severity.WARN})
SLOT_GRACE = timedelta(hours=6)


@dataclass(frozen=True)
class LeavingFacts:
    """What has left the house: publications that are live, or that may be."""

    live: int


@dataclass(frozen=True)
class FindingFacts:
    """The findings of a version that are open: those that block, and those that ask for a reason."""

    blocking: int
    unjustified: int


@dataclass(frozen=True)
class Unfit:
    """Why a network could not publish a variant as it is written: a msgid with its fields."""

    msgid: str
    fields: Mapping[str, object]


@dataclass(frozen=True)
class SubmissionFacts:
    """What a submission is judged on; `undescribed` pictures have no alternative text."""

    variants: int
    empty: int
    qualification: Qualification | None
    findings: FindingFacts
    undescribed: int = 0
    unfit: tuple[Unfit, ...] = ()
    approval_over: bool = False


@dataclass(frozen=True)
class Deciding:
    """Who decides, and on which content: what a decision and the lifting of a finding have in common.

    Under a delegation, `on_behalf_of_id` is who lent the role.
    """

    actor_id: str | None
    author_ids: frozenset[str]
    seen_sha256: str
    current_sha256: str
    on_behalf_of_id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class DecisionFacts(Deciding):
    """What a decision is judged on; `signed` are the meanings that this person has signed in this round.

    Under a delegation it also holds what stands in the name of whoever lent the role.
    """

    meaning: SignatureMeaning
    signed: tuple[SignatureMeaning, ...]
    findings: FindingFacts
    blocking_notes: int
    unanswered_conditions: int = 0
    conditions_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class RequiredStep:
    """A step that a version needs, and who must sign it: the holders of its role when all must, or `needed` of them."""

    step_id: str
    role: Role
    meaning: SignatureMeaning
    quorum: Quorum
    holders: frozenset[str]
    needed: int | None = None


@dataclass(frozen=True)
class GivenSignature:
    """A signature of a round, and whether its seal, its statement, its decision and its delegation still hold.

    `carried_to` is the later content that the re-approval matrix lets it stand on, recomputed; empty for none.
    """

    step_id: str
    user_id: str
    role: Role
    meaning: SignatureMeaning
    content_sha256: str
    holds: bool
    on_behalf_of_id: str | None = None
    carried_to: str = ""

    @property
    def counts_as(self) -> str:
        """Whose signature it is in a quorum: the delegator's, when there is one."""
        return self.on_behalf_of_id or self.user_id

    @property
    def people(self) -> frozenset[str]:
        """The signer, and in whose name."""
        return frozenset({self.user_id, self.counts_as})


@dataclass(frozen=True)
class SlotFacts:
    """What a slot is judged on; `unsigned` are the roles whose signature on this content is missing.

    `unconsented` are the spokespeople who did not consent to it; `without_channel` the networks that we cannot reach;
    `good_until` is where the approval ends, None without one.
    """

    unsigned: tuple[Role, ...]
    due_at: datetime
    now: datetime
    findings: FindingFacts
    unconsented: tuple[str, ...] = ()
    without_channel: tuple[str, ...] = ()
    approved_at: datetime | None = None
    good_until: datetime | None = None


@dataclass(frozen=True)
class ReleaseFacts:
    """Who asked for the release of an emergency stop, and who confirms it."""

    asked_by: str | None
    confirmed_by: str | None


def second_person(facts: ReleaseFacts) -> None:
    """Refuse the release of an emergency stop by one person alone: whoever asked for it does not confirm it."""
    if facts.confirmed_by is None or facts.confirmed_by == facts.asked_by:
        raise RuleViolated(N_("Vous avez demandé cette levée : une autre personne doit la confirmer."))


def nothing_left(facts: LeavingFacts) -> None:
    """Refuse to take back by editing what is live, or may be."""
    if facts.live:
        raise RuleViolated(
            N_("Une variante est déjà publiée, ou en cours de publication : cette version ne change plus.")
        )


def has_content(facts: SubmissionFacts) -> None:
    """Refuse a submission that says nothing, nowhere, or does not declare what it is (CLS-01)."""
    if not facts.variants:
        raise RuleViolated(N_("Choisissez au moins un compte avant de soumettre."))
    if facts.empty:
        raise RuleViolated(N_("Une variante est vide : écrivez son texte, ou retirez-la."))
    if facts.qualification is None:
        raise RuleViolated(N_("Choisissez la qualification de la publication avant de soumettre."))


def pictures_described(facts: SubmissionFacts) -> None:
    """Every picture is described for those who cannot see it, before somebody signs the description too."""
    if facts.undescribed:
        raise RuleViolated(
            N_("Images sans texte alternatif : {count}. Décrivez chacune pour les personnes qui ne la voient pas."),
            count=facts.undescribed,
        )


def fits_networks(facts: SubmissionFacts) -> None:
    """I11: what a network would cut, or could not publish as written, is not read and signed for nothing."""
    if facts.unfit:
        raise RuleViolated(facts.unfit[0].msgid, **facts.unfit[0].fields)


def consented(facts: SlotFacts) -> None:
    """Nothing appears on a person's own account without their consent to this very content."""
    if facts.unconsented:
        raise RuleViolated(
            N_("Il manque le consentement de {names} à ce qui paraîtrait sur son compte : rien n'est programmé."),
            names=", ".join(facts.unconsented),
        )


def every_channel_open(facts: SlotFacts) -> None:
    """All or nothing: where a variant could not leave, be read back and be proven, none of them is scheduled."""
    if facts.without_channel:
        raise RuleViolated(
            N_(
                "Covigie ne publie pas encore sur {networks}, et ne peut donc pas prouver ce qui y paraîtrait : rien "
                "n'est programmé. Retirez ces comptes de la publication, puis soumettez-la à nouveau."
            ),
            networks=", ".join(facts.without_channel),
        )


def no_blocking_finding(facts: SubmissionFacts | DecisionFacts | SlotFacts) -> None:
    """I19: an open blocking finding stops submission, approval and publication."""
    if facts.findings.blocking:
        raise RuleViolated(
            N_("Constats bloquants ouverts : {count}. Corrigez le texte, ou changez la qualification."),
            count=facts.findings.blocking,
        )


def findings_justified(facts: SubmissionFacts) -> None:
    """Every finding has a disposition before somebody else has to read it."""
    if facts.findings.unjustified:
        raise RuleViolated(
            N_("Constats à justifier : {count}. Corrigez-les, ou dites pourquoi ils ne s'appliquent pas."),
            count=facts.findings.unjustified,
        )


def no_blocking_note(facts: DecisionFacts) -> None:
    """I19: an open blocking note stops approval."""
    if facts.blocking_notes:
        raise RuleViolated(
            N_("Remarques bloquantes ouvertes : {count}. Elles doivent être résolues avant d'approuver."),
            count=facts.blocking_notes,
        )


def conditions_met(facts: DecisionFacts) -> None:
    """Refuse while a role stands by conditions: the author answers first, and whoever set them signs."""
    if facts.unanswered_conditions:
        raise RuleViolated(N_("Des conditions attendent la réponse de l'auteur : rien n'est approuvé d'ici là."))
    if facts.conditions_of:
        raise RuleViolated(
            N_("Des conditions de {names} sont à lever par cette personne."), names=", ".join(facts.conditions_of)
        )


def seen_is_current(facts: Deciding) -> None:
    """I5: one decides on the text that one saw."""
    if facts.seen_sha256 != facts.current_sha256:
        raise StaleVersion(N_("Le contenu n'est plus celui que vous avez relu. Relisez la nouvelle version."))


def not_an_author(facts: Deciding) -> None:
    """I3: whoever wrote, edited or submitted any version never decides on it; no right lifts this (I24)."""
    if facts.actor_id is None or facts.actor_id in facts.author_ids:
        raise RuleViolated(N_("Vous avez écrit ou modifié cette publication : une autre personne doit se prononcer."))
    if facts.on_behalf_of_id in facts.author_ids:
        raise RuleViolated(
            N_("La personne qui vous a délégué sa signature a écrit ou modifié cette publication : elle ne compte pas.")
        )


def one_step_a_person(facts: DecisionFacts) -> None:
    """I4: one signature a person a round; who signed the qualification may also sign the final release."""
    other = [meaning for meaning in facts.signed if not companions(meaning, facts.meaning)]
    if other:
        raise RuleViolated(N_("Vous avez déjà signé une étape de ce tour : une autre personne doit signer celle-ci."))


def companions(one: SignatureMeaning, other: SignatureMeaning) -> bool:
    """Say whether one person may give both signatures in one round."""
    return {one, other} == {SignatureMeaning.QUALIFICATION, SignatureMeaning.RELEASE}


def fully_signed(facts: SlotFacts) -> None:
    """I1: every required step holds a valid signature on this very content."""
    if facts.unsigned:
        raise RuleViolated(N_("Il manque une signature valable sur ce contenu : rien ne peut être programmé."))


def slot_ahead(facts: SlotFacts) -> None:
    """I20: a slot that has passed is not published at once; somebody chooses a new one."""
    if facts.due_at > facts.now:
        return
    if facts.approved_at is not None and facts.due_at <= facts.approved_at:
        raise RuleViolated(
            N_(
                "Approbation périmée : la dernière signature est venue après le créneau. Rien n'est parti ; choisissez "
                "un nouveau créneau."
            )
        )
    raise RuleViolated(N_("Le créneau choisi est passé. Choisissez une date à venir."))


def slot_lapsed(due_at: datetime, now: datetime) -> bool:
    """Say whether a slot passed so long ago that publishing now would surprise the people who signed."""
    return now - due_at > SLOT_GRACE


def unsigned_steps(
    steps: tuple[RequiredStep, ...],
    signatures: tuple[GivenSignature, ...],
    content_sha256: str,
    author_ids: frozenset[str],
) -> tuple[Role, ...]:
    """Return the roles of the steps that lack a signature; no step at all lacks all of them (I2: default deny).

    A signature of an earlier version counts where the matrix lets it; never all of them: somebody signed this content.
    """
    if not steps:
        return tuple(Role)
    valid = tuple(
        s
        for s in signatures
        if s.holds and content_sha256 in {s.content_sha256, s.carried_to} and not s.people & author_ids
    )
    if all(s.content_sha256 != content_sha256 for s in valid):
        return tuple(step.role for step in steps)
    return tuple(step.role for step in steps if not _signed(step, valid) or _shared_signer(step, valid))


def _signed(step: RequiredStep, signatures: tuple[GivenSignature, ...]) -> bool:
    given = [s for s in signatures if _of(s, step)]
    if len({s.user_id for s in given}) < len({s.counts_as for s in given}):
        return False
    return quorum_met(step.quorum, step.needed, step.holders, frozenset(s.counts_as for s in given))


def quorum_met(quorum: Quorum, needed: int | None, holders: frozenset[str], signers: frozenset[str]) -> bool:
    """Say whether enough people signed: one, `needed` of them (k of n), or every holder; nobody is never enough.

    A k that is missing or below one is never met (default deny). A signature under a delegation counts once, as its
    delegator's.
    """
    if quorum is Quorum.K_OF_N:
        return needed is not None and needed > 0 and len(signers) >= needed
    return bool(signers) and (quorum is Quorum.ANY or holders <= signers)


def _of(signature: GivenSignature, step: RequiredStep) -> bool:
    return (signature.step_id, signature.role, signature.meaning) == (step.step_id, step.role, step.meaning)


def _shared_signer(step: RequiredStep, signatures: tuple[GivenSignature, ...]) -> bool:
    signers = frozenset().union(*(s.people for s in signatures if _of(s, step)))
    others = [s for s in signatures if s.people & signers and s.step_id != step.step_id]
    return any(not companions(other.meaning, step.meaning) for other in others)


def needs_qualification(qualification: Qualification | None, products: int) -> bool:
    """Say whether the responsible pharmacist must sign the qualification (R. 5122-2, R. 5124-36 CSP).

    A promotional or product content, and anything that names a product, does. Institutional content and information on
    a disease without any product proceed on the author's declaration, which rule CLS-01 checks against the text and
    which every signature covers.
    """
    return qualification in PROMOTIONAL or (products > 0 and qualification is not Qualification.SAFETY)


def check_words(kind: DecisionKind, comment: str, reason: RejectReason | None) -> None:
    """Refuse to send back or reject without saying why: in words, or by a code that speaks for itself."""
    if kind is DecisionKind.REQUEST_CHANGES and not comment.strip():
        raise RuleViolated(N_("Dites ce qui doit changer : l'auteur le lira avec votre décision."))
    if kind is DecisionKind.REJECT and reason is None:
        raise RuleViolated(N_("Choisissez la raison du rejet."))
    if kind is DecisionKind.REJECT and reason is RejectReason.OTHER and not comment.strip():
        raise RuleViolated(N_("Précisez la raison du rejet."))


def check_disposition(severity: Severity, disposition: Disposition, reason: str) -> None:
    """Refuse to argue a blocking finding away, and to close another one without a reason."""
    if disposition is Disposition.OVERRIDDEN:
        raise RuleViolated(
            N_(
                "Lever un constat bloquant demande la signature du pharmacien responsable et celle du juridique. "
                "Demandez cette levée, ou corrigez le texte."
            )
        )
    if disposition is Disposition.OPEN:
        raise RuleViolated(N_("Dites si le constat est corrigé, ou pourquoi il ne s'applique pas."))
    if severity is Severity.BLOCK:
        raise RuleViolated(
            N_("Un constat bloquant ne se justifie pas : corrigez le texte, ou changez la qualification.")
        )
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
