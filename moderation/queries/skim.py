"""What a reader of cleared comments is given: the open screen, what is left, the day's count and pace."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from compliance import clock
from models.comment import Comment
from models.enums import Network, SkimMode, SkimResult
from models.skim import SkimItem, SkimScreen, Witness
from moderation.deadlines import day_bounds, paris_day
from moderation.queries.queue import rows_of
from moderation.queries.rows import QueueRow
from moderation.skim_choice import left_to_read, month_plan
from moderation.skimming import items_of


@dataclass(frozen=True)
class SkimCard:
    """One text of a screen. A witness looks like the comments around it; `row` is None for one."""

    n: int
    text: str | None
    network: Network
    posted_at: datetime
    post_title: str | None
    parent_text: str | None
    lifted: bool
    row: QueueRow | None


@dataclass(frozen=True)
class SkimView:
    """An open screen."""

    screen: SkimScreen
    cards: tuple[SkimCard, ...]


@dataclass(frozen=True)
class SkimProgress:
    """What is left to read (of the sample, when one is read), and what this person read today; seconds a text.

    `left` is counted no further than one more than `MOST_COUNTED`.
    """

    mode: SkimMode
    share: float
    left: int
    read_today: int
    lifted_today: int
    seconds_each: float | None


@dataclass(frozen=True)
class WitnessLine:
    """A witness and how often it was laid in, and missed or wrongly lifted."""

    id: str
    text: str
    suspect: bool
    why: str
    laid: int
    failed: int
    retired: bool


def skim_view(session: Session, screen: SkimScreen) -> SkimView:
    """Return a screen as it is read; a witness takes the surroundings of the comment beside it."""
    items = items_of(session, screen.id)
    ids = [item.comment_id for item in items if item.comment_id]
    comments = {c.id: c for c in session.exec(select(Comment).where(col(Comment.id).in_(ids)))}
    rows = {row.comment_id: row for row in rows_of(session, [comments[i] for i in ids])}
    texts = dict(session.exec(select(Witness.id, Witness.text).where(col(Witness.id).in_(_witnesses(items)))).all())
    first = next(iter(rows.values()), None)
    cards, beside = [], first
    for item in items:
        row = rows.get(item.comment_id or "")
        beside = row or beside
        cards.append(_card(item, row, beside, texts.get(item.witness_id or "")))
    return SkimView(screen, tuple(cards))


def _witnesses(items: list[SkimItem]) -> list[str]:
    return [item.witness_id for item in items if item.witness_id]


def _card(item: SkimItem, row: QueueRow | None, beside: QueueRow | None, witness: str | None) -> SkimCard:
    return SkimCard(
        n=item.n,
        text=row.text if row else witness,
        network=item.network,
        posted_at=beside.posted_at if beside else clock.now(),
        post_title=beside.post_title if beside else None,
        parent_text=row.parent_text if row else None,
        lifted=item.result is SkimResult.LIFTED,
        row=row,
    )


def skim_progress(session: Session, user_id: str | None) -> SkimProgress:
    """Return what is left, and the day's count and pace of one person."""
    plan = month_plan(session)
    left = left_to_read(session, plan)
    start, end = day_bounds(paris_day(clock.now()))
    mine = (SkimScreen.user_id == user_id, SkimScreen.opened_at >= start, SkimScreen.opened_at < end)
    read, lifted = session.exec(
        select(
            func.sum(case((col(SkimItem.result) == SkimResult.PASSED, 1), else_=0)),
            func.sum(case((col(SkimItem.result) == SkimResult.LIFTED, 1), else_=0)),
        ).where(SkimItem.screen_id == SkimScreen.id, *mine)
    ).one()
    times = session.exec(select(SkimScreen.opened_at, SkimScreen.closed_at).where(*mine)).all()
    spent = sum((closed - opened).total_seconds() for opened, closed in times if closed)
    done = (read or 0) + (lifted or 0)
    return SkimProgress(plan.mode, plan.share, left, read or 0, lifted or 0, spent / done if done else None)


def witnesses(session: Session) -> list[WitnessLine]:
    """Return the witnesses, those in use first, with how readers fared."""
    wrong = case(
        ((col(SkimItem.result) == SkimResult.LIFTED) != col(Witness.suspect), 1),
        else_=0,
    )
    ended = col(SkimItem.result).in_((SkimResult.PASSED, SkimResult.LIFTED))
    counted = (
        select(col(SkimItem.witness_id), func.count(), func.sum(wrong))
        .where(SkimItem.witness_id == Witness.id, ended)
        .group_by(col(SkimItem.witness_id))
    )
    numbers = {witness_id: (laid, failed) for witness_id, laid, failed in session.exec(counted)}
    found = session.exec(select(Witness).order_by(col(Witness.retired_at).is_not(None), col(Witness.id)))
    return [
        WitnessLine(w.id, w.text, w.suspect, w.why, *numbers.get(w.id, (0, 0)), w.retired_at is not None) for w in found
    ]
