from models.enums import Role
from tests.factories import person
from tests.pages.conftest import text_of


def test_my_work_greets(open_page, sqlite_db):
    at = open_page(None, person(Role.REGULATORY, name="Claire Moreau"))
    assert not at.exception
    assert "Claire Moreau" in text_of(at)
