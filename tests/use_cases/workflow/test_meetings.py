"""A meeting: its agenda builds itself, what is settled is kept, the minutes say it; it signs nothing for anybody."""

import io
from datetime import timedelta

import pytest
from docx import Document

from compliance import clock
from errors import InvalidInput, NotPermitted, RuleViolated, TransitionNotAllowed
from models.enums import DecisionKind, MeetingAction, PostStatus, Role
from models.session import reading, transaction
from tests.post_factories import approve, draft, open_steps, post_at, sha_of, submit
from workflow import meetings
from workflow.minutes import minutes


def call(actor, days=30):
    with transaction() as session:
        return meetings.call_meeting(session, actor, held_at=clock.now() + timedelta(days=days), place="Salle Curie")


def view(actor, meeting):
    with reading() as session:
        return meetings.meeting_view(session, actor, meeting_id=meeting.id)


def change(actor, meeting, action, **fields):
    with transaction() as session:
        meetings.change_meeting(session, actor, meeting_id=meeting.id, row_version=None, action=action, **fields)


def topic(actor, meeting, **fields):
    with transaction() as session:
        return meetings.add_topic(session, actor, meeting_id=meeting.id, **fields)


def settle(actor, row, outcome):
    with transaction() as session:
        meetings.note_outcome(session, actor, topic_id=row.id, row_version=None, outcome=outcome)


def test_what_is_due_by_then_stands_on_the_agenda_by_itself(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    post_at(PostStatus.APPROVED, people)
    (row,) = view(people[Role.AUDITOR], call(people[Role.COMMUNICATIONS])).due
    assert (row.post_id, row.roles, row.late) == (post.id, (Role.COMMUNICATIONS,), False)
    with clock.at(clock.now() + timedelta(days=29)):
        assert view(people[Role.AUDITOR], call(people[Role.COMMUNICATIONS])).due[0].late


def test_from_the_call_to_the_minutes(people):
    keeper = people[Role.REGULATORY]
    meeting = call(keeper)
    post = draft(people[Role.COMMUNITY_MANAGER])
    submit(people[Role.COMMUNITY_MANAGER], post.id)
    subject = topic(people[Role.LEGAL], meeting, title="Charte de modération")
    assert topic(people[Role.MEDICAL], meeting, post_id=post.id).title == "Course solidaire"
    change(keeper, meeting, MeetingAction.OPEN)
    with transaction() as session:
        meetings.join_meeting(session, people[Role.LEGAL], meeting_id=meeting.id)
        meetings.join_meeting(session, people[Role.LEGAL], meeting_id=meeting.id)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    settle(keeper, subject, "Adoptée, revue dans un an.")
    change(keeper, meeting, MeetingAction.CLOSE)
    shown = view(people[Role.AUDITOR], meeting)
    assert shown.present == (people[Role.LEGAL].printed_name,)
    assert [(t.post_id, t.role, t.kind) for t in shown.taken] == [(post.id, Role.COMMUNICATIONS, DecisionKind.APPROVE)]
    with reading() as session:
        written = minutes(session, people[Role.AUDITOR], meeting_id=meeting.id)
        assert written == minutes(session, people[Role.AUDITOR], meeting_id=meeting.id)
    document = Document(io.BytesIO(written))
    said = "\n".join(p.text for p in document.paragraphs)
    assert "Charte de modération" in said
    assert "Adoptée, revue dans un an." in said
    assert "Provisoire" not in said


def test_minutes_of_a_meeting_that_runs_are_provisional(people):
    meeting = call(people[Role.REGULATORY])
    with reading() as session:
        written = minutes(session, people[Role.LEGAL], meeting_id=meeting.id)
    assert "Provisoire" in "\n".join(p.text for p in Document(io.BytesIO(written)).paragraphs)


def test_a_closed_meeting_changes_no_more(people):
    keeper = people[Role.REGULATORY]
    meeting = call(keeper)
    row = topic(keeper, meeting, title="Calendrier")
    with pytest.raises(RuleViolated, match="Ouvrez la séance"):
        settle(keeper, row, "Vu.")
    change(keeper, meeting, MeetingAction.OPEN)
    change(keeper, meeting, MeetingAction.CLOSE)
    for again in (lambda: topic(keeper, meeting, title="Encore"), lambda: settle(keeper, row, "Vu.")):
        with pytest.raises(RuleViolated, match="close"):
            again()
    with pytest.raises(TransitionNotAllowed):
        change(keeper, meeting, MeetingAction.OPEN)


def test_a_meeting_is_called_for_a_date_to_come_by_who_keeps_them(people):
    with pytest.raises(RuleViolated, match="passée"):
        call(people[Role.REGULATORY], days=-1)
    with pytest.raises(NotPermitted):
        call(people[Role.AUDITOR])
    with pytest.raises(InvalidInput, match="titre"):
        topic(people[Role.LEGAL], call(people[Role.REGULATORY]))


def test_the_next_meeting_stands_first(people):
    keeper = people[Role.REGULATORY]
    later, soon = call(keeper, 20), call(keeper, 10)
    change(keeper, soon, MeetingAction.CANCEL, reason="Reportée.")
    next_one = call(keeper, 15)
    with reading() as session:
        assert [m.id for m in meetings.list_meetings(session, keeper)] == [next_one.id, later.id, soon.id]
