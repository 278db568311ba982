"""The demonstration's queues: a legal threat, a wave of one sentence, comments that two officers left to others."""

from datetime import timedelta

from demo.stage import Stage
from models.enums import Role, SkipReason
from models.session import reading, transaction
from moderation import queries, skipping

SKIPPED = 2


def work(stage: Stage) -> None:
    """Let the officers of vigilance leave the first comments to others, each for a reason."""
    officers = [one for one in stage.people.values() if Role.PV_OFFICER in one.roles]
    with stage.at(stage.now - timedelta(minutes=20)):
        with reading() as session:
            rows = [row for row in queries.pv_queue(session) if not row.emergency][:SKIPPED]
        for row in rows:
            for officer, reason in zip(officers, SkipReason, strict=False):
                with transaction() as session:
                    skipping.skip(session, officer, comment_id=row.comment_id, revision_n=row.revision_n, reason=reason)
