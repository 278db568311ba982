"""Remarks on a passage or a picture: carried to the next version, answered, closed by the right person."""

import pytest
from sqlmodel import select

from compliance import people as staff
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM
from errors import InvalidInput, NotFound, NotPermitted, RuleViolated, TransitionNotAllowed
from models.compliance import AuditEvent
from models.enums import PostStatus, Role
from models.session import reading, transaction
from tests.factories import person
from tests.media_samples import jpeg
from tests.post_factories import CLEAN_TEXT, account, approve, draft, edit, open_steps, post_at, sha_of, submit
from workflow import media, notes
from workflow.anchoring import Quote, Region, quote_in
from workflow.content import MediaRef
from workflow.note_rows import notes_rows

PASSAGE = "dix kilomètres ensemble"
BOX = (10.0, 20.0, 30.0, 40.0)


def quote(exact=PASSAGE, text=CLEAN_TEXT):
    return quote_in(text, exact, account_id=account().id, field="text")


def annotate(actor, post_id, *, anchor=None, blocking=True, text="Quelle source ?"):
    with transaction() as session:
        return notes.add_note(session, actor, post_id=post_id, text=text, blocking=blocking, anchor=anchor)


def resolve(actor, note):
    with transaction() as session:
        notes.resolve_note(session, actor, note_id=note.id, row_version=None)


def answer(actor, note, text):
    with transaction() as session:
        notes.answer_note(session, actor, note_id=note.id, text=text)


def say_done(actor, note):
    with transaction() as session:
        notes.say_done(session, actor, note_id=note.id)


def rows(actor, post_id):
    with reading() as session:
        return notes_rows(session, actor, post_id)


def test_a_remark_on_a_passage_is_carried_to_the_version_that_still_holds_it(people_on_both):
    author = people_on_both[Role.COMMUNITY_MANAGER]
    post = post_at(PostStatus.IN_REVIEW, people_on_both)
    annotate(people_on_both[Role.LEGAL], post.id, anchor=quote())
    edit(author, post.id, "Dimanche, nos équipes ont couru dix kilomètres ensemble.")
    (row,) = rows(author, post.id)
    assert isinstance(row.anchor, Quote)
    assert (row.anchor.exact, row.version_n, row.lost, row.is_open) == (PASSAGE, 1, False, True)


def test_a_passage_that_is_gone_leaves_the_remark_open_and_the_approval_refused(people):
    author = people[Role.COMMUNITY_MANAGER]
    post = post_at(PostStatus.IN_REVIEW, people)
    note = annotate(people[Role.LEGAL], post.id, anchor=quote())
    edit(author, post.id, "Nos équipes ont marché sous la pluie.")
    (row,) = rows(author, post.id)
    assert row.lost
    assert row.is_open
    submit(author, post.id)
    with pytest.raises(RuleViolated, match="bloquantes"):
        approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    resolve(people[Role.LEGAL], note)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))


def test_a_remark_on_a_network_that_was_taken_away_has_lost_its_place(people):
    author = people[Role.COMMUNITY_MANAGER]
    post = post_at(PostStatus.IN_REVIEW, people)
    annotate(people[Role.LEGAL], post.id, anchor=quote(), blocking=False)
    edit(author, post.id, CLEAN_TEXT, account=account(handle="helior_rh"))
    (row,) = rows(author, post.id)
    assert row.lost
    assert row.network is None


def test_a_remark_on_a_picture_stays_as_long_as_the_same_picture_does(people):
    author = people[Role.COMMUNITY_MANAGER]
    with transaction() as session:
        kept = media.add_media(session, author, name="course.jpg", data=jpeg())
    shown = {"media": (MediaRef(kept.sha256, "Des coureurs.", kept.mime, kept.name),)}
    post = draft(author, variant=shown)
    region = Region(account().id, kept.sha256, *BOX)
    annotate(people[Role.LEGAL], post.id, anchor=region)
    (row,) = rows(author, post.id)
    assert (row.anchor, row.lost) == (region, False)
    edit(author, post.id, CLEAN_TEXT)
    assert rows(author, post.id)[0].lost


def test_a_place_that_is_not_in_the_version_is_refused(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    legal = people[Role.LEGAL]
    with pytest.raises(NotFound):
        annotate(legal, post.id, anchor=Region(account().id, "0" * 64, *BOX))
    with pytest.raises(NotFound):
        annotate(legal, post.id, anchor=Quote(account(handle="other").id, "text", PASSAGE))
    with pytest.raises(InvalidInput):
        annotate(legal, post.id, anchor=Quote(account().id, "text", "jamais écrit"))
    with pytest.raises(NotFound):
        annotate(legal, post.id, anchor=Quote(account().id, "settings", "True"))
    assert rows(legal, post.id) == ()


def test_a_thread_is_answered_and_the_author_says_that_it_is_done(people_on_both):
    author, legal = people_on_both[Role.COMMUNITY_MANAGER], people_on_both[Role.LEGAL]
    post = post_at(PostStatus.IN_REVIEW, people_on_both)
    note = annotate(legal, post.id)
    answer(people_on_both[Role.MEDICAL], note, "Il y en a deux.")
    with pytest.raises(RuleViolated):
        say_done(people_on_both[Role.MEDICAL], note)
    say_done(author, note)
    (row,) = rows(author, post.id)
    assert [(each.person, each.text, each.done) for each in row.answers] == [
        ("Medical", "Il y en a deux.", False),
        ("Community_Manager", "", True),
    ]
    assert row.said_done
    assert row.is_open
    assert row.may_say_done
    assert not rows(legal, post.id)[0].may_say_done
    resolve(legal, note)
    with pytest.raises(TransitionNotAllowed):
        answer(author, note, "Encore un mot.")


def test_an_answer_takes_words_and_the_right_to_comment(people):
    note = annotate(people[Role.LEGAL], post_at(PostStatus.IN_REVIEW, people).id)
    with pytest.raises(InvalidInput):
        answer(people[Role.LEGAL], note, "  ")
    with pytest.raises(NotPermitted):
        answer(people[Role.AUDITOR], note, "Vu.")


def test_a_blocking_remark_is_closed_by_its_writer_or_by_somebody_of_the_same_role(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    for closer, allowed in (
        (people[Role.LEGAL], True),
        (person(Role.LEGAL, login="other-legal"), True),
        (people[Role.REGULATORY], False),
        (people[Role.COMMUNITY_MANAGER], False),
    ):
        note = annotate(people[Role.LEGAL], post.id)
        assert rows(closer, post.id)[-1].may_resolve is allowed
        if allowed:
            resolve(closer, note)
        else:
            with pytest.raises(RuleViolated, match="résolue par la personne"):
                resolve(closer, note)


def test_a_remark_outlives_the_role_of_who_wrote_it(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    note = annotate(people[Role.LEGAL], post.id)
    with transaction() as session:
        staff.revoke_role(session, SYSTEM, user_id=people[Role.LEGAL].id, role=Role.LEGAL, reason="Départ.")
    resolve(person(Role.LEGAL, login="new-legal"), note)


def test_answers_are_written_down_without_their_words(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    note = annotate(people[Role.LEGAL], post.id, anchor=quote())
    answer(people[Role.LEGAL], note, "Une réponse très particulière.")
    with reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.entity_id == post.id)).all()
    assert AuditAction.NOTE_ANSWER in {event.action for event in events}
    assert not any("particulière" in str(event.new) or PASSAGE in str(event.new) for event in events)
