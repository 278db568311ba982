"""An emergency calls the person on call, climbs until somebody is on it, and tells nobody what it is about."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from compliance import audit, clock, outbox
from errors import NotPermitted, RuleViolated
from models.case import Case
from models.comment import Comment
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import (
    AlarmKind,
    AlarmStatus,
    DeliveryStatus,
    EffectKind,
    EffectStatus,
    NoneReason,
    Role,
    Rung,
    TriageOutcome,
)
from models.on_call import OnCallAlarm
from models.session import get, reading, transaction
from moderation import alarms, on_call, on_call_views, page_outcomes, triage
from settings import get_settings
from tests.comment_factories import bring_text, comment, company_account, officer, products
from tests.factories import person
from tests.on_call_factories import (
    DANGER,
    NIGHT,
    call_out,
    danger,
    deliveries,
    pages,
    receiving,
    rows,
    shift,
    suspected,
    the_alarm,
    way,
)

MINUTE = timedelta(minutes=1)
HANDLERS = {EffectKind.PAGE: page_outcomes.PAGE_HANDLER}


@pytest.fixture(scope="module")
def receiver():
    with receiving() as running:
        yield running


@pytest.fixture
def rota(db, receiver, monkeypatch):
    """Anna is on call, then Bruno; the pharmacist is nobody's rank. Their ways call the receiver; mail goes nowhere."""
    monkeypatch.setenv("COVIGIE_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("COVIGIE_SMTP_PORT", "9")
    get_settings.cache_clear()
    receiver.calls.clear()
    company_account()
    people = {"anna": officer("anna"), "bruno": officer("bruno")}
    people["pharmacist"] = person(Role.RESPONSIBLE_PHARMACIST, login="pharmacist")
    with clock.at(NIGHT - timedelta(hours=1)):
        for rank, name in enumerate(("anna", "bruno"), 1):
            shift(people["anna"], people[name], rank)
        for name, actor in people.items():
            way(people["anna"], actor, receiver.way(name))
    return people


def at(minutes: float):
    return clock.at(NIGHT + minutes * MINUTE)


def acknowledge(actor):
    with transaction() as session:
        return alarms.acknowledge(session, actor, alarm_id=the_alarm().id)


def actions() -> list[str]:
    with reading() as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.seq))).all()
        assert audit.verify_chain(session).problem is None
    return [each.action for each in events if each.action.startswith("alarm:")]


def decide(actor, comment_id, outcome=TriageOutcome.NONE):
    row = comment(comment_id)
    reason = NoneReason.FIGURATIVE if outcome is TriageOutcome.NONE else None
    with transaction() as session:
        triage.classify(
            session, actor, comment_id=comment_id, revision_n=row.revision_n, row_version=row.row_version,
            outcomes=[outcome], none_reason=reason,
        )  # fmt: skip


def test_an_emergency_climbs_every_ten_minutes_until_everybody_and_then_again(rota, receiver):
    with at(0):
        danger()
    expected = {
        1: ["anna"],
        10: ["anna"],
        11: ["anna", "bruno"],
        21: ["anna", "bruno", "anna", "bruno", "pharmacist"],
        51: ["anna", "bruno", *["anna", "bruno", "pharmacist"] * 2],
    }
    for minute, called in expected.items():
        with at(minute):
            call_out()
            alarms.watch()
        assert sorted(receiver.names()) == sorted(called), minute
    assert [page.rung for page in pages()] == [Rung.ROTA] * 2 + [Rung.EVERYBODY] * 6
    assert {each.status for each in deliveries()} == {DeliveryStatus.DELIVERED}
    assert actions() == ["alarm:raise", *["alarm:page"] * 8]


def test_the_call_is_a_link_and_nothing_on_the_person_or_their_health(rota, receiver):
    with at(0):
        products()
        comment_id = bring_text(company_account("Autre", "2000"), DANGER)
        call_out()
    ((_path, body),) = receiver.calls
    alarm = the_alarm()
    assert body["title"] == "Covigie : une urgence vous attend"
    assert body["message"] == (
        "Depuis 22:00. Ouvrez, connectez-vous, dites que vous y êtes : "
        f"http://localhost:8501/astreinte?alerte={alarm.id} (réf. {alarm.id[-6:]})"
    )
    (effect,) = rows(OutboxEffect)
    assert effect.payload == {"alarm_id": alarm.id}
    told = json.dumps([body, effect.payload, effect.result])
    row = comment(comment_id)
    secrets = [comment_id, row.author_pseudonym, row.author_handle, "Cardexine", "mourir", "boîte"]
    assert [word for word in secrets if word in told] == []


def test_who_is_on_it_stops_the_calls_and_the_next_one_is_told_who(rota, receiver):
    with at(0):
        comment_id = danger()
        call_out()
        with reading() as session:
            (mine,) = on_call_views.calling_me(session, rota["anna"])
            assert on_call_views.calling_me(session, rota["bruno"]) == ()
        assert mine.kind is AlarmKind.EMERGENCY
    with at(3):
        acknowledge(rota["anna"])
        with pytest.raises(RuleViolated, match=r"Anna s'en occupe depuis 22:03"):
            acknowledge(rota["bruno"])
    with at(60):
        call_out()
        assert receiver.names() == ["anna"]
        decide(rota["anna"], comment_id)
        call_out()
    assert the_alarm().status is AlarmStatus.CLOSED
    with at(61), pytest.raises(RuleViolated, match="close"):
        acknowledge(rota["bruno"])
    assert actions() == ["alarm:raise", "alarm:page", "alarm:acknowledge", "alarm:close"]


def test_a_way_that_fails_gives_way_to_the_next_and_then_to_the_next_person_at_once(rota, receiver):
    for each in on_call_ways(rota["anna"]):
        with transaction() as session:
            on_call.remove_way(session, rota["anna"], way_id=each.id)
    for name in ("broken-sms", "broken-app"):
        way(rota["anna"], rota["anna"], receiver.way(name), name)
    with at(0):
        danger()
        call_out()
    assert receiver.names() == ["broken-sms", "broken-app", "bruno"]
    assert [each.status for each in deliveries()] == [DeliveryStatus.FAILED] * 3 + [DeliveryStatus.DELIVERED]
    assert [each.way_id is None for each in deliveries()] == [False, False, True, False]
    assert [page.failed_at is not None for page in pages()] == [True, False]
    assert [each.last_error is not None for each in on_call_ways(rota["anna"])] == [True, True]
    assert actions().count("alarm:page_fail") == 3


def on_call_ways(actor):
    with reading() as session:
        return on_call.ways_of(session, actor.id)


def test_without_an_address_of_apprise_a_call_goes_by_mail(world, receiver):
    company_account()
    anna = officer("anna")
    with at(-60):
        shift(anna, anna)
    with at(0):
        danger()
        call_out()
    (delivered,) = deliveries()
    assert (delivered.way_id, delivered.status) == (None, DeliveryStatus.DELIVERED)


def test_in_office_hours_the_list_of_the_office_is_called_not_the_rota(rota, receiver):
    noon = datetime(2026, 11, 19, 11, 0, tzinfo=UTC)
    with transaction() as session:
        people = [rota["bruno"].id, rota["anna"].id]
        on_call.set_office(session, rota["anna"], user_ids=people)
    with clock.at(noon):
        danger()
        call_out()
    assert receiver.names() == ["bruno"]
    assert pages()[0].rung is Rung.OFFICE


def test_a_night_that_nobody_holds_calls_everybody_at_once(rota, receiver):
    with clock.at(NIGHT + timedelta(days=1)):
        danger()
        call_out()
    assert sorted(receiver.names()) == ["anna", "bruno", "pharmacist"]


def test_what_was_decided_before_the_call_left_calls_nobody(rota, receiver):
    with at(0):
        comment_id = danger()
        alarms.watch()
        decide(rota["bruno"], comment_id, TriageOutcome.ADVERSE_EVENT)
        call_out()
    assert receiver.calls == []
    assert deliveries()[0].status is DeliveryStatus.MOOT


def test_a_decided_emergency_that_comes_back_calls_again(rota, receiver):
    with at(0):
        comment_id = danger()
        call_out()
        decide(rota["anna"], comment_id)
        call_out()
    with at(5), transaction() as session:
        version = get(session, Comment, comment_id).row_version
        triage.reopen(session, rota["anna"], comment_id=comment_id, row_version=version, reason="doute")
    with at(6):
        call_out()
    assert receiver.names() == ["anna", "anna"]
    assert [each.status for each in rows(OnCallAlarm)] == [AlarmStatus.CLOSED, AlarmStatus.OPEN]


def test_a_worker_killed_between_the_row_and_the_call_loses_and_doubles_nothing(rota, receiver):
    with at(0):
        danger()
        alarms.watch()
        with transaction() as session:
            effect = outbox._lease(session, "killed", list(HANDLERS))
            outbox._prepare(session, effect, HANDLERS[effect.kind])
    with at(1):
        call_out()
        assert receiver.calls == []
    with at(3):
        call_out()
        call_out()
    assert receiver.names() == ["anna"]
    assert [each.status for each in rows(OutboxEffect)] == [EffectStatus.DONE]
    assert len(pages()) == len(deliveries()) == 1


def test_a_pv_clock_calls_at_three_quarters_and_when_late_once_for_all_that_came_together(rota, receiver):
    with at(0):
        suspected(1)
        suspected(2)
        call_out()
        assert receiver.calls == []
    for hours, expected in ((17.9, 0), (18, 1), (24, 2)):
        with clock.at(NIGHT + timedelta(hours=hours)):
            call_out()
            raised = [each.kind for each in rows(OnCallAlarm)]
            assert raised == [AlarmKind.PV_SOON, AlarmKind.PV_LATE][:expected], hours


def test_nothing_pauses_a_pv_clock(rota):
    """Not a lease, not a deletion by the author, not a week-end, not a skip: the due moment stays."""
    with at(0):
        comment_id = suspected(1)
        with reading() as session:
            before = session.exec(select(Case.forward_due_at)).one()
        with transaction() as session:
            triage.claim(session, rota["anna"], comment_id=comment_id)
        with transaction() as session:
            triage.release(session, rota["anna"], comment_id=comment_id)
        decide(rota["anna"], comment_id, TriageOutcome.ADVERSE_EVENT)
    with reading() as session:
        assert session.exec(select(Case.forward_due_at)).one() == before == NIGHT + timedelta(hours=24)
    with clock.at(NIGHT + timedelta(days=4)):
        call_out()
    assert [each.kind for each in rows(OnCallAlarm)] == [AlarmKind.PV_LATE]


def test_a_queue_that_nobody_read_calls_before_the_week_end_once(rota, receiver):
    friday = datetime(2026, 11, 20, 16, 10, tzinfo=UTC)
    with clock.at(friday - timedelta(hours=1)):
        comment_id = suspected(1)
        call_out()
    assert rows(OnCallAlarm) == []
    with clock.at(friday):
        call_out()
        call_out()
        assert the_alarm().kind is AlarmKind.UNTRIAGED
        assert receiver.calls[0][1]["title"] == "Covigie : la file n'est pas vide"
        decide(rota["anna"], comment_id)
        call_out()
        assert the_alarm().status is AlarmStatus.CLOSED


def test_only_who_may_be_on_call_answers_an_alarm(rota):
    with at(0):
        danger()
        call_out()
    for role in (Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR, Role.QUALITY):
        with pytest.raises(NotPermitted):
            acknowledge(person(role))
