"""Folding the rows that the database adds up into one an account: the sums stay, reading them stays quick."""

from functools import cache
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from models.session import transaction
from models.tally import CommentTally

SUMS = ("received", "flagged", "skimmed", "cleared", "unscreened")
ROUND = "fold_tallies"
"""The worker's periodic job."""


def sums(session: Session) -> dict[str, list[int]]:
    """Return by account the numbers of `SUMS`, as they stand now."""
    return {account_id: [int(number) for number in numbers] for account_id, *numbers in session.execute(_summed())}


@cache
def _summed() -> Any:
    summed = (func.sum(getattr(CommentTally, name)) for name in SUMS)
    return select_columns(col(CommentTally.account_id), *summed).group_by(col(CommentTally.account_id))


def fold() -> None:
    """Put one row an account in the place of those that there are.

    Exactly the rows that were removed are summed: one that another transaction adds meanwhile stays for the next time.
    """
    with transaction() as session:
        columns: list[Any] = [getattr(CommentTally, name) for name in ("account_id", *SUMS)]
        folded: dict[str, list[int]] = {}
        for account_id, *numbers in session.execute(delete(CommentTally).returning(*columns)):
            held = folded.get(account_id, [0] * len(SUMS))
            folded[account_id] = [one + other for one, other in zip(held, numbers, strict=True)]
        for account_id, numbers in sorted(folded.items()):
            session.add(CommentTally(account_id=account_id, **dict(zip(SUMS, numbers, strict=True))))
