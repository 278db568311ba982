"""The sandbox speaks TikTok's API for Business: driven here by python-tiktok and by bare HTTP, not by our channel."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pytiktok import BusinessAccountApi
from pytiktok.error import PyTiktokError

from connectors.sandbox.tiktok import APP_ID, APP_SECRET, COMPANY, MEDIA, READER, TOKEN, talk
from connectors.sandbox.tiktok.access import CALLS_A_MINUTE
from tests.connectors.consenting import consent
from tests.connectors.tiktok_world import TikTokWorld, tiktok_world

ME, BACK = COMPANY.id, "https://covigie.labos-helior.example/oauth/tiktok/"
FILM, PICTURE = f"{MEDIA}film.mp4", f"{MEDIA}image.webp"
INFO = {"is_brand_organic": False, "is_branded_content": False}
PHOTO_INFO = {**INFO, "privacy_level": "PUBLIC_TO_EVERYONE"}


@pytest.fixture
def world(sandbox, http) -> TikTokWorld:
    return tiktok_world(sandbox, http)


@pytest.fixture
def tt(world):
    api = BusinessAccountApi(
        app_id=APP_ID, app_secret=APP_SECRET, access_token=TOKEN.access, base_url=f"{world.url}/open_api"
    )
    api.session.trust_env = False
    yield api
    api.session.close()


@pytest.fixture
def raw(world):
    root = f"{world.url}/open_api/v1.3/"
    with httpx.Client(base_url=root, headers={"access-token": TOKEN.access}, trust_env=False) as client:
        yield client


def said(answer) -> tuple[int, str]:
    """What TikTok says of a call: never by its status."""
    assert answer.status_code == 200
    body = answer.json()
    assert body["request_id"] == answer.headers["x-tt-logid"]
    return body["code"], body["message"]


# --- python-tiktok, as it comes -------------------------------------------------------------------------------------


def test_python_tiktok_reads_its_own_account(tt):
    found = tt.get_account_data(ME, fields=["username", "display_name"]).data
    assert (found.username, found.display_name) == (COMPANY.handle, COMPANY.name)
    info = tt.get_token_info(TOKEN.access)
    assert (info.creator_id, "comment.list.manage" in info.scope) == (ME, True)


def test_python_tiktok_publishes_reads_answers_hides_likes_and_deletes(world, tt):
    task = tt.create_video(ME, FILM, {"caption": "Bonjour", **INFO}).data.share_id
    assert task.startswith("v_pub_url~")
    assert tt.get_publish_status(ME, task).data.status == "PROCESSING_DOWNLOAD"
    done = tt.get_publish_status(ME, task).data
    assert done.status == "PUBLISH_COMPLETE"
    (video,) = done.post_ids
    fields = ["item_id", "caption", "create_time", "media_type", "share_url"]
    (listed,) = tt.get_account_videos(ME, fields=fields, filters={"video_ids": [video]}).data.videos
    assert (listed.item_id, listed.caption, listed.media_type) == (video, "Bonjour", "VIDEO")
    assert abs(datetime.fromtimestamp(int(listed.create_time), UTC) - datetime.now(UTC)) < timedelta(minutes=1)
    comment = world.comment("ça gratte", reply_to=video, handle="tuile_mer").rpartition("_")[2]
    reply = tt.create_reply(ME, video, comment, text="Écrivez-nous").data
    assert (reply.parent_comment_id, reply.text) == (comment, "Écrivez-nous")
    (found,) = tt.get_video_comments(ME, video, include_replies=True).data.comments
    assert (found.text, found.username, found.replies, found.owner, found.status) == (
        "ça gratte",
        "tuile_mer",
        1,
        False,
        "PUBLIC",
    )
    (below,) = found.reply_list
    assert (str(below.comment_id), below.owner, below.parent_comment_id) == (reply.comment_id, True, comment)
    assert tt.hide_comment(ME, video, comment).code == 0
    assert tt.get_video_comments(ME, video, status="PUBLIC").data.comments == []
    assert tt.get_video_comments(ME, video).data.comments[0].status == "HIDDEN"
    assert tt.hide_comment(ME, video, comment, action="UNHIDE").code == 0
    assert tt.delete_comment(ME, reply.comment_id).code == 0
    assert tt.get_comment_replies(ME, video, comment).data.comments == []
    first = tt.create_comment(ME, video, text="Premier commentaire").data
    assert "parent_comment_id" not in tt.get_video_comments(ME, video, return_json=True)["data"]["comments"][0]
    assert tt.get_video_comments(ME, video, comment_ids=[first.comment_id]).data.comments[0].owner is True


def test_python_tiktok_publishes_pictures_and_hears_why_a_film_failed(tt):
    task = tt.create_photo(ME, [PICTURE, PICTURE], {"caption": "Images", **PHOTO_INFO}).data.share_id
    tt.get_publish_status(ME, task)
    assert tt.get_publish_status(ME, task).data.post_ids
    task = tt.create_video(ME, f"{MEDIA}film.avi", {**INFO}).data.share_id
    tt.get_publish_status(ME, task)
    failed = tt.get_publish_status(ME, task).data
    assert (failed.status, failed.reason, failed.post_ids) == ("FAILED", "file_format_check_failed", None)


def test_python_tiktok_pages_through_comments_and_posts(world, tt):
    post = world.post("Bonjour")
    written = {one.rpartition("_")[2] for one in world.comments([f"commentaire {n}" for n in range(23)], reply_to=post)}
    order = {"sort_field": "create_time", "sort_order": "desc", "max_count": 10}
    ids, cursor, more = [], 0, True
    while more:
        page = tt.get_video_comments(ME, post, cursor=cursor, **order).data
        ids, cursor, more = [*ids, *(one.comment_id for one in page.comments)], page.cursor, page.has_more
    assert set(ids) == written
    assert ids == sorted(ids, key=int, reverse=True)
    for n in range(4):
        world.post(f"message {n}", at=datetime.now(UTC) - timedelta(days=n + 1))
    first = tt.get_account_videos(ME, max_count=3).data
    rest = tt.get_account_videos(ME, max_count=3, cursor=first.cursor).data
    assert (len(first.videos), first.has_more, len(rest.videos), rest.has_more) == (3, True, 2, False)


def test_python_tiktok_takes_a_code_for_a_token_renews_and_revokes_it(world, tt):
    asked = {"client_key": APP_ID, "scope": "user.info.basic,comment.list", "response_type": "code", "state": "s"}
    page = httpx.URL(f"{world.url}/v2/auth/authorize/", params={**asked, "redirect_uri": BACK})
    code = consent(str(page)).params["code"]
    token = tt.generate_access_token(code, redirect_uri=BACK)
    assert (token.open_id, token.expires_in, token.scope) == (ME, 86400, "comment.list,user.info.basic")
    with pytest.raises(PyTiktokError, match="40110"):
        tt.generate_access_token(code, redirect_uri=BACK)
    renewed = tt.refresh_access_token(token.refresh_token)
    assert renewed.access_token != token.access_token
    with pytest.raises(PyTiktokError, match="40001"):
        tt.get_account_data(ME, fields=["username"])
    tt.revoke_access_token(renewed.access_token)
    with pytest.raises(PyTiktokError, match="40105"):
        tt.get_account_data(ME)


# --- as strict as documented ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 40104),
        ({"authorization": f"Bearer {TOKEN.access}"}, 40104),
        ({"access-token": "wrong"}, 40105),
        ({"access-token": f"Bearer {TOKEN.access}"}, 40105),
        ({"access-token": TOKEN.refresh}, 40105),
        ({"access-token": READER.access}, 40001),
    ],
)
def test_who_is_nobody_is_refused(world, headers, code):
    url = f"{world.url}/open_api/v1.3/business/get/?business_id={ME}"
    assert said(httpx.get(url, headers=headers, trust_env=False))[0] == code


@pytest.mark.parametrize(
    ("path", "asked", "code", "about"),
    [
        ("business/get", {"business_id": ME}, 40006, "no schema"),
        ("business/comments/list/", {"business_id": ME}, 40006, "no schema"),
        ("business/get/", {}, 40002, "business_id"),
        ("business/get/", {"business_id": "another"}, 40001, "permission"),
        ("business/get/", {"business_id": ME, "fields": "username"}, 40002, "fields"),
        ("business/get/", {"business_id": ME, "fields": '["likes"]'}, 40002, "fields: likes"),
        ("business/get/", {"business_id": ME, "colour": "red"}, 40002, "colour"),
        ("business/video/list/", {"business_id": ME, "fields": '["caption"]'}, 40002, "item_id"),
        ("business/video/list/", {"business_id": ME, "filters": '["1"]'}, 40002, "filters"),
        ("business/video/list/", {"business_id": ME, "max_count": "21"}, 40002, "max_count"),
        ("business/comment/list/", {"business_id": ME}, 40002, "video_id"),
        ("business/comment/list/", {"business_id": ME, "video_id": "12"}, 40007, "video_id"),
        ("business/comment/list/", {"max_count": "0"}, 40002, "max_count"),
        ("business/comment/list/", {"max_count": "31"}, 40002, "max_count"),
        ("business/comment/list/", {"cursor": "x"}, 40002, "cursor"),
        ("business/comment/list/", {"status": "HIDDEN"}, 40002, "status"),
        ("business/comment/list/", {"sort_field": "text"}, 40002, "sort_field"),
        ("business/comment/list/", {"sort_order": "newest"}, 40002, "sort_order"),
        ("business/comment/list/", {"include_replies": "yes"}, 40002, "include_replies"),
        ("business/comment/list/", {"comment_ids": "12"}, 40002, "comment_ids"),
        ("business/comment/list/", {"comment_ids": "[12]"}, 40002, "comment_ids"),
        ("business/comment/list/", {"comment_ids": str(["1"] * 31).replace("'", '"')}, 40002, "comment_ids"),
        ("business/comment/reply/list/", {}, 40002, "comment_id"),
        ("business/comment/reply/list/", {"comment_id": "12"}, 40007, "comment_id"),
        ("business/publish/status/", {"business_id": ME, "publish_id": "12"}, 40007, "publish_id"),
    ],
)
def test_a_wrong_question_is_refused_by_name(raw, world, path, asked, code, about):
    if "comment" in path and "business_id" not in asked:
        asked = {"business_id": ME, "video_id": world.post("Bonjour"), **asked}
    answer = said(raw.get(path, params=asked))
    assert answer[0] == code
    assert about in answer[1]


@pytest.mark.parametrize(
    ("path", "body", "about"),
    [
        ("business/video/publish/", {"video_url": FILM}, "post_info"),
        ("business/video/publish/", {"video_url": FILM, "post_info": {}}, "is_brand_organic"),
        ("business/video/publish/", {"video_url": FILM, "post_info": {**INFO, "text": "a"}}, "text"),
        (
            "business/video/publish/",
            {"video_url": FILM, "post_info": {**INFO, "disable_comment": 1}},
            "disable_comment",
        ),
        ("business/video/publish/", {"video_url": FILM, "post_info": {**INFO, "caption": "💊" * 1101}}, "caption"),
        ("business/video/publish/", {"video_url": "https://ailleurs.example/f.mp4", "post_info": INFO}, "ownership"),
        ("business/photo/publish/", {"photo_images": [PICTURE], "post_info": INFO}, "privacy_level"),
        ("business/photo/publish/", {"photo_images": [], "post_info": PHOTO_INFO}, "photo_images"),
        ("business/photo/publish/", {"photo_images": [PICTURE] * 36, "post_info": PHOTO_INFO}, "photo_images"),
        ("business/comment/create/", {"text": ""}, "text"),
        ("business/comment/create/", {"text": "é" * 151}, "text"),
        ("business/comment/reply/create/", {"text": "a"}, "comment_id"),
        ("business/comment/reply/create/", {"comment_id": 12, "text": "a"}, "comment_id"),
        ("business/comment/reply/create/", {"comment_id": "12", "text": "a"}, "comment_id"),
        ("business/comment/hide/", {"comment_id": "12"}, "action"),
        ("business/comment/hide/", {"comment_id": "12", "action": "HIDE", "is_hidden": True}, "is_hidden"),
        ("business/comment/delete/", {}, "comment_id"),
    ],
)
def test_a_wrong_write_is_refused_and_does_nothing(raw, world, path, body, about):
    post = world.post("Bonjour")
    video = {"video_id": post} if "comment" in path else {}
    code, message = said(raw.post(path, json={"business_id": ME, **video, **body}))
    assert code in (40001, 40002, 40007)
    assert about in message
    assert [item["id"] for item in world.items()] == [post]


def test_a_body_of_another_kind_and_another_method_are_refused(raw, world):
    body = {"business_id": ME, "video_id": world.post("Bonjour"), "text": "a"}
    assert said(raw.post("business/comment/create/", data=body))[0] == 40002
    assert said(raw.post("business/comment/create/", params=body, json={}))[0] == 40002
    headers = {"content-type": "application/json"}
    assert said(raw.post("business/comment/create/", content=b"{", headers=headers))[0] == 40002
    assert said(raw.get("business/comment/create/", params=body))[0] == 40006


def test_moderation_is_refused_where_tiktok_has_none(raw, world):
    post = world.post("Bonjour")
    both = world.comment("Vertiges", reply_to=post)
    below = world.comment("moi aussi", reply_to=both).rpartition("_")[2]
    comment = both.rpartition("_")[2]
    named = {"business_id": ME, "video_id": post, "comment_id": comment}

    def act(path, **more):
        return said(raw.post(f"business/comment/{path}/", json={**named, **more}))[0]

    assert act("hide", action="UNHIDE") == 40002
    assert act("hide", action="hide") == 40002
    assert act("reply/create", comment_id=below, text="a") == 40002
    assert act("delete") == 40001
    assert act("hide", action="HIDE") == 0
    assert act("hide", action="HIDE") == 40002
    assert act("reply/create", text="a") == 40002
    assert said(raw.get("business/comment/reply/list/", params=named))[0] == 40007
    assert act("like", action="LIKE") == 0
    assert act("like", action="LOVE") == 40002


def test_without_an_order_nobody_can_rely_on_one_and_after_the_first_it_is_lost(raw, world, monkeypatch):
    monkeypatch.setattr(talk, "FIRST", 10)
    post = world.post("Bonjour")
    written = sorted(one.rpartition("_")[2] for one in world.comments([f"{n}" for n in range(20)], reply_to=post))
    asked = {"business_id": ME, "video_id": post, "max_count": "30"}

    def ids(**more):
        answer = raw.get("business/comment/list/", params={**asked, **more}).json()
        return [one["comment_id"] for one in answer["data"]["comments"]]

    assert ids() not in (written, written[::-1])
    newest = ids(sort_field="create_time", sort_order="desc")
    assert newest[:10] == written[:9:-1]
    assert (len(newest), set(newest)) == (21, set(written))


def test_ids_in_a_list_of_replies_are_numbers_and_counts_a_day_old(raw, world):
    post = world.post("Bonjour", at=datetime.now(UTC) - timedelta(days=3))
    comment = world.comment("Vertiges", reply_to=post, at=(datetime.now(UTC) - timedelta(days=2)).isoformat())
    world.comments([f"moi aussi {n}" for n in range(5)], reply_to=comment)
    asked = {"business_id": ME, "video_id": post, "include_replies": "true"}
    (found,) = raw.get("business/comment/list/", params=asked).json()["data"]["comments"]
    assert (found["replies"], len(found["reply_list"])) == (5, 3)
    assert all(isinstance(one["comment_id"], int) and one["parent_comment_id"] for one in found["reply_list"])
    assert isinstance(found["create_time"], str)
    fields = {"business_id": ME, "fields": '["item_id","comments"]'}
    (video,) = raw.get("business/video/list/", params=fields).json()["data"]["videos"]
    assert video["comments"] == 1


def test_a_minute_holds_forty_calls_of_an_endpoint_and_six_posts(raw, world):
    assert CALLS_A_MINUTE == 40
    world.limit("get", 3, 60)
    codes = [said(raw.get("business/get/", params={"business_id": ME}))[0] for _ in range(4)]
    assert codes == [0] * 3 + [40100]
    assert said(raw.get("business/video/list/", params={"business_id": ME}))[0] == 0
    body = {"business_id": ME, "video_url": FILM, "post_info": INFO}
    assert [said(raw.post("business/video/publish/", json=body))[0] for _ in range(7)] == [0] * 6 + [40100]


@pytest.mark.parametrize(
    "changed",
    [
        {"client_key": "1"},
        {"scope": "comment.create"},
        {"response_type": "token"},
        {"redirect_uri": BACK.rstrip("/")},
        {"redirect_uri": BACK.replace("https", "http")},
        {"redirect_uri": f"{BACK}?id=1"},
        {"redirect_uri": "https://covigie.labos-helior.example:8443/oauth/tiktok/"},
    ],
)
def test_consent_is_asked_for_as_registered_or_not_at_all(world, changed):
    asked = {"client_key": APP_ID, "scope": "comment.list", "response_type": "code", "redirect_uri": BACK, **changed}
    assert httpx.get(f"{world.url}/v2/auth/authorize/", params=asked, trust_env=False).status_code == 400


def test_the_public_writes_under_a_post_only_and_changes_nothing(world):
    for path, entry in (
        ("comments", {"network": "tiktok", "text": "a"}),
        ("comments", {"network": "tiktok", "text": "a", "reply_to": "999"}),
        ("posts", {"network": "minitel", "text": "a"}),
    ):
        assert world.http.post(f"/_sandbox/{path}", json=entry).status_code == 400
    comment = world.comment("Merci")
    assert world.http.patch(f"/_sandbox/comments/{comment}", json={"network": "tiktok", "text": "b"}).status_code == 400
    page = world.http.get("/", params={"reseau": "tiktok"}).text
    assert "Merci" in page
    assert "/public/modifier" not in page
