"""A comment and which kinds of rows stand around it: most have hardly any; what is not there need not be asked for."""

from functools import cache
from typing import Any

from sqlalchemy import String, bindparam, literal
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from errors import NotFound
from models.answer import CallBack
from models.base import Table
from models.case import CaseComment, Reply
from models.comment import Comment, Tombstone, TriageDecision
from models.queueing import CommentRoute, CommentSkip
from models.visibility import Evidence, VisibilityAct, VisibilityContest

KINDS: tuple[Any, ...] = (
    CallBack,
    CaseComment,
    CommentRoute,
    CommentSkip,
    Evidence,
    Reply,
    Tombstone,
    TriageDecision,
    VisibilityAct,
    VisibilityContest,
)


def traces_of(session: Session, comment_id: str) -> tuple[Comment, frozenset[type[Table]]]:
    """Return a comment with the kinds of which it has any row; raises NotFound."""
    found = session.execute(_any_of_each(), {"comment_id": comment_id}).first()
    if found is None:
        raise NotFound
    return found[0], frozenset(kind for kind, there in zip(KINDS, found[1:], strict=True) if there)


@cache
def _any_of_each() -> Any:
    wanted = bindparam("comment_id", type_=String())
    there = (select_columns(literal(1)).where(kind.comment_id == wanted).exists() for kind in KINDS)
    return select_columns(Comment, *there).where(col(Comment.id) == wanted)
