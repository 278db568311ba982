"""Conditions des réseaux on the screen: read, prepared, signed by two people, revoked; holds put and lifted."""

import pytest

from app_pages import _signature
from models.enums import Role
from models.session import reading
from moderation.terms import in_force
from tests.comment_factories import bring, company_account, incoming, officer
from tests.factories import PASSWORD, person
from tests.pages.conftest import keyed, press, said_error, text_of, unfolded
from tests.terms_factories import lawyer, protection_officer, sign_terms

PAGE = "network_terms.py"


def sign(at):
    press(at, "terms_sign_x")
    at.text_input(key=_signature.PASSWORD).input(PASSWORD)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert not at.exception


def polled():
    with reading() as session:
        return {str(network) for network in in_force.polled_networks(session)}


def test_a_sheet_from_its_terms_to_its_second_signature(open_page, sqlite_db):
    at = open_page(PAGE, lawyer())
    said = text_of(at)
    assert "Non signée : pas de relevé" in said
    assert "information de santé" in said
    assert "CSP, R. 5121-166" in said
    at.number_input(key="terms_kept_x").set_value(90)
    press(at, "terms_propose_x")
    assert "Dites pourquoi" in said_error(at)
    assert at.number_input(key="terms_kept_x").value == 90, "nothing typed is lost"
    at.text_input(key="terms_reason_x").input("Moins <b>suffit</b>.")
    press(at, "terms_propose_x")
    assert "gardé 90 jours, et 1 jour après" in text_of(at)
    assert "Moins &lt;b&gt;suffit" in text_of(at)
    sign(at)
    assert "autre personne" in text_of(at)
    assert at.button(key="terms_sign_x").disabled
    protection = protection_officer()
    assert "1 feuille de conditions à signer" in text_of(open_page("my_work.py", protection))
    sign(open_page(PAGE, protection))
    assert polled() == {"x"}
    said = text_of(open_page(PAGE, person(Role.AUDITOR)))
    assert "Signée : relevé permis" in said
    assert "signée par Terms_Legal" in said


def test_a_revoked_sheet_says_that_its_network_is_not_read(open_page, sqlite_db):
    sign_terms()
    at = open_page(PAGE, lawyer())
    press(at, "terms_revoke_send_x")
    assert "raison" in said_error(at)
    at.text_input(key="terms_why_revoke_x").input("X change ses règles.")
    press(at, "terms_revoke_send_x")
    assert "plus relevé" in at.success[0].value
    assert polled() == set()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_read_only(role, open_page, sqlite_db):
    company_account()
    at = open_page(PAGE, person(role))
    assert not at.exception
    assert not [one for one in at.button if (one.key or "").startswith(("terms_", "hold_"))]


def test_a_hold_is_put_on_an_account_and_lifted_with_reasons(open_page, sqlite_db):
    company_account()
    at = open_page(PAGE, lawyer())
    press(at, "hold_put")
    assert "quelques mots" in said_error(at)
    at.text_input(key="hold_reason").input("Réquisition du parquet reçue.")
    press(at, "hold_put")
    assert "Réquisition du parquet" in text_of(at)
    keyed(at.text_input, "hold_lift_why_").input("Affaire classée sans suite.")
    press(at, "hold_lift_")
    assert "Aucun gel" in text_of(at)


def test_a_comment_is_held_from_its_own_page(open_page, sqlite_db):
    (comment_id,) = bring(company_account(), incoming(1))
    pv = officer()
    at = unfolded(open_page("pv_queue.py", pv, comment=comment_id), comment_id, "history")
    at.text_input(key=f"hold_why_{comment_id}").input("Litige en cours avec l'auteur.")
    press(at, f"hold_{comment_id}")
    assert "Litige en cours" in text_of(open_page(PAGE, pv))
