"""The page Noter un appel: in a minute, what was said waits for pharmacovigilance, and what was promised is owed."""

from models.answer import CallBack
from models.comment import Comment
from models.enums import Role, Speaker
from tests.comment_factories import count
from tests.factories import person
from tests.pages.conftest import keyed, press, said_error, text_of

PAGE = "call_notes.py"


def test_a_call_is_noted_and_its_fields_are_empty_again(sqlite_db, open_page):
    at = open_page(PAGE, person(Role.PV_OFFICER))
    assert "Aucun appel noté" in text_of(at)
    keyed(at.text_area, "call_said").set_value("J'ai des vertiges depuis hier.")
    keyed(at.selectbox, "call_speaker").set_value(Speaker.RELATIVE)
    press(at, "call_note")
    assert "il attend dans la file PV" in at.success[0].value
    assert keyed(at.text_area, "call_said").value == ""
    assert "Proche d&#39;un patient" in text_of(at)
    assert "Proche d&#39;un patient" in text_of(open_page("pv_queue.py", person(Role.PV_OFFICER, login="other")))


def test_a_promise_without_a_moment_is_asked_for_and_what_was_typed_stays(sqlite_db, open_page):
    at = open_page(PAGE, person(Role.COMMUNITY_MANAGER))
    keyed(at.text_area, "call_said").set_value("Où trouver ce produit ?")
    keyed(at.text_input, "call_promised").set_value("Rappeler")
    press(at, "call_note")
    assert "Choisissez un jour et une heure à venir" in said_error(at)
    assert keyed(at.text_area, "call_said").value == "Où trouver ce produit ?"
    assert count(Comment) == count(CallBack) == 0
