"""The comment path in a real browser: from a comment on the network to pharmacovigilance's number, and to an answer."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from compliance import accounts, clock
from compliance.permissions import SYSTEM
from connectors.sandbox import COMPANY, OAUTH2, Running, running_sandbox
from connectors.sandbox.inbox import mails, read_mail
from models.comment import Comment
from models.enums import CaseStatus, EffectKind, Intent, Network, PvFacet, ReplyFacet, Role
from models.session import reading, transaction
from moderation import analysing, cases, intake, queries, replies
from moderation.deadlines import paris_day
from settings import get_settings
from tests.browser.conftest import shoot, sign_in
from tests.comment_factories import approved_text, products, work
from tests.factories import person
from tests.terms_factories import sign_terms

pytestmark = pytest.mark.browser

WRITTEN = "Depuis que je prends Cardexine, ma mère a des vertiges et elle a été hospitalisée hier."
ANSWER = "Merci de nous avoir écrit. Notre équipe vous contacte en message privé."
HANDLERS = {EffectKind.MAIL: cases.MAIL_HANDLER, EffectKind.REPLY: replies.REPLY_HANDLER}
MOST_KEYS = 4


@dataclass
class Keyboard:
    """A person's hand on the keys: what is pressed is counted."""

    page: Page
    pressed: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed.append(key)


@pytest.fixture
def network(sqlite_db, tmp_path, monkeypatch) -> Iterator[Running]:
    """A network that lives, and the mailbox of pharmacovigilance."""
    with running_sandbox(tmp_path / "sandbox") as running:
        monkeypatch.setenv("COVIGIE_X_BASE_URL", running.url)
        monkeypatch.setenv("COVIGIE_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("COVIGIE_SMTP_PORT", str(running.smtp_port))
        get_settings.cache_clear()
        yield running


@pytest.fixture
def account_id(network) -> str:
    products()
    sign_terms()
    with transaction() as session:
        return accounts.connect_account(
            session,
            SYSTEM,
            network=Network.X,
            handle=COMPANY.handle,
            display_name=COMPANY.name,
            external_id=COMPANY.id,
            token=OAUTH2,
        ).id


@pytest.fixture
def team(sqlite_db) -> None:
    """The officer, the community manager, and a text that the circuit approved."""
    person(Role.PV_OFFICER, login="nora", name="Nora Diallo")
    person(Role.COMMUNITY_MANAGER, login="leo", name="Léo Martin")
    every = [intent.value for intent in Intent]
    approved_text(key="contact", title="Prise de contact", text=ANSWER, intents=every)


def somebody_writes(network: Running, text: str) -> None:
    entry = {"network": "x", "text": f"@{COMPANY.handle} {text}", "handle": "marie_bleue"}
    httpx.post(f"{network.url}/_sandbox/comments", json=entry, trust_env=False).raise_for_status()


def the_worker_reads(account_id: str) -> Comment:
    report = intake.poll_account(account_id)
    assert report.error is None
    analysing.analyse_pending()
    return the_comment()


def the_worker_sends() -> None:
    work(HANDLERS)


def the_comment() -> Comment:
    with reading() as session:
        return session.exec(select(Comment)).one()


def answers_shown(network: Running) -> list[str]:
    items = httpx.get(f"{network.url}/_sandbox/state", params={"network": "x"}, trust_env=False).json()["items"]
    return [item["text"] for item in items if item["author_id"] == COMPANY.id]


def enter(browser_context, application, login: str, path: str) -> Page:
    page = browser_context.new_page()
    sign_in(page, application, login, path=path)
    return page


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=False)


def settled(page: Page) -> Page:
    """Wait until the page is drawn to its end: a key pressed before its button is there does nothing."""
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
    return page


def test_a_comment_reaches_pharmacovigilance_and_its_author_gets_an_answer(
    team, account_id, network, application, context
):
    somebody_writes(network, WRITTEN)
    assert the_worker_reads(account_id).pv is PvFacet.POSSIBLE
    officer = enter(context, application, "nora", "/file-pv")
    the_officer_finds_and_classifies(officer)
    the_officer_fills_the_case_and_sends_it(officer)
    the_mail_arrives_with_its_document(network)
    the_officer_acknowledges(officer)
    the_officer_downloads_what_was_sent(officer)
    context.clear_cookies()
    manager = enter(context, application, "leo", "/gens-en-attente")
    the_manager_answers(manager)
    the_person_waits_until_the_network_confirms(manager, network)


def the_officer_finds_and_classifies(officer: Page) -> None:
    expect(officer.locator(".cv-text mark.cv-m-product").first).to_have_text("Cardexine")
    expect(officer.get_by_text("Pourquoi :")).to_be_visible()
    expect(officer.get_by_text("reçus 1 = signalés 1")).to_be_visible()
    expect(button(officer, "Prendre")).to_be_visible()
    shoot(settled(officer), "moderation_queue")
    hand = Keyboard(officer)
    hand.press("t")
    expect(officer.get_by_text("vous, bail").first).to_be_visible()
    hand.press("e")
    expect(button(officer, "✔ Effet indésirable")).to_be_visible()
    hand.press("Control+Enter")
    expect(officer.get_by_text("Décision enregistrée : cas")).to_be_visible()
    assert len(hand.pressed) <= MOST_KEYS
    assert the_comment().pv is PvFacet.CONFIRMED
    shoot(settled(officer), "moderation_queue_empty")


def the_officer_fills_the_case_and_sends_it(officer: Page) -> None:
    officer.keyboard.press("o")
    expect(officer.get_by_role("heading", name="Cas 20")).to_be_visible()
    officer.get_by_label("Notificateur (qui raconte)").fill("l'auteur du commentaire, répond aux messages")
    officer.get_by_text("Identifiable : on peut le joindre").click()
    officer.get_by_label("Patient (âge, sexe, lien, initiales)").fill("mère de l'auteur")
    officer.get_by_text("Identifiable, même sans son nom").click()
    officer.get_by_label("Récit").fill("Vertiges puis hospitalisation sous Cardexine.")
    shoot(settled(officer), "moderation_case")
    officer.get_by_label("Récit").press("Control+Enter")
    expect(officer.get_by_text("Envoi en cours").first).to_be_visible()


def the_mail_arrives_with_its_document(network: Running) -> None:
    the_worker_sends()
    (mail,) = [read_mail(path) for path in mails(network.sandbox.mails)]
    form, record = mail.iter_attachments()
    assert mail["To"] == get_settings().pv_mailbox
    assert (str(form.get_filename())[-5:], str(record.get_filename())[-5:]) == (".docx", ".json")
    with reading() as session:
        (case,) = queries.case_list(session)
        view = queries.case_view(session, case.id)
    assert case.status is CaseStatus.FORWARDED
    assert case.missing == ()
    assert view.narrative == "Vertiges puis hospitalisation sous Cardexine."
    assert case.day_zero == paris_day(clock.now())


def the_officer_acknowledges(officer: Page) -> None:
    officer.get_by_label("Accusé par").fill("Centre de pharmacovigilance")
    officer.get_by_label("Numéro donné par la PV").fill("PV-2026-118")
    button(officer, "Enregistrer l'accusé de réception").click()
    expect(officer.get_by_text("sous le numéro PV-2026-118")).to_be_visible()
    assert the_comment().pv is PvFacet.ACKNOWLEDGED
    shoot(settled(officer), "moderation_case_acknowledged")


def the_officer_downloads_what_was_sent(officer: Page) -> None:
    begins = {".docx": b"PK", ".json": b"{"}
    officer.get_by_role("button", name="Préparer", exact=True).first.click()
    with officer.expect_download() as download:
        button(officer, "Télécharger cas-").first.click()
    assert download.value.path().read_bytes().startswith(begins[download.value.suggested_filename[-5:]])


def the_manager_answers(manager: Page) -> None:
    expect(manager.locator(".cv-big")).to_have_text("1")
    expect(manager.locator(".cv-text").get_by_text(ANSWER)).to_be_visible()
    expect(button(manager, "Répondre")).to_be_visible()
    shoot(settled(manager), "moderation_people_waiting")
    manager.keyboard.press("Control+Enter")
    expect(manager.get_by_text("Réponse en cours d'envoi")).to_be_visible()


def the_person_waits_until_the_network_confirms(manager: Page, network: Running) -> None:
    manager.reload()
    expect(manager.locator(".cv-big")).to_have_text("1")
    assert the_comment().reply is ReplyFacet.QUEUED
    the_worker_sends()
    assert any(ANSWER in shown for shown in answers_shown(network))
    assert the_comment().reply is ReplyFacet.CONFIRMED
    manager.reload()
    expect(manager.locator(".cv-big")).to_have_text("0")
    shoot(settled(manager), "moderation_people_empty")
