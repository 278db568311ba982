"""The committee's other jobs in a browser: an outside expert, an emergency, a meeting, several signatures at once."""

import re
from urllib.parse import urlsplit

import pytest
from docx import Document
from playwright.sync_api import expect
from sqlmodel import select

from compliance import clock
from models import session as database
from models.enums import Network, PostStatus, Role
from models.meeting import Meeting
from models.review import Signature
from models.session import reading
from tests.browser.conftest import settle, shoot, sign_in
from tests.factories import PASSWORD, committee
from tests.post_factories import account, install, post_at, product, slot

pytestmark = pytest.mark.browser

TEXT = "Bien dormir aide à rester en forme : gardez des horaires réguliers, même le week-end."
PASSAGE = "des horaires réguliers"


@pytest.fixture
def people(sqlite_db):
    install()
    product()
    account(Network.X)
    return committee()


@pytest.fixture
def enter(page, application):
    """Sign in as another person, and open a page."""

    def enter(actor, path):
        page.goto("about:blank")  # what the page before still loads would come back as the sign-in page
        page.context.clear_cookies()
        sign_in(page, application, actor.login, path=path)
        return page

    yield enter
    database.engine().dispose()


def press(page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).click()


def test_a_remark_stands_on_its_words_and_an_outside_expert_adds_one(enter, application, people):
    post = post_at(PostStatus.IN_REVIEW, people, TEXT, title="Sommeil")
    page = enter(people[Role.COMMUNICATIONS], f"/relecture?post={post.id}")
    expect(page.locator(".cv-card-text", has_text="Bien dormir")).to_be_visible()
    page.get_by_label("Sur quoi porte-t-elle ?").click()
    page.get_by_role("option").nth(1).click()
    page.get_by_label("Passage concerné").fill(PASSAGE)
    page.get_by_placeholder(re.compile("Laisser une remarque")).fill("Quelle source ?")
    press(page, "Ajouter la remarque")
    expect(page.get_by_text("Remarque ajoutée")).to_be_visible()
    expect(page.locator("mark", has_text=PASSAGE).first).to_be_visible()
    page.get_by_text("Experts extérieurs (0)").click()
    page.get_by_label("Nom de l'expert").fill("Dre Vidal")
    press(page, "Créer un lien vers cette version")
    link = page.locator("code", has_text="/guest/")
    expect(link).to_be_visible()
    shoot(page, "committee-remark")
    page.goto(application.url + urlsplit(link.inner_text()).path)
    page.locator("#name").fill("Dre Vidal")
    page.locator("button[type=submit]").click()
    expect(page.get_by_text(TEXT)).to_be_visible()
    page.locator("#text").fill("Citez la recommandation.")
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("status")).to_be_visible()
    shoot(page, "committee-guest")
    page = enter(people[Role.REGULATORY], f"/relecture?post={post.id}")
    expect(page.get_by_text("Citez la recommandation.")).to_be_visible()


def test_an_emergency_stop_holds_what_waits_until_two_people_lift_it(enter, people):
    post_at(PostStatus.SCHEDULED, people, TEXT, title="Sommeil")
    page = enter(people[Role.REGULATORY], "/arret-d-urgence")
    expect(page.get_by_text("1 publication programmée serait retenue")).to_be_visible()
    page.get_by_label("Pourquoi").fill("Alerte de l'ANSM")
    press(page, "Arrêter maintenant")
    expect(page.get_by_text("Alerte de l'ANSM").first).to_be_visible()
    shoot(page, "committee-stop")
    settle(page)
    page.get_by_label("Raison").fill("Levée par l'ANSM")
    press(page, "Demander la levée")
    expect(page.get_by_text(re.compile("^Levée demandée par"))).to_be_visible()
    expect(page.get_by_role("button", name="Confirmer la levée")).to_be_hidden()
    page = enter(people[Role.RESPONSIBLE_PHARMACIST], "/arret-d-urgence")
    press(page, "Confirmer la levée")
    expect(page.get_by_text(re.compile("^Levé par"))).to_be_visible()


def test_a_meeting_is_opened_noted_and_its_minutes_taken_away(enter, people, tmp_path):
    post_at(PostStatus.IN_REVIEW, people, TEXT, title="Sommeil", planned_at=slot(24))
    page = enter(people[Role.REGULATORY], "/reunions")
    page.get_by_label("Lieu ou lien").fill("Salle Cézanne")
    press(page, "Convoquer")
    expect(page.get_by_text("Salle Cézanne")).to_be_visible()
    page.get_by_label("Sujet à inscrire").fill("Congrès de printemps")
    press(page, "Inscrire")
    expect(page.get_by_text("Congrès de printemps")).to_be_visible()
    press(page, "Ouvrir la séance")
    page.get_by_label("Conclusion").fill("Trois publications, en mars.")
    press(page, "Noter")
    press(page, "Clore la séance")
    expect(page.get_by_text("Close, compte rendu établi").first).to_be_visible()
    settle(page)
    with page.expect_download() as download:
        press(page, "Compte rendu")
    download.value.save_as(tmp_path / "minutes.docx")
    said = "\n".join(each.text for each in Document(str(tmp_path / "minutes.docx")).paragraphs)
    assert "Trois publications, en mars." in said
    with reading() as session:
        assert len(session.exec(select(Meeting)).all()) == 1


def test_two_texts_are_signed_with_one_password_and_two_signatures(enter, people):
    posts = [post_at(PostStatus.IN_REVIEW, people, TEXT, title=title) for title in ("Sommeil", "Repos")]
    for post in posts:
        page = enter(people[Role.COMMUNICATIONS], f"/relecture?post={post.id}")
        expect(page.get_by_role("heading", name=post.title)).to_be_visible()
        expect(page.locator(".cv-card-text", has_text="Bien dormir")).to_be_visible()
    page = enter(people[Role.COMMUNICATIONS], "/")
    expect(page.get_by_text("À signer (2)")).to_be_visible()
    for n in range(2):
        page.locator("label", has=page.get_by_role("checkbox")).nth(n).click()
        expect(page.get_by_role("button", name=f"Signer la sélection ({n + 1})")).to_be_visible()
    press(page, "Signer la sélection")
    page.get_by_role("dialog").get_by_label("Mot de passe").fill(PASSWORD)
    shoot(page, "committee-bulk")
    press(page, "Signer 2 textes")
    expect(page.get_by_text("À signer (2)")).to_be_hidden()
    with reading() as session:
        signed = session.exec(select(Signature).where(Signature.signed_at <= clock.now())).all()
    assert len({each.subject_id for each in signed}) == len(signed) == 2
