"""The demonstration's answers: library texts through their circuit, words that wait for approval, a promised call."""

from datetime import timedelta
from typing import Any

from compliance import clock, signatures
from compliance.permissions import Actor
from demo.stage import Stage
from models.case import ApprovedText
from models.enums import ContactWay, Role
from models.session import get, reading, transaction
from moderation import approvals, call_backs, library, queries
from moderation.library import TextContent
from settings import get_settings

FREE = "Merci de nous l'avoir signalé : notre équipe vérifie et revient vers vous sur cette page."
ABOUT = "Dire ce que l'équipe a trouvé"


def fill(stage: Stage, texts: list[dict[str, Any]]) -> None:
    """Propose the texts in both languages; each role of the circuit signs them at one sitting, with one proof."""
    author = stage.holder(Role.COMMUNITY_MANAGER)
    signed: list[str] = []
    waits: list[str] = []
    with transaction() as session:
        for one in texts:
            for language in library.LANGUAGES:
                text = library.propose_text(session, author, content=_content(stage, one, language))
                (waits if one.get("waits") else signed).append(text.id)
    for role in library.SIGNED_BY:
        _sign_all(stage.holder(role), signed + (waits[:1] if role is Role.PV_OFFICER else []))


def _content(stage: Stage, one: dict[str, Any], language: str) -> TextContent:
    return TextContent(
        key=one["key"],
        language=language,
        title=one["title"],
        text=one[language],
        intents=one["intents"],
        products=one.get("products", ()),
        choices=one.get("choices", {}),
        valid_until=(stage.now + timedelta(days=300)).date(),
    )


def _sign_all(signer: Actor, text_ids: list[str]) -> None:
    opened: dict[str, str] = {}
    with transaction() as session:
        for text_id in text_ids:
            sha = get(session, ApprovedText, text_id).content_sha256
            opened[text_id] = library.open_text_signature(session, signer, text_id=text_id, seen_sha256=sha).nonce_id
    with transaction() as session:
        password = get_settings().demo_password
        refusal = signatures.prove_all(session, signer, nonce_ids=list(opened.values()), password=password)
    if refusal:
        raise refusal
    with transaction() as session:
        for text_id, nonce_id in opened.items():
            sha = get(session, ApprovedText, text_id).content_sha256
            library.sign_text(session, signer, text_id=text_id, row_version=None, seen_sha256=sha, nonce_id=nonce_id)


def leave_open(stage: Stage) -> None:
    """Leave an answer of one's own with its approver, and promise somebody a message by tomorrow."""
    manager = stage.holder(Role.COMMUNITY_MANAGER)
    with clock.at(stage.now - timedelta(minutes=40)):
        with reading() as session:
            rows = [row for row in queries.people_waiting(session, limit=40).rows if not row.row.emergency]
        with transaction() as session:
            for waiting in rows[-1:]:
                approvals.submit_answer(
                    session,
                    manager,
                    comment_id=waiting.row.comment_id,
                    row_version=waiting.row.row_version,
                    before=FREE,
                )
            for waiting in rows[-2:-1]:
                call_backs.promise_contact(
                    session, manager, comment_id=waiting.row.comment_id, way=ContactWay.PRIVATE_MESSAGE, about=ABOUT,
                    due_at=stage.now + timedelta(hours=20),
                )  # fmt: skip
