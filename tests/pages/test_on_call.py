"""The page of the rota and the red banner: written, exchanged, gaps in red; an address is typed once and never shown."""

from datetime import date, time, timedelta

import pytest
from sqlmodel import select

from compliance import clock
from models.enums import AlarmKind, AlarmStatus, Role
from models.on_call import OnCallAlarm, OnCallShift, OnCallWay, OpeningHours
from models.session import reading
from tests.comment_factories import company_account, officer
from tests.factories import person
from tests.on_call_factories import danger, rows, shift
from tests.pages.conftest import keyed, press, said_error, text_of

TODAY = clock.paris(clock.now()).date()


@pytest.fixture
def anna(sqlite_db):
    return officer("anna")


@pytest.fixture
def bruno(sqlite_db):
    return officer("bruno")


def emergency() -> OnCallAlarm:
    return next(alarm for alarm in rows(OnCallAlarm) if alarm.kind is AlarmKind.EMERGENCY)


def fill(at, *, first: date, last: date, rank: int = 1, weeks: int = 1) -> None:
    at.selectbox(key="shift_rank").set_value(rank)
    at.date_input(key="shift_first_day").set_value(first)
    at.date_input(key="shift_last_day").set_value(last)
    at.number_input(key="shift_weeks").set_value(weeks)
    press(at, "shift_add")


def test_a_rota_is_written_every_week_and_its_gaps_are_red(open_page, anna):
    at = open_page("on_call.py", anna)
    assert "Personne n'est d'astreinte" in text_of(at).replace("&#39;", "'")
    assert "personne d'astreinte du" in text_of(at).replace("&#39;", "'")
    fill(at, first=TODAY + timedelta(days=1), last=TODAY + timedelta(days=2), weeks=2)
    assert not at.error
    assert len(rows(OnCallShift)) == 2
    assert "astreintes : 2" in text_of(at)
    fill(at, first=TODAY + timedelta(days=1), last=TODAY + timedelta(days=2))
    assert "rang 1 court du" in said_error(at)
    fill(at, first=TODAY - timedelta(days=3), last=TODAY - timedelta(days=2))
    assert "déjà passée" in said_error(at)
    assert len(rows(OnCallShift)) == 2


def test_a_shift_is_handed_over_exchanged_and_removed(open_page, anna, bruno):
    now = clock.now()
    hers = shift(anna, anna, starts=now + timedelta(days=1))
    his = shift(anna, bruno, starts=now + timedelta(days=3))
    at = open_page("on_call.py", anna)
    at.selectbox(key=f"against_{hers}").set_value(his)
    press(at, f"exchange_{hers}")
    assert [row.user_id for row in rows(OnCallShift)] == [bruno.id, anna.id]
    at.selectbox(key=f"give_{hers}").set_value(anna.id)
    press(at, f"exchange_{hers}")
    press(at, f"remove_{his}")
    with reading() as session:
        kept = session.exec(select(OnCallShift.user_id).where(OnCallShift.removed_at == None)).all()  # noqa: E711
    assert kept == [anna.id]


def test_an_address_is_kept_encrypted_tried_and_shown_to_nobody(open_page, anna):
    at = open_page("on_call.py", anna)
    for address, refused in (("jsons://user:secret@calls.example/topic", ""), ("json://calls.example/x", "chiffrement"),
                             ("n'importe quoi", "lisible")):  # fmt: skip
        at.text_input(key="way_name").input("Garde")
        at.text_input(key="way_address").input(address)
        press(at, "way_add")
        assert (refused in said_error(at)) if refused else not at.error
    (way,) = rows(OnCallWay)
    assert "secret" not in way.address_encrypted
    shown = text_of(open_page("on_call.py", anna))
    assert "Garde · JSON · ••••" in shown
    assert "calls.example" not in shown
    press(at, f"remove_way_{way.id}")
    assert rows(OnCallWay)[0].address_encrypted == ""


def test_a_person_without_the_rights_of_pharmacovigilance_can_be_put_on_no_list(open_page, anna):
    person(Role.COMMUNITY_MANAGER)
    at = open_page("on_call.py", anna)
    assert at.selectbox(key="shift_who").options == ["Anna"]
    assert at.multiselect(key="office_people").options == ["Anna"]


def test_a_red_banner_stands_on_every_page_until_i_say_that_i_am_there(open_page, anna, bruno):
    from moderation import alarms

    now = clock.now()
    company_account()
    shift(anna, anna, starts=now + timedelta(hours=1))
    with clock.at(now):
        danger()
        alarms.watch()
    assert emergency().status is AlarmStatus.OPEN
    assert "Une urgence vous attend" not in text_of(open_page("cases.py", person(Role.QUALITY)))
    for page in ("cases.py", "posts.py", None):
        at = open_page(page, anna)
        assert "Une urgence vous attend" in text_of(at)
    press(at, "answer_banner_")
    assert "Une urgence vous attend" not in text_of(at)
    assert "Vous y êtes" in at.success[0].value
    assert (emergency().status, emergency().acknowledged_by) == (AlarmStatus.ACKNOWLEDGED, anna.id)
    linked = open_page("on_call.py", bruno, alerte=emergency().id)
    assert "Anna y est" in text_of(linked)


def test_my_work_says_when_i_am_on_call(open_page, anna):
    shift(anna, anna, starts=clock.now() + timedelta(hours=1))
    assert "Vos astreintes" in text_of(open_page(None, anna))


def test_the_administrator_sets_split_business_hours(open_page, sqlite_db):
    at = open_page("administration.py", person(Role.ADMINISTRATOR))
    assert "de 09:00 à 18:00" in text_of(at)
    keyed(at.time_input, "closes_0").set_value(time(8))
    press(at, "hours_set")
    assert "finit après son début" in said_error(at)
    keyed(at.time_input, "closes_0").set_value(time(12, 30))
    keyed(at.time_input, "opens_1").set_value(time(13, 30))
    keyed(at.time_input, "closes_1").set_value(time(17))
    press(at, "hours_set")
    assert "de 13:30 à 17:00" in text_of(at)
    assert rows(OpeningHours)[0].shifts == [["09:00", "12:30"], ["13:30", "17:00"]]
