"""The demonstration's dashboards: the days so far, counted as the worker does."""

from moderation import rolling_up


def count_days() -> None:
    """Count the days of the demonstration, so that the dashboards open on figures."""
    rolling_up.roll_up_touched()
