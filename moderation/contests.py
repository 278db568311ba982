"""An author asks why their comment was hidden: recorded, decided by another than who hid it, on its own clock."""

from sqlmodel import Session, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from connectors.registry import capabilities_of
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.comment import Comment
from models.enums import (
    ActKind,
    ActOrigin,
    ContestAction,
    ContestStatus,
    HideReason,
    VisibilityAction,
)
from models.session import expect_version, get
from models.visibility import VisibilityAct, VisibilityContest
from moderation.deadlines import reply_due
from moderation.visibility import last_act, show_again
from moderation.visibility_rules import EXPLAINED, SHOWN_AGAIN, WHY, obstacle, possible_now
from moderation.visibility_states import CONTEST_TRANSITIONS, HIDDEN_NOW, ON_ITS_WAY, TwoPeople
from settings import get_settings


def open_contest(
    session: Session, actor: Actor, *, comment_id: str, words: str, source_comment_id: str | None = None
) -> VisibilityContest:
    """Record that an author contests; `source_comment_id` is the comment in which they ask, `words` what they say."""
    check(actor, Permission.COMMENT_HIDE)
    comment = get(session, Comment, comment_id, lock=True)
    act = last_act(session, comment_id, ActKind.HIDE, ActKind.DELETE)
    if act is None:
        raise RuleViolated(N_("Ce commentaire n'a été ni masqué ni supprimé : il n'y a rien à contester."))
    if not words.strip():
        raise InvalidInput(N_("Recopiez ce que dit l'auteur : c'est sur ses mots qu'on décidera."))
    if open_one(session, comment_id):
        raise RuleViolated(N_("Une contestation de ce commentaire est déjà ouverte ; elle attend une décision."))
    _check_source(session, comment, source_comment_id)
    now = clock.now()
    contest = VisibilityContest(
        comment_id=comment_id,
        act_id=act.id,
        source_comment_id=source_comment_id,
        words=words.strip(),
        status=ContestStatus.OPEN,
        opened_by=actor.id or "",
        opened_at=now,
        due_at=reply_due(now, get_settings().contest_business_hours),
    )
    session.add(contest)
    session.flush()
    new = {"comment": comment_id, "act": act.id, "source": source_comment_id}
    audit.record(session, actor, AuditAction.CONTEST_OPEN, "visibilitycontest", contest.id, new=new)
    return contest


def open_one(session: Session, comment_id: str) -> VisibilityContest | None:
    """Return the contest of a comment that waits for a decision."""
    waiting = select(VisibilityContest).where(
        VisibilityContest.comment_id == comment_id, VisibilityContest.status == ContestStatus.OPEN
    )
    return session.exec(waiting).first()


def _check_source(session: Session, comment: Comment, source_comment_id: str | None) -> None:
    if source_comment_id is None:
        return
    source = get(session, Comment, source_comment_id)
    if (source.network, source.author_id) != (comment.network, comment.author_id):
        raise InvalidInput(N_("Ce message n'est pas du même auteur que le commentaire masqué."))


def decide_contest(
    session: Session, actor: Actor, *, contest_id: str, row_version: int, granted: bool, reason: str
) -> VisibilityContest:
    """Decide, for a reason in words, on another's act; granted shows the comment again where the network can."""
    comment = get(session, Comment, get(session, VisibilityContest, contest_id).comment_id, lock=True)
    contest = get(session, VisibilityContest, contest_id, lock=True)
    expect_version(contest, row_version)
    if comment.visibility in ON_ITS_WAY.values():
        raise RuleViolated(N_("Le réseau n'a pas encore confirmé ce qui est en cours. Décidez quand il l'aura fait."))
    act = get(session, VisibilityAct, contest.act_id)
    involved = frozenset(person for person in (act.asked_by, act.approved_by) if person)
    action = ContestAction.GRANT if granted else ContestAction.REFUSE
    facts = TwoPeople(actor.id, involved)
    transitions.apply(session, actor, contest, CONTEST_TRANSITIONS, action, facts=facts, reason=reason)
    contest.decided_by, contest.decided_at, contest.decision = actor.id, clock.now(), reason.strip()
    if granted and can_show_again(comment):
        action_of = VisibilityAction.UNHIDE_BY_CONTEST
        show_again(session, actor, comment, contest.decision, ActOrigin.CONTEST, action_of)
    session.flush()
    return contest


def can_show_again(comment: Comment) -> bool:
    """Say whether a granted contest makes the comment visible: what was deleted does not come back."""
    reached = obstacle(ActKind.UNHIDE, capabilities_of(comment.network.value), in_thread=True) is None
    return comment.visibility in HIDDEN_NOW and possible_now(ActKind.UNHIDE, comment.visibility) and reached


def suggested_answer(status: ContestStatus, reason: HideReason | None) -> tuple[str, str]:
    """Return the sentence to answer the author with, and the reason in words that it takes; French msgids."""
    if status is ContestStatus.GRANTED:
        return SHOWN_AGAIN, ""
    return EXPLAINED, WHY[reason or HideReason.OTHER]
