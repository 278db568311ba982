"""The queues: skipping, routing, deciding on many, taking back; nothing lost, nothing hidden from everybody."""

import random
import threading
from datetime import timedelta

import pytest
from sqlmodel import col, select

from compliance import clock
from errors import AppError, InvalidInput, NotPermitted, RuleViolated, StaleVersion
from models.case import Case
from models.comment import Comment, TriageDecision
from models.compliance import AuditEvent
from models.enums import (
    CaseStatus,
    NoneReason,
    PvFacet,
    Role,
    RoutedQueue,
    RouteOutcome,
    RuleSetStatus,
    Screening,
    SkipReason,
    TriageOutcome,
)
from models.queueing import CommentRoute, CommentSkip, RoutingRuleSet
from models.session import reading, transaction
from moderation import analysing, breaks, bulk, opening, queries, routing, routing_rules, skipping, triage, undoing
from moderation.bulk import Exclusion, Seen
from moderation.queries import Narrowing, Queue, View
from moderation.queues import DELIVERED, RoutingRule
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
)
from tests.factories import person, proven_nonce

AE, NONE = TriageOutcome.ADVERSE_EVENT, TriageOutcome.NONE
SERIOUS = "Ma mère a été hospitalisée après 3 jours de Cardexine, chute de tension."


@pytest.fixture
def account(db):
    products()
    return company_account()


def use(use_case, actor, **fields):
    with transaction() as session:
        return use_case(session, actor, **fields)


def skip(actor, comment_id, reason=SkipReason.TOO_HARD):
    use(skipping.skip, actor, comment_id=comment_id, revision_n=comment(comment_id).revision_n, reason=reason)


def seen(comment_id):
    held = comment(comment_id)
    return Seen(comment_id, held.revision_n, held.row_version)


def decide(actor, comment_id, *outcomes, **more):
    at = seen(comment_id)
    fields = {"revision_n": at.revision_n, "row_version": at.row_version, "outcomes": outcomes} | more
    return use(undoing.decide, actor, comment_id=comment_id, **fields)


def view(actor, which=View.MINE, queue=Queue.PV):
    with reading() as session:
        narrowing = Narrowing(which, actor.id)
        rows = queries.pv_queue(session, queue=queue, narrowing=narrowing)
        assert queries.queue_length(session, queue=queue, narrowing=narrowing).waiting == len(rows)
        return [row.comment_id for row in rows]


def wave(account, text, n, first=1):
    ids = bring(account, *(incoming(k, text, author=str(k)) for k in range(first, first + n)), cursor=f"w{first}")
    analysing.analyse_pending()
    return ids


# Skipping


def test_what_i_skip_leaves_my_view_and_nobody_elses(account):
    comment_id = bring_text(account, ADVERSE)
    anna, boris, clara = officer("Anna"), officer("Boris"), officer("Clara")
    use(triage.claim, anna, comment_id=comment_id)
    skip(anna, comment_id)
    assert comment(comment_id).holder_id is None
    assert view(anna) == []
    assert view(anna, View.SKIPPED) == view(anna, View.ALL) == view(boris) == [comment_id]
    with reading() as session:
        assert queries.queue_counts(session)[Queue.PV] == 1
        assert queries.skips_of(session, [comment_id])[comment_id][0].reason is SkipReason.TOO_HARD
    assert view(clara, View.HARD) == []
    skip(boris, comment_id, SkipReason.LANGUAGE)
    assert view(clara, View.HARD) == view(clara) == [comment_id]


def test_a_skipped_comment_comes_back_when_everybody_skipped_it(account):
    comment_id = bring_text(account, ADVERSE)
    anna, boris = officer("Anna"), officer("Boris")
    person(Role.COMMUNITY_MANAGER)
    skip(anna, comment_id)
    skip(anna, comment_id)
    assert count(CommentSkip) == 1
    skip(boris, comment_id)
    assert view(anna) == view(boris) == [comment_id]


def test_a_skipped_comment_comes_back_with_a_new_text_and_the_old_one_is_not_skipped_any_more(account):
    comment_id = bring_text(account, ADVERSE)
    anna, _boris = officer("Anna"), officer("Boris")
    skip(anna, comment_id)
    bring(account, incoming(1, ADVERSE + " Et mal au ventre.", edits=("11",)), cursor="c2")
    assert view(anna) == [comment_id]
    with pytest.raises(StaleVersion):
        use(skipping.skip, anna, comment_id=comment_id, revision_n=1, reason=SkipReason.TOO_HARD)


def test_a_skip_gives_back_my_lease_and_not_anothers(account):
    comment_id = bring_text(account, ADVERSE)
    anna, boris = officer("Anna"), officer("Boris")
    use(triage.claim, boris, comment_id=comment_id)
    skip(anna, comment_id)
    assert comment(comment_id).holder_id == boris.id


# Leases and breaks


def test_a_break_gives_everything_back_and_is_written_down(account):
    ids = wave(account, ADVERSE, 3)
    anna = officer("Anna")
    for comment_id in ids[:2]:
        use(triage.claim, anna, comment_id=comment_id)
    assert use(breaks.pause, anna) == 2
    assert {comment(key).holder_id for key in ids} == {None}
    with pytest.raises(RuleViolated, match="plus à vous"):
        use(triage.heartbeat, anna, comment_id=ids[0])
    with reading() as session:
        assert breaks.preferences(session, anna).paused_at
    use(breaks.resume, anna)
    with reading() as session:
        assert breaks.preferences(session, anna).paused_at is None
        kinds = {event.action for event in session.exec(select(AuditEvent))}
    assert {"pause:start", "pause:end", "comment:release"} <= kinds


def test_distressing_texts_are_counted_until_a_break(account):
    comment_id = bring_text(account, "Depuis Cardexine j'ai envie de mourir, je veux en finir, je vais me suicider.")
    anna = officer("Anna")
    use(breaks.set_preferences, anna, veil=True, break_after=1)
    decide(anna, comment_id, AE)
    with reading() as session:
        held = breaks.preferences(session, anna)
    assert (held.veil, held.hard_read, held.break_due) == (True, 1, True)
    use(breaks.pause, anna)
    use(breaks.resume, anna)
    with reading() as session:
        assert not breaks.preferences(session, anna).break_due
    with pytest.raises(InvalidInput):
        use(breaks.set_preferences, anna, veil=True, break_after=-1)


# Taking back


@pytest.mark.parametrize(("text", "case"), [(ADVERSE, CaseStatus.OPEN), (HARMLESS, None)], ids=["flagged", "cleared"])
@pytest.mark.parametrize("outcome", [AE, NONE, TriageOutcome.PRODUCT_MENTION])
def test_a_decision_taken_back_leaves_facets_and_case_as_they_were(account, text, case, outcome):
    comment_id, anna = bring_text(account, text), officer("Anna")
    before = comment(comment_id)
    point = decide(anna, comment_id, outcome, none_reason=NoneReason.OFF_TOPIC if outcome is NONE else None)
    assert use(undoing.undo, anna, batch_id=point.batch_id).comment_ids == (comment_id,)
    after = comment(comment_id)
    assert (after.pv, after.screening) == (before.pv, before.screening)
    with reading() as session:
        live = opening.live_case(session, comment_id)
        assert (live.status if live else None, list(live.outcomes) if live else []) == (case, [])
        assert session.exec(select(AuditEvent).where(AuditEvent.action == "comment:undo")).one().entity_id == comment_id
    assert count(TriageDecision) == 1


def test_a_decision_taken_back_does_not_count_as_a_confirmation(account):
    comment_id, anna = bring_text(account, ADVERSE), officer("Anna")
    use(undoing.undo, anna, batch_id=decide(anna, comment_id, AE).batch_id)
    decide(anna, comment_id, NONE, none_reason=NoneReason.FIGURATIVE)
    assert comment(comment_id).pv is PvFacet.NOT_AE


def test_a_decision_stays_after_thirty_seconds_or_for_another_or_when_something_happened(account):
    first, second = wave(account, ADVERSE, 2)
    anna, boris = officer("Anna"), officer("Boris")
    with clock.at(NOON):
        point = decide(anna, first, AE)
        with pytest.raises(RuleViolated, match="rien à annuler"):
            use(undoing.undo, boris, batch_id=point.batch_id)
    with clock.at(NOON + timedelta(seconds=31)), pytest.raises(RuleViolated, match="30 secondes"):
        use(undoing.undo, anna, batch_id=point.batch_id)
    point = decide(anna, second, AE)
    use(triage.reopen, boris, comment_id=second, row_version=comment(second).row_version, reason="À relire")
    with pytest.raises(RuleViolated, match="autre chose"):
        use(undoing.undo, anna, batch_id=point.batch_id)
    assert comment(second).pv is PvFacet.POSSIBLE


def test_what_is_taken_back_once_is_not_twice(account):
    comment_id, anna = bring_text(account, ADVERSE), officer("Anna")
    batch_id = decide(anna, comment_id, AE).batch_id
    use(undoing.undo, anna, batch_id=batch_id)
    with pytest.raises(RuleViolated, match="rien à annuler"):
        use(undoing.undo, anna, batch_id=batch_id)


# Many at once


def test_a_wave_is_decided_at_once_each_with_its_own_record_and_taken_back_at_once(account):
    ids, anna = wave(account, ADVERSE, 3), officer("Anna")
    chosen = [seen(key) for key in ids]
    with reading() as session:
        told = bulk.preview(session, anna, chosen=chosen)
    assert ([one.comment_id for one in told.ready], told.excluded, told.different_texts) == (ids, (), 1)
    assert "vertiges" in told.texts[0]
    points = use(bulk.decide_all, anna, chosen=chosen, outcomes=[NONE], none_reason=NoneReason.OFF_TOPIC)
    assert {comment(key).pv for key in ids} == {PvFacet.NOT_AE}
    with reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "comment:classify")).all()
    assert {event.entity_id for event in events} == set(ids)
    use(undoing.undo, anna, batch_id=points[0].batch_id)
    assert {comment(key).pv for key in ids} == {PvFacet.POSSIBLE}


def test_taking_many_back_leaves_the_one_to_which_something_happened(account):
    ids, anna = wave(account, ADVERSE, 3), officer("Anna")
    chosen = [seen(key) for key in ids]
    points = use(bulk.decide_all, anna, chosen=chosen, outcomes=[NONE], none_reason=NoneReason.OFF_TOPIC)
    bring(account, incoming(2, ADVERSE + " Bis.", author="2", edits=("22",)), cursor="c9")
    undone = use(undoing.undo, anna, batch_id=points[0].batch_id)
    assert (len(undone.comment_ids), undone.kept) == (2, 1)


def test_emergencies_serious_held_changed_decided_and_unread_ones_are_excluded_and_said(account):
    anna, boris = officer("Anna"), officer("Boris")
    emergency = bring_text(account, "J'ai pris toute la boîte de Cardexine, j'ai peur, je veux mourir.", 1)
    serious, held, changed, decided = (
        bring_text(account, text, n) for n, text in enumerate([SERIOUS, ADVERSE, ADVERSE, ADVERSE], start=2)
    )
    (unread,) = bring(account, incoming(9, "😀😀"), cursor="c9")
    chosen = [seen(key) for key in (emergency, serious, held, changed, decided, unread)] + [Seen("no-such", 1, 1)]
    use(triage.claim, boris, comment_id=held)
    bring(account, incoming(4, ADVERSE + " Bis.", edits=("44",)), cursor="c10")
    decide(boris, decided, AE)
    with reading() as session:
        told = bulk.preview(session, anna, chosen=chosen)
    assert told.ready == ()
    assert dict(told.excluded) == {
        emergency: Exclusion.EMERGENCY,
        serious: Exclusion.SERIOUS,
        held: Exclusion.HELD,
        changed: Exclusion.CHANGED,
        decided: Exclusion.DECIDED,
        unread: Exclusion.UNREAD,
        "no-such": Exclusion.GONE,
    }
    for one, refusal in ((chosen[:1], RuleViolated), (chosen[1:2], RuleViolated), (chosen[2:], StaleVersion)):
        with pytest.raises(refusal):
            use(bulk.decide_all, anna, chosen=one, outcomes=[AE])
    assert count(TriageDecision) == 1


def test_one_that_changed_since_the_preview_stops_the_whole_decision(account):
    ids, anna = wave(account, ADVERSE, 3), officer("Anna")
    chosen = [seen(key) for key in ids]
    decide(officer("Boris"), ids[1], AE)
    with pytest.raises(StaleVersion, match="1 des commentaires"):
        use(bulk.decide_all, anna, chosen=chosen, outcomes=[NONE], none_reason=NoneReason.OFF_TOPIC)
    assert count(TriageDecision) == 1


@pytest.mark.parametrize("n", [0, bulk.MOST + 1])
def test_none_or_too_many_are_refused(account, n):
    with pytest.raises(InvalidInput):
        use(bulk.decide_all, officer(), chosen=[Seen(str(k), 1, 1) for k in range(n)], outcomes=[AE])


def test_a_filter_finds_the_same_words(account):
    ids = wave(account, ADVERSE, 2)
    bring_text(account, SERIOUS, 9)
    with reading() as session:
        rows = queries.pv_queue(session, narrowing=Narrowing(like=ids[0]))
    assert [row.comment_id for row in rows] == ids


# Routing


def routes(comment_id):
    with reading() as session:
        return {line.queue: line for line in queries.routes_of(session, comment_id)}


def test_a_comment_stands_in_several_queues_with_the_reason_of_each(account):
    comment_id = bring_text(
        account, "Cardexine m'a donné des vertiges, je vais porter plainte contre vous, assassins !"
    )
    assert comment(comment_id).pv is PvFacet.POSSIBLE
    assert routes(comment_id)[RoutedQueue.LEGAL].why == tuple(
        rule.why for rule in DELIVERED if rule.queue is RoutedQueue.LEGAL
    )
    lawyer = person(Role.LEGAL)
    assert view(lawyer, View.ALL, Queue.LEGAL) == view(lawyer, View.ALL) == [comment_id]
    with reading() as session:
        assert queries.queue_counts(session)[Queue.LEGAL] == 1


@pytest.mark.parametrize(
    ("role", "queue", "allowed"),
    [
        (Role.MEDICAL, RoutedQueue.MEDICAL, True),
        (Role.LEGAL, RoutedQueue.MEDICAL, False),
        (Role.PV_OFFICER, RoutedQueue.MEDICAL, False),
        (Role.LEGAL, RoutedQueue.LEGAL, True),
        (Role.QUALITY, RoutedQueue.QUALITY, True),
        (Role.COMMUNITY_MANAGER, RoutedQueue.COMMUNITY, True),
        (Role.ADMINISTRATOR, RoutedQueue.COMMUNITY, False),
        (Role.COMMUNITY_MANAGER, RoutedQueue.LEGAL, False),
    ],
)
def test_each_queue_is_settled_by_its_own_role(account, role, queue, allowed):
    comment_id, actor = bring_text(account, ADVERSE), person(role)
    with transaction() as session:
        row = CommentRoute(
            comment_id=comment_id, queue=queue, rules=["x"], rules_n=0, revision_n=1, routed_at=clock.now()
        )
        session.add(row)
    fields = {"comment_id": comment_id, "queue": queue, "row_version": 1, "outcome": RouteOutcome.HANDLED}
    if not allowed:
        with pytest.raises(NotPermitted):
            use(routing.settle, actor, **fields)
        return
    use(routing.settle, actor, **fields)
    assert routes(comment_id)[queue].outcome is RouteOutcome.HANDLED
    assert comment(comment_id).pv is PvFacet.POSSIBLE
    with pytest.raises(RuleViolated, match="plus dans cette file"):
        use(routing.settle, actor, **fields)


def test_a_queue_settled_opens_again_for_a_new_text_only(account):
    text = "Je vais porter plainte contre vous."
    comment_id, lawyer = bring_text(account, text), person(Role.LEGAL)
    use(routing.settle, lawyer, comment_id=comment_id, queue=RoutedQueue.LEGAL, row_version=1,
        outcome=RouteOutcome.NOTHING_TO_DO)  # fmt: skip
    assert view(lawyer, View.ALL, Queue.LEGAL) == []
    bring(account, incoming(1, text + " Et mon avocat aussi.", edits=("11",)), cursor="c2")
    analysing.analyse_pending()
    assert view(lawyer, View.ALL, Queue.LEGAL) == [comment_id]


def test_whoever_reads_a_queue_sends_a_comment_to_pharmacovigilance_and_nobody_closes_by_that(account):
    comment_id = bring_text(account, HARMLESS)
    with pytest.raises(NotPermitted):
        use(routing.flag, person(Role.ADMINISTRATOR), comment_id=comment_id, reason="x")
    use(routing.flag, person(Role.LEGAL), comment_id=comment_id, reason="Parle d'un malaise")
    assert (comment(comment_id).pv, comment(comment_id).screening) == (PvFacet.POSSIBLE, Screening.FLAGGED)


def test_pharmacovigilance_alone_signs_the_rules_that_an_administrator_proposes(account):
    admin, pv = person(Role.ADMINISTRATOR), officer()
    rules = (*DELIVERED, RoutingRule("pv-photo", RoutedQueue.PV, "le texte parle de la photo", words=("photo",)))
    row = use(routing_rules.propose, admin, rules=rules, reason="Photos de comprimés")
    with pytest.raises(NotPermitted):
        use(routing_rules.open_rules, admin, set_id=row.id, row_version=1)
    nonce = proven_nonce(pv, subject_id=row.id, content_sha256=row.content_sha256)
    use(routing_rules.sign_rules, pv, set_id=row.id, row_version=1, nonce_id=nonce)
    with reading() as session:
        assert routing.rules_in_force(session) == (1, rules)
        assert {e.action for e in session.exec(select(AuditEvent))} >= {"routing:propose", "routing:sign"}
    comment_id = bring_text(account, HARMLESS)
    assert view(pv) == [comment_id]
    assert routes(comment_id)[RoutedQueue.PV].why == ("le texte parle de la photo",)


def test_rules_altered_dropped_or_overtaken_are_not_signed(account):
    pv = officer()
    rules = DELIVERED[:-1]
    first = use(routing_rules.propose, pv, rules=rules, reason="Moins de règles")
    with transaction() as session:
        session.get(RoutingRuleSet, first.id).rules = [{"id": "x", "queue": "pv", "why": "y", "words": ["z"]}]
    with pytest.raises(RuleViolated, match="altérées"):
        use(routing_rules.open_rules, pv, set_id=first.id, row_version=2)
    use(routing_rules.drop_rules, pv, set_id=first.id, row_version=2)
    with pytest.raises(StaleVersion):
        use(routing_rules.open_rules, pv, set_id=first.id, row_version=3)
    with reading() as session:
        assert routing_rules.routing_view(session, pv).waiting == ()


def test_rules_that_cannot_be_read_any_more_are_replaced_by_the_delivered_ones(account):
    pv = officer()
    with transaction() as session:
        session.add(
            RoutingRuleSet(
                n=7, rules=[{"queue": "nowhere"}], reason="?", content_sha256="?", status=RuleSetStatus.SIGNED,
                proposed_by=pv.id, proposed_at=clock.now(),
            )
        )  # fmt: skip
    comment_id = bring_text(account, "Je vais porter plainte contre vous.")
    assert RoutedQueue.LEGAL in routes(comment_id)


# Everybody at once


class Crash(Exception):
    """A process that dies before it commits."""


def work_on(actor, held, luck):
    """Take one comment and decide on it; with bad luck the browser dies after the claim, or the process half way."""
    try:
        use(triage.claim, actor, comment_id=held.id)
        if luck >= 0.2:
            with transaction() as session:
                undoing.decide(
                    session, actor, comment_id=held.id, revision_n=1, row_version=held.row_version, outcomes=[NONE],
                    none_reason=NoneReason.OFF_TOPIC,
                )  # fmt: skip
                die(luck)
    except (AppError, Crash):
        return


def die(luck):
    if luck < 0.4:
        raise Crash


def all_work(people, ids, moment, *, crash):
    """Let everybody walk through the queue at once, each from a place of their own."""

    def shift(n, actor):
        lot, start = random.Random(n), n * len(ids) // len(people)
        with clock.at(moment):
            for comment_id in ids[start:] + ids[:start]:
                held = comment(comment_id)
                free = held.holder_id is None or held.lease_until < moment
                if held.pv is PvFacet.NONE and (free or lot.random() < 0.2):
                    work_on(actor, held, lot.random() if crash else 1.0)

    threads = [threading.Thread(target=shift, args=(n, actor)) for n, actor in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(("workers", "items"), [(5, 60), pytest.param(20, 500, marks=pytest.mark.soak)])
def test_workers_that_crash_lose_nothing_decide_nothing_twice_and_hide_nothing(account, workers, items):
    ids = []
    for first in range(1, items + 1, 100):
        numbers = range(first, min(first + 100, items + 1))
        ids += bring(account, *(incoming(n, HARMLESS, author=str(n)) for n in numbers), cursor=f"c{first}")
    people = [officer(f"pv{n}") for n in range(workers)]
    all_work(people, ids, NOON, crash=True)
    later = NOON + timedelta(minutes=11)
    with clock.at(later), reading() as session:
        left = queries.pv_queue(session, limit=items)
        undecided = set(session.exec(select(Comment.id).where(Comment.pv == PvFacet.NONE)))
    assert {row.comment_id for row in left} == undecided
    assert undecided
    assert {row.holder_id for row in left} == {None}
    all_work(people, ids, later, crash=False)
    with reading() as session:
        decided = session.exec(select(TriageDecision.comment_id)).all()
        assert queries.queue_length(session).waiting == 0
        held = session.exec(select(Comment.lease_until).where(col(Comment.holder_id).is_not(None))).all()
    assert sorted(decided) == sorted(ids)
    assert all(until <= later + triage.LEASE for until in held)
    assert count(Case) == 0
