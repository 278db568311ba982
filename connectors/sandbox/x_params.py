"""What may be asked of X's lists, and what is refused."""

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request

from connectors.sandbox.snowflake import id_at
from connectors.sandbox.x_auth import XProblem, invalid
from connectors.sandbox.x_shapes import NEW, OLD, Wanted

_POST_FIELDS = """
    article attachments author_id card_uri community_id context_annotations conversation_id created_at
    display_text_range edit_controls entities geo id in_reply_to_user_id lang media_metadata note_tweet
    possibly_sensitive public_metrics reply_settings scopes source suggested_source_links text withheld
    edit_history_tweet_ids referenced_tweets edit_history_post_ids referenced_posts
"""
POST_FIELDS = frozenset(_POST_FIELDS.split())
_USER_FIELDS = """
    affiliation confirmed_email connection_status created_at description entities id is_identity_verified
    location name parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics
    subscription url username verified verified_type withheld
"""
USER_FIELDS = frozenset(_USER_FIELDS.split())
_MEDIA_FIELDS = """
    alt_text duration_ms height media_key preview_image_url type url variants width
"""
MEDIA_FIELDS = frozenset(_MEDIA_FIELDS.split())
_EXPANSIONS = """
    author_id attachments.media_keys attachments.poll_ids edit_history_tweet_ids entities.mentions.username
    geo.place_id in_reply_to_user_id referenced_tweets.id referenced_tweets.id.author_id referenced_posts.id
    referenced_posts.id.author_id edit_history_post_ids
"""
EXPANSIONS = frozenset(_EXPANSIONS.split())
SHAPE = frozenset({"tweet.fields", "post.fields", "user.fields", "media.fields", "expansions"})
WINDOW = frozenset({"since_id", "until_id", "start_time", "end_time", "max_results"})
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z")
RECENT = timedelta(days=7)
MOST, QUERY_LENGTH = 100, 512


def check_names(request: Request, allowed: frozenset[str]) -> None:
    """Refuse a parameter that the endpoint does not know, or one given twice."""
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in allowed or name in seen:
            raise invalid(name, value, f"The query parameter [{name}] is not one of [{','.join(sorted(allowed))}]")
        seen.add(name)


def wanted(request: Request) -> Wanted:
    """Read fields and expansions; an unknown value is refused."""
    query = request.query_params
    if "tweet.fields" in query and "post.fields" in query:
        raise invalid("post.fields", query["post.fields"], "tweet.fields and post.fields cannot be mixed")
    spelling = NEW if "post.fields" in query else OLD
    return Wanted(
        spelling,
        _listed(request, spelling["fields"], POST_FIELDS),
        _listed(request, "expansions", EXPANSIONS),
        _listed(request, "user.fields", USER_FIELDS),
        _listed(request, "media.fields", MEDIA_FIELDS),
    )


def _listed(request: Request, name: str, allowed: frozenset[str]) -> frozenset[str]:
    text = request.query_params.get(name)
    values = frozenset(text.split(",")) if text is not None else frozenset()
    for value in sorted(values - allowed):
        raise invalid(name, value, f"The `{name}` query parameter value [{value}] is not one of {sorted(allowed)}")
    return values


def numeric(name: str, value: str) -> int:
    """Read an id of 1 to 19 digits."""
    if not re.fullmatch(r"[0-9]{1,19}", value):
        message = f"The `{name}` query parameter value [{value}] is not valid: it must match ^[0-9]{{1,19}}$"
        raise invalid(name, value, message)
    return int(value)


def max_results(request: Request, low: int, default: int) -> int:
    """Read `max_results`, which must lie between the endpoint's minimum and 100."""
    text = request.query_params.get("max_results", str(default))
    if not text.isdigit() or not low <= int(text) <= MOST:
        raise invalid(
            "max_results", text, f"The `max_results` query parameter value [{text}] is not between {low} and 100"
        )
    return int(text)


def window(request: Request) -> tuple[str, list[Any]]:
    """Return the SQL condition of since_id, until_id, start_time, end_time (bounds exclusive but start_time)."""
    query, conditions, values = request.query_params, ["1 = 1"], []
    for name, sign in (("since_id", ">"), ("until_id", "<")):
        if name in query:
            conditions.append(f"number {sign} ?")
            values.append(numeric(name, query[name]))
    for name, sign in (("start_time", ">="), ("end_time", "<")):
        if name in query:
            conditions.append(f"number {sign} ?")
            values.append(id_at(moment(name, query[name])))
    return " AND ".join(conditions), values


def moment(name: str, text: str) -> datetime:
    """Read a UTC time as X writes it."""
    if not TIME.fullmatch(text):
        raise invalid(name, text, f"Invalid '{name}':'{text}'. Expected format YYYY-MM-DDTHH:mm:ssZ")
    return datetime.fromisoformat(text)


def oldest_recent() -> int:
    """Return the oldest id that a search may find now."""
    return id_at(datetime.now(UTC) - RECENT)


def check_recent(request: Request) -> None:
    """Refuse a search that asks for more than the last seven days."""
    query, oldest = request.query_params, datetime.now(UTC) - RECENT
    if "since_id" in query and numeric("since_id", query["since_id"]) < id_at(oldest):
        text = query["since_id"]
        raise invalid("since_id", text, f"'since_id' must be a tweet id created after [{oldest:%Y-%m-%dT%H:%MZ}]")
    if "start_time" in query and moment("start_time", query["start_time"]) < oldest:
        raise invalid("start_time", query["start_time"], f"'start_time' must be on or after {oldest:%Y-%m-%dT%H:%MZ}")


def page_token(number: int) -> str:
    """Return the opaque token of the page that ends before this id."""
    return base64.b32encode(f"before:{number}".encode()).decode().rstrip("=").lower()


def read_page_token(name: str, text: str) -> int:
    """Return the id before which the page begins."""
    try:
        padded = text.upper() + "=" * (-len(text) % 8)
        word, _, number = base64.b32decode(padded).decode().partition(":")
        if word == "before":
            return int(number)
    except ValueError:
        pass
    raise invalid(name, text, f"The `{name}` query parameter value [{text}] is not a valid token")


def parse_query(query: str) -> tuple[list[int], list[str]]:
    """Read `(conversation_id:1 OR conversation_id:2) -from:handle`: the conversations, the authors left out.

    Other operators are refused, as is a query without one that can stand alone or of more than 512 characters.
    """
    if not query or len(query) > QUERY_LENGTH:
        raise invalid("query", query, f"Rules must be from 1 to 512 characters long; {len(query)} given")
    match = re.fullmatch(r"\s*(\([^()]+\)|conversation_id:\d+)((?:\s+-from:\w{1,15})*)\s*", query)
    words = match[1].strip("()").split(" OR ") if match else []
    if not match or not all(re.fullmatch(r"\s*conversation_id:\d{1,19}\s*", word) for word in words):
        raise XProblem(
            400,
            "Invalid Request",
            "One or more parameters to your request was invalid.",
            "https://api.x.com/2/problems/invalid-request",
            errors=[{"parameters": {"query": [query]}, "message": "There were errors processing your request"}],
        )
    return [int(word.split(":")[1]) for word in words], re.findall(r"-from:(\w+)", match[2])
