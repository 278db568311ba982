"""When a review step is due: business hours of metropolitan France, or hours by the clock for an emergency."""

from datetime import datetime, timedelta

from compliance.business_hours import due_after


def step_due(entered_at: datetime, hours: float, *, by_the_clock: bool) -> datetime:
    """Return when a step entered at a moment is due, in UTC."""
    return entered_at + timedelta(hours=hours) if by_the_clock else due_after(entered_at, hours)
