"""One post, whole: what the review page and the editor show."""

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, select

from compliance import clock, signatures, transitions
from compliance.people import name_of
from compliance.permissions import Actor, Permission, check
from models.account import Account
from models.delegation import Delegation
from models.enums import (
    Audience,
    DecisionKind,
    PostAction,
    PostStatus,
    Role,
    RoundStatus,
    SignatureMeaning,
    StepStatus,
)
from models.post import Post, PostVersion, Variant
from models.publication import ArchiveRecord
from models.review import Circuit, Decision, ReviewRound, ReviewStep, Signature
from models.session import get
from workflow import checklist, rule_pack
from workflow.approvals import approval_of, is_over
from workflow.carrying import carried_in, earlier_signature
from workflow.checklist import PointRow
from workflow.circuits import circuit_of
from workflow.content import PostContent, variant_of
from workflow.delegations import mandate_of, usable
from workflow.findings import FindingRow, finding_row, findings_of, products_named, stored_content, variants_of
from workflow.lengths import measure
from workflow.matrix import matrix_in_force
from workflow.note_rows import notes_rows
from workflow.override_rows import with_override
from workflow.publications import publications_of
from workflow.queries import post_rows, publication_rows
from workflow.reapproval import fallen
from workflow.review import refusal
from workflow.rounds import current_version, decisions_of, rounds_of, steps_of, versions_of, withdrawals_of
from workflow.rows import (
    CarriedRow,
    CircuitRow,
    DecisionRow,
    PostView,
    RoundRow,
    SignatureRow,
    StepRow,
    VariantRow,
    VersionRow,
)
from workflow.states import POST_TRANSITIONS
from workflow.step_claims import claimants
from workflow.withdrawals import may_withdraw

REVIEWS = {
    PostAction.APPROVE_STEP: DecisionKind.APPROVE,
    PostAction.REQUEST_CHANGES: DecisionKind.REQUEST_CHANGES,
    PostAction.REJECT: DecisionKind.REJECT,
}
UNOFFERED = frozenset({PostAction.APPROVE, PostAction.PUBLISH, PostAction.WITHDRAW_APPROVAL})


def post_view(session: Session, actor: Actor, *, post_id: str) -> PostView:
    """Return everything about a post, and what the actor may do with it now."""
    check(actor, Permission.POST_READ)
    post = get(session, Post, post_id)
    version = current_version(session, post)
    content = stored_content(session, post, version)
    rounds = rounds_of(session, post_id)
    shown = next((each for each in rounds if each.version_id == version.id), None)
    my_step = _my_step(session, actor, shown)
    return PostView(
        post=post_rows(session, [post])[0],
        content_sha256=version.content_sha256,
        audience=content.audience,
        products=tuple(product.name for product in products_named(session, content.products)),
        visa=content.visa,
        internal_ref=content.internal_ref,
        qualification_signed=post.qualification_signature_id is not None,
        versions=tuple(_version_row(session, each) for each in versions_of(session, post_id)),
        variants=tuple(_variant_row(session, each) for each in variants_of(session, version.id)),
        findings=findings_rows(session, actor, version),
        round=_round_row(session, actor, shown) if shown else None,
        rounds=tuple(_round_row(session, actor, each) for each in rounds if shown is None or each.id != shown.id),
        notes=notes_rows(session, actor, post_id),
        publications=publication_rows(session, publications_of(session, post_id)),
        archived=session.exec(select(ArchiveRecord.id).where(ArchiveRecord.post_id == post_id)).first() is not None,
        actions=allowed_actions(session, actor, post, my_step),
        my_step=my_step,
        points=_points(session, my_step),
        moderation_plan=content.moderation_plan,
        approval=approval_of(session, post),
    )


def allowed_actions(session: Session, actor: Actor, post: Post, my_step: StepRow | None) -> frozenset[PostAction]:
    """Return what an actor may do to a post now; a decision only on a step of theirs that nothing stops."""
    found = set()
    renewable = post.status is not PostStatus.APPROVED or is_over(session, post)
    for action in transitions.actions_for(actor, POST_TRANSITIONS, post.status):
        kind = REVIEWS.get(PostAction(action))
        if kind is not None:
            if my_step is not None and not refusal(session, actor, step_id=my_step.step_id, kind=kind):
                found.add(PostAction(action))
        elif action not in UNOFFERED and (renewable or action is not PostAction.SUBMIT):
            found.add(PostAction(action))
    return frozenset(found)


def _my_step(session: Session, actor: Actor, review_round: ReviewRound | None) -> StepRow | None:
    """Return the open step of a role of the actor's, their own or lent, one that they may approve first."""
    if review_round is None or review_round.status is not RoundStatus.OPEN:
        return None
    post = get(session, Post, review_round.post_id)
    waiting = [step for step in steps_of(session, review_round.id) if step.status is StepStatus.OPEN]
    rows = [
        replace(
            _step_row(session, actor, step, ()),
            refusal=refusal(session, actor, step_id=step.id),
            on_behalf_of=mandate_of(session, lent).delegator if lent else "",
        )
        for step in waiting
        if (lent := _lent(session, actor, step, review_round, post)) or step.role in actor.roles
    ]
    return min(rows, key=lambda row: bool(row.refusal), default=None)


def _points(session: Session, my_step: StepRow | None) -> tuple[PointRow, ...]:
    """Return what I must check with my own eyes; none while the rules cannot be read, and then nothing is approved."""
    if my_step is None or rule_pack.trouble(session):
        return ()
    step = get(session, ReviewStep, my_step.step_id)
    return tuple(checklist.point_row(point) for point in checklist.points_of(session, step))


def _lent(session: Session, actor: Actor, step: ReviewStep, review_round: ReviewRound, post: Post) -> Delegation | None:
    own = step.role in actor.roles
    return None if own else next(iter(usable(session, actor, step, review_round, post)), None)


def findings_rows(session: Session, actor: Actor, version: PostVersion) -> tuple[FindingRow, ...]:
    """Return what the rules found in a version, and what was decided on it."""
    accounts = {variant.id: variant.account_id for variant in variants_of(session, version.id)}
    return tuple(
        with_override(session, actor, finding_row(each, accounts.get(each.variant_id or "", "")))
        for each in findings_of(session, version.id)
    )


def _version_row(session: Session, version: PostVersion) -> VersionRow:
    return VersionRow(version.n, name_of(session, version.author_id), version.created_at, version.content_sha256)


def _variant_row(session: Session, variant: Variant) -> VariantRow:
    account = get(session, Account, variant.account_id)
    payload = json.loads(variant.payload_json)
    written = variant_of(payload)
    return VariantRow(
        variant_id=variant.id,
        account_id=account.id,
        network=variant.network,
        handle=account.handle,
        display_name=account.display_name,
        text=written.text,
        published_text=payload["published_text"],
        link=written.link,
        first_comment=written.first_comment,
        hashtags=written.hashtags,
        media=tuple((media.sha256, media.alt_text) for media in written.media),
        comments_open=written.settings.comments_open,
        share_open=written.settings.share_open,
        paid_partner=written.settings.paid_partner,
        paid_boost=written.settings.paid_boost,
        audience=Audience(payload["audience"]),
        length=measure(variant.network, payload["published_text"]),
        sha256=variant.variant_sha256,
        payload_json=variant.payload_json,
    )


def _round_row(session: Session, actor: Actor, review_round: ReviewRound) -> RoundRow:
    circuit = get(session, Circuit, review_round.circuit_id)
    decisions = decisions_of(session, review_round.id)
    return RoundRow(
        round_id=review_round.id,
        version_n=get(session, PostVersion, review_round.version_id).n,
        circuit_name=circuit.name,
        circuit_n=circuit.n,
        status=review_round.status,
        opened_by=name_of(session, review_round.opened_by),
        opened_at=review_round.opened_at,
        closed_at=review_round.closed_at,
        steps=tuple(
            replace(
                _step_row(session, actor, step, [each for each in decisions if each.step_id == step.id]),
                carried=_carried_row(session, review_round, step),
            )
            for step in steps_of(session, review_round.id)
        ),
    )


def _carried_row(session: Session, review_round: ReviewRound, step: ReviewStep) -> CarriedRow | None:
    """Return the earlier signature on a step: the one that stands for it, or the one that the changes let fall."""
    post = get(session, Post, review_round.post_id)
    version = get(session, PostVersion, review_round.version_id)
    each = earlier_signature(session, post, version, review_round, step)
    if each is None:
        return None
    stands = any(row.step_id == step.id for row in carried_in(session, review_round.id))
    return CarriedRow(
        signature=_signature_row(session, each.signature),
        version_n=each.version.n,
        changes=tuple(sorted(each.changes)),
        because=() if stands else fallen(each.changes, step.meaning, matrix_in_force(session, review_round.opened_at)),
        stands=stands,
    )


def _step_row(session: Session, actor: Actor, step: ReviewStep, decisions: Sequence[Decision]) -> StepRow:
    claimant, name = claimants(session, [step.id]).get(step.id, ("", ""))
    return StepRow(
        step_id=step.id,
        stage=step.stage,
        role=step.role,
        quorum=step.quorum,
        meaning=step.meaning,
        status=step.status,
        entered_at=step.entered_at,
        due_at=step.due_at,
        late=step.status is StepStatus.OPEN and step.due_at is not None and step.due_at <= clock.now(),
        row_version=step.row_version,
        decisions=tuple(decision_row(session, decision) for decision in decisions),
        needed=step.needed,
        claimed_by=name,
        claimed_by_me=claimant == actor.id,
        may_withdraw=(bool(decisions) or step.status is StepStatus.APPROVED) and may_withdraw(session, actor, step),
    )


def decision_row(session: Session, decision: Decision) -> DecisionRow:
    """Return a decision with its signature; the name is the one printed at signing, where it was signed."""
    signed = get(session, Signature, decision.signature_id) if decision.signature_id else None
    ended = withdrawals_of(session, decision.round_id).get(decision.id)
    return DecisionRow(
        person=signed.printed_name if signed else name_of(session, decision.user_id),
        kind=decision.kind,
        reason=decision.reason,
        comment=decision.comment or "",
        decided_at=decision.decided_at,
        content_sha256=decision.content_sha256,
        signature=_signature_row(session, signed) if signed else None,
        answers=tuple(map(checklist.answer_row, checklist.answers_of(session, [decision.id]))),
        on_behalf_of=decision.on_behalf_of_name or "",
        ended=ended.reason if ended else "",
        ended_at=ended.withdrawn_at if ended else None,
        ended_by=name_of(session, ended.user_id) if ended else "",
        lapsed=ended is not None and ended.cause_id is not None,
    )


def _signature_row(session: Session, signature: Signature) -> SignatureRow:
    return SignatureRow(
        signature_id=signature.id,
        printed_name=signature.printed_name,
        login=signature.login,
        role=signature.role,
        meaning=signature.meaning,
        statement=signatures.MEANINGS[signature.meaning],
        signed_at=signature.signed_at,
        content_sha256=signature.content_sha256,
        key_id=signature.key_id,
        holds=signatures.signature_holds(session, signature),
        on_behalf_of=signature.on_behalf_of_name or "",
    )


def circuit_for(session: Session, actor: Actor, *, content: PostContent) -> CircuitRow | None:
    """Return the circuit that a content would go through; None when no active one is for it."""
    check(actor, Permission.POST_READ)
    circuit = circuit_of(session, content)
    if circuit is None:
        return None
    steps = [step for step in circuit.steps if step["meaning"] != SignatureMeaning.QUALIFICATION.value]
    turns = tuple(sorted((step["stage"], Role(step["role"])) for step in steps))
    needed = frozenset((step["stage"], Role(step["role"]), step["needed"]) for step in steps if step.get("needed"))
    return CircuitRow(circuit.key, circuit.n, circuit.name, turns, len(steps) < len(circuit.steps), needed)
