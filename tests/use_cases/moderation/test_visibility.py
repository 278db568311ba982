"""Nothing leaves the public's sight before its evidence is frozen and pharmacovigilance has it; nobody stops waiting."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from compliance import retention
from compliance.canonical import sha256_text
from compliance.permissions import SYSTEM, Actor
from errors import (
    DeliveryUnknown,
    InvalidInput,
    NotPermitted,
    Rejected,
    RuleViolated,
    StaleVersion,
    Unavailable,
)
from models.comment import Comment, CommentRevision
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import (
    ActOrigin,
    ActStatus,
    EffectKind,
    HideReason,
    NoneReason,
    PvFacet,
    ReplyFacet,
    TriageOutcome,
    VisibilityFacet,
)
from models.session import reading, transaction
from models.visibility import Evidence, VisibilityAct
from moderation import analysing, freezing, intake, queries, triage, visibility
from tests.comment_factories import (
    HARMLESS,
    bring,
    bring_text,
    comment,
    community_manager,
    company_account,
    count,
    incoming,
    officer,
    page,
    products,
)
from tests.visibility_factories import (
    NAMED,
    POST,
    Page,
    acts,
    ask_delete,
    conceal,
    evidence,
    hide,
    later,
    lawyer,
    plug,
    show_again,
    under_our_post,
)

V = VisibilityFacet


@pytest.fixture
def account(network):
    products()
    return company_account()


@pytest.fixture
def cm(account):
    return community_manager()


@pytest.fixture
def comment_id(account):
    return under_our_post(account)


def decide_harmless(comment_id: str, actor: Actor | None = None) -> None:
    now = comment(comment_id)
    with transaction() as session:
        triage.classify(
            session, actor or officer(), comment_id=comment_id, revision_n=now.revision_n,
            row_version=now.row_version, outcomes=[TriageOutcome.NONE], none_reason=NoneReason.NO_PRODUCT,
        )  # fmt: skip


def hidden_effects() -> list[OutboxEffect]:
    with reading() as session:
        return list(session.exec(select(OutboxEffect).where(OutboxEffect.kind == EffectKind.HIDE)))


# --- hiding -----------------------------------------------------------------------------------------------------------


def test_a_hide_freezes_the_evidence_and_enters_the_queue_before_the_network_is_called(network, cm, comment_id):
    before = comment(comment_id)
    act = hide(cm, comment_id)
    after = comment(comment_id)
    assert (after.visibility, after.pv, network.calls) == (V.HIDING, PvFacet.POSSIBLE, [])
    (frozen,) = evidence(comment_id)
    assert (act.evidence_id, act.status, act.before) == (frozen.id, ActStatus.QUEUED, V.VISIBLE)
    assert (after.reply, after.reply_due_at, after.awareness_at) == (
        ReplyFacet.OWED, before.reply_due_at, before.awareness_at,
    )  # fmt: skip
    with reading() as session:
        assert comment_id in {row.comment_id for row in queries.pv_queue(session)}


def test_it_is_hidden_when_the_network_shows_it_and_the_person_still_waits(network, cm, comment_id):
    hide(cm, comment_id)
    conceal()
    assert (comment(comment_id).visibility, network.hidden) == (V.HIDDEN, {"1"})
    assert acts(comment_id)[0].status is ActStatus.DONE
    with reading() as session:
        assert queries.people_waiting(session).waiting == 1


def test_what_pharmacovigilance_decided_is_not_reopened_by_a_hide(cm, comment_id):
    decide_harmless(comment_id)
    hide(cm, comment_id)
    assert comment(comment_id).pv is PvFacet.NOT_AE


def test_the_evidence_holds_text_thread_payload_times_and_verifies(account, cm, comment_id):
    under_our_post(account, "Moi aussi !", 2, author="43")
    hide(cm, comment_id)
    (frozen,) = evidence(comment_id)
    content = json.loads(frozen.content)
    assert content["text"] == NAMED
    assert content["permalink"] == "https://x.com/quelquun/status/1"
    assert json.loads(content["raw"]["payload"])["text"] == NAMED
    assert [one["text"] for one in content["thread"]["comments"]] == [NAMED, "Moi aussi !"]
    assert frozen.content_sha256 == sha256_text(frozen.content)
    with reading() as session:
        assert freezing.verify(session, frozen.id).holds


def test_evidence_is_for_good_and_acts_are_never_removed(cm, comment_id):
    hide(cm, comment_id)
    for statement in ("UPDATE evidence SET content = '{}'", "DELETE FROM evidence", "DELETE FROM visibility_act"):
        with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
            session.execute(sql(statement))


def test_the_database_itself_refuses_an_act_without_evidence_and_a_comment_hidden_unknown_to_pv(cm, comment_id):
    act = hide(cm, comment_id)
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(sql("UPDATE visibility_act SET evidence_id = NULL WHERE id = :id"), {"id": act.id})
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(sql("UPDATE comment SET pv = 'none', visibility = 'hidden'"))


def test_retention_empties_the_text_and_says_which_evidence_stays(cm, comment_id):
    hide(cm, comment_id)
    (frozen,) = evidence(comment_id)
    with transaction() as session:
        revision = session.exec(select(CommentRevision)).one()
        retention.purge_revision(session, SYSTEM, revision_id=revision.id, reason="X: 30 jours")
        retention.purge_raw_event(session, SYSTEM, event_id=revision.raw_event_id, reason="X: 30 jours")
    with reading() as session:
        purges = session.exec(select(AuditEvent).where(AuditEvent.action == "record:purge")).all()
        assert [event.new["evidence_kept"] for event in purges] == [[frozen.id]] * 2
        assert freezing.verify(session, frozen.id).holds
    assert evidence(comment_id)[0].content == frozen.content


def test_a_text_that_was_emptied_cannot_be_hidden_any_more(cm, comment_id):
    with transaction() as session:
        revision = session.exec(select(CommentRevision)).one()
        retention.purge_revision(session, SYSTEM, revision_id=revision.id, reason="X: 30 jours")
    with pytest.raises(RuleViolated, match="ne peut plus être gelée"):
        hide(cm, comment_id)
    assert (comment(comment_id).visibility, count(VisibilityAct)) == (V.VISIBLE, 0)


def test_bad_asks_say_what_to_do_and_change_nothing(network, account, cm, comment_id):
    mention = bring_text(account, HARMLESS, 7, conversation_id=None)
    plain = lawyer()
    for refused, actor, asked, more in (
        (NotPermitted, plain, comment_id, {}),
        (StaleVersion, cm, comment_id, {"row_version": 99}),
        (StaleVersion, cm, comment_id, {"revision_n": 2}),
        (InvalidInput, cm, comment_id, {"reason": HideReason.OTHER}),
        (RuleViolated, cm, mention, {}),
    ):
        with pytest.raises(refused):
            hide(actor, asked, **more)
    assert (count(Evidence), count(VisibilityAct), hidden_effects()) == (0, 0, [])
    hide(cm, comment_id)
    with pytest.raises(RuleViolated, match="en train de changer"):
        hide(cm, comment_id)


# --- on its way -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tells", [True, False])
def test_after_an_unknown_outcome_the_network_is_read_before_anything_is_tried_again(db, monkeypatch, tells):
    network = plug(monkeypatch, Page(tells_hidden=tells))
    products()
    comment_id = under_our_post(company_account())
    network.after = [DeliveryUnknown()]
    hide(community_manager(), comment_id)
    conceal()
    assert comment(comment_id).visibility is V.HIDING
    with later(minutes=5):
        conceal()
    names = [name for name, _id in network.calls]
    assert names == (["hide", "sight"] if tells else ["hide", "sight", "hide"])
    assert (comment(comment_id).visibility, network.hidden) == (V.HIDDEN, {"1"})


def test_a_network_that_does_not_answer_is_tried_again_and_says_why(network, cm, comment_id):
    network.trouble = [Unavailable("in repair")]
    hide(cm, comment_id)
    conceal()
    assert (acts(comment_id)[0].status, acts(comment_id)[0].last_error) == (ActStatus.QUEUED, "in repair")
    with later(minutes=5):
        conceal()
    assert (comment(comment_id).visibility, acts(comment_id)[0].last_error) == (V.HIDDEN, None)


def test_a_refusal_leaves_it_visible_with_the_reason_and_its_evidence(network, cm, comment_id):
    network.trouble = [Rejected("You are not allowed to hide this reply.")]
    hide(cm, comment_id)
    conceal()
    (act,) = acts(comment_id)
    assert (comment(comment_id).visibility, act.status) == (V.VISIBLE, ActStatus.FAILED)
    assert act.last_error == "You are not allowed to hide this reply."
    assert len(evidence(comment_id)) == 1
    hide(cm, comment_id)


def test_an_edit_before_the_call_stops_it(network, account, cm, comment_id):
    hide(cm, comment_id)
    bring(account, incoming(1, "Autre chose", edits=("11",), parent_id=POST, conversation_id=POST), cursor="c2")
    conceal()
    assert (comment(comment_id).visibility, network.calls) == (V.VISIBLE, [])
    assert "a modifié" in (acts(comment_id)[0].last_error or "")


def test_what_its_author_took_away_meanwhile_is_deleted_by_the_author(network, account, cm, comment_id):
    hide(cm, comment_id)
    network.after, network.gone = [DeliveryUnknown()], {"1"}
    network.trouble = [DeliveryUnknown()]
    conceal()
    with later(minutes=5):
        conceal()
    assert comment(comment_id).visibility is V.DELETED_BY_AUTHOR
    assert acts(comment_id)[0].status is ActStatus.FAILED


def test_a_comment_shown_again_needs_words_and_is_visible_when_the_network_shows_it(network, cm, comment_id):
    hide(cm, comment_id)
    conceal()
    with pytest.raises(RuleViolated):
        show_again(cm, comment_id, "  ")
    show_again(cm, comment_id)
    assert comment(comment_id).visibility is V.UNHIDING
    conceal()
    assert (comment(comment_id).visibility, network.hidden) == (V.VISIBLE, set())


# --- deleting ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def deletes(network, monkeypatch) -> Page:
    return plug(monkeypatch, Page(tells_hidden=True, can_delete_foreign=True))


def test_a_deletion_needs_another_person_and_freezes_again(deletes, cm, comment_id):
    act = ask_delete(cm, comment_id)
    conceal()
    assert (comment(comment_id).visibility, comment(comment_id).pv, deletes.calls) == (
        V.VISIBLE, PvFacet.POSSIBLE, [],
    )  # fmt: skip
    with pytest.raises(NotPermitted), transaction() as session:
        visibility.approve_delete(session, cm, act_id=act.id, row_version=act.row_version)
    with transaction() as session:
        visibility.approve_delete(session, lawyer(), act_id=act.id, row_version=act.row_version)
    conceal()
    assert (comment(comment_id).visibility, deletes.gone) == (V.DELETED_BY_US, {"1"})
    assert len(evidence(comment_id)) == 2
    with transaction() as session:
        intake.note_deleted(session, comment(comment_id).account_id, ["1"])
    assert comment(comment_id).visibility is V.DELETED_BY_US


def test_nobody_approves_the_deletion_that_they_asked_for(deletes, cm, comment_id):
    pv = officer("pv_alone")
    act = ask_delete(pv, comment_id)
    with pytest.raises(RuleViolated, match="autre personne"), transaction() as session:
        visibility.approve_delete(session, pv, act_id=act.id, row_version=act.row_version)
    with transaction() as session:
        visibility.refuse_delete(
            session, lawyer(), act_id=act.id, row_version=act.row_version, reason="Masquer suffit."
        )
    assert (acts(comment_id)[0].status, comment(comment_id).visibility) == (ActStatus.REFUSED, V.VISIBLE)


def test_an_edit_after_the_ask_stops_the_approval(deletes, account, cm, comment_id):
    act = ask_delete(cm, comment_id)
    bring(account, incoming(1, "Autre chose", edits=("11",), parent_id=POST, conversation_id=POST), cursor="c2")
    with pytest.raises(StaleVersion), transaction() as session:
        visibility.approve_delete(session, lawyer(), act_id=act.id, row_version=act.row_version)


def test_x_lets_nobody_delete_what_another_wrote(network, cm, comment_id):
    with pytest.raises(RuleViolated, match="Masquez-le"):
        ask_delete(cm, comment_id)


# --- what the network reports -----------------------------------------------------------------------------------------


def test_what_others_hid_on_the_network_is_frozen_queued_and_said(account, cm, comment_id):
    seen = incoming(1, NAMED, parent_id=POST, conversation_id=POST, hidden=True)
    with transaction() as session:
        intake.store_page(session, account.id, page(seen, cursor="c2"))
    assert (comment(comment_id).visibility, comment(comment_id).pv) == (V.HIDDEN_BY_OTHERS, PvFacet.POSSIBLE)
    (act,) = acts(comment_id)
    assert (act.origin, act.status, act.evidence_id) == (ActOrigin.NETWORK, ActStatus.DONE, evidence(comment_id)[0].id)
    shown = incoming(1, NAMED, parent_id=POST, conversation_id=POST, hidden=False)
    bring(account, shown, cursor="c3")
    assert comment(comment_id).visibility is V.VISIBLE


def test_a_comment_that_arrives_hidden_is_held_as_hidden(account, cm):
    seen = incoming(5, NAMED, parent_id=POST, conversation_id=POST, hidden=True)
    (new,) = bring(account, seen)
    assert (comment(new).visibility, comment(new).pv) == (V.HIDDEN_BY_OTHERS, PvFacet.POSSIBLE)


def test_what_we_hid_and_the_network_lost_for_a_while_comes_back_hidden(account, cm, comment_id):
    hide(cm, comment_id)
    conceal()
    with transaction() as session:
        intake.note_deleted(session, account.id, ["1"])
    bring(account, incoming(1, NAMED, parent_id=POST, conversation_id=POST, raw_json='{"again": 1}'), cursor="c4")
    assert comment(comment_id).visibility is V.HIDDEN


# --- over random histories --------------------------------------------------------------------------------------------

STEPS = st.sampled_from(
    ["hide", "unhide", "ask", "approve", "edit", "gone", "work", "lost", "refuse", "others", "decide"]
)


class History:
    """One comment, the people around it, and what may be done to it."""

    def __init__(self, network: Page, account, people: dict, number: int) -> None:
        self.network, self.account, self.people, self.number = network, account, people, number
        self.comment_id = under_our_post(account, n=number)

    def play(self, step: str, n: int) -> None:
        """Do one thing, whatever comes of it; what is refused changes nothing."""
        with contextlib.suppress(RuleViolated, StaleVersion):
            getattr(self, step)(n)

    def hide(self, _n):
        hide(self.people["cm"], self.comment_id)

    def unhide(self, _n):
        show_again(self.people["cm"], self.comment_id)

    def ask(self, _n):
        ask_delete(self.people["cm"], self.comment_id)

    def approve(self, _n):
        for act in [act for act in acts(self.comment_id) if act.status is ActStatus.ASKED]:
            with transaction() as session:
                people = self.people["legal"]
                visibility.approve_delete(session, people, act_id=act.id, row_version=act.row_version)

    def read(self, text=NAMED, **more):
        bring(self.account, incoming(self.number, text, parent_id=POST, conversation_id=POST, **more))

    def edit(self, n):
        self.read(f"texte {n}", edits=tuple(f"{self.number}{k}" for k in range(n)))

    def others(self, n):
        self.read(raw_json=f"[{self.number}, {n}]", hidden=bool(n % 2))

    def gone(self, _n):
        with transaction() as session:
            intake.note_deleted(session, self.account.id, [str(self.number)])

    def lost(self, _n):
        self.network.after = [DeliveryUnknown("lost")]

    def refuse(self, _n):
        self.network.trouble = [Rejected("no")]

    def decide(self, _n):
        decide_harmless(self.comment_id, self.people["pv"])

    def work(self, n):
        with later(minutes=20 * n):
            conceal()

    def check(self) -> None:
        """Never an effect without its evidence, never out of sight behind the back of pharmacovigilance."""
        now, done = comment(self.comment_id), {act.id: act for act in acts(self.comment_id)}
        frozen = {one.id: one for one in evidence(self.comment_id)}
        with reading() as session:
            for effect in (one for one in hidden_effects() if one.subject_id in done):
                if effect.payload["kind"] != "unhide":
                    kept = frozen[done[effect.subject_id].evidence_id or ""]
                    assert kept.frozen_at <= effect.created_at
                    assert freezing.verify(session, kept.id).holds
        if now.visibility not in (V.VISIBLE, V.DELETED_BY_AUTHOR) or self.out_of_sight():
            assert now.pv is not PvFacet.NONE
            assert frozen
        assert now.reply is ReplyFacet.OWED

    def out_of_sight(self) -> bool:
        """Say whether the network has it hidden or deleted at our wish."""
        return any(one.startswith(str(self.number)) for one in self.network.hidden | self.network.gone)


@pytest.fixture
def people(account) -> dict:
    return {"cm": community_manager(), "legal": lawyer(), "pv": officer("pv_random")}


@given(history=st.lists(STEPS, min_size=3, max_size=9))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_no_history_hides_without_evidence_or_behind_the_back_of_pharmacovigilance(deletes, account, people, history):
    one = History(deletes, account, people, 7001 + count(Comment))
    deletes.trouble, deletes.after = [], []
    for n, step in enumerate(history, start=1):
        one.play(step, n)
        one.check()


def test_screening_still_works_on_a_hidden_comment(account, cm):
    (new,) = bring(account, incoming(5, NAMED, parent_id=POST, conversation_id=POST, hidden=True))
    analysing.analyse_pending()
    assert (comment(new).visibility, comment(new).pv) == (V.HIDDEN_BY_OTHERS, PvFacet.POSSIBLE)
