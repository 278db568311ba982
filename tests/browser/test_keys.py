"""What a hand has to do, counted in a real browser: keys to skim, actions to a file, one decision on many; no dead key.

Counts are the product's promise: what grows here grows ten thousand times a year.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, func, select

from models.comment import Comment
from models.enums import PvFacet, Role, Screening
from models.session import reading, transaction
from moderation import queries
from settings import get_settings
from tests.browser.conftest import settle, shoot, sign_in
from tests.comment_factories import bring, bring_text, company_account, incoming, products
from tests.factories import person

pytestmark = pytest.mark.browser

SKIMMED, MOST_KEYS_TO_SKIM = 60, 10
MOST_ACTIONS_TO_A_FILE = 12
MOST_MS_WITHOUT_A_SIGN = 1_000
"""Half of it on a machine that does nothing else: what is looked for is a wait without any sign."""
BAR_APPEARS_MS = 150
SIGNS = f"""
window.covigieSigns = [];
addEventListener("keydown", () => {{
    const pressed = performance.now();
    const seen = new MutationObserver((changes) => {{
        const works = changes.every((one) => one.type === "attributes");
        if (works && !document.querySelector('.stApp[data-test-script-state="running"]')) return;
        seen.disconnect();
        window.covigieSigns.push(performance.now() - pressed + (works ? {BAR_APPEARS_MS} : 0));
    }});
    seen.observe(document.body, {{
        childList: true, characterData: true, subtree: true, attributes: true,
        attributeFilter: ["data-test-script-state"],
    }});
}}, true);
"""
"""Notes, key by key, when the screen first told that it was heard: by a change, or by the bar of work under way."""


class Hand:
    """A person's hand: every key and every field or button that it had to touch is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.done: list[str] = []

    def press(self, key: str) -> None:
        settle(self.page)
        self.page.keyboard.press(key)
        self.done.append(key)

    def fill(self, label: str, words: str) -> None:
        self.page.get_by_label(label).fill(words)
        self.done.append(label)

    def click(self, target) -> None:
        target.click()
        self.done.append("click")


@pytest.fixture
def account(sqlite_db, monkeypatch):
    """The least time of a screen is a setting: here a person who reads at once."""
    monkeypatch.setenv("COVIGIE_SKIM_SECONDS", "0")
    monkeypatch.setenv("COVIGIE_SKIM_WITNESS_EVERY", "1000000000")
    get_settings.cache_clear()
    products()
    person(Role.PV_OFFICER, login="nora", name="Nora Diallo")
    return company_account()


def enter(context, application, path: str) -> Hand:
    page = context.new_page()
    page.add_init_script(SIGNS)
    sign_in(page, application, "nora", path=path)
    return Hand(page)


def the_longest_wait(page: Page) -> float:
    """Return the milliseconds that a key of this page went without anything changing on the screen."""
    return float(page.evaluate("Math.max(...window.covigieSigns)"))


def cleared(account, n: int) -> None:
    bring(account, *(incoming(i, f"Merci pour cette page, numéro {i}.", author=str(i)) for i in range(n)))
    with transaction() as session:
        for row in session.exec(select(Comment)):
            row.screening, row.analysis_due = Screening.CLEARED, False


def how_many(condition) -> int:
    with reading() as session:
        return session.exec(select(func.count()).select_from(Comment).where(condition)).one()


def test_sixty_texts_are_skimmed_with_a_handful_of_keys(account, application, context):
    cleared(account, SKIMMED)
    hand = enter(context, application, "/parcours")
    expect(hand.page.get_by_text(f"{SKIMMED} textes à lire").first).to_be_visible()
    expect(hand.page.get_by_role("button", name="Lire les 20 premiers")).to_be_visible()
    hand.press("Space")
    expect(hand.page.get_by_role("button", name="Tout lu : les suivants")).to_be_enabled()
    shoot(hand.page, "keys-skim")
    while how_many(col(Comment.screening) == Screening.CLEARED):
        left = how_many(col(Comment.screening) == Screening.CLEARED)
        hand.press("Space")
        expect(hand.page.get_by_text(f"{SKIMMED - left + 20} lus aujourd'hui").first).to_be_visible()
        assert len(hand.done) <= MOST_KEYS_TO_SKIM
    assert how_many(col(Comment.screening) == Screening.SKIMMED) == SKIMMED
    assert the_longest_wait(hand.page) < MOST_MS_WITHOUT_A_SIGN


def test_a_case_goes_from_the_queue_to_a_file_in_a_dozen_actions(account, application, context):
    bring_text(account, "Depuis que je prends Cardexine, ma mère a des vertiges et des nausées.")
    hand = enter(context, application, "/file-pv")
    expect(hand.page.locator(".cv-text mark.cv-m-product").first).to_have_text("Cardexine")
    expect(hand.page.get_by_role("button", name="Effet indésirable")).to_be_visible()
    hand.press("e")
    expect(hand.page.get_by_role("button", name="✔ Effet indésirable")).to_be_visible()
    hand.press("Control+Enter")
    expect(hand.page.get_by_text("Décision enregistrée : cas")).to_be_visible()
    hand.press("o")
    expect(hand.page.get_by_role("heading", name="Cas 20")).to_be_visible()
    assert the_longest_wait(hand.page) < MOST_MS_WITHOUT_A_SIGN
    file = the_case_is_completed_and_taken_out(hand)
    assert file.read_bytes().startswith((b"PK", b"<?xml", b"{"))
    assert len(hand.done) <= MOST_ACTIONS_TO_A_FILE
    with reading() as session:
        (case,) = queries.case_list(session)
    assert case.missing == ()


def the_case_is_completed_and_taken_out(hand: Hand) -> Path:
    page = hand.page
    settle(page)
    hand.fill("Notificateur (qui raconte)", "l'auteur du commentaire, répond aux messages")
    hand.click(page.get_by_text("Identifiable : on peut le joindre"))
    hand.fill("Patient (âge, sexe, lien, initiales)", "mère de l'auteur")
    hand.click(page.get_by_text("Identifiable, même sans son nom"))
    hand.fill("Récit", "Vertiges et nausées sous Cardexine.")
    page.get_by_label("Récit").press("Control+Enter")
    hand.done.append("Control+Enter")
    expect(page.get_by_text("Envoi en cours").first).to_be_visible()
    settle(page)
    hand.click(page.get_by_role("button", name="Préparer", exact=True).first)
    with page.expect_download() as download:
        hand.click(page.get_by_role("button", name="Télécharger cas-").first)
    return download.value.path()


def test_many_copies_are_decided_at_once_and_taken_back(account, application, context):
    for n in range(3):
        bring_text(account, "J'ai une petite toux depuis que je prends Cardexine.", n, author=str(n))
    assert how_many(col(Comment.pv) == PvFacet.POSSIBLE) == len(range(3))
    hand = enter(context, application, "/file-pv")
    expect(hand.page.get_by_role("button", name="Décider en lot")).to_be_enabled()
    hand.press("l")
    expect(hand.page.get_by_text("urgences et graves jamais")).to_be_visible()
    hand.click(hand.page.get_by_text("3 ×"))
    hand.click(hand.page.get_by_role("combobox", name="Décision, la même pour tous"))
    hand.click(hand.page.get_by_role("option").first)
    expect(hand.page.get_by_role("button", name="Aperçu de 3 commentaires")).to_be_enabled()
    hand.click(hand.page.get_by_role("button", name="Aperçu de 3 commentaires"))
    expect(hand.page.get_by_text("3 commentaires seront décidés")).to_be_visible()
    shoot(hand.page, "keys-many")
    hand.press("Control+Enter")
    expect(hand.page.get_by_role("button", name="Annuler (")).to_be_enabled()
    assert how_many(col(Comment.pv) == PvFacet.NOT_AE) == len(range(3))
    hand.press("u")
    expect(hand.page.get_by_role("button", name="Annuler (")).to_have_count(0)
    assert how_many(col(Comment.pv) == PvFacet.NOT_AE) == 0


def test_a_veiled_text_stays_covered_until_it_is_asked_for(account, application, context):
    words = "Depuis que je prends Cardexine j'ai envie d'en finir, je veux mourir."
    bring_text(account, words)
    hand = enter(context, application, "/file-pv")
    expect(hand.page.get_by_text("envie d'en finir").first).to_be_visible()
    hand.click(hand.page.get_by_role("button", name="Mon confort"))
    hand.click(hand.page.get_by_text("Masquer les textes éprouvants"))
    hand.click(hand.page.get_by_role("button", name="Enregistrer", exact=True))
    expect(hand.page.get_by_text("C'est enregistré, pour vous seul.")).to_be_visible()
    expect(hand.page.get_by_text("envie d'en finir")).to_have_count(0)
    shoot(hand.page, "keys-veil")
    hand.page.keyboard.press("Escape")
    hand.press("v")
    expect(hand.page.get_by_text("envie d'en finir").first).to_be_visible()
