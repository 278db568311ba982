"""What must hold of the committee's tables at any moment, read from the rows alone.

Nothing here asks the use cases: hashes, seals, quorums, roles and statuses are computed anew, roles and statuses by
replaying the audit trail. Each function says which invariants (I1 to I24) it proves, and raises AssertionError.
"""

import base64
import hashlib
import json
from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlmodel import col, select

from models.account import Account
from models.carried import CarriedSignature
from models.compliance import AuditEvent, PublicKey
from models.consent import Consent
from models.delegation import ApprovalWithdrawal, Delegation
from models.enums import (
    DecisionKind,
    Disposition,
    PostStatus,
    PublicationStatus,
    Quorum,
    RoundStatus,
    Severity,
    SignatureMeaning,
    StepStatus,
    StopScope,
    StopStatus,
    VisaStatus,
)
from models.post import Finding, Post, PostProduct, PostVersion, Variant, Visa
from models.product import Product
from models.publication import EmergencyStop, Publication
from models.review import Circuit, Decision, ReviewNote, ReviewRound, ReviewStep, Signature
from models.user import SigningNonce, User
from workflow.differences import changes_between
from workflow.reapproval import kept

PARIS = ZoneInfo("Europe/Paris")
SIGNED_OUT = frozenset({PostStatus.APPROVED, PostStatus.SCHEDULED, PostStatus.PUBLISHED})
GRACE = timedelta(hours=6)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(content) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def rows(session, query):
    return list(session.exec(query).all())


def check_chain(session, after: AuditEvent | None) -> list[AuditEvent]:
    """I14, I22: the events since one follow it without a gap, each hash is right, and no time goes back."""
    events = rows(session, select(AuditEvent).where(AuditEvent.seq > (after.seq if after else 0)).order_by("seq"))
    for event in events:
        content = event.model_dump(exclude={"hash", "at"}) | {"at": event.at.isoformat(timespec="microseconds")}
        assert event.seq == (after.seq + 1 if after else 1)
        assert event.prev_hash == (after.hash if after else "0" * 64)
        assert event.hash == digest(canonical(content))
        assert after is None or event.at >= after.at
        after = event
    return events


def replayed(events, entity: str, entity_id: str, first: str) -> str:
    """Return the status that the audit trail alone gives a record."""
    told = (e.new["status"] for e in events if (e.entity, e.entity_id) == (entity, entity_id) and "status" in e.new)
    return [first, *told][-1]


def check_trail(session, post_ids, events) -> None:
    """I12: every status is the one that the trail tells, every version and decision has its event, none is invented."""
    told = [event for event in events if event.new and event.entity in {"post", "publication", "consent"}]
    kinds = ((Post, "post", "draft"), (Publication, "publication", "scheduled"), (Consent, "consent", "asked"))
    for kind, entity, first in kinds:
        key = Post.id if kind is Post else kind.post_id
        for row in rows(session, select(kind).where(col(key).in_(post_ids))):
            status = replayed(told, entity, row.id, first)
            assert row.status.value == status, (entity, row.id, row.status, status)
    hashes = {(e.entity_id, e.new.get("content_sha256"), e.new.get("version")) for e in told if e.entity == "post"}
    for version in rows(session, select(PostVersion).where(col(PostVersion.post_id).in_(post_ids))):
        assert (version.post_id, version.content_sha256, version.n) in hashes
    decided = Counter(e.new["decision"] for e in told if "decision" in e.new and e.action != "post:withdraw_approval")
    for decision in rows(session, decisions_on(post_ids)):
        assert decided[decision.id] == 1


def statuses(session, post_ids) -> list[tuple]:
    """Return all that may not change without an event."""
    posts = select(Post.id, Post.status, Post.version_n, Post.qualification_signature_id)
    left = select(Publication.id, Publication.status, Publication.remote_id)
    steps = select(ReviewStep.id, ReviewStep.status).join(ReviewRound, col(ReviewRound.id) == ReviewStep.round_id)
    found = [(posts, Post.id), (left, Publication.post_id), (steps, ReviewRound.post_id)]
    return [tuple(each) for query, key in found for each in rows(session, query.where(col(key).in_(post_ids)))]


def decisions_on(post_ids):
    joined = select(Decision).join(ReviewRound, col(ReviewRound.id) == Decision.round_id)
    return joined.where(col(ReviewRound.post_id).in_(post_ids))


def check_versions(session, post_ids, frozen: dict) -> None:
    """I7, I8: hashes are right, what was written stays as it was, and no version says the same as the one before."""
    for post_id in post_ids:
        before = None
        for version in rows(session, select(PostVersion).where(PostVersion.post_id == post_id).order_by("n")):
            assert digest(version.canonical_json) == version.content_sha256
            assert frozen.setdefault(version.id, version.canonical_json) == version.canonical_json
            variants = rows(session, select(Variant).where(Variant.version_id == version.id))
            for variant in variants:
                assert digest(variant.payload_json) == variant.variant_sha256
                assert frozen.setdefault(variant.id, variant.payload_json) == variant.payload_json
            assert json.loads(version.canonical_json)["variants"] == sorted(v.variant_sha256 for v in variants)
            assert before != version.content_sha256
            before = version.content_sha256


def check_circuits(session, post_ids, frozen: dict) -> None:
    """I2, I21: a round keeps the circuit that it began on, that circuit never changes, and its steps are all there."""
    for circuit in rows(session, select(Circuit)):
        assert frozen.setdefault(circuit.id, canonical(circuit.steps)) == canonical(circuit.steps)
    for each in rows(session, select(ReviewRound).where(col(ReviewRound.post_id).in_(post_ids))):
        assert frozen.setdefault(each.id, each.circuit_id) == each.circuit_id
        asked = session.get(Circuit, each.circuit_id).steps
        assert asked
        steps = rows(session, select(ReviewStep).where(ReviewStep.round_id == each.id))
        shape = Counter((s.stage, s.role.value, s.quorum.value, s.needed, s.meaning.value) for s in steps)
        assert shape == Counter((s["stage"], s["role"], s["quorum"], s["needed"], s["meaning"]) for s in asked)


def roles_at(events, seq: int) -> dict[str, Counter]:
    """Return the roles of every person when an event was written, by replaying what was granted and taken away."""
    held: dict[str, Counter] = {}
    for event in events:
        if event.seq >= seq:
            break
        roles = held.setdefault(event.entity_id, Counter())
        if event.action == "role:grant":
            roles[event.new["role"]] += 1
        elif event.action == "role:revoke":
            roles[event.old["role"]] -= 1
        elif event.action == "user:deactivate":
            held[event.entity_id] = Counter({"deactivated": 1})
    return held


def check_signatures(session, user_ids, events, frozen: dict) -> None:
    """I15, I16, I17, I24: sealed, by somebody who had just proven who they are, in a role held, or lent, just then."""
    told = {e.new["signature"]: e for e in events if e.action == "signature:signed"}
    pems = {key.key_id: key.public_pem for key in rows(session, select(PublicKey))}
    signatures = rows(session, select(Signature).where(col(Signature.user_id).in_(user_ids)))
    for each in signatures:
        assert frozen.setdefault(each.id, each.seal) == each.seal
        if each.id in frozen.setdefault("checked", set()):
            continue
        key = load_pem_public_key(pems[each.key_id].encode())
        assert isinstance(key, Ed25519PublicKey)
        key.verify(base64.b64decode(each.seal), each.statement_json.encode())
        stated = json.loads(each.statement_json)
        kept_columns = ("user_id", "login", "printed_name", "role", "meaning", "subject_id", "content_sha256")
        assert all(stated[name] == getattr(each, name) for name in kept_columns)
        assert each.printed_name == session.get(User, each.user_id).printed_name
        nonce = session.get(SigningNonce, each.nonce_id)
        assert (nonce.user_id, nonce.subject_id, nonce.content_sha256) == (
            each.user_id,
            each.subject_id,
            each.content_sha256,
        )
        assert nonce.confirmed_at is not None
        assert nonce.used_at - nonce.confirmed_at <= timedelta(seconds=60)
        event = told[each.id]
        assert event.actor_id == each.user_id
        held = roles_at(events, event.seq)
        assert not held[each.user_id]["deactivated"]
        if each.delegation_id is None:
            assert held[each.user_id][each.role.value] > 0
        else:
            check_lent(session, each, held, event.seq, events)
        frozen["checked"].add(each.id)


def check_lent(session, signature, held, seq, events) -> None:
    """I17: in its days, in its scope, not ended, by somebody who held the role themselves, and no author."""
    lent = session.get(Delegation, signature.delegation_id)
    named = (lent.delegator_id, lent.delegate_id, lent.role)
    assert named == (signature.on_behalf_of_id, signature.user_id, signature.role)
    assert lent.first_day <= signature.signed_at.astimezone(PARIS).date() <= lent.last_day
    assert held[lent.delegator_id][lent.role.value] > 0
    assert not held[lent.delegator_id]["deactivated"]
    ended = [e.seq for e in events if e.action == "delegation:revoke" and e.entity_id == lent.id]
    assert all(seq < each for each in ended)
    review_round = session.get(ReviewRound, session.get(ReviewStep, signature.subject_id).round_id)
    declared = select(PostProduct.product_id).where(PostProduct.version_id == review_round.version_id)
    assert lent.product_id is None or lent.product_id in rows(session, declared)


def authors_of(session, post_id: str, up_to: int) -> set[str]:
    """Return who wrote or submitted any version of a post up to one."""
    post = session.get(Post, post_id)
    wrote = select(PostVersion.author_id).where(PostVersion.post_id == post_id, PostVersion.n <= up_to)
    versions = select(PostVersion.id).where(PostVersion.post_id == post_id, PostVersion.n <= up_to)
    submitted = select(ReviewRound.opened_by).where(col(ReviewRound.version_id).in_(versions))
    return {post.author_id, *rows(session, wrote), *rows(session, submitted)}


def standing(session, round_id: str) -> list[tuple[Decision, Signature]]:
    """Return the approvals of a round that nobody took back, with their signatures."""
    taken_back = select(ApprovalWithdrawal.decision_id).where(ApprovalWithdrawal.round_id == round_id)
    given = (
        select(Decision, Signature)
        .join(Signature, col(Signature.id) == Decision.signature_id)
        .where(Decision.round_id == round_id, Decision.kind == DecisionKind.APPROVE)
        .where(col(Decision.id).not_in(taken_back))
    )
    return rows(session, given)


def check_rounds(session, post_ids) -> None:
    """I3, I4, I5, I6, I18: in every round nobody signs their own text, twice, another text, or a step that is closed."""
    for each in rows(session, select(ReviewRound).where(col(ReviewRound.post_id).in_(post_ids))):
        version = session.get(PostVersion, each.version_id)
        authors = authors_of(session, each.post_id, version.n)
        steps = {s.id: s for s in rows(session, select(ReviewStep).where(ReviewStep.round_id == each.id))}
        given = standing(session, each.id)
        people: dict[str, list[SignatureMeaning]] = {}
        for decision, signature in given:
            step = steps[decision.step_id]
            assert not authors & {signature.user_id, signature.on_behalf_of_id}
            assert decision.content_sha256 == signature.content_sha256 == version.content_sha256
            assert (signature.subject_id, signature.role, signature.meaning) == (step.id, step.role, step.meaning)
            for person in {signature.user_id, signature.on_behalf_of_id or signature.user_id}:
                people.setdefault(person, []).append(signature.meaning)
        for meanings in people.values():
            assert len(meanings) == 1 or set(meanings) == {SignatureMeaning.QUALIFICATION, SignatureMeaning.RELEASE}
        carried = set(rows(session, select(CarriedSignature.step_id).where(CarriedSignature.round_id == each.id)))
        for step in steps.values():
            signers = [d.on_behalf_of_id or d.user_id for d, _signature in given if d.step_id == step.id]
            assert len(signers) == len(set(signers))
            if step.quorum is Quorum.ANY:
                assert len(signers) <= 1
            if step.status is StepStatus.APPROVED and step.id not in carried:
                assert len(signers) >= (step.needed or 1)


def check_post(session, post_id: str) -> None:
    """I1, I8: one open round at most, as the status says; what is approved or further holds every signature."""
    post = session.get(Post, post_id)
    rounds = rows(session, select(ReviewRound).where(ReviewRound.post_id == post_id))
    assert sum(each.status is RoundStatus.OPEN for each in rounds) == (post.status is PostStatus.IN_REVIEW)
    if post.status in SIGNED_OUT:
        check_signed(session, post)


def check_signed(session, post: Post) -> None:
    """I1: an approved round on this very version, each of whose steps holds a signature, given or carried by right."""
    version = newest(session, post)
    approved = select(ReviewRound).where(
        ReviewRound.version_id == version.id, ReviewRound.status == RoundStatus.APPROVED
    )
    (review_round,) = rows(session, approved)
    steps = rows(session, select(ReviewStep).where(ReviewStep.round_id == review_round.id))
    assert steps
    assert all(step.status is StepStatus.APPROVED for step in steps)
    given = standing(session, review_round.id)
    held = select(CarriedSignature).where(CarriedSignature.round_id == review_round.id)
    carried = {row.step_id: row for row in rows(session, held)}
    assert given, "somebody signs this very text"
    for step in steps:
        if step.id in carried:
            check_carried(session, post, version, step, carried[step.id])
        else:
            assert any(decision.step_id == step.id for decision, _signature in given)


def check_carried(session, post, version, step, row) -> None:
    signature = session.get(Signature, row.signature_id)
    read = session.get(PostVersion, row.version_id)
    assert (signature.role, signature.meaning) == (step.role, step.meaning)
    assert (read.post_id, read.content_sha256) == (post.id, signature.content_sha256)
    assert signature.user_id not in authors_of(session, post.id, version.n)
    assert step.meaning in kept(changes_between(session, read, version))


def newest(session, post: Post) -> PostVersion:
    return rows(session, select(PostVersion).where(PostVersion.post_id == post.id).order_by(col(PostVersion.n).desc()))[
        0
    ]


def open_blocks(session, version_id: str) -> int:
    """Count the findings that block a version and that nobody settled."""
    blocking = select(Finding).where(Finding.version_id == version_id, Finding.severity == Severity.BLOCK)
    return sum(each.disposition is Disposition.OPEN for each in rows(session, blocking))


def open_notes(session, post_id: str) -> int:
    """Count the blocking notes of a post that nobody resolved."""
    left = select(ReviewNote).where(ReviewNote.post_id == post_id, col(ReviewNote.blocking))
    return sum(each.resolved_at is None for each in rows(session, left))


def check_leaving(session, text: str, account_id: str, now) -> Publication:
    """I1, I9, I11, I20: at the very moment of the call all that a publication rests on holds, and not a sign is lost."""
    leaving = select(Publication).where(
        Publication.account_id == account_id, Publication.status == PublicationStatus.PUBLISHING
    )
    (publication,) = [p for p in rows(session, leaving) if published_text(session, p) == text]
    post = session.get(Post, publication.post_id)
    version = newest(session, post)
    assert post.status is PostStatus.SCHEDULED
    assert publication.version_id == version.id
    check_versions(session, [post.id], {})
    check_signed(session, post)
    assert timedelta() <= now - publication.due_at <= GRACE
    assert open_blocks(session, version.id) == 0
    check_dependencies(session, post, version, publication, now)
    return publication


def published_text(session, publication: Publication) -> str:
    return json.loads(session.get(Variant, publication.variant_id).payload_json)["published_text"]


def check_dependencies(session, post, version, publication, now) -> None:
    """I9: visa, product, consent, account and emergency stops, each by its own row."""
    declared = json.loads(version.canonical_json)["declarations"]
    today = now.astimezone(PARIS).date()
    if declared["qualification"] == "promo_gp":
        visa = rows(session, select(Visa).where(Visa.number == declared["visa"]))[0]
        assert visa.status is VisaStatus.GRANTED
        assert visa.granted <= today <= visa.expires
    for product_id in declared["products"]:
        assert not session.get(Product, product_id).prescription_only
    variant = session.get(Variant, publication.variant_id)
    for stop in rows(session, select(EmergencyStop).where(EmergencyStop.status != StopStatus.RELEASED)):
        hits = {
            StopScope.ALL: True,
            StopScope.NETWORK: stop.target == publication.network.value,
            StopScope.CAMPAIGN: stop.target == post.campaign,
            StopScope.PRODUCT: stop.target in declared["products"],
        }
        assert not hits[stop.scope]
    spokesperson = account_of(session, publication).spokesperson_id
    if spokesperson:
        given = select(Consent.status).where(
            Consent.post_id == post.id,
            Consent.spokesperson_id == spokesperson,
            Consent.variant_sha256 == variant.variant_sha256,
        )
        assert rows(session, given) == ["given"]
    assert account_of(session, publication).status == "active"


def account_of(session, publication):
    return session.get(Account, publication.account_id)


def check_published(session, post_ids, shown: list[str]) -> None:
    """I10, I18: nothing is on the network twice; a post is published when all its variants are, and only then."""
    assert max(Counter(shown).values(), default=0) <= 1
    for post_id in post_ids:
        mine = rows(session, select(Publication).where(Publication.post_id == post_id))
        out = [each for each in mine if each.remote_id is not None]
        assert len(out) <= 1
        kept_ones = [each for each in mine if each.status is not PublicationStatus.CANCELLED]
        done = bool(kept_ones) and all(each.status is PublicationStatus.PUBLISHED for each in kept_ones)
        assert (session.get(Post, post_id).status is PostStatus.PUBLISHED) == done
        for each in out:
            if each.status is PublicationStatus.PUBLISHED:
                assert each.readback_sha256 == digest(published_text(session, each))
