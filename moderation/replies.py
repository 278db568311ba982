"""Answering a person: words that somebody may send leave through the outbox; answered means the network confirmed it.

Three ways: a library text as it was approved (`answer`), a courtesy that a rule lets through (`answer_courtesy`), and
words of one's own that one approver signs (`moderation.approvals`).
"""

from collections.abc import Mapping

from sqlmodel import Session

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import RuleViolated, StaleVersion
from i18n import N_, _
from models.base import new_id
from models.case import ApprovedText, Reply
from models.comment import Comment
from models.enums import ReplyAction, ReplyFacet, ReplyKind, ReplyStatus, WaiverReason
from models.session import expect_version, get
from moderation import answer_rules, answering
from moderation.answering import check_takes, queue, unanswered
from moderation.approvals import draft_content
from moderation.as_approved import check_same
from moderation.as_received import storable_text
from moderation.courtesy import Flaw, Found, flaws
from moderation.library import check_sendable
from moderation.placeholders import filled
from moderation.queries.comments import intent_of
from moderation.register import catalogue
from moderation.reply_drafts import bring_back
from moderation.sending import REPLY_HANDLER
from moderation.states import REPLY_TRANSITIONS
from moderation.stopping import hold_back
from moderation.triage import current_revision

__all__ = ["REPLY_HANDLER", "answer", "answer_courtesy", "call_back", "courtesy_flaws", "retry", "waive"]

FLAWS: dict[Flaw, str] = {
    Flaw.EMPTY: N_("Écrivez d'abord votre réponse."),
    Flaw.LONG: N_("Ce texte est trop long pour un mot de courtoisie."),
    Flaw.SCRIPT: N_("« {words} » n'est pas de l'alphabet latin : la règle ne sait pas le lire."),
    Flaw.PRODUCT: N_("« {words} » est un nom de produit ou de substance."),
    Flaw.NUMBER: N_("« {words} » est un nombre."),
    Flaw.LINK: N_("« {words} » est un lien ou une adresse."),
    Flaw.MEDICAL: N_("« {words} » parle de santé."),
}
NO_COURTESY = N_("{why} Ce texte ne part pas seul : prenez un texte approuvé, ou demandez son approbation.")


def answer(
    session: Session,
    actor: Actor,
    *,
    comment_id: str,
    row_version: int,
    approved_text_id: str,
    given: Mapping[str, str] | None = None,
    private: bool = False,
) -> Reply:
    """Answer a comment with a library text, its placeholders filled in; it leaves when the time to call it back ends.

    Raises RuleViolated for a placeholder left, a text expired, withdrawn or not signed for such questions, a comment
    that is gone or hidden, too long a text; nothing is written then.
    """
    check(actor, Permission.REPLY_SEND)
    comment = unanswered(session, actor, comment_id, row_version, replaces=True)
    text = get(session, ApprovedText, approved_text_id)
    check_sendable(session, text)
    answer_rules.check_route(ReplyKind.LIBRARY, intent_of(session, comment), text.intents)
    words = filled(text.text, given or {}, text.choices)
    check_takes(session, comment, words, private=private)
    reply = answering.write(session, actor, comment, words, ReplyKind.LIBRARY, private=private)
    reply.approved_text_id, reply.given = text.id, dict(given or {})
    queue(session, actor, reply, comment, ReplyAction.QUEUE)
    return reply


def courtesy_flaws(session: Session, actor: Actor, *, text: str) -> tuple[Found, ...]:
    """Return why a text may not leave as a courtesy; none: it may."""
    check(actor, Permission.REPLY_SEND)
    return flaws(storable_text(text).strip(), catalogue(session))


def flaw_words(found: Found) -> str:
    """Return a reason as a sentence."""
    return _(FLAWS[found.flaw]).format(words=found.words)


def answer_courtesy(
    session: Session, actor: Actor, *, comment_id: str, row_version: int, text: str, private: bool = False
) -> Reply:
    """Answer with words of courtesy on one's own name: the rule finds no product, number, link or medical word.

    Raises RuleViolated, with the words that stand in the way, for every other text and for a medical question.
    """
    check(actor, Permission.REPLY_SEND)
    comment = unanswered(session, actor, comment_id, row_version)
    answer_rules.check_route(ReplyKind.COURTESY, intent_of(session, comment), ())
    words = storable_text(text).strip()
    if found := flaws(words, catalogue(session)):
        raise RuleViolated(NO_COURTESY, why=flaw_words(found[0]))
    check_takes(session, comment, words, private=private)
    reply = answering.write(session, actor, comment, words, ReplyKind.COURTESY, private=private)
    queue(session, actor, reply, comment, ReplyAction.QUEUE)
    return reply


def retry(session: Session, actor: Actor, *, reply_id: str, row_version: int) -> Reply:
    """Send again an answer that failed; the network is read first when the earlier one may have left."""
    comment = get(session, Comment, get(session, Reply, reply_id).comment_id, lock=True)
    reply = get(session, Reply, reply_id, lock=True)
    if reply.row_version != row_version or comment.reply is not ReplyFacet.OWED:
        raise StaleVersion(N_("Cette réponse a changé depuis son affichage. Relisez-la, puis recommencez."))
    if reply.revision_id != current_revision(session, comment).id:
        raise RuleViolated(N_("L'auteur a modifié son commentaire depuis. Relisez-le, et choisissez une réponse."))
    check_same(session, reply)
    check_takes(session, comment, reply.text or "", private=reply.private)
    queue(session, actor, reply, comment, ReplyAction.RETRY)
    reply.last_error = None
    return reply


def call_back(session: Session, actor: Actor, *, reply_id: str, row_version: int | None) -> Reply:
    """Call an answer back before it leaves: its words are a draft again, and the person waits on.

    Raises RuleViolated once it is leaving: the network may have it.
    """
    check(actor, Permission.REPLY_SEND)
    if not hold_back(session, reply_id):
        raise RuleViolated(N_("Trop tard : cette réponse est déjà partie, ou part à l'instant. Rien n'a été changé."))
    comment = get(session, Comment, get(session, Reply, reply_id).comment_id, lock=True)
    reply = get(session, Reply, reply_id, lock=True)
    expect_version(reply, row_version)
    transitions.apply(session, actor, reply, REPLY_TRANSITIONS, ReplyAction.CALL_BACK)
    comment.reply = ReplyFacet.OWED
    bring_back(session, comment.id, reply.author_id, draft_content(session, reply))
    session.flush()
    return reply


def waive(session: Session, actor: Actor, *, comment_id: str, row_version: int, reason: WaiverReason) -> Reply:
    """Decide that a comment gets no answer, with the coded reason; the person no longer counts as waiting."""
    check(actor, Permission.REPLY_WAIVE)
    comment = unanswered(session, actor, comment_id, row_version)
    now = clock.now()
    reply = Reply(
        id=new_id(),
        comment_id=comment.id,
        revision_id=current_revision(session, comment).id,
        author_id=actor.id or "",
        status=ReplyStatus.WAIVED,
        due_at=comment.reply_due_at,
        created_at=now,
        confirmed_at=now,
        waiver_reason=reason,
    )
    session.add(reply)
    comment.reply = ReplyFacet.WAIVED
    session.flush()
    new = {"comment": comment.id, "status": ReplyStatus.WAIVED.value}
    audit.record(session, actor, AuditAction.REPLY_WAIVE, "reply", reply.id, new=new, reason=reason.value)
    return reply
