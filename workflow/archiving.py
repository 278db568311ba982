"""The dossier of a post: what was signed, by whom, on what, what was published and read back; kept for good.

It is gathered from the rows in the transaction that confirms a publication, so that it is never missing nor later than
what it proves. The archive record keeps the document, its SHA-256, and its facts as canonical JSON.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from compliance import audit, clock, signatures
from compliance.audit import AuditAction
from compliance.canonical import canonical, sha256_text
from compliance.people import name_of
from compliance.permissions import SYSTEM, Actor, Permission, check
from i18n import _, current_language
from models.account import Account
from models.base import new_id
from models.claim import Claim
from models.compliance import AuditEvent
from models.enums import PublicationStatus
from models.post import Finding, Post, PostVersion, Variant
from models.publication import ArchiveRecord, Publication
from models.review import Circuit, Decision, ReviewNote, ReviewRound, ReviewStep, Signature
from models.session import get
from settings import get_settings
from workflow import checklist
from workflow.carrying import carried_in
from workflow.claim_uses import claims_in, quotes_of
from workflow.content import MediaRef, variant_of
from workflow.dossier import build_dossier
from workflow.dossier_facts import (
    AuditShown,
    CarriedShown,
    ClaimShown,
    DecisionShown,
    Dossier,
    FileShown,
    FindingShown,
    NoteShown,
    PointShown,
    PublicationShown,
    SignatureShown,
    VariantShown,
    VersionShown,
)
from workflow.findings import findings_of, products_named, stored_content, variants_of
from workflow.media import MediaRow, rows_of
from workflow.note_rows import guests_of
from workflow.opinions_shown import opinions_of, opinions_shown, with_thread
from workflow.overrides import overrides_of, signatures_of, standing_override
from workflow.publications import publications_of
from workflow.reapproval import Change
from workflow.rounds import current_version, rounds_of, versions_of, withdrawals_of
from workflow.words import said


@dataclass(frozen=True)
class DossierFile:
    """A dossier to download; `provisional`: made now, for a post that is not published."""

    filename: str
    content: bytes
    sha256: str
    provisional: bool


def archive(session: Session, publication: Publication) -> ArchiveRecord:
    """Write the archive record of a confirmed publication, once."""
    known = session.exec(select(ArchiveRecord).where(ArchiveRecord.publication_id == publication.id)).first()
    if known:
        return known
    post = get(session, Post, publication.post_id)
    facts = gather(session, post)
    made = build_dossier(facts)
    record = ArchiveRecord(
        id=new_id(),
        post_id=post.id,
        publication_id=publication.id,
        version_id=publication.version_id,
        filename=_filename(post, publication),
        dossier=made,
        dossier_sha256=hashlib.sha256(made).hexdigest(),
        facts_json=canonical(json.loads(json.dumps(asdict(facts), default=_plain))),
        created_at=clock.now(),
    )
    session.add(record)
    session.flush()
    new = {"record": record.id, "dossier_sha256": record.dossier_sha256, "facts_sha256": sha256_text(record.facts_json)}
    audit.record(session, SYSTEM, AuditAction.DOSSIER_ARCHIVE, "publication", publication.id, new=new)
    return record


def _plain(value: object) -> str:
    """Return a value as the facts keep it: a picture by its hash, for the document shows it."""
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


def read_dossier(session: Session, actor: Actor, *, post_id: str) -> DossierFile:
    """Return a post's dossier: the archived one, or a provisional one made now; that it was read is written down."""
    check(actor, Permission.DOSSIER_READ)
    post = get(session, Post, post_id)
    newest = select(ArchiveRecord).where(ArchiveRecord.post_id == post_id)
    record = session.exec(newest.order_by(col(ArchiveRecord.created_at).desc(), col(ArchiveRecord.id).desc())).first()
    if record:
        file = DossierFile(record.filename, record.dossier, record.dossier_sha256, provisional=False)
    else:
        made = build_dossier(gather(session, post))
        name = f"dossier-provisoire-{post.id}.docx"
        file = DossierFile(name, made, hashlib.sha256(made).hexdigest(), provisional=True)
    new = {"dossier_sha256": file.sha256, "provisional": file.provisional}
    audit.record(session, actor, AuditAction.DOSSIER_EXPORT, "post", post_id, new=new)
    return file


def _filename(post: Post, publication: Publication) -> str:
    day = clock.paris(publication.published_at or publication.due_at)
    return f"dossier-{day:%Y-%m-%d}-{publication.network.value}-{post.id}.docx"


def gather(session: Session, post: Post) -> Dossier:
    """Return the facts of a post's dossier, as they stand."""
    version = current_version(session, post)
    content = stored_content(session, post, version)
    rounds = rounds_of(session, post.id)
    decisions = _decisions(session, [each.id for each in rounds])
    head = session.exec(select(AuditEvent).order_by(col(AuditEvent.seq).desc()).limit(1)).first()
    return Dossier(
        post_id=post.id,
        title=post.title,
        company=get_settings().company,
        qualification=said(content.qualification),
        circuit=_circuit(session, rounds),
        audience=said(content.audience),
        products=tuple(product.name for product in products_named(session, content.products)),
        status=said(post.status),
        content_sha256=version.content_sha256,
        made_at=clock.now(),
        campaign=content.campaign,
        visa=content.visa,
        internal_ref=content.internal_ref,
        versions=tuple(_version(session, each) for each in reversed(versions_of(session, post.id))),
        variants=tuple(_variant(session, each) for each in variants_of(session, version.id)),
        findings=tuple(_finding(session, each) for each in findings_of(session, version.id)),
        decisions=(*(_decision(session, each) for each in decisions), *opinions_shown(session, post.id)),
        points=_points(session, decisions),
        signatures=(
            *(_signature(get(session, Signature, each.signature_id)) for each in decisions if each.signature_id),
            *_override_signatures(session, version),
            *(_signature(get(session, Signature, each.signature_id)) for each in opinions_of(session, post.id)),
        ),
        notes=_notes(session, post.id),
        publications=_publications(session, post),
        events=_events(session, post),
        chain_head=head.hash if head else "",
        carried=_carried(session, rounds),
        claims=tuple(_claim(session, each) for each in claims_in(session, version)),
        prior=post.prior,
    )


def _claim(session: Session, claim: Claim) -> ClaimShown:
    signed = session.get(Signature, claim.signature_id) if claim.signature_id else None
    where = _("« {quote} » ({title}, {citation}, page {page})")
    return ClaimShown(
        text=claim.text,
        status=said(claim.status),
        valid_until=claim.valid_until,
        signer=signed.printed_name if signed else "",
        content_sha256=claim.content_sha256,
        sources=tuple(
            where.format(quote=quote.quote, title=held.title, citation=held.citation, page=quote.page)
            for quote, held in quotes_of(session, claim.id)
        ),
    )


def _carried(session: Session, rounds: Sequence[ReviewRound]) -> tuple[CarriedShown, ...]:
    rows = carried_in(session, rounds[0].id) if rounds else ()
    return tuple(
        CarriedShown(
            printed_name=get(session, Signature, each.signature_id).printed_name,
            role=said(get(session, Signature, each.signature_id).role),
            version_n=get(session, PostVersion, each.version_id).n,
            signed_sha256=each.signed_sha256,
            changes=tuple(said(Change(change)) for change in each.changes),
            matrix=each.matrix,
        )
        for each in rows
    )


def _circuit(session: Session, rounds: Sequence[ReviewRound]) -> str:
    circuit = get(session, Circuit, rounds[0].circuit_id) if rounds else None
    return _("{name}, version {n}").format(name=_(circuit.name), n=circuit.n) if circuit else ""


def _decisions(session: Session, round_ids: list[str]) -> Sequence[Decision]:
    taken = (col(Decision.decided_at), col(Decision.id))
    return session.exec(select(Decision).where(col(Decision.round_id).in_(round_ids)).order_by(*taken)).all()


def _version(session: Session, version: PostVersion) -> VersionShown:
    return VersionShown(version.n, name_of(session, version.author_id), version.created_at, version.content_sha256)


def _variant(session: Session, variant: Variant) -> VariantShown:
    payload = json.loads(variant.payload_json)
    shown = ("link", "first_comment", "hashtags", "audience")
    settings = [(name, payload[name]) for name in shown if payload[name]]
    settings += [(name, value) for name, value in sorted(payload["settings"].items()) if value not in ({}, None)]
    return VariantShown(
        network=said(variant.network),
        account=get(session, Account, variant.account_id).handle,
        text=payload["published_text"],
        sha256=variant.variant_sha256,
        payload_json=variant.payload_json,
        settings=tuple((name, _told(value)) for name, value in settings),
        files=_files(session, variant_of(payload).media),
    )


def _files(session: Session, attached: Sequence[MediaRef]) -> tuple[FileShown, ...]:
    rows = rows_of(session, {each.sha256 for each in attached})
    return tuple(_file(each, rows.get(each.sha256)) for each in attached)


def _file(each: MediaRef, row: MediaRow | None) -> FileShown:
    size, small = (row.size, row.thumbnail or b"") if row else (0, b"")
    return FileShown(each.name, each.mime, each.sha256, each.alt_text, size, small)


def _told(value: Any) -> object:
    return value if isinstance(value, str | bool) else json.dumps(value, ensure_ascii=False)


def _finding(session: Session, finding: Finding) -> FindingShown:
    return FindingShown(
        rule=finding.rule_id,
        severity=said(finding.severity),
        field=finding.field,
        excerpt=finding.excerpt or "",
        message=finding.message.get(current_language().value, ""),
        references=tuple(finding.references),
        confidence=finding.confidence,
        pack_version=finding.pack_version,
        disposition=said(finding.disposition),
        reason=finding.disposition_reason or "",
        disposed_by=_disposed_by(session, finding),
        disposed_at=finding.disposed_at,
    )


def _disposed_by(session: Session, finding: Finding) -> str:
    """Name who settled a finding: the two who signed, where it was lifted."""
    override = standing_override(session, finding.id)
    signed = signatures_of(session, override) if override else ()
    return ", ".join(each.printed_name for each in signed) or name_of(session, finding.disposed_by)


def _override_signatures(session: Session, version: PostVersion) -> tuple[SignatureShown, ...]:
    """Return the signatures that lift findings of the version, each with its rule."""
    return tuple(
        replace(shown, meaning=f"{shown.meaning} ({override.rule_id})")
        for override in overrides_of(session, version.id)
        for shown in map(_signature, signatures_of(session, override))
    )


def _points(session: Session, decisions: Sequence[Decision]) -> tuple[PointShown, ...]:
    return tuple(
        PointShown(
            check=each.check_id,
            question=each.question.get(current_language().value, ""),
            references=tuple(each.references),
            answer=said(each.answer),
            person=checklist.answerer(session, each),
            answered_at=each.answered_at,
            pack_version=each.pack_version,
            reason=each.reason or "",
        )
        for each in checklist.answers_of(session, [decision.id for decision in decisions])
    )


def _decision(session: Session, decision: Decision) -> DecisionShown:
    signed = get(session, Signature, decision.signature_id) if decision.signature_id else None
    return DecisionShown(
        step=said(get(session, ReviewStep, decision.step_id).role),
        person=signed.printed_name if signed else name_of(session, decision.user_id),
        decision=said(decision.kind),
        decided_at=decision.decided_at,
        content_sha256=decision.content_sha256,
        reason=said(decision.reason),
        comment=decision.comment or "",
        on_behalf_of=decision.on_behalf_of_name or "",
        ended=_ended(session, decision),
    )


def _ended(session: Session, decision: Decision) -> str:
    """Say that an approval was taken back, or lapsed with another; empty for one that counts."""
    ended = withdrawals_of(session, decision.round_id).get(decision.id)
    if ended is None:
        return ""
    said_so = _("Caduque depuis le {when}") if ended.cause_id else _("Retirée le {when}")
    when = f"{clock.paris(ended.withdrawn_at):%d/%m/%Y %H:%M}"
    return f"{said_so.format(when=when)} ({name_of(session, ended.user_id)}) : {ended.reason}"


def _signature(signature: Signature) -> SignatureShown:
    return SignatureShown(
        printed_name=signature.printed_name,
        login=signature.login,
        role=said(signature.role),
        meaning=_(signatures.MEANINGS[signature.meaning]),
        signed_at=signature.signed_at,
        content_sha256=signature.content_sha256,
        key_id=signature.key_id,
        seal=signature.seal,
        statement=signature.statement_json,
        on_behalf_of=signature.on_behalf_of_name or "",
    )


def _notes(session: Session, post_id: str) -> tuple[NoteShown, ...]:
    left = (col(ReviewNote.created_at), col(ReviewNote.id))
    notes = session.exec(select(ReviewNote).where(ReviewNote.post_id == post_id).order_by(*left)).all()
    guests = guests_of(session, [note.id for note in notes])
    return tuple(
        NoteShown(
            author=guests.get(note.id) or name_of(session, note.author_id),
            created_at=note.created_at,
            version_n=get(session, PostVersion, note.version_id).n,
            text=with_thread(session, note),
            blocking=note.blocking,
            resolved_by=name_of(session, note.resolved_by),
            resolved_at=note.resolved_at,
        )
        for note in notes
    )


def _publications(session: Session, post: Post) -> tuple[PublicationShown, ...]:
    kept = [p for p in publications_of(session, post.id) if p.status is not PublicationStatus.CANCELLED]
    return tuple(_publication(session, each) for each in kept)


def _publication(session: Session, publication: Publication) -> PublicationShown:
    """Return a publication; both hashes are those of the text, its files are compared apart."""
    signed = json.loads(get(session, Variant, publication.variant_id).payload_json)["published_text"]
    receipts = json.loads(publication.receipt_json or "{}")
    return PublicationShown(
        network=said(publication.network),
        account=get(session, Account, publication.account_id).handle,
        due_at=publication.due_at,
        signed_sha256=sha256_text(signed),
        published_at=publication.published_at,
        remote_id=publication.remote_id or "",
        remote_url=publication.remote_url or "",
        readback_at=publication.readback_at,
        readback_sha256=publication.readback_sha256 or "",
        readback_text=receipts.get("post", {}).get("readback", {}).get("text", ""),
        same_files=receipts.get("post", {}).get("readback", {}).get("same_media", True),
    )


def _events(session: Session, post: Post) -> tuple[AuditShown, ...]:
    about = [post.id, *(publication.id for publication in publications_of(session, post.id))]
    about += [each.id for each in opinions_of(session, post.id)]
    lifted = [each for version in versions_of(session, post.id) for each in overrides_of(session, version.id)]
    about += [key for override in lifted for key in (override.id, override.finding_id)]
    events = session.exec(select(AuditEvent).where(col(AuditEvent.entity_id).in_(about)).order_by(col(AuditEvent.seq)))
    return tuple(
        AuditShown(
            seq=event.seq,
            at=event.at,
            actor=event.actor_login,
            action=event.action,
            entity=event.entity,
            before=canonical(event.old) if event.old else "",
            after=canonical(event.new) if event.new else "",
            reason=event.reason or "",
            hash=event.hash,
        )
        for event in events
    )
