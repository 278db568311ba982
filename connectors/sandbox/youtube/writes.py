"""What an account does on YouTube: answer, moderate, delete."""

from starlette.responses import JSONResponse
from starlette.routing import Route

from connectors.sandbox.store import Item, add_item, delete_item, find_item, newest
from connectors.sandbox.youtube import shapes
from connectors.sandbox.youtube.calls import WRITE, Answer, Call, Problem, bad, method
from connectors.sandbox.youtube.ids import id_of, number_of
from connectors.sandbox.youtube.lists import MOST_IDS, choice, existing, parts

MODERATED = ("published", "heldForReview", "rejected")
LONGEST = 10_000


def gone(what: str, domain: str) -> Problem:
    """404 about a comment or a film."""
    return Problem(404, f"{what}NotFound", f"The {what} could not be found.", f"youtube.{domain}")


@method("comments.insert", WRITE)
def insert(call: Call) -> Answer:
    """POST comments: an answer under the comment at the top of a thread that the public sees."""
    if parts(call, ("snippet",)) != ["snippet"]:
        raise bad("unknownPart", "part must be snippet")
    body = call.body
    snippet = body.get("snippet")
    if not isinstance(snippet, dict) or set(snippet) - {"parentId", "textOriginal"} or set(body) - {"snippet", "kind"}:
        raise bad("invalidCommentMetadata", "The request metadata is invalid.", "youtube.comment")
    text, parent_id = snippet.get("textOriginal"), snippet.get("parentId")
    if not isinstance(parent_id, str) or not parent_id:
        raise bad("parentIdMissing", "snippet.parentId is required.", "youtube.comment")
    if not isinstance(text, str) or not text.strip():
        raise bad("commentTextRequired", "snippet.textOriginal is required.", "youtube.comment")
    if len(text) > LONGEST:
        raise bad("commentTextTooLong", "snippet.textOriginal is too long.", "youtube.comment")
    made = add_item(call.db, "youtube", call.person, text.strip(), parent=_answered(call, parent_id))
    return JSONResponse(shapes.comment(call.db, made, call.person, plain=False, told=False))


def _answered(call: Call, parent_id: str) -> Item:
    top = existing(call, parent_id)
    if top is None or top.parent is None or top.parent != top.top:
        raise Problem(404, "parentCommentNotFound", "The parent comment could not be found.", "youtube.comment")
    if shapes.status_of(top) != "published":
        raise bad("parentCommentIsPrivate", "The parent comment is private.", "youtube.comment")
    film = find_item(call.db, "youtube", top.top)
    if film is None or film.deleted_at or not shapes.SWITCH.is_open(film):
        raise bad("operationNotSupported", "The API user cannot reply to this comment.", "youtube.comment")
    return find_item(call.db, "youtube", top.first_id) or top


@method("comments.setModerationStatus", WRITE, frozenset({"id", "moderationStatus", "banAuthor"}))
def moderate(call: Call) -> Answer:
    """POST comments/setModerationStatus: 204. What was rejected stays so; the channel's own words are not moderated."""
    if call.raw or "part" in call.request.query_params:
        raise bad("badRequest", "The request takes neither a body nor part.")
    status = choice(call, "moderationStatus", MODERATED, "")
    if call.value("banAuthor", "false") != "false" and status != "rejected":
        raise bad("banWithoutReject", "banAuthor goes with rejected only.", "youtube.comment")
    ids = call.listed("id")
    if not 0 < len(ids) <= MOST_IDS:
        raise bad("invalidParameter", f"id: 1 to {MOST_IDS} ids")
    for item in [_moderated(call, one, status) for one in ids]:
        shapes.set_status(call.db, item, status)
    return None


def _moderated(call: Call, comment_id: str, status: str) -> Item:
    item = find_item(call.db, "youtube", number_of(comment_id))
    if item is None or item.deleted_at or id_of(item) != comment_id or item.parent is None:
        raise gone("comment", "comment")
    if item.author_id == call.person.id:
        raise Problem(403, "forbidden", "One or more of the comments cannot be moderated.", "youtube.comment")
    item = newest(call.db, item)
    if shapes.status_of(item) == "rejected" and status != "rejected":
        raise bad("processingFailure", "A rejected comment cannot be published again.", "youtube.comment")
    return item


@method("comments.delete", WRITE, frozenset({"id"}))
def delete_comment(call: Call) -> Answer:
    """DELETE comments: by its author alone; 204."""
    item = existing(call, call.value("id"))
    if item is None or item.parent is None:
        raise gone("comment", "comment")
    if item.author_id != call.person.id:
        raise Problem(403, "forbidden", "The comment cannot be deleted: insufficient permissions.", "youtube.comment")
    delete_item(call.db, item)
    return None


@method("videos.delete", WRITE, frozenset({"id"}))
def delete_film(call: Call) -> Answer:
    """DELETE videos: 204."""
    item = existing(call, call.value("id"))
    if item is None or item.parent is not None:
        raise gone("video", "video")
    delete_item(call.db, item)
    return None


ROUTES = [
    Route("/youtube/youtube/v3/comments", insert, methods=["POST"]),
    Route("/youtube/youtube/v3/comments", delete_comment, methods=["DELETE"]),
    Route("/youtube/youtube/v3/comments/setModerationStatus", moderate, methods=["POST"]),
    Route("/youtube/youtube/v3/videos", delete_film, methods=["DELETE"]),
]
