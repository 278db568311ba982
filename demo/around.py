"""What the demonstration shows around one comment: two patients in one, "moi aussi", copies, a deletion."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from demo.stage import Stage
from models.session import transaction
from moderation import analysing, intake

HOURS_AGO = 2
SOON = timedelta(minutes=3)
TWO_PATIENTS = (
    "Depuis que je prends Cardexine j'ai des vertiges le matin. Ma mère, elle, a des nausées avec Cardexine et ne "
    "mange presque plus."
)
COPIED = "À partager : Cardexine rend malade des milliers de personnes et personne n'en parle"
DELETED = "Cardexine m'a fait gonfler les jambes, je n'en peux plus"


def show(stage: Stage) -> None:
    """Leave a thread, a wave and a comment that its author deletes, and bring them in."""
    with stage.at(stage.now - timedelta(hours=HOURS_AGO)) as moment:
        first, *_copies, gone = stage.ask(
            "comments",
            [
                _left(TWO_PATIENTS, "camille_v", moment),
                *(_left(COPIED + end, f"relais_{n}", moment) for n, end in enumerate(("", " !!", " 😡"))),
                _left(DELETED, "anouk_b", moment),
            ],
        )["ids"]
        answer = {"text": "Moi aussi, pareil !", "handle": "paul_t", "reply_to": first, "at": moment.isoformat()}
        stage.ask("comments", [answer])
        _bring(stage)
    with stage.at(moment + SOON):
        httpx.delete(f"{stage.sandbox}/_sandbox/comments/{gone}", timeout=30.0, trust_env=False).raise_for_status()
        with transaction() as session:
            intake.note_deleted(session, stage.account_id, [gone])


def _left(text: str, handle: str, moment: datetime) -> dict[str, Any]:
    return {"text": text, "handle": handle, "mention": True, "at": moment.isoformat()}


def _bring(stage: Stage) -> None:
    intake.poll_account(stage.account_id)
    while analysing.analyse_pending(100):
        pass
