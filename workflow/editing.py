"""What the editor shows: one's own draft or the newest version, who else writes, what a conflict is about."""

from sqlmodel import Session, col, select

from compliance.permissions import Actor, Permission, allows, check
from models.account import Account
from models.draft import PostDraft
from models.enums import Network, PostAction, PostStatus, ProductOwner
from models.post import Post
from models.product import Product
from models.session import get
from models.user import User
from workflow.autosave import content_of_draft, draft_of, new_drafts, others_drafts, own_draft
from workflow.common_text import with_common
from workflow.comparing import Changes, content_changes
from workflow.content import PostContent
from workflow.findings import stored_content
from workflow.note_rows import notes_rows
from workflow.outgoing import has_channel, only_by_address
from workflow.public_media import base_address
from workflow.rounds import current_version, decisions_of, rounds_of
from workflow.rows import AccountRow, DraftRow, EditorView, NewDraftRow, ProductRow, WriterRow
from workflow.views import allowed_actions, circuit_for, decision_row, findings_rows
from workflow.wordings import recall_common

NOWHERE = (Network.PHONE, Network.EMAIL, Network.FILE)
"""Where messages come from, and nothing is published."""

NEW = frozenset({PostAction.EDIT, PostAction.SUBMIT})


def editor_view(
    session: Session, actor: Actor, *, post_id: str | None = None, draft_id: str | None = None
) -> EditorView:
    """Return what the editor opens with: a post, a draft of one's own that is no post yet, or nothing."""
    check(actor, Permission.POST_READ)
    draft = own_draft(session, actor, draft_id) if draft_id else draft_of(session, actor, post_id)
    post = get(session, Post, post_id) if post_id else None
    version = current_version(session, post) if post else None
    rounds = rounds_of(session, post.id) if post else ()
    decided = decisions_of(session, rounds[0].id) if rounds else ()
    content = _content(session, post, draft)
    return EditorView(
        post_id=post_id,
        status=post.status if post else PostStatus.DRAFT,
        version_n=post.version_n if post else 0,
        updated_at=post.updated_at if post else None,
        row_version=post.row_version if post else None,
        content=content,
        accounts=accounts_rows(session),
        products=products_rows(session),
        findings=findings_rows(session, actor, version) if version else (),
        notes=notes_rows(session, actor, post.id) if post else (),
        last_decision=decision_row(session, decided[-1]) if decided else None,
        circuit=circuit_for(session, actor, content=content),
        actions=allowed_actions(session, actor, post, None) if post else NEW if draft else frozenset({PostAction.EDIT}),
        draft=draft_row(draft) if draft else None,
        writers=tuple(_writer(session, each) for each in others_drafts(session, actor, post_id)) if post_id else (),
    )


def _content(session: Session, post: Post | None, draft: PostDraft | None) -> PostContent:
    if draft is not None and draft.dropped_at is None:
        return with_common(content_of_draft(draft))
    return newest_content(session, post) if post else with_common(PostContent(title=""))


def newest_content(session: Session, post: Post) -> PostContent:
    """Return a post's newest version as the editor holds it, with its common text."""
    stored = stored_content(session, post, current_version(session, post))
    return with_common(recall_common(session, post.id, stored))


def difference(
    session: Session, actor: Actor, *, post_id: str | None, draft_id: str | None, content: PostContent
) -> Changes:
    """Return what a content on a screen says otherwise than what is kept: one's own draft, or the newest version."""
    check(actor, Permission.POST_READ)
    draft = session.get(PostDraft, draft_id) if draft_id else None
    post = get(session, Post, post_id) if post_id else None
    if draft is not None and draft.author_id == actor.id:
        return content_changes(content_of_draft(draft), content)
    return content_changes(newest_content(session, post), content) if post else content_changes(content, content)


def draft_row(draft: PostDraft) -> DraftRow:
    """Return a draft as the editor knows it."""
    return DraftRow(draft.id, draft.row_version, draft.base_n, draft.updated_at, dropped=draft.dropped_at is not None)


def _writer(session: Session, draft: PostDraft) -> WriterRow:
    return WriterRow(get(session, User, draft.author_id).printed_name, draft.updated_at)


def unfinished(session: Session, actor: Actor) -> tuple[NewDraftRow, ...]:
    """Return one's own drafts that are no post yet."""
    if not allows(actor, Permission.POST_WRITE):
        return ()
    return tuple(NewDraftRow(d.id, d.row_version, d.title, d.updated_at) for d in new_drafts(session, actor))


def accounts_rows(session: Session) -> tuple[AccountRow, ...]:
    """Return every account that a variant can be written for: the company's first, network by network."""
    networks = select(Account).where(col(Account.network).not_in(NOWHERE))
    accounts = session.exec(networks.order_by(col(Account.network), col(Account.handle))).all()
    ordered = sorted(accounts, key=lambda account: account.spokesperson_id is not None)
    return tuple(_account(session, account) for account in ordered)


def _account(session: Session, account: Account) -> AccountRow:
    owner = get(session, User, account.spokesperson_id).printed_name if account.spokesperson_id else ""
    return AccountRow(
        account_id=account.id,
        network=account.network,
        handle=account.handle,
        display_name=account.display_name,
        status=account.status,
        spokesperson=owner,
        publishes=has_channel(account.network),
        unreachable=only_by_address(account.network) and not base_address(),
    )


def products_rows(session: Session) -> tuple[ProductRow, ...]:
    """Return the company's own products, by name."""
    own = select(Product).where(Product.owner == ProductOwner.OWN).order_by(col(Product.name))
    return tuple(ProductRow(p.id, p.name, p.kind, p.owner) for p in session.exec(own))
