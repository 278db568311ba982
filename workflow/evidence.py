"""The dossier of a post as data: all that proves it, complete enough to be checked without us."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import Any

from sqlmodel import Session, col, select

from compliance.exports import event_rows, sealed_head
from models.account import Account
from models.compliance import AuditEvent
from models.enums import DecisionKind
from models.opinion import ConditionalOpinion
from models.post import Post, PostVersion
from models.review import Decision, ReviewRound, Signature
from models.session import get
from workflow.archiving import gather
from workflow.carrying import carried_in
from workflow.findings import variants_of
from workflow.opinions_shown import opinions_of
from workflow.proof import approved_round
from workflow.publications import publications_of
from workflow.rounds import author_ids, current_version, decisions_of, rounds_of, steps_of, versions_of


def evidence(session: Session, post: Post) -> dict[str, Any]:
    """Return the dossier of a post's newest version, which is the published one where anything is published."""
    version = current_version(session, post)
    rounds = rounds_of(session, post.id)
    approved = approved_round(session, post, version)
    decisions = [each for one in reversed(rounds) for each in decisions_of(session, one.id)]
    signed = [get(session, Signature, each.signature_id) for each in decisions if each.signature_id]
    events = _events(session, post, rounds)
    return {
        "covigie": "dossier",
        "post_id": post.id,
        "content_sha256": version.content_sha256,
        "approved": approved is not None,
        "facts": json.loads(json.dumps(asdict(gather(session, post)), default=str)),
        "versions": _versions(session, post, {version.content_sha256, *(each.content_sha256 for each in signed)}),
        "signatures": [_signature(each) for each in signed],
        "decisions": [_decision(each, approved) for each in decisions],
        "conditional_opinions": [_opinion(session, each) for each in opinions_of(session, post.id)],
        "steps": _steps(session, approved),
        "carried": _carried(session, approved),
        "authors": sorted(author_ids(session, post)),
        "publications": _publications(session, post),
        "events": event_rows(events),
        "heads": sealed_head(session, events[-1].seq) if events else [],
    }


def events_first(session: Session, post: Post) -> int:
    """Return the number of a post's first audit event."""
    return _events(session, post, rounds_of(session, post.id))[0].seq


def _events(session: Session, post: Post, rounds: Sequence[ReviewRound]) -> Sequence[AuditEvent]:
    steps = [step.id for each in rounds for step in steps_of(session, each.id)]
    about = [post.id, *steps, *(each.id for each in publications_of(session, post.id))]
    about += [each.id for each in opinions_of(session, post.id)]
    mine = select(AuditEvent).where(col(AuditEvent.entity_id).in_(about))
    return session.exec(mine.order_by(col(AuditEvent.seq))).all()


def _versions(session: Session, post: Post, wanted: set[str]) -> list[dict[str, Any]]:
    return [_version(session, each) for each in versions_of(session, post.id) if each.content_sha256 in wanted]


def _version(session: Session, version: PostVersion) -> dict[str, Any]:
    variants = [
        {"network": each.network.value, "payload_json": each.payload_json, "variant_sha256": each.variant_sha256}
        for each in variants_of(session, version.id)
    ]
    return {
        "n": version.n,
        "canonical_json": version.canonical_json,
        "content_sha256": version.content_sha256,
        "variants": variants,
    }


def _signature(signature: Signature) -> dict[str, Any]:
    """Return a signature: the columns of which its statement speaks, the statement, its seal."""
    named = [name for name in json.loads(signature.statement_json) if name != "covigie"]
    told = {name: _plain(getattr(signature, name)) for name in named}
    return told | {"statement": signature.statement_json, "key_id": signature.key_id, "seal": signature.seal}


def _opinion(session: Session, opinion: ConditionalOpinion) -> dict[str, Any]:
    """Return an opinion under conditions with its signature; it stands apart from what approves."""
    told = {"role": opinion.role.value, "status": opinion.status.value, "terms_json": opinion.terms_json}
    return told | {"signature": _signature(get(session, Signature, opinion.signature_id))}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.value if isinstance(value, Enum) else value


def _decision(decision: Decision, approved: ReviewRound | None) -> dict[str, Any]:
    """Return a decision; `kept`: it is one of those that approved this version."""
    signed = decision.kind is DecisionKind.APPROVE and decision.signature_id is not None
    return {
        "step_id": decision.step_id,
        "user_id": decision.user_id,
        "kind": decision.kind.value,
        "content_sha256": decision.content_sha256,
        "signature_id": decision.signature_id,
        "kept": signed and approved is not None and decision.round_id == approved.id,
    }


def _steps(session: Session, approved: ReviewRound | None) -> list[dict[str, Any]]:
    steps = steps_of(session, approved.id) if approved else ()
    return [
        {"id": each.id, "stage": each.stage, "role": each.role.value, "meaning": each.meaning.value} for each in steps
    ]


def _carried(session: Session, approved: ReviewRound | None) -> list[dict[str, Any]]:
    rows = carried_in(session, approved.id) if approved else ()
    told = {"step_id", "signature_id", "signed_sha256", "carried_sha256", "changes", "matrix"}
    return [
        each.model_dump(include=told) | {"version_n": get(session, PostVersion, each.version_id).n} for each in rows
    ]


def _publications(session: Session, post: Post) -> list[dict[str, Any]]:
    return [
        {
            "network": each.network.value,
            "account": get(session, Account, each.account_id).handle,
            "status": each.status.value,
            "variant_sha256": each.variant_sha256,
            "remote_id": each.remote_id,
            "published_at": each.published_at.isoformat() if each.published_at else None,
            "readback_sha256": each.readback_sha256 if each.published_at else None,
        }
        for each in publications_of(session, post.id)
    ]
