"""The editor's memory: what the fields hold, what is saved of it, and what happens when the two part.

Every change is saved at once, as a version. A refused save loses nothing: the fields keep what was typed, the draft
says that it is not saved and why, and offers the way on. Streamlit forgets the fields of a page that is left; the
draft does not, and fills them again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from threading import RLock
from typing import TypeVar

import streamlit as st

from app_pages._page import go, perform, visit
from compliance import clock
from i18n import N_, _
from models.enums import Audience, Qualification
from models.post import Post
from workflow import drafting
from workflow.content import PostContent, VariantContent
from workflow.rows import AccountRow, EditorView

Typed = TypeVar("Typed")

OPEN = "_draft_open"
MADE = "draft_made"
NEW = "_draft_"
UNTITLED = N_("Publication sans titre")


@dataclass
class Draft:
    """A post in the editor; `row_version` is the one that this person last saw or wrote.

    `gallery` are the hashes of files brought here that no variant may show yet.

    `turn`: on a busy machine Streamlit runs the callbacks of quick changes at the same time, in several threads; the
    second waits for the first, and then knows the post that it made.
    """

    post_id: str
    row_version: int | None
    content: PostContent
    accounts: dict[str, AccountRow] = field(default_factory=dict)
    unsaved: bool = False
    unlocked: bool = False
    gallery: tuple[str, ...] = ()
    turn: RLock = field(default_factory=RLock, repr=False, compare=False)


def asked_post() -> str:
    """Return the post that the address asks for (`?post=ID`), empty for a new one."""
    return st.query_params.get("post", "") or st.query_params.get("id", "")


def edited_post() -> str:
    """Return the post that the editor is on, empty for a new one.

    Right after its first save a post is on the screen before the browser's address knows it; a change that arrives
    then, with the old address, belongs to that post and not to another new one. A first save that the next change cut
    short is taken note of here.
    """
    new = st.session_state.get(NEW)
    if new is not None and new.post_id:
        _take_note(new)
    asked, made = asked_post(), visit().get(MADE, "")
    if made and not asked:
        st.query_params["post"] = made
        return str(made)
    if asked != made:
        visit().pop(MADE, None)
    return asked


def key_of(name: str, account_id: str = "") -> str:
    """Return the key of a field: of the post, or of one account's variant."""
    return f"ed_{name}_{account_id}" if account_id else f"ed_{name}"


def alt_key(sha256: str, account_id: str) -> str:
    """Return the key of the field that describes a file on one account."""
    return key_of(f"alt_{sha256[:16]}", account_id)


def find_draft(post_id: str) -> Draft | None:
    """Return the draft of a post that this browser has open."""
    return st.session_state.get(f"_draft_{post_id or visit().get(MADE, '')}")


def open_draft(view: EditorView) -> tuple[Draft, bool]:
    """Return the draft of a view, its fields filled; and whether somebody else's version has just replaced it."""
    post_id = view.post_id or ""
    draft = find_draft(post_id)
    # A draft that got its post while this run was reading is newer than the view: it stays.
    same = draft is not None and draft.post_id == post_id
    replaced = draft is not None and same and not draft.unsaved and draft.row_version != view.row_version
    if draft is None or replaced:
        draft = Draft(post_id, view.row_version, _started(view), unlocked=bool(draft and draft.unlocked))
        st.session_state[f"_draft_{post_id}"] = draft
        st.session_state.pop(OPEN, None)
    draft.accounts = {account.account_id: account for account in view.accounts}
    if st.session_state.get(OPEN) != post_id or key_of("title") not in st.session_state:
        fill(draft.content)
        st.session_state[OPEN] = post_id
    return draft, replaced


def _started(view: EditorView) -> PostContent:
    if view.post_id or len(view.accounts) != 1:
        return view.content
    return replace(view.content, variants=(VariantContent(view.accounts[0].account_id, view.accounts[0].network),))


def fill(content: PostContent) -> None:
    """Put a content into the fields."""
    planned = clock.paris(content.planned_at).replace(tzinfo=None) if content.planned_at else None
    given = {
        "title": content.title,
        "campaign": content.campaign,
        "qualification": content.qualification,
        "audience": content.audience,
        "products": list(content.products),
        "planned": planned,
        "visa": content.visa,
        "ref": content.internal_ref,
        "accounts": [variant.account_id for variant in content.variants],
    }
    for name, value in given.items():
        st.session_state[key_of(name)] = value
    for variant in content.variants:
        fill_variant(variant)


def fill_variant(variant: VariantContent) -> None:
    """Put a variant into its fields."""
    given = {
        "text": variant.text,
        "link": variant.link,
        "hashtags": " ".join(f"#{tag}" for tag in variant.hashtags),
        "first": variant.first_comment,
        "comments": variant.settings.comments_open,
        "share": variant.settings.share_open,
        "paid": variant.settings.paid_partner,
        "replies": variant.settings.reply_settings or "",
    }
    for name, value in given.items():
        st.session_state[key_of(name, variant.account_id)] = value
    fill_descriptions(variant)


def fill_descriptions(variant: VariantContent) -> None:
    """Put the descriptions of a variant's files into their fields."""
    for each in variant.media:
        st.session_state[alt_key(each.sha256, variant.account_id)] = each.alt_text


def collect(draft: Draft) -> PostContent:
    """Return what the fields hold; what has no field, or a field that is not on screen, stays as it was."""
    kept = draft.content
    known = {variant.account_id: variant for variant in kept.variants}
    chosen: list[str] = _typed("accounts", list(known))
    return replace(
        kept,
        title=_typed("title", kept.title),
        campaign=_typed("campaign", kept.campaign),
        qualification=Qualification(q) if (q := _typed("qualification", kept.qualification)) else None,
        audience=Audience(_typed("audience", kept.audience)),
        products=tuple(_typed("products", kept.products)),
        planned_at=_planned(kept.planned_at),
        visa=_typed("visa", kept.visa),
        internal_ref=_typed("ref", kept.internal_ref),
        variants=tuple(_variant(known.get(each) or _copied(draft, each)) for each in chosen),
    )


def _typed(name: str, otherwise: Typed, account_id: str = "") -> Typed:
    value: Typed = st.session_state.get(key_of(name, account_id), otherwise)
    return value


def _planned(kept: datetime | None) -> datetime | None:
    """Return the date that was typed, which is Paris time, in UTC."""
    if key_of("planned") not in st.session_state:
        return kept
    typed: datetime | None = st.session_state[key_of("planned")]
    return typed.replace(tzinfo=clock.PARIS).astimezone(UTC) if typed else None


def _copied(draft: Draft, account_id: str) -> VariantContent:
    """Return the variant of an account that was just chosen: the text of the first one, to be adapted."""
    network = draft.accounts[account_id].network
    first = next(iter(draft.content.variants), None)
    if first is None:
        return VariantContent(account_id, network)
    typed = _variant(first)
    copied = VariantContent(
        account_id, network, text=typed.text, link=typed.link, hashtags=typed.hashtags, media=typed.media
    )
    fill_variant(copied)
    return copied


def _variant(kept: VariantContent) -> VariantContent:
    of = kept.account_id
    settings = replace(
        kept.settings,
        comments_open=_typed("comments", kept.settings.comments_open, of),
        share_open=_typed("share", kept.settings.share_open, of),
        paid_partner=_typed("paid", kept.settings.paid_partner, of),
        reply_settings=_typed("replies", kept.settings.reply_settings or "", of) or None,
    )
    tags = _typed("hashtags", " ".join(kept.hashtags), of)
    return replace(
        kept,
        text=_typed("text", kept.text, of),
        link=_typed("link", kept.link, of),
        first_comment=_typed("first", kept.first_comment, of),
        hashtags=tuple(tag.strip("#,;") for tag in tags.split() if tag.strip("#,;")),
        media=tuple(replace(m, alt_text=st.session_state.get(alt_key(m.sha256, of), m.alt_text)) for m in kept.media),
        settings=settings,
    )


def rewrite(post_id: str, change: Callable[[PostContent], PostContent]) -> None:
    """Save what the fields hold now, changed: for what is not typed into a field, as the place of a picture."""
    draft = find_draft(post_id)
    if draft is None:
        return
    with draft.turn:
        draft.content = change(collect(draft))
        for variant in draft.content.variants:
            fill_descriptions(variant)
        _keep(draft)


def keep(post_id: str) -> None:
    """Save what the fields hold now; the fields' `on_change`."""
    draft = find_draft(post_id)
    if draft is None:
        return
    with draft.turn:
        _keep(draft)


def _keep(draft: Draft) -> None:
    draft.content = collect(draft)
    content = draft.content if draft.content.title.strip() else replace(draft.content, title=_(UNTITLED))
    draft.unsaved = True
    if draft.post_id:
        perform(
            drafting.edit_post, post_id=draft.post_id, row_version=draft.row_version, content=content,
            then=partial(_saved, draft),
        )  # fmt: skip
    else:
        perform(drafting.create_post, content=content, then=partial(_created, draft))


def _saved(draft: Draft, post: Post) -> None:
    draft.unsaved, draft.row_version = False, post.row_version


def _created(draft: Draft, post: Post) -> None:
    _saved(draft, post)
    draft.post_id = post.id
    _take_note(draft)


def _take_note(draft: Draft) -> None:
    """Remember the post that a draft has become; on a slow save Streamlit may end the run at any of these lines."""
    st.session_state[f"_draft_{draft.post_id}"] = draft
    st.session_state[OPEN] = visit()[MADE] = draft.post_id
    st.query_params["post"] = draft.post_id
    st.session_state.pop(NEW, None)


def submit(post_id: str) -> None:
    """Save what is on the screen, then hand it to the committee: never a text other than the one shown."""
    draft = find_draft(post_id)
    if draft is None:
        return
    keep(post_id)
    if not draft.unsaved:
        perform(
            drafting.submit, post_id=draft.post_id, row_version=draft.row_version, then=partial(_submitted, draft),
            done=N_("Publication soumise au comité. Vous suivez ici qui l'a relue et qui l'attend."),
        )  # fmt: skip


def _submitted(draft: Draft, _round: object) -> None:
    st.session_state.pop(f"_draft_{draft.post_id}", None)
    go("review.py", post=draft.post_id)


def keep_mine(post_id: str, row_version: int) -> None:
    """After a conflict: save what was typed here over the version that the person was told about."""
    if draft := find_draft(post_id):
        draft.row_version = row_version
        keep(post_id)


def take_theirs(post_id: str) -> None:
    """After a conflict: drop what was typed here, and open the version that the other person saved."""
    st.session_state.pop(f"_draft_{post_id}", None)
    st.session_state.pop(OPEN, None)


def unlock(post_id: str) -> None:
    """Open the fields of a post that is with the committee: the person was told what a change costs."""
    if draft := find_draft(post_id):
        draft.unlocked = True
