"""The emergency stop: nothing of its scope leaves, whichever way, until two people have released it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import clock
from errors import InvalidInput, NotPermitted, RuleViolated, TransitionNotAllowed
from models.enums import Network, PostStatus, PublicationStatus, Role, StopScope, StopStatus
from models.publication import Publication
from models.session import reading, transaction
from tests.post_factories import OTC, content, install, post_at, schedule
from workflow import drafting, stops
from workflow.products import register_of, register_product


@pytest.fixture
def people(people_on_both):
    return people_on_both


def start(actor, scope=StopScope.ALL, target="", reason="Rappel de lot."):
    with transaction() as session:
        return stops.start_stop(session, actor, scope=scope, target=target, reason=reason)


def ask(actor, stop, reason="Lot identifié, les autres sont sûrs."):
    with transaction() as session:
        return stops.ask_release(session, actor, stop_id=stop.id, row_version=None, reason=reason)


def confirm(actor, stop):
    with transaction() as session:
        return stops.confirm_release(session, actor, stop_id=stop.id, row_version=None)


def publication():
    with reading() as session:
        return session.exec(select(Publication)).one()


def reach_slot(work):
    with clock.at(publication().due_at + timedelta(minutes=1)):
        work()


def test_what_falls_due_during_a_stop_is_held_with_its_reason(people, network, work):
    post_at(PostStatus.SCHEDULED, people)
    start(people[Role.COMMUNITY_MANAGER])
    reach_slot(work)
    assert network.posts == []
    assert publication().status is PublicationStatus.HELD
    assert "Rappel de lot." in publication().last_error


def test_nothing_is_scheduled_during_a_stop(people):
    post = post_at(PostStatus.APPROVED, people)
    start(people[Role.LEGAL])
    with pytest.raises(RuleViolated, match="arrêt d'urgence"):
        schedule(people[Role.COMMUNITY_MANAGER], post.id)


def test_two_people_release_it_and_no_one_alone(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    stop = start(people[Role.REGULATORY])
    with pytest.raises(TransitionNotAllowed):
        confirm(people[Role.REGULATORY], stop)
    ask(people[Role.REGULATORY], stop)
    with pytest.raises(RuleViolated, match="autre personne"):
        confirm(people[Role.REGULATORY], stop)
    reach_slot(work)
    assert network.posts == []
    confirm(people[Role.RESPONSIBLE_PHARMACIST], stop)
    schedule(people[Role.COMMUNITY_MANAGER], post.id)


def test_a_release_that_is_refused_leaves_the_stop(people):
    stop = start(people[Role.COMMUNITY_MANAGER])
    ask(people[Role.LEGAL], stop)
    with transaction() as session:
        kept = stops.keep_stop(session, people[Role.MEDICAL], stop_id=stop.id, row_version=None, reason="Pas encore.")
    assert (kept.status, kept.asked_by) == (StopStatus.ACTIVE, None)
    with pytest.raises(TransitionNotAllowed):
        confirm(people[Role.RESPONSIBLE_PHARMACIST], stop)


@pytest.mark.parametrize(
    ("role", "starts", "releases"),
    [
        (Role.COMMUNITY_MANAGER, True, False),
        (Role.PV_OFFICER, True, False),
        (Role.RESPONSIBLE_PHARMACIST, True, True),
        (Role.ADMINISTRATOR, False, False),
        (Role.AUDITOR, False, False),
    ],
)
def test_many_may_stop_few_may_release(people, role, starts, releases):
    if starts:
        stop = start(people[role])
    else:
        with pytest.raises(NotPermitted):
            start(people[role])
        stop = start(people[Role.LEGAL])
    if releases:
        ask(people[role], stop)
    else:
        with pytest.raises(NotPermitted):
            ask(people[role], stop)


@pytest.fixture
def rinozel(people):
    with transaction() as session:
        return register_product(session, people[Role.ADMINISTRATOR], record=OTC)


@pytest.mark.parametrize(
    ("text", "declared", "held"),
    [
        ("Notre Rinozel fête ses dix ans.", False, True),
        ("La cétirizine, une vieille connaissance.", False, True),
        ("Merci à nos équipes.", True, True),
        ("Merci à nos équipes.", False, False),
    ],
)
def test_a_stopped_product_counts_where_it_is_declared_or_named(people, rinozel, text, declared, held):
    install()
    written = content(text, products=(rinozel.id,) if declared else ())
    with transaction() as session:
        post = drafting.create_post(session, people[Role.COMMUNITY_MANAGER], content=written)
    stop = start(people[Role.LEGAL], StopScope.PRODUCT, rinozel.id)
    with reading() as session:
        found = stops.stop_on(session, post, drafting.current_version(session, post), Network.X)
    assert (found.id if found else None) == (stop.id if held else None)


@pytest.mark.parametrize(
    ("scope", "target", "held"),
    [
        (StopScope.NETWORK, "x", True),
        (StopScope.NETWORK, "facebook", False),
        (StopScope.CAMPAIGN, "octobre rose", True),
        (StopScope.CAMPAIGN, "Pollens", False),
    ],
)
def test_a_stop_covers_its_network_or_campaign_alone(people, scope, target, held):
    post_at(PostStatus.SCHEDULED, people, campaign="Octobre rose")
    with reading() as session:
        rows = stops.affected(session, people[Role.AUDITOR], scope=scope, target=target)
    assert [row.live for row in rows] == ([False] if held else [])


def test_the_register_is_read_once_for_all_publications(people, rinozel, monkeypatch):
    for _ in range(2):
        post_at(PostStatus.SCHEDULED, people)
    read = []
    monkeypatch.setattr(stops, "register_of", lambda session: read.append(1) or register_of(session))
    with reading() as session:
        assert stops.affected(session, people[Role.AUDITOR], scope=StopScope.PRODUCT, target=rinozel.id) == ()
    assert read == [1]


def test_what_runs_names_its_product_and_its_people(people, rinozel):
    first = start(people[Role.LEGAL], StopScope.PRODUCT, rinozel.id)
    start(people[Role.MEDICAL])
    ask(people[Role.LEGAL], first)
    with reading() as session:
        rows = stops.list_running(session, people[Role.AUDITOR])
    assert [(row.target, row.started_by, row.asked_by) for row in rows] == [
        ("", people[Role.MEDICAL].printed_name, ""),
        (rinozel.name, people[Role.LEGAL].printed_name, people[Role.LEGAL].printed_name),
    ]
    confirm(people[Role.RESPONSIBLE_PHARMACIST], first)
    with reading() as session:
        assert len(stops.list_running(session, people[Role.AUDITOR])) == 1


@pytest.mark.parametrize(
    ("scope", "target"), [(StopScope.NETWORK, "minitel"), (StopScope.PRODUCT, "?"), (StopScope.CAMPAIGN, " ")]
)
def test_a_stop_names_what_it_stops(people, scope, target):
    with pytest.raises(InvalidInput, match="Choisissez"):
        start(people[Role.LEGAL], scope, target)


def test_a_stop_says_why_and_is_started_once(people):
    with pytest.raises(RuleViolated, match="pourquoi"):
        start(people[Role.LEGAL], reason=" ")
    start(people[Role.LEGAL])
    with pytest.raises(RuleViolated, match="déjà"):
        start(people[Role.MEDICAL])
