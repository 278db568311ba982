"""GET /healthz: what a supervisor needs to know, without sign-in and without personal data."""

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from compliance import clock
from models.account import Account, CoverageRecord
from models.comment import Comment
from models.engine_room import Heartbeat
from models.enums import Screening
from models.session import reading

log = structlog.get_logger()


def health() -> tuple[dict[str, Any], int]:
    """Return the state of the installation and the HTTP status: 503 when the database does not answer."""
    try:
        with reading() as session:
            now = clock.now()
            return {
                "database": "ok",
                "worker": worker_age(session, now),
                "polls": polls(session, now),
                "comments": comments(session),
            }, 200
    except (SQLAlchemyError, OSError):
        log.exception("the database does not answer")
        return {"database": "unreachable", "worker": None, "polls": [], "comments": None}, 503


def age(moment: datetime | None, now: datetime) -> float | None:
    """Return the seconds since a moment."""
    return round((now - moment).total_seconds(), 1) if moment else None


def worker_age(session: Session, now: datetime) -> float | None:
    """Return the seconds since the worker's last sign of life; None when it never gave one."""
    beat = session.get(Heartbeat, "worker")
    return age(beat.beat_at, now) if beat else None


def polls(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Return the last poll of each account: its age in seconds and what came of it."""
    newest = select(CoverageRecord.account_id, func.max(CoverageRecord.polled_at).label("at"))
    last = newest.group_by(CoverageRecord.account_id).subquery()
    rows = session.exec(
        select(Account, CoverageRecord)
        .join(last, col(Account.id) == last.c.account_id, isouter=True)
        .join(
            CoverageRecord,
            (col(CoverageRecord.account_id) == last.c.account_id) & (col(CoverageRecord.polled_at) == last.c.at),
            isouter=True,
        )
        .order_by(col(Account.network), col(Account.handle))
    ).all()
    return [_poll(account, record, now) for account, record in rows]


def _poll(account: Account, record: CoverageRecord | None, now: datetime) -> dict[str, Any]:
    outcome = "never" if record is None else "ok" if record.succeeded else record.error or "failed"
    told = {"account": account.id, "network": account.network.value, "status": account.status.value}
    return told | {"age": age(record.polled_at if record else None, now), "outcome": outcome}


def comments(session: Session) -> dict[str, int]:
    """Return the counts that must add up: received = flagged + skimmed + cleared + unscreened."""
    rows = session.exec(select(Comment.screening, func.count()).group_by(col(Comment.screening))).all()
    counts = {str(state): 0 for state in Screening} | {str(state): count for state, count in rows}
    return {"received": sum(counts.values())} | counts


async def answer(_request: Request) -> Response:
    """GET /healthz."""
    body, status = await run_in_threadpool(health)
    return JSONResponse(body, status_code=status, headers={"cache-control": "no-store"})


ROUTES = [Route("/healthz", answer, methods=["GET"])]
