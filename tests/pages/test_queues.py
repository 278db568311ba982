"""The queues on the screen: skipping, deciding on many with preview and undo, breaks, veils, keys, routing."""

import pytest

from app_pages._comment_reason import REASON_KEYS
from compliance.audit import AuditAction
from models.enums import NoneReason, PvFacet, Role, RoutedQueue, SkipReason
from models.session import reading, transaction
from moderation import breaks, queries, skipping, triage
from tests.comment_factories import ADVERSE, HARMLESS, bring_text, comment, company_account, officer, products
from tests.factories import person
from tests.pages.conftest import press, said_error, text_of
from tests.pages.test_pv_queue import SERIOUS, address, decisions, events

SUICIDE = "Depuis Cardexine je veux mourir, je vais me suicider."


@pytest.fixture
def account(sqlite_db):
    products()
    return company_account()


def keys_of(at) -> dict[str, str]:
    return {button.proto.shortcut: button.key for button in at.button if button.proto.shortcut}


def test_skipping_is_one_key_and_shows_the_next_comment(open_page, account):
    first, second = bring_text(account, SERIOUS), bring_text(account, ADVERSE, 2)
    actor, _other = officer(), officer("other")
    at = open_page("pv_queue.py", actor)
    press(at, "skip")
    assert address(at) == second
    assert "et 1 que vous avez passé" in text_of(at)
    (event,) = events(AuditAction.COMMENT_SKIP)
    assert (event.entity_id, event.reason) == (first, SkipReason.NEEDS_COLLEAGUE)
    press(at, "skip_other")
    press(at, "skip_language")
    assert "La file est vide" in text_of(at)
    skipped = open_page("pv_queue.py", actor, vue="passes")
    assert "pas ma langue" in text_of(skipped) or "à voir avec un collègue" in text_of(skipped)


def test_hard_cases_are_those_that_two_persons_skipped(open_page, account):
    comment_id, third = bring_text(account, ADVERSE), officer("third")
    for login in ("anna", "boris"):
        with transaction() as session:
            skipping.skip(
                session, officer(login), comment_id=comment_id, revision_n=1, reason=SkipReason.CONFLICT_OF_INTEREST
            )
    said = text_of(open_page("pv_queue.py", third, vue="difficiles"))
    assert said.count("conflit d&#39;intérêts") >= 2


def test_every_decision_has_its_key_and_no_key_is_given_twice(open_page, account):
    bring_text(account, SERIOUS)
    bring_text(account, ADVERSE, 2)
    at = open_page("pv_queue.py", officer())
    assert {"e", "s", "q", "p", "n", "j", "k", "t", "l", "h", "right", "shift+right", "ctrl+enter"} <= set(keys_of(at))
    press(at, "pick_N")
    assert {key.lower() for key in REASON_KEYS[: len(NoneReason)]} <= set(keys_of(at))
    press(at, "skip_other")
    given = [button.proto.shortcut for button in at.button if button.proto.shortcut]
    assert len(given) == len(set(given))
    assert keys_of(at)["1"] == "skip_needs_colleague"


def test_a_wave_is_previewed_decided_and_taken_back(open_page, account):
    wave = [bring_text(account, ADVERSE, n, author=str(n)) for n in (1, 2)]
    serious = bring_text(account, SERIOUS, 3)
    at = open_page("pv_queue.py", officer(), lot="1")
    at.checkbox(key="wave_0").check().run()
    at.checkbox(key="wave_1").check().run()
    at.selectbox(key="many_outcome").set_value(NoneReason.OFF_TOPIC).run()
    press(at, "preview")
    said = text_of(at)
    assert "2 commentaires seront décidés" in said
    assert "1 exclus" in said
    assert "grave : à lire seul" in said
    press(at, "decide_many")
    assert {comment(key).pv for key in wave} == {PvFacet.NOT_AE}
    assert comment(serious).pv is PvFacet.POSSIBLE
    assert "Décision enregistrée sur 2 commentaires" in text_of(at)
    press(at, "undo")
    assert {comment(key).pv for key in wave} == {PvFacet.POSSIBLE}
    assert len(decisions()) == len(events(AuditAction.COMMENT_UNDO)) == 2


def test_a_break_gives_back_and_offers_nothing_but_its_end(open_page, account):
    actor, comment_id = officer(), bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", actor)
    press(at, "claim")
    press(at, "pause")
    assert comment(comment_id).holder_id is None
    assert "Vous êtes en pause" in text_of(at)
    assert "claim" not in {button.key for button in at.button}
    press(at, "resume")
    assert "vertiges" in text_of(at)


def test_a_distressing_text_is_veiled_until_asked_for_and_not_decided_unread(open_page, account):
    actor = officer()
    with transaction() as session:
        breaks.set_preferences(session, actor, veil=True, break_after=1)
    comment_id = bring_text(account, SUICIDE)
    at = open_page("pv_queue.py", actor)
    assert "suicider" not in text_of(at)
    assert "idées suicidaires" in text_of(at)
    assert comment(comment_id).first_displayed_at is None
    assert not {"decide", "pick_E"} & {button.key for button in at.button}
    press(at, "lift")
    assert "suicider" in text_of(at)
    for key in ("pick_E", "decide"):
        press(at, key)
    assert "1 textes éprouvants" in text_of(at)


def test_leaving_the_page_gives_back_what_was_taken(open_page, account):
    comment_id = bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", officer())
    press(at, "claim")
    at.switch_page("cases.py").run()
    assert comment(comment_id).holder_id is None


def test_who_has_a_comment_is_said_beside_it(open_page, account):
    bring_text(account, SERIOUS)
    second, other = bring_text(account, ADVERSE, 2), person(Role.PV_OFFICER, login="claire", name="Claire Martin")
    with transaction() as session:
        triage.claim(session, other, comment_id=second)
    assert "Claire Martin, jusqu&#39;à" in text_of(open_page("pv_queue.py", officer()))


def test_a_role_sees_its_own_queue_settles_there_and_reports_to_vigilance(open_page, account):
    comment_id = bring_text(account, "Je vais porter plainte contre vous.")
    other = bring_text(account, HARMLESS, 2, author="77", conversation_id="9001")
    lawyer = person(Role.LEGAL)
    at = open_page("comment_queues.py", lawyer, file="medical", comment=other)
    said = text_of(at)
    assert "porter plainte" in said
    assert "belle photo" not in said
    assert "parce que le texte menace ou parle de justice" in said
    if comment(comment_id).pv is PvFacet.NONE:
        at.text_input(key=f"flag_why_{comment_id}").set_value("Parle d'un malaise").run()
        press(at, "flag")
        assert comment(comment_id).pv is PvFacet.POSSIBLE
    press(at, "settle_handled")
    assert "Rien n'attend dans cette file" in text_of(at).replace("&#39;", "'")
    with reading() as session:
        (route,) = [one for one in queries.routes_of(session, comment_id) if one.queue is RoutedQueue.LEGAL]
    assert route.settled_by == lawyer.printed_name


def test_rules_are_proposed_by_an_administrator_and_signed_by_vigilance(open_page, account):
    at = open_page("routing.py", person(Role.ADMINISTRATOR))
    at.text_input(key="rule_id").set_value("com-photo")
    at.selectbox(key="rule_queue").set_value(RoutedQueue.COMMUNITY)
    at.text_input(key="rule_why").set_value("le texte parle de photo")
    at.text_input(key="rule_words").set_value("photo").run()
    press(at, "rule_put")
    press(at, "rules_propose")
    assert "raison" in said_error(at)
    at.text_input(key="rules_reason").set_value("Beaucoup de photos").run()
    press(at, "rules_propose")
    assert not [button for button in at.button if button.key.startswith("sign_")]
    at = open_page("routing.py", officer())
    press(at, "sign_")
    assert at.session_state["_signing"].opened.version_n == 1
