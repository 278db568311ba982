"""Nobody counts as answered before the network shows the answer, and nobody is answered twice."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from compliance import accounts, clock
from connectors.base import PublishedPost, Receipt
from errors import AuthExpired, DeliveryUnknown, NotPermitted, Rejected, RuleViolated, StaleVersion, Unavailable
from models.case import ApprovedText, Reply
from models.engine_room import OutboxEffect
from models.enums import ReplyFacet, ReplyStatus, Role, WaiverReason
from models.session import reading, transaction
from moderation import intake, library, queries, replies
from tests.comment_factories import (
    HARMLESS,
    NOON,
    approved_text,
    bring,
    bring_text,
    comment,
    community_manager,
    company_account,
    count,
    incoming,
    officer,
    products,
    sandbox_account,
    work,
)
from tests.factories import person


class Wall:
    """A network that keeps what is said on it; `trouble` is raised by the next calls, `before` or `after` the effect."""

    def __init__(self):
        self.public, self.trouble, self.after, self.shows, self.calls = [], [], [], True, 0

    def reply(self, comment_id, text, key):
        self.calls += 1
        if self.trouble:
            raise self.trouble.pop(0)
        self.public.append(PublishedPost(f"r{len(self.public)}", text, "https://x", clock.now(), comment_id))
        if self.after:
            raise self.after.pop(0)
        return Receipt(self.public[-1].remote_id, "https://x", clock.now(), "{}")

    def read_back(self, remote_id):
        found = [post for post in self.public if post.remote_id == remote_id]
        return found[0] if found and self.shows else None

    def same_text(self, sent, published):
        return sent == published.text

    def find_own(self, text, since, *, in_reply_to=None):
        found = [p for p in self.public if p.text == text and p.posted_at >= since and p.raw == in_reply_to]
        return found[0] if found else None


@pytest.fixture
def wall(db, monkeypatch):
    network = Wall()
    monkeypatch.setattr(accounts, "open_channel", lambda _account: network)
    return network


@pytest.fixture
def cm(db):
    products()
    return community_manager()


@pytest.fixture
def text(cm):
    return approved_text()


@pytest.fixture
def comment_id(cm):
    return bring_text(company_account(), HARMLESS)


def answer(actor, comment_id, text, **fields):
    given = {"row_version": comment(comment_id).row_version} | fields
    with transaction() as session:
        return replies.answer(session, actor, comment_id=comment_id, approved_text_id=text.id, **given)


def waiting() -> int:
    with reading() as session:
        return queries.people_waiting(session).waiting


def reply() -> Reply:
    with reading() as session:
        return session.exec(select(Reply).order_by(col(Reply.created_at).desc()).limit(1)).one()


def later(minutes=30):
    return clock.at(clock.now() + timedelta(minutes=minutes))


def test_a_person_waits_until_the_network_shows_the_answer(wall, cm, comment_id, text):
    answer(cm, comment_id, text)
    assert (waiting(), comment(comment_id).reply) == (1, ReplyFacet.QUEUED)
    work()
    assert (waiting(), comment(comment_id).reply) == (0, ReplyFacet.CONFIRMED)
    assert (reply().status, [post.text for post in wall.public]) == (ReplyStatus.CONFIRMED, [text.text])


def test_an_answer_goes_to_the_newest_version_of_the_comment(wall, cm, text):
    account = company_account()
    bring(account, incoming(1, "un"))
    (comment_id,) = bring(account, incoming(1, "deux", edits=("11",)))
    answer(cm, comment_id, text)
    work()
    assert wall.public[0].raw == "11"


def test_an_answer_that_is_not_shown_yet_is_looked_for_and_not_sent_again(wall, cm, comment_id, text):
    wall.shows = False
    answer(cm, comment_id, text)
    work()
    assert (reply().status, waiting()) == (ReplyStatus.SENT, 1)
    with later():
        work()
    assert "ne montre pas encore" in reply().last_error
    wall.shows = True
    with later(60):
        work()
    assert (reply().status, waiting(), wall.calls) == (ReplyStatus.CONFIRMED, 0, 1)


def test_an_answer_that_the_network_never_shows_fails_and_the_person_waits_again(wall, cm, comment_id, text):
    wall.shows = False
    answer(cm, comment_id, text)
    for hours in range(1, 20):
        with later(60 * hours):
            work()
    assert (reply().status, waiting(), comment(comment_id).reply) == (ReplyStatus.FAILED, 1, ReplyFacet.OWED)
    wall.shows = True
    with transaction() as session:
        replies.retry(session, cm, reply_id=reply().id, row_version=reply().row_version)
    with later(60 * 24):
        work()
    assert (reply().status, waiting(), wall.calls) == (ReplyStatus.CONFIRMED, 0, 1)


def test_after_a_lost_answer_there_is_exactly_one_public_reply(wall, cm, comment_id, text):
    wall.after = [DeliveryUnknown("no answer")]
    answer(cm, comment_id, text)
    work()
    assert waiting() == 1
    for hours in (1, 2):
        with later(60 * hours):
            work()
    assert (len(wall.public), wall.calls, reply().status, waiting()) == (1, 1, ReplyStatus.CONFIRMED, 0)


def test_a_reply_that_the_network_refuses_after_publishing_it_is_exactly_one_public_reply(wall, cm, comment_id, text):
    wall.after = [Rejected("400 Bad Request")]
    answer(cm, comment_id, text)
    work()
    with later():
        work()
    assert (len(wall.public), wall.calls, reply().status, waiting()) == (1, 1, ReplyStatus.CONFIRMED, 0)


def test_the_same_words_answered_anew_find_the_answer_that_left_late(wall, cm, comment_id, text):
    wall.shows = False
    answer(cm, comment_id, text)
    for hours in range(1, 20):
        with later(60 * hours):
            work()
    wall.shows = True
    with later(60 * 24):
        answer(cm, comment_id, text)
        work()
    assert (len(wall.public), wall.calls, reply().status, waiting()) == (1, 1, ReplyStatus.CONFIRMED, 0)


def test_a_reply_that_never_left_is_sent_once_the_network_is_back(wall, cm, comment_id, text):
    wall.trouble = [Unavailable("down"), DeliveryUnknown("no answer"), Unavailable("down")]
    answer(cm, comment_id, text)
    for hours in range(6):
        with later(60 * hours):
            work()
    assert (len(wall.public), reply().status, waiting()) == (1, ReplyStatus.CONFIRMED, 0)


def test_a_refused_answer_is_visible_and_owed_again(wall, cm, comment_id, text):
    wall.trouble = [Rejected("not allowed to reply")]
    answer(cm, comment_id, text)
    work()
    assert (reply().status, reply().last_error) == (ReplyStatus.FAILED, "not allowed to reply")
    assert (comment(comment_id).reply, waiting()) == (ReplyFacet.OWED, 1)
    with reading() as session:
        assert queries.people_waiting(session).rows[0].last_error == "not allowed to reply"
    with transaction() as session:
        replies.retry(session, cm, reply_id=reply().id, row_version=reply().row_version)
    work()
    assert (reply().status, len(wall.public), waiting()) == (ReplyStatus.CONFIRMED, 1, 0)


def test_a_dead_token_delays_the_answer_and_says_why(wall, cm, comment_id, text):
    wall.trouble = [AuthExpired("reconnect")]
    answer(cm, comment_id, text)
    work()
    assert (reply().status, reply().last_error, waiting()) == (ReplyStatus.QUEUED, "reconnect", 1)


@pytest.mark.parametrize("what", ["edited", "deleted", "expired", "withdrawn"])
def test_what_changed_before_the_answer_left_holds_it_back(wall, cm, comment_id, text, what):
    answer(cm, comment_id, text)
    account_id = comment(comment_id).account_id
    if what == "edited":
        with reading() as session:
            from models.account import Account

            account = session.get(Account, account_id)
        bring(account, incoming(1, "Tout autre chose", edits=("11",)))
    elif what == "deleted":
        with transaction() as session:
            intake.note_deleted(session, account_id, ["1"])
    elif what == "expired":
        with transaction() as session:
            session.get(ApprovedText, text.id).valid_until = date(2020, 1, 1)
    else:
        with transaction() as session:
            assert library.withdraw_text(session, officer("pv2"), text_id=text.id, reason="N'est plus exact") == 1
    work()
    assert wall.public == []
    assert (reply().status, comment(comment_id).reply, waiting()) == (ReplyStatus.FAILED, ReplyFacet.OWED, 1)
    assert reply().last_error


def test_an_edit_while_the_answer_is_on_its_way_leaves_the_person_waiting(wall, cm, comment_id, text):
    wall.after = [DeliveryUnknown("no answer")]
    answer(cm, comment_id, text)
    work()
    with reading() as session:
        from models.account import Account

        account = session.get(Account, comment(comment_id).account_id)
    bring(account, incoming(1, "Et une autre question ?", edits=("11",)))
    with later():
        work()
    assert (reply().status, len(wall.public)) == (ReplyStatus.CONFIRMED, 1)
    assert (comment(comment_id).reply, waiting()) == (ReplyFacet.OWED, 1)


@pytest.mark.parametrize(
    ("words", "count_said"),
    [("a" * 281, "281"), ("é" * 279 + "🙂", "281"), ("a " * 130 + "https://example.org", "283")],
)
def test_a_text_over_the_networks_limit_is_refused_before_it_is_queued(wall, cm, comment_id, words, count_said):
    text = approved_text(text=words)
    with pytest.raises(RuleViolated) as refused:
        answer(cm, comment_id, text)
    assert f"{count_said} caractères pour 280 permis" in str(refused.value)
    assert (count(Reply), count(OutboxEffect), comment(comment_id).reply) == (0, 0, ReplyFacet.OWED)


@pytest.mark.parametrize("words", ["a" * 280, "a" * 256 + " https://example.org/" + "b" * 200])
def test_a_text_as_long_as_the_network_allows_is_sent(wall, cm, comment_id, words):
    answer(cm, comment_id, approved_text(text=words))
    work()
    assert (reply().status, wall.public[0].text) == (ReplyStatus.CONFIRMED, words)


def test_a_comment_is_answered_once(wall, cm, comment_id, text):
    seen = comment(comment_id).row_version
    answer(cm, comment_id, text)
    with pytest.raises(RuleViolated, match="déjà une réponse"):
        answer(cm, comment_id, text)
    with pytest.raises(RuleViolated):
        answer(cm, comment_id, text, row_version=seen)
    assert count(Reply) == count(OutboxEffect) == 1


def test_a_stale_screen_does_not_answer(wall, cm, comment_id, text):
    with pytest.raises(StaleVersion):
        answer(cm, comment_id, text, row_version=comment(comment_id).row_version - 1)


def test_a_deleted_comment_is_waived_and_not_answered(wall, cm, comment_id, text):
    with transaction() as session:
        intake.note_deleted(session, comment(comment_id).account_id, ["1"])
    assert waiting() == 1
    with pytest.raises(RuleViolated, match="supprimé"):
        answer(cm, comment_id, text)
    with transaction() as session:
        row_version = comment(comment_id).row_version
        reason = WaiverReason.DELETED_BY_AUTHOR
        replies.waive(session, cm, comment_id=comment_id, row_version=row_version, reason=reason)
    assert waiting() == 0


@pytest.mark.parametrize("role", [Role.PV_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_a_community_manager_answers_or_waives(wall, comment_id, text, role):
    other = person(role, login="autre")
    with pytest.raises(NotPermitted):
        answer(other, comment_id, text)
    with transaction() as session, pytest.raises(NotPermitted):
        replies.waive(session, other, comment_id=comment_id, row_version=1, reason=WaiverReason.SPAM)


STEPS = st.lists(
    st.sampled_from(["answer", "work", "lost", "down", "refused", "edit", "delete", "waive", "retry", "display"]),
    min_size=1,
    max_size=12,
)


@given(STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_the_number_of_people_waiting_is_lowered_by_a_confirmation_or_a_waiver_alone(wall, cm, text, steps):
    """Whatever happens: who waits is exactly who has neither a confirmed answer to the present text nor a waiver."""
    account = company_account()
    n = count(Reply) * 1000 + count(OutboxEffect) * 100_000 + int(clock.now().timestamp() * 1_000_000)
    (comment_id,) = bring(account, incoming(n, HARMLESS))
    moment, edits = clock.now(), []
    for step in steps:
        moment += timedelta(hours=1)
        with clock.at(moment):
            _do(step, wall, cm, text, account, comment_id, n, edits)
            stored = comment(comment_id)
            with reading() as session:
                found = session.exec(select(Reply).where(Reply.comment_id == comment_id)).all()
                current = queries.comment_view(session, comment_id).row
                ended = [r for r in found if r.status in (ReplyStatus.CONFIRMED, ReplyStatus.WAIVED)]
                settled = [r for r in ended if _is_for_current(session, r, stored)]
            assert (current.facets.reply in (ReplyFacet.CONFIRMED, ReplyFacet.WAIVED)) == bool(settled)
    keys = [(post.text, post.raw) for post in wall.public]
    assert len(keys) == len(set(keys)), "nobody is answered twice on the same words"


def _is_for_current(session, reply, stored):
    from models.comment import CommentRevision

    return session.get(CommentRevision, reply.revision_id).n == stored.revision_n


def _do(step, wall, cm, text, account, comment_id, n, edits):
    try:
        if step in ("lost", "down", "refused"):
            trouble = {"lost": wall.after, "down": wall.trouble, "refused": wall.trouble}[step]
            errors = {"lost": DeliveryUnknown("?"), "down": Unavailable("down"), "refused": Rejected("no")}
            trouble.append(errors[step])
        elif step == "answer":
            answer(cm, comment_id, text)
        elif step == "work":
            work()
        elif step == "edit":
            edits.append(f"{n}{len(edits)}")
            bring(account, incoming(n, f"{HARMLESS} {len(edits)}", edits=tuple(edits)))
        elif step == "delete":
            with transaction() as session:
                intake.note_deleted(session, account.id, [str(n)])
        elif step == "waive":
            with transaction() as session:
                version = comment(comment_id).row_version
                replies.waive(session, cm, comment_id=comment_id, row_version=version, reason=WaiverReason.SPAM)
        elif step == "retry" and count(Reply) and reply().status is ReplyStatus.FAILED:
            with transaction() as session:
                replies.retry(session, cm, reply_id=reply().id, row_version=reply().row_version)
    except (RuleViolated, StaleVersion):
        pass


# ------------------------------------------------------------------------------- through the sandbox


def test_a_person_is_answered_on_the_network_once_though_its_answer_was_lost(world, cm, text):
    account = sandbox_account()
    said = world.comment("@LabosHelior Merci pour cette belle photo !")
    intake.poll_account(account.id)
    with reading() as session:
        row = queries.people_waiting(session).rows[0].row
    world.break_next("reply", "lose_answer")
    answer(cm, row.comment_id, text)
    work()
    assert waiting() == 1
    with later(5):
        work()
    with later(60):
        work()
    assert len(world.published(f"@{_author(said, world)} {text.text}") + world.published(text.text)) == 1
    assert (waiting(), reply().status) == (0, ReplyStatus.CONFIRMED)


def _author(comment_id, world):
    found = next(item for item in world.items() if str(item["first_id"]) == comment_id)
    return found.get("handle", "")


def test_the_suggested_text_fits_the_language_and_the_intent(wall, cm, comment_id, text):
    approved_text(key="thanks", language="en", title="Thanks", text="Thank you.")
    approved_text(key="stock", title="Rupture", text="Nous vérifions.", intents=["stock_shortage"])
    with reading() as session:
        choices = queries.comment_view(session, comment_id).suggestions
        row = queries.people_waiting(session).rows[0]
    assert {choice.title: choice.fits for choice in choices}["Thanks"] is False
    assert row.suggestion is None or row.suggestion.language == "fr"
    assert NOON
