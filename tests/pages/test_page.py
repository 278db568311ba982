"""A page does something only through `perform`: one transaction, and a sentence whatever comes of it."""

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from app_pages import _auth
from app_pages._page import plain
from compliance import people, sign_in
from compliance.permissions import SYSTEM
from models.compliance import AuditEvent
from models.enums import Role
from models.review import Signature
from models.session import reading, transaction
from models.user import User
from tests.factories import PASSWORD, person
from tests.pages import desk
from tests.pages.conftest import session_token, text_of


@pytest.fixture
def claire(sqlite_db):
    return person(Role.REGULATORY, login="claire", name="Claire Moreau")


@pytest.fixture
def at(claire, monkeypatch):
    token = session_token(claire)
    monkeypatch.setattr(_auth, "cookie_token", lambda: token)
    monkeypatch.setattr(_auth, "cookie_language", lambda: "fr")
    desk.calls.clear()
    return AppTest.from_function(desk.page, default_timeout=20).run()


def signatures_of(login):
    with reading() as session:
        return session.exec(select(Signature).where(Signature.login == login)).all()


def test_perform_runs_the_use_case_as_the_person_says_so_and_goes_on(at):
    at.button(key="greet").click().run()
    assert desk.calls == ["claire salut", "salut"]
    assert at.success[0].value == plain("C'est fait.")
    assert not at.run().success


def test_perform_shows_a_refusal_as_a_sentence_without_its_markup_and_goes_no_further(at):
    at.button(key="refuse").click().run()
    assert not at.exception
    assert at.error[0].value == plain("Le titre *[Octobre](javascript:x)* est déjà pris.")
    assert "](" not in at.error[0].value
    assert desk.calls == []


def test_perform_shows_an_unexpected_error_by_its_reference_alone(at, capsys):
    at.button(key="crash").click().run()
    assert not at.exception
    assert "référence" in at.error[0].value
    assert "secret" not in at.error[0].value
    reference = at.error[0].value.split("référence ")[1].split("\\.")[0]
    assert reference in capsys.readouterr().out


def test_a_session_that_ended_shows_nothing_but_the_way_back(at):
    with transaction() as session:
        sign_in.sign_out(session, token=_auth.cookie_token())
    at.button(key="greet").click().run()
    assert "Votre session est terminée" in text_of(at)
    assert not at.button
    assert desk.calls == []


def test_a_person_whose_access_is_closed_is_out_at_the_next_run(at, claire):
    with transaction() as session:
        people.deactivate_user(session, SYSTEM, user_id=claire.id, reason="départ")
    assert "Votre session est terminée" in text_of(at.run())


def test_signing_says_what_is_signed_and_signs_once_the_password_is_given(at):
    at.button(key="sign").click().run()
    assert (
        "Je signe en tant qu&#39;Affaires réglementaires : conforme à la réglementation de la publicité. v4, empreinte 3f9a…c1"
        in text_of(at)
    )
    at.text_input(key="_signing_password").set_value(PASSWORD)
    at.button[-1].click().run()
    assert not at.exception
    assert at.success[0].value == plain("Avis signé.")
    assert [s.content_sha256 for s in signatures_of("claire")] == [desk.CONTENT]
    assert not at.text_input


def test_signing_with_a_wrong_password_signs_nothing_is_counted_and_keeps_the_dialog(at, claire):
    at.button(key="sign").click().run()
    at.text_input(key="_signing_password").set_value("faux")
    at.button[-1].click().run()
    assert "Encore 4 essai" in at.error[0].value.replace("\\", "")
    assert at.text_input(key="_signing_password").value == ""
    assert not signatures_of("claire")
    assert desk.calls == []
    with reading() as session:
        assert session.get(User, claire.id).failed_attempts == 1


def test_a_code_is_asked_for_when_the_account_has_one(at, claire):
    with transaction() as session:
        session.get(User, claire.id).totp_secret = "JBSWY3DPEHPK3PXP"
    at.button(key="sign").click().run()
    at.text_input(key="_signing_password").set_value(PASSWORD)
    at.text_input(key="_signing_code").set_value("000000")
    at.button[-1].click().run()
    assert at.error
    assert not signatures_of("claire")


def test_signing_twice_by_a_double_click_signs_once(at):
    at.button(key="sign").click().run()
    at.text_input(key="_signing_password").set_value(PASSWORD)
    signer = at.button[-1]
    signer.click().run()
    signer.click().run()
    assert len(signatures_of("claire")) == 1
    assert desk.calls == ["vu"]


def test_signing_by_who_may_not_is_refused_before_the_dialog(at):
    at.button(key="own").click().run()
    assert at.error[0].value == plain("Vous ne signez pas votre propre texte.")
    assert not at.text_input


def test_a_refused_use_case_leaves_no_trace_in_the_chain(at):
    with reading() as session:
        before = len(session.exec(select(AuditEvent)).all())
    at.button(key="refuse").click().run()
    with reading() as session:
        assert len(session.exec(select(AuditEvent)).all()) == before
