"""What the screens of moderation show; every function reads, and nothing here writes."""

from moderation.queries.counts import comment_totals, counts
from moderation.queries.queue import Queue, pv_queue, queue_length

__all__ = ["Queue", "comment_totals", "counts", "pv_queue", "queue_length"]
