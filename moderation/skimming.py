"""Skimming: a named person reads what the detectors cleared, twenty to a screen, and lifts out what is suspect.

Only a screen that was before the reader long enough, and that ends with "all read", marks its comments as skimmed.
Everything else (an early stop, a screen left open, a comment that changed meanwhile) leaves them to be read again.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import NotFound, NotPermitted, RuleViolated
from i18n import N_
from models.comment import Comment, CommentRevision
from models.enums import PvFacet, SkimResult
from models.session import get
from models.skim import SkimItem, SkimScreen, Witness
from moderation import facets
from moderation.opening import lock_comments
from moderation.skim_choice import Candidate, candidates, month_plan
from moderation.triage import mark_displayed
from settings import get_settings

SCREEN = 20
OPEN_FOR = timedelta(minutes=30)
"""How long a screen may be read; after it the comments are free again, for anyone."""


@dataclass(frozen=True)
class Passed:
    """What came of a screen: how many were read, lifted, changed meanwhile; and what was said of the witnesses."""

    read: int
    lifted: int
    changed: int
    missed: tuple[str, ...]
    caught: int


def open_screen(session: Session, actor: Actor) -> SkimScreen | None:
    """Lay out the next screen, by residual risk; one's own screen that is still open is given again.

    None when nothing is left to read.
    """
    check(actor, Permission.COMMENT_SKIM)
    held = own_open(session, actor)
    if held:
        return held
    plan = month_plan(session)
    chosen = candidates(session, plan, SCREEN, not_before=clock.now() - OPEN_FOR)
    if not chosen:
        return None
    screen = SkimScreen(user_id=actor.id or "", mode=plan.mode, opened_at=clock.now())
    session.add(screen)
    session.flush()
    items = _lay_out(session, screen, chosen, _witness_for(session, actor, len(chosen)))
    mark_displayed(session, actor, comment_ids=[item.comment_id for item in items if item.comment_id])
    new = {"texts": len(items), "mode": plan.mode.value}
    audit.record(session, actor, AuditAction.SKIM_OPEN, "skim", screen.id, new=new)
    return screen


def own_open(session: Session, actor: Actor) -> SkimScreen | None:
    """Return the screen that a person is reading."""
    mine = (
        select(SkimScreen)
        .where(SkimScreen.user_id == actor.id, col(SkimScreen.closed_at).is_(None))
        .where(SkimScreen.opened_at > clock.now() - OPEN_FOR)
        .order_by(col(SkimScreen.opened_at).desc())
    )
    return session.exec(mine).first()


def _witness_for(session: Session, actor: Actor, texts: int) -> Witness | None:
    """Draw whether a witness is laid in, and return the one that this reader has met least and longest ago."""
    if random.SystemRandom().random() * get_settings().skim_witness_every >= texts:
        return None
    met = select(SkimItem.witness_id, SkimScreen.opened_at).where(
        SkimItem.screen_id == SkimScreen.id, SkimScreen.user_id == actor.id, col(SkimItem.witness_id).is_not(None)
    )
    last = dict(session.exec(met.order_by(col(SkimScreen.opened_at))).all())
    usable = select(Witness).where(col(Witness.retired_at).is_(None), Witness.author_id != actor.id)
    found = session.exec(usable.order_by(col(Witness.id))).all()
    return min(found, key=lambda one: (one.id in last, last.get(one.id, one.created_at)), default=None)


def _lay_out(
    session: Session, screen: SkimScreen, chosen: Sequence[Candidate], witness: Witness | None
) -> list[SkimItem]:
    """Write and return the texts of a screen, a witness at a place drawn by lot, shown as its neighbour's network."""
    at = random.SystemRandom().randrange(len(chosen)) if witness else -1
    items: list[SkimItem] = []
    for place, one in enumerate(chosen):
        network = one.comment.network
        if witness and place == at:
            items.append(SkimItem(screen_id=screen.id, n=0, witness_id=witness.id, network=network))
        items.append(
            SkimItem(
                screen_id=screen.id,
                n=0,
                comment_id=one.comment.id,
                revision_id=one.revision_id,
                network=network,
                chance=one.chance,
            )
        )
    laid = items[:SCREEN]
    for n, item in enumerate(laid, 1):
        item.n = n
    session.add_all(laid)
    session.flush()
    return laid


def items_of(session: Session, screen_id: str) -> list[SkimItem]:
    """Return the texts of a screen, in their order."""
    return list(session.exec(select(SkimItem).where(SkimItem.screen_id == screen_id).order_by(col(SkimItem.n))))


def lift(session: Session, actor: Actor, *, screen_id: str, n: int) -> SkimItem:
    """Lift a text out of one's screen: its comment stands in the queue of pharmacovigilance from now on.

    Never refused because the comment changed or left the public's sight: what was suspect stays suspect.
    """
    check(actor, Permission.COMMENT_SKIM)
    screen = get(session, SkimScreen, screen_id)
    if screen.user_id != actor.id:
        raise NotPermitted
    item = session.get(SkimItem, (screen_id, n))
    if item is None:
        raise NotFound
    if item.result is SkimResult.LIFTED:
        return item
    item.result, item.decided_at = SkimResult.LIFTED, clock.now()
    if item.comment_id:
        _suspect(session, actor, item.comment_id)
    session.flush()
    return item


def _suspect(session: Session, actor: Actor, comment_id: str) -> None:
    comment = get(session, Comment, comment_id, lock=True)
    before = facets.read(comment)
    facets.write(comment, facets.lifted(before))
    comment.serious = comment.serious or comment.emergency
    old = {"pv": before.pv.value, "screening": before.screening.value}
    new = {"pv": comment.pv.value, "screening": comment.screening.value, "revision": comment.revision_n}
    audit.record(session, actor, AuditAction.COMMENT_LIFT, "comment", comment.id, old=old, new=new)


def seconds_left(screen: SkimScreen, texts: int) -> int:
    """Return how long a screen must still be before its reader, in seconds; the least time goes by its texts."""
    least = get_settings().skim_seconds * texts / SCREEN
    return max(0, round(least - (clock.now() - screen.opened_at).total_seconds() + 0.499))


def pass_screen(session: Session, actor: Actor, *, screen_id: str) -> Passed:
    """End a screen as read: what was not lifted out is skimmed, unless it changed or was decided on meanwhile."""
    screen, items = _open_one(session, actor, screen_id)
    if left := seconds_left(screen, len(items)):
        raise RuleViolated(N_("Prenez le temps de lire : encore {n} s avant de passer à la suite."), n=left)
    comments = lock_comments(session, [item.comment_id for item in items if item.comment_id])
    current = _current(session, list(comments))
    now = clock.now()
    for item in [one for one in items if one.result is None]:
        comment = comments.get(item.comment_id or "")
        item.result = _end(comment, item, current) if comment else SkimResult.PASSED
        item.decided_at = now
    screen.closed_at = now
    session.flush()
    told = _told(session, items)
    audit.record(session, actor, AuditAction.SKIM_PASS, "skim", screen.id, new=_counted(items, told))
    return told


def _open_one(session: Session, actor: Actor, screen_id: str) -> tuple[SkimScreen, list[SkimItem]]:
    check(actor, Permission.COMMENT_SKIM)
    screen = get(session, SkimScreen, screen_id, lock=True)
    if screen.user_id != actor.id:
        raise NotPermitted
    if screen.closed_at or screen.opened_at <= clock.now() - OPEN_FOR:
        raise RuleViolated(
            N_("Cet écran n'est plus ouvert : ce qui n'a pas été lu jusqu'au bout est revenu. Ouvrez le suivant.")
        )
    return screen, items_of(session, screen.id)


def _current(session: Session, comment_ids: Sequence[str]) -> dict[str, str]:
    """Return the revision that reads now, by comment."""
    found = select(CommentRevision.comment_id, CommentRevision.id).where(
        CommentRevision.comment_id == Comment.id,
        CommentRevision.n == Comment.revision_n,
        col(Comment.id).in_(comment_ids),
    )
    return dict(session.exec(found).all())


def _end(comment: Comment, item: SkimItem, current: dict[str, str]) -> SkimResult:
    before = facets.read(comment)
    after = facets.skimmed(before)
    if current.get(comment.id) != item.revision_id or after == before or comment.pv is PvFacet.POSSIBLE:
        return SkimResult.CHANGED
    facets.write(comment, after)
    return SkimResult.PASSED


def _told(session: Session, items: Sequence[SkimItem]) -> Passed:
    ids = [item.witness_id for item in items if item.witness_id]
    witnesses = {one.id: one for one in session.exec(select(Witness).where(col(Witness.id).in_(ids)))} if ids else {}
    laid = [(witnesses[item.witness_id], item.result) for item in items if item.witness_id]
    real = [item.result for item in items if item.comment_id]
    return Passed(
        read=real.count(SkimResult.PASSED),
        lifted=real.count(SkimResult.LIFTED),
        changed=real.count(SkimResult.CHANGED),
        missed=tuple(one.why for one, result in laid if one.suspect and result is not SkimResult.LIFTED),
        caught=sum(one.suspect and result is SkimResult.LIFTED for one, result in laid),
    )


def _counted(items: Sequence[SkimItem], told: Passed) -> dict[str, int]:
    return {
        "texts": len(items),
        "skimmed": told.read,
        "lifted": told.lifted,
        "changed": told.changed,
        "witnesses_missed": len(told.missed),
        "witnesses_seen": told.caught,
    }


def stop(session: Session, actor: Actor, *, screen_id: str) -> None:
    """Put a screen away before its end: what was lifted out stays so, everything else comes back."""
    screen, items = _open_one(session, actor, screen_id)
    now = clock.now()
    for item in items:
        if item.result is None:
            item.result, item.decided_at = SkimResult.UNREAD, now
    screen.closed_at = now
    session.flush()
    lifted = sum(item.result is SkimResult.LIFTED for item in items)
    audit.record(session, actor, AuditAction.SKIM_STOP, "skim", screen.id, new={"texts": len(items), "lifted": lifted})


def write_witness(session: Session, actor: Actor, *, text: str, language: str, suspect: bool, why: str) -> Witness:
    """Write a text to lay among the comments, and say what a reader should have seen in it."""
    check(actor, Permission.WITNESS_KEEP)
    if not text.strip() or not why.strip():
        raise RuleViolated(N_("Donnez le texte du témoin, et ce que le lecteur aurait dû y voir."))
    witness = Witness(
        text=text.strip(), language=language, suspect=suspect, why=why.strip(), author_id=actor.id or "",
        created_at=clock.now(),
    )  # fmt: skip
    session.add(witness)
    session.flush()
    audit.record(session, actor, AuditAction.WITNESS_WRITE, "witness", witness.id, new={"suspect": suspect})
    return witness


def retire_witness(session: Session, actor: Actor, *, witness_id: str) -> None:
    """Lay a witness in no longer; what it showed stays."""
    check(actor, Permission.WITNESS_KEEP)
    witness = get(session, Witness, witness_id, lock=True)
    if witness.retired_at is None:
        witness.retired_at = clock.now()
        audit.record(session, actor, AuditAction.WITNESS_RETIRE, "witness", witness.id)
