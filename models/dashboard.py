"""What the dashboards add up: one row a day, network and product, counted again when something of the day changed."""

from datetime import date, datetime

from sqlmodel import Field

from models.base import Table, enum_column, json_column, moment
from models.enums import Network


class DashboardDay(Table, table=True):
    """A day (Paris) that was counted; `fingerprint` changes with every comment and case of that day."""

    __tablename__ = "dashboard_day"

    day: date = Field(primary_key=True)
    fingerprint: str
    counted_at: datetime = moment()


class DashboardFigures(Table, table=True):
    """What was counted of a day's comments and cases on one network; `product` empty: whatever they name.

    The keys of `figures` and `times` are those of `moderation.figures`; no text, no author, no identifier.
    """

    __tablename__ = "dashboard_figures"

    day: date = Field(primary_key=True)
    network: Network = enum_column(Network, primary_key=True)
    product: str = Field(primary_key=True)
    figures: dict[str, int] = json_column()
    times: dict[str, int] = json_column()
