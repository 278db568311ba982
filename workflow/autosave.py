"""Writing without losing a word: what a person types is kept at once, and becomes a version when they say so.

A draft belongs to one person and is replaced in place. It does not touch the post: a review goes on, signatures hold,
until its author saves a version. Two people who write on one post each have their own draft; the second to save is
told, sees the difference, and chooses. The trail says when a draft was begun or set aside, never each key pressed.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import NotFound, NotPermitted, StaleVersion
from i18n import N_, _
from models.base import new_id
from models.draft import PostDraft
from models.enums import PostAction
from models.post import Post
from models.review import ReviewRound
from models.session import expect_version, get
from workflow import drafting
from workflow.content import PostContent
from workflow.forms import read_form, written_form
from workflow.states import POST_TRANSITIONS

UNTITLED = N_("Publication sans titre")
OVERTAKEN = N_(
    "Quelqu'un d'autre a enregistré une version de cette publication pendant que vous écriviez. Votre texte est "
    "gardé : comparez les deux, puis choisissez."
)


def save_draft(
    session: Session,
    actor: Actor,
    *,
    content: PostContent,
    post_id: str | None = None,
    draft_id: str | None = None,
    row_version: int | None = None,
    base_n: int = 0,
) -> PostDraft:
    """Keep what a person has typed; `base_n` is the version that they had before them when they began.

    Raises StaleVersion when the same person wrote on in another window: nothing of theirs is replaced unseen.
    """
    check(actor, Permission.POST_WRITE)
    if post_id:
        transitions.find(POST_TRANSITIONS, get(session, Post, post_id).status, PostAction.EDIT)
    draft = _own(session, actor, draft_id) if draft_id else draft_of(session, actor, post_id)
    if draft is None:
        return _begin(session, actor, content, post_id, base_n)
    if draft.dropped_at is not None:
        draft.base_n, draft.dropped_at = base_n, None
    elif row_version is None:
        raise StaleVersion
    else:
        expect_version(draft, row_version)
    form, title = written_form(content), content.title.strip()
    if (form, title) != (draft.content_json, draft.title):
        draft.content_json, draft.title, draft.updated_at = form, title, clock.now()
    session.flush()
    return draft


def _begin(session: Session, actor: Actor, content: PostContent, post_id: str | None, base_n: int) -> PostDraft:
    now = clock.now()
    draft = PostDraft(
        id=new_id(),
        post_id=post_id,
        author_id=actor.id or "",
        base_n=base_n,
        title=content.title.strip(),
        content_json=written_form(content),
        created_at=now,
        updated_at=now,
    )
    session.add(draft)
    session.flush()
    about = ("post", post_id) if post_id else ("post_draft", draft.id)
    audit.record(session, actor, AuditAction.POST_DRAFT, *about, new={"draft": draft.id, "from_version": base_n})
    return draft


def save_version(session: Session, actor: Actor, *, draft_id: str, row_version: int | None) -> Post:
    """Make a draft the post's newest version, or a new post; the draft is gone then.

    Raises StaleVersion when somebody saved a version since the draft was begun: its author sees the difference first.
    """
    draft = _own(session, actor, draft_id)
    expect_version(draft, row_version)
    content = content_of_draft(draft)
    content = content if content.title.strip() else replace(content, title=_(UNTITLED))
    post_id, base_n = draft.post_id, draft.base_n
    session.delete(draft)
    session.flush()
    if post_id is None:
        return drafting.create_post(session, actor, content=content)
    post = get(session, Post, post_id, lock=True)
    if post.version_n != base_n:
        raise StaleVersion(OVERTAKEN)
    return drafting.edit_post(session, actor, post_id=post_id, row_version=None, content=content)


def submit_draft(session: Session, actor: Actor, *, draft_id: str, row_version: int | None) -> ReviewRound:
    """Save a draft as a version and hand it to the committee; refused, it stays the draft that it was."""
    post = save_version(session, actor, draft_id=draft_id, row_version=row_version)
    session.flush()
    return drafting.submit(session, actor, post_id=post.id, row_version=None)


def rebase_draft(session: Session, actor: Actor, *, draft_id: str, row_version: int | None, seen_n: int) -> PostDraft:
    """Keep one's own text over the version that one was shown: that version stays in the history."""
    draft = _own(session, actor, draft_id)
    expect_version(draft, row_version)
    if draft.post_id is None or get(session, Post, draft.post_id).version_n != seen_n:
        raise StaleVersion(OVERTAKEN)
    draft.base_n, draft.updated_at = seen_n, clock.now()
    session.flush()
    return draft


def drop_draft(session: Session, actor: Actor, *, draft_id: str, row_version: int | None) -> PostDraft:
    """Set one's own draft aside: the newest version is on the screen again, and the draft can be taken up again."""
    draft = _own(session, actor, draft_id)
    expect_version(draft, row_version)
    draft.dropped_at = clock.now()
    session.flush()
    about = ("post", draft.post_id) if draft.post_id else ("post_draft", draft.id)
    audit.record(session, actor, AuditAction.POST_DRAFT_DROP, *about, new={"draft": draft.id})
    return draft


def take_up_draft(session: Session, actor: Actor, *, draft_id: str, row_version: int | None) -> PostDraft:
    """Take up again what one had set aside."""
    draft = _own(session, actor, draft_id)
    expect_version(draft, row_version)
    draft.dropped_at, draft.updated_at = None, clock.now()
    session.flush()
    return draft


def content_of_draft(draft: PostDraft) -> PostContent:
    """Return what a draft holds."""
    return read_form(draft.content_json)


def draft_of(session: Session, actor: Actor, post_id: str | None) -> PostDraft | None:
    """Return one's own draft of a post, set aside or not."""
    if not post_id:
        return None
    mine = select(PostDraft).where(PostDraft.post_id == post_id, PostDraft.author_id == actor.id)
    return session.exec(mine).first()


def new_drafts(session: Session, actor: Actor) -> Sequence[PostDraft]:
    """Return one's own drafts that are no post yet, the last written first."""
    mine = select(PostDraft).where(PostDraft.author_id == actor.id, col(PostDraft.post_id).is_(None))
    living = mine.where(col(PostDraft.dropped_at).is_(None))
    return session.exec(living.order_by(col(PostDraft.updated_at).desc())).all()


def others_drafts(session: Session, actor: Actor, post_id: str) -> Sequence[PostDraft]:
    """Return who else is writing on a post."""
    others = select(PostDraft).where(PostDraft.post_id == post_id, PostDraft.author_id != actor.id)
    living = others.where(col(PostDraft.dropped_at).is_(None))
    return session.exec(living.order_by(col(PostDraft.updated_at).desc())).all()


def own_draft(session: Session, actor: Actor, draft_id: str) -> PostDraft:
    """Return a draft of one's own, to read it; raises NotFound for anybody else's."""
    draft = session.get(PostDraft, draft_id)
    if draft is None or draft.author_id != actor.id:
        raise NotFound
    return draft


def _own(session: Session, actor: Actor, draft_id: str) -> PostDraft:
    check(actor, Permission.POST_WRITE)
    draft = get(session, PostDraft, draft_id, lock=True)
    if draft.author_id != actor.id:
        raise NotPermitted(N_("Ce brouillon est celui d'une autre personne."))
    return draft
