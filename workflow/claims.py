"""The library of claims: written, sourced word for word, approved by one signature, withdrawn (L. 5122-2 CSP).

A draft changes as one likes. Once signed, nothing of a claim ever changes: another wording is another claim.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from compliance import audit, clock, signatures, transitions
from compliance.audit import AuditAction
from compliance.canonical import canonical, sha256_text
from compliance.permissions import Actor, Permission, check
from compliance.sign_in import roles_of
from errors import InvalidInput, NotPermitted
from i18n import N_
from models.base import new_id
from models.claim import Claim, ClaimQuote, Reference
from models.enums import (
    Audience,
    ClaimAction,
    ClaimStatus,
    Network,
    PostStatus,
    ReferenceStatus,
    Role,
    SignatureMeaning,
)
from models.post import Post
from models.product import Product
from models.session import expect_version, get
from workflow.checks.claims import wording_pattern
from workflow.claim_endings import end_claim
from workflow.claim_uses import holds_on, quotes_of
from workflow.findings import note_claims, stored_content
from workflow.library_states import CLAIM_SIGNERS, CLAIM_TRANSITIONS, ClaimFactsToSign
from workflow.reference_text import check_quote
from workflow.references import page_texts
from workflow.review import SigningDialog
from workflow.rounds import current_version

SHORTEST, LONGEST, MOST_WORDINGS = 15, 1_500, 10


@dataclass(frozen=True)
class ClaimContent:
    """A claim as somebody writes it; `networks` and `audiences` empty: everywhere, to everyone."""

    text: str
    valid_until: date | None
    wordings: tuple[str, ...] = ()
    product_id: str | None = None
    networks: tuple[Network, ...] = ()
    audiences: tuple[Audience, ...] = ()


def write_claim(session: Session, actor: Actor, *, content: ClaimContent) -> Claim:
    """Write a claim as a draft. Raises InvalidInput for a wording too short or too long, or without a day of end."""
    check(actor, Permission.CLAIM_KEEP)
    if actor.id is None:
        raise NotPermitted
    claim = Claim(
        id=new_id(),
        text="",
        valid_until=_checked_day(content.valid_until),
        status=ClaimStatus.DRAFT,
        content_sha256="",
        author_id=actor.id,
        written_at=clock.now(),
    )
    _write(session, actor, claim, content)
    session.add(claim)
    session.flush()
    claim.content_sha256 = content_sha256(session, claim)
    new = {"status": claim.status.value, "content_sha256": claim.content_sha256}
    audit.record(session, actor, AuditAction.CLAIM_WRITE, "claim", claim.id, new=new)
    return claim


def edit_claim(
    session: Session, actor: Actor, *, claim_id: str, row_version: int | None, content: ClaimContent
) -> Claim:
    """Change a draft; whoever changed it wrote it too, and does not approve it."""
    claim = _locked(session, claim_id, row_version)
    _check_draft(actor, claim)
    _write(session, actor, claim, content)
    _changed(session, actor, claim)
    return claim


def _locked(session: Session, claim_id: str, row_version: int | None) -> Claim:
    claim = get(session, Claim, claim_id, lock=True)
    expect_version(claim, row_version)
    return claim


def _check_draft(actor: Actor, claim: Claim) -> None:
    check(actor, transitions.find(CLAIM_TRANSITIONS, claim.status, ClaimAction.EDIT).permission)


def _changed(session: Session, actor: Actor, claim: Claim) -> None:
    claim.written_at, claim.writers = clock.now(), sorted({*claim.writers, actor.id or ""})
    session.flush()
    claim.content_sha256 = content_sha256(session, claim)
    details = {"content_sha256": claim.content_sha256}
    transitions.apply(session, actor, claim, CLAIM_TRANSITIONS, ClaimAction.EDIT, details=details)
    session.flush()


def _write(session: Session, actor: Actor, claim: Claim, content: ClaimContent) -> None:
    texts = [" ".join(each.split()) for each in (content.text, *content.wordings) if each.strip()]
    if not content.text.strip():
        raise InvalidInput(N_("Écrivez l'allégation."))
    for each in texts:
        _check_wording(each)
    if len(texts) > MOST_WORDINGS:
        raise InvalidInput(N_("Une allégation a {limit} formulations au plus. Faites-en deux."), limit=MOST_WORDINGS)
    if content.product_id:
        get(session, Product, content.product_id)
    claim.text, claim.wordings = texts[0], list(dict.fromkeys(texts[1:]))
    claim.product_id, claim.valid_until = content.product_id, _checked_day(content.valid_until)
    claim.networks = sorted(each.value for each in content.networks)
    claim.audiences = sorted(each.value for each in content.audiences)
    claim.written_at, claim.writers = clock.now(), sorted({*claim.writers, actor.id or ""})


def _check_wording(text: str) -> None:
    """Refuse a wording that would be found by chance, or that no post could hold."""
    if not SHORTEST <= len(text) <= LONGEST or wording_pattern(text) is None:
        raise InvalidInput(
            N_("« {text} » : une formulation compte de {shortest} à {longest} caractères."),
            text=text[:40],
            shortest=SHORTEST,
            longest=LONGEST,
        )
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
        raise InvalidInput(N_("Cette formulation contient un caractère illisible. Retapez-la."))


def _checked_day(day: date | None) -> date:
    if day is None or day < clock.paris(clock.now()).date():
        raise InvalidInput(N_("Donnez la date jusqu'à laquelle l'allégation vaut ; elle ne peut pas être passée."))
    return day


def content_sha256(session: Session, claim: Claim) -> str:
    """Return the hash that a signature binds to: words, scope, end, and each quotation with its document's hash."""
    cited = [[reference.sha256, quote.page, quote.quote] for quote, reference in quotes_of(session, claim.id)]
    told = {"wordings": [claim.text, *claim.wordings], "product": claim.product_id, "quotes": sorted(cited)}
    scope = {"networks": claim.networks, "audiences": claim.audiences, "valid_until": claim.valid_until.isoformat()}
    return sha256_text(canonical({"covigie": "claim", "format": 1} | told | scope))


def quote_reference(
    session: Session, actor: Actor, *, claim_id: str, row_version: int | None, reference_id: str, quote: str
) -> ClaimQuote:
    """Rest a draft on the words of a reference: they are looked for in its text, and the page where they stand kept.

    Raises InvalidInput when the words are not there.
    """
    claim = _locked(session, claim_id, row_version)
    _check_draft(actor, claim)
    reference = get(session, Reference, reference_id)
    if reference.status is not ReferenceStatus.CURRENT:
        raise InvalidInput(N_("Cette référence n'est plus en vigueur : citez-en une autre."))
    words = " ".join(quote.split())
    page = check_quote(page_texts(session, reference_id), words)
    if any((each.reference_id, each.quote) == (reference_id, words) for each, _held in quotes_of(session, claim_id)):
        raise InvalidInput(N_("L'allégation cite déjà ces mots."))
    cited = ClaimQuote(id=new_id(), claim_id=claim.id, reference_id=reference_id, page=page, quote=words)
    session.add(cited)
    _changed(session, actor, claim)
    return cited


def drop_quote(session: Session, actor: Actor, *, quote_id: str, row_version: int | None) -> Claim:
    """Take a quotation off a draft."""
    quote = get(session, ClaimQuote, quote_id)
    claim = _locked(session, quote.claim_id, row_version)
    _check_draft(actor, claim)
    session.delete(quote)
    _changed(session, actor, claim)
    return claim


def open_approval(session: Session, actor: Actor, *, claim_id: str, seen_sha256: str) -> SigningDialog:
    """Open the signing dialog of a claim; refuses at once whoever may not approve it."""
    claim = get(session, Claim, claim_id)
    role = may_approve(session, actor, claim, seen_sha256)
    sha, meaning = claim.content_sha256, SignatureMeaning.CLAIM
    nonce_id = signatures.open_signing(session, actor, subject_id=claim.id, content_sha256=sha)
    return SigningDialog(nonce_id, role, meaning, signatures.MEANINGS[meaning], 1, sha)


def approve_claim(
    session: Session, actor: Actor, *, claim_id: str, row_version: int | None, seen_sha256: str, nonce_id: str
) -> Claim:
    """Approve a claim with a signature; the posts that say it already are linked to it.

    Raises RuleViolated for its author, without a quotation, or on a reference that fell; StaleVersion when it is not
    the claim seen; SignatureRefused for the nonce.
    """
    claim = _locked(session, claim_id, row_version)
    role = may_approve(session, actor, claim, seen_sha256)
    facts = _facts(session, actor, claim, seen_sha256)
    signature = signatures.sign(
        session,
        actor,
        nonce_id=nonce_id,
        role=role,
        meaning=SignatureMeaning.CLAIM,
        subject_kind="claim",
        subject_id=claim.id,
        content_sha256=claim.content_sha256,
    )
    claim.signature_id = signature.id
    transitions.apply(
        session, actor, claim, CLAIM_TRANSITIONS, ClaimAction.APPROVE, facts=facts, signature_id=signature.id,
        details={"content_sha256": claim.content_sha256},
    )  # fmt: skip
    session.flush()
    _link_posts(session)
    return claim


def _link_posts(session: Session) -> None:
    """Note the claims of the newest version of every post that may still be seen by somebody."""
    posts = select(Post).where(Post.status != PostStatus.REJECTED, Post.version_n > 0).order_by(col(Post.id))
    for post in session.exec(posts).all():
        version = current_version(session, post)
        note_claims(session, version, stored_content(session, post, version))


def may_approve(session: Session, actor: Actor, claim: Claim, seen_sha256: str) -> Role:
    """Return as what an actor approves a claim; refuses whoever may not, before anything is signed."""
    transition = transitions.find(CLAIM_TRANSITIONS, claim.status, ClaimAction.APPROVE)
    check(actor, transition.permission)
    facts = _facts(session, actor, claim, seen_sha256)
    for condition in transition.when:
        condition(facts)
    if facts.role is None:
        raise NotPermitted
    return facts.role


def _facts(session: Session, actor: Actor, claim: Claim, seen_sha256: str) -> ClaimFactsToSign:
    held = actor.roles & roles_of(session, actor.id) if actor.id else frozenset()
    quotes, today = quotes_of(session, claim.id), clock.paris(clock.now()).date()
    return ClaimFactsToSign(
        actor_id=actor.id,
        writers=frozenset(claim.writers),
        role=next((role for role in Role if role in held & CLAIM_SIGNERS), None),
        seen_sha256=seen_sha256,
        current_sha256=content_sha256(session, claim),
        quotes=len(quotes),
        fallen=tuple(ref.title for _quote, ref in quotes if not holds_on(ref, today)),
        still_valid=claim.valid_until >= today,
    )


def withdraw_claim(session: Session, actor: Actor, *, claim_id: str, row_version: int | None, reason: str) -> Claim:
    """Withdraw a claim, with the reason: every text that says it is flagged, held, or to be taken down."""
    claim = _locked(session, claim_id, row_version)
    end_claim(session, actor, claim, ClaimAction.WITHDRAW, reason)
    return claim
