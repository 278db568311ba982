"""LinkedIn's posts of an organisation, and the organisation itself (Posts API, Organization Lookup)."""

from typing import Any

from starlette.routing import Route

from connectors.sandbox.linkedin import little
from connectors.sandbox.linkedin.call import (
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
from connectors.sandbox.linkedin.media import taken_up
from connectors.sandbox.linkedin.names import author, name, number
from connectors.sandbox.store import Item, add_item, delete_item, find_item, items, newest

SHOWN = "replaced_by IS NULL AND deleted_at IS NULL"
LONGEST = 3000
MEMBERS = frozenset(
    {
        "author",
        "commentary",
        "visibility",
        "distribution",
        "lifecycleState",
        "isReshareDisabledByAuthor",
        "content",
    }
)
FEED = {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []}
LISTED = frozenset({"q", "author", "start", "count", "sortBy", "isDsc"})
WRITE = "w_organization_social_feed"


def milliseconds(item: Item) -> int:
    """Return when an item's version was written."""
    return round(item.at.timestamp() * 1000)


def shape(call: Call, item: Item) -> dict[str, Any]:
    """Return a post as a reader sees it."""
    first = find_item(call.sandbox.db, NETWORK, item.first_id) or item
    content = item.settings.get("content")
    return {
        "id": name(item),
        "author": author(item),
        "commentary": little.write(item.text),
        "visibility": "PUBLIC",
        "distribution": FEED,
        "lifecycleState": "PUBLISHED",
        "lifecycleStateInfo": {"isEditedByAuthor": item.number != item.first_id},
        "isReshareDisabledByAuthor": item.settings.get("isReshareDisabledByAuthor", False),
        "createdAt": milliseconds(first),
        "publishedAt": milliseconds(first),
        "lastModifiedAt": milliseconds(item),
        **({"content": content} if content else {}),
    }


def post_of(call: Call, urn: str) -> Item:
    """Return the newest version of a post, or raise 404."""
    item = find_item(call.sandbox.db, NETWORK, number(urn))
    if item is None or item.parent or item.deleted_at:
        raise absent(f"Could not find entity {urn}")
    return newest(call.sandbox.db, item)


@endpoint("posts", "CREATE", scope=WRITE)
def create(call: Call) -> Answer:
    """POST /rest/posts: 201, nothing in the body, the name in a header."""
    body = call.body
    for member in sorted(set(body) - MEMBERS):
        raise unprocessable(member, "unrecognized field found but not allowed")
    _check(call, body)
    words = little.read(body["commentary"])
    if words and items(call.sandbox.db, NETWORK, f"text = ? AND parent IS NULL AND {SHOWN}", (words,), 1):
        raise Problem(422, "DUPLICATE_POST", "Content is a duplicate of another post")
    content, uploads, kinds = taken_up(call, body.get("content"))
    if not (words.strip() or uploads):
        raise unprocessable("commentary", "field is required but not found and has no default value")
    settings: dict[str, Any] = {"isReshareDisabledByAuthor": body["isReshareDisabledByAuthor"]}
    settings |= {"content": content, "media_ids": uploads} if uploads else {}
    item = add_item(call.sandbox.db, NETWORK, call.us, words, media=kinds, settings=settings)
    return Answer(None, 201, (("x-restli-id", name(item)), ("location", f"/posts/{name(item)}")))


def _check(call: Call, body: dict[str, Any]) -> None:
    if body.get("author") != call.us.id:
        raise denied("Organization permissions must be used when using organization as author")
    commentary = body.get("commentary")
    if not isinstance(commentary, str) or len(commentary) > LONGEST:
        raise unprocessable("commentary", f"must be a string of at most {LONGEST} characters")
    if body.get("visibility") != "PUBLIC" or body.get("lifecycleState") != "PUBLISHED":
        raise unprocessable("visibility", "must be PUBLIC, and the lifecycleState PUBLISHED")
    if body.get("distribution") != FEED:
        raise unprocessable("distribution", "must name the main feed, no targets, no third parties")
    if not isinstance(body.get("isReshareDisabledByAuthor"), bool):
        raise unprocessable("isReshareDisabledByAuthor", "must be true or false")


@endpoint("posts", "FINDER", names=LISTED)
def by_author(call: Call) -> Answer:
    """GET /rest/posts?q=author."""
    if call.parameter("q") != "author" or call.parameter("author") != call.us.id:
        raise denied("The sandbox lists the posts of the caller's own organisation only")
    if call.parameter("sortBy", "LAST_MODIFIED") not in {"LAST_MODIFIED", "CREATED"}:
        raise invalid("Invalid query parameters: sortBy")
    found = items(call.sandbox.db, NETWORK, f"author_id = ? AND parent IS NULL AND {SHOWN}", (call.us.id,))
    if call.parameter("sortBy") == "CREATED":
        found.sort(key=lambda item: -item.first_id)
    page, paging = paged(call, found)
    return Answer({"paging": paging, "elements": [shape(call, item) for item in page]})


@endpoint("posts", "GET", names=frozenset({"viewContext"}))
def one(call: Call) -> Answer:
    """GET /rest/posts/{urn}."""
    return Answer(shape(call, post_of(call, call.urn)))


@endpoint("posts", "DELETE", scope=WRITE)
def delete(call: Call) -> Answer:
    """DELETE /rest/posts/{urn}: repeated, it is no error."""
    item = find_item(call.sandbox.db, NETWORK, number(call.urn))
    if item is None or item.parent:
        raise absent(f"Could not find entity {call.urn}")
    if item.author_id != call.us.id:
        raise denied("The post is another's")
    delete_item(call.sandbox.db, item)
    return Answer(None, 204)


@endpoint("organizationAcls", "FINDER", scope="rw_organization_admin", names=LISTED | {"role", "state"})
def roles(call: Call) -> Answer:
    """GET /rest/organizationAcls?q=roleAssignee: the pages that the member administers."""
    if call.parameter("q") != "roleAssignee":
        raise invalid("Invalid query parameters: q")
    role = {
        "organization": call.us.id,
        "role": "ADMINISTRATOR",
        "roleAssignee": "urn:li:person:sandboxMember",
        "state": "APPROVED",
    }
    asked = {name: call.parameter(name, role[name]) for name in ("role", "state")}
    page, paging = paged(call, [role] if asked.items() <= role.items() else [])
    return Answer({"paging": paging, "elements": page})


@endpoint("organizations", "GET", scope="rw_organization_admin")
def organization(call: Call) -> Answer:
    """GET /rest/organizations/{id}: the number alone, not its name."""
    if f"urn:li:organization:{call.urn}" != call.us.id:
        raise absent("Organization not found")
    return Answer({"id": int(call.urn), "vanityName": call.us.handle, "localizedName": call.us.name})


ROUTES = [
    Route("/linkedin/rest/posts", create, methods=["POST"]),
    Route("/linkedin/rest/posts", by_author, methods=["GET"]),
    Route("/linkedin/rest/posts/{urn}", one, methods=["GET"]),
    Route("/linkedin/rest/posts/{urn}", delete, methods=["DELETE"]),
    Route("/linkedin/rest/organizationAcls", roles, methods=["GET"]),
    Route("/linkedin/rest/organizations/{urn}", organization, methods=["GET"]),
]
