"""What stands around a comment on the screen: the conflict, the division, the wave, the thread, the cards."""

import pytest
from sqlmodel import select

from app_pages._comment_around import MUCH
from models.case import Case
from models.comment import TriageDecision
from models.enums import CaseStatus, NoneReason, PvFacet, TriageOutcome
from models.session import reading, transaction
from moderation import analysing, intake, triage
from moderation.queries import Fold
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    bring,
    bring_text,
    comment,
    company_account,
    incoming,
    officer,
    products,
)
from tests.pages.conftest import press, said_error, text_of, unfolded

MINE = "Depuis que je prends Cardexine j'ai des vertiges."
HERS = "Ma mère a des nausées avec Cardexine."


@pytest.fixture
def account(sqlite_db):
    products()
    return company_account()


def rows(kind):
    with reading() as session:
        return list(session.exec(select(kind).order_by(*kind.__table__.primary_key)))


def note(at, comment_id, words):
    at.text_input(key=f"note_{comment_id}").set_value(words).run()


def decide(actor, comment_id, outcome=TriageOutcome.ADVERSE_EVENT, **more):
    stored = comment(comment_id)
    with transaction() as session:
        return triage.classify(
            session, actor, comment_id=comment_id, revision_n=stored.revision_n, row_version=stored.row_version,
            outcomes=[outcome], **more,
        )  # fmt: skip


def test_a_decision_on_a_text_that_changed_opens_a_dialog_that_keeps_the_note(open_page, account):
    comment_id = bring_text(account, "J'adore la Cardexine de cette équipe, merci à elle")
    at = open_page("pv_queue.py", officer(), comment=comment_id, file="produit")
    press(at, "pick_E")
    note(at, comment_id, "À vérifier")
    bring(account, incoming(1, "J'ai des vertiges depuis la Cardexine", edits=("11",)), cursor="c2")
    press(at, "decide")
    said = text_of(at)
    assert "n&#39;a pas été enregistrée" in said
    assert "version 2 au lieu de 1" in said
    assert "cv-m-removed" in said
    assert "cv-m-added" in said
    assert "À vérifier" in said
    press(at, "read_again")
    assert at.text_input(key=f"note_{comment_id}").value == "À vérifier"
    press(at, "pick_E")
    press(at, "decide")
    (decision,) = rows(TriageDecision)
    assert decision.note == "À vérifier"


def test_a_decision_that_comes_second_says_who_decided_what_and_lets_decide_again(open_page, account):
    comment_id = bring_text(account, ADVERSE)
    at = open_page("pv_queue.py", officer())
    press(at, "pick_E")
    press(at, "release")
    decide(officer("Boris"), comment_id, TriageOutcome.NONE, none_reason=NoneReason.HEARSAY)
    press(at, "decide")
    said = text_of(at)
    assert "Boris a décidé sur la version 1" in said
    assert "ouï-dire" in said
    press(at, "read_again")
    press(at, "decide")
    assert len(rows(TriageDecision)) == 2
    assert comment(comment_id).pv is PvFacet.CONFIRMED


def test_a_comment_is_divided_sentence_by_sentence(open_page, account):
    comment_id = bring_text(account, f"{MINE} {HERS}")
    at = open_page("pv_queue.py", officer())
    press(at, "divide")
    press(at, "divide_now")
    assert "au moins une phrase" in said_error(at)
    at.multiselect(key=f"div_of_{comment_id}_0").set_value([1])
    at.multiselect(key=f"div_of_{comment_id}_1").set_value([2])
    at.text_input(key=f"div_who_{comment_id}_2").set_value("sa mère").run()
    press(at, "divide_now")
    assert [case.status for case in rows(Case)] == [CaseStatus.OPEN] * 2
    assert {case.patient for case in rows(Case)} == {None, "sa mère"}
    said = text_of(unfolded(open_page("pv_queue.py", officer("autre"), comment=comment_id), comment_id, Fold.HISTORY))
    assert "sa mère" in said
    assert "Divisé en plusieurs cas" in said


def test_a_decision_on_one_of_a_wave_is_offered_for_the_others(open_page, account):
    copied = "Scandale : Cardexine rend malade des milliers de personnes et personne ne dit rien"
    ids = bring(account, *(incoming(n, f"{copied} {'!' * n}", author=str(n)) for n in (1, 2, 3)))
    analysing.analyse_pending()
    at = open_page("pv_queue.py", officer(), comment=ids[0])
    press(at, "pick_E")
    press(at, "decide")
    assert "2 copies de ce commentaire attendent encore" in text_of(at)
    press(at, "decide_wave")
    assert {comment(each).pv for each in ids} == {PvFacet.CONFIRMED}
    assert len(rows(TriageDecision)) == 3
    assert "wave" not in {button.key for button in at.button}


def test_the_thread_is_beside_the_comment_and_another_message_is_one_press_away(open_page, account):
    top = bring_text(account, "Que pensez-vous de cette campagne ?", 1, author="1")
    below = bring_text(account, ADVERSE, 2, author="2", parent_id="1")
    with transaction() as session:
        intake.note_deleted(session, account.id, ["1", "2"])
    at = open_page("pv_queue.py", officer(), comment=below)
    said = text_of(at)
    assert "cette campagne" in said
    assert "supprimé ou masqué" in said
    assert "l&#39;horloge PV court toujours" in said
    press(at, f"node_{top}")
    assert at.query_params["comment"] in (top, [top])


def test_a_long_thread_is_counted_and_read_once_it_is_unfolded_like_the_author_and_the_history(open_page, account):
    top = bring_text(account, ADVERSE)
    answers = [incoming(n, f"Réponse {n}", author="2", parent_id="1") for n in range(2, MUCH + 3)]
    bring(account, *answers, cursor="c2")
    bring(account, incoming(MUCH + 3, "Un autre jour, ailleurs", conversation_id="9001"), cursor="c3")
    at = open_page("pv_queue.py", officer(), comment=top)
    assert f"Fil de discussion : {MUCH + 1} autres messages" in {one.label for one in at.expander}
    folds = {Fold.THREAD: f"Réponse {MUCH + 2}", Fold.AUTHOR: "Un autre jour", Fold.HISTORY: "Analysé"}
    folded = text_of(at)
    assert [told for told in folds.values() if told in folded] == []
    for fold, told in folds.items():
        assert told in text_of(unfolded(at, top, fold))


def test_a_reason_that_needs_more_asks_for_it_and_says_what_is_missing(open_page, account):
    comment_id = bring_text(account, "Le Rivalox me donne des nausées et des vertiges.")
    at = open_page("pv_queue.py", officer())
    press(at, "pick_N")
    press(at, "none_other_company")
    assert at.text_input(key=f"card_product_{comment_id}").value == "Rivalox"
    press(at, "decide_card")
    assert "quel laboratoire" in said_error(at)
    assert rows(TriageDecision) == []
    at.text_input(key=f"card_company_{comment_id}").set_value("Laboratoire voisin").run()
    press(at, "decide_card")
    (decision,) = rows(TriageDecision)
    assert decision.card["company"] == "Laboratoire voisin"
    said = text_of(unfolded(open_page("pv_queue.py", officer("autre"), comment=comment_id), comment_id, Fold.HISTORY))
    assert "transmis à : Laboratoire voisin" in said


def test_a_comment_of_the_same_author_is_attached_with_one_press(open_page, account):
    first = bring_text(account, ADVERSE)
    decide(officer("Anna"), first)
    second = bring_text(account, "Cardexine : et hier encore des vertiges.", 2, conversation_id="9001")
    case = next(each for each in rows(Case) if each.outcomes)
    at = open_page("pv_queue.py", officer(), comment=second)
    press(at, f"attach_{case.id}")
    assert comment(second).pv is PvFacet.CONFIRMED
    press(at, f"detach_{case.id}")
    assert "raison" in said_error(at)
    assert HARMLESS not in text_of(at)
