"""What leaves is, byte for byte, what was approved: checked when an answer is queued and again when it is sent."""

from sqlmodel import Session

from compliance.canonical import canonical, sha256_text
from compliance.signatures import signature_holds
from errors import RuleViolated
from i18n import N_
from models.case import ApprovedText, Reply
from models.enums import ReplyKind, ReplyTopic, SignatureMeaning
from models.review import Signature
from models.session import get
from moderation.answer_rules import APPROVERS, parted
from moderation.courtesy import flaws
from moderation.library import check_sendable
from moderation.placeholders import filled
from moderation.register import catalogue

OTHER = N_("Ce qui allait partir n'est pas ce qui a été approuvé : rien n'a été envoyé. Prévenez la qualité.")
NO_LONGER = N_("Ce mot de courtoisie nomme maintenant un produit, un nombre, un lien ou la santé. Faites-le approuver.")


def reply_sha256(reply: Reply, text: str) -> str:
    """Return the hash that a signature on a free answer covers: these words, to this text of this comment."""
    about = {"comment": reply.comment_id, "revision": reply.revision_id, "reply": reply.id}
    how = {"topic": reply.topic.value if reply.topic else None, "private": reply.private}
    return sha256_text(canonical({"covigie": "reply", "format": 1, "text": text} | about | how))


def check_same(session: Session, reply: Reply) -> None:
    """Refuse an answer that is not exactly what the library, the rule or its approver let through."""
    text = reply.text or ""
    if sha256_text(text) != reply.text_sha256:
        raise RuleViolated(OTHER)
    kind = reply.kind or ReplyKind.LIBRARY
    if kind is ReplyKind.LIBRARY:
        _check_library(session, reply, text)
    elif kind is ReplyKind.COURTESY:
        if flaws(text, catalogue(session)):
            raise RuleViolated(NO_LONGER)
    else:
        _check_free(session, reply, text)


def _check_library(session: Session, reply: Reply, text: str) -> None:
    approved = get(session, ApprovedText, reply.approved_text_id)
    check_sendable(session, approved)
    if filled(approved.text, reply.given or {}, approved.choices) != text:
        raise RuleViolated(OTHER)


def _check_free(session: Session, reply: Reply, text: str) -> None:
    signature = get(session, Signature, reply.signature_id)
    topic = reply.topic or ReplyTopic.OTHER
    signed = (signature.subject_id, signature.content_sha256, signature.role, signature.meaning)
    if signed != (reply.id, reply_sha256(reply, text), APPROVERS[topic], SignatureMeaning.REPLY):
        raise RuleViolated(OTHER)
    if signature.user_id == reply.author_id or not signature_holds(session, signature):
        raise RuleViolated(OTHER)
    parted(text, locked_block(session, reply))


def locked_block(session: Session, reply: Reply) -> str:
    """Return the library text that stands in a free answer, its placeholders filled in; empty when there is none."""
    if not reply.approved_text_id:
        return ""
    approved = get(session, ApprovedText, reply.approved_text_id)
    check_sendable(session, approved)
    return filled(approved.text, reply.given or {}, approved.choices)
