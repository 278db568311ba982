"""Comments for the tests, walking the real path: a page as a channel gives it, stored, screened, taken."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from compliance import accounts, clock, outbox
from compliance.permissions import SYSTEM, Actor
from compliance.sign_in import actor_of
from connectors.base import CommentPage, IncomingComment, Token
from connectors.sandbox import COMPANY, OAUTH2
from models.account import Account
from models.case import ApprovedText, Case, CaseComment, Reaction, Reply, SuspectProduct
from models.comment import (
    Comment,
    CommentRevision,
    DetectorFinding,
    RawEvent,
    ScreeningRecord,
    Tombstone,
    TriageDecision,
)
from models.compliance import AuditEvent
from models.enums import EffectKind, Network, ProductKind, ProductOwner, Role
from models.product import Product
from models.session import get, reading, transaction
from models.user import User
from moderation import analysing, cases, intake, library, replies
from moderation.deadlines import paris_day
from settings import get_settings
from tests.factories import person, proven_nonce
from tests.terms_factories import sign_terms

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
"""A Wednesday, noon in Paris."""

ADVERSE = "Depuis que je prends Cardexine j'ai des vertiges et des nausées."
HARMLESS = "Merci pour cette belle photo, bravo à toute l'équipe !"


def company_account(handle: str = "LabosHelior", external_id: str = "1000") -> Account:
    """Connect an account of the company."""
    with transaction() as session:
        return accounts.connect_account(
            session,
            SYSTEM,
            network=Network.X,
            handle=handle,
            display_name=f"@{handle}",
            external_id=external_id,
            token=Token("token"),
        )


def products() -> None:
    """Register one product of ours and one of a competitor."""
    with transaction() as session:
        session.add(Product(name="Cardexine", substance="amlodipine", kind=ProductKind.RX, owner=ProductOwner.OWN))
        session.add(
            Product(name="Rivalox", substance="loratadine", kind=ProductKind.OTC, owner=ProductOwner.COMPETITOR)
        )


def officer(login: str = "pv") -> Actor:
    """Create a pharmacovigilance officer."""
    return person(Role.PV_OFFICER, login=login)


def community_manager(login: str = "cm") -> Actor:
    """Create a community manager."""
    return person(Role.COMMUNITY_MANAGER, login=login)


def incoming(
    n: int, text: str = HARMLESS, *, author: str = "42", handle: str = "quelquun", edits: tuple[str, ...] = (), **more
) -> IncomingComment:
    """Return a comment as a channel reads it; `edits` are the network's ids of its later versions."""
    first = str(n)
    chain = (first, *edits)
    fields = {"parent_id": None, "conversation_id": "9000", "posted_at": NOON, "media": ()} | more
    raw = json.dumps({"id": chain[-1], "text": text, "author_id": author, "edit_history_tweet_ids": chain})
    return IncomingComment(
        external_id=first,
        text=text,
        author_id=author,
        author_handle=handle,
        permalink=f"https://x.com/{handle}/status/{chain[-1]}",
        edit_ids=chain,
        raw_json=fields.pop("raw_json", raw),
        **fields,
    )


def page(*comments: IncomingComment, cursor: str = "c1", **more) -> CommentPage:
    """Return a page of comments."""
    return CommentPage(comments=comments, cursor=cursor, **more)


def bring(account: Account, *comments: IncomingComment, cursor: str = "c1") -> list[str]:
    """Store a page of comments; returns the ids of the stored ones."""
    with transaction() as session:
        intake.store_page(session, account.id, page(*comments, cursor=cursor))
    with reading() as session:
        wanted = [one.external_id for one in comments]
        found = session.exec(select(Comment).where(Comment.account_id == account.id)).all()
        by_external = {comment.external_id: comment.id for comment in found}
        return [by_external[key] for key in wanted if key in by_external]


def bring_text(account: Account, text: str, n: int = 1, **more) -> str:
    """Store one comment and screen it; returns its id."""
    (comment_id,) = bring(account, incoming(n, text, **more))
    analysing.analyse_pending()
    return comment_id


def comment(comment_id: str) -> Comment:
    """Read a comment as it stands."""
    with reading() as session:
        return get(session, Comment, comment_id)


def revisions(comment_id: str) -> list[CommentRevision]:
    """Read a comment's revisions, in the order of their numbers."""
    with reading() as session:
        found = select(CommentRevision).where(CommentRevision.comment_id == comment_id).order_by(col(CommentRevision.n))
        return list(session.exec(found))


def sandbox_account() -> Account:
    """Connect the sandbox's company account, as the demonstration does; its network's terms are signed."""
    sign_terms()
    with transaction() as session:
        return accounts.connect_account(
            session,
            SYSTEM,
            network=Network.X,
            handle=COMPANY.handle,
            display_name=COMPANY.name,
            external_id=COMPANY.id,
            token=OAUTH2,
        )


def every_row() -> dict[str, list[str]]:
    """Read all that moderation stores, table by table, row by row; times of polls left out."""
    kinds: list[Any] = [RawEvent, Comment, CommentRevision, Tombstone, ScreeningRecord, DetectorFinding, TriageDecision]
    kinds += [Case, CaseComment, SuspectProduct, Reaction, Reply, AuditEvent]
    with reading() as session:
        return {
            kind.__tablename__: sorted(repr(sorted(row.model_dump().items())) for row in session.exec(select(kind)))
            for kind in kinds
        }


def count(kind: Any, *conditions: Any) -> int:
    """Count rows."""
    with reading() as session:
        return len(session.exec(select(kind).where(*conditions)).all())


def proposed_text(actor: Actor, *, text: str = "Bonjour, merci de votre message.", **more) -> ApprovedText:
    """Propose a text for the library."""
    fields = {"key": "merci", "language": "fr", "title": "Remerciement", "intents": ["praise", "chat"]}
    until = {"valid_until": paris_day(clock.now()) + timedelta(days=90)}
    with transaction() as session:
        return library.propose_text(session, actor, content=library.TextContent(text=text, **(fields | until | more)))


def signer(role: Role) -> Actor:
    """Return the one who signs texts as this role, made when first asked for."""
    login = f"signs_{role.value}"
    with transaction() as session:
        known = session.exec(select(User).where(User.login == login)).first()
        if known:
            return actor_of(session, known)
    return person(role, login=login)


def sign_text(actor: Actor, text_id: str) -> ApprovedText:
    """Sign a text as it stands."""
    with reading() as session:
        text = get(session, ApprovedText, text_id)
    nonce = proven_nonce(actor, subject_id=text.id, content_sha256=text.content_sha256)
    with transaction() as session:
        return library.sign_text(
            session, actor, text_id=text.id, row_version=text.row_version, seen_sha256=text.content_sha256,
            nonce_id=nonce,
        )  # fmt: skip


def approved_text(actor: Actor | None = None, **fields) -> ApprovedText:
    """Propose a text and have the whole circuit sign it."""
    text = proposed_text(actor or signer(Role.COMMUNICATIONS), **fields)
    for role in (Role.PV_OFFICER, Role.MEDICAL, Role.REGULATORY):
        text = sign_text(signer(role), text.id)
    return text


def work(handlers: dict | None = None, most: int = 20) -> None:
    """Carry out what is due in the outbox, as a worker does: now, then once answers can no longer be called back."""
    chosen: dict[EffectKind, outbox.Handler] = handlers or {
        EffectKind.MAIL: cases.MAIL_HANDLER,
        EffectKind.REPLY: replies.REPLY_HANDLER,
    }
    answers: dict[EffectKind, outbox.Handler] = {
        kind: handler for kind, handler in chosen.items() if kind is EffectKind.REPLY
    }
    undo = timedelta(seconds=get_settings().reply_undo_seconds)
    for handled, wait in ((chosen, timedelta()), (answers, undo)):
        with clock.at(clock.now() + wait):
            for _ in range(most if handled else 0):
                if not outbox.run_one("worker", handled):
                    break
