"""What is said on the telephone waits like any comment, from the call on; what was promised is owed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import clock
from errors import InvalidInput, NotPermitted
from models.answer import CallBack
from models.comment import Comment, RawEvent
from models.door import CallNote
from models.enums import (
    CallBackStatus,
    CallDirection,
    ContactWay,
    EventSource,
    Network,
    PvFacet,
    Role,
    Screening,
    Speaker,
)  # fmt: skip
from models.session import reading, transaction
from moderation import analysing, call_backs, phone_notes, queries
from moderation.phone_notes import Call
from tests.comment_factories import ADVERSE, NOON, comment, community_manager, count, officer, products
from tests.factories import person

CALL = Call(
    "2026-118", NOON - timedelta(hours=2), CallDirection.INCOMING, Speaker.PHARMACY, ADVERSE, "Pharmacie du Port"
)


def note(actor, call: Call = CALL) -> Comment:
    with clock.at(NOON), transaction() as session:
        return phone_notes.note_call(session, actor, call=call)


def test_a_call_waits_for_pharmacovigilance_and_its_clock_runs_since_the_call(db):
    entered = note(community_manager())
    assert (entered.network, entered.screening) == (Network.PHONE, Screening.UNSCREENED)
    assert (entered.awareness_at, entered.received_at) == (CALL.called_at, NOON)
    with reading() as session:
        assert queries.queue_length(session).waiting == 1
        assert session.exec(select(RawEvent.source)).one() is EventSource.FORM
        assert phone_notes.note_of(session, entered.id).speaker is Speaker.PHARMACY


def test_it_is_analysed_like_any_other(sqlite_db):
    products()
    entered = note(officer())
    analysing.analyse_pending()
    assert comment(entered.id).pv is PvFacet.POSSIBLE


def test_what_was_promised_is_owed_until_somebody_notes_the_contact(db):
    agent, by = community_manager(), NOON + timedelta(days=1)
    entered = note(agent, replace(CALL, promised="Donner la réponse du médecin", way=ContactWay.MAIL, by=by))
    with clock.at(NOON), reading() as session:
        (line,) = phone_notes.notes(session)
        promise = session.exec(select(CallBack)).one()
    assert (line.owed_by, promise.comment_id, promise.status) == (by, entered.id, CallBackStatus.PROMISED)
    with transaction() as session:
        call_backs.note_contact(
            session, agent, call_back_id=promise.id, row_version=1, outcome="Rappelée le soir même."
        )
    with reading() as session:
        assert phone_notes.notes(session)[0].owed_by is None


def test_an_officer_promises_too_and_a_double_click_is_one_call_and_one_promise(db):
    actor = officer()
    for _n in range(2):
        note(actor, replace(CALL, promised="Rappeler", by=NOON + timedelta(hours=3)))
    assert (count(Comment), count(CallNote), count(CallBack)) == (1, 1, 1)


def test_two_unnamed_people_are_two(db):
    first, second = (note(officer(n), replace(CALL, reference=n, name="")) for n in ("a1", "b2"))
    assert first.author_pseudonym != second.author_pseudonym
    assert first.author_id != second.author_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"said": "  "}, {"said": "x" * 20_001}, {"called_at": NOON + timedelta(minutes=1)},
        {"by": NOON + timedelta(hours=1)}, {"promised": "Rappeler"}, {"promised": "Rappeler", "by": NOON},
        {"promised": "Rappeler au 06 12 34 56 78", "by": NOON + timedelta(hours=1)}, {"reference": " "},
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_half_kept(db, wrong):
    with pytest.raises(InvalidInput):
        note(officer(), replace(CALL, **wrong))
    assert count(Comment) == count(CallNote) == count(CallBack) == 0


def test_only_who_may_enter_messages_notes_a_call(sqlite_db):
    with pytest.raises(NotPermitted):
        note(person(Role.AUDITOR))
