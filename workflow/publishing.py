"""Putting an approved version in the queue, and taking it out again. What carries it out is `workflow.delivery`."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.account import Account
from models.base import new_id
from models.enums import PostAction, PublicationStatus
from models.post import Post, PostVersion, Variant
from models.publication import Publication
from models.session import expect_version, get
from workflow import policies
from workflow.approvals import approval_of
from workflow.consents import lacks_consent
from workflow.content import variant_of
from workflow.delivery import PUBLISH_HANDLER, Part, check_account, enqueue, findings_on
from workflow.dependencies import refuse_lapsed
from workflow.findings import variants_of
from workflow.media import check_accepted
from workflow.outgoing import has_channel, outgoing
from workflow.proof import unsigned_roles
from workflow.public_media import base_address
from workflow.publications import cancel_unpublished, is_out, live_publications, publications_of, settle
from workflow.rounds import current_version
from workflow.states import POST_TRANSITIONS, PUBLICATION_TRANSITIONS, PublicationAction
from workflow.stops import refuse_stopped
from workflow.words import said

__all__ = ["PUBLISH_HANDLER", "queue_variant", "schedule", "slot_facts", "unschedule"]


def schedule(
    session: Session, actor: Actor, *, post_id: str, row_version: int | None, due_at: datetime | None = None
) -> list[Publication]:
    """Put every variant of an approved post in the queue for a slot to come (None: its planned date).

    Again on a scheduled post, it moves the slot and tries what failed again; what is out stays. The rules run with the
    new date. Raises RuleViolated for a slot that has passed, a missing signature, an approval that ends before it, a
    finding that blocks on that date, a spokesperson's missing consent, a network that no channel speaks for, or a
    variant that its network would not show exactly as signed: it is all variants or none.
    """
    post = get(session, Post, post_id, lock=True)
    expect_version(post, row_version)
    transitions.find(POST_TRANSITIONS, post.status, PostAction.SCHEDULE)
    check(actor, Permission.POST_SCHEDULE)
    slot = _slot(due_at or post.planned_at)
    version = current_version(session, post)
    facts = slot_facts(session, post, version, slot, findings_on(session, post, version, slot))
    refuse_lapsed(session, post, version, clock.paris(slot).date())
    details = {"version": version.n, "content_sha256": version.content_sha256, "due_at": slot.isoformat()}
    cancel_unpublished(session, actor, post.id)
    transitions.apply(session, actor, post, POST_TRANSITIONS, PostAction.SCHEDULE, facts=facts, details=details)
    post.planned_at, post.updated_at = slot, clock.now()
    out = {p.variant_id for p in publications_of(session, post.id) if is_out(p)}
    waiting = [variant for variant in variants_of(session, version.id) if variant.id not in out]
    return [queue_variant(session, actor, post, variant, slot) for variant in waiting]


def slot_facts(
    session: Session, post: Post, version: PostVersion, slot: datetime, findings: policies.FindingFacts
) -> policies.SlotFacts:
    """Gather what a slot of a version is judged on; `findings` are those of that date."""
    variants, approval = variants_of(session, version.id), approval_of(session, post)
    return policies.SlotFacts(
        unsigned=unsigned_roles(session, post, version),
        due_at=slot,
        now=clock.now(),
        findings=findings,
        unconsented=_unconsented(session, post, variants),
        without_channel=_without_channel(variants),
        approved_at=approval.approved_at if approval else None,
        good_until=approval.good_until if approval else None,
    )


def _unconsented(session: Session, post: Post, variants: Sequence[Variant]) -> tuple[str, ...]:
    names = (lacks_consent(session, post, variant) for variant in variants)
    return tuple(dict.fromkeys(name for name in names if name))


def _without_channel(variants: Sequence[Variant]) -> tuple[str, ...]:
    missing = (variant.network for variant in variants if not has_channel(variant.network))
    return tuple(dict.fromkeys(said(network) for network in missing))


def _slot(due_at: datetime | None) -> datetime:
    if due_at is None:
        raise InvalidInput(N_("Choisissez la date et l'heure de publication."))
    if due_at.tzinfo is None:
        raise InvalidInput(N_("La date prévue ne dit pas son fuseau horaire."))
    return due_at


def queue_variant(
    session: Session, actor: Actor, post: Post, variant: Variant, slot: datetime, series_id: str | None = None
) -> Publication:
    """Put one variant in the queue for a slot, as one of a series or by itself; the gate judged the slot before."""
    outgoing(variant.payload_json, reachable=bool(base_address()))
    check_accepted(session, [variant_of(json.loads(variant.payload_json))])
    check_account(get(session, Account, variant.account_id))
    refuse_stopped(session, post, get(session, PostVersion, variant.version_id), variant.network)
    known = select(Publication).where(Publication.variant_id == variant.id, Publication.due_at == slot)
    publication = session.exec(known).first()
    if publication is not None:
        transitions.apply(session, actor, publication, PUBLICATION_TRANSITIONS, PublicationAction.RESCHEDULE)
    else:
        publication = Publication(
            id=new_id(),
            post_id=post.id,
            version_id=variant.version_id,
            variant_id=variant.id,
            account_id=variant.account_id,
            network=variant.network,
            due_at=slot,
            status=PublicationStatus.SCHEDULED,
            scheduled_by=actor.id or "",
            variant_sha256=variant.variant_sha256,
        )
        session.add(publication)
    publication.series_id = series_id
    session.flush()
    enqueue(session, publication, Part.POST, slot)
    return publication


def unschedule(session: Session, actor: Actor, *, post_id: str, row_version: int | None, reason: str = "") -> Post:
    """Take a post out of the queue: approved again; where a variant is out already, only the others are given up."""
    post = get(session, Post, post_id, lock=True)
    expect_version(post, row_version)
    transitions.find(POST_TRANSITIONS, post.status, PostAction.UNSCHEDULE)
    check(actor, Permission.POST_SCHEDULE)
    cancel_unpublished(session, actor, post.id)
    live = live_publications(session, post.id)
    if live:
        new = {"given_up": "what had not left", "live": live}
        audit.record(session, actor, AuditAction.POST_UNSCHEDULE, "post", post.id, new=new, reason=reason or None)
        settle(session, post)
    else:
        facts = policies.LeavingFacts(live)
        transitions.apply(
            session, actor, post, POST_TRANSITIONS, PostAction.UNSCHEDULE, facts=facts, reason=reason or None
        )
    post.updated_at = clock.now()
    return post
