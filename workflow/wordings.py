"""The common text of a post, kept beside its newest version: which words the variants share, and which follow them."""

from dataclasses import replace

from sqlmodel import Session

from models.draft import CommonTextRecord
from workflow.common_text import let_go
from workflow.content import CommonText, PostContent


def keep_common(session: Session, post_id: str, content: PostContent) -> None:
    """Keep what the variants of a content share; nothing is kept where nothing was said of it."""
    if content.common is None:
        return
    row = session.get(CommonTextRecord, post_id) or CommonTextRecord(
        post_id=post_id, text="", link="", hashtags=[], follows={}
    )
    row.text, row.link, row.hashtags = content.common.text, content.common.link, list(content.common.hashtags)
    row.follows = {variant.account_id: list(variant.follows) for variant in content.variants}
    session.add(row)
    session.flush()


def recall_common(session: Session, post_id: str, content: PostContent) -> PostContent:
    """Return a stored content with its common text; a variant that says something else does not follow it."""
    row = session.get(CommonTextRecord, post_id)
    if row is None:
        return content
    common = CommonText(row.text, row.link, tuple(row.hashtags))
    told = [replace(each, follows=tuple(row.follows.get(each.account_id, ()))) for each in content.variants]
    return replace(content, common=common, variants=tuple(let_go(variant, common) for variant in told))
