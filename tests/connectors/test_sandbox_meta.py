"""The sandbox speaks the Graph API: driven here by Meta's own client alone and by bare HTTP, not by our channels."""

import hashlib
import hmac
import json
from datetime import datetime
from io import BytesIO

import httpx
import pytest
from facebook_business.adobjects.comment import Comment
from facebook_business.adobjects.igcomment import IGComment
from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from connectors.sandbox import COMPANY
from connectors.sandbox.meta.networks import BLIND_TOKEN, INSTAGRAM_TOKEN, PAGE_TOKEN
from connectors.sandbox.meta.oauth import APP_ID, APP_SECRET, INSTAGRAM
from tests import media_samples as samples
from tests.connectors import media_host
from tests.connectors.world import World


def client_of(root: str, access: str, secret: str = APP_SECRET):
    """Meta's client on the sandbox; its crash reporter, which `init` would start, stays off."""
    session = FacebookSession(app_id=APP_ID, app_secret=secret, access_token=access, timeout=10)
    session.GRAPH = root
    session.requests.trust_env = False
    return FacebookAdsApi(session, api_version="v25.0")


@pytest.fixture
def facebook(sandbox, http):
    http.post("/_sandbox/reset").raise_for_status()
    world = World("facebook", sandbox.url, COMPANY, PAGE_TOKEN, http, {})
    api = client_of(f"{sandbox.url}/facebook", PAGE_TOKEN.access)
    yield world, api
    api._session.requests.close()


@pytest.fixture
def instagram(sandbox, http):
    http.post("/_sandbox/reset").raise_for_status()
    media_host.make_known(http)
    world = World("instagram", sandbox.url, INSTAGRAM, INSTAGRAM_TOKEN, http, {})
    api = client_of(f"{sandbox.url}/instagram", INSTAGRAM_TOKEN.access)
    yield world, api
    api._session.requests.close()


@pytest.fixture
def raw(sandbox, http):
    http.post("/_sandbox/reset").raise_for_status()
    proof = hmac.new(APP_SECRET.encode(), PAGE_TOKEN.access.encode(), hashlib.sha256).hexdigest()
    headers = {"authorization": f"Bearer {PAGE_TOKEN.access}"}
    base = f"{sandbox.url}/facebook/v25.0/"
    with httpx.Client(base_url=base, headers=headers, params={"appsecret_proof": proof}, trust_env=False) as client:
        yield client


# --- pages ----------------------------------------------------------------------------------------------------------


def test_metas_client_publishes_reads_answers_hides_and_deletes(facebook):
    world, api = facebook
    page = Page(COMPANY.id, api=api)
    assert page.api_get(fields=["name", "username"])["username"] == COMPANY.handle
    post = page.create_feed(params={"message": "Bonjour"})
    read = PagePost(post["id"], api=api).api_get(fields=["message", "created_time", "from", "permalink_url"])
    assert (read["message"], read["from"]["id"]) == ("Bonjour", COMPANY.id)
    assert datetime.fromisoformat(read["created_time"]).tzinfo
    comment = Comment(world.comment("ça gratte", reply_to=post["id"]), api=api)
    answer = comment.create_comment(params={"message": "Écrivez-nous"})
    told = Comment(answer["id"], api=api).api_get(fields=["message", "parent", "from"])
    assert (told["message"], told["parent"]["id"], told["from"]["id"]) == ("Écrivez-nous", comment["id"], COMPANY.id)
    for hidden in (True, True, False):
        comment.api_update(params={"is_hidden": hidden})
        assert comment.api_get(fields=["is_hidden", "can_hide"])["is_hidden"] is hidden
    comment.api_delete()
    with pytest.raises(FacebookRequestError) as caught:
        comment.api_get(fields=["message"])
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (100, 33)


def test_metas_client_pages_through_feed_and_comments(facebook):
    world, api = facebook
    post = world.post("Bonjour")
    written = world.comments([f"commentaire {n}" for n in range(23)], reply_to=post)
    below = world.comment("moi aussi", reply_to=min(written))
    asked = {"filter": "stream", "order": "reverse_chronological", "limit": 10, "summary": True}
    cursor = PagePost(post, api=api).get_comments(fields=["message"], params=asked)
    assert cursor.total() == 24
    ids = [one["id"] for one in cursor]
    assert ids == sorted({*written, below}, reverse=True)
    direct = PagePost(post, api=api).get_comments(params={"limit": 0, "summary": True})
    assert direct.total() == 23
    visits = {world.comment(f"visite {n}") for n in range(5)}
    feed = Page(COMPANY.id, api=api).get_feed(fields=["id"], params={"limit": 2})
    assert {one["id"] for one in feed} == {post, *visits}


def test_metas_client_reads_many_at_once(facebook):
    world, api = facebook
    post = world.post("Bonjour")
    comments = [world.comment(f"texte {n}", reply_to=post) for n in range(3)]
    world.delete(comments[1])
    seen: dict[str, object] = {}
    batch = api.new_batch()
    for one in comments:
        batch.add(
            "GET",
            (one,),
            params={"fields": "message"},
            success=lambda answer, one=one: seen.update({one: answer.json()["message"]}),
            failure=lambda answer, one=one: seen.update({one: answer.error().api_error_subcode()}),
        )
    batch.execute()
    assert seen == {comments[0]: "texte 0", comments[1]: 33, comments[2]: "texte 2"}


def test_metas_client_brings_pictures(facebook):
    world, api = facebook
    page = Page(COMPANY.id, api=api)
    file = {"source": ("course.jpg", BytesIO(samples.jpeg()), "image/jpeg")}
    told = {"published": False, "alt_text_custom": "Des coureurs."}
    photo = api.call("POST", (COMPANY.id, "photos"), params=told, files=file).json()
    post = page.create_feed(params={"message": "La course", "attached_media[0]": {"media_fbid": photo["id"]}})
    read = api.call("GET", (post["id"],), params={"fields": "attachments{target}"}).json()
    assert read["attachments"]["data"][0]["target"]["id"] == photo["id"]
    shown = world.http.get(f"/public/media/{photo['id']}")
    assert shown.content == samples.jpeg()


@pytest.mark.parametrize(
    ("access", "secret", "code"),
    [("unknown", APP_SECRET, 190), (PAGE_TOKEN.access, "wrong", 100), (PAGE_TOKEN.access, None, 100)],
)
def test_metas_client_is_refused_with_a_wrong_token_or_proof(facebook, access, secret, code):
    world, _ = facebook
    api = client_of(f"{world.url}/facebook", access, secret)
    with pytest.raises(FacebookRequestError) as caught:
        Page(COMPANY.id, api=api).api_get(fields=["name"])
    api._session.requests.close()
    assert caught.value.api_error_code() == code


def test_metas_client_is_refused_without_a_scope(facebook):
    world, _ = facebook
    api = client_of(f"{world.url}/facebook", BLIND_TOKEN.access)
    with pytest.raises(FacebookRequestError, match="pages_manage_posts"):
        Page(COMPANY.id, api=api).create_feed(params={"message": "Bonjour"})
    api._session.requests.close()


def test_metas_client_is_limited_and_told_for_how_long(facebook):
    world, api = facebook
    world.limit("feed", 1, 120)
    page = Page(COMPANY.id, api=api)
    first = page.get_feed(fields=["id"])
    assert json.loads(first.headers()["x-business-use-case-usage"])[COMPANY.id][0]["call_count"] == 100
    with pytest.raises(FacebookRequestError) as caught:
        page.get_feed(fields=["id"])
    assert caught.value.api_error_code() == 80001
    usage = json.loads(caught.value.http_headers()["x-business-use-case-usage"])[COMPANY.id][0]
    assert (usage["type"], usage["estimated_time_to_regain_access"]) == ("pages", 2)


# --- what is not documented is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "data", "said"),
    [
        ("GET", f"{COMPANY.id}/feed?fields=id,likes_of_friends", {}, "nonexisting field (likes_of_friends)"),
        ("GET", f"{COMPANY.id}/feed?fields=id{{", {}, "Syntax error"),
        ("GET", f"{COMPANY.id}/feed?limit=101", {}, "at most 100"),
        ("GET", f"{COMPANY.id}/feed?since=hier", {}, "unix seconds"),
        ("GET", f"{COMPANY.id}/feed?colour=red", {}, "Param colour"),
        ("GET", f"{COMPANY.id}/friends", {}, "does not support this operation"),
        ("GET", "1/2/3", {}, "Unknown path components"),
        ("GET", "POST/comments?order=random", {}, "not one of those known"),
        ("GET", "POST/comments?after=perdu", {}, "Invalid cursors"),
        ("GET", "COMMENT?fields=parent,likes", {}, "nonexisting field (likes)"),
        ("GET", "POST?fields=parent", {}, "nonexisting field (parent)"),
        ("POST", f"{COMPANY.id}/feed", {}, "message"),
        ("POST", f"{COMPANY.id}/feed", {"message": "a", "text": "b"}, "Param text"),
        ("POST", f"{COMPANY.id}/feed", {"message": "é" * 63_207}, "63206"),
        ("POST", f"{COMPANY.id}/feed", {"attached_media[0]": '{"media_fbid":"1"}'}, "no unpublished picture"),
        ("POST", f"{COMPANY.id}/photos", {"published": "false"}, "image file"),
        ("POST", "COMMENT", {"is_hidden": "peut-être"}, "boolean"),
        ("POST", "POST", {"is_hidden": "true"}, "does not support this operation"),
        ("POST", "BELOW/comments", {"message": "a"}, "under the comment above"),
        ("POST", "COMMENT/comments", {"message": " "}, "1 to 8000"),
    ],
)
def test_what_is_not_documented_is_refused(sandbox, http, raw, method, path, data, said):
    world = World("facebook", sandbox.url, COMPANY, PAGE_TOKEN, http, {})
    post = world.post("Bonjour")
    comment = world.comment("merci", reply_to=post)
    ids = {"POST": post, "COMMENT": comment, "BELOW": world.comment("oui", reply_to=comment)}
    node, slash, rest = path.partition("/")
    name, mark, query = node.partition("?")
    url = httpx.URL(f"{ids.get(name, name)}{mark}{query}{slash}{rest}")
    answer = raw.request(method, url, params=url.params, data=data or None)
    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]


def test_a_version_that_has_ended_or_a_call_without_a_token_is_refused(sandbox, raw):
    assert raw.get(f"{sandbox.url}/facebook/v19.0/me").json()["error"]["code"] == 2635
    assert httpx.get(f"{sandbox.url}/facebook/v25.0/me", trust_env=False).json()["error"]["code"] == 104
    assert raw.post("", data={"batch": json.dumps([{"method": "GET", "relative_url": "me"}] * 51)}).status_code == 400
    assert raw.post("", data={"batch": "{"}).status_code == 400


def test_the_next_pages_address_holds_the_token_as_metas_does(sandbox, http, raw):
    world = World("facebook", sandbox.url, COMPANY, PAGE_TOKEN, http, {})
    post = world.post("Bonjour")
    world.comments(["un", "deux"], reply_to=post)
    paging = raw.get(f"{post}/comments", params={"limit": 1}).json()["paging"]
    assert PAGE_TOKEN.access in paging["next"]
    following = httpx.URL(paging["next"])
    assert raw.get(following, params=following.params).json()["data"][0]["message"] == "deux"
    assert raw.get(f"{post}/comments", params={"limit": 1, "after": paging["cursors"]["after"]}).json()["data"]


# --- instagram ------------------------------------------------------------------------------------------------------


def test_metas_client_publishes_and_moderates_on_instagram(instagram):
    world, api = instagram
    user = IGUser(INSTAGRAM.id, api=api)
    picture = "https://media.labos-helior.example/course.jpg"
    made = user.create_media(params={"image_url": picture, "caption": "La course", "alt_text": "Des coureurs."})
    media = user.create_media_publish(params={"creation_id": made["id"]})
    with pytest.raises(FacebookRequestError) as caught:
        user.create_media_publish(params={"creation_id": made["id"]})
    assert caught.value.api_error_code() == 9007
    fields = ["caption", "media_type", "alt_text", "comments_count", "permalink"]
    read = IGMedia(media["id"], api=api).api_get(fields=fields)
    assert (read["caption"], read["media_type"], read["alt_text"]) == ("La course", "IMAGE", "Des coureurs.")
    comment = IGComment(world.comment("ça gratte", reply_to=media["id"], handle="tuile_mer"), api=api)
    answer = comment.create_reply(params={"message": "Écrivez-nous"})
    assert [one["id"] for one in comment.get_replies(fields=["text", "parent_id"])] == [answer["id"]]
    comment.api_update(params={"hide": True})
    assert comment.api_get(fields=["hidden", "username", "from"])["hidden"] is True
    with pytest.raises(FacebookRequestError, match="hidden"):
        comment.create_reply(params={"message": "Encore"})
    comment.api_delete()
    assert IGMedia(media["id"], api=api).api_get(fields=["comments_count"])["comments_count"] == 0
    page = world.http.get("/", params={"reseau": "instagram"}).text
    assert "La course" in page
    assert "ça gratte" not in page


def test_metas_client_pages_through_instagrams_comments_and_sees_none_under_gated_media(instagram):
    world, api = instagram
    media = world.post("Bonjour")
    written = world.comments([f"commentaire {n}" for n in range(23)], reply_to=media)
    world.comment("moi aussi", reply_to=min(written))
    cursor = IGMedia(media, api=api).get_comments(fields=["text"], params={"limit": 10})
    assert [one["id"] for one in cursor] == sorted(written, reverse=True)
    oldest = api.call("GET", (min(written),), params={"fields": "replies{text}"}).json()
    assert oldest["replies"]["data"] == [{"text": "moi aussi"}]
    entry = {"network": "instagram", "text": "Pour adultes", "settings": {"age_gated": True}}
    gated = world.http.post("/_sandbox/posts", json=entry).json()["id"]
    hidden = world.comment("J'ai vomi", reply_to=gated)
    assert list(IGMedia(gated, api=api).get_comments()) == []
    assert IGMedia(gated, api=api).api_get(fields=["comments_count"])["comments_count"] == 1
    with pytest.raises(FacebookRequestError):
        IGComment(hidden, api=api).api_get(fields=["text"])


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "image_url"),
        ({"image_url": "http://a.example/x.jpg"}, "image_url"),
        ({"media_type": "REELS", "video_url": "https://a.example/x.mp4"}, "video_url"),
        ({"media_type": "REELS"}, "resumable"),
        ({"media_type": "VIDEO", "upload_type": "resumable"}, "use REELS"),
        ({"media_type": "CAROUSEL", "children": ["1"]}, "2 to 10"),
        ({"image_url": "https://a.example/x.jpg", "caption": "é" * 2_201}, "2200"),
    ],
)
def test_a_container_that_is_not_as_documented_is_refused(instagram, params, said):
    _, api = instagram
    with pytest.raises(FacebookRequestError, match=said):
        IGUser(INSTAGRAM.id, api=api).create_media(params=params)
