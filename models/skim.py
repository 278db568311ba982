"""Skimming: what the detectors cleared, seen by a named person, twenty to a screen."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, enum_column, identifier, moment
from models.enums import Network, SkimMode, SkimResult


class Witness(Table, table=True):
    """A text written for the purpose, laid among real comments to learn whether readers still see.

    It is no comment: nothing can answer it, forward it, count it or publish it. `suspect`: a reader must lift it out.
    """

    __tablename__ = "witness"

    id: str = identifier()
    text: str
    language: str
    suspect: bool
    why: str
    author_id: str = Field(foreign_key="user_account.id")
    created_at: datetime = moment()
    retired_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class SkimScreen(Table, table=True):
    """One screen of at most twenty texts before one person; `closed_at` None while it is being read."""

    __tablename__ = "skim_screen"

    id: str = identifier()
    user_id: str = Field(foreign_key="user_account.id", index=True)
    mode: SkimMode = enum_column(SkimMode)
    opened_at: datetime = moment(index=True)
    closed_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class SkimItem(Table, table=True):
    """One text of a screen: a revision of a comment, or a witness; `n` is its place from 1.

    `chance` is the probability (0..1] with which the comment came to be read: its weight in any estimate is 1/chance.
    `network` is what a witness is shown as. `result` is None while the screen is open.
    """

    __tablename__ = "skim_item"

    screen_id: str = Field(foreign_key="skim_screen.id", primary_key=True)
    n: int = Field(primary_key=True)
    comment_id: str | None = Field(default=None, foreign_key="comment.id", index=True)
    revision_id: str | None = Field(default=None, foreign_key="comment_revision.id")
    witness_id: str | None = Field(default=None, foreign_key="witness.id", index=True)
    network: Network = enum_column(Network)
    chance: float = 1.0
    result: SkimResult | None = enum_column(SkimResult, nullable=True)
    decided_at: datetime | None = moment(nullable=True)
