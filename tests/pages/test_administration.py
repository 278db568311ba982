"""People and their roles: every gift and every withdrawal goes through its use case."""

import pytest
from sqlmodel import select

from compliance import sign_in
from compliance.sign_in import roles_of
from models.enums import Role
from models.session import reading, transaction
from models.user import User
from tests.factories import person, reload_actor
from tests.pages.conftest import text_of


@pytest.fixture
def admin(sqlite_db):
    return person(Role.ADMINISTRATOR, login="julie")


def fill(at, **fields):
    values = {
        "login": "nadia",
        "printed_name": "Nadia Benali",
        "email": "nadia@helior.example",
        "password": "un mot de passe long",
    }
    for name, value in (values | fields).items():
        at.text_input(key=f"new_{name}").set_value(value)
    return at.button(key="create").click().run()


def test_a_person_is_created_and_the_form_is_empty_again(open_page, admin):
    at = fill(open_page("administration.py", admin))
    assert not at.exception
    assert at.success
    assert at.text_input(key="new_password").value == ""
    with reading() as session:
        assert session.exec(select(User).where(User.login == "nadia")).one().printed_name == "Nadia Benali"


def test_a_login_already_given_is_refused_and_what_was_typed_stays(open_page, admin):
    at = fill(open_page("administration.py", admin), login="julie")
    assert "existe déjà" in at.error[0].value
    assert at.text_input(key="new_printed_name").value == "Nadia Benali"


def test_a_role_is_given_and_taken_back_with_a_reason(open_page, admin):
    nadia = person(login="nadia")
    at = open_page("administration.py", admin)
    at.selectbox(key=f"role_{nadia.id}").set_value(Role.PV_OFFICER)
    at.button(key=f"grant_{nadia.id}").click().run()
    assert reload_actor(nadia).roles == {Role.PV_OFFICER}
    at.button(key=f"revoke_{nadia.id}").click().run()
    assert "raison" in at.error[0].value
    assert reload_actor(nadia).roles == {Role.PV_OFFICER}
    at.text_input(key=f"why_role_{nadia.id}").set_value("changement de poste")
    at.button(key=f"revoke_{nadia.id}").click().run()
    assert not reload_actor(nadia).roles


def test_a_closed_access_stays_in_the_list(open_page, admin):
    nadia = person(login="nadia", name="Nadia Benali")
    at = open_page("administration.py", admin)
    at.text_input(key=f"why_close_{nadia.id}").set_value("départ")
    at.button(key=f"close_{nadia.id}").click().run()
    assert not at.exception
    assert "Nadia Benali" in text_of(at)
    assert "accès fermé" in text_of(at)


def test_an_administrator_who_lost_the_role_does_nothing_more(open_page, admin):
    nadia = person(login="nadia")
    at = open_page("administration.py", admin)
    with reading() as session:
        assert roles_of(session, admin.id)
    from compliance import people
    from compliance.permissions import SYSTEM

    with transaction() as session:
        people.revoke_role(session, SYSTEM, user_id=admin.id, role=Role.ADMINISTRATOR, reason="fin de mission")
    at.selectbox(key=f"role_{nadia.id}").set_value(Role.PV_OFFICER)
    at.button(key=f"grant_{nadia.id}").click().run()
    assert not reload_actor(nadia).roles


def test_a_locked_account_is_told_on_my_work_and_unlocked_with_a_reason(open_page, admin):
    claire = person(Role.LEGAL, login="claire", name="Claire Duval")
    for _ in range(5):
        with transaction() as session:
            sign_in.sign_in(session, login="claire", password="wrong")
    at = open_page(None, admin)
    assert "Comptes verrouillés (1)" in text_of(at)
    at.button(key=f"open_lockout_{claire.id}").click().run()
    at.button(key=f"unlock_{claire.id}").click().run()
    assert "raison" in at.error[0].value
    at.text_input(key=f"why_unlock_{claire.id}").set_value("Nouveau clavier.")
    at.button(key=f"unlock_{claire.id}").click().run()
    assert "déverrouillé" in at.success[0].value
    assert "Comptes verrouillés" not in text_of(open_page(None, admin))
