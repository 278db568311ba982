"""Library texts: proposed, signed by pharmacovigilance and medical, then regulatory; only then they answer anybody.

The circuit *library text* (pharmacovigilance ∥ medical → regulatory). A signature binds to the content: words, uses,
allowed values, last day. The author signs none, nobody signs two, a change makes a new version, and withdrawing a text
stops at once the answers that have not left.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from compliance import audit, clock, signatures, transitions
from compliance.audit import AuditAction
from compliance.canonical import canonical, sha256_text
from compliance.permissions import Actor, Permission, check
from compliance.sign_in import roles_of
from errors import InvalidInput, NotPermitted, RuleViolated, StaleVersion
from i18n import N_
from models.base import new_id
from models.case import ApprovedText
from models.enums import Role, SignatureMeaning, TextAction, TextStatus
from models.review import Signature
from models.session import expect_version, get
from moderation.as_received import storable_text
from moderation.deadlines import months_after, paris_day
from moderation.placeholders import check_template, fields_of
from moderation.signing import SigningDialog
from moderation.states import TEXT_TRANSITIONS, UNSIGNED
from moderation.stopping import stop_queued
from settings import get_settings

SIGNED_BY: dict[Role, TextAction] = {
    Role.PV_OFFICER: TextAction.SIGN_PV,
    Role.MEDICAL: TextAction.SIGN_MEDICAL,
    Role.REGULATORY: TextAction.SIGN_REGULATORY,
}
LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class TextContent:
    """What a library text says, when it is suggested (no product, no situation: always), and until when.

    `choices` are the values that each placeholder may take; `prenom` needs none.
    """

    key: str
    language: str
    title: str
    text: str
    intents: Sequence[str]
    valid_until: date | None
    products: Sequence[str] = ()
    situations: Sequence[str] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def propose_text(session: Session, actor: Actor, *, content: TextContent) -> ApprovedText:
    """Propose a text, or the next version of one; the version in force answers until the new one is approved."""
    check(actor, Permission.TEXT_PROPOSE)
    words = _checked(content)
    versions = _versions(session, content.key.strip(), content.language)
    for earlier in versions:
        if earlier.status in UNSIGNED:
            _end(session, actor, earlier, TextAction.REPLACE, N_("Une version plus récente est proposée."))
    text = ApprovedText(
        id=new_id(),
        key=content.key.strip(),
        language=content.language,
        n=versions[0].n + 1 if versions else 1,
        title=content.title.strip(),
        text=words,
        content_sha256="",
        intents=sorted(content.intents),
        products=sorted(content.products),
        situations=sorted(content.situations),
        choices={name: list(content.choices.get(name, ())) for name in fields_of(words)},
        valid_until=content.valid_until,
        status=TextStatus.PROPOSED,
        author_id=actor.id,
        proposed_at=clock.now(),
    )
    text.content_sha256 = content_sha256(text)
    session.add(text)
    session.flush()
    new = {"key": text.key, "language": text.language, "n": text.n, "content_sha256": text.content_sha256}
    audit.record(session, actor, AuditAction.TEXT_PROPOSE, "approvedtext", text.id, new=new)
    return text


def _checked(content: TextContent) -> str:
    words = storable_text(content.text).strip()
    if not content.key.strip() or not content.title.strip() or not words:
        raise InvalidInput(N_("Un texte approuvé a une clé, un titre et des mots."))
    if content.language not in LANGUAGES:
        raise InvalidInput(N_("Un texte de réponse est en français ou en anglais."))
    if not content.intents:
        raise InvalidInput(N_("Dites à quelles intentions ce texte répond : il est proposé d'après elles."))
    check_template(words, content.choices)
    _check_end(content.valid_until)
    return words


def _check_end(valid_until: date | None) -> None:
    today, months = paris_day(clock.now()), get_settings().reply_text_months
    last = months_after(today, months)
    if valid_until is None or not today < valid_until <= last:
        raise InvalidInput(
            N_("Un texte vaut au plus {months} mois : choisissez un jour après aujourd'hui, au plus tard le {last}."),
            months=months,
            last=f"{last:%d/%m/%Y}",
        )


def _versions(session: Session, key: str, language: str) -> Sequence[ApprovedText]:
    same = select(ApprovedText).where(ApprovedText.key == key, ApprovedText.language == language)
    return session.exec(same.order_by(col(ApprovedText.n).desc()).with_for_update()).all()


def content_sha256(text: ApprovedText) -> str:
    """Return the hash of all that a signature on a text covers."""
    told = {"key": text.key, "language": text.language, "n": text.n, "title": text.title, "text": text.text}
    uses = {"intents": text.intents, "products": text.products, "situations": text.situations}
    until = text.valid_until.isoformat() if text.valid_until else None
    return sha256_text(
        canonical({"covigie": "reply_text", "format": 1, "choices": text.choices, "until": until} | told | uses)
    )


def open_text_signature(session: Session, actor: Actor, *, text_id: str, seen_sha256: str) -> SigningDialog:
    """Open the signing dialog of a text; refuses at once whoever may not sign it."""
    text = get(session, ApprovedText, text_id)
    role = may_sign(session, actor, text, seen_sha256)
    meaning = SignatureMeaning.REPLY_TEXT
    nonce = signatures.open_signing(session, actor, subject_id=text.id, content_sha256=text.content_sha256)
    return SigningDialog(nonce, role, meaning, text.n, text.content_sha256)


def sign_text(
    session: Session, actor: Actor, *, text_id: str, row_version: int | None, seen_sha256: str, nonce_id: str
) -> ApprovedText:
    """Sign a text for one's role; regulatory's signature, the last, approves it and replaces the version before.

    Raises RuleViolated for its author or for whoever signed it already, StaleVersion when it is not the text seen.
    """
    text = _locked(session, text_id, row_version)
    role = may_sign(session, actor, text, seen_sha256)
    signature = signatures.sign(
        session, actor, nonce_id=nonce_id, role=role, meaning=SignatureMeaning.REPLY_TEXT,
        subject_kind="approvedtext", subject_id=text.id, content_sha256=text.content_sha256,
    )  # fmt: skip
    details = {"role": role.value, "content_sha256": text.content_sha256}
    transitions.apply(
        session, actor, text, TEXT_TRANSITIONS, SIGNED_BY[role], signature_id=signature.id, details=details
    )
    if text.status is TextStatus.APPROVED:
        text.approved_at = clock.now()
        for earlier in _versions(session, text.key, text.language):
            if earlier.id != text.id and earlier.status is TextStatus.APPROVED:
                _end(session, actor, earlier, TextAction.REPLACE, N_("Une version plus récente est approuvée."))
    session.flush()
    return text


def may_sign(session: Session, actor: Actor, text: ApprovedText, seen_sha256: str) -> Role:
    """Return as what an actor signs a text now; refuses whoever may not, before anything is signed."""
    check(actor, Permission.TEXT_SIGN)
    if text.content_sha256 != seen_sha256 or content_sha256(text) != seen_sha256:
        raise StaleVersion(N_("Ce n'est plus le texte que vous avez relu. Relisez-le avant de signer."))
    if actor.id == text.author_id:
        raise RuleViolated(N_("Vous avez proposé ce texte : d'autres le signent."))
    if actor.id in {signature.user_id for signature in signatures_of(session, text)}:
        raise RuleViolated(N_("Vous avez déjà signé ce texte : les autres signatures sont celles d'autres personnes."))
    check_in_time(text, paris_day(clock.now()))
    held = actor.roles & roles_of(session, actor.id) if actor.id else frozenset()
    for role, action in SIGNED_BY.items():
        if role in held and (text.status, action) in TEXT_TRANSITIONS:
            return role
    raise NotPermitted(
        N_("Ce texte n'attend pas votre signature : pharmacovigilance et médical d'abord, puis le réglementaire.")
    )


def refuse_text(session: Session, actor: Actor, *, text_id: str, row_version: int | None, reason: str) -> ApprovedText:
    """Refuse a proposed text, with words for its author, who proposes another version."""
    text = _locked(session, text_id, row_version)
    if actor.roles.isdisjoint(SIGNED_BY):
        check(actor, Permission.TEXT_SIGN)
    _end(session, actor, text, TextAction.REFUSE, reason.strip())
    return text


def withdraw_text(session: Session, actor: Actor, *, text_id: str, reason: str, row_version: int | None = None) -> int:
    """Take a text out of the library, with the reason; return how many answers were stopped before they left.

    What was answered with it stays answered.
    """
    text = _locked(session, text_id, row_version)
    _end(session, actor, text, TextAction.WITHDRAW, reason.strip())
    return stop_queued(session, text.id)


def _end(session: Session, actor: Actor, text: ApprovedText, action: TextAction, reason: str) -> None:
    transitions.apply(session, actor, text, TEXT_TRANSITIONS, action, reason=reason)
    text.withdrawn_at, text.ended_reason = clock.now(), reason
    session.flush()


def _locked(session: Session, text_id: str, row_version: int | None) -> ApprovedText:
    text = get(session, ApprovedText, text_id, lock=True)
    expect_version(text, row_version)
    return text


def signatures_of(session: Session, text: ApprovedText) -> Sequence[Signature]:
    """Return the signatures of one version of a text, in their order."""
    given = select(Signature).where(Signature.subject_kind == "approvedtext", Signature.subject_id == text.id)
    return session.exec(given.order_by(col(Signature.signed_at), col(Signature.id))).all()


def check_in_time(text: ApprovedText, today: date) -> None:
    """Refuse a text whose last day is over."""
    if text.valid_until is None or text.valid_until < today:
        day = f"{text.valid_until:%d/%m/%Y}" if text.valid_until else "—"
        raise RuleViolated(N_("L'approbation de ce texte a expiré le {day}. Choisissez-en un autre."), day=day)


def check_sendable(session: Session, text: ApprovedText) -> None:
    """Refuse a text that is not approved any more, whose time is over, or that is not what was signed."""
    if text.status is not TextStatus.APPROVED or text.withdrawn_at is not None:
        raise RuleViolated(N_("Ce texte n'est plus approuvé. Choisissez-en un autre."))
    check_in_time(text, paris_day(clock.now()))
    if not is_approved(text, signatures_of(session, text), session):
        raise RuleViolated(N_("Les signatures de ce texte ne couvrent pas ce qu'il dit. Prévenez la qualité."))


def is_approved(text: ApprovedText, given: Collection[Signature], session: Session) -> bool:
    """Say whether three people other than the author signed this very content, one for each role of the circuit."""
    sha = content_sha256(text)
    holding = [s for s in given if s.content_sha256 == sha and signatures.signature_holds(session, s)]
    people = {signature.user_id for signature in holding}
    roles = {signature.role for signature in holding}
    return roles == set(SIGNED_BY) and len(people) >= len(SIGNED_BY) and text.author_id not in people


def sendable(session: Session) -> list[ApprovedText]:
    """Return every text that may answer today, in the order of its title; its signatures are checked when it does."""
    today = paris_day(clock.now())
    found = select(ApprovedText).where(
        ApprovedText.status == TextStatus.APPROVED, col(ApprovedText.valid_until) >= today
    )
    return list(session.exec(found.order_by(col(ApprovedText.title), col(ApprovedText.id))))
