"""The cards that a Teams channel shows, as adaptive cards: what waits, for whom, until when, the way to it."""

import re
from typing import Any

from compliance import clock
from i18n import Language, _
from models.post import Post, PostVersion
from models.review import ReviewStep
from workflow.letters import opens_only, review_link, speaking
from workflow.reminders import Reminder
from workflow.words import said

ASKED, TRIAL = "asked", "trial"
MARKDOWN = re.compile(r"([\\`*_\[\]()#~>|!])")
LONGEST_TITLE = 200


def step_card(what: str, post: Post, version: PostVersion, step: ReviewStep) -> dict[str, Any]:
    """Return the card of an open step: asked for, half way, late, or without a signature."""
    with speaking(Language.FR):
        titles = {
            ASKED: _("À signer"),
            Reminder.HALFWAY: _("Toujours à signer"),
            Reminder.DUE: _("En retard"),
            Reminder.ESCALATION: _("Étape sans signature"),
        }
        due = f"{clock.paris(step.due_at):%d/%m/%Y %H:%M}" if step.due_at else ""
        facts = [
            (_("Publication"), plain(f"« {post.title[:LONGEST_TITLE]} », v{version.n}")),
            (_("Attend"), said(step.role)),
            (_("Avant le"), due),
        ]
        return _message(titles[what], facts, opens_only(), review_link(post.id, version.n, step.id))


def trial_card(name: str) -> dict[str, Any]:
    """Return the card that says that a channel works."""
    with speaking(Language.FR):
        return _message(_("Ce canal est relié à Covigie"), [(_("Canal"), plain(name))], _("Message d'essai."), "")


def plain(text: str) -> str:
    """Return a text that a card shows as it reads: its marks are no Markdown."""
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _message(title: str, facts: list[tuple[str, str]], below: str, link: str) -> dict[str, Any]:
    content: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": title, "size": "Medium", "weight": "Bolder", "wrap": True},
            {"type": "FactSet", "facts": [{"title": name, "value": value} for name, value in facts if value]},
            {"type": "TextBlock", "text": below, "isSubtle": True, "wrap": True},
        ],
    }
    if link:
        content["actions"] = [{"type": "Action.OpenUrl", "title": _("Relire et décider"), "url": link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}
