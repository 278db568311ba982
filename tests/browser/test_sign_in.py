"""Signing in, out, and being refused, in a real browser."""

import pytest
from playwright.sync_api import expect

from models.enums import Role
from tests.browser.conftest import shoot, sign_in
from tests.factories import person

pytestmark = pytest.mark.browser


@pytest.fixture
def claire(sqlite_db):
    return person(Role.REGULATORY, login="claire", name="Claire Moreau")


def test_sign_in_leads_to_my_work(claire, application, page):
    sign_in(page, application, "claire")
    expect(page.get_by_role("heading", name="Bonjour Claire")).to_be_visible()
    shoot(page, "my-work")


def test_sign_in_leads_to_the_page_asked_for(claire, application, page):
    sign_in(page, application, "claire", path="/publications?id=1")
    page.wait_for_url("**/publications?id=1")


def test_five_wrong_passwords_lock_the_account_and_say_so(claire, application, page):
    page.goto(application.url)
    for left in (4, 3, 2, 1):
        _try_wrong(page)
        expect(page.get_by_role("alert")).to_contain_text(f"Encore {left} essai")
    _try_wrong(page)
    expect(page.get_by_role("alert")).to_contain_text("Compte verrouillé")
    sign_in(page, application, "claire")
    expect(page.get_by_role("alert")).to_contain_text("Compte verrouillé")
    shoot(page, "locked")


def _try_wrong(page) -> None:
    page.get_by_label("Identifiant").fill("claire")
    page.get_by_label("Mot de passe").fill("wrong")
    page.get_by_role("button", name="Se connecter").click()


def test_sign_out_closes_the_other_tabs_at_their_next_run(claire, application, context, page):
    sign_in(page, application, "claire")
    other = context.new_page()
    other.goto(application.url)
    expect(other.get_by_role("heading", name="Bonjour Claire")).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/sign-in")
    other.get_by_text("EN", exact=True).click()
    expect(other.get_by_text("Your session has ended")).to_be_visible()
    expect(other.get_by_role("link", name="Sign in")).to_be_visible()


def test_the_sign_in_page_speaks_english_when_asked(application, page):
    page.goto(application.url)
    page.get_by_role("link", name="EN").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    shoot(page, "sign-in-en")


def test_signing_in_again_in_another_tab_is_not_asked(claire, application, context, page):
    sign_in(page, application, "claire")
    expect(page.get_by_role("heading", name="Bonjour Claire")).to_be_visible()
    other = context.new_page()
    other.goto(application.url + "/sign-in?next=https://elsewhere.example/")
    expect(other.get_by_role("heading", name="Bonjour Claire")).to_be_visible()
