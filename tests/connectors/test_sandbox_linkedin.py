"""The sandbox speaks LinkedIn's REST interface: driven here by bare HTTP, as its documentation writes it."""

from urllib.parse import quote

import httpx
import pytest

from connectors.sandbox.linkedin.network import COMPANY, READER, USER
from tests.connectors.world import World

VERSION = "202609"
POST = {
    "author": COMPANY.id,
    "commentary": r"Bonjour \(à tous\) #prevention",
    "visibility": "PUBLIC",
    "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
    "lifecycleState": "PUBLISHED",
    "isReshareDisabledByAuthor": False,
}
HEADERS = {
    "authorization": f"Bearer {USER.access}",
    "linkedin-version": VERSION,
    "x-restli-protocol-version": "2.0.0",
}


@pytest.fixture
def world(sandbox, http) -> World:
    http.post("/_sandbox/reset").raise_for_status()
    return World("linkedin", sandbox.url, COMPANY, USER, http, {})


@pytest.fixture
def raw(world):
    with httpx.Client(base_url=f"{world.url}/linkedin/rest", headers=HEADERS, trust_env=False) as client:
        yield client


def key(urn: str) -> str:
    return quote(urn, safe="")


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"authorization": ""}, 401, "EMPTY_ACCESS_TOKEN"),
        ({"authorization": "Bearer wrong"}, 401, "INVALID_ACCESS_TOKEN"),
        ({"authorization": f"Bearer {USER.refresh}"}, 401, "INVALID_ACCESS_TOKEN"),
        ({"authorization": USER.access}, 401, "EMPTY_ACCESS_TOKEN"),
        ({"linkedin-version": "202504"}, 426, "NONEXISTENT_VERSION"),
        ({"linkedin-version": "2026-09"}, 426, "NONEXISTENT_VERSION"),
        ({"x-restli-protocol-version": "1.0.0"}, 400, "ILLEGAL_ARGUMENT"),
        ({"x-restli-method": "CREATE"}, 400, "ILLEGAL_ARGUMENT"),
    ],
)
def test_who_calls_otherwise_than_documented_is_refused(raw, world, headers, status, code):
    answer = raw.get(f"/posts/{key(world.post('Bonjour'))}", headers=headers)
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (status, status, code)


@pytest.mark.parametrize("missing", ["linkedin-version", "x-restli-protocol-version"])
def test_a_header_that_is_missing_is_refused(raw, world, missing):
    del raw.headers[missing]
    assert raw.get(f"/posts/{key(world.post('Bonjour'))}").status_code == 400


def test_a_sunset_version_says_so_as_linkedin_does(raw):
    answer = raw.get("/posts", headers={"linkedin-version": "202504"})
    assert answer.json()["message"] == "Requested version 20250401 is not active"


@pytest.mark.parametrize(
    "path",
    [
        "/posts/urn:li:share:1",
        "/socialActions/urn:li:share:1/comments",
        "/socialMetadata?ids=List(urn:li:share:1)",
        f"/posts?q=author&author={COMPANY.id}",
        f"/posts?q=author&author={key(COMPANY.id)}&since=1",
        f"/posts?q=author&author={key(COMPANY.id)}&count=101",
        f"/posts?q=author&author={key(COMPANY.id)}&start=-1",
        f"/posts?q=author&author={key(COMPANY.id)}&sortBy=OLDEST",
        "/socialMetadata?ids=urn%3Ali%3Ashare%3A1",
        "/socialMetadata?ids=List()",
        "/organizationAcls?q=organization",
    ],
)
def test_a_wrong_address_is_refused(raw, path):
    assert raw.get(path).status_code == 400


def test_what_is_not_there_is_not_found(raw, world):
    comment = world.comment("un", reply_to=world.post("Bonjour"))
    for path in (
        f"/posts/{key('urn:li:share:12')}",
        f"/posts/{key('urn:li:person:12')}",
        f"/posts/{key(comment)}",
        f"/socialActions/{key('urn:li:share:12')}/comments",
        f"/socialActions/{key(comment.replace(',', ',1'))}/comments",
        f"/socialMetadata/{key('urn:li:activity:12')}",
        f"/images/{key('urn:li:image:12')}",
        "/organizations/12",
    ):
        assert raw.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"author": "urn:li:organization:1"}, 403),
        ({"commentary": None}, 422),
        ({"commentary": "  "}, 422),
        ({"commentary": "a" * 3001}, 422),
        ({"visibility": "CONNECTIONS"}, 422),
        ({"lifecycleState": "DRAFT"}, 422),
        ({"distribution": {}}, 422),
        ({"isReshareDisabledByAuthor": "no"}, 422),
        ({"colour": "red"}, 422),
        ({"content": {"media": {"id": "urn:li:image:none"}}}, 404),
        ({"content": {"article": {"source": "https://a.example"}}}, 422),
        ({"content": {"multiImage": {"images": []}}}, 422),
    ],
)
def test_a_wrong_post_is_refused_and_not_made(raw, world, change, status):
    assert raw.post("/posts", json=POST | change).status_code == status
    assert world.items() == []


def test_what_is_not_escaped_cuts_the_post_and_linkedin_says_nothing(raw, world):
    assert raw.post("/posts", json=POST | {"commentary": "Bonjour (à tous)"}).status_code == 201
    assert [one["text"] for one in world.items()] == ["Bonjour "]


def test_a_body_of_another_kind_is_refused(raw, world):
    assert raw.post("/posts", data={"author": COMPANY.id}).status_code == 415
    assert raw.post("/posts", content=b"[]", headers={"content-type": "application/json"}).status_code == 400
    assert world.items() == []


def test_a_token_without_the_scope_reads_and_does_not_write(raw, world):
    headers = {"authorization": f"Bearer {READER.access}"}
    assert raw.get(f"/posts?q=author&author={key(COMPANY.id)}", headers=headers).status_code == 200
    answer = raw.post("/posts", json=POST, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "ACCESS_DENIED")


def test_answers_stand_one_level_deep(raw, world):
    post = world.post("Bonjour")
    top = world.comment("un", reply_to=post)
    below = world.comment("deux", reply_to=top)
    thread = top.partition("(")[2].partition(",")[0]
    body = {"actor": COMPANY.id, "object": thread, "message": {"text": "Bonsoir"}}
    for target, parent, status in (
        (below, below, 422),
        (top, below, 422),
        (top, None, 422),
        (post, top, 422),
        (top, top, 201),
        (post, None, 201),
    ):
        more = {"parentComment": parent} if parent else {}
        answer = raw.post(f"/socialActions/{key(target)}/comments", json={**body, **more})
        assert answer.status_code == status, (target, parent)
    listed = raw.get(f"/socialActions/{key(post)}/comments").json()["elements"]
    assert [one["message"]["text"] for one in listed] == ["Bonsoir", "un"]
    counts = raw.get(f"/socialMetadata/{key(post)}").json()["commentSummary"]
    assert counts == {"count": 4, "topLevelCount": 2}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"actor": "urn:li:person:1"}, 403),
        ({"object": "urn:li:share:1"}, 422),
        ({"message": "Bonjour"}, 422),
        ({"message": {"text": ""}}, 422),
        ({"message": {"text": "a" * 1251}}, 422),
        ({"content": []}, 422),
    ],
)
def test_a_wrong_comment_is_refused(raw, world, change, status):
    post = world.post("Bonjour")
    body = {"actor": COMPANY.id, "object": post, "message": {"text": "Bonsoir"}} | change
    assert raw.post(f"/socialActions/{key(post)}/comments", json=body).status_code == status
    assert len(world.items()) == 1


def test_only_our_own_comment_is_deleted_and_only_by_name(raw, world):
    post = world.post("Bonjour")
    foreign = world.comment("Pub", reply_to=post).partition(",")[2].rstrip(")")
    body = {"actor": COMPANY.id, "object": post, "message": {"text": "Bonsoir"}}
    ours = raw.post(f"/socialActions/{key(post)}/comments", json=body).headers["x-restli-id"]
    path = f"/socialActions/{key(post)}/comments"
    assert raw.delete(f"{path}/{foreign}?actor={key(COMPANY.id)}").status_code == 403
    assert raw.delete(f"{path}/{ours}").status_code == 400
    assert raw.delete(f"{path}/{ours}?actor={key(COMPANY.id)}").status_code == 204
    assert raw.delete(f"{path}/{ours}?actor={key(COMPANY.id)}").status_code == 404


def test_an_edit_keeps_the_name_and_moves_the_date_of_the_change(raw, world):
    post = world.post("Bonjour")
    comment = world.comment("J'adore", reply_to=post)
    before = raw.get(f"/socialActions/{key(post)}/comments").json()["elements"][0]
    assert world.edit(comment, "J'ai des vertiges") == comment
    after = raw.get(f"/socialActions/{key(post)}/comments").json()["elements"][0]
    assert (after["commentUrn"], after["created"]) == (before["commentUrn"], before["created"])
    assert after["lastModified"]["time"] >= before["lastModified"]["time"]
    assert after["message"]["text"] == "J'ai des vertiges"


def test_what_stands_under_a_deleted_comment_goes_with_it(raw, world):
    post = world.post("Bonjour")
    top = world.comment("un", reply_to=post)
    world.comment("deux", reply_to=top)
    world.delete(top)
    assert raw.get(f"/socialMetadata/{key(post)}").json()["commentSummary"] == {"count": 0, "topLevelCount": 0}
    assert raw.get(f"/socialActions/{key(top)}/comments").status_code == 404


CLOSE = {"patch": {"$set": {"commentsState": "CLOSED"}}}
PARTIAL = {"x-restli-method": "PARTIAL_UPDATE"}


def test_closing_the_comments_deletes_them_and_refuses_more_until_they_open(raw, world):
    post = world.post("Bonjour")
    top = world.comment("un", reply_to=post)
    world.comment("deux", reply_to=top)
    state = f"/socialMetadata/{key(post)}"
    assert raw.get(state).json()["commentsState"] == "OPEN"
    closed = raw.post(f"{state}?actor={key(COMPANY.id)}", json=CLOSE, headers=PARTIAL)
    assert (closed.status_code, closed.content) == (202, b"")
    told = raw.get(state).json()
    assert (told["commentsState"], told["commentSummary"]["count"]) == ("CLOSED", 0)
    body = {"actor": COMPANY.id, "object": post, "message": {"text": "Bonsoir"}}
    assert raw.post(f"/socialActions/{key(post)}/comments", json=body).status_code == 403
    refused = world.http.post("/_sandbox/comments", json={"network": "linkedin", "text": "Et moi ?", "reply_to": post})
    assert (refused.status_code, "fermés" in refused.json()["error"]) == (400, True)
    opened = {"patch": {"$set": {"commentsState": "OPEN"}}}
    assert raw.post(f"{state}?actor={key(COMPANY.id)}", json=opened, headers=PARTIAL).status_code == 202
    assert world.comment("Et moi ?", reply_to=post)


@pytest.mark.parametrize(
    ("actor", "headers", "body", "status"),
    [
        (COMPANY.id, {}, CLOSE, 400),
        (COMPANY.id, {"x-restli-method": "UPDATE"}, CLOSE, 400),
        ("urn:li:person:autre", PARTIAL, CLOSE, 403),
        (COMPANY.id, PARTIAL, {"patch": {"$set": {"commentsState": "SHUT"}}}, 422),
        (COMPANY.id, PARTIAL, {"patch": {"$set": {"commentsState": "CLOSED", "entity": "x"}}}, 422),
        (COMPANY.id, PARTIAL, {"commentsState": "CLOSED"}, 422),
        (COMPANY.id, PARTIAL | {"authorization": f"Bearer {READER.access}"}, CLOSE, 403),
    ],
)
def test_a_wrong_change_of_state_is_refused_and_closes_nothing(raw, world, actor, headers, body, status):
    state = f"/socialMetadata/{key(world.post('Bonjour'))}"
    assert raw.post(f"{state}?actor={key(actor)}", json=body, headers=headers).status_code == status
    assert raw.get(state).json()["commentsState"] == "OPEN"


def test_a_used_up_day_is_told_in_words_alone(raw, world):
    world.limit("posts", 1, 60)
    raw.get(f"/posts?q=author&author={key(COMPANY.id)}")
    answer = raw.get(f"/posts?q=author&author={key(COMPANY.id)}")
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert not [name for name in answer.headers if "limit" in name or "retry" in name]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": USER.refresh, "client_secret": "x"}, "invalid_client"),
        ({"grant_type": "authorization_code", "code": USER.refresh}, "invalid_grant"),
    ],
)
def test_a_wrong_grant_is_refused(world, form, error):
    client = {"client_id": USER.client_id, "client_secret": USER.client_secret, "redirect_uri": "https://a.example"}
    answer = httpx.post(f"{world.url}/linkedin/oauth/v2/accessToken", data=client | form, trust_env=False)
    assert answer.json()["error"] == error


def test_the_public_s_page_shows_linkedin(world):
    post = world.post("Bonjour à tous")
    comment = world.comment("Où ?", reply_to=post)
    page = world.http.get("/?reseau=linkedin").text
    assert "Bonjour à tous" in page
    assert f'id="i{comment}"' in page
    written = world.http.post("/public/ecrire", data={"reseau": "linkedin", "id": comment, "text": "Là"})
    assert written.status_code == 303
    assert sorted(world.said().values()) == ["Là", "Où ?"]
