"""Hiding, showing again, deleting: asked for by a person or a signed policy, carried out by `concealing`.

What hides or deletes first freezes the evidence and puts the comment in front of pharmacovigilance, in the same
transaction; it waits for no person, the answer stays owed and no clock stops.
"""

from sqlmodel import Session, col, select

from compliance import audit, clock, outbox, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from connectors.registry import capabilities_of
from errors import InvalidInput, RuleViolated, StaleVersion
from i18n import N_
from models.comment import Comment
from models.enums import PRIVATE_KINDS, ActKind, ActOrigin, ActStatus, ActStep, EffectKind, HideReason, VisibilityAction
from models.session import get
from models.visibility import VisibilityAct
from moderation import facets
from moderation.freezing import freeze
from moderation.triage import current_revision
from moderation.visibility_rules import obstacle, possible_now
from moderation.visibility_states import ACT_TRANSITIONS, VISIBILITY_TRANSITIONS, TwoPeople

CHANGED = N_("Ce commentaire a changé depuis son affichage (texte, décision ou visibilité). Relisez-le.")


def hide(
    session: Session,
    actor: Actor,
    *,
    comment_id: str,
    revision_n: int,
    row_version: int,
    reason: HideReason,
    note: str = "",
) -> VisibilityAct:
    """Hide a comment, once its evidence is frozen; it is hidden when the network shows it.

    Raises StaleVersion when it is not the text that was read, RuleViolated where the network cannot hide it.
    """
    check(actor, Permission.COMMENT_HIDE)
    comment = _read(session, comment_id, revision_n, row_version)
    _check_possible(ActKind.HIDE, comment)
    act = _act(session, actor, comment, ActKind.HIDE, ActOrigin.PERSON, reason=reason, note=note)
    send(session, actor, comment, act, VisibilityAction.HIDE)
    return act


def hide_by_policy(session: Session, system: Actor, *, comment_id: str, reason: HideReason) -> VisibilityAct:
    """Hide a comment because a policy that pharmacovigilance approved says so; the worker's."""
    comment = get(session, Comment, comment_id, lock=True)
    _check_possible(ActKind.HIDE, comment)
    act = _act(session, system, comment, ActKind.HIDE, ActOrigin.POLICY, reason=reason)
    send(session, system, comment, act, VisibilityAction.HIDE_BY_POLICY)
    return act


def unhide(session: Session, actor: Actor, *, comment_id: str, row_version: int, note: str) -> VisibilityAct:
    """Show a hidden comment again, for a reason in words."""
    check(actor, Permission.COMMENT_HIDE)
    comment = get(session, Comment, comment_id, lock=True)
    if comment.row_version != row_version:
        raise StaleVersion(CHANGED)
    return show_again(session, actor, comment, note, ActOrigin.PERSON, VisibilityAction.UNHIDE)


def show_again(
    session: Session, actor: Actor, comment: Comment, note: str, origin: ActOrigin, action: VisibilityAction
) -> VisibilityAct:
    """Ask the network to show a comment under lock again; a person's act, or what a granted contest leads to."""
    if not note.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    _check_possible(ActKind.UNHIDE, comment)
    act = _act(session, actor, comment, ActKind.UNHIDE, origin, note=note)
    send(session, actor, comment, act, action)
    return act


def ask_delete(
    session: Session,
    actor: Actor,
    *,
    comment_id: str,
    revision_n: int,
    row_version: int,
    reason: HideReason,
    note: str = "",
) -> VisibilityAct:
    """Ask for the deletion of a comment: nothing leaves before a second person approves it."""
    check(actor, Permission.COMMENT_HIDE)
    comment = _read(session, comment_id, revision_n, row_version)
    _check_possible(ActKind.DELETE, comment)
    if deletion_asked(session, comment_id):
        raise RuleViolated(N_("La suppression de ce commentaire est déjà demandée ; un autre doit en décider."))
    act = _act(session, actor, comment, ActKind.DELETE, ActOrigin.PERSON, reason=reason, note=note)
    new = {"act": act.id, "evidence": act.evidence_id}
    audit.record(session, actor, AuditAction.COMMENT_DELETE_ASK, "comment", comment.id, new=new, reason=reason.value)
    return act


def approve_delete(session: Session, actor: Actor, *, act_id: str, row_version: int) -> VisibilityAct:
    """Approve a deletion that another person asked for; the evidence is frozen anew, as the thread reads now."""
    comment, act = _asked(session, act_id, row_version)
    revision = current_revision(session, comment)
    if revision.id != act.revision_id:
        raise StaleVersion(N_("L'auteur a modifié ce commentaire depuis la demande. Relisez-le et redemandez."))
    _check_possible(ActKind.DELETE, comment)
    people = TwoPeople(actor.id, frozenset({act.asked_by} if act.asked_by else ()))
    transitions.apply(session, actor, act, ACT_TRANSITIONS, ActStep.APPROVE, facts=people)
    act.evidence_id = freeze(session, actor, comment, revision).id
    act.approved_by, act.approved_at, act.before = actor.id, clock.now(), comment.visibility
    send(session, actor, comment, act, VisibilityAction.DELETE)
    return act


def refuse_delete(session: Session, actor: Actor, *, act_id: str, row_version: int, reason: str) -> VisibilityAct:
    """Refuse a deletion, for a reason in words; the comment stays as the public sees it."""
    _comment, act = _asked(session, act_id, row_version)
    transitions.apply(session, actor, act, ACT_TRANSITIONS, ActStep.REFUSE, reason=reason)
    act.approved_by, act.ended_at, act.last_error = actor.id, clock.now(), reason.strip()
    return act


def deletion_asked(session: Session, comment_id: str) -> VisibilityAct | None:
    """Return the deletion of a comment that waits for a second person."""
    asked = select(VisibilityAct).where(VisibilityAct.comment_id == comment_id, VisibilityAct.status == ActStatus.ASKED)
    return session.exec(asked).first()


def last_act(session: Session, comment_id: str, *kinds: ActKind) -> VisibilityAct | None:
    """Return the newest act of some kinds on a comment that was not refused and did not fail."""
    acts = select(VisibilityAct).where(
        VisibilityAct.comment_id == comment_id,
        col(VisibilityAct.kind).in_(kinds),
        col(VisibilityAct.status).in_((ActStatus.QUEUED, ActStatus.DONE)),
    )
    return session.exec(acts.order_by(col(VisibilityAct.asked_at).desc(), col(VisibilityAct.id).desc())).first()


def note_concealed(session: Session, actor: Actor, comment: Comment) -> VisibilityAct:
    """Write down that somebody hid a comment on the network itself: evidence and queue first, as if we had."""
    act = _act(session, actor, comment, ActKind.HIDE, ActOrigin.NETWORK)
    act.status, act.ended_at = ActStatus.DONE, clock.now()
    return act


def _read(session: Session, comment_id: str, revision_n: int, row_version: int) -> Comment:
    comment = get(session, Comment, comment_id, lock=True)
    if (comment.revision_n, comment.row_version) != (revision_n, row_version):
        raise StaleVersion(CHANGED)
    return comment


def _asked(session: Session, act_id: str, row_version: int) -> tuple[Comment, VisibilityAct]:
    """Return an act and its comment under lock, the comment first, as everyone does."""
    comment = get(session, Comment, get(session, VisibilityAct, act_id).comment_id, lock=True)
    act = get(session, VisibilityAct, act_id, lock=True)
    if act.row_version != row_version:
        raise StaleVersion
    return comment, act


def _check_possible(kind: ActKind, comment: Comment) -> None:
    in_thread = comment.parent_external_id is not None or comment.publication_id is not None
    refusal = obstacle(
        kind, capabilities_of(comment.network.value), in_thread=in_thread, private=comment.kind in PRIVATE_KINDS
    )
    if refusal:
        raise RuleViolated(refusal)
    if not possible_now(kind, comment.visibility):
        raise RuleViolated(N_("Ce que le public voit de ce commentaire a changé, ou est en train de changer. Relisez."))


def _act(
    session: Session,
    actor: Actor,
    comment: Comment,
    kind: ActKind,
    origin: ActOrigin,
    *,
    reason: HideReason | None = None,
    note: str = "",
) -> VisibilityAct:
    """Write an act down; what hides or deletes first freezes the evidence and tells pharmacovigilance."""
    if reason is HideReason.OTHER and not note.strip():
        raise InvalidInput(N_("Dites en quelques mots pourquoi, puisque aucune raison de la liste ne convient."))
    revision = current_revision(session, comment)
    evidence = None
    if kind is not ActKind.UNHIDE:
        evidence = freeze(session, actor, comment, revision)
        facets.write(comment, facets.concealed(facets.read(comment)))
    act = VisibilityAct(
        comment_id=comment.id,
        revision_id=revision.id,
        evidence_id=evidence.id if evidence else None,
        kind=kind,
        origin=origin,
        status=ActStatus.ASKED if kind is ActKind.DELETE else ActStatus.QUEUED,
        before=comment.visibility,
        reason=reason,
        note=note.strip() or None,
        asked_by=actor.id,
        asked_at=clock.now(),
    )
    session.add(act)
    session.flush()
    return act


def send(session: Session, actor: Actor, comment: Comment, act: VisibilityAct, action: VisibilityAction) -> None:
    """Move the comment and write the intent of the effect, once an act."""
    reason = act.reason.value if act.reason else act.note
    details = {"act": act.id, "evidence": act.evidence_id, "pv": comment.pv.value}
    transitions.apply(
        session, actor, comment, VISIBILITY_TRANSITIONS, action, reason=reason, details=details, column="visibility"
    )
    outbox.enqueue(
        session,
        kind=EffectKind.HIDE,
        subject_id=act.id,
        key=f"visibility:{act.id}",
        payload={"act_id": act.id, "kind": act.kind.value},
        account_id=comment.account_id,
        not_before=clock.now(),
    )
    session.flush()
