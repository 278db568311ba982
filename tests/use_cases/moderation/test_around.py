"""What stands around one comment: several cases in it, one case on several, answers that agree, copies, cards, history."""

import io
from datetime import timedelta

import pytest
from docx import Document
from sqlmodel import select

from compliance import clock
from errors import InvalidInput, RuleViolated, StaleVersion
from models.around import CasePassage
from models.case import Case, CaseComment, Reaction, SuspectProduct
from models.comment import TriageDecision
from models.enums import CaseStatus, NoneReason, PvFacet, Screening, TriageOutcome, VisibilityFacet
from models.session import get, reading, transaction
from moderation import analysing, attaching, cases, dividing, intake, queries, triage, waves
from moderation.decision_cards import Card
from moderation.opening import follow
from moderation.queries.around_rows import HistoryKind
from moderation.stories import Story
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    NOON,
    bring,
    bring_text,
    comment,
    company_account,
    count,
    incoming,
    officer,
    products,
    revisions,
)

AE, NONE = TriageOutcome.ADVERSE_EVENT, TriageOutcome.NONE
MINE = "Depuis que je prends Cardexine j'ai des vertiges."
HERS = "Ma mère a des nausées avec Cardexine."
TWO = f"{MINE} {HERS}"


@pytest.fixture
def account(db):
    products()
    return company_account()


def seen(comment_id):
    row = comment(comment_id)
    return {"comment_id": comment_id, "revision_n": row.revision_n, "row_version": row.row_version}


def decide(actor, comment_id, *outcomes, **more):
    with transaction() as session:
        return triage.classify(session, actor, outcomes=outcomes, **(seen(comment_id) | more))


def divide(actor, comment_id, *stories, **more):
    with transaction() as session:
        return dividing.divide(session, actor, stories=stories, **(seen(comment_id) | more))


def attach(actor, comment_id, case_id):
    with transaction() as session:
        return attaching.attach(session, actor, case_id=case_id, **seen(comment_id))


def all_cases():
    with reading() as session:
        return session.exec(select(Case).order_by(Case.number)).all()


def held(kind, case_id):
    with reading() as session:
        return session.exec(select(kind).where(kind.case_id == case_id)).all()


def around(comment_id):
    with reading() as session:
        return queries.around(session, comment_id)


def send(actor, case_id):
    with transaction() as session:
        cases.escalate(session, actor, case_id=case_id, row_version=get(session, Case, case_id).row_version)
    with transaction() as session:
        case = get(session, Case, case_id)
        case.status, case.forwarded_at = CaseStatus.FORWARDED, clock.now()
        session.flush()
        follow(session, case, was=CaseStatus.QUEUED)


# Several cases in one comment


def two_cases(account):
    comment_id, pv = bring_text(account, TWO), officer()
    place = len(MINE)
    stories = Story("moi", ((0, place),)), Story("sa mère", ((place + 1, len(TWO)),))
    return comment_id, pv, divide(pv, comment_id, *stories)


def test_a_comment_is_divided_into_one_case_a_patient_each_with_its_own_reactions(account):
    comment_id, _pv, made = two_cases(account)
    first, second = all_cases()
    assert {case.id for case in made} == {first.id, second.id}
    assert [first.patient, second.patient] == ["moi", "sa mère"]
    words = [{r.verbatim.lower() for r in held(Reaction, case.id)} for case in (first, second)]
    assert any("vertiges" in said for said in words[0])
    assert any("nausées" in said for said in words[1])
    assert not words[0] & words[1]
    assert [{p.name for p in held(SuspectProduct, case.id)} for case in (first, second)] == [{"Cardexine"}] * 2
    assert {link.revision_id for case in made for link in held(CaseComment, case.id)} == {revisions(comment_id)[0].id}
    assert [case.passages for case in around(comment_id).cases] == [(MINE,), (HERS,)]
    assert {case.awareness_at for case in (first, second)} == {comment(comment_id).awareness_at}


def test_a_divided_comment_follows_the_slowest_of_its_cases(account):
    comment_id, pv, (first, second) = two_cases(account)
    assert comment(comment_id).pv is PvFacet.CONFIRMED
    send(pv, first.id)
    assert comment(comment_id).pv is PvFacet.CONFIRMED
    send(pv, second.id)
    assert comment(comment_id).pv is PvFacet.FORWARDED


def test_dismissing_one_of_two_cases_leaves_the_comment_with_the_other(account):
    comment_id, pv, (first, _second) = two_cases(account)
    row_version = next(case.row_version for case in all_cases() if case.id == first.id)
    with transaction() as session:
        cases.dismiss(session, pv, case_id=first.id, row_version=row_version, reason=NoneReason.HEARSAY)
    assert comment(comment_id).pv is PvFacet.CONFIRMED


def test_an_edit_of_a_divided_comment_takes_every_case_up_again(account):
    comment_id, pv, (first, second) = two_cases(account)
    send(pv, first.id)
    bring(account, incoming(1, TWO + " Elle vomit aussi.", edits=("11",)))
    analysing.analyse_pending()
    decide(pv, comment_id, AE)
    assert [case.status for case in all_cases()] == [CaseStatus.OPEN] * 2
    assert {len(held(CaseComment, case.id)) for case in (first, second)} == {2}


def test_what_no_patient_was_given_stands_in_every_case(account):
    text = f"{MINE} Grosse fatigue aussi. {HERS}"
    comment_id, pv = bring_text(account, text), officer()
    at = text.index("Ma mère")
    divide(pv, comment_id, Story("moi", ((0, len(MINE)),)), Story("elle", ((at, len(text)),)))
    assert all("Grosse fatigue" in " ".join(case.passages) for case in around(comment_id).cases)


@pytest.mark.parametrize(
    "stories",
    [(), (Story("un", ((0, 5),)),), (Story("un", ((0, 5),)), Story("deux")), (Story("un", ((0, 9999),)),) * 2],
    ids=["none", "one", "without words", "beyond the text"],
)
def test_a_division_that_tells_no_two_stories_is_refused(account, stories):
    comment_id = bring_text(account, TWO)
    with pytest.raises(InvalidInput):
        divide(officer(), comment_id, *stories)
    assert count(TriageDecision) == 0


def test_a_division_of_an_outdated_text_is_refused(account):
    comment_id = bring_text(account, TWO)
    before = {key: value for key, value in seen(comment_id).items() if key != "comment_id"}
    bring(account, incoming(1, TWO + " Et moi aussi.", edits=("11",)))
    with pytest.raises(StaleVersion):
        divide(officer(), comment_id, Story("a", ((0, 5),)), Story("b", ((6, 9),)), **before)
    assert count(CasePassage) == 0


# One case on several comments


def test_a_comment_is_attached_to_the_case_of_the_same_author_and_its_own_goes_into_it(account):
    first = bring_text(account, ADVERSE)
    second = bring_text(account, "Cardexine : et hier j'ai vomi du sang.", 2, conversation_id="9001")
    pv = officer()
    decide(pv, first, AE)
    target, own = all_cases()
    (choice,) = around(second).choices
    assert (choice.case_id, choice.same_author) == (target.id, True)
    attach(pv, second, target.id)
    target, own = all_cases()
    assert (own.status, own.dismissal) == (CaseStatus.DISMISSED, "duplicate")
    assert {link.comment_id for link in held(CaseComment, target.id)} == {first, second}
    assert len(held(Reaction, target.id)) > 1
    assert (comment(second).pv, comment(second).holder_id) == (PvFacet.CONFIRMED, None)
    assert target.awareness_at == min(comment(first).awareness_at, comment(second).awareness_at)


def test_a_case_that_was_sent_is_taken_up_again_by_what_is_attached(account):
    first, second = bring_text(account, ADVERSE), bring_text(account, HARMLESS, 2, conversation_id="9001")
    pv = officer()
    decide(pv, first, AE)
    (case,) = all_cases()
    send(pv, case.id)
    attach(pv, second, case.id)
    assert all_cases()[0].status is CaseStatus.OPEN
    assert {comment(first).pv, comment(second).pv} == {PvFacet.CONFIRMED}


def test_a_comment_is_detached_with_a_reason_and_returns_to_the_queue_and_no_clock_is_given_back(account):
    with clock.at(NOON):
        first = bring_text(account, ADVERSE)
    with clock.at(NOON + timedelta(hours=2)):
        second = bring_text(account, HARMLESS, 2, conversation_id="9001")
    pv = officer()
    decide(pv, second, AE)
    (case,) = [case for case in all_cases() if case.opened_by]
    attach(pv, first, case.id)
    before = next(each for each in all_cases() if each.id == case.id)
    assert before.awareness_at == comment(first).awareness_at
    with transaction() as session, pytest.raises(RuleViolated, match="raison"):
        attaching.detach(session, pv, case_id=case.id, row_version=before.row_version, comment_id=first, reason=" ")
    with transaction() as session:
        attaching.detach(
            session, pv, case_id=case.id, row_version=before.row_version, comment_id=first, reason="Autre patient"
        )
    after = next(each for each in all_cases() if each.id == case.id)
    assert (after.awareness_at, after.forward_due_at) == (before.awareness_at, before.forward_due_at)
    assert comment(first).pv is PvFacet.POSSIBLE
    assert HistoryKind.DETACHED in {line.kind for line in around(first).history}


def test_the_only_comment_of_a_case_is_not_detached(account):
    comment_id, pv = bring_text(account, ADVERSE), officer()
    (case,) = all_cases()
    with transaction() as session, pytest.raises(RuleViolated, match="Écartez plutôt"):
        attaching.detach(
            session, pv, case_id=case.id, row_version=case.row_version, comment_id=comment_id, reason="Autre patient"
        )


# "Moi aussi"


def test_an_answer_that_agrees_with_a_case_is_flagged_with_the_reason_and_prefilled_as_its_own_patient(account):
    bring_text(account, ADVERSE)
    answer = bring_text(account, "Moi aussi !", 2, author="77", parent_id="1")
    assert (comment(answer).screening, comment(answer).pv) == (Screening.FLAGGED, PvFacet.POSSIBLE)
    with reading() as session:
        assert "hérite de son soupçon" in queries.comment_view(session, answer).row.reason
    parents, own = all_cases()
    assert {p.name for p in held(SuspectProduct, own.id)} == {"Cardexine"}
    assert {r.verbatim for r in held(Reaction, own.id)} >= {r.verbatim for r in held(Reaction, parents.id)}
    assert (own.patient, own.patient_known) == (None, False)


def test_an_answer_cleared_before_its_parent_was_suspected_is_reopened_and_so_is_the_answer_to_it(account):
    parent = bring_text(account, HARMLESS)
    answer = bring_text(account, "Pareil pour moi, merci à vous", 2, author="77", parent_id="1")
    below = bring_text(account, "Moi aussi, merci à vous", 3, author="78", parent_id="2")
    assert {comment(each).pv for each in (answer, below)} == {PvFacet.NONE}
    decide(officer(), parent, AE)
    versions = comment(parent).row_version
    analysing.analyse_pending()
    assert {comment(each).pv for each in (answer, below)} == {PvFacet.POSSIBLE}
    assert {comment(each).screening for each in (answer, below)} == {Screening.FLAGGED}
    assert comment(parent).row_version == versions
    assert count(Case) == 3
    kinds = [line.screening for line in around(answer).history if line.screening]
    assert kinds[-1] is Screening.FLAGGED


def test_what_a_person_decided_knowing_the_case_is_not_reopened_by_it(account):
    parent = bring_text(account, HARMLESS)
    answer = bring_text(account, "Pareil pour moi, merci à vous", 2, author="77", parent_id="1")
    pv = officer()
    decide(pv, parent, AE)
    decide(pv, answer, NONE, none_reason=NoneReason.OFF_TOPIC)
    analysing.analyse_pending()
    assert comment(answer).pv is PvFacet.NOT_AE


def test_an_answer_that_says_something_else_stays_cleared(account):
    bring_text(account, ADVERSE)
    answer = bring_text(
        account, "Merci pour cette belle photo, bravo à toute l'équipe !", 2, author="77", parent_id="1"
    )
    assert comment(answer).pv is PvFacet.NONE


# Near copies


COPIED = "Scandale : Cardexine rend malade des milliers de personnes et personne ne dit rien"


def test_copies_are_linked_and_a_decision_proposes_itself_for_the_others_each_on_its_own(account):
    ids = bring(account, *(incoming(n, f"{COPIED} {'!' * n}", author=str(n)) for n in (1, 2, 3)))
    other = bring(account, incoming(4, "La Cardexine rend mon père malade, que faire ?", author="4"), cursor="c2")[0]
    analysing.analyse_pending()
    wave = around(ids[0]).wave
    assert [line.comment_id for line in wave] == ids
    pv = officer()
    decision = decide(pv, ids[0], AE, note="Vague")
    bring(account, incoming(3, f"{COPIED} et j'ai vomi toute la nuit après", author="3", edits=("31",)), cursor="c3")
    read = {line.comment_id: waves.Read(line.revision_n, line.row_version) for line in wave if line.undecided} | {
        other: waves.Read(1, comment(other).row_version)
    }
    with transaction() as session:
        result = waves.decide_wave(session, pv, decision_id=decision.id, comments=read)
    assert result.decided == (ids[1],)
    assert set(result.refused) == {ids[2], other}
    assert "ne dit pas la même chose" in result.refused[other]
    assert count(TriageDecision) == 2
    assert {comment(each).pv for each in ids[:2]} == {PvFacet.CONFIRMED}
    assert comment(ids[2]).pv is not PvFacet.CONFIRMED
    assert len({link.case_id for link in rows(CaseComment) if link.comment_id in ids[:2]}) == 2


def rows(kind):
    with reading() as session:
        return session.exec(select(kind).order_by(*kind.__table__.primary_key)).all()


# Cards


@pytest.mark.parametrize(
    ("reason", "card", "said"),
    [
        (NoneReason.DUPLICATE, None, "numéro du cas"),
        (NoneReason.DUPLICATE, Card(case_number="2026-9999"), "Aucun cas"),
        (NoneReason.DUPLICATE, Card(case_number="2026-0001"), "celui de ce commentaire"),
        (NoneReason.OTHER_COMPANY, Card(product="Rivalox"), "quel laboratoire"),
        (NoneReason.OTHER_COMPANY, Card(product="cardexine", company="Autre"), "nos produits"),
        (NoneReason.ALREADY_REPORTED, Card(), "déjà été déclaré"),
        (NoneReason.NEWS, Card(reference="12"), "ne demande pas"),
    ],
)
def test_a_reason_without_what_it_needs_is_refused_and_nothing_is_decided(account, reason, card, said):
    comment_id = bring_text(account, ADVERSE)
    with pytest.raises(InvalidInput, match=said):
        decide(officer(), comment_id, NONE, none_reason=reason, card=card)
    assert comment(comment_id).pv is PvFacet.POSSIBLE


def test_a_card_is_kept_with_its_decision_and_told_in_the_history(account):
    first, second = bring_text(account, ADVERSE), bring_text(account, ADVERSE, 2, author="77")
    pv = officer()
    decide(pv, first, AE)
    number = all_cases()[0].number
    decide(pv, second, NONE, none_reason=NoneReason.DUPLICATE, card=Card(case_number=f" {number} "))
    (line,) = [line for line in around(second).history if line.kind is HistoryKind.DECIDED]
    assert (line.none_reason, dict(line.card)) == (NoneReason.DUPLICATE, {"case_number": number})
    third = bring_text(account, "Le Rivalox me donne des nausées.", 3, author="78")
    card = Card(product="Rivalox", company="Laboratoire voisin")
    decided = decide(pv, third, NONE, none_reason=NoneReason.OTHER_COMPANY, card=card)
    assert decided.card == {
        "product": "Rivalox", "company": "Laboratoire voisin", "outcome": "forwarded_to_company"
    }  # fmt: skip


# Thread, author, history


def test_the_thread_is_whole_in_its_order_with_the_gone_marked(account):
    top = bring_text(account, "Que pensez-vous de Cardexine ?", 1, author="1")
    bring_text(account, "Autre sujet", 2, author="2")
    below = bring_text(account, ADVERSE, 3, author="3", parent_id="1")
    with transaction() as session:
        intake.note_deleted(session, account.id, ["1"])
    nodes = around(below).thread
    assert [(n.comment_id, n.depth, n.this, n.gone) for n in nodes][:2] == [
        (top, 0, False, True),
        (below, 1, True, False),
    ]
    assert len(nodes) == 3


def test_the_author_s_other_comments_come_with_what_was_decided_on_them(account):
    first = bring_text(account, ADVERSE)
    decide(officer(), first, AE)
    second = bring_text(account, HARMLESS, 2)
    (line,) = around(second).author
    assert (line.comment_id, line.outcomes, line.cases) == (first, (AE,), (all_cases()[0].number,))


def test_jadore_becomes_vertiges(account):
    """Edited after it was cleared: revision 2, screened again, reopened; a decision on revision 1 is refused."""
    comment_id = bring_text(account, "J'adore, merci à vous tous !")
    assert comment(comment_id).screening is Screening.CLEARED
    before, pv = {"revision_n": 1, "row_version": comment(comment_id).row_version}, officer()
    bring(account, incoming(1, "J'ai des vertiges depuis le traitement par Cardexine", edits=("11",)))
    analysing.analyse_pending()
    assert (comment(comment_id).revision_n, comment(comment_id).pv) == (2, PvFacet.POSSIBLE)
    with pytest.raises(StaleVersion, match="version 2 au lieu de 1"):
        decide(pv, comment_id, NONE, none_reason=NoneReason.OFF_TOPIC, **before)
    kinds = [line.kind for line in around(comment_id).history]
    assert kinds.count(HistoryKind.SCREENED) == 2
    assert HistoryKind.REVISED in kinds


def test_deleted_three_minutes_after_posting_loses_nothing_and_stops_nothing(account):
    with clock.at(NOON):
        comment_id = bring_text(account, ADVERSE)
    with clock.at(NOON + timedelta(minutes=3)), transaction() as session:
        intake.note_deleted(session, account.id, ["1"])
    stored, (case,) = comment(comment_id), all_cases()
    assert stored.visibility is VisibilityFacet.DELETED_BY_AUTHOR
    assert around(comment_id).gone_at == NOON + timedelta(minutes=3)
    assert (stored.pv, stored.awareness_at) == (PvFacet.POSSIBLE, NOON)
    assert case.forward_due_at == NOON + timedelta(hours=24)
    pv = officer()
    decide(pv, comment_id, AE)
    with transaction() as session:
        document = cases.export_document(session, pv, case_id=case.id)
    file = Document(io.BytesIO(document.content))
    whole = "\n".join(c.text for t in file.tables for c in t._cells) + "\n".join(p.text for p in file.paragraphs)
    assert ADVERSE in whole
