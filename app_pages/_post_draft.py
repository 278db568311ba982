"""The editor's memory: what the fields hold, what is kept of it, and what happens when the two part.

Every change is kept at once in this person's own draft; a version is made when they save one, or submit. What cannot
be kept loses nothing: the fields hold what was typed, the page says so and why, and offers the way on. Streamlit
forgets the fields of a page that is left; the draft does not, and fills them again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from threading import RLock

import streamlit as st

from app_pages._page import go, perform, visit
from app_pages._post_fields import collect, fill, fill_variant, key_of
from i18n import N_
from models.draft import PostDraft
from models.post import Post
from workflow import autosave, drafting
from workflow.common_text import FIELDS, given_back
from workflow.content import CommonText, PostContent, VariantContent
from workflow.rows import AccountRow, EditorView

OPEN = "_draft_open"
MADE = "draft_made"


@dataclass
class Draft:
    """A post in the editor.

    `row_version` is that of the kept draft as this window last saw or wrote it (None: nothing is kept beside the
    version `base_n`). `gallery` are the hashes of files brought here that no variant may show yet. `turn`: on a busy
    machine Streamlit runs the callbacks of quick changes at the same time, in several threads; the second waits for
    the first, and then knows the draft that it made.
    """

    post_id: str
    draft_id: str
    row_version: int | None
    base_n: int
    content: PostContent
    accounts: dict[str, AccountRow] = field(default_factory=dict)
    unsaved: bool = False
    unlocked: bool = False
    gallery: tuple[str, ...] = ()
    turn: RLock = field(default_factory=RLock, repr=False, compare=False)

    @property
    def key(self) -> str:
        """Under which this draft is remembered: its post, or itself while there is none."""
        return self.post_id or self.draft_id


def asked_post() -> str:
    """Return the post that the address asks for (`?post=ID`), empty for a new one."""
    return st.query_params.get("post", "") or st.query_params.get("id", "")


def edited() -> tuple[str, str]:
    """Return the post and the draft that the editor is on, empty for a new one.

    Right after its first save a draft is on the screen before the browser's address knows it; a change that arrives
    then, with the old address, belongs to that draft and not to another new one. A save that the next change cut short
    is taken note of here.
    """
    opened = st.session_state.get(OPEN, "")
    known = st.session_state.get(f"_draft_{opened}")
    if known is not None and known.key != opened:
        _remember(known, opened)
    post, draft = asked_post(), st.query_params.get("draft", "")
    made_post, made_draft = visit().get(MADE, ("", ""))
    if (made_post or made_draft) and not post and draft in {"", made_draft}:
        _set_address(made_post, made_draft)
        return made_post, "" if made_post else made_draft
    if post != made_post:
        visit().pop(MADE, None)
    return post, "" if post else draft


def _set_address(post_id: str, draft_id: str) -> None:
    if post_id:
        st.query_params["post"] = post_id
        st.query_params.pop("draft", None)
    else:
        st.query_params["draft"] = draft_id


def find_draft(key: str) -> Draft | None:
    """Return the draft that this browser has open under a key."""
    post, draft = visit().get(MADE, ("", ""))
    return st.session_state.get(f"_draft_{key or post or draft}")


def open_draft(view: EditorView) -> tuple[Draft, bool]:
    """Return the draft of a view, its fields filled; and whether another version or window has just replaced it."""
    kept = view.draft if view.draft and not view.draft.dropped else None
    key = view.post_id or (view.draft.draft_id if view.draft else "")
    draft = find_draft(key)
    # A draft that was first kept, or became a post, while this run was reading is newer than the view: it stays.
    same = draft is not None and draft.key == key
    replaced = draft is not None and same and not draft.unsaved and _moved(draft, view)
    if draft is None or replaced:
        draft_id = kept.draft_id if kept else ""
        known = (draft_id, kept.row_version if kept else None, kept.base_n if kept else view.version_n)
        draft = Draft(view.post_id or "", *known, _started(view), unlocked=bool(draft and draft.unlocked))
        st.session_state[f"_draft_{key}"] = draft
        st.session_state.pop(OPEN, None)
    draft.accounts = {account.account_id: account for account in view.accounts}
    if st.session_state.get(OPEN) != key or key_of("title") not in st.session_state:
        fill(draft.content)
        st.session_state[OPEN] = key
    return draft, replaced


def _moved(draft: Draft, view: EditorView) -> bool:
    """Say whether what is kept is newer than what this window knows, and not what it wrote itself a moment ago."""
    kept = view.draft if view.draft and not view.draft.dropped else None
    if draft.row_version is None:
        return kept is not None or view.version_n > draft.base_n
    return kept is None or kept.draft_id != draft.draft_id or kept.row_version > draft.row_version


def _started(view: EditorView) -> PostContent:
    if view.post_id or view.draft or len(view.accounts) != 1:
        return view.content
    only = VariantContent(view.accounts[0].account_id, view.accounts[0].network, follows=FIELDS)
    return replace(view.content, variants=(only,))


def keep(key: str) -> None:
    """Keep what the fields hold now; the fields' `on_change`."""
    draft = find_draft(key)
    if draft is None:
        return
    with draft.turn:
        _keep(draft)


def _keep(draft: Draft) -> None:
    draft.content = collect(draft.content, draft.accounts)
    draft.unsaved = True
    perform(
        autosave.save_draft, content=draft.content, post_id=draft.post_id or None, draft_id=draft.draft_id or None,
        row_version=draft.row_version, base_n=draft.base_n, then=partial(_kept, draft),
    )  # fmt: skip


def _kept(draft: Draft, row: PostDraft) -> None:
    before = draft.key
    draft.unsaved, draft.draft_id = False, row.id
    draft.row_version, draft.base_n = row.row_version, row.base_n
    if not draft.post_id:
        _remember(draft, before)


def _remember(draft: Draft, before: str) -> None:
    """Keep a draft under its new key, in the address too; a change still on its way with the old key finds it.

    On a slow save Streamlit may end the run at any of these lines: which one is open comes last (`edited`).
    """
    st.session_state[f"_draft_{draft.key}"] = draft
    visit()[MADE] = (draft.post_id, before if draft.post_id else draft.draft_id)
    _set_address(draft.post_id, draft.draft_id)
    if not before:
        st.session_state.pop("_draft_", None)
    st.session_state[OPEN] = draft.key


def _settled(draft: Draft) -> bool:
    """Keep what is on the screen, if it is not; say whether it is now."""
    if draft.unsaved or collect(draft.content, draft.accounts) != draft.content:
        _keep(draft)
    return not draft.unsaved


def save(key: str) -> None:
    """Make what is on the screen a version of the post."""
    draft = find_draft(key)
    if draft is None:
        return
    with draft.turn:
        if _settled(draft) and draft.draft_id:
            perform(
                autosave.save_version, draft_id=draft.draft_id, row_version=draft.row_version,
                then=partial(_versioned, draft), done=N_("Version enregistrée."),
            )  # fmt: skip


def _versioned(draft: Draft, post: Post) -> None:
    before = draft.key
    draft.post_id, draft.draft_id, draft.row_version, draft.base_n = post.id, "", None, post.version_n
    draft.content = replace(draft.content, title=post.title)
    st.session_state[key_of("title")] = post.title
    _remember(draft, before)


def submit(key: str, row_version: int | None) -> None:
    """Save what is on the screen and hand it to the committee: never a text other than the one shown.

    `row_version` is the post's, as the page showed it; refused, what was written stays the draft that it was.
    """
    draft = find_draft(key)
    if draft is None:
        return
    with draft.turn:
        _submit(draft, row_version)


def _submit(draft: Draft, row_version: int | None) -> None:
    if not _settled(draft):
        return
    done = N_("Publication soumise au comité. Vous suivez ici qui l'a relue et qui l'attend.")
    if draft.draft_id:
        opened = perform(autosave.submit_draft, draft_id=draft.draft_id, row_version=draft.row_version, done=done)
    else:
        opened = perform(drafting.submit, post_id=draft.post_id, row_version=row_version, done=done)
    if opened is not None:
        for name in (draft.post_id, draft.draft_id):
            st.session_state.pop(f"_draft_{name}", None)
        go("review.py", post=opened.post_id)


def rewrite(key: str, change: Callable[[PostContent], PostContent]) -> None:
    """Keep what the fields hold now, changed: for what is not typed into a field."""
    draft = find_draft(key)
    if draft is None:
        return
    with draft.turn:
        draft.content = change(collect(draft.content, draft.accounts))
        for variant in draft.content.variants:
            fill_variant(variant)
        _keep(draft)


def give_back(key: str, account_id: str) -> None:
    """Let a variant follow the common text again."""

    def back(content: PostContent) -> PostContent:
        common = content.common or CommonText()
        variants = (given_back(v, common) if v.account_id == account_id else v for v in content.variants)
        return replace(content, variants=tuple(variants))

    rewrite(key, back)


def keep_mine(key: str, view: EditorView) -> None:
    """After a conflict: keep what was typed here, over what the person was shown."""
    draft = find_draft(key)
    if draft is None:
        return
    if not draft.unsaved:
        perform(
            autosave.rebase_draft, draft_id=draft.draft_id, row_version=draft.row_version, seen_n=view.version_n,
            then=partial(_kept, draft),
        )  # fmt: skip
        return
    kept = view.draft
    draft.draft_id, draft.row_version = (kept.draft_id, kept.row_version) if kept else ("", None)
    draft.base_n = kept.base_n if kept else view.version_n
    keep(key)


def take_theirs(key: str) -> None:
    """After a conflict: set what was typed here aside, and open what the other saved."""
    draft = find_draft(key)
    if draft is not None and not draft.unsaved and draft.draft_id:
        perform(autosave.drop_draft, draft_id=draft.draft_id, row_version=draft.row_version, then=_forget(key))
    else:
        _forget(key)(None)


def take_up(key: str, draft_id: str, row_version: int) -> None:
    """Open again what this person had set aside."""
    perform(autosave.take_up_draft, draft_id=draft_id, row_version=row_version, then=_forget(key))


def _forget(key: str) -> partial[None]:
    def forget(_result: object) -> None:
        st.session_state.pop(f"_draft_{key}", None)
        st.session_state.pop(OPEN, None)

    return partial(forget)


def unlock(key: str) -> None:
    """Open the fields of a post that is with the committee: the person was told what a version costs."""
    if draft := find_draft(key):
        draft.unlocked = True
