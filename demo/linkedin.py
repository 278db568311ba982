"""The company's LinkedIn page: posts written there by hand and what is said under them; the worker brings it in."""

from datetime import timedelta
from typing import Any

from compliance import accounts
from compliance.permissions import SYSTEM
from connectors.sandbox.linkedin.network import COMPANY, USER
from demo.stage import Stage, load
from models.enums import Network
from models.session import transaction


def open_page(stage: Stage) -> None:
    """Fill the page, and connect it."""
    for one in load("linkedin.yaml"):
        _write(stage, one)
    with transaction() as session:
        accounts.connect_account(
            session,
            SYSTEM,
            network=Network.LINKEDIN,
            handle=COMPANY.handle,
            display_name=COMPANY.name,
            external_id=COMPANY.id,
            token=USER,
        )


def _write(stage: Stage, one: dict[str, Any]) -> None:
    at = stage.now - timedelta(hours=one["hours"])
    page = {"network": "linkedin"}
    post = stage.ask("posts", {**page, "text": one["text"], "at": at.isoformat()})["id"]
    written: list[str] = []
    for comment in one["comments"]:
        under = written[comment["under"]] if "under" in comment else post
        said = {"text": comment["text"], "handle": comment["handle"], "reply_to": under}
        moment = at + timedelta(minutes=comment["minutes"])
        written.append(stage.ask("comments", {**page, **said, "at": moment.isoformat()})["id"])
