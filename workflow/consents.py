"""A spokesperson's consent: asked with the text, given or withdrawn by that person alone, on the exact content.

What is meant for a person's own account cannot be scheduled, and does not leave, without it. A changed variant is
another content, and is asked again; one that did not change keeps its consent through a new version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from compliance.transitions import Table, Transition
from errors import RuleViolated, StaleVersion
from i18n import N_, _
from models.account import Account
from models.base import new_id
from models.consent import Consent
from models.enums import ConsentAction, ConsentStatus, DependencyKind, Network
from models.post import Post, Variant
from models.session import expect_version, get
from models.user import User
from workflow.cascade import Dependency, lapse
from workflow.findings import variants_of
from workflow.rounds import current_version


@dataclass(frozen=True)
class ConsentFacts:
    """What an answer is judged on."""

    actor_id: str | None
    spokesperson_id: str
    seen_sha256: str
    current_sha256: str


def own_name(facts: ConsentFacts) -> None:
    """Nobody consents for somebody else, whatever their role."""
    if facts.actor_id != facts.spokesperson_id:
        raise RuleViolated(N_("Seule la personne dont c'est le compte peut donner ou retirer ce consentement."))


def seen_as_it_is(facts: ConsentFacts) -> None:
    """One consents to the text that one saw."""
    if facts.seen_sha256 != facts.current_sha256:
        raise StaleVersion(N_("Le texte n'est plus celui que vous avez lu. Relisez-le, puis répondez."))


_S, _A, _P = ConsentStatus, ConsentAction, Permission
_GIVE = Transition(_S.GIVEN, _P.POST_READ, AuditAction.CONSENT_GIVE, when=(own_name, seen_as_it_is))
_WITHDRAW = Transition(_S.WITHDRAWN, _P.POST_READ, AuditAction.CONSENT_WITHDRAW, reason=True, when=(own_name,))

CONSENT_TRANSITIONS: Table = {
    (_S.ASKED, _A.GIVE): _GIVE,
    (_S.ASKED, _A.WITHDRAW): _WITHDRAW,
    (_S.GIVEN, _A.WITHDRAW): _WITHDRAW,
    (_S.WITHDRAWN, _A.ASK): Transition(_S.ASKED, _P.POST_SUBMIT, AuditAction.CONSENT_ASK),
    (_S.WITHDRAWN, _A.GIVE): _GIVE,
}


@dataclass(frozen=True)
class ConsentRow:
    """Where the consent to one variant stands; without an id nobody asked for it yet."""

    consent_id: str | None
    post_id: str
    title: str
    account_id: str
    network: Network
    handle: str
    spokesperson_id: str
    spokesperson: str
    variant_sha256: str
    status: ConsentStatus | None
    asked_at: datetime | None
    answered_at: datetime | None
    reason: str
    row_version: int | None


def ask_consent(session: Session, actor: Actor, *, post_id: str, account_id: str) -> Consent:
    """Ask the person whose account it is, on the newest version's content; asked already, it stays as it is."""
    check(actor, Permission.POST_SUBMIT)
    post = get(session, Post, post_id)
    variants = variants_of(session, current_version(session, post).id)
    variant = next((each for each in variants if each.account_id == account_id), None)
    spokesperson_id = get(session, Account, account_id).spokesperson_id
    if variant is None or spokesperson_id is None:
        raise RuleViolated(N_("Ce compte n'est pas celui d'un porte-parole : aucun consentement n'y est attendu."))
    return _ask(session, actor, post, variant, spokesperson_id)


def ask_missing(session: Session, actor: Actor, post: Post) -> None:
    """Ask for every consent that the newest version needs and that was never asked."""
    for variant, spokesperson_id in _personal(session, post):
        if find_consent(session, variant, post.id) is None:
            _ask(session, actor, post, variant, spokesperson_id)


def _ask(session: Session, actor: Actor, post: Post, variant: Variant, spokesperson_id: str) -> Consent:
    known = find_consent(session, variant, post.id)
    if known is not None:
        if known.status is ConsentStatus.WITHDRAWN:
            transitions.apply(session, actor, known, CONSENT_TRANSITIONS, ConsentAction.ASK, details=_details(known))
            known.asked_by, known.asked_at, known.answered_at = actor.id or "", clock.now(), None
        return known
    consent = Consent(
        id=new_id(),
        post_id=post.id,
        account_id=variant.account_id,
        spokesperson_id=spokesperson_id,
        variant_sha256=variant.variant_sha256,
        status=ConsentStatus.ASKED,
        asked_by=actor.id or "",
        asked_at=clock.now(),
    )
    session.add(consent)
    session.flush()
    new = {"status": consent.status.value} | _details(consent)
    audit.record(session, actor, AuditAction.CONSENT_ASK, "consent", consent.id, new=new)
    return consent


def _details(consent: Consent) -> dict[str, str]:
    return {"post": consent.post_id, "account": consent.account_id, "variant_sha256": consent.variant_sha256}


def give_consent(
    session: Session, actor: Actor, *, consent_id: str, row_version: int | None, seen_sha256: str
) -> Consent:
    """Agree to what would appear under one's own name, as one saw it."""
    return _answer(session, actor, consent_id, row_version, ConsentAction.GIVE, seen_sha256, None)


def withdraw_consent(
    session: Session, actor: Actor, *, consent_id: str, row_version: int | None, reason: str
) -> Consent:
    """Refuse, or take back what one gave: what waits is held at once, what is live is to be taken down."""
    given = get(session, Consent, consent_id).status is ConsentStatus.GIVEN
    consent = _answer(session, actor, consent_id, row_version, ConsentAction.WITHDRAW, "", reason)
    session.flush()
    refusals = {
        True: _("{name} ne consent plus à ce qui paraît sous son nom."),
        False: _("{name} refuse de publier ce texte sous son nom."),
    }
    said = refusals[given].format(name=actor.printed_name)
    lapse(session, actor, Dependency(DependencyKind.CONSENT, consent.id), f"{said} {reason.strip()}")
    return consent


def _answer(
    session: Session,
    actor: Actor,
    consent_id: str,
    row_version: int | None,
    action: ConsentAction,
    seen: str,
    reason: str | None,
) -> Consent:
    consent = get(session, Consent, consent_id, lock=True)
    expect_version(consent, row_version)
    facts = ConsentFacts(actor.id, consent.spokesperson_id, seen, consent.variant_sha256)
    transitions.apply(
        session, actor, consent, CONSENT_TRANSITIONS, action, facts=facts, reason=reason, details=_details(consent)
    )
    consent.answered_at, consent.reason = clock.now(), reason
    return consent


def find_consent(session: Session, variant: Variant, post_id: str) -> Consent | None:
    """Return what was asked and answered on a variant's exact content."""
    return _consent_to(session, post_id, variant.account_id, variant.variant_sha256)


def _consent_to(session: Session, post_id: str, account_id: str, sha256: str) -> Consent | None:
    query = select(Consent).where(Consent.post_id == post_id, Consent.account_id == account_id)
    return session.exec(query.where(Consent.variant_sha256 == sha256)).first()


def lacks_consent(session: Session, post: Post, variant: Variant) -> str:
    """Return the name of the person whose consent a variant lacks; empty when it needs none, or has it."""
    spokesperson_id = get(session, Account, variant.account_id).spokesperson_id
    if spokesperson_id is None:
        return ""
    known = find_consent(session, variant, post.id)
    if known is not None and known.status is ConsentStatus.GIVEN and known.spokesperson_id == spokesperson_id:
        return ""
    return get(session, User, spokesperson_id).printed_name


def consents_of(session: Session, actor: Actor, *, post_id: str) -> tuple[ConsentRow, ...]:
    """Return where each consent that a post's newest version needs stands."""
    check(actor, Permission.POST_READ)
    post = get(session, Post, post_id)
    return tuple(
        _row(session, post, variant.account_id, variant.variant_sha256, spokesperson_id)
        for variant, spokesperson_id in _personal(session, post)
    )


def consents_asked(session: Session, actor: Actor) -> tuple[ConsentRow, ...]:
    """Return what waits for one's own consent: only what is still the newest version's content."""
    asked = select(Consent).where(Consent.spokesperson_id == actor.id, Consent.status == ConsentStatus.ASKED)
    found = []
    for consent in session.exec(asked.order_by(col(Consent.asked_at))):
        post = get(session, Post, consent.post_id)
        current = {(v.account_id, v.variant_sha256) for v in variants_of(session, current_version(session, post).id)}
        if (consent.account_id, consent.variant_sha256) in current:
            found.append(_row(session, post, consent.account_id, consent.variant_sha256, consent.spokesperson_id))
    return tuple(found)


def _personal(session: Session, post: Post) -> Sequence[tuple[Variant, str]]:
    variants = variants_of(session, current_version(session, post).id)
    owned = [(variant, get(session, Account, variant.account_id).spokesperson_id) for variant in variants]
    return [(variant, spokesperson_id) for variant, spokesperson_id in owned if spokesperson_id]


def _row(session: Session, post: Post, account_id: str, sha256: str, spokesperson_id: str) -> ConsentRow:
    account = get(session, Account, account_id)
    consent = _consent_to(session, post.id, account_id, sha256)
    return ConsentRow(
        consent_id=consent.id if consent else None,
        post_id=post.id,
        title=post.title,
        account_id=account_id,
        network=account.network,
        handle=account.handle,
        spokesperson_id=spokesperson_id,
        spokesperson=get(session, User, spokesperson_id).printed_name,
        variant_sha256=sha256,
        status=consent.status if consent else None,
        asked_at=consent.asked_at if consent else None,
        answered_at=consent.answered_at if consent else None,
        reason=(consent.reason or "") if consent else "",
        row_version=consent.row_version if consent else None,
    )
