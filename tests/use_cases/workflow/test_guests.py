"""An outside expert reads one version by a link and remarks on it; it ends, signs nothing, shows nothing else."""

from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import clock
from compliance import people as staff
from compliance.permissions import SYSTEM
from errors import InvalidInput, NotFound, NotPermitted, RuleViolated
from models.annotation import GuestLink
from models.compliance import AuditEvent
from models.enums import PostStatus, Role
from models.session import reading, transaction
from tests.post_factories import CLEAN_TEXT, approve_all, edit, load, post_at
from workflow import guests
from workflow.note_rows import notes_rows

NAME = "Pr Anne Leroy"


@pytest.fixture
def post(people):
    return post_at(PostStatus.IN_REVIEW, people)


def invite(actor, post_id, **fields):
    with transaction() as session:
        return guests.invite(session, actor, post_id=post_id, expert="Anne Leroy", **fields)


def visit(token, name=NAME):
    with transaction() as session:
        return guests.visit(session, token=token, name=name)


def remark(token, text="À nuancer.", **fields):
    with transaction() as session:
        return guests.add_guest_note(session, token=token, name=NAME, text=text, **fields)


def test_a_guest_reads_and_remarks_and_everything_is_written_down(people_on_both):
    post = post_at(PostStatus.IN_REVIEW, people_on_both)
    legal = people_on_both[Role.LEGAL]
    link = invite(legal, post.id)
    view = visit(link.token)
    assert view.variants[0].published_text == CLEAN_TEXT
    view = remark(link.token, passage="dix  kilomètres")
    assert view.notes == ((NAME, "À nuancer."),)
    with reading() as session:
        (row,) = notes_rows(session, legal, post.id)
        events = session.exec(
            select(AuditEvent).where(AuditEvent.actor_login == "guest").order_by(AuditEvent.seq)
        ).all()
        stored = session.exec(select(GuestLink)).one()
    assert (row.guest, row.blocking, row.anchor.exact) == (NAME, False, "dix kilomètres")
    assert [(event.action, event.new["name"], event.entity_id) for event in events] == [
        ("guest:visit", NAME, post.id),
        ("guest:note", NAME, post.id),
    ]
    assert link.token not in str(stored)
    assert len(link.token) >= 43


def test_a_remark_of_a_guest_keeps_nobody_from_signing(people, post):
    remark(invite(people[Role.LEGAL], post.id).token)
    approve_all(post.id, people)
    assert load(post.id).status is PostStatus.APPROVED


def test_a_link_shows_the_version_that_it_was_made_for(people, post):
    link = invite(people[Role.LEGAL], post.id)
    edit(people[Role.COMMUNITY_MANAGER], post.id, "Un texte plus récent, que l'expert n'a pas à voir.")
    view = visit(link.token)
    assert (view.version_n, view.variants[0].published_text) == (1, CLEAN_TEXT)


def test_a_link_ends_after_seven_days(people, post):
    link = invite(people[Role.LEGAL], post.id)
    with clock.at(clock.now() + timedelta(days=6, hours=23)):
        visit(link.token)
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        for use in (visit, remark):
            with pytest.raises(NotFound):
                use(link.token)


def test_a_link_is_ended_at_once(people, post):
    legal = people[Role.LEGAL]
    link = invite(legal, post.id)
    with transaction() as session:
        guests.revoke(session, people[Role.REGULATORY], link_id=link.link_id, row_version=None)
    for use in (visit, remark):
        with pytest.raises(NotFound):
            use(link.token)
    with transaction() as session, pytest.raises(RuleViolated):
        guests.revoke(session, legal, link_id=link.link_id, row_version=None)
    with reading() as session:
        assert [row.is_open for row in guests.links_of(session, legal, post_id=post.id)] == [False]


def test_a_link_ends_with_its_host(people, post):
    link = invite(people[Role.LEGAL], post.id)
    with transaction() as session:
        staff.deactivate_user(session, SYSTEM, user_id=people[Role.LEGAL].id, reason="Départ.")
    with pytest.raises(NotFound):
        visit(link.token)


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "' OR 1=1 --", "é\0"])
def test_a_made_up_link_leads_nowhere(people, post, token):
    link = invite(people[Role.LEGAL], post.id)
    for made_up in (token, link.token[:-1], link.token + "A", link.link_id):
        with pytest.raises(NotFound):
            visit(made_up)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Anne\u202eyoreL"])
def test_a_guest_gives_a_name(people, post, name):
    with pytest.raises(InvalidInput):
        visit(invite(people[Role.LEGAL], post.id).token, name)


def test_remarks_are_bounded_and_about_what_is_there(people, post, monkeypatch):
    link = invite(people[Role.LEGAL], post.id)
    for fields in ({"text": " "}, {"text": "x" * 4001}, {"passage": "jamais écrit"}):
        with pytest.raises(InvalidInput):
            remark(link.token, **fields)
    monkeypatch.setattr(guests, "MOST_NOTES", 1)
    remark(link.token)
    with pytest.raises(InvalidInput):
        remark(link.token)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_who_may_invite_does(people, post, role):
    with pytest.raises(NotPermitted):
        invite(people[role], post.id)


@pytest.mark.parametrize("days", [0, -1, 31])
def test_a_link_lasts_a_month_at_the_most(people, post, days):
    with pytest.raises(InvalidInput):
        invite(people[Role.LEGAL], post.id, days=days)
