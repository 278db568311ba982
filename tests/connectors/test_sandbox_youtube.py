"""The sandbox speaks YouTube's Data API: driven here by Google's own client with its discovery document.

Every answer that the client gets is held against the schema that the document gives for it: no member that it does not
know, every value of its type. Bare HTTP shows what is refused.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import googleapiclient
import httplib2
import httpx
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload

from connectors.sandbox.youtube import budget
from connectors.sandbox.youtube.network import COMPANY, READ_ONLY, TOKEN
from connectors.youtube.costs import CALLS
from tests import media_samples as samples
from tests.connectors.youtube_world import YoutubeWorld, world_of

DOCUMENT = Path(googleapiclient.__file__).parent / "discovery_cache/documents/youtube.v3.json"
DISCOVERY = json.loads(DOCUMENT.read_text(encoding="utf-8"))
KINDS: dict[str, object] = {"string": str, "boolean": bool, "integer": int, "object": dict, "array": list}
SNIPPET = {"title": "Mieux dormir", "description": "Parlez-en à votre pharmacien 💊"}


@pytest.fixture
def world(sandbox, http) -> YoutubeWorld:
    return world_of(sandbox, http)


def methods():
    """Every method of the document: (verb, path) → the schema of its answer."""
    found = {}
    for resource in DISCOVERY["resources"].values():
        for one in resource.get("methods", {}).values():
            found[one["httpMethod"], "/" + one["path"]] = (one.get("response") or {}).get("$ref")
            if "mediaUpload" in one:
                found["PUT", f"/upload/{one['path']}"] = (one.get("response") or {}).get("$ref")
    return found


METHODS = methods()


def check(value: Any, schema: dict[str, Any], place: str) -> None:
    """Hold a value against a schema of the discovery document."""
    schema = DISCOVERY["schemas"][schema["$ref"]] if "$ref" in schema else schema
    kind = schema["type"]
    found = type(value)
    assert found is KINDS[kind], f"{place}: {value!r}"
    assert "enum" not in schema or value in schema["enum"], f"{place}: {value!r}"
    if schema.get("format") == "date-time":
        assert datetime.fromisoformat(value).tzinfo, place
    if schema.get("format") == "uint64":
        assert value.isdigit(), place
    if kind == "array":
        for number, one in enumerate(value):
            check(one, schema["items"], f"{place}[{number}]")
    if kind == "object":
        known = schema.get("properties", {})
        for name, one in value.items():
            assert name in known or "additionalProperties" in schema, f"{place}: unknown member {name}"
            check(one, known.get(name) or schema["additionalProperties"], f"{place}.{name}")


class Checked(httplib2.Http):  # type: ignore[misc]  # the library tells no types
    """Sends what the client takes for Google's upload host to the sandbox, and checks every answer."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=10, proxy_info=None)
        # 308 is no redirect but "resume incomplete": the client's own transport leaves it out too.
        self.redirect_codes = frozenset({301, 302, 303, 307})
        self.url = url
        self.checked: list[str] = []

    def request(self, uri, method="GET", **more):
        # The client puts the host of its own choice into an upload's address, and leaves scheme and root as they were.
        host = urlsplit(self.url).netloc
        uri = uri.replace(f"https://{host}/upload/", f"{self.url}/youtube/upload/")
        response, content = super().request(uri, method, **more)
        path = urlsplit(uri).path.removeprefix("/youtube")
        schema = METHODS.get((method, path))
        if response.status == 200 and schema and content:
            check(json.loads(content), {"$ref": schema}, schema)
            self.checked.append(schema)
        return response, content


@pytest.fixture
def transport(world):
    http = Checked(world.url)
    yield http
    http.close()


def client(world, http, credentials=None):
    authorized = AuthorizedHttp(credentials or Credentials(TOKEN.access), http=http)
    options = {"api_endpoint": f"{world.url}/youtube/"}
    return build("youtube", "v3", http=authorized, client_options=options, static_discovery=True)


@pytest.fixture
def yt(world, transport):
    with client(world, transport) as service:
        yield service


def reason(caught) -> tuple[int, str]:
    """The status and YouTube's word for it."""
    return caught.value.resp.status, caught.value.error_details[0]["reason"]


def upload(yt, data: bytes, body=None, **more):
    body = body or {"snippet": SNIPPET, "status": {"privacyStatus": "public"}}
    media = MediaInMemoryUpload(data, mimetype="video/mp4", resumable=True, **more)
    return yt.videos().insert(part=",".join(body), body=body, media_body=media)


def test_the_client_reads_its_own_channel(yt, transport):
    (channel,) = yt.channels().list(part="snippet,contentDetails", mine=True).execute()["items"]
    assert (channel["id"], channel["snippet"]["title"]) == (COMPANY.id, COMPANY.name)
    assert channel["snippet"]["customUrl"] == f"@{COMPANY.handle}"
    assert transport.checked == ["ChannelListResponse"]


def test_the_client_uploads_lists_and_deletes_a_film(world, yt, transport):
    film = upload(yt, samples.film()).execute()
    assert (film["snippet"]["title"], film["snippet"]["description"]) == tuple(SNIPPET.values())
    uploads = yt.channels().list(part="contentDetails", mine=True).execute()["items"][0]
    playlist = uploads["contentDetails"]["relatedPlaylists"]["uploads"]
    (entry,) = yt.playlistItems().list(part="contentDetails,snippet,status", playlistId=playlist).execute()["items"]
    assert entry["contentDetails"]["videoId"] == film["id"]
    parts = "snippet,status,statistics,paidProductPlacementDetails"
    (shown,) = yt.videos().list(part=parts, id=film["id"]).execute()["items"]
    assert (shown["status"]["privacyStatus"], shown["statistics"]["commentCount"]) == ("public", "0")
    assert yt.videos().delete(id=film["id"]).execute() == ""
    assert yt.videos().list(part="id", id=film["id"]).execute()["items"] == []
    with pytest.raises(HttpError) as caught:
        yt.playlistItems().list(part="id", playlistId=playlist).execute()
    assert reason(caught) == (404, "playlistNotFound")
    assert {"Video", "VideoListResponse", "PlaylistItemListResponse"} <= set(transport.checked)


def test_the_client_uploads_in_pieces(world, yt):
    data = samples.film() + bytes(600_000)
    request, film, seen = upload(yt, data, chunksize=256 * 1024), None, []
    while film is None:
        progress, film = request.next_chunk()
        seen += [progress.resumable_progress] if progress else []
    assert seen == [262_144, 524_288]
    (item,) = world.published(SNIPPET["description"])
    assert world.http.get(f"/public/media/{item['settings']['media_ids'][0]}").content == data


def test_the_client_pages_through_threads_and_answers(world, yt, transport):
    post = world.post("Bonjour")
    written = world.comments([f"commentaire {n}" for n in range(23)], reply_to=post)
    numbers = {item["id"]: item["number"] for item in world.items()}
    newest_first = sorted(written, key=numbers.__getitem__, reverse=True)
    top = newest_first[-1]
    answers = world.comments([f"réponse {n}" for n in range(7)], reply_to=top)
    listing = yt.commentThreads()
    request = listing.list(part="id,snippet,replies", allThreadsRelatedToChannelId=COMPANY.id, maxResults=10)
    threads = []
    while request is not None:
        page = request.execute()
        threads += page["items"]
        request = listing.list_next(request, page)
    assert [one["id"] for one in threads] == newest_first
    found = next(one for one in threads if one["id"] == top)
    assert (found["snippet"]["totalReplyCount"], len(found["replies"]["comments"])) == (7, 5)
    told = yt.comments().list(part="snippet", parentId=top, maxResults=100).execute()["items"]
    assert {one["id"] for one in told} == answers
    assert {one["snippet"]["parentId"] for one in told} == {top}
    assert set(transport.checked) == {"CommentThreadListResponse", "CommentListResponse"}


def test_text_is_html_unless_it_is_asked_for_plain_and_the_original_is_its_authors(world, yt):
    comment = world.comment("a < b & c\nhttps://a.fr", reply_to=world.post("Bonjour"))
    shown = yt.comments().list(part="snippet", id=comment).execute()["items"][0]["snippet"]
    assert shown["textDisplay"] == 'a &lt; b &amp; c<br><a href="https://a.fr">https://a.fr</a>'
    assert not {"textOriginal", "moderationStatus", "videoId"} & set(shown)
    plain = yt.comments().list(part="snippet", id=comment, textFormat="plainText").execute()["items"][0]
    assert plain["snippet"]["textDisplay"] == "a < b & c\nhttps://a.fr"


def test_the_client_answers_moderates_and_deletes(world, yt, transport):
    post = world.post("Bonjour")
    comment = world.comment("Pub", reply_to=post)
    body = {"snippet": {"parentId": comment, "textOriginal": "Écrivez-nous"}}
    answer = yt.comments().insert(part="snippet", body=body).execute()
    assert (answer["snippet"]["textOriginal"], answer["snippet"]["parentId"]) == ("Écrivez-nous", comment)
    for status, shown in (("heldForReview", {"heldForReview"}), ("published", {"published"}), ("rejected", set())):
        assert yt.comments().setModerationStatus(id=comment, moderationStatus=status).execute() == ""
        assert {one for one in ("published", "heldForReview") if listed(yt, post, one)} == shown
    assert yt.comments().list(part="id", id=comment).execute()["items"] == []
    with pytest.raises(HttpError) as caught:
        yt.comments().setModerationStatus(id=comment, moderationStatus="published").execute()
    assert reason(caught) == (400, "processingFailure")
    with pytest.raises(HttpError) as caught:
        yt.comments().delete(id=comment).execute()
    assert reason(caught) == (404, "commentNotFound")
    assert "Comment" in transport.checked


def listed(yt, post: str, status: str) -> list:
    asked = {"part": "snippet", "videoId": post, "moderationStatus": status}
    return [
        one["snippet"]["topLevelComment"]["snippet"] for one in yt.commentThreads().list(**asked).execute()["items"]
    ]


def test_a_token_without_the_scope_is_refused(world, transport):
    with client(world, transport, Credentials(READ_ONLY.access)) as service, pytest.raises(HttpError) as caught:
        service.comments().list(part="snippet", id="x").execute()
    assert reason(caught) == (403, "insufficientPermissions")


def test_googles_credentials_renew_themselves_when_the_token_is_refused(world, transport):
    form = {"client_id": TOKEN.client_id, "client_secret": TOKEN.client_secret, "refresh_token": TOKEN.refresh}
    stale = Credentials("ya29.stale", token_uri=f"{world.url}/youtube/token", **form)
    with client(world, transport, stale) as service:
        assert service.channels().list(part="id", mine=True).execute()["items"][0]["id"] == COMPANY.id
    revoked = Credentials("ya29.stale", token_uri=f"{world.url}/youtube/token", **{**form, "refresh_token": "x"})
    with client(world, transport, revoked) as service, pytest.raises(RefreshError, match="invalid_grant"):
        service.channels().list(part="id", mine=True).execute()


def test_the_client_meets_the_end_of_the_day(world, yt):
    world.limit("units", 1, 900)
    yt.channels().list(part="id", mine=True).execute()
    with pytest.raises(HttpError) as caught:
        yt.channels().list(part="id", mine=True).execute()
    assert reason(caught) == (403, "quotaExceeded")
    assert caught.value.error_details[0]["domain"] == "youtube.quota"


def test_both_tables_of_costs_say_the_same():
    for name, units in CALLS.items():
        assert units == (0 if name == "videos.insert" else budget.COSTS[name.partition(".")[2]])


# --- what is refused, by bare HTTP ---------------------------------------------------------------------------------

API = "/youtube/youtube/v3"


@pytest.fixture
def raw(world):
    headers = {"authorization": f"Bearer {TOKEN.access}"}
    with httpx.Client(base_url=world.url, headers=headers, trust_env=False) as http:
        yield http


def why(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["errors"][0]["reason"]


@pytest.mark.parametrize("given", [{}, {"authorization": f"Basic {TOKEN.access}"}, {"authorization": "Bearer x"}])
def test_a_token_stands_in_the_header_or_nowhere(world, given):
    address = f"{world.url}{API}/channels?part=id&mine=true&access_token={TOKEN.access}"
    answer = httpx.get(address, headers=given, trust_env=False)
    assert why(answer) == (401, "authError")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("channels?mine=true", "missingRequiredParameter"),
        ("channels?part=id", "missingRequiredParameter"),
        ("channels?part=everything&mine=true", "unknownPart"),
        ("commentThreads?part=snippet", "missingRequiredParameter"),
        ("commentThreads?part=snippet&id=a&videoId=b", "incompatibleParameters"),
        ("commentThreads?part=snippet&id=a&maxResults=5", "incompatibleParameters"),
        ("commentThreads?part=snippet&id=a&moderationStatus=published", "incompatibleParameters"),
        (f"commentThreads?part=snippet&allThreadsRelatedToChannelId={COMPANY.id}&maxResults=101", "invalidParameter"),
        (f"commentThreads?part=snippet&allThreadsRelatedToChannelId={COMPANY.id}&pageToken=x", "invalidPageToken"),
        (f"commentThreads?part=snippet&allThreadsRelatedToChannelId={COMPANY.id}&since=1", "unexpectedParameter"),
        (f"commentThreads?part=snippet&allThreadsRelatedToChannelId={COMPANY.id}&order=old", "invalidParameter"),
        ("comments?part=snippet&id=a&parentId=b", "incompatibleParameters"),
        ("comments?part=snippet&id=" + ",".join("a" * 51), "invalidParameter"),
    ],
)
def test_a_wrong_list_is_refused(raw, path, reason):
    assert why(raw.get(f"{API}/{path}")) == (400, reason)


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("commentThreads?part=snippet&videoId=AAAAAAAAAAA", 404, "videoNotFound"),
        ("commentThreads?part=snippet&allThreadsRelatedToChannelId=UCautre", 404, "channelNotFound"),
        ("comments?part=snippet&parentId=AAAAAAAAAAA", 404, "commentNotFound"),
    ],
)
def test_what_is_not_there_is_not_found(raw, path, status, reason):
    assert why(raw.get(f"{API}/{path}")) == (status, reason)


def test_a_wrong_answer_is_refused(raw, world):
    comment = world.comment("a", reply_to=world.post("Bonjour"))
    below = world.comment("b", reply_to=comment)
    text = {"textOriginal": "c"}
    for snippet, reason in (
        (text, "parentIdMissing"),
        ({"parentId": comment}, "commentTextRequired"),
        ({"parentId": comment, "textOriginal": "é" * 10_001}, "commentTextTooLong"),
        ({"parentId": comment, **text, "videoId": "x"}, "invalidCommentMetadata"),
        ({"parentId": below, **text}, "parentCommentNotFound"),
    ):
        answer = raw.post(f"{API}/comments?part=snippet", json={"snippet": snippet})
        assert why(answer) == (404 if "NotFound" in reason else 400, reason)
    body = {"snippet": {"parentId": comment, **text}}
    assert raw.post(f"{API}/comments", json=body).status_code == 400
    assert raw.post(f"{API}/comments?part=snippet", data={"a": "b"}).status_code == 400


def test_a_wrong_moderation_is_refused(raw, world):
    comment = world.comment("a", reply_to=world.post("Bonjour"))
    ours = raw.post(
        f"{API}/comments?part=snippet", json={"snippet": {"parentId": comment, "textOriginal": "b"}}
    ).json()["id"]
    for query, expected in (
        (f"id={comment}&moderationStatus=likelySpam", (400, "invalidParameter")),
        (f"id={comment}", (400, "invalidParameter")),
        (f"id={comment}&moderationStatus=published&banAuthor=true", (400, "banWithoutReject")),
        ("moderationStatus=published", (400, "invalidParameter")),
        (f"id={ours}&moderationStatus=rejected", (403, "forbidden")),
        (f"id={comment},AAAAAAAAAAA&moderationStatus=heldForReview", (404, "commentNotFound")),
    ):
        assert why(raw.post(f"{API}/comments/setModerationStatus?{query}")) == expected
    assert not any(item["hidden"] for item in world.items())
    assert why(raw.delete(f"{API}/comments?id={comment}")) == (403, "forbidden")


BEGIN = "/youtube/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status"
GOOD = {"x-upload-content-type": "video/mp4", "x-upload-content-length": "524289"}


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        ({"snippet": {"title": ""}}, GOOD, "invalidTitle"),
        ({"snippet": {"title": "a" * 101}}, GOOD, "invalidTitle"),
        ({"snippet": {"title": "a", "description": "é" * 2501}}, GOOD, "invalidDescription"),
        ({"snippet": {"title": "a", "description": "<b>"}}, GOOD, "invalidDescription"),
        ({"snippet": {"title": "a", "colour": "red"}}, GOOD, "unexpectedPart"),
        ({"snippet": {"title": "a"}, "statistics": {}}, GOOD, "unexpectedPart"),
        ({"snippet": {"title": "a"}, "status": {"publishAt": "2027-01-01T00:00:00Z"}}, GOOD, "invalidPublishAt"),
        ({"snippet": {"title": "a"}}, {**GOOD, "x-upload-content-type": "image/png"}, "mediaBodyRequired"),
        ({"snippet": {"title": "a"}}, {"x-upload-content-type": "video/mp4"}, "mediaBodyRequired"),
    ],
)
def test_a_wrong_film_is_refused(raw, body, headers, reason):
    assert why(raw.post(BEGIN, json=body, headers=headers)) == (400, reason)


def test_pieces_come_in_their_order_and_in_multiples_of_256_kib(raw, world):
    session = raw.post(BEGIN, json={"snippet": {"title": "a"}}, headers=GOOD).headers["location"]
    step, ask = bytes(256 * 1024), {"content-range": "bytes */524289"}
    assert "range" not in raw.put(session, headers=ask).headers
    for piece, wanted in ((step, "bytes 262144-524287/524289"), (b"a" * 7, "bytes 0-6/524289"), (step, "bytes 0-1/9")):
        assert raw.put(session, content=piece, headers={"content-range": wanted}).status_code == 400
    answer = raw.put(session, content=step, headers={"content-range": "bytes 0-262143/524289"})
    assert (answer.status_code, answer.headers["range"]) == (308, "bytes=0-262143")
    assert raw.put(session, headers=ask).headers["range"] == "bytes=0-262143"
    assert raw.put(session.replace("upload_id=", "upload_id=x"), headers=ask).status_code == 404
    assert world.items() == []


def test_consent_and_tokens_are_refused_when_something_is_missing(raw):
    assert raw.get("/youtube/o/oauth2/v2/auth", params={"client_id": TOKEN.client_id}).status_code == 400
    secret = {"client_id": TOKEN.client_id, "client_secret": TOKEN.client_secret}
    refresh = {"grant_type": "refresh_token", "refresh_token": TOKEN.refresh}
    assert raw.post("/youtube/token", data={**refresh, **secret}).json()["expires_in"] == 3599
    for query, form, error in (
        ({}, refresh, "invalid_client"),
        ({}, {**secret, "grant_type": "password"}, "unsupported_grant_type"),
        ({}, {**secret, **refresh, "refresh_token": "x"}, "invalid_grant"),
        ({"client_secret": "x"}, {**secret, **refresh}, "invalid_request"),
    ):
        assert raw.post("/youtube/token", params=query, data=form).json()["error"] == error
