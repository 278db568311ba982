"""Changing a rule of the pack: write it, try it on what is online or scheduled, sign it twice, and it is in force.

The owner of the pack (the responsible pharmacist) and regulatory affairs sign; two people. From then on every check
uses it. Findings keep the pack version that found them, and a signed round is never judged again.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from compliance import audit, clock, signatures, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from compliance.sign_in import roles_of
from errors import InvalidInput, NotPermitted, RuleViolated
from i18n import N_
from models.base import new_id
from models.enums import PostStatus, Role, RuleChangeAction, RuleChangeStatus, SignatureMeaning
from models.post import Post
from models.review import Signature
from models.rules import RuleChange
from models.session import expect_version, get
from models.user import User
from workflow import checks
from workflow.checked_posts import checked, visa_named
from workflow.checks import Pack, ProductFacts, Rule, RuleFinding
from workflow.checks.pack import RULE_ID
from workflow.checks.proposal import read_proposal
from workflow.claim_uses import claims_known
from workflow.findings import products_named, stored_content
from workflow.products import register_of
from workflow.review import SigningDialog
from workflow.rounds import current_version
from workflow.rule_pack import changes_in_force, content_of_change, pack_to_change, signatures_of_change, version_of
from workflow.rule_policies import NEVER_LIFTED, RULE_SIGNERS, ChangeFacts, may_sign_change, role_to_sign
from workflow.rule_states import RULE_CHANGE_TRANSITIONS

LIVE = (PostStatus.SCHEDULED, PostStatus.PUBLISHED)


@dataclass(frozen=True)
class Difference:
    """What a change makes of one post: how many passages it newly finds, how many it no longer finds."""

    post_id: str
    title: str
    newly: tuple[str, ...]
    no_longer: tuple[str, ...]


def write_change(
    session: Session, actor: Actor, *, rule_id: str, text: str, reason: str, change_id: str | None = None,
    row_version: int | None = None,
) -> RuleChange:  # fmt: skip
    """Keep a rule as somebody wants it, sound or not: nothing is lost. What was tried or signed before is void."""
    check(actor, Permission.RULE_CHANGE)
    rule_id = rule_id.strip()
    _check_typed(rule_id, text, reason)
    if change_id is None:
        change = _new_change(session, actor, rule_id, text, reason)
        new = {"rule": rule_id, "n": change.n, "sha256": change.content_sha256}
        audit.record(session, actor, AuditAction.RULE_WRITE, "rulechange", change.id, new=new, reason=change.reason)
        return change
    change = get(session, RuleChange, change_id, lock=True)
    expect_version(change, row_version)
    old = change.content_sha256
    transitions.find(RULE_CHANGE_TRANSITIONS, change.status, RuleChangeAction.EDIT)
    _rewrite(session, change, actor, text, reason)
    details = {"rule": rule_id, "n": change.n, "was": old, "sha256": change.content_sha256}
    _apply(session, actor, change, RuleChangeAction.EDIT, details=details, reason=change.reason)
    return change


def _check_typed(rule_id: str, text: str, reason: str) -> None:
    if not re.match(RULE_ID, rule_id):
        raise InvalidInput(N_("L'identifiant d'une règle s'écrit comme « PRO-02 » ou « PRO-02a »."))
    if not text.strip():
        raise InvalidInput(N_("Écrivez la règle avant d'enregistrer le changement."))
    if not reason.strip():
        raise InvalidInput(N_("Dites pourquoi la règle change : la raison reste au dossier des règles."))


def _new_change(session: Session, actor: Actor, rule_id: str, text: str, reason: str) -> RuleChange:
    change = RuleChange(
        id=new_id(),
        n=(session.exec(select(func.max(RuleChange.n))).one() or 0) + 1,
        rule_id=rule_id,
        text="",
        reason="",
        base_version="",
        content_sha256="",
        status=RuleChangeStatus.DRAFT,
        author_id=actor.id or "",
        written_at=clock.now(),
    )
    _rewrite(session, change, actor, text, reason)
    session.add(change)
    session.flush()
    return change


def _rewrite(session: Session, change: RuleChange, actor: Actor, text: str, reason: str) -> None:
    change.text, change.reason = text.strip() + "\n", reason.strip()
    change.author_id, change.written_at = actor.id or "", clock.now()
    change.base_version = pack_to_change(session).version
    change.trial, change.tried_at = None, None
    change.owner_signature_id, change.regulatory_signature_id = None, None
    change.content_sha256 = content_of_change(change)


def problems_of(session: Session, actor: Actor, *, rule_id: str, text: str) -> tuple[str, ...]:
    """Return all that is wrong with a rule that somebody writes, in sentences; empty when it is sound."""
    check(actor, Permission.RULE_READ)
    return read_proposal(pack_to_change(session), rule_id, text, NEVER_LIFTED).problems


def try_change(session: Session, actor: Actor, *, change_id: str, row_version: int | None) -> RuleChange:
    """Try a sound change on every post that is online or scheduled, and keep what differs; void when it is signed.

    Raises RuleViolated with the first problem when the rule is not sound.
    """
    change = get(session, RuleChange, change_id, lock=True)
    expect_version(change, row_version)
    pack = pack_to_change(session)
    rule = _sound(pack, change)
    transitions.find(RULE_CHANGE_TRANSITIONS, change.status, RuleChangeAction.TRY)
    check(actor, Permission.RULE_CHANGE)
    tried, found = _try_on_posts(session, pack, rule)
    change.base_version = pack.version
    change.trial = {"tried": tried, "differences": [vars(each) for each in found]}
    change.tried_at = clock.now()
    change.owner_signature_id, change.regulatory_signature_id = None, None
    change.content_sha256 = content_of_change(change)
    details = {"n": change.n, "sha256": change.content_sha256, "posts": tried, "differing": len(found)}
    _apply(session, actor, change, RuleChangeAction.TRY, details=details)
    return change


def _sound(pack: Pack, change: RuleChange) -> Rule:
    proposal = read_proposal(pack, change.rule_id, change.text, NEVER_LIFTED)
    if proposal.rule is None:
        raise RuleViolated(N_("La règle n'est pas prête : {problem}"), problem=proposal.problems[0])
    return proposal.rule


def _try_on_posts(session: Session, pack: Pack, rule: Rule) -> tuple[int, list[Difference]]:
    """Return how many posts were read, and those on which the rule and the one in force differ."""
    before = pack.model_copy(update={"rules": tuple(each for each in pack.rules if each.id == rule.id)})
    after = pack.model_copy(update={"rules": (rule,)})
    live = session.exec(select(Post).where(col(Post.status).in_(LIVE)).order_by(col(Post.updated_at).desc())).all()
    register, found = tuple(register_of(session)), []
    for post in live:
        old, new = (set(_passages(session, post, each, register)) for each in (before, after))
        if old != new:
            newly, gone = (tuple(words for *_place, words in sorted(each)) for each in (new - old, old - new))
            found.append(Difference(post.id, post.title, newly, gone))
    return len(live), found


def _passages(
    session: Session, post: Post, pack: Pack, register: tuple[ProductFacts, ...]
) -> Iterator[tuple[str, ...]]:
    """Yield what a pack finds in a post: account, field, place, severity, then the words that people read."""
    content = stored_content(session, post, current_version(session, post))
    names = tuple(product.name for product in products_named(session, content.products))
    visa, today = visa_named(session, content.visa), clock.paris(clock.now()).date()
    claims = claims_known(session)
    for variant in content.variants if pack.rules else ():
        read = checked(content, variant, names, visa, content.planned_at, claims)
        for each in checks.check_post(read, register, today=today, pack=pack):
            yield (variant.account_id, each.field, f"{each.start}-{each.end}", each.severity.value, _words(each))


def _words(found: RuleFinding) -> str:
    return found.excerpt or found.message.fr


def open_change(session: Session, actor: Actor, *, change_id: str, seen_sha256: str) -> SigningDialog:
    """Open the signing dialog of a change; refuses at once whoever may not sign it."""
    change = get(session, RuleChange, change_id)
    role = refuse(session, actor, change, seen_sha256)
    sha = change.content_sha256
    nonce_id = signatures.open_signing(session, actor, subject_id=change.id, content_sha256=sha)
    meaning = SignatureMeaning.RULE_CHANGE
    return SigningDialog(nonce_id, role, meaning, signatures.MEANINGS[meaning], change.n, sha)


def sign_change(
    session: Session, actor: Actor, *, change_id: str, row_version: int | None, seen_sha256: str, nonce_id: str
) -> RuleChange:
    """Sign a change that was tried; the second signature, another person's in the other role, puts it in force.

    Raises RuleViolated when it is not sound, not tried on the pack in force, or signed by this person or role already.
    """
    change = get(session, RuleChange, change_id, lock=True)
    expect_version(change, row_version)
    role = refuse(session, actor, change, seen_sha256)
    _sound(pack_to_change(session), change)
    given = signatures_of_change(session, change)
    signature = _sign(session, actor, change, role, nonce_id)
    if role is Role.REGULATORY:
        change.regulatory_signature_id = signature.id
    else:
        change.owner_signature_id = signature.id
    action = RuleChangeAction.ENACT if given else RuleChangeAction.SIGN
    if given:
        base = checks.default_pack()
        change.closed_at = clock.now()
        change.pack_version = version_of(base, len(changes_in_force(session)) + 1)
    details = {"n": change.n, "rule": change.rule_id, "sha256": change.content_sha256, "pack": change.pack_version}
    _apply(session, actor, change, action, details=details, signature_id=signature.id)
    session.flush()
    return change


def _sign(session: Session, actor: Actor, change: RuleChange, role: Role, nonce_id: str) -> Signature:
    return signatures.sign(
        session,
        actor,
        nonce_id=nonce_id,
        role=role,
        meaning=SignatureMeaning.RULE_CHANGE,
        subject_kind="rule_change",
        subject_id=change.id,
        content_sha256=change.content_sha256,
    )


def refuse(session: Session, actor: Actor, change: RuleChange, seen_sha256: str) -> Role:
    """Return as what an actor signs a change now; refuses whoever may not, before anything is signed."""
    transitions.find(RULE_CHANGE_TRANSITIONS, change.status, RuleChangeAction.SIGN)
    check(actor, Permission.RULE_CHANGE)
    user = get(session, User, actor.id) if actor.id else None
    if user is None or not user.active:
        raise NotPermitted
    given = signatures_of_change(session, change)
    held = actor.roles & roles_of(session, user.id)
    role = role_to_sign(held, RULE_SIGNERS, frozenset(each.role for each in given))
    facts = ChangeFacts(
        tried=change.tried_at is not None and change.base_version == pack_to_change(session).version,
        intact=content_of_change(change) == change.content_sha256 == seen_sha256,
        signed_already=actor.id in {each.user_id for each in given},
        role=role,
    )
    return may_sign_change(facts)


def discard_change(
    session: Session, actor: Actor, *, change_id: str, row_version: int | None, reason: str
) -> RuleChange:
    """Give a draft up, with the reason; it stays in the history."""
    change = get(session, RuleChange, change_id, lock=True)
    expect_version(change, row_version)
    _apply(session, actor, change, RuleChangeAction.DISCARD, reason=reason.strip())
    change.closed_at = clock.now()
    session.flush()
    return change


def _apply(
    session: Session, actor: Actor, change: RuleChange, action: RuleChangeAction, *, reason: str | None = None,
    signature_id: str | None = None, details: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    transitions.apply(
        session, actor, change, RULE_CHANGE_TRANSITIONS, action, reason=reason, signature_id=signature_id,
        details=details,
    )  # fmt: skip


def changes_of(session: Session, statuses: Sequence[RuleChangeStatus]) -> Sequence[RuleChange]:
    """Return the changes that stand in some statuses, newest first."""
    held = select(RuleChange).where(col(RuleChange.status).in_(statuses))
    return session.exec(held.order_by(col(RuleChange.n).desc())).all()
