"""What the screens of moderation show; every function reads, and nothing here writes."""

from moderation.queries import handoff
from moderation.queries.around import Fold, around, text_titles, wave_of
from moderation.queries.cases import case_list, case_view
from moderation.queries.comments import comment_row, comment_view
from moderation.queries.counts import comment_totals, counts, total
from moderation.queries.coverage import coverage, poll_ages
from moderation.queries.narrowing import Narrowing, View
from moderation.queries.queue import ROUTED, Queue, pv_queue, queue_counts, queue_length, queue_page
from moderation.queries.routes import routes_of, skips_of
from moderation.queries.texts import count_signable, list_texts, to_approve
from moderation.queries.waiting import people_waiting

__all__ = [
    "ROUTED",
    "Fold",
    "Narrowing",
    "Queue",
    "View",
    "around",
    "case_list",
    "case_view",
    "comment_row",
    "comment_totals",
    "comment_view",
    "count_signable",
    "counts",
    "coverage",
    "handoff",
    "list_texts",
    "people_waiting",
    "poll_ages",
    "pv_queue",
    "queue_counts",
    "queue_length",
    "queue_page",
    "routes_of",
    "skips_of",
    "text_titles",
    "to_approve",
    "total",
    "wave_of",
]
