"""How many comments came in on each account and where their screening stands, added up by the database itself."""

from sqlmodel import Field

from models.base import Table


class CommentTally(Table, table=True):
    """A part of an account's sums, which are those of all its rows.

    Triggers add a row with every comment received and every change of its screening, in the same transaction, so that
    the sums are never behind; the worker folds the rows into one an account. `received` is counted by itself.
    """

    __tablename__ = "comment_tally"

    id: int | None = Field(default=None, primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    received: int
    flagged: int
    skimmed: int
    cleared: int
    unscreened: int
