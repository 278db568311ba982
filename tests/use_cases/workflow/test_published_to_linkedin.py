"""The same publishing on LinkedIn: what its little text would cut is escaped, and read back as it was signed."""

from datetime import timedelta

import httpx
import pytest

from compliance import accounts, clock
from compliance.permissions import SYSTEM
from connectors.sandbox import running_sandbox
from connectors.sandbox.linkedin.network import COMPANY, USER
from models.enums import Network, PostStatus, PublicationStatus, Role
from models.session import reading, transaction
from settings import get_settings
from tests.factories import committee
from tests.post_factories import CLEAN_TEXT, load, post_at, schedule
from workflow.publications import publications_of

RESERVED = "Écrire « bonjour » & (merci) <3 — à 100 % [vrai] #sommeil, sans_coupure https://helior.example/a?b_c=1"


@pytest.fixture
def linkedin(tmp_path, sqlite_db, monkeypatch):
    """A sandbox and the company's page, connected; yields the control client and the account."""
    with running_sandbox(tmp_path / "sandbox", smtp=False) as running:
        monkeypatch.setenv("COVIGIE_LINKEDIN_BASE_URL", f"{running.url}/linkedin")
        get_settings.cache_clear()
        known = accounts.identify(Network.LINKEDIN, COMPANY.handle, USER)
        with transaction() as session:
            account = accounts.connect_account(
                session,
                SYSTEM,
                network=Network.LINKEDIN,
                handle=known.handle,
                display_name=known.name,
                external_id=known.id,
                token=USER,
            )
        with httpx.Client(base_url=running.url, trust_env=False) as http:
            yield http, account


@pytest.mark.parametrize("fault", [None, "lose_answer"])
def test_what_linkedin_shows_is_what_was_signed(linkedin, work, fault):
    http, account = linkedin
    if fault:
        armed = {"network": "linkedin", "kind": fault, "method": "POST", "path": "/linkedin/rest/posts"}
        http.post("/_sandbox/faults", json=armed).raise_for_status()
    people, now = committee(), clock.now()
    with clock.at(now - timedelta(days=1)):
        variant = {"first_comment": "Merci à tous (vraiment)."}
        post = post_at(PostStatus.APPROVED, people, f"{CLEAN_TEXT} {RESERVED}", account=account, variant=variant)
        schedule(people[Role.COMMUNITY_MANAGER], post.id, now)
    work()
    with clock.at(now + timedelta(hours=1)):
        work()
    with reading() as session:
        publication = publications_of(session, post.id)[-1]
    assert publication.status is PublicationStatus.PUBLISHED
    assert load(post.id).status is PostStatus.PUBLISHED
    items = http.get("/_sandbox/state", params={"network": "linkedin"}).json()["items"]
    assert [one["text"] for one in reversed(items)] == [f"{CLEAN_TEXT} {RESERVED}", "Merci à tous (vraiment)."]
    assert items[0]["parent_id"] == publication.remote_id
