"""Which kinds of rows stand around a comment: most have hardly any, and what is not there need not be asked for."""

from functools import cache
from typing import Any

from sqlalchemy import String, bindparam, literal
from sqlalchemy import select as select_columns
from sqlmodel import Session

from models.answer import CallBack
from models.base import Table
from models.case import CaseComment, Reply
from models.comment import Tombstone, TriageDecision
from models.visibility import Evidence, VisibilityAct, VisibilityContest

KINDS: tuple[Any, ...] = (
    CallBack,
    CaseComment,
    Evidence,
    Reply,
    Tombstone,
    TriageDecision,
    VisibilityAct,
    VisibilityContest,
)


def traces_of(session: Session, comment_id: str) -> frozenset[type[Table]]:
    """Return the kinds of which a comment has any row."""
    there = session.execute(_any_of_each(), {"comment_id": comment_id}).one()
    return frozenset(kind for kind, found in zip(KINDS, there, strict=True) if found)


@cache
def _any_of_each() -> Any:
    wanted = bindparam("comment_id", type_=String())
    return select_columns(*(select_columns(literal(1)).where(kind.comment_id == wanted).exists() for kind in KINDS))
