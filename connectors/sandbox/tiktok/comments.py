"""Comments on TikTok: listed, answered, hidden, liked, deleted when they are our own."""

import json
from typing import Any

from starlette.routing import Route

from connectors.sandbox.store import Item, add_item, delete_item, hide_item
from connectors.sandbox.tiktok import params
from connectors.sandbox.tiktok.access import ABSENT, DENIED, Call, TikTokProblem, endpoint, wrong
from connectors.sandbox.tiktok.talk import Talk, ordered, talk_under

LONGEST, MOST = 150, 30
LISTED = "status sort_field sort_order cursor max_count"
ORDERS = ("asc", "desc", "smart")
FIELDS = ("likes", "replies", "create_time")


@endpoint("comment/list", "comment.list", "video_id", f"comment_ids include_replies {LISTED}")
def list_comments(call: Call) -> dict[str, Any]:
    """GET business/comment/list/: the comments of a post, or some comments and replies by their ids."""
    talk = talk_under(call.db, call.person, call.asked["video_id"])
    if "comment_ids" in call.asked:
        ids = params.texts("comment_ids", call.asked["comment_ids"], MOST)
        found = [both for both in map(talk.find, dict.fromkeys(ids)) if both]
        return {"comments": [talk.entry(*both) for both in found]}
    with_replies = params.truth(call.asked, "include_replies")
    page, more = _page(call, talk, talk.comments, 1)
    return {"comments": [talk.with_replies(one) if with_replies else talk.entry(one, one) for one in page], **more}


@endpoint("comment/reply/list", "comment.list", "video_id comment_id", LISTED)
def list_replies(call: Call) -> dict[str, Any]:
    """GET business/comment/reply/list/: the replies to a comment that is not hidden."""
    talk, _, top = _found(call)
    if top.hidden:
        raise TikTokProblem(ABSENT, "comment_id: replies to a hidden comment are not supported")
    page, more = _page(call, talk, talk.replies[top.number], 0)
    return {"comments": [talk.entry(one, top) for one in page], **more}


def _page(call: Call, talk: Talk, found: tuple[Item, ...], fewest: int) -> tuple[list[Item], dict[str, Any]]:
    status = params.one_of(call.asked, "status", ("PUBLIC", "ALL"), "ALL")
    field = params.one_of(call.asked, "sort_field", FIELDS)
    order = params.one_of(call.asked, "sort_order", ORDERS)
    size = params.whole(call.asked, "max_count", 20, fewest, MOST)
    start = params.whole(call.asked, "cursor", 0, 0, 10**9)
    counts = {number: len(replies) for number, replies in talk.replies.items()}
    every = ordered([one for one in found if status == "ALL" or not one.hidden], field, order, counts)
    end = start + size
    return every[start:end], {"cursor": min(end, len(every)), "has_more": end < len(every)}


def _found(call: Call, *, top_only: bool = True) -> tuple[Talk, Item, Item]:
    """Return the comment named by `video_id` and `comment_id`, and the top of its thread."""
    talk = talk_under(call.db, call.person, call.asked["video_id"])
    both = talk.find(call.asked["comment_id"])
    if both is None:
        raise TikTokProblem(ABSENT, f"comment_id: the comment {call.asked['comment_id']} does not exist")
    if top_only and both[0] is not both[1]:
        raise wrong("comment_id", "must be a comment, not a reply")
    return talk, *both


@endpoint("comment/create", "comment.list.manage", "video_id text")
def create_comment(call: Call) -> dict[str, Any]:
    """POST business/comment/create/: a comment of the account under its own post."""
    talk = talk_under(call.db, call.person, call.asked["video_id"])
    return _written(call, talk, talk.post, {})


@endpoint("comment/reply/create", "comment.list.manage", "video_id comment_id text")
def create_reply(call: Call) -> dict[str, Any]:
    """POST business/comment/reply/create/: a reply of the account to a comment that the public sees."""
    talk, _, top = _found(call)
    if top.hidden:
        raise wrong("comment_id", "a hidden comment takes no reply")
    return _written(call, talk, top, {"parent_comment_id": top.id})


def _written(call: Call, talk: Talk, parent: Item, more: dict[str, Any]) -> dict[str, Any]:
    text = params.text_of(call.asked, "text", LONGEST)
    item = add_item(call.db, "tiktok", call.person, text, parent=parent)
    kept = ("comment_id", "video_id", "user_id", "unique_identifier", "create_time", "text")
    return {name: value for name, value in talk.entry(item, parent).items() if name in kept} | more


@endpoint("comment/hide", "comment.list.manage", "video_id comment_id action")
def hide(call: Call) -> dict[str, Any]:
    """POST business/comment/hide/: hide a comment or reply, or show it again."""
    _, item, _ = _found(call, top_only=False)
    hidden = params.one_of(call.asked, "action", ("HIDE", "UNHIDE")) == "HIDE"
    if item.hidden is hidden:
        raise wrong("action", f"the comment is {'hidden' if hidden else 'public'} already")
    hide_item(call.db, item, hidden)
    return {}


@endpoint("comment/like", "comment.list.manage", "comment_id video_id action")
def like(call: Call) -> dict[str, Any]:
    """POST business/comment/like/: like a comment or reply as the account, or take the like back."""
    _, item, _ = _found(call, top_only=False)
    liked = params.one_of(call.asked, "action", ("LIKE", "UNLIKE")) == "LIKE"
    likes = int(item.settings.get("likes", 0)) + liked - bool(item.settings.get("liked", False))
    settings = json.dumps({**item.settings, "liked": liked, "likes": likes})
    with call.db as db:
        db.execute("UPDATE item SET settings = ? WHERE network = 'tiktok' AND number = ?", (settings, item.number))
    return {}


@endpoint("comment/delete", "comment.list.manage", "comment_id", "video_id")
def delete(call: Call) -> dict[str, Any]:
    """POST business/comment/delete/: a comment or reply of the account's own."""
    query = "SELECT top FROM item WHERE network = 'tiktok' AND number = ? AND parent IS NOT NULL"
    number = call.asked["comment_id"]
    row = call.db.execute(query, (int(number) if number.isdigit() else 0,)).fetchone()
    both = talk_under(call.db, call.person, str(row["top"])).find(number) if row else None
    if both is None:
        raise TikTokProblem(ABSENT, f"comment_id: the comment {number} does not exist")
    if both[0].author_id != call.person.id:
        raise TikTokProblem(DENIED, "Only an owned comment can be deleted.")
    delete_item(call.db, both[0])
    return {}


ROOT = "/tiktok/open_api/v1.3/business/comment"
ROUTES = [
    Route(f"{ROOT}/list/", list_comments, methods=["GET"]),
    Route(f"{ROOT}/reply/list/", list_replies, methods=["GET"]),
    Route(f"{ROOT}/create/", create_comment, methods=["POST"]),
    Route(f"{ROOT}/reply/create/", create_reply, methods=["POST"]),
    Route(f"{ROOT}/hide/", hide, methods=["POST"]),
    Route(f"{ROOT}/like/", like, methods=["POST"]),
    Route(f"{ROOT}/delete/", delete, methods=["POST"]),
]
