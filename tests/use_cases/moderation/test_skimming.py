"""Skimming: a named person saw what the detectors cleared; nothing counts as read that was not."""

from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import clock
from errors import NotPermitted, RuleViolated
from models.compliance import AuditEvent
from models.enums import ProductFacet, PvFacet, Role, Screening, SkimMode, SkimResult
from models.session import get, reading, transaction
from models.skim import SkimScreen
from moderation import intake, skim_choice, skimming
from moderation.queries import skim
from tests.comment_factories import NOON, bring, comment, company_account, incoming, officer, page
from tests.factories import person

LONG_ENOUGH = timedelta(seconds=21)


@pytest.fixture
def account(db, monkeypatch):
    monkeypatch.setenv("COVIGIE_SKIM_WITNESS_EVERY", "1000000000")
    return company_account()


@pytest.fixture
def reader(account):
    return officer()


def cleared(account, count=3, scores=None):
    """Comments that the detectors cleared; the first ones carry the scores."""
    ids = bring(account, *[incoming(n, f"Belle photo numéro {n} !") for n in range(1, count + 1)])
    with transaction() as session:
        for n, each in enumerate(ids):
            row = get(session, skimming.Comment, each)
            row.screening, row.analysis_due = Screening.CLEARED, False
            row.pv_score = (scores or [])[n] if n < len(scores or []) else 0.0001
    return ids


def opened(actor):
    with transaction() as session:
        screen = skimming.open_screen(session, actor)
    with reading() as session:
        return (screen.id, skimming.items_of(session, screen.id)) if screen else (None, [])


def passed(actor, screen_id, after=LONG_ENOUGH):
    with clock.at(clock.now() + after), transaction() as session:
        return skimming.pass_screen(session, actor, screen_id=screen_id)


def lift(actor, screen_id, n):
    with transaction() as session:
        return skimming.lift(session, actor, screen_id=screen_id, n=n)


def stop(actor, screen_id):
    with transaction() as session:
        skimming.stop(session, actor, screen_id=screen_id)


def witness(actor, *, suspect=True):
    with transaction() as session:
        return skimming.write_witness(
            session, actor, text="Depuis Cardexine j'ai le cœur qui s'emballe", language="fr", suspect=suspect,
            why="Palpitations après la prise",
        )  # fmt: skip


def test_the_riskiest_stand_first_and_a_passed_screen_is_skimmed(account, reader):
    low, high = cleared(account, 2, scores=[0.01, 0.2])
    screen, items = opened(reader)
    assert [item.comment_id for item in items] == [high, low]
    assert comment(high).first_displayed_at
    told = passed(reader, screen)
    assert (told.read, told.lifted, told.changed) == (2, 0, 0)
    assert {comment(each).screening for each in (low, high)} == {Screening.SKIMMED}
    assert opened(reader) == (None, [])


def test_a_screen_holds_twenty_and_the_next_one_the_rest(account, reader):
    cleared(account, 23)
    screen, items = opened(reader)
    assert len(items) == 20
    passed(reader, screen)
    assert len(opened(reader)[1]) == 3


def test_what_is_lifted_out_stands_in_the_queue_at_once_and_stays_there(account, reader):
    ids = cleared(account, 2)
    screen, items = opened(reader)
    lifted = items[0].comment_id
    lift(reader, screen, 1)
    lift(reader, screen, 1)
    assert (comment(lifted).pv, comment(lifted).screening) == (PvFacet.POSSIBLE, Screening.FLAGGED)
    stop(reader, screen)
    assert comment(lifted).pv is PvFacet.POSSIBLE
    (other,) = set(ids) - {lifted}
    assert comment(other).screening is Screening.CLEARED
    with reading() as session:
        found = session.exec(select(AuditEvent.action).where(AuditEvent.entity_id == lifted)).all()
    assert found.count("comment:lift") == 1


def test_a_screen_that_was_not_looked_at_long_enough_is_not_read(account, reader):
    cleared(account, 20)
    screen, items = opened(reader)
    with pytest.raises(RuleViolated, match="encore"):
        passed(reader, screen, after=timedelta(seconds=5))
    assert {comment(item.comment_id).screening for item in items} == {Screening.CLEARED}
    assert passed(reader, screen).read == 20


def test_stopping_counts_nothing_as_read_and_brings_it_back(account, reader):
    cleared(account, 2)
    screen, _items = opened(reader)
    stop(reader, screen)
    with pytest.raises(RuleViolated, match="plus ouvert"):
        passed(reader, screen)
    again, items = opened(reader)
    assert again != screen
    assert len(items) == 2


def test_a_screen_left_open_ends_by_itself_and_its_comments_are_free(account, reader):
    cleared(account, 2)
    screen, _items = opened(reader)
    other = officer("pv2")
    assert opened(other) == (None, [])
    with clock.at(clock.now() + skimming.OPEN_FOR):
        assert len(opened(other)[1]) == 2
        with pytest.raises(RuleViolated, match="plus ouvert"), transaction() as session:
            skimming.pass_screen(session, reader, screen_id=screen)


def test_a_reload_gives_the_same_screen_again(account, reader):
    cleared(account, 2)
    assert opened(reader)[0] == opened(reader)[0]


def test_a_comment_that_its_author_changed_meanwhile_is_not_skimmed(account, reader):
    (each,) = cleared(account, 1)
    screen, _items = opened(reader)
    with transaction() as session:
        edited = incoming(1, "J'ai des vertiges depuis le traitement", edits=("2",))
        intake.store_page(session, account.id, page(edited))
    assert passed(reader, screen).changed == 1
    assert comment(each).screening is Screening.UNSCREENED


def test_a_named_product_and_a_suspicion_are_not_for_skimming(account, reader):
    named, suspected = cleared(account, 2)
    with transaction() as session:
        get(session, skimming.Comment, named).product = ProductFacet.OWN
        get(session, skimming.Comment, suspected).pv = PvFacet.POSSIBLE
    assert opened(reader) == (None, [])


def test_a_screen_is_its_readers_alone(account, reader):
    cleared(account, 1)
    screen, _items = opened(reader)
    other = officer("pv2")
    for act in (lambda: passed(other, screen), lambda: lift(other, screen, 1), lambda: stop(other, screen)):
        with pytest.raises(NotPermitted):
            act()
    with pytest.raises(NotPermitted):
        opened(person(Role.LEGAL))


class TestWitnesses:
    """A text among the others that is no comment: it measures reading, and goes nowhere."""

    @pytest.fixture(autouse=True)
    def always(self, account, monkeypatch):
        monkeypatch.setenv("COVIGIE_SKIM_WITNESS_EVERY", "2")
        skimming.get_settings.cache_clear()

    def screen_with_witness(self, account, reader, **kind):
        cleared(account, 4)
        witness(person(Role.QUALITY), **kind)
        screen, items = opened(reader)
        (n,) = [item.n for item in items if item.witness_id]
        return screen, n

    def test_one_that_is_lifted_was_seen_and_no_comment_moves(self, account, reader):
        screen, n = self.screen_with_witness(account, reader)
        lift(reader, screen, n)
        told = passed(reader, screen)
        assert (told.caught, told.missed, told.read, told.lifted) == (1, (), 4, 0)

    def test_one_that_is_passed_was_missed_and_the_reader_is_told(self, account, reader):
        screen, _n = self.screen_with_witness(account, reader)
        told = passed(reader, screen)
        assert told.missed == ("Palpitations après la prise",)
        with reading() as session:
            (line,) = skim.witnesses(session)
        assert (line.laid, line.failed) == (1, 1)

    def test_a_harmless_one_that_is_passed_is_no_miss(self, account, reader):
        screen, _n = self.screen_with_witness(account, reader, suspect=False)
        assert passed(reader, screen).missed == ()

    def test_its_author_never_meets_it_and_a_retired_one_is_laid_in_no_longer(self, account, reader):
        cleared(account, 4)
        own = witness(reader)
        screen, items = opened(reader)
        assert not any(item.witness_id for item in items)
        stop(reader, screen)
        with transaction() as session:
            skimming.retire_witness(session, reader, witness_id=own.id)
        assert not any(item.witness_id for item in opened(officer("pv2"))[1])

    def test_it_looks_like_the_comments_around_it(self, account, reader):
        screen, n = self.screen_with_witness(account, reader)
        with reading() as session:
            view = skim.skim_view(session, get(session, SkimScreen, screen))
        card = view.cards[n - 1]
        assert card.row is None
        assert {one.network for one in view.cards} == {card.network}
        assert card.posted_at == NOON


def test_above_the_limit_the_risky_are_read_and_a_share_of_the_rest_each_with_its_chance(account, reader, monkeypatch):
    ids = cleared(account, 40, scores=[0.9, 0.9])
    monkeypatch.setenv("COVIGIE_SKIM_MOST_PER_MONTH", "10")
    skimming.get_settings.cache_clear()
    with clock.at(NOON + timedelta(hours=1)):
        with reading() as session:
            plan = skim_choice.month_plan(session)
            assert (plan.mode, plan.share) == (SkimMode.SAMPLE, 0.25)
        _screen, items = opened(reader)
    read = {item.comment_id: item.chance for item in items}
    assert [read[each] for each in ids[:2]] == [1.0, 1.0]
    assert {read[each] for each in ids[2:] if each in read} <= {0.25}
    assert set(read) - set(ids[:2]) == {each for each in ids[2:] if skim_choice.sampling.drawn(each, plan.cut)}
    assert all(item.result in (None, SkimResult.PASSED) for item in items)


def test_what_is_left_is_counted_no_further_than_anyone_acts_on(account, reader, monkeypatch):
    monkeypatch.setattr(skim_choice, "MOST_COUNTED", 2)
    cleared(account, 2)
    with reading() as session:
        assert skim.skim_progress(session, reader.id).left == 2
    cleared_more = bring(account, *[incoming(n, "Quelle belle photo !") for n in range(10, 15)])
    with transaction() as session:
        for each in cleared_more:
            get(session, skimming.Comment, each).screening = Screening.CLEARED
    with reading() as session:
        assert skim.skim_progress(session, reader.id).left == 3, "three says: more than two"
