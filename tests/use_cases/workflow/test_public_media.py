"""Instagram's pictures and TikTok's films: fetched at a public address of ours, the signed bytes, and only while sent."""

import hashlib
import threading
from datetime import timedelta

import httpx
import pytest
import uvicorn
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware

from app_pages import _signed_media
from app_pages._gate import Gate
from compliance import accounts, clock
from compliance.permissions import SYSTEM
from connectors.sandbox import running_sandbox, tiktok
from connectors.sandbox.meta.networks import INSTAGRAM_TOKEN
from connectors.sandbox.meta.oauth import INSTAGRAM
from connectors.sandbox.server import _listening
from connectors.tiktok import posting
from errors import NotFound, RuleViolated
from models.compliance import AuditEvent
from models.enums import Network, PostStatus, PublicationStatus, Role
from models.publication import Publication
from models.session import get, reading, transaction
from settings import get_settings
from tests import media_samples as samples
from tests.factories import committee
from tests.post_factories import CLEAN_TEXT, post_at, schedule
from workflow import public_media
from workflow.media import add_media
from workflow.publications import publications_of

PUBLIC = "https://medias.labos-helior.example"
PICTURE = samples.jpeg(size=(400, 400))
FILM = samples.film()
SHOWN = {Network.INSTAGRAM: ("course.jpg", PICTURE), Network.TIKTOK: ("course.mp4", FILM)}
WRITES = {Network.INSTAGRAM: "/instagram/", Network.TIKTOK: "/tiktok/open_api/v1.3/business/video/publish/"}


@pytest.fixture
def ours():
    """The application's own route behind its gate, on this machine; yields its address."""
    app = Starlette(routes=_signed_media.ROUTES, middleware=[Middleware(Gate)])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="off"))
    with _listening(0) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(5)


@pytest.fixture
def sandbox(tmp_path, ours, monkeypatch):
    """The networks, who know where our public address leads."""
    monkeypatch.setattr(posting, "PAUSE", 0.01)
    monkeypatch.setenv("COVIGIE_NETWORKS_URL", PUBLIC)
    with running_sandbox(tmp_path / "sandbox", smtp=False) as running:
        for network in ("INSTAGRAM", "TIKTOK"):
            monkeypatch.setenv(f"COVIGIE_{network}_BASE_URL", f"{running.url}/{network.lower()}")
        get_settings.cache_clear()
        with httpx.Client(base_url=running.url, trust_env=False) as http:
            http.post("/_sandbox/addresses", json={"public": PUBLIC, "here": ours}).raise_for_status()
            yield http


def connect(network: Network):
    who, token = (INSTAGRAM, INSTAGRAM_TOKEN) if network is Network.INSTAGRAM else (tiktok.COMPANY, tiktok.TOKEN)
    with transaction() as session:
        return accounts.connect_account(
            session,
            SYSTEM,
            network=network,
            handle=who.handle,
            display_name=who.name,
            external_id=who.id,
            token=token,
        )


def approved(people, network: Network):
    name, data = SHOWN[network]
    with transaction() as session:
        ref = add_media(session, people[Role.COMMUNITY_MANAGER], name=name, data=data).ref("Des coureurs.")
    variant = {"media": (ref,)}
    return post_at(PostStatus.APPROVED, people, CLEAN_TEXT, account=connect(network), variant=variant)


def published(people, network: Network, work):
    now = clock.now()
    with clock.at(now - timedelta(days=1)):
        post = approved(people, network)
        schedule(people[Role.COMMUNITY_MANAGER], post.id, now)
    work()
    return post


def newest(post) -> Publication:
    with reading() as session:
        return publications_of(session, post.id)[-1]


@pytest.mark.parametrize("network", [Network.INSTAGRAM, Network.TIKTOK])
def test_the_network_fetches_the_signed_bytes_publishes_them_and_each_fetch_is_audited(db, sandbox, work, network):
    post = published(committee(), network, work)
    assert newest(post).status is PublicationStatus.PUBLISHED
    items = sandbox.get("/_sandbox/state", params={"network": network.value}).json()["items"]
    assert [one["text"] for one in items] == [CLEAN_TEXT]
    with reading() as session:
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.action == "media:fetch")).all()
    data = SHOWN[network][1]
    assert event.entity_id == newest(post).id
    assert (event.new["sha256"], event.new["first"], event.new["last"]) == (
        hashlib.sha256(data).hexdigest(), 0, len(data) - 1,
    )  # fmt: skip


@pytest.mark.parametrize("network", [Network.INSTAGRAM, Network.TIKTOK])
def test_an_answer_that_is_lost_after_the_post_is_out_publishes_once(sqlite_db, sandbox, work, network, monkeypatch):
    monkeypatch.setattr(posting, "SETTLING", -timedelta(minutes=1))
    path = WRITES[network] + (f"v25.0/{INSTAGRAM.id}/media_publish" if network is Network.INSTAGRAM else "")
    armed = {"network": network.value, "kind": "lose_answer", "method": "POST", "path": path}
    sandbox.post("/_sandbox/faults", json=armed).raise_for_status()
    post = published(committee(), network, work)
    with clock.at(clock.now() + timedelta(hours=1)):
        work()
    assert newest(post).status is PublicationStatus.PUBLISHED
    assert len(sandbox.get("/_sandbox/state", params={"network": network.value}).json()["items"]) == 1


def test_a_file_that_the_network_cannot_fetch_publishes_nothing(sqlite_db, sandbox, work):
    sandbox.post("/_sandbox/addresses", json={"public": PUBLIC, "here": ""}).raise_for_status()
    post = published(committee(), Network.INSTAGRAM, work)
    assert newest(post).status is PublicationStatus.FAILED
    assert "could not be fetched" in newest(post).last_error


@pytest.mark.parametrize("given", [None, "http://covigie.example", "https://127.0.0.1:8501", "https://covigie.local"])
@pytest.mark.parametrize("network", [Network.INSTAGRAM, Network.TIKTOK])
def test_without_a_public_address_the_refusal_names_the_setting(sqlite_db, monkeypatch, network, given):
    if given:
        monkeypatch.setenv("COVIGIE_NETWORKS_URL", given)
    get_settings.cache_clear()
    people = committee()
    post = approved(people, network)
    with pytest.raises(RuleViolated, match="COVIGIE_NETWORKS_URL"):
        schedule(people[Role.COMMUNITY_MANAGER], post.id)


@pytest.fixture
def address(sqlite_db, monkeypatch):
    """A publication on its way to Instagram, and the parts of its picture's address."""
    monkeypatch.setenv("COVIGIE_NETWORKS_URL", f"{PUBLIC}/")
    get_settings.cache_clear()
    people = committee()
    post = approved(people, Network.INSTAGRAM)
    schedule(people[Role.COMMUNITY_MANAGER], post.id)
    publication_id = newest(post).id
    change(publication_id, status=PublicationStatus.PUBLISHING)
    url = public_media.public_url(publication_id, public_media.Media("course.jpg", "image/jpeg", PICTURE))
    assert url.startswith(f"{PUBLIC}/signed-media/")
    _, until, mac, name = url.removeprefix(f"{PUBLIC}/signed-media/").split("/")
    return {"publication_id": publication_id, "until": int(until), "mac": mac, "name": name}


def change(publication_id: str, **fields) -> None:
    with transaction() as session:
        row = get(session, Publication, publication_id)
        for name, value in fields.items():
            setattr(row, name, value)


def opened(address) -> bytes:
    with reading() as session:
        return public_media.open_file(session, **address).data


def test_an_address_opens_its_own_file_while_its_publication_is_sent_and_not_after(address):
    assert opened(address) == PICTURE
    for gone in ({"remote_id": "17900"}, {"status": PublicationStatus.PUBLISHED}, {"status": PublicationStatus.HELD}):
        change(address["publication_id"], **({"remote_id": None, "status": PublicationStatus.PUBLISHING} | gone))
        with pytest.raises(NotFound):
            opened(address)
    change(address["publication_id"], remote_id=None, status=PublicationStatus.UNCONFIRMED)
    assert opened(address) == PICTURE
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)), pytest.raises(NotFound):
        opened(address)


def test_no_part_of_an_address_can_be_changed(address):
    other = f"{hashlib.sha256(b'autre').hexdigest()}.jpg"
    changes = [
        {"mac": "0" * 64},
        {"mac": address["mac"].upper() + "é"},
        {"until": address["until"] + 60},
        {"name": other},
        {"name": address["name"].replace(".jpg", ".png")},
        {"publication_id": "0" * 26},
    ]
    for one in changes:
        with pytest.raises(NotFound):
            opened(address | one)


def test_a_file_of_another_publication_does_not_open_even_with_a_mac_of_ours(address):
    sha256 = hashlib.sha256(b"autre").hexdigest()
    mac = public_media.mac_of(public_media._made_key(), address["publication_id"], sha256, address["until"])
    with pytest.raises(NotFound):
        opened(address | {"name": f"{sha256}.jpg", "mac": mac})


def test_without_a_key_nothing_opens(address):
    public_media._key_path().unlink()
    mac = public_media.mac_of(b"", address["publication_id"], address["name"].partition(".")[0], address["until"])
    with pytest.raises(NotFound):
        opened(address | {"mac": mac})
