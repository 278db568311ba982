"""The queue of pharmacovigilance on the screen: what is seen first, what keys do, what is refused and how it is said."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import people
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM
from models.comment import TriageDecision
from models.compliance import AuditEvent
from models.enums import NoneReason, PvFacet, Role, Screening, TriageOutcome
from models.session import reading, transaction
from moderation import triage
from moderation.queries import Fold
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    bring,
    bring_text,
    comment,
    community_manager,
    company_account,
    incoming,
    officer,
    products,
)
from tests.factories import person
from tests.pages.conftest import press, said_error, text_of, unfolded

SERIOUS = "Ma mère a été hospitalisée après 3 jours de Cardexine, chute de tension."
EMERGENCY = "J'ai pris toute la boîte de Cardexine, j'ai peur, je veux mourir."
HOSTILE = (
    "Cardexine ![x](http://evil.example/a.png) <script>alert(1)</script> <img src=x onerror=alert(2)> \u202evertiges"
)


@pytest.fixture
def account(sqlite_db):
    products()
    return company_account()


def events(action: AuditAction) -> list[AuditEvent]:
    with reading() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.action == action.value)))


def decisions() -> list[TriageDecision]:
    with reading() as session:
        return list(session.exec(select(TriageDecision)))


def address(at) -> str:
    """The comment in the address; AppTest gives what the page set as it was set."""
    held = at.query_params.get("comment", "")
    return held[0] if isinstance(held, list) else held


def test_empty_queue_says_what_will_come_and_from_where(open_page, account):
    at = open_page("pv_queue.py", officer())
    assert not at.exception
    assert "La file est vide" in text_of(at)
    assert "relevé sur les réseaux" in text_of(at)


def test_the_head_counts_all_that_was_received(open_page, account):
    bring_text(account, ADVERSE)
    bring_text(account, HARMLESS, 2, author="43")
    bring(account, incoming(3, HARMLESS, author="44"), cursor="c3")
    said = text_of(open_page("pv_queue.py", officer()))
    assert "2 à voir" in said
    assert "reçus 3 = signalés 1 + parcourus 0 + classés 1 + non analysés 1" in said


def test_the_most_dangerous_is_open_first_with_the_reason_in_words_and_the_evidence(open_page, account):
    bring_text(account, ADVERSE)
    bring_text(account, SERIOUS, 2)
    at = open_page("pv_queue.py", officer())
    said = text_of(at)
    whole = next(html for html in said.split("\n") if "cv-text" in html)
    assert "hospitalisée" in whole
    assert '<mark class="cv-m-product" title="Produit: Cardexine">' in whole
    assert "cv-m-serious" in whole
    assert "Grave" in said
    assert "« hospitalisée » : hospitalisation" in said or "hospitalisation" in said


def test_an_emergency_says_what_to_do_first(open_page, account):
    bring_text(account, SERIOUS)
    bring_text(account, EMERGENCY, 2)
    said = text_of(open_page("pv_queue.py", officer()))
    assert "Quelqu'un est peut-être en danger maintenant".replace("'", "&#39;") in said
    assert all(number in said for number in ("15 (SAMU)", "112", "3114"))
    assert said.index("cv-alert") < said.index("cv-text")


def test_opening_a_comment_notes_when_a_person_first_saw_it(open_page, account):
    comment_id = bring_text(account, ADVERSE)
    assert comment(comment_id).first_displayed_at is None
    open_page("pv_queue.py", officer())
    assert comment(comment_id).first_displayed_at is not None


def test_authors_are_pseudonymous_until_revealed_with_a_reason_that_is_logged(open_page, account):
    comment_id = bring_text(account, ADVERSE + " Appelez-moi au 06 12 34 56 78.", handle="marie_bleue")
    at = open_page("pv_queue.py", officer())
    assert "marie_bleue" not in text_of(at)
    assert "06 12 34 56 78" not in text_of(at)
    press(at, "reveal")
    assert "raison" in said_error(at)
    at.text_input(key=f"reveal_why_{comment_id}").set_value("Rappeler la personne").run()
    press(at, "reveal")
    assert "marie_bleue" in text_of(at)
    assert "06 12 34 56 78" in text_of(at)
    (event,) = events(AuditAction.COMMENT_REVEAL)
    assert event.reason == "Rappeler la personne"


def test_a_decision_with_several_outcomes_opens_a_case_and_shows_the_next_comment(open_page, account):
    first, second = bring_text(account, SERIOUS), bring_text(account, ADVERSE, 2)
    at = open_page("pv_queue.py", officer())
    for key in ("pick_E", "pick_Q", "decide"):
        press(at, key)
    (decision,) = decisions()
    assert decision.comment_id == first
    assert decision.outcomes == [TriageOutcome.ADVERSE_EVENT, TriageOutcome.QUALITY_DEFECT]
    assert comment(first).pv is PvFacet.CONFIRMED
    assert address(at) == second
    assert "Décision enregistrée : cas" in text_of(at)


def test_picking_an_outcome_takes_the_comment_and_says_until_when(open_page, account):
    actor, comment_id = officer(), bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", actor)
    press(at, "pick_E")
    assert comment(comment_id).holder_id == actor.id
    assert "vous, bail 10 min" in text_of(at)
    press(at, "release")
    assert comment(comment_id).holder_id is None


def test_recording_without_having_chosen_is_refused_and_says_so(open_page, account):
    bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", officer())
    press(at, "decide")
    assert "Choisissez au moins une qualification" in said_error(at)
    assert decisions() == []


def test_none_needs_its_coded_reason(open_page, account):
    comment_id = bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", officer())
    press(at, "pick_N")
    assert "decide" not in {button.key for button in at.button}
    press(at, "none_question_only")
    (decision,) = decisions()
    assert decision.none_reason is NoneReason.QUESTION_ONLY
    assert comment(comment_id).pv is PvFacet.NOT_AE


def test_none_without_a_reason_is_refused(open_page, account):
    comment_id = bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", officer())
    press(at, "pick_E")
    at.session_state[f"_chosen_{comment_id}"] = {TriageOutcome.NONE}
    press(at, "decide")
    assert "raison" in said_error(at)
    assert decisions() == []


def test_a_decision_on_an_outdated_revision_is_refused_with_the_difference(open_page, account):
    comment_id = bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", officer())
    press(at, "pick_E")
    bring(account, incoming(1, ADVERSE.replace("vertiges", "maux de tête"), edits=("11",)), cursor="c2")
    press(at, "decide")
    assert "modifié ce commentaire (version 2 au lieu de 1)" in said_error(at)
    assert decisions() == []
    said = text_of(at)
    assert '<mark class="cv-m-removed" title="Retiré">vertiges</mark>' in said
    assert '<mark class="cv-m-added" title="Ajouté">maux</mark>' in said or "maux de tête" in said
    assert "decide" not in {button.key for button in at.button}
    press(at, "read_again")
    press(at, "pick_E")
    press(at, "decide")
    assert [decision.comment_id for decision in decisions()] == [comment_id]


def test_a_comment_held_by_another_says_by_whom_and_offers_no_decision(open_page, account):
    comment_id = bring_text(account, ADVERSE)
    other = person(Role.PV_OFFICER, login="paul", name="Paul Girard")
    with transaction() as session:
        triage.claim(session, other, comment_id=comment_id)
    at = open_page("pv_queue.py", officer())
    assert "Paul Girard, jusqu&#39;à" in text_of(at)
    assert not {"pick_E", "decide"} & {button.key for button in at.button}


def test_a_lost_lease_is_said(open_page, account):
    comment_id = bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", officer())
    other = person(Role.PV_OFFICER, login="paul", name="Paul Girard")
    with transaction() as session:
        triage.claim(session, other, comment_id=comment_id)
    press(at, "pick_E")
    assert "Paul Girard traite ce commentaire" in said_error(at)


def test_a_person_whose_role_was_taken_away_may_not_classify(open_page, account):
    actor, comment_id = officer(), bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", actor)
    with transaction() as session:
        people.grant_role(session, SYSTEM, user_id=actor.id, role=Role.COMMUNITY_MANAGER)
        people.revoke_role(session, SYSTEM, user_id=actor.id, role=Role.PV_OFFICER, reason="Départ")
    press(at, "pick_E")
    assert decisions() == []
    assert comment(comment_id).holder_id is None
    assert "Votre rôle ne permet pas" in said_error(at)


def test_a_community_manager_is_not_given_the_queue(open_page, account):
    bring_text(account, ADVERSE)
    with pytest.raises(ValueError, match="navigation page"):
        open_page("pv_queue.py", community_manager())


def test_a_decision_is_undone_within_thirty_seconds(open_page, account):
    comment_id = bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", officer())
    for key in ("pick_N", "none_figurative", "undo"):
        press(at, key)
    assert comment(comment_id).pv is PvFacet.POSSIBLE
    assert address(at) == comment_id
    assert events(AuditAction.COMMENT_UNDO)


def test_a_decision_is_not_undone_after_thirty_seconds(open_page, account):
    comment_id = bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", officer())
    for key in ("pick_N", "none_figurative"):
        press(at, key)
    last = at.session_state["_last_decision"]
    at.session_state["_last_decision"] = replace(last, at=last.at - timedelta(seconds=31))
    at.run()
    assert "undo" not in {button.key for button in at.button}
    assert comment(comment_id).pv is PvFacet.NOT_AE


def test_a_decided_comment_opened_by_its_link_says_so_and_comes_back_with_a_reason(open_page, account):
    comment_id, actor = bring_text(account, ADVERSE), officer()
    with transaction() as session:
        triage.classify(
            session, actor, comment_id=comment_id, revision_n=1, row_version=comment(comment_id).row_version,
            outcomes=[TriageOutcome.NONE], none_reason=NoneReason.HEARSAY,
        )  # fmt: skip
    at = open_page("pv_queue.py", actor, comment=comment_id)
    assert "plus dans la file" in text_of(at)
    assert "ouï-dire" in text_of(unfolded(at, comment_id, Fold.HISTORY))
    press(at, "reopen")
    assert "raison" in said_error(at)
    at.text_input(key=f"reopen_why_{comment_id}").set_value("Relu avec le fil").run()
    press(at, "reopen")
    assert comment(comment_id).pv is PvFacet.POSSIBLE


def test_hostile_text_is_drawn_as_it_reads_and_does_nothing(open_page, account):
    bring_text(account, HOSTILE)
    at = open_page("pv_queue.py", officer())
    assert not at.exception
    said = text_of(at)
    assert "<script" not in said
    assert "<img" not in said
    assert "&lt;script&gt;" in said
    assert "U+202E" in said
    assert not [element for element in at.markdown if "evil.example" in element.value]


def test_the_filter_in_the_address_opens_the_queue_of_named_products(open_page, account):
    bring_text(account, "La Cardexine est remboursée à quel taux ?")
    actor = officer()
    said = text_of(open_page("pv_queue.py", actor, file="produit"))
    assert "Cardexine" in said
    assert "La file est vide" in text_of(open_page("pv_queue.py", actor))


def test_the_way_to_nothing_in_particular_is_not_marked_as_danger(open_page, account):
    bring_text(account, "Depuis la prise de Cardexine j'ai des vertiges, la nuit surtout.")
    assert "cv-m-serious" not in text_of(open_page("pv_queue.py", officer()))


def test_a_filter_without_any_comment_says_how_to_get_out(open_page, account):
    bring_text(account, ADVERSE)
    assert "Retirez le filtre" in text_of(open_page("pv_queue.py", officer(), reseau="facebook"))


@pytest.mark.parametrize("link", [{"comment": "nothing-like-it"}, {"file": "x", "reseau": "y", "depuis": "-3"}])
def test_a_broken_link_is_a_sentence(open_page, account, link):
    bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", officer(), **link)
    assert not at.exception
    assert "erreur inattendue" not in said_error(at)
    assert "vertiges" in text_of(at)
    assert [("existe pas" in warning.value) for warning in at.warning] == [True] * ("comment" in link)


def test_next_and_previous_move_in_the_order_of_danger(open_page, account):
    first, second = bring_text(account, SERIOUS), bring_text(account, ADVERSE, 2)
    at = open_page("pv_queue.py", officer())
    press(at, "next")
    assert address(at) == second
    press(at, "previous")
    assert address(at) == first


def test_leaving_a_comment_gives_it_back(open_page, account):
    first = bring_text(account, SERIOUS)
    bring_text(account, ADVERSE, 2)
    at = open_page("pv_queue.py", officer())
    press(at, "claim")
    press(at, "next")
    assert comment(first).holder_id is None


def test_an_unscreened_comment_stands_in_the_queue_as_such(open_page, account):
    comment_id = bring(account, incoming(1, HARMLESS))[0]
    assert comment(comment_id).screening is Screening.UNSCREENED
    assert "Non analysé : à lire par une personne" in text_of(open_page("pv_queue.py", officer()))
