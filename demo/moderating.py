"""The demonstration's comments: left on the sandbox at past hours, polled and screened, some of them handled."""

from datetime import timedelta
from typing import Any

from compliance import clock, outbox
from compliance.permissions import Actor
from demo.stage import Stage
from models.enums import CaseStatus, EffectKind, NoneReason, Role, TriageOutcome, WaiverReason
from models.session import reading, transaction
from moderation import analysing, cases, intake, queries, replies, triage
from moderation.queries.rows import QueueRow
from moderation.worker import HANDLERS
from settings import get_settings

WAVES_HOURS_AGO = (52, 27, 9, 3)
SHOWN_MINUTES = 40
HANDLED_WAVES = 2
ANSWERED = 12

EFFECTS = {kind: HANDLERS[kind] for kind in (EffectKind.MAIL, EffectKind.REPLY)}


def moderate(stage: Stage, comments: list[dict[str, Any]], published: dict[str, str]) -> None:
    """Let the comments come in waves; the first waves are handled by the officer and the community manager."""
    size = -(-len(comments) // len(WAVES_HOURS_AGO))
    for n, hours in enumerate(WAVES_HOURS_AGO):
        with stage.at(stage.now - timedelta(hours=hours)) as moment:
            wave = comments[n * size : (n + 1) * size]
            stage.ask("comments", [_left(one, published, moment, k) for k, one in enumerate(wave)])
            intake.poll_account(stage.account_id)
            while analysing.analyse_pending(100):
                pass
        if n < HANDLED_WAVES:
            with stage.at(stage.now - timedelta(hours=hours - 2)):
                _triage_all(stage.holder(Role.PV_OFFICER))
                _answer_some(stage.holder(Role.COMMUNITY_MANAGER))


def _left(one: dict[str, Any], published: dict[str, str], moment: Any, k: int) -> dict[str, Any]:
    at = moment - timedelta(minutes=SHOWN_MINUTES * (k + 1) / 30)
    target = published.get(one["theme"]) if one["theme"] else None
    placed = {"reply_to": target} if target else {"mention": True}
    return {"text": one["text"], "at": at.isoformat()} | placed


def _triage_all(officer: Actor) -> None:
    with reading() as session:
        rows = queries.pv_queue(session, limit=200)
    for row in rows:
        _triage(officer, row)
    _carry_out()
    _acknowledge_first(officer)


def _triage(officer: Actor, row: QueueRow) -> None:
    """Decide as the detectors suggest: a stand-in for the officer's judgement, in the demonstration's past only."""
    flagged = row.case_id is not None
    with transaction() as session:
        triage.mark_displayed(session, officer, comment_ids=[row.comment_id])
        triage.claim(session, officer, comment_id=row.comment_id)
    with transaction() as session:
        triage.classify(
            session,
            officer,
            comment_id=row.comment_id,
            revision_n=row.revision_n,
            row_version=queries.comment_view(session, row.comment_id).row.row_version,
            outcomes=[TriageOutcome.ADVERSE_EVENT] if flagged else [TriageOutcome.NONE],
            none_reason=None if flagged else NoneReason.OFF_TOPIC,
        )
    if flagged and row.case_id:
        _escalate(officer, row, row.case_id)


def _escalate(officer: Actor, row: QueueRow, case_id: str) -> None:
    words = row.text or ""
    reactions = [words[s.start : s.end] for s in row.evidence if s.kind == "reaction"]
    named = [s.label for s in row.evidence if s.kind == "product"]
    with transaction() as session:
        case = queries.case_view(session, case_id).line
        cases.fill(
            session,
            officer,
            case_id=case_id,
            row_version=case.row_version,
            reporter=row.pseudonym,
            patient="la personne qui écrit",
            reporter_known=True,
            patient_known=True,
            products=[cases.ProductGiven(name) for name in dict.fromkeys(named)],
            reactions=list(dict.fromkeys(reactions)),
        )
    with transaction() as session:
        case = queries.case_view(session, case_id).line
        cases.escalate(session, officer, case_id=case_id, row_version=case.row_version)


def _acknowledge_first(officer: Actor) -> None:
    with reading() as session:
        forwarded = queries.case_list(session, status=CaseStatus.FORWARDED, limit=3)
    for n, case in enumerate(forwarded, start=1):
        with transaction() as session:
            cases.acknowledge(
                session,
                officer,
                case_id=case.id,
                pv_reference=f"PV-{clock.now():%m%d}-{n:02d}",
                acknowledged_by="Service de pharmacovigilance",
                at=clock.now(),
            )


def _answer_some(manager: Actor) -> None:
    with reading() as session:
        rows = queries.people_waiting(session, limit=ANSWERED).rows
    for n, waiting in enumerate(rows):
        with transaction() as session:
            row = waiting.row
            if waiting.suggestion and not waiting.suggestion.fields and n % 4:
                replies.answer(
                    session,
                    manager,
                    comment_id=row.comment_id,
                    row_version=row.row_version,
                    approved_text_id=waiting.suggestion.id,
                )
            else:
                reason = WaiverReason.NO_ANSWER_EXPECTED
                replies.waive(session, manager, comment_id=row.comment_id, row_version=row.row_version, reason=reason)
    _carry_out(get_settings().reply_undo_seconds)


def _carry_out(seconds: int = 0) -> None:
    """Send what is due, some seconds later: answers leave once they can no longer be called back."""
    with clock.at(clock.now() + timedelta(seconds=seconds)):
        while outbox.run_one("demo", EFFECTS):
            pass
