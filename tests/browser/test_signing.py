"""Signing in a real browser: what the dialog says, a wrong password, one signature whatever is clicked."""

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.enums import PostStatus, Role
from models.review import Signature
from models.session import reading
from tests.browser.conftest import settle, shoot, sign_in
from tests.factories import PASSWORD, committee
from tests.post_factories import open_steps, post_at

pytestmark = pytest.mark.browser


@pytest.fixture
def people(sqlite_db):
    return committee()


def signatures() -> list[Signature]:
    with reading() as session:
        return list(session.exec(select(Signature)))


def open_dialog(page, application, people):
    post = post_at(PostStatus.IN_REVIEW, people)
    (step,) = open_steps(post.id)
    sign_in(page, application, people[step.role].login)
    page.get_by_role("button", name="Relire").click()
    page.get_by_role("button", name="Approuver (A)").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Je signe en tant que Communication")
    return dialog


def test_a_signature_is_given_by_password_and_only_once(people, application, page):
    dialog = open_dialog(page, application, people)
    shoot(page, "signature")
    before = len(signatures())
    dialog.get_by_label("Mot de passe").fill("faux")
    dialog.get_by_role("button", name="Signer").click()
    expect(dialog).to_contain_text("Encore 4 essais")
    expect(dialog.get_by_label("Mot de passe")).to_have_value("")
    assert len(signatures()) == before
    settle(page)
    dialog.get_by_label("Mot de passe").fill(PASSWORD)
    dialog.get_by_role("button", name="Signer").dblclick()
    expect(dialog).to_be_hidden()
    assert [signature.role for signature in signatures()[before:]] == [Role.COMMUNICATIONS]
    shoot(page, "signed")


def test_a_dialog_that_is_closed_signs_nothing_and_can_be_opened_again(people, application, page):
    dialog = open_dialog(page, application, people)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Approuver (A)").click()
    expect(page.get_by_role("dialog")).to_contain_text("Je signe en tant que Communication")
    assert not signatures()
