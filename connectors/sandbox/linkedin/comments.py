"""LinkedIn's comments, one level of answers under each, and the counts of a thread (Comments, Social Metadata)."""

from typing import Any

from starlette.routing import Route

from connectors.sandbox.linkedin.call import (
    MOST,
    NETWORK,
    Answer,
    Call,
    Problem,
    absent,
    denied,
    endpoint,
    invalid,
    paged,
    unprocessable,
)
from connectors.sandbox.linkedin.names import COMMENT, author, name, number, thread
from connectors.sandbox.linkedin.posts import SHOWN, WRITE, milliseconds, post_of
from connectors.sandbox.store import Item, add_item, delete_item, find_item, items
from connectors.sandbox.switching import Switch

LONGEST = 1250
MEMBERS = frozenset({"actor", "object", "message", "parentComment"})
SWITCH = Switch("commentsState", "OPEN", "CLOSED", clears=True)
KINDS = {"photo": "IMAGE", "video": "VIDEO"}


class Thread:
    """The comments under one post: `first` those of the first level, `below(item)` the answers under one of them."""

    def __init__(self, call: Call, post: Item) -> None:
        condition = f"top = ? AND parent IS NOT NULL AND {SHOWN}"
        found = sorted(items(call.sandbox.db, NETWORK, condition, (post.top,)), key=lambda item: -item.first_id)
        versions = items(call.sandbox.db, NETWORK, "top = ?", (post.top,))
        self._first_of = {item.number: item.first_id for item in versions}
        self._shown = {item.first_id: item for item in found}
        self.first = [item for item in found if self._parent(item) == post.first_id]
        self._below: dict[int, list[Item]] = {item.first_id: [] for item in self.first}
        for item in found:
            above = self.above(item, post)
            if above is not None:
                self._below[above.first_id].append(item)

    def _parent(self, item: Item) -> int | None:
        return self._first_of.get(item.parent or 0)

    def above(self, item: Item, post: Item) -> Item | None:
        """Return the first-level comment above an answer; None for one of the first level, or when that is gone."""
        parent = self._shown.get(self._parent(item) or 0)
        while parent is not None and self._parent(parent) != post.first_id:
            parent = self._shown.get(self._parent(parent) or 0)
        return parent

    def below(self, item: Item) -> list[Item]:
        """Return the answers that are shown under a first-level comment, the newest first."""
        return self._below.get(item.first_id, [])

    @property
    def every(self) -> dict[int, Item]:
        """All comments that are shown, by number; what stood under a deleted one is not."""
        return {item.first_id: item for top in self.first for item in (top, *self.below(top))}


def shape(call: Call, item: Item, above: Item | None) -> dict[str, Any]:
    """Return a comment."""
    first = find_item(call.sandbox.db, NETWORK, item.first_id) or item
    who = author(item)
    content = [{"type": KINDS.get(kind, kind.upper())} for kind in item.media]
    return {
        "actor": who,
        "commentUrn": name(item),
        "created": {"actor": who, "time": milliseconds(first)},
        "id": str(item.first_id),
        "lastModified": {"actor": who, "time": milliseconds(item)},
        "likesSummary": {"aggregatedTotalLikes": 0, "likedByCurrentUser": False, "selectedLikes": [], "totalLikes": 0},
        "message": {"attributes": [], "text": item.text},
        "object": thread(item),
        **({"parentComment": name(above)} if above else {}),
        **({"content": content} if content else {}),
    }


def _target(call: Call) -> tuple[Item, Item | None, Thread]:
    """Return the post, the comment in the address (None for a post's), and the thread; 404 for what is not there."""
    urn = call.urn
    if COMMENT.fullmatch(urn) is None:
        post = post_of(call, urn)
        return post, None, Thread(call, post)
    item = find_item(call.sandbox.db, NETWORK, number(urn))
    if item is None or item.parent is None or name(item) != urn:
        raise absent("Unable to obtain activity from activity id")
    post = post_of(call, thread(item))
    under = Thread(call, post)
    found = under.every.get(item.first_id)
    if found is None:
        raise absent("Comment not found")
    return post, found, under


def _one(call: Call, text: str) -> dict[str, Any]:
    """Return the comment of this number in the thread, or raise 404."""
    post, _, under = _target(call)
    item = under.every.get(int(text)) if text.isdigit() else None
    if item is None:
        raise absent("Comment not found")
    return shape(call, item, under.above(item, post))


@endpoint("comments", "GET_ALL", names=frozenset({"start", "count"}))
def every(call: Call) -> Answer:
    """GET /rest/socialActions/{urn}/comments: those of the first level under a post, or the answers under a comment."""
    post, item, under = _target(call)
    found = under.first if item is None else under.below(item)
    page, paging = paged(call, found)
    return Answer({"paging": paging, "elements": [shape(call, one, under.above(one, post)) for one in page]})


@endpoint("comments", "BATCH_GET", names=frozenset({"ids"}))
def several(call: Call) -> Answer:
    """GET /rest/socialActions/{urn}/comments?ids=List(1,2): those that are not there stand in `errors`."""
    results: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    numbers = call.listed("ids")
    if len(numbers) > MOST:
        raise invalid(f"Invalid query parameters: at most {MOST} ids")
    post, _, under = _target(call)
    known = under.every
    for text in numbers:
        item = known.get(int(text)) if text.isdigit() else None
        if item is None:
            errors[text] = {"status": 404, "message": "Comment not found"}
        else:
            results[text] = shape(call, item, under.above(item, post))
    statuses = dict.fromkeys(results, 200) | dict.fromkeys(errors, 404)
    return Answer({"results": results, "statuses": statuses, "errors": errors})


async def listed(request: Any) -> Any:
    """GET /rest/socialActions/{urn}/comments: one resource, two methods."""
    return await (several if "ids" in request.query_params else every)(request)


@endpoint("comments", "GET")
def get_one(call: Call) -> Answer:
    """GET /rest/socialActions/{urn}/comments/{id}."""
    return Answer(_one(call, str(call.request.path_params["id"])))


@endpoint("comments", "CREATE", scope=WRITE)
def create(call: Call) -> Answer:
    """POST /rest/socialActions/{urn}/comments: an answer to an answer is refused, it must name the comment above."""
    post, item, under = _target(call)
    body = call.body
    for member in sorted(set(body) - MEMBERS):
        raise unprocessable(member, "unrecognized field found but not allowed")
    if body.get("actor") != call.us.id:
        raise denied("Actor is not an organization that the member administers")
    if not SWITCH.is_open(post):
        raise denied("Comments are closed on this thread")
    if body.get("object") not in {name(post), thread(post)}:
        raise unprocessable("object", "must be the post or the activity that is commented")
    if body.get("parentComment") != (name(item) if item else None):
        raise unprocessable("parentComment", "must be the comment in the address")
    if item is not None and under.above(item, post) is not None:
        raise unprocessable("parentComment", "must be a comment of the first level")
    message = body.get("message")
    text = message.get("text") if isinstance(message, dict) and set(message) <= {"text", "attributes"} else None
    if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST:
        raise unprocessable("message/text", f"must be a string of 1 to {LONGEST} characters")
    made = add_item(call.sandbox.db, NETWORK, call.us, text, parent=item or post)
    headers = (("x-restli-id", str(made.first_id)),)
    return Answer(shape(call, made, item), 201, headers)


@endpoint("comments", "DELETE", scope=WRITE, names=frozenset({"actor"}))
def delete(call: Call) -> Answer:
    """DELETE /rest/socialActions/{urn}/comments/{id}?actor=: what others wrote is refused, nothing documents it."""
    found = _one(call, str(call.request.path_params["id"]))
    if call.parameter("actor") != call.us.id:
        raise invalid("actor is required when an organization deletes its comment")
    if found["actor"] != call.us.id:
        raise denied("The comment is another's")
    item = find_item(call.sandbox.db, NETWORK, number(found["commentUrn"]))
    if item:
        delete_item(call.sandbox.db, item)
    return Answer(None, 204)


def _metadata(call: Call, urn: str) -> dict[str, Any]:
    post = post_of(call, urn)
    under = Thread(call, post)
    summary = {"count": len(under.every), "topLevelCount": len(under.first)}
    state = SWITCH.opened if SWITCH.is_open(post) else SWITCH.closed
    return {"entity": thread(post), "commentSummary": summary, "commentsState": state, "reactionSummaries": {}}


@endpoint("socialMetadata", "GET")
def metadata(call: Call) -> Answer:
    """GET /rest/socialMetadata/{urn}."""
    return Answer(_metadata(call, call.urn))


@endpoint("socialMetadata", "BATCH_GET", names=frozenset({"ids"}))
def several_metadata(call: Call) -> Answer:
    """GET /rest/socialMetadata?ids=List(urn,urn)."""
    found = {urn: _found(call, urn) for urn in call.listed("ids")}
    results = {urn: one for urn, one in found.items() if "entity" in one}
    errors = {urn: one for urn, one in found.items() if "entity" not in one}
    return Answer({"results": results, "errors": errors, "statuses": dict.fromkeys(results, 200)})


def _found(call: Call, urn: str) -> dict[str, Any]:
    try:
        return _metadata(call, urn)
    except Problem as problem:
        return problem.body


@endpoint("socialMetadata", "PARTIAL_UPDATE", scope=WRITE, names=frozenset({"actor"}))
def change_metadata(call: Call) -> Answer:
    """POST /rest/socialMetadata/{urn}?actor=: open or close the comments; 202. Closing deletes those that are there."""
    if "x-restli-method" not in call.request.headers:
        raise invalid("A partial update must be named in X-RestLi-Method")
    post, state = post_of(call, call.urn), _state(call.body)
    if call.parameter("actor") != call.us.id or post.author_id != call.us.id:
        raise denied("Actor is not an organization that the member administers")
    if state not in (SWITCH.opened, SWITCH.closed):
        raise unprocessable("patch/$set/commentsState", "must be OPEN or CLOSED, and the only member")
    SWITCH.turn(call.sandbox.db, post, enabled=state == SWITCH.opened)
    return Answer(None, 202)


def _state(body: Any) -> Any:
    """Return the state that a patch sets; None for one that sets anything else."""
    match body:
        case {"patch": {"$set": {"commentsState": state}}}:
            return state if body == {"patch": {"$set": {"commentsState": state}}} else None
    return None


COMMENTS = "/linkedin/rest/socialActions/{urn}/comments"
ROUTES = [
    Route(COMMENTS, listed, methods=["GET"]),
    Route(COMMENTS, create, methods=["POST"]),
    Route(COMMENTS + "/{id}", get_one, methods=["GET"]),
    Route(COMMENTS + "/{id}", delete, methods=["DELETE"]),
    Route("/linkedin/rest/socialMetadata", several_metadata, methods=["GET"]),
    Route("/linkedin/rest/socialMetadata/{urn}", metadata, methods=["GET"]),
    Route("/linkedin/rest/socialMetadata/{urn}", change_metadata, methods=["POST"]),
]
