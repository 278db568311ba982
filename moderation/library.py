"""Approved texts: written once, approved, valid until a day; only they answer a person."""

import re
from datetime import date

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import sha256_text
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.case import ApprovedText
from models.session import get
from moderation.as_received import storable_text
from moderation.deadlines import paris_day

PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{\{|\}\}", re.DOTALL)
DEFAULT_LANGUAGE = "fr"


def approve_text(
    session: Session,
    actor: Actor,
    *,
    key: str,
    language: str,
    title: str,
    text: str,
    intents: list[str],
    valid_until: date | None,
) -> ApprovedText:
    """Add a version of a text to the library, approved by the actor; the version before it no longer answers."""
    check(actor, Permission.POST_REVIEW)
    text = storable_text(text).strip()
    if not key.strip() or not title.strip() or not text:
        raise InvalidInput(N_("Un texte approuvé a une clé, un titre et des mots."))
    same = select(ApprovedText).where(ApprovedText.key == key, ApprovedText.language == language)
    last = session.exec(same.order_by(col(ApprovedText.n).desc()).limit(1).with_for_update()).first()
    if last:
        last.withdrawn_at = last.withdrawn_at or clock.now()
    approved = ApprovedText(
        key=key,
        language=language,
        n=last.n + 1 if last else 1,
        title=title.strip(),
        text=text,
        content_sha256=sha256_text(text),
        intents=intents,
        valid_until=valid_until,
        approved_at=clock.now(),
    )
    session.add(approved)
    session.flush()
    new = {"key": key, "language": language, "n": approved.n, "content_sha256": approved.content_sha256}
    audit.record(session, actor, AuditAction.TEXT_APPROVE, "approved_text", approved.id, new=new)
    return approved


def withdraw_text(session: Session, actor: Actor, *, text_id: str) -> None:
    """Take a text out of the library; what was answered with it stays answered."""
    check(actor, Permission.POST_REVIEW)
    text = get(session, ApprovedText, text_id, lock=True)
    if text.withdrawn_at is None:
        text.withdrawn_at = clock.now()
        audit.record(session, actor, AuditAction.TEXT_WITHDRAW, "approved_text", text.id)


def check_sendable(text: ApprovedText, today: date) -> None:
    """Refuse a text that is not approved any more, or that is not finished."""
    if text.approved_at is None or text.withdrawn_at is not None:
        raise RuleViolated(N_("Ce texte n'est plus approuvé. Choisissez-en un autre."))
    if text.valid_until and text.valid_until < today:
        raise RuleViolated(
            N_("L'approbation de ce texte a expiré le {day}. Choisissez-en un autre."),
            day=f"{text.valid_until:%d/%m/%Y}",
        )
    if PLACEHOLDER.search(text.text):
        raise RuleViolated(
            N_("Ce texte contient encore un champ à remplir : « {field} »."), field=_first_field(text.text)
        )


def _first_field(text: str) -> str:
    found = PLACEHOLDER.search(text)
    return found.group() if found else ""


def sendable(session: Session) -> list[ApprovedText]:
    """Return every text that may be sent today, in the order of its title."""
    today = paris_day(clock.now())
    valid = col(ApprovedText.valid_until).is_(None) | (col(ApprovedText.valid_until) >= today)
    found = select(ApprovedText).where(
        valid, col(ApprovedText.approved_at).is_not(None), col(ApprovedText.withdrawn_at).is_(None)
    )
    texts = session.exec(found.order_by(col(ApprovedText.title), col(ApprovedText.id)))
    return [text for text in texts if not PLACEHOLDER.search(text.text)]


def fits(text: ApprovedText, *, language: str, intent: str) -> bool:
    """Say whether a text answers a comment of this language and intent; French where the language is not known."""
    spoken = language if language in ("fr", "en") else DEFAULT_LANGUAGE
    return text.language == spoken and intent in text.intents


def texts_for(session: Session, *, language: str, intent: str) -> list[ApprovedText]:
    """Return the texts that may be sent today, those that fit first."""
    texts = sendable(session)
    return sorted(texts, key=lambda text: not fits(text, language=language, intent=intent))
