"""What the screens of moderation show; every function reads, and nothing here writes."""

from moderation.queries import handoff
from moderation.queries.around import around, text_titles, wave_of
from moderation.queries.cases import case_list, case_view
from moderation.queries.comments import comment_view
from moderation.queries.counts import comment_totals, counts
from moderation.queries.coverage import coverage, poll_ages
from moderation.queries.queue import Queue, pv_queue, queue_length
from moderation.queries.waiting import people_waiting

__all__ = [
    "Queue",
    "around",
    "case_list",
    "case_view",
    "comment_totals",
    "comment_view",
    "counts",
    "coverage",
    "handoff",
    "people_waiting",
    "poll_ages",
    "pv_queue",
    "queue_length",
    "text_titles",
    "wave_of",
]
