"""Posts on TikTok: the account, its list of posts, and publishing a film or pictures that TikTok fetches itself."""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from starlette.routing import Route

from connectors.sandbox import clock, quota
from connectors.sandbox.fetching import NotFetched, fetch
from connectors.sandbox.store import Item, add_item, find_item, items
from connectors.sandbox.tiktok import params
from connectors.sandbox.tiktok.access import ABSENT, DENIED, FREQUENT, Call, TikTokProblem, endpoint, wrong
from connectors.sandbox.tiktok.people import MEDIA
from connectors.sandbox.tiktok.talk import talk_under

ACCOUNT_FIELDS = {
    "display_name": "user.info.basic",
    "profile_image": "user.info.basic",
    "username": "user.info.username",
    "is_verified": "user.info.profile",
    "videos_count": "user.info.stats",
}
COUNTED_AFTER = timedelta(hours=24)
FILM_INFO: Mapping[str, type] = {
    "caption": str,
    "is_brand_organic": bool,
    "is_branded_content": bool,
    "disable_comment": bool,
    "disable_duet": bool,
    "disable_stitch": bool,
    "thumbnail_offset": int,
    "is_ai_generated": bool,
}
PICTURE_INFO: Mapping[str, type] = {
    "caption": str,
    "title": str,
    "privacy_level": str,
    "is_brand_organic": bool,
    "is_branded_content": bool,
    "disable_comment": bool,
    "auto_add_music": bool,
}
FILMS, PICTURES = {"video/mp4", "video/quicktime", "video/webm"}, {"image/jpeg", "image/webp"}
MOST_FILM, MOST_PICTURE = 1_000_000_000, 20_000_000
PRIVACY = ("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY")
DAY, POSTS_A_DAY, POSTS_A_MINUTE = 86_400.0, 15, 6


@endpoint("get", "user.info.basic", "", "fields start_date end_date")
def account(call: Call) -> dict[str, Any]:
    """GET business/get/: the account; a field outside the scopes refuses the whole."""
    fields = params.texts("fields", call.asked.get("fields", ["display_name", "profile_image"]), len(ACCOUNT_FIELDS))
    for name in fields:
        if name not in ACCOUNT_FIELDS:
            raise wrong("fields", f"{name} is not one of {sorted(ACCOUNT_FIELDS)}")
        call.check_scope(ACCOUNT_FIELDS[name])
    shape = {
        "display_name": call.person.name,
        "profile_image": "https://p16-sign-va.tiktokcdn.example/us.jpeg",
        "username": call.person.handle,
        "is_verified": True,
        "videos_count": len(_posts(call, "1 = 1", ())),
    }
    return {name: shape[name] for name in fields}


def _posts(call: Call, where: str, values: tuple[Any, ...]) -> list[Item]:
    shown = "author_id = ? AND parent IS NULL AND deleted_at IS NULL AND replaced_by IS NULL"
    return items(call.db, "tiktok", f"{shown} AND {where}", (call.person.id, *values))


def _counted(call: Call, item: Item) -> int:
    """Return how many comments and replies a post had a day ago."""
    talk = talk_under(call.db, call.person, item.id)
    said = [one for top in talk.comments for one in (top, *talk.replies[top.number])]
    return sum(one.at < clock.now() - COUNTED_AFTER for one in said)


SHAPE: Mapping[str, Callable[[Call, Item], Any]] = {
    "item_id": lambda _call, item: item.id,
    "create_time": lambda _call, item: str(int(item.at.timestamp())),
    "caption": lambda _call, item: item.text,
    "share_url": lambda call, item: f"https://www.tiktok.com/@{call.person.handle}/video/{item.id}?utm_source=1",
    "embed_url": lambda _call, item: f"https://www.tiktok.com/player/v1/{item.id}",
    "media_type": lambda _call, item: "PHOTO" if "photo" in item.media else "VIDEO",
    "likes": lambda _call, _item: 0,
    "comments": _counted,
}


@endpoint("video/list", "video.list", "", "fields filters cursor max_count")
def list_videos(call: Call) -> dict[str, Any]:
    """GET business/video/list/: the account's posts, newest first, or some by their ids; counts are a day old."""
    fields = params.texts("fields", call.asked.get("fields", ["item_id"]), len(SHAPE))
    if "item_id" not in fields or set(fields) - set(SHAPE):
        raise wrong("fields", f"must hold item_id, the others among {sorted(SHAPE)}")
    size = params.whole(call.asked, "max_count", 10, 1, 20)
    before = params.whole(call.asked, "cursor", int(clock.now().timestamp() * 1000) + 1, 0, 10**14)
    wanted = _wanted(call.asked.get("filters"))
    found = [one for one in _posts(call, "1 = 1", ()) if one.at.timestamp() * 1000 < before]
    found = sorted(found, key=lambda one: one.at, reverse=True)
    if wanted is not None:
        found = [one for one in _posts(call, "1 = 1", ()) if one.id in wanted]
    page = found[:size]
    cursor = int(page[-1].at.timestamp() * 1000) if page else 0
    shapes = [{name: SHAPE[name](call, one) for name in fields} for one in page]
    return {"videos": shapes, "cursor": cursor, "has_more": len(found) > size}


def _wanted(filters: Any) -> list[str] | None:
    if filters is None:
        return None
    try:
        found = json.loads(filters)
    except ValueError:
        found = None
    if not isinstance(found, dict) or set(found) - {"video_ids", "ad_post_only"} or "video_ids" not in found:
        raise wrong("filters", "must be an object with video_ids")
    return params.texts("filters.video_ids", found["video_ids"], 20)


@endpoint("video/publish", "video.publish", "video_url post_info", size=POSTS_A_MINUTE)
async def publish_film(call: Call) -> dict[str, Any]:
    """POST business/video/publish/: fetch a film from a verified address and publish it; a task does it."""
    _check_addresses("video_url", [call.asked["video_url"]])
    info = _info(call.asked["post_info"], FILM_INFO, 2200)
    return await _begin(call, info, "video", [call.asked["video_url"]])


@endpoint("photo/publish", "video.publish", "photo_images post_info", "photo_cover_index", size=POSTS_A_MINUTE)
async def publish_pictures(call: Call) -> dict[str, Any]:
    """POST business/photo/publish/: fetch pictures from verified addresses and publish them; a task does it."""
    addresses = params.texts("photo_images", call.asked["photo_images"], 35)
    _check_addresses("photo_images", addresses)
    info = _info(call.asked["post_info"], PICTURE_INFO, 4000)
    params.one_of(info, "privacy_level", PRIVACY)
    if "privacy_level" not in info:
        raise wrong("post_info.privacy_level", "Missing data for required field.")
    return await _begin(call, info, "photo", addresses)


def _check_addresses(name: str, addresses: list[Any]) -> None:
    if not all(isinstance(one, str) and one.startswith(MEDIA) for one in addresses):
        raise TikTokProblem(DENIED, f"{name}: the ownership of the URL is not verified")


def _info(info: Any, known: Mapping[str, type], longest: int) -> dict[str, Any]:
    if not isinstance(info, dict):
        raise wrong("post_info", "Not a valid object.")
    for name in ("is_brand_organic", "is_branded_content"):
        if name not in info:
            raise wrong(f"post_info.{name}", "Missing data for required field.")
    for name, value in info.items():
        if name not in known or type(value) is not known[name]:
            raise wrong(f"post_info.{name}", "Unknown field, or not of its type.")
    if len(str(info.get("caption", "")).encode("utf-16-le")) // 2 > longest:
        raise wrong("post_info.caption", f"Longer than maximum length {longest}.")
    return info


async def _begin(call: Call, info: dict[str, Any], kind: str, addresses: list[str]) -> dict[str, Any]:
    """Note a task; its post stands at once, the task says so from the second look on, as if it had taken time."""
    if quota.spend(call.db, "tiktok", call.person.id, "publish_day", POSTS_A_DAY, DAY).used_up:
        raise TikTokProblem(FREQUENT, "The daily limit of posts is reached.")
    settings = {name: value for name, value in info.items() if name != "caption"}
    made, reason = "", await _why_not(call, kind, addresses)
    if not reason:
        media = [kind] * len(addresses)
        made = add_item(call.db, "tiktok", call.person, info.get("caption", ""), media=media, settings=settings).id
    task = f"{kind[0]}_pub_url~v1.{secrets.randbelow(10**19):019d}"
    row = (task, call.person.id, kind, made, json.dumps({"reason": reason}))
    with call.db as db:
        columns = "network, id, owner, kind, mime, total, alt_text, about"
        db.execute(f"INSERT INTO upload ({columns}) VALUES ('tiktok', ?, ?, ?, '', 0, ?, ?)", row)  # noqa: S608 - our columns
    return {"share_id": task}


async def _why_not(call: Call, kind: str, addresses: list[str]) -> str:
    """Fetch the files from where they are; return TikTok's reason for what it cannot use, empty when all is well."""
    types, most = (FILMS, MOST_FILM) if kind == "video" else (PICTURES, MOST_PICTURE)
    try:
        for one in addresses:
            await fetch(call.sandbox, one, types, most)
    except NotFetched as error:
        return "file_format_check_failed" if str(error).startswith("the file") else f"{kind}_pull_failed"
    return ""


@endpoint("publish/status", "video.publish", "publish_id")
def publish_status(call: Call) -> dict[str, Any]:
    """GET business/publish/status/: fetching, then published with its id, or failed with a reason."""
    key = (call.asked["publish_id"], call.person.id)
    row = call.db.execute("SELECT * FROM upload WHERE network = 'tiktok' AND id = ? AND owner = ?", key).fetchone()
    if row is None:
        raise TikTokProblem(ABSENT, "publish_id: there is no such task")
    with call.db as db:
        db.execute("UPDATE upload SET checks = checks + 1 WHERE network = 'tiktok' AND id = ?", key[:1])
    if not row["checks"]:
        return {"status": "PROCESSING_DOWNLOAD"}
    if not row["alt_text"]:
        return {"status": "FAILED", "reason": json.loads(row["about"])["reason"]}
    post = find_item(call.db, "tiktok", row["alt_text"])
    public = post is not None and post.shown and post.settings.get("privacy_level", PRIVACY[0]) == PRIVACY[0]
    return {"status": "PUBLISH_COMPLETE"} | ({"post_ids": [row["alt_text"]]} if public else {})


ROOT = "/tiktok/open_api/v1.3/business"
ROUTES = [
    Route(f"{ROOT}/get/", account, methods=["GET"]),
    Route(f"{ROOT}/video/list/", list_videos, methods=["GET"]),
    Route(f"{ROOT}/video/publish/", publish_film, methods=["POST"]),
    Route(f"{ROOT}/photo/publish/", publish_pictures, methods=["POST"]),
    Route(f"{ROOT}/publish/status/", publish_status, methods=["GET"]),
]
