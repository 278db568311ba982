"""Words of one's own, approved by one person of the topic's role before they leave.

The approver sees the comment, edits the words around a locked library text, signs what will leave word for word, or
refuses with a reason. A medical answer is approved by medical affairs, and by nobody who also promotes.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from compliance import signatures, transitions
from compliance.canonical import sha256_text
from compliance.permissions import Actor, Permission, check
from compliance.sign_in import roles_of
from errors import RuleViolated
from i18n import N_
from models.case import ApprovedText, Reply
from models.comment import Comment
from models.enums import ReplyAction, ReplyFacet, ReplyKind, ReplyStatus, ReplyTopic, Role, SignatureMeaning
from models.session import expect_version, get
from moderation import answer_rules, answering
from moderation.answer_rules import Approving, composed, parted
from moderation.answering import check_takes, queue, unanswered
from moderation.as_approved import locked_block, reply_sha256
from moderation.as_received import storable_text
from moderation.courtesy import medical
from moderation.library import check_sendable
from moderation.placeholders import LEFT, filled
from moderation.queries.comments import intent_of
from moderation.reply_drafts import bring_back, discard
from moderation.signing import SigningDialog
from moderation.states import REPLY_TRANSITIONS
from moderation.triage import current_revision


def submit_answer(
    session: Session,
    actor: Actor,
    *,
    comment_id: str,
    row_version: int,
    before: str,
    after: str = "",
    approved_text_id: str | None = None,
    given: Mapping[str, str] | None = None,
    topic: ReplyTopic | None = None,
    private: bool = False,
) -> Reply:
    """Ask for the approval of an answer: words of one's own, a library text locked between them if wished.

    The topic says who approves; a medical question, or medical words, make it medical whatever was chosen.
    """
    check(actor, Permission.REPLY_SEND)
    comment = unanswered(session, actor, comment_id, row_version)
    own = storable_text(before).strip(), storable_text(after).strip()
    if not any(own):
        raise RuleViolated(N_("Écrivez votre réponse : le texte approuvé seul part sans attendre d'approbation."))
    _check_finished(*own)
    text = composed(own[0], _block(session, approved_text_id, given or {}), own[1])
    check_takes(session, comment, text, private=private)
    intent = intent_of(session, comment)
    forced = answer_rules.topic_for(intent, medical_words=_medical(*own))
    reply = answering.write(session, actor, comment, text, ReplyKind.FREE, private=private)
    reply.approved_text_id, reply.given = approved_text_id, dict(given or {})
    reply.proposed_text, reply.topic = text, forced or topic or answer_rules.usual_topic(intent)
    details = {"comment": comment.id, "topic": reply.topic.value, "text_sha256": reply.text_sha256}
    transitions.apply(session, actor, reply, REPLY_TRANSITIONS, ReplyAction.SUBMIT, details=details)
    comment.reply = ReplyFacet.DRAFTED
    discard(session, comment.id, reply.author_id)
    session.flush()
    return reply


def _check_finished(*parts: str) -> None:
    for part in parts:
        if left := LEFT.search(part):
            raise RuleViolated(N_("Ce texte contient encore un champ à remplir : « {field} »."), field=left.group())


def _medical(*parts: str) -> bool:
    return any(True for part in parts for _found in medical(part))


def _block(session: Session, approved_text_id: str | None, given: Mapping[str, str]) -> str:
    if not approved_text_id:
        return ""
    text = get(session, ApprovedText, approved_text_id)
    check_sendable(session, text)
    return filled(text.text, given, text.choices)


def open_answer_approval(
    session: Session, actor: Actor, *, reply_id: str, row_version: int, before: str, after: str = ""
) -> SigningDialog:
    """Open the signing dialog of a free answer as its approver left it; refuses at once whoever may not sign it."""
    reply = get(session, Reply, reply_id)
    expect_version(reply, row_version)
    comment = get(session, Comment, reply.comment_id)
    text, role = _checked(session, actor, reply, comment, before, after)
    sha, meaning = reply_sha256(reply, text), SignatureMeaning.REPLY
    nonce = signatures.open_signing(session, actor, subject_id=reply.id, content_sha256=sha)
    return SigningDialog(nonce, role, meaning, 1, sha)


def approve_answer(
    session: Session,
    actor: Actor,
    *,
    reply_id: str,
    row_version: int,
    before: str,
    after: str = "",
    nonce_id: str,
) -> Reply:
    """Sign a free answer word for word; it is on its way then, on the name of the one who wrote it.

    Raises RuleViolated or NotPermitted for the author, another role, a promotional one on a medical topic, a locked
    text that was touched or fell; StaleVersion when the comment was edited or the answer is not the one seen.
    """
    comment = get(session, Comment, get(session, Reply, reply_id).comment_id, lock=True)
    reply = get(session, Reply, reply_id, lock=True)
    expect_version(reply, row_version)
    text, role = _checked(session, actor, reply, comment, before, after)
    signature = signatures.sign(
        session, actor, nonce_id=nonce_id, role=role, meaning=SignatureMeaning.REPLY,
        subject_kind="reply", subject_id=reply.id, content_sha256=reply_sha256(reply, text),
    )  # fmt: skip
    reply.text, reply.text_sha256 = text, sha256_text(text)
    reply.signature_id, reply.approver_id = signature.id, actor.id
    queue(session, actor, reply, comment, ReplyAction.APPROVE, signature_id=signature.id)
    return reply


def _checked(
    session: Session, actor: Actor, reply: Reply, comment: Comment, before: str, after: str
) -> tuple[str, Role]:
    """Return what would leave and as what the actor signs it, or refuse."""
    check(actor, Permission.REPLY_APPROVE)
    transitions.find(REPLY_TRANSITIONS, reply.status, ReplyAction.APPROVE)
    own = storable_text(before).strip(), storable_text(after).strip()
    if not any(own):
        raise RuleViolated(N_("Une réponse vide ne s'approuve pas : refusez-la, avec une raison."))
    _check_finished(*own)
    text = composed(own[0], locked_block(session, reply), own[1])
    role = answer_rules.may_approve(
        Approving(
            topic=reply.topic or ReplyTopic.OTHER,
            author_id=reply.author_id,
            actor_id=actor.id,
            roles=actor.roles & roles_of(session, actor.id) if actor.id else frozenset(),
            medical_words=_medical(*own),
            revision_is_current=reply.revision_id == current_revision(session, comment).id,
        )
    )
    check_takes(session, comment, text, private=reply.private)
    return text, role


def refuse_answer(session: Session, actor: Actor, *, reply_id: str, row_version: int, reason: str) -> Reply:
    """Refuse a free answer, with words for its author: it is their draft again, and the person waits on."""
    comment, reply = _locked(session, reply_id, row_version)
    check(actor, Permission.REPLY_APPROVE)
    topic = reply.topic or ReplyTopic.OTHER
    if answer_rules.APPROVERS[topic] not in actor.roles:
        raise RuleViolated(N_("Cette réponse s'approuve ou se refuse par un autre rôle, d'après son sujet."))
    transitions.apply(session, actor, reply, REPLY_TRANSITIONS, ReplyAction.REFUSE, reason=reason.strip())
    reply.refusal, reply.approver_id = reason.strip(), actor.id
    _reopen(session, comment, reply)
    return reply


def take_back_answer(session: Session, actor: Actor, *, reply_id: str, row_version: int) -> Reply:
    """Take a free answer back before it is approved: it is a draft again."""
    comment, reply = _locked(session, reply_id, row_version)
    transitions.apply(session, actor, reply, REPLY_TRANSITIONS, ReplyAction.TAKE_BACK)
    _reopen(session, comment, reply)
    return reply


def _locked(session: Session, reply_id: str, row_version: int) -> tuple[Comment, Reply]:
    comment = get(session, Comment, get(session, Reply, reply_id).comment_id, lock=True)
    reply = get(session, Reply, reply_id, lock=True)
    expect_version(reply, row_version)
    return comment, reply


def _reopen(session: Session, comment: Comment, reply: Reply) -> None:
    others = select(Reply.id).where(Reply.comment_id == comment.id, Reply.status == ReplyStatus.TO_APPROVE)
    session.flush()
    if comment.reply is ReplyFacet.DRAFTED and session.exec(others).first() is None:
        comment.reply = ReplyFacet.OWED
    bring_back(session, comment.id, reply.author_id, draft_content(session, reply))
    session.flush()


def draft_content(session: Session, reply: Reply) -> dict[str, Any]:
    """Return an answer as the fields of its author's draft; a locked text that fell is left out."""
    kind, block = reply.kind or ReplyKind.LIBRARY, ""
    text = reply.proposed_text or reply.text or ""
    if kind is not ReplyKind.FREE:
        return {"kind": kind.value, "text": text, "text_id": reply.approved_text_id, "given": reply.given}
    if reply.approved_text_id:
        approved = get(session, ApprovedText, reply.approved_text_id)
        block = filled(approved.text, reply.given or {}, approved.choices)
    before, after = parted(text, block)
    about = {"text_id": reply.approved_text_id, "given": reply.given}
    return {"kind": kind.value, "before": before, "after": after, "topic": reply.topic} | about
