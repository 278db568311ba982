"""People who wait for an answer, on the screen: one number, the text beside the comment, what failed and what to do."""

from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import clock
from models.case import ApprovedText, Reply
from models.enums import Intent, ReplyFacet, ReplyStatus, Role, WaiverReason
from models.session import get, reading, transaction
from moderation import library, sending
from moderation.deadlines import paris_day
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    approved_text,
    bring,
    bring_text,
    comment,
    community_manager,
    company_account,
    incoming,
    signer,
)
from tests.factories import person
from tests.pages.conftest import press, said_error, text_of

HOSTILE = "<script>alert(1)</script> ![x](http://evil.example/a.png) merci \u202ebeaucoup"
THANKS = "Merci pour votre message, il nous fait très plaisir."


@pytest.fixture
def account(sqlite_db):
    return company_account()


@pytest.fixture
def actor(account):
    return community_manager()


@pytest.fixture
def thanks(account) -> str:
    """An approved text for compliments, valid until tomorrow."""
    tomorrow = paris_day(clock.now()) + timedelta(days=1)
    every = [intent.value for intent in Intent]
    return approved_text(text=THANKS, intents=every, valid_until=tomorrow).id


def answers() -> list[Reply]:
    with reading() as session:
        return list(session.exec(select(Reply)))


def fail(reply_id: str) -> None:
    """Let the network refuse an answer for good, as the worker writes it down."""
    with transaction() as session:
        effect = session.exec(select(sending.OutboxEffect).where(sending.OutboxEffect.subject_id == reply_id)).one()
        sending.refuse(session, effect, "Le réseau refuse ce texte.")


def test_nobody_waits_says_who_will_come_here(open_page, actor):
    at = open_page("people_waiting.py", actor)
    assert not at.error
    assert '<span class="cv-big">0</span>' in text_of(at)
    assert "attend. Chaque personne qui nous écrit" in text_of(at)


def test_the_number_counts_everyone_and_the_text_stands_beside_the_comment(open_page, actor, account, thanks):
    bring_text(account, HARMLESS)
    bring_text(account, "Bravo pour la course de dimanche !", 2, author="43")
    said = text_of(open_page("people_waiting.py", actor))
    assert '<span class="cv-big">2</span> personnes attendent une réponse' in said
    assert THANKS in said


def test_one_person_is_one_person(open_page, actor, account):
    bring_text(account, HARMLESS)
    assert '<span class="cv-big">1</span> personne attend une réponse' in text_of(open_page("people_waiting.py", actor))


def test_somebody_in_danger_comes_first_with_the_text_for_emergencies(open_page, actor, account, thanks):
    bring_text(account, HARMLESS)
    bring_text(account, "Je veux mourir, j'ai avalé toute la boîte", 2)
    urgent = [Intent.URGENT_HELP.value]
    approved_text(key="urgence", title="Urgence", text="Appelez le 15 ou le 3114.", intents=urgent)
    said = text_of(open_page("people_waiting.py", actor))
    assert "Donnez ces numéros à la personne" in said
    assert '<div class="cv-text" dir="auto">Appelez le 15 ou le 3114.</div>' in said


def test_answering_queues_the_answer_and_the_person_still_counts(open_page, actor, account, thanks):
    comment_id = bring_text(account, HARMLESS)
    at = open_page("people_waiting.py", actor)
    press(at, "send")
    assert not at.error
    assert comment(comment_id).reply is ReplyFacet.QUEUED
    assert [(reply.status, reply.text) for reply in answers()] == [(ReplyStatus.QUEUED, THANKS)]
    assert '<span class="cv-big">1</span>' in text_of(at)
    assert "quand le réseau a confirmé" in text_of(at)
    assert "send" not in {button.key for button in at.button}


def test_answering_opens_the_next_person(open_page, actor, account, thanks):
    bring_text(account, HARMLESS)
    second = bring_text(account, "Bravo pour la course de dimanche !", 2, author="43")
    at = open_page("people_waiting.py", actor)
    press(at, "send")
    assert at.query_params["comment"] in (second, [second])


def test_a_text_that_expired_since_it_was_shown_is_refused(open_page, actor, account, thanks):
    comment_id = bring_text(account, HARMLESS)
    at = open_page("people_waiting.py", actor)
    with transaction() as session:
        get(session, ApprovedText, thanks).valid_until = paris_day(clock.now()) - timedelta(days=1)
    press(at, "send")
    assert "a expiré le" in said_error(at)
    assert answers() == []
    assert comment(comment_id).reply is ReplyFacet.OWED
    assert "Aucun texte approuvé ne peut être envoyé" in text_of(at)


def test_a_text_withdrawn_since_it_was_shown_is_refused(open_page, actor, account, thanks):
    bring_text(account, HARMLESS)
    at = open_page("people_waiting.py", actor)
    with transaction() as session:
        library.withdraw_text(session, signer(Role.MEDICAL), text_id=thanks, reason="Périmé")
    press(at, "send")
    assert "plus approuvé" in said_error(at)
    assert answers() == []


def test_a_comment_that_changed_since_it_was_shown_is_not_answered(open_page, actor, account, thanks):
    bring_text(account, HARMLESS)
    at = open_page("people_waiting.py", actor)
    bring(account, incoming(1, ADVERSE, edits=("11",)), cursor="c2")
    press(at, "send")
    assert "a changé depuis son affichage" in said_error(at)
    assert answers() == []
    assert "vertiges" in text_of(at)


def test_no_answer_needs_its_coded_reason(open_page, actor, account):
    comment_id = bring_text(account, HARMLESS)
    at = open_page("people_waiting.py", actor)
    press(at, "waive")
    assert "Choisissez la raison" in said_error(at)
    assert answers() == []
    at.selectbox(key=f"waive_why_{comment_id}").set_value(WaiverReason.NO_ANSWER_EXPECTED).run()
    press(at, "waive")
    assert comment(comment_id).reply is ReplyFacet.WAIVED
    assert '<span class="cv-big">0</span>' in text_of(at)


def test_a_failed_answer_says_why_and_what_to_do_and_goes_again(open_page, actor, account, thanks):
    comment_id = bring_text(account, HARMLESS)
    at = open_page("people_waiting.py", actor)
    press(at, "send")
    fail(answers()[0].id)
    at.run()
    said = text_of(at)
    assert "Échec" in said
    assert "Le réseau refuse ce texte." in said
    assert "Renvoyez-la, ou choisissez un autre texte" in said
    assert '<span class="cv-big">1</span>' in said
    press(at, "retry")
    assert comment(comment_id).reply is ReplyFacet.QUEUED


def test_a_failed_answer_shows_in_the_list_too(open_page, actor, account, thanks):
    bring_text(account, HARMLESS)
    bring_text(account, "Bravo pour la course de dimanche !", 2, author="43")
    at = open_page("people_waiting.py", actor)
    press(at, "send")
    fail(answers()[0].id)
    assert "échec de l&#39;envoi" in text_of(at.run())


def test_a_comment_with_pharmacovigilance_is_answered_without_waiting(open_page, actor, account, thanks):
    bring_text(account, ADVERSE)
    at = open_page("people_waiting.py", actor)
    assert "Répondez sans attendre, sans avis médical" in text_of(at)
    assert "send" in {button.key for button in at.button}


def test_hostile_text_is_drawn_as_it_reads(open_page, actor, account):
    bring_text(account, HOSTILE)
    at = open_page("people_waiting.py", actor)
    assert not at.error
    assert "<script" not in text_of(at)
    assert "U+202E" in text_of(at)
    assert not [element for element in at.markdown if "evil.example" in element.value]


def test_a_person_already_answered_no_longer_waits(open_page, actor, account):
    comment_id = bring_text(account, HARMLESS)
    with transaction() as session:
        get(session, type(comment(comment_id)), comment_id).reply = ReplyFacet.CONFIRMED
    at = open_page("people_waiting.py", actor, comment=comment_id)
    assert "n&#39;attend plus" in text_of(at)


def test_officers_are_not_given_the_page(open_page, account):
    with pytest.raises(ValueError, match="navigation page"):
        open_page("people_waiting.py", person(Role.PV_OFFICER))
