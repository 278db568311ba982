"""What the public sees of a comment, on the screen: the evidence first, what the network cannot do said instead."""

import pytest

from models.enums import (
    ActStatus,
    ContestStatus,
    HideReason,
    NamedKind,
    NameMeasure,
    ReplyFacet,
    Role,
    VisibilityFacet,
)
from models.session import reading, transaction
from models.visibility import NamePolicy, VisibilityAct, VisibilityContest
from moderation import contests, naming
from moderation.queries.visibility import visibility_view
from tests.comment_factories import HARMLESS, bring_text, comment, community_manager, company_account, count, officer
from tests.comment_factories import products as register
from tests.factories import person
from tests.pages.conftest import keyed, press, said_error, text_of
from tests.visibility_factories import Page, acts, conceal, evidence, hide, lawyer, plug, under_our_post

V = VisibilityFacet


@pytest.fixture
def network(sqlite_db, monkeypatch) -> Page:
    return plug(monkeypatch, Page(tells_hidden=True))


@pytest.fixture
def account(network):
    register()
    return company_account()


@pytest.fixture
def cm(account):
    return community_manager()


def test_hiding_proposes_the_reason_freezes_and_leaves_the_person_waiting(open_page, account, cm):
    comment_id = under_our_post(account)
    at = open_page("people_waiting.py", cm, comment=comment_id)
    said = text_of(at)
    assert "Tout le monde voit ce commentaire" in said
    assert "Proposer de masquer" in said
    assert "L. 5122-6" in said
    assert "Ce réseau ne laisse pas supprimer" in said
    assert keyed(at.selectbox, "hide_why_").value is HideReason.PRESCRIPTION_NAMED
    press(at, "hide_now")
    assert not at.error
    assert comment(comment_id).visibility is V.HIDING
    assert comment(comment_id).reply is ReplyFacet.OWED
    assert "Masquage en cours" in text_of(at)
    assert "Preuve gelée ✔" in {one.label for one in at.expander}
    press(at, f"verify_{evidence(comment_id)[0].id}")
    assert "La preuve tient" in at.success[0].value


def test_a_hide_without_a_reason_says_so_and_keeps_the_comment(open_page, account, cm):
    comment_id = under_our_post(account, HARMLESS)
    at = open_page("people_waiting.py", cm, comment=comment_id)
    press(at, "hide_now")
    assert "Choisissez la raison" in said_error(at)
    assert count(VisibilityAct) == 0


def test_what_cannot_be_hidden_has_no_button_and_a_sentence(open_page, account, cm):
    mention = bring_text(account, HARMLESS, 7, conversation_id=None)
    at = open_page("people_waiting.py", cm, comment=mention)
    assert not {button.key for button in at.button} & {"hide_now", "delete_ask", "unhide_now"}
    assert "ne masque que les réponses à nos publications" in text_of(at)


def test_a_network_that_deletes_names_the_comment_and_another_person_confirms(open_page, account, cm, monkeypatch):
    plug(monkeypatch, Page(tells_hidden=True, can_delete_foreign=True))
    comment_id = under_our_post(account)
    at = open_page("people_waiting.py", cm, comment=comment_id)
    assert "disparaîtra du réseau pour toujours" in text_of(at)
    press(at, "delete_ask")
    (act,) = acts(comment_id)
    assert act.status is ActStatus.ASKED
    at = open_page("visibility.py", lawyer(), comment=comment_id)
    press(at, "delete_now")
    assert not at.error
    assert comment(comment_id).visibility is V.DELETING


def test_the_queue_of_pharmacovigilance_shows_it_too(open_page, account):
    comment_id = under_our_post(account)
    at = open_page("pv_queue.py", officer(), comment=comment_id)
    assert "Tout le monde voit ce commentaire" in text_of(at)
    assert "hide_now" in {button.key for button in at.button}


def test_a_contest_is_listed_decided_by_another_and_answered(open_page, account, cm):
    comment_id = under_our_post(account)
    hide(cm, comment_id)
    conceal()
    at = open_page("people_waiting.py", cm, comment=comment_id)
    keyed(at.text_area, f"contest_words_{comment_id}").set_value("Pourquoi <b>masqué</b> ?")
    press(at, f"contest_open_{comment_id}")
    with reading() as session:
        (one,) = visibility_view(session, comment_id).contests
    assert "une autre personne en décide" in text_of(at)
    at = open_page("visibility.py", lawyer(), comment=comment_id)
    assert "Contestations à décider" in text_of(at)
    assert "Pourquoi &lt;b&gt;masqué" in text_of(at)
    keyed(at.text_input, f"decide_why_{one.id}").set_value("Le nom seul ne vante rien.")
    press(at, f"grant_{one.id}")
    assert not at.error
    assert comment(comment_id).visibility is V.UNHIDING
    assert "de nouveau visible" in text_of(at)
    with reading() as session:
        assert session.get(VisibilityContest, one.id).status is ContestStatus.GRANTED


def test_an_administrator_chooses_and_pharmacovigilance_approves(open_page, account):
    at = open_page("administration.py", person(Role.ADMINISTRATOR, login="admin"))
    assert "réglage d&#39;origine" in text_of(at)
    keyed(at.selectbox, "policy_measure").set_value(NameMeasure.HIDE)
    keyed(at.text_input, "policy_reason").set_value("Charte de la page")
    press(at, "policy_save")
    assert not at.error
    at = open_page("visibility.py", officer())
    press(at, "approve_policy_")
    assert not at.error
    with reading() as session:
        (policy,) = naming.policies(session)
        assert (policy.named, policy.measure, policy.approved_by is not None) == (
            NamedKind.PRESCRIPTION, NameMeasure.HIDE, True,
        )  # fmt: skip
    assert count(NamePolicy) == 1


def test_nothing_hidden_says_what_will_come_here(open_page, account):
    said = text_of(open_page("visibility.py", lawyer()))
    assert "masqué ni contesté" in said


def test_a_refused_contest_gives_the_sentence_for_its_author(open_page, account, cm):
    comment_id = under_our_post(account)
    hide(cm, comment_id)
    conceal()
    with transaction() as session:
        one = contests.open_contest(session, cm, comment_id=comment_id, words="Pourquoi ?")
    with transaction() as session:
        contests.decide_contest(
            session, lawyer(), contest_id=one.id, row_version=one.row_version, granted=False, reason="Produit nommé."
        )
    assert "nomme un produit de santé" in text_of(open_page("people_waiting.py", cm, comment=comment_id))
