"""A post that somebody wrote on X itself, past the committee: the incident, and what is said under it."""

from datetime import timedelta

from demo.stage import Stage
from moderation import analysing, bypass, intake

HOURS_AGO = 5
TEXT = "On a testé pour vous : avec Hélioprotect, zéro coup de soleil, même à midi 😎"
SAID = ("plage_ouest", "Même à midi, vraiment ? Mon fils a brûlé hier avec.")


def write_past_the_committee(stage: Stage) -> None:
    """Write the post and a comment, let the look find the one, and bring the other in."""
    at = stage.now - timedelta(hours=HOURS_AGO)
    post = stage.ask("posts", {"text": TEXT, "at": at.isoformat()})["id"]
    said = {"handle": SAID[0], "text": SAID[1], "reply_to": post, "at": (at + timedelta(hours=1)).isoformat()}
    stage.ask("comments", said)
    bypass.look_for_bypasses(stage.account_id)
    intake.poll_account(stage.account_id)
    while analysing.analyse_pending(100):
        pass
