"""Coverage: one line an account; what is not known is said, and never shown as calm."""

from datetime import timedelta

from compliance import breakers, clock, metering
from compliance.breaker_rules import FAILURES
from errors import Unavailable
from models.account import Account, CoverageRecord
from models.bypass import Bypass
from models.coverage import PostCoverage
from models.enums import BypassKind, Network, Role
from models.session import get, transaction
from settings import get_settings
from tests.comment_factories import NOON, bring_text, company_account
from tests.factories import person
from tests.pages.conftest import keyed, press, said_error, text_of
from tests.post_factories import account as post_account
from tests.terms_factories import sign_terms


def poll(account, *, succeeded=True, **fields):
    with transaction() as session:
        session.add(CoverageRecord(account_id=account.id, polled_at=clock.now(), succeeded=succeeded, **fields))


def test_without_an_account_the_page_says_what_to_do(open_page, sqlite_db):
    at = open_page("coverage.py", person(Role.QUALITY))
    assert not at.exception
    assert "Aucun compte n&#39;est connecté" in text_of(at)


def test_an_account_is_a_line_with_its_counts(open_page, sqlite_db):
    sign_terms()
    account = company_account()
    bring_text(account, "Bonjour à tous")
    poll(account, stored_count=1, network_count=3)
    at = open_page("coverage.py", person(Role.QUALITY))
    assert not at.exception
    said = text_of(at)
    assert "@LabosHelior" in said
    assert "reçus 1 = " in said
    assert "1 reçu" in said
    assert "1 conservés sur 3 chez le réseau" in said
    assert "cv-edge-ok" in said


def test_a_network_whose_terms_nobody_signed_is_not_shown_as_calm(open_page, sqlite_db):
    poll(company_account(), received=0)
    said = text_of(open_page("coverage.py", person(Role.QUALITY)))
    assert "sa feuille de conditions n&#39;est pas signée" in said
    assert "la signent dans Conditions des réseaux" in said
    assert "tout : ce compte n&#39;est pas relevé" in said
    assert "0 reçu" not in said


def test_an_account_whose_poll_failed_is_not_shown_as_calm(open_page, sqlite_db):
    sign_terms()
    account = company_account()
    poll(account, succeeded=False, error="AuthExpired", message="token revoked")
    said = text_of(open_page("coverage.py", person(Role.QUALITY)))
    assert "cv-edge-bad" in said
    assert "reconnecter le compte" in said
    assert "0 reçu" not in said


def counted(account, remote_id, **numbers):
    with transaction() as session:
        session.add(PostCoverage(account_id=account.id, remote_id=remote_id, counted_at=clock.now(), **numbers))


def test_each_post_says_what_we_hold_of_what_the_network_counts_and_why_they_differ(open_page, sqlite_db):
    account = company_account()
    poll(account)
    bypassed(account, "Bonjour")
    counted(account, "77", held=212, network_count=214, missing=2, deeper=31, deleted=3)
    for n in range(25):
        counted(account, str(n), held=1, network_count=1)
    at = open_page("coverage.py", person(Role.QUALITY))
    assert not at.exception
    said = text_of(at)
    assert "212 sur 214" in said
    assert "et 31 réponses" in said
    assert "3 supprimés, conservés" in said
    assert "Le réseau compte aussi ce que ses filtres retiennent" in said
    assert 'href="https://x.com/LabosHelior/status/77"' in said
    assert said.count("</span> 1 sur 1") == 19
    press(at, "posts_after")
    assert "21 à 26 sur 26" in text_of(at)
    assert "212 sur 214" not in text_of(at)


def test_a_post_of_which_nothing_is_known_now_is_never_zero_comments(open_page, sqlite_db):
    account = company_account()
    with clock.at(NOON):
        poll(account)
    counted(account, "77", held=0, network_count=0, deleted=1)
    said = text_of(open_page("coverage.py", person(Role.QUALITY)))
    assert "aucune donnée depuis le 18/11 12:00" in said
    assert "0 commentaire" not in said


def test_an_account_that_does_not_answer_says_when_it_is_tried_and_whoever_may_tries_at_once(open_page, sqlite_db):
    account = company_account()
    poll(account, succeeded=False, error="Unavailable")
    for _ in range(FAILURES):
        breakers.tell(account.id, Unavailable("down"))
    said = text_of(open_page("coverage.py", person(Role.AUDITOR)))
    assert "appels espacés" in said
    assert "5 échecs de suite ; prochain essai à" in said
    at = open_page("coverage.py", person(Role.COMMUNITY_MANAGER))
    press(at, "retry_")
    assert "Un essai part" in at.success[0].value
    assert breakers.waits(account.id) == ""


def test_caps_tokens_and_the_bill_are_on_the_same_screen(open_page, sqlite_db, monkeypatch):
    monkeypatch.setenv("COVIGIE_MONTHLY_DOLLARS", "10")
    get_settings.cache_clear()
    account = company_account()
    poll(account)
    with transaction() as session:
        get(session, Account, account.id, lock=True).token_expires_at = clock.now() + timedelta(days=6, minutes=5)
        metering.note(session, account.id, {"reads": 1, "caps": 1, "payloads": 1_700})
    said = text_of(open_page("coverage.py", person(Role.QUALITY)))
    assert "plafond du réseau atteint" in said
    assert "X ne liste que les 800 dernières mentions" in said
    assert "jeton valable encore 6 jours" in said
    assert "environ 8,50\xa0$US sur 10,00\xa0$US ce mois-ci" in said
    assert "plus de 80 % de la limite" in said


def test_what_nobody_looks_at_by_hand_is_said_and_a_look_is_one_press(open_page, sqlite_db):
    sign_terms()
    account = company_account()
    at = open_page("coverage.py", person(Role.COMMUNITY_MANAGER))
    said = text_of(at)
    assert "messages privés" in said
    assert "personne n&#39;est nommé" in said
    at.button(key=f"nothing_{account.id}_private_messages").click().run()
    assert not at.exception
    assert "il n'y avait rien" in at.success[0].value


def test_who_keeps_the_checks_names_who_looks(open_page, sqlite_db):
    sign_terms()
    company_account()
    at = open_page("coverage.py", person(Role.PV_OFFICER, name="Nora Diallo"))
    at.button(key="naming_save").click().run()
    assert not at.exception
    assert "par Nora Diallo, chaque jour à 09:00" in text_of(at)


def test_what_was_published_elsewhere_is_shown_and_settled_by_who_may(open_page, sqlite_db):
    bypassed(company_account(), "Sans <b>aucun</b> risque !")
    at = open_page("coverage.py", person(Role.QUALITY))
    said = text_of(at)
    assert "Publié hors circuit" in said
    assert "Sans &lt;b&gt;aucun&lt;/b&gt; risque !" in said
    assert not [button for button in at.button if (button.key or "").startswith("settle_")]
    regulatory = person(Role.REGULATORY)
    assert "1 texte publié hors circuit" in text_of(open_page("my_work.py", regulatory))
    at = open_page("coverage.py", regulatory)
    press(at, "settle_")
    assert "en quelques mots" in said_error(at)
    keyed(at.text_area, "settle_reason_").set_value("Publié par l'agence, retiré ce matin.")
    press(at, "settle_")
    assert "réglé" in at.success[0].value
    assert "Publié hors circuit" not in text_of(at)


def test_comments_that_were_closed_elsewhere_are_opened_again_by_a_button_where_the_network_can(open_page, sqlite_db):
    bypassed(company_account(), "Bien dormir", kind=BypassKind.COMMENTS_CLOSED)
    regulatory = person(Role.REGULATORY)
    at = open_page("coverage.py", regulatory)
    assert "Signé : commentaires ouverts." in text_of(at)
    assert not [button for button in at.button if (button.key or "").startswith("put_back_")]
    bypassed(post_account(Network.INSTAGRAM), "Bien dormir", kind=BypassKind.COMMENTS_CLOSED)
    at = open_page("coverage.py", regulatory)
    press(at, "put_back_")
    assert not at.exception
    assert "demandé au réseau" in at.success[0].value
    assert not [button for button in at.button if (button.key or "").startswith("put_back_")]


def test_a_button_that_makes_the_network_delete_comments_says_so(open_page, sqlite_db):
    warned = "le réseau efface tous les commentaires"
    regulatory = person(Role.REGULATORY)
    bypassed(post_account(Network.LINKEDIN), "Bien dormir", kind=BypassKind.COMMENTS_CLOSED)
    assert warned not in text_of(open_page("coverage.py", regulatory))
    bypassed(post_account(Network.LINKEDIN), "Bien dormir", kind=BypassKind.COMMENTS_OPENED)
    assert warned in text_of(open_page("coverage.py", regulatory))


def bypassed(account, text, kind=BypassKind.UNKNOWN_POST):
    with transaction() as session:
        row = Bypass(
            account_id=account.id, remote_id="77", url="https://x.com/LabosHelior/status/77", text=text,
            kind=kind, text_sha256="0" * 64, posted_at=clock.now(), found_at=clock.now(),
        )  # fmt: skip
        session.add(row)
