"""The frame around the pages: the menu of a role, the way between pages, refusals as sentences."""

import pytest

from app_pages._shell import PAGES
from compliance.permissions import ROLES
from models.enums import Role
from tests.factories import person
from tests.pages.conftest import text_of


def test_my_work_greets_by_name_and_role_and_says_what_will_come(open_page, sqlite_db):
    at = open_page(None, person(Role.REGULATORY, name="Claire Moreau"))
    assert not at.exception
    assert "Bonjour Claire Moreau" in text_of(at)
    assert "Affaires réglementaires" in text_of(at)
    assert "Rien ne vous attend" in text_of(at)


@pytest.mark.parametrize(
    ("page", "role"),
    [("administration.py", Role.REGULATORY), ("audit_trail.py", Role.COMMUNITY_MANAGER), ("coverage.py", Role.LEGAL)],
)
def test_a_page_without_the_right_is_not_there(open_page, sqlite_db, page, role):
    with pytest.raises(ValueError, match="not"):
        open_page(page, person(role))


def test_an_administrator_reaches_no_page_of_signing_or_triage():
    reached = {entry.file for entry in PAGES if not entry.rights or set(entry.rights) & ROLES[Role.ADMINISTRATOR]}
    assert reached == {
        "my_work.py",
        "coverage.py",
        "audit_trail.py",
        "administration.py",
        "accounts.py",
        "circuits.py",
        "delegations.py",
        "rules.py",
        "routing.py",
        "network_terms.py",
        "on_call.py",
    }


def test_the_language_changes_at_once_and_stays_on_the_next_page(open_page, sqlite_db, monkeypatch):
    at = open_page(None, person(Role.QUALITY))
    at.session_state["_language_choice"] = "en"
    at.session_state["_language"] = "en"
    at.run().switch_page("audit_trail.py").run()
    assert not at.exception
    assert at.session_state["_language"] == "en"


def test_a_hostile_name_is_shown_as_text(open_page, sqlite_db):
    at = open_page(None, person(Role.REGULATORY, name="<script>alert(1)</script>"))
    assert "<script" not in text_of(at)
    assert "&lt;script&gt;" in text_of(at)
