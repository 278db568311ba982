"""Coverage: one line an account; what is not known is said, and never shown as calm."""

from compliance import clock
from models.account import CoverageRecord
from models.bypass import Bypass
from models.enums import BypassKind, Role
from models.session import transaction
from tests.comment_factories import bring_text, company_account
from tests.factories import person
from tests.pages.conftest import keyed, press, said_error, text_of


def poll(account, *, succeeded=True, **fields):
    with transaction() as session:
        session.add(CoverageRecord(account_id=account.id, polled_at=clock.now(), succeeded=succeeded, **fields))


def test_without_an_account_the_page_says_what_to_do(open_page, sqlite_db):
    at = open_page("coverage.py", person(Role.QUALITY))
    assert not at.exception
    assert "Aucun compte n&#39;est connecté" in text_of(at)


def test_an_account_is_a_line_with_its_counts(open_page, sqlite_db):
    account = company_account()
    bring_text(account, "Bonjour à tous")
    poll(account, received=1, new=1, stored_count=1, network_count=3)
    at = open_page("coverage.py", person(Role.QUALITY))
    assert not at.exception
    said = text_of(at)
    assert "@LabosHelior" in said
    assert "reçus 1 = " in said
    assert "1 reçu" in said
    assert "1 conservés sur 3 chez le réseau" in said
    assert "cv-edge-ok" in said


def test_an_account_whose_poll_failed_is_not_shown_as_calm(open_page, sqlite_db):
    account = company_account()
    poll(account, succeeded=False, error="AuthExpired", message="token revoked")
    said = text_of(open_page("coverage.py", person(Role.QUALITY)))
    assert "cv-edge-bad" in said
    assert "reconnecter le compte" in said
    assert "0 reçu" not in said


def test_what_nobody_looks_at_by_hand_is_said_and_a_look_is_one_press(open_page, sqlite_db):
    account = company_account()
    at = open_page("coverage.py", person(Role.COMMUNITY_MANAGER))
    said = text_of(at)
    assert "messages privés" in said
    assert "personne n&#39;est nommé" in said
    at.button(key=f"nothing_{account.id}_private_messages").click().run()
    assert not at.exception
    assert "il n'y avait rien" in at.success[0].value


def test_who_keeps_the_checks_names_who_looks(open_page, sqlite_db):
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


def bypassed(account, text):
    with transaction() as session:
        row = Bypass(
            account_id=account.id, remote_id="77", url="https://x.com/LabosHelior/status/77", text=text,
            kind=BypassKind.UNKNOWN_POST, text_sha256="0" * 64, posted_at=clock.now(), found_at=clock.now(),
        )  # fmt: skip
        session.add(row)
