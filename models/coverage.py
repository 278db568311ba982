"""How well each account is heard: its breaker, what each hour brought and cost, what we hold of each of our posts."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, Index, UniqueConstraint

from models.base import Table, enum_column, identifier, moment
from models.enums import BreakerStatus


class AccountBreaker(Table, table=True):
    """Whether an account's network is called now; an account without a row is called.

    `failures`: in a row. `next_trial_at`: when a single call may try again; while one tries, until when it has its
    turn. `last_error`: the class of the last failure.
    """

    __tablename__ = "account_breaker"

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id", unique=True)
    status: BreakerStatus = enum_column(BreakerStatus)
    failures: int = 0
    opened_at: datetime | None = moment(nullable=True)
    next_trial_at: datetime | None = moment(nullable=True)
    last_error: str | None = None
    row_version: int = 1


class AccountHour(Table, table=True):
    """What one hour (UTC) brought on one account, and what was asked of its network: the rhythm and the cost of it.

    `reads`: readings that succeeded. `new`: comments that we did not hold. `caps`: readings that a limit of the network
    cut short. `payloads`: comments that polls brought new or changed. `looked_up`, `own_posts`: the most comments, and
    the most posts of ours, that were asked for by id at once. `writes`, `link_writes`: posts and answers of ours, those
    with a link apart. `units`: what its calls took of a daily budget.
    """

    __tablename__ = "account_hour"
    __table_args__ = (UniqueConstraint("account_id", "starts_at"),)

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id")
    starts_at: datetime = moment()
    reads: int = 0
    new: int = 0
    caps: int = 0
    payloads: int = 0
    looked_up: int = 0
    own_posts: int = 0
    writes: int = 0
    link_writes: int = 0
    units: int = 0


class PostCoverage(Table, table=True):
    """What we hold of what was said under one of our posts, and what its network says, counted at one moment.

    `held`: comments of others that the public can see, counted as the network counts; `deeper`: answers to answers that
    it leaves out of its number; `ours`: answers of our own that it has in it; `deleted`: what we hold of what is gone.
    `network_count`: None where the network tells no number. `missing`: how many it has more than we. `unseen`: it tells
    of comments and lists none. `closed`: its comments are closed. `counted_at`: None until both were counted once.
    `watched`: the post is young enough to be read; an older one keeps its last numbers. `sought`: how many were missing
    when the post was last read from its beginning to find them, at `sought_at`.
    """

    __tablename__ = "post_coverage"
    __table_args__ = (Index("ix_post_coverage_worst", "watched", "unseen", "missing"),)

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    remote_id: str = Field(primary_key=True)
    held: int = 0
    deeper: int = 0
    ours: int = 0
    deleted: int = 0
    network_count: int | None = None
    missing: int = 0
    unseen: bool = False
    closed: bool = False
    watched: bool = True
    counted_at: datetime | None = moment(nullable=True)
    sought: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    sought_at: datetime | None = moment(nullable=True)
