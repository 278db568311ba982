"""The rota: who may write it, what it refuses; business hours that an administrator sets, and the clocks in them."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import select

from compliance import audit, clock, opening_hours
from compliance.time_zone import PARIS
from errors import InvalidInput, NotPermitted, RuleViolated, StaleVersion
from models.comment import Comment
from models.compliance import AuditEvent
from models.enums import ReplyFacet, Role, WaiverReason
from models.on_call import OnCallShift, OnCallWay
from models.session import reading, transaction
from moderation import on_call, on_call_views, replies
from tests.comment_factories import bring, comment, community_manager, company_account, incoming, officer
from tests.factories import person
from tests.on_call_factories import NIGHT, receiving, rows, shift, way


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.fixture
def anna(db):
    return officer("anna")


def view(actor):
    with reading() as session:
        return on_call_views.rota(session, actor)


@pytest.fixture(autouse=True)
def held():
    with clock.at(NIGHT):
        yield


def test_the_rota_of_the_coming_weeks_shows_what_nobody_holds(anna):
    pharmacist = person(Role.RESPONSIBLE_PHARMACIST)
    shift(anna, anna, hours=13)
    shift(anna, pharmacist, starts=paris("2026-11-20 20:00"), hours=63)
    seen = view(anna)
    assert [(row.name, row.now) for row in seen.shifts] == [("Anna", True), ("Responsible_Pharmacist", False)]
    first = [tuple(f"{clock.paris(moment):%d/%m %H:%M}" for moment in gap) for gap in seen.gaps[:2]]
    assert first == [("19/11 18:00", "20/11 09:00"), ("23/11 18:00", "24/11 09:00")]
    assert all(row.starts_at < NIGHT + timedelta(weeks=4) for row in seen.shifts)


def test_every_week_is_written_or_none_is(anna):
    shift(anna, anna, starts=NIGHT + timedelta(weeks=2))
    with pytest.raises(RuleViolated, match="rang 1"):
        shift(anna, officer("bruno"), starts=NIGHT, weeks=4)
    assert len(rows(OnCallShift)) == 1
    shift(anna, anna, 2, starts=NIGHT + timedelta(days=1), weeks=3, every=2)
    assert len(rows(OnCallShift)) == 4


@pytest.mark.parametrize("role", [Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR, Role.MEDICAL])
def test_who_could_not_handle_an_emergency_is_not_put_on_call(anna, role):
    with pytest.raises(RuleViolated, match="droits de pharmacovigilance"):
        shift(anna, person(role))
    with pytest.raises(RuleViolated, match="droits de pharmacovigilance"), transaction() as session:
        on_call.set_office(session, anna, user_ids=[person(role, login="again").id])


def test_an_administrator_writes_the_rota_and_is_on_none_and_others_do_neither(anna):
    shift(person(Role.ADMINISTRATOR), anna)
    manager = community_manager()
    with pytest.raises(NotPermitted):
        shift(manager, anna, 2)
    with pytest.raises(NotPermitted):
        view(manager)


def test_an_exchange_that_puts_one_person_twice_is_refused_whole(anna):
    bruno, carla = officer("bruno"), officer("carla")
    hers, his = shift(anna, anna), shift(anna, bruno, starts=NIGHT + timedelta(days=1))
    shift(anna, bruno, 2)
    shift(anna, carla, 3)
    with pytest.raises(RuleViolated, match="déjà d'astreinte"), transaction() as session:
        on_call.exchange(session, anna, shift_id=hers, row_version=1, against_id=his)
    with pytest.raises(InvalidInput, match="autre personne"), transaction() as session:
        on_call.exchange(session, anna, shift_id=hers, row_version=1, user_id=anna.id)
    with pytest.raises(StaleVersion), transaction() as session:
        on_call.exchange(session, anna, shift_id=his, row_version=7, user_id=carla.id)
    with transaction() as session:
        on_call.exchange(session, anna, shift_id=his, row_version=1, user_id=carla.id)
    held = {row.id: row.user_id for row in rows(OnCallShift)}
    assert (held[hers], held[his]) == (anna.id, carla.id)
    with reading() as session:
        done = session.exec(select(AuditEvent).where(AuditEvent.action == "on_call:exchange")).one()
        assert (done.old["user"], done.new["user"]) == (bruno.id, carla.id)
        assert audit.verify_chain(session).problem is None


def test_what_is_past_or_removed_changes_no_more(anna):
    shift_id = shift(anna, anna)
    with clock.at(NIGHT + timedelta(days=2)), pytest.raises(RuleViolated), transaction() as session:
        on_call.remove_shift(session, anna, shift_id=shift_id, row_version=None)


def test_who_loses_the_role_holds_no_shift_and_leaves_a_gap(anna):
    from compliance import people
    from compliance.permissions import SYSTEM

    bruno = officer("bruno")
    shift(anna, bruno, hours=13)
    assert len(view(anna).shifts) == 1
    with transaction() as session:
        people.revoke_role(session, SYSTEM, user_id=bruno.id, role=Role.PV_OFFICER, reason="départ")
    assert view(anna).shifts == ()
    assert view(anna).gaps[0][0] == NIGHT


def test_the_list_of_office_hours_is_in_order_with_its_absences(anna):
    bruno = officer("bruno")
    with transaction() as session:
        on_call.set_office(session, anna, user_ids=[bruno.id, anna.id], away={bruno.id: date(2026, 11, 20)})
    assert [(row.name, row.away_until) for row in view(anna).office] == [("Bruno", date(2026, 11, 20)), ("Anna", None)]
    with pytest.raises(InvalidInput), transaction() as session:
        on_call.set_office(session, anna, user_ids=[])


def test_a_trial_says_that_a_way_works_and_the_address_is_in_no_event(anna):
    from compliance import outbox
    from models.enums import EffectKind
    from moderation import page_outcomes

    with receiving() as receiver:
        good, bad = way(anna, anna, receiver.way("token-x")), way(anna, anna, receiver.way("broken"))
        for way_id in (good, bad):
            with transaction() as session:
                on_call.try_way(session, anna, way_id=way_id)
        while outbox.run_one("test", {EffectKind.PAGE: page_outcomes.PAGE_HANDLER}):
            pass
        assert receiver.calls[0][1]["message"] == "Ce moyen de joindre fonctionne."
    with reading() as session:
        kept = {row.id: row for row in session.exec(select(OnCallWay))}
        events = session.exec(select(AuditEvent)).all()
    assert kept[good].delivered_at
    assert kept[bad].last_error
    assert not [each for each in events if "token-x" in f"{each.new}{each.old}"]


def set_hours(actor, *shifts: tuple[time, time]) -> None:
    with transaction() as session:
        opening_hours.set_hours(session, actor, shifts=shifts)


def test_an_answer_is_due_in_the_hours_that_hold_when_the_person_writes(db):
    account = company_account()
    with clock.at(paris("2026-12-31 16:00")):
        (before,) = bring(account, incoming(1))
        set_hours(person(Role.ADMINISTRATOR), (time(13, 30), time(17)), (time(9), time(12, 30)))
        (after,) = bring(account, incoming(2))
    assert comment(before).reply_due_at == paris("2027-01-04 15:00")
    assert comment(after).reply_due_at == paris("2027-01-04 17:00")
    with pytest.raises(NotPermitted):
        set_hours(community_manager(), (time(9), time(17)))


def test_each_new_message_of_a_person_in_a_thread_starts_a_clock_and_moves_none_that_runs(db):
    account, manager = company_account(), community_manager()
    with clock.at(paris("2026-11-18 09:00")):
        (first,) = bring(account, incoming(1))
    with clock.at(paris("2026-11-18 10:00")):
        version = comment(first).row_version
        with transaction() as session:
            replies.waive(
                session, manager, comment_id=first, row_version=version, reason=WaiverReason.NO_ANSWER_EXPECTED
            )
    for hour, n in ((11, 2), (15, 3)):
        with clock.at(paris(f"2026-11-18 {hour}:00")):
            bring(account, incoming(n))
    with reading() as session:
        found = session.exec(select(Comment).order_by(Comment.external_id)).all()
    assert [row.reply for row in found] == [ReplyFacet.WAIVED, ReplyFacet.OWED, ReplyFacet.OWED]
    due = [f"{clock.paris(row.reply_due_at):%d %H:%M}" for row in found]
    assert due == ["18 17:00", "19 10:00", "19 14:00"]
