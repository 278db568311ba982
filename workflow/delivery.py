"""Carrying a publication out: exactly what was signed, read back, proven.

One publication goes out in one or two parts (the post, then its first comment). A part is one effect of the outbox; a
part whose receipt is known is only read back again. Everything is checked anew under lock before each call (I1, I9).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from compliance import accounts, clock, outbox, transitions
from compliance.canonical import canonical, sha256_text
from compliance.permissions import SYSTEM
from connectors.base import Channel, Media, OutgoingPost, PublishedMedia, PublishedPost, Receipt
from errors import AppError, ConnectorError, NotShownYet, Rejected, RuleViolated
from i18n import N_, _
from models.account import Account
from models.engine_room import OutboxEffect
from models.enums import AccountStatus, EffectKind, EffectStatus, PostStatus, PublicationStatus
from models.post import Post, PostVersion, Variant
from models.publication import Publication
from models.session import get
from workflow import policies
from workflow.approvals import approval_of
from workflow.archiving import archive
from workflow.consents import lacks_consent
from workflow.content import MediaRef, variant_of
from workflow.dependencies import refuse_lapsed
from workflow.findings import found_in, open_findings, refresh_findings, stored_content
from workflow.media import signed_media
from workflow.outgoing import outgoing
from workflow.proof import unsigned_roles
from workflow.public_media import addressed, base_address
from workflow.publications import settle
from workflow.series import lapse_series, refuse_taken_down
from workflow.states import PUBLICATION_TRANSITIONS, PublicationAction
from workflow.stops import refuse_stopped

NOT_SHOWN_AFTER = timedelta(hours=6)
LEAVING = frozenset({PublicationStatus.SCHEDULED, PublicationStatus.PUBLISHING, PublicationStatus.UNCONFIRMED})


class Part(StrEnum):
    """What one effect publishes."""

    POST = "post"
    FIRST_COMMENT = "first_comment"


@dataclass(frozen=True)
class Plan:
    """What the call needs, and nothing else.

    With a `remote_id` the part is out and is only read back; with a `refusal` it may no longer be sent, and the call
    only finds out whether it was. `signed` are the files that the network must show, `media` their bytes where they
    may have to leave, with the address of each that the network fetches.
    """

    account: Account
    part: Part
    text: str
    settings: Mapping[str, Any]
    key: str
    since: datetime
    answers: str | None
    remote_id: str | None
    refusal: str
    signed: tuple[MediaRef, ...] = ()
    media: tuple[Media, ...] = ()


def enqueue(session: Session, publication: Publication, part: Part, not_before: datetime) -> None:
    """Write the effect of a part; its key is variant, account and slot (I10), counted on after a cancellation."""
    slot = publication.due_at.isoformat()
    key = f"publish:{part}:{publication.variant_sha256}:{publication.account_id}:{slot}"
    cancelled = select(OutboxEffect.id).where(
        col(OutboxEffect.idempotency_key).startswith(key), OutboxEffect.status == EffectStatus.CANCELLED
    )
    outbox.enqueue(
        session,
        kind=EffectKind.PUBLISH,
        subject_id=publication.id,
        key=f"{key}:{len(session.exec(cancelled).all())}",
        payload={"publication_id": publication.id, "part": part.value},
        not_before=not_before,
        account_id=publication.account_id,
    )


def prepare(session: Session, effect: OutboxEffect) -> Plan | None:
    """Check again, under lock, all that the publication rests on; hold it with a sentence when something fails."""
    post, publication = _locked(session, effect)
    part = Part(effect.payload["part"])
    receipt = json.loads(publication.receipt_json or "{}").get(part.value, {})
    sent_before = effect.first_called_at is not None or bool(receipt)
    refusal = _refusal(session, post, publication, part)
    if receipt and clock.now() - (publication.published_at or clock.now()) > NOT_SHOWN_AFTER:
        sent_before, refusal = False, _("Le réseau n'affiche pas cette publication. Vérifiez-la sur sa page.")
    if refusal and not sent_before:
        _end(session, publication, PublicationAction.HOLD, refusal)
        if publication.series_id:
            lapse_series(session, publication.series_id, refusal)
        return None
    if publication.status is PublicationStatus.SCHEDULED:
        transitions.apply(session, SYSTEM, publication, PUBLICATION_TRANSITIONS, PublicationAction.START)
    elif sent_before:
        _doubt(session, publication, _("Envoi interrompu : le réseau est consulté avant tout nouvel essai."))
    return _plan(session, publication, effect, receipt.get("remote_id"), refusal)


def _locked(session: Session, effect: OutboxEffect) -> tuple[Post, Publication]:
    post_id = get(session, Publication, effect.subject_id).post_id
    post = get(session, Post, post_id, lock=True)
    return post, get(session, Publication, effect.subject_id, lock=True)


def _plan(
    session: Session, publication: Publication, effect: OutboxEffect, remote_id: str | None, refusal: str
) -> Plan:
    part = Part(effect.payload["part"])
    payload_json = get(session, Variant, publication.variant_id).payload_json
    leaving = None if refusal else outgoing(payload_json, reachable=bool(base_address()))
    payload = json.loads(payload_json)
    shown = variant_of(payload) if part is Part.POST else None
    sends = shown is not None and remote_id is None and not refusal
    return Plan(
        account=get(session, Account, publication.account_id),
        part=part,
        text=payload["published_text"] if part is Part.POST else payload["first_comment"],
        settings=leaving.settings if leaving else {},
        key=effect.idempotency_key,
        since=effect.first_called_at or clock.now(),
        answers=None if part is Part.POST else publication.remote_id,
        remote_id=remote_id,
        refusal=refusal,
        signed=shown.media if shown else (),
        media=addressed(publication, signed_media(session, shown)) if shown and sends else (),
    )


def _refusal(session: Session, post: Post, publication: Publication, part: Part) -> str:
    try:
        _check_due(session, post, publication, part)
    except AppError as error:
        return str(error)
    return ""


def _check_due(session: Session, post: Post, publication: Publication, part: Part) -> None:
    """Refuse what may not leave now: not scheduled, not fully signed, a lapsed slot, an account at rest, a finding."""
    expected = PostStatus.PUBLISHED if publication.series_id else PostStatus.SCHEDULED
    if post.status is not expected or publication.status not in LEAVING:
        raise RuleViolated(N_("Cette publication n'est plus programmée."))
    if publication.series_id:
        refuse_taken_down(session, post.id)
    version = get(session, PostVersion, publication.version_id)
    if version.n != post.version_n or unsigned_roles(session, post, version):
        raise RuleViolated(N_("Il manque une signature valable sur ce contenu : rien n'est parti."))
    variant = get(session, Variant, publication.variant_id)
    if (variant.version_id, variant.variant_sha256) != (version.id, publication.variant_sha256):
        raise RuleViolated(N_("Le contenu enregistré n'est plus celui qui a été signé : rien n'est parti."))
    check_account(get(session, Account, publication.account_id))
    refuse_stopped(session, post, version, publication.network)
    if name := lacks_consent(session, post, variant):
        raise RuleViolated(N_("{name} n'a pas consenti, ou ne consent plus : rien n'est parti."), name=name)
    refuse_lapsed(session, post, version, clock.paris(clock.now()).date())
    outgoing(variant.payload_json, reachable=bool(base_address()))
    if part is Part.POST:
        signed_media(session, variant_of(json.loads(variant.payload_json)))
    now = clock.now()
    if part is Part.POST and policies.slot_lapsed(publication.due_at, now):
        raise RuleViolated(N_("Le créneau est passé depuis trop longtemps. Choisissez une nouvelle date."))
    approval = approval_of(session, post)
    if part is Part.POST and (approval is None or approval.good_until <= now):
        raise RuleViolated(N_("Approbation périmée : rien n'est parti. Il faut une nouvelle approbation."))
    if findings_on(session, post, version, now).blocking:
        raise RuleViolated(
            N_("Une règle s'oppose désormais à cette publication : rien n'est parti. Voyez ses constats.")
        )


def findings_on(session: Session, post: Post, version: PostVersion, slot: datetime) -> policies.FindingFacts:
    """Run the rules on a version as if published at a moment; return what is open."""
    content = stored_content(session, post, version)
    refresh_findings(session, version, found_in(session, content, planned_at=slot))
    return open_findings(session, version.id)


def check_account(account: Account) -> None:
    """Refuse an account that cannot be used."""
    if account.status is not AccountStatus.ACTIVE:
        raise RuleViolated(N_("Le compte {handle} n'est pas actif. Reconnectez-le."), handle=account.handle)


def call(plan: Plan, reconcile: bool) -> dict[str, Any]:
    """Publish a part, or find out that an earlier call did, then read it back.

    A read-back that fails is no failure of the publication: the receipt is kept, and the part is read back later.
    """
    channel = accounts.open_channel(plan.account)
    if plan.remote_id is not None:
        shown = channel.read_back(plan.remote_id)
        if shown is None:
            raise NotShownYet("the network does not show the post (yet)")
        return {"receipt": None, "readback": _readback(channel, plan, shown)}
    found = channel.find_own(plan.text, plan.since, in_reply_to=plan.answers) if reconcile else None
    if found is None and plan.refusal:
        raise Rejected(plan.refusal)
    receipt = _receipt_of(found) if found else asdict(_send(channel, plan))
    receipt["at"] = receipt["at"].isoformat() if receipt["at"] else None
    try:
        shown = channel.read_back(receipt["remote_id"])
    except ConnectorError:
        shown = None
    return {"receipt": receipt, "readback": _readback(channel, plan, shown) if shown else None}


def _send(channel: Channel, plan: Plan) -> Receipt:
    if plan.answers is not None:
        return channel.reply(plan.answers, plan.text, plan.key)
    return channel.publish(OutgoingPost(plan.text, plan.key, plan.settings, plan.media))


def _receipt_of(found: PublishedPost) -> dict[str, Any]:
    return {"remote_id": found.remote_id, "url": found.url, "at": found.posted_at, "raw": found.raw}


def _readback(channel: Channel, plan: Plan, shown: PublishedPost) -> dict[str, Any]:
    """Return what the network shows, with its harmless rewriting undone where the words are the same."""
    same = channel.same_text(plan.text, shown)
    same_files = shows_media(plan.signed, shown.media)
    text = plan.text if same else shown.text
    told = {"same": same and same_files, "same_media": same_files, "text": text, "raw": shown.raw}
    if shows_title(plan.settings, shown.title):
        return told
    return told | {"same": False, "text": f"{shown.title}\n\n{text}"}


def shows_title(signed: Mapping[str, Any], shown: str | None) -> bool:
    """Say whether a network that shows a title above the text shows the signed one."""
    return shown is None or shown.strip() == str(signed.get("title", "")).strip()


def shows_media(signed: Sequence[MediaRef], shown: Sequence[PublishedMedia] | None) -> bool:
    """Say whether a network shows the signed files, as far as it tells: their number, order and descriptions."""
    if shown is None:
        return True
    pairs = list(zip(signed, shown, strict=False))
    described = (each.alt_text is None or each.alt_text.strip() == media.alt_text.strip() for media, each in pairs)
    return len(signed) == len(shown) and all(described)


def conclude(session: Session, effect: OutboxEffect, result: dict[str, Any]) -> None:
    """Write what came of a call: the receipt; then what was read back, its hash, and the next part or the end."""
    post, publication = _locked(session, effect)
    part = Part(effect.payload["part"])
    receipts = json.loads(publication.receipt_json or "{}")
    if result["receipt"]:
        receipts[part.value] = result["receipt"]
        _note_receipt(publication, part, result["receipt"])
    if result["readback"]:
        receipts[part.value] |= {"readback": result["readback"]}
    publication.receipt_json = canonical(receipts)
    if result["readback"] is None:
        _doubt(session, publication, _("Publié, pas encore relu sur le réseau."))
        _read_back_later(session, publication, part)
    elif not result["readback"]["same"]:
        _note_readback(publication, receipts)
        _end(session, publication, PublicationAction.MISMATCH, _difference(result["readback"]))
    else:
        _go_on(session, post, publication, part, receipts)


def _difference(readback: dict[str, Any]) -> str:
    if readback["same_media"]:
        return _("Le réseau n'affiche pas le texte signé. Vérifiez la publication, retirez-la s'il le faut.")
    return _(
        "Le réseau n'affiche pas les images ou films signés, ou pas leur description. Vérifiez la publication, "
        "retirez-la s'il le faut."
    )


def _note_receipt(publication: Publication, part: Part, receipt: dict[str, Any]) -> None:
    if part is Part.POST:
        at = receipt["at"]
        publication.remote_id, publication.remote_url = receipt["remote_id"], receipt["url"]
        publication.published_at = datetime.fromisoformat(at) if at else clock.now()


def _note_readback(publication: Publication, receipts: dict[str, Any]) -> None:
    publication.readback_at = clock.now()
    publication.readback_sha256 = sha256_text(receipts[Part.POST]["readback"]["text"])


def _read_back_later(session: Session, publication: Publication, part: Part) -> None:
    outbox.enqueue(
        session,
        kind=EffectKind.PUBLISH,
        subject_id=publication.id,
        key=f"readback:{part}:{publication.id}",
        payload={"publication_id": publication.id, "part": part.value},
        not_before=clock.now() + outbox.FIRST_PAUSE,
        account_id=publication.account_id,
    )


def _go_on(session: Session, post: Post, publication: Publication, part: Part, receipts: dict[str, Any]) -> None:
    variant = get(session, Variant, publication.variant_id)
    if part is Part.POST and json.loads(variant.payload_json)["first_comment"]:
        _note_readback(publication, receipts)
        enqueue(session, publication, Part.FIRST_COMMENT, clock.now())
        return
    _note_readback(publication, receipts)
    publication.last_error = None
    details = {"remote_id": publication.remote_id, "readback_sha256": publication.readback_sha256}
    transitions.apply(session, SYSTEM, publication, PUBLICATION_TRANSITIONS, PublicationAction.CONFIRM, details=details)
    settle(session, post)
    session.flush()
    archive(session, publication)


def refuse(session: Session, effect: OutboxEffect, reason: str) -> None:
    """Write that a part failed for good: failed when nothing is out, held when the network shows something of it."""
    publication = get(session, Publication, effect.subject_id, lock=True)
    action = PublicationAction.HOLD if publication.remote_id else PublicationAction.FAIL
    _end(session, publication, action, reason)


def delayed(session: Session, effect: OutboxEffect, reason: str) -> None:
    """Write that a part waits: scheduled as before when nothing left, unconfirmed when it may have."""
    publication = get(session, Publication, effect.subject_id, lock=True)
    if effect.status is EffectStatus.UNKNOWN or publication.remote_id:
        _doubt(session, publication, reason)
    elif publication.status is PublicationStatus.PUBLISHING:
        _end(session, publication, PublicationAction.DELAY, reason)
    elif publication.status is PublicationStatus.SCHEDULED:
        publication.last_error = reason


def _doubt(session: Session, publication: Publication, reason: str) -> None:
    if publication.status is PublicationStatus.PUBLISHING:
        _end(session, publication, PublicationAction.DOUBT, reason)
    publication.last_error = reason


def _end(session: Session, publication: Publication, action: PublicationAction, reason: str) -> None:
    publication.last_error = reason
    transitions.apply(session, SYSTEM, publication, PUBLICATION_TRANSITIONS, action, reason=reason)
    session.flush()


def written(plan: Plan) -> str:
    """Say whether the call wrote a post, and whether there is a link in it."""
    return "" if plan.remote_id or plan.refusal else "link_writes" if "://" in plan.text else "writes"


PUBLISH_HANDLER = outbox.Handler(
    prepare=prepare, call=call, conclude=conclude, refuse=refuse, delayed=delayed, written=written
)
