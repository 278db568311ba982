"""From the first word of a post to its dossier, as four people walk it in a browser, against the sandbox's X."""

import re
from datetime import timedelta

import pytest
from docx import Document
from playwright.sync_api import expect
from sqlmodel import select

from compliance import accounts, clock, outbox
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM
from connectors.sandbox import COMPANY, OAUTH2, running_sandbox
from models import session as database
from models.compliance import AuditEvent
from models.enums import EffectKind, Network, PostStatus, Role
from models.post import Post
from models.publication import Publication
from models.session import reading, transaction
from settings import get_settings
from tests.browser.conftest import settle, shoot, sign_in
from tests.factories import PASSWORD, person
from tests.post_factories import draft, install, product, submit
from workflow.publishing import PUBLISH_HANDLER

pytestmark = pytest.mark.browser

TITLE = "Mieux dormir"
WRONG = "Bien dormir aide à rester en forme. Avec Rinozel, sans effet secondaire, c'est plus simple."
RIGHT = "Bien dormir aide à rester en forme : gardez des horaires réguliers, même le week-end."
MOST_CLICKS = 4


@pytest.fixture
def network(tmp_path, monkeypatch, sqlite_db):
    """The sandbox's X, with the company's account connected."""
    with running_sandbox(tmp_path / "sandbox", smtp=False) as running:
        monkeypatch.setenv("COVIGIE_X_BASE_URL", running.url)
        get_settings.cache_clear()
        with transaction() as session:
            accounts.connect_account(
                session, SYSTEM, network=Network.X, handle=COMPANY.handle, display_name=COMPANY.name,
                external_id=COMPANY.id, token=OAUTH2,
            )  # fmt: skip
        yield running


@pytest.fixture
def people(network):
    install()
    product()
    names = {
        Role.COMMUNITY_MANAGER: ("lea", "Léa Fontaine"),
        Role.COMMUNICATIONS: ("hugo", "Hugo Bernard"),
        Role.REGULATORY: ("claire", "Claire Moreau"),
        Role.LEGAL: ("marc", "Marc Petit"),
    }
    return {role: person(role, login=login, name=name) for role, (login, name) in names.items()}


class Hand:
    """A person's hand: what it clicked, what it typed."""

    def __init__(self, page) -> None:
        self.page = page
        self.clicks = 0
        self.passwords = 0

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).click()
        self.clicks += 1

    def type_password(self) -> None:
        self.page.get_by_role("dialog").get_by_label("Mot de passe").fill(PASSWORD)
        self.passwords += 1


def enter(page, application, login: str) -> Hand:
    page.goto("about:blank")  # what the page before still loads would come back as the sign-in page
    page.context.clear_cookies()
    sign_in(page, application, login, path="/publications")
    expect(page.get_by_role("heading", name="Publications")).to_be_visible()
    return Hand(page)


def write_text(page, text: str) -> None:
    settle(page)
    field = page.get_by_label("Texte pour X")
    field.fill(text)
    field.press("Tab")


def write_post(page, application) -> None:
    hand = enter(page, application, "lea")
    hand.click("Écrire une publication")
    settle(page)
    page.get_by_label("Titre (interne, non publié)").fill(TITLE)
    page.get_by_label("Titre (interne, non publié)").press("Tab")
    settle(page)
    page.get_by_role("combobox", name="Qualification").click()
    page.get_by_role("option", name="Information sur une maladie").click()
    write_text(page, WRONG)
    expect(page.locator(".cv-finding", has_text="PRO-02b")).to_be_visible()
    expect(page.locator(".cv-finding", has_text="CLS-01").first).to_be_visible()
    expect(page.locator("mark.cv-m-block").first).to_be_visible()
    shoot(page, "committee-findings")
    hand.click("Soumettre")
    expect(page.get_by_text("Constats bloquants ouverts")).to_be_visible()
    write_text(page, RIGHT)
    expect(page.get_by_text("Les règles ne trouvent rien à redire")).to_be_visible()
    expect(page.get_by_text("85/280").first).to_be_visible()
    hand.click("Soumettre")
    expect(page.get_by_text("Publication soumise au comité")).to_be_visible()


def sign_post(page, application, login: str) -> Hand:
    """Sign from the list; the hand tells how many clicks it took."""
    hand = enter(page, application, login)
    hand.click("Relire")
    expect(page.locator(".cv-card-text", has_text="Bien dormir")).to_be_visible()
    shoot(page, f"committee-review-{login}")
    if login == "claire":
        page.locator(".st-key-point_SOC-09").get_by_text("Oui", exact=True).click()
        hand.clicks += 1
    hand.click("Approuver (A)")
    hand.type_password()
    shoot(page, f"committee-signature-{login}")
    hand.click("Signer")
    expect(page.get_by_text("Avis signé.")).to_be_visible()
    return hand


def work(moment) -> None:
    """Carry out what is due at a moment, as the worker does."""
    with clock.at(moment):
        while outbox.run_one("test", {EffectKind.PUBLISH: PUBLISH_HANDLER}):
            pass


def the_post() -> Post:
    with reading() as session:
        posts = session.exec(select(Post)).all()
    assert [post.title for post in posts] == [TITLE]
    return posts[0]


def test_a_post_goes_from_the_first_word_to_its_dossier(people, application, page, tmp_path):
    write_post(page, application)
    for login in ("hugo", "claire", "marc"):
        hand = sign_post(page, application, login)
        assert hand.clicks <= MOST_CLICKS
        assert hand.passwords == 1
    assert the_post().status is PostStatus.APPROVED
    hand = enter(page, application, "lea")
    hand.click("Ouvrir")
    hand.click("Programmer")
    expect(page.get_by_text("Elle partira telle qu'elle est signée")).to_be_visible()
    due = the_post().planned_at
    for minutes in (1, 10, 60):
        work(due + timedelta(minutes=minutes))
    expect(page.get_by_text("Publiée et relue")).to_be_visible()
    shoot(page, "committee-published")
    with reading() as session:
        publication = session.exec(select(Publication)).one()
    expect(page.get_by_role("link", name="voir sur le réseau")).to_have_attribute("href", publication.remote_url)
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger le dossier (DOCX)").click()
    download.value.save_as(tmp_path / "dossier.docx")
    read_dossier(tmp_path / "dossier.docx", publication)
    database.engine().dispose()


def test_changes_are_asked_for_and_what_was_typed_survives_a_refusal(people, application, page):
    author = people[Role.COMMUNITY_MANAGER]
    submit(author, draft(author, title=TITLE).id)
    hand = enter(page, application, "hugo")
    hand.click("Relire")
    hand.click("Rejeter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Précisions pour l'auteur").fill("Le ton ne convient pas.")
    dialog.get_by_role("button", name="Rejeter").click()
    expect(page.get_by_text("Choisissez la raison du rejet")).to_be_visible()
    expect(dialog).to_be_hidden()
    page.keyboard.press("m")
    words = dialog.get_by_label("Ce qui doit changer, et pourquoi")
    expect(words).to_have_value("Le ton ne convient pas.")
    words.fill("Le ton ne convient pas : restez factuel.")
    dialog.get_by_role("button", name="Demander des modifications").click()
    expect(page.get_by_text("Demande envoyée")).to_be_visible()
    assert the_post().status is PostStatus.CHANGES_REQUESTED


def read_dossier(path, publication: Publication) -> None:
    document = Document(str(path))
    said = "\n".join(
        [p.text for p in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    for words in (TITLE, RIGHT, "Hugo Bernard", "Claire Moreau", "Marc Petit", str(publication.remote_id)):
        assert words in said, words
    with reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == AuditAction.DOSSIER_EXPORT)).all()
    assert len(events) == 1
