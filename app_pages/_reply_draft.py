"""What is typed as an answer: kept on the server at each change, and back on the screen after a reload or a refusal."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app_pages._page import perform, visit
from compliance.permissions import Actor
from models.enums import ReplyKind, ReplyTopic
from models.session import reading
from moderation import reply_drafts

FIELDS = {"kind": "way", "text": "courtesy", "before": "before", "after": "after", "text_id": "text", "topic": "topic"}


def open_draft(actor: Actor, comment_id: str) -> Mapping[str, Any]:
    """Return what this person has typed so far, and remember which state of it they see."""
    with reading() as session:
        draft = reply_drafts.draft_of(session, actor, comment_id)
    seen = visit().get(_seen(comment_id))
    if draft is None:
        visit().pop(_seen(comment_id), None)
    elif seen is None or seen[0] != draft.id:
        visit()[_seen(comment_id)] = draft.id, draft.row_version
    return draft.content if draft else {}


def _seen(comment_id: str) -> str:
    return f"reply_draft_{comment_id}"


def keep(comment_id: str) -> None:
    """Keep what stands in the fields; a callback of each of them."""
    state = st.session_state
    content = {field: state[f"{key}_{comment_id}"] for field, key in FIELDS.items() if f"{key}_{comment_id}" in state}
    if f"block_{comment_id}" in state:
        content["text_id"] = state[f"block_{comment_id}"]
    start = f"given_{comment_id}_"
    given = {key.removeprefix(start): state[key] for key in state if isinstance(key, str) and key.startswith(start)}
    content = {field: str(value or "") for field, value in content.items()} | {"given": given}
    _draft_id, seen = visit().get(_seen(comment_id), ("", None))
    kept = perform(reply_drafts.save_draft, comment_id=comment_id, content=content, row_version=seen)
    if kept:
        visit()[_seen(comment_id)] = kept.id, kept.row_version
    else:
        # The words are still in the field, and the person was told: their next change is kept over the other window's.
        visit().pop(_seen(comment_id), None)


def kept_kind(kept: Mapping[str, Any]) -> ReplyKind:
    """Return the way of answering that a draft was on."""
    return ReplyKind(kept["kind"]) if kept.get("kind") in list(ReplyKind) else ReplyKind.LIBRARY


def kept_topic(kept: Mapping[str, Any], usual: ReplyTopic) -> ReplyTopic:
    """Return the topic that a draft was on."""
    return ReplyTopic(kept["topic"]) if kept.get("topic") in list(ReplyTopic) else usual


def wants_private(comment_id: str) -> bool:
    """Say whether a private answer was asked for."""
    return bool(st.session_state.get(f"private_{comment_id}", False))
