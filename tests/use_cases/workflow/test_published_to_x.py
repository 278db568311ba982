"""The same publishing through the real client of X, over HTTP, to the sandbox."""

from datetime import timedelta

import httpx
import pytest

from compliance import accounts, clock
from compliance.permissions import SYSTEM
from connectors.sandbox import COMPANY, OAUTH2, running_sandbox
from models.enums import Network, PostStatus, PublicationStatus, Role
from models.session import reading, transaction
from settings import get_settings
from tests.factories import committee
from tests.post_factories import CLEAN_TEXT, load, post_at, schedule
from workflow.publications import publications_of


@pytest.fixture
def x(tmp_path, sqlite_db, monkeypatch):
    """A sandbox with the company's account connected; returns its control client."""
    with running_sandbox(tmp_path / "sandbox", smtp=False) as running:
        monkeypatch.setenv("COVIGIE_X_BASE_URL", running.url)
        get_settings.cache_clear()
        with httpx.Client(base_url=running.url, trust_env=False) as http:
            yield http


@pytest.fixture
def company(x):
    with transaction() as session:
        return accounts.connect_account(
            session,
            SYSTEM,
            network=Network.X,
            handle=COMPANY.handle,
            display_name=COMPANY.name,
            external_id=COMPANY.id,
            token=OAUTH2,
        )


def texts(x):
    items = x.get("/_sandbox/state").json()["items"]
    return sorted(item["text"] for item in items)


def publish(company, work, text=CLEAN_TEXT, **fields):
    """Sign yesterday, publish now, and look again in an hour: the sandbox has no other clock than the real one."""
    people, now = committee(), clock.now()
    with clock.at(now - timedelta(days=1)):
        post = post_at(PostStatus.APPROVED, people, text, account=company, **fields)
        schedule(people[Role.COMMUNITY_MANAGER], post.id, now)
    work()
    with clock.at(now + timedelta(hours=1)):
        work()
    with reading() as session:
        return load(post.id), publications_of(session, post.id)[-1]


@pytest.mark.parametrize(
    "text",
    [
        CLEAN_TEXT,
        "Écrire « bonjour » & (merci) <3 — à 100 % [vrai] #sommeil",
        "Le calendrier : https://helior.example/rendez-vous?ref=x&y=1",
        "Deux lignes\n\net un emoji 👩‍🔬",
    ],
)
def test_what_x_shows_is_what_was_signed(x, company, work, text):
    post, publication = publish(company, work, text)
    assert publication.status is PublicationStatus.PUBLISHED
    assert post.status is PostStatus.PUBLISHED
    assert len(texts(x)) == 1


def test_a_first_comment_is_published_under_its_post(x, company, work):
    post, _publication = publish(company, work, variant={"first_comment": "Merci à tous les coureurs."})
    assert post.status is PostStatus.PUBLISHED
    assert texts(x) == sorted([CLEAN_TEXT, "Merci à tous les coureurs."])


@pytest.mark.parametrize("kind", ["lose_answer", "status", "html_200"])
def test_an_answer_that_is_lost_publishes_once(x, company, work, kind):
    fault = {"network": "x", "kind": kind, "method": "POST", "path": "/2/tweets", "times": 1}
    x.post("/_sandbox/faults", json=fault).raise_for_status()
    post, _publication = publish(company, work)
    assert post.status is PostStatus.PUBLISHED
    assert texts(x) == [CLEAN_TEXT]
