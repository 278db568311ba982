"""A visa that ends takes with it all that rests on it, at once, and shows it before it happens (I9)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from compliance import clock, outbox
from errors import NotPermitted, RuleViolated, TransitionNotAllowed
from models.enums import DependencyKind, PostStatus, PublicationStatus, Role, VisaAction, VisaKind, VisaStatus
from models.publication import Publication
from models.session import reading, transaction
from tests.post_factories import OTC, load, post_at, schedule
from workflow import cascade, visas
from workflow.cascade import Dependency
from workflow.products import register_product

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
NUMBER = "GP-2026-01"
VISA = Dependency(DependencyKind.VISA, NUMBER)


@pytest.fixture
def people(people_on_both):
    return people_on_both


@pytest.fixture(autouse=True)
def may():
    with clock.at(NOW):
        yield


@pytest.fixture
def visa(people):
    """A visa granted on 28 April 2026."""
    with transaction() as session:
        product = register_product(session, people[Role.ADMINISTRATOR], record=OTC)
        filed = visas.file_visa(
            session, people[Role.REGULATORY], number=NUMBER, kind=VisaKind.GP, product_id=product.id
        )
    return change(people[Role.REGULATORY], filed, VisaAction.GRANT, on=date(2026, 4, 28))


def change(actor, visa, action, **fields):
    with transaction() as session:
        return visas.change_visa(session, actor, visa_id=visa.id, row_version=None, action=action, **fields)


def publications():
    with reading() as session:
        return session.exec(select(Publication)).all()


def tasks(actor):
    with reading() as session:
        return cascade.takedowns(session, actor)


def register(actor):
    with reading() as session:
        return visas.list_visas(session, actor)


def test_a_granted_visa_runs_two_years(people, visa):
    (row,) = register(people[Role.AUDITOR])
    assert (row.status, row.granted, row.expires) == (VisaStatus.GRANTED, date(2026, 4, 28), date(2028, 4, 27))
    assert row.actions == ()
    assert register(people[Role.REGULATORY])[0].actions == (VisaAction.SUSPEND, VisaAction.WITHDRAW)


def test_a_suspension_holds_what_is_scheduled_and_shows_it_before(people, visa):
    post = post_at(PostStatus.SCHEDULED, people, visa=NUMBER)
    other = post_at(PostStatus.SCHEDULED, people)
    (row,) = register(people[Role.REGULATORY])
    assert [(each.post_id, each.live) for each in row.posts] == [(post.id, 0)]
    change(people[Role.REGULATORY], visa, VisaAction.SUSPEND, reason="Nouvelle donnée de sécurité.")
    stood = {each.post_id: (each.status, each.last_error) for each in publications()}
    assert stood[post.id] == (
        PublicationStatus.HELD,
        "Le visa GP-2026-01 est suspendu. Nouvelle donnée de sécurité.",
    )
    assert stood[other.id][0] is PublicationStatus.SCHEDULED


def test_what_was_held_does_not_leave_at_its_slot(people, visa, network, work):
    post_at(PostStatus.SCHEDULED, people, visa=NUMBER)
    change(people[Role.REGULATORY], visa, VisaAction.WITHDRAW, reason="Décision de l'ANSM.")
    with clock.at(NOW + timedelta(days=2)):
        assert work() == 0
    assert network.posts == []


def test_what_was_held_leaves_once_the_visa_is_restored_and_a_slot_is_chosen(people, visa, network, work):
    post = post_at(PostStatus.SCHEDULED, people, visa=NUMBER)
    change(people[Role.REGULATORY], visa, VisaAction.SUSPEND, reason="À vérifier.")
    change(people[Role.REGULATORY], visa, VisaAction.RESTORE, reason="Vérifié.")
    schedule(people[Role.COMMUNITY_MANAGER], post.id, NOW + timedelta(days=3))
    with clock.at(NOW + timedelta(days=3, minutes=1)):
        work()
    assert load(post.id).status is PostStatus.PUBLISHED


def test_what_is_live_gets_a_task_that_somebody_accounts_for(people, visa, network, work):
    post = post_at(PostStatus.SCHEDULED, people, visa=NUMBER)
    with clock.at(NOW + timedelta(days=1, minutes=1)):
        work()
        change(people[Role.REGULATORY], visa, VisaAction.WITHDRAW, reason="Décision de l'ANSM.")
        (task,) = tasks(people[Role.COMMUNITY_MANAGER])
        assert [(each.post_id, each.live) for each in register(people[Role.AUDITOR])[0].posts] == [(post.id, 1)]
        assert (task.post_id, task.url) == (post.id, "https://x.example/1")
        with pytest.raises(RuleViolated, match="Dites ce qui a été fait"):
            close(people[Role.COMMUNITY_MANAGER], task, " ")
        close(people[Role.COMMUNITY_MANAGER], task, "Retirée de X à 10 h 12.")
        assert tasks(people[Role.COMMUNITY_MANAGER]) == ()
        with pytest.raises(RuleViolated, match="déjà"):
            close(people[Role.COMMUNITY_MANAGER], task, "Encore.")


def close(actor, task, note):
    with transaction() as session:
        cascade.close_takedown(session, actor, task_id=task.task_id, row_version=None, note=note)


def test_a_visa_ends_by_itself_the_day_after_its_last(people, visa):
    post_at(PostStatus.APPROVED, people, visa=NUMBER)
    for moment, status in (
        (datetime(2028, 4, 27, 21, 59, tzinfo=UTC), VisaStatus.GRANTED),
        (datetime(2028, 4, 27, 22, 1, tzinfo=UTC), VisaStatus.EXPIRED),
    ):
        with clock.at(moment), transaction() as session:
            visas.expire_visas(session)
        assert register(people[Role.AUDITOR])[0].status is status


@pytest.mark.parametrize("role", [Role.COMMUNITY_MANAGER, Role.LEGAL, Role.ADMINISTRATOR])
def test_only_who_keeps_the_register_changes_it(people, visa, role):
    with pytest.raises(NotPermitted):
        change(people[role], visa, VisaAction.SUSPEND, reason="Non.")


def test_a_visa_follows_its_table(people, visa):
    with pytest.raises(TransitionNotAllowed):
        change(people[Role.REGULATORY], visa, VisaAction.GRANT, on=date(2026, 5, 1))
    with pytest.raises(RuleViolated, match="raison"):
        change(people[Role.REGULATORY], visa, VisaAction.SUSPEND)


@pytest.mark.parametrize("day", [None, date(2026, 5, 5)])
def test_a_grant_has_a_day_that_is_not_to_come(people, visa, day):
    with transaction() as session:
        other = visas.file_visa(
            session, people[Role.REGULATORY], number="GP-2", kind=VisaKind.GP, product_id=visa.product_id
        )
    with pytest.raises(RuleViolated, match="jour de l'octroi"):
        change(people[Role.REGULATORY], other, VisaAction.GRANT, on=day)


def test_a_number_is_registered_once(people, visa):
    with pytest.raises(RuleViolated, match="tient déjà"), transaction() as session:
        visas.file_visa(session, people[Role.REGULATORY], number=NUMBER, kind=VisaKind.PM, product_id=visa.product_id)


def test_what_is_leaving_at_that_moment_counts_as_live(people, visa, monkeypatch):
    post = post_at(PostStatus.SCHEDULED, people, visa=NUMBER)
    monkeypatch.setattr(outbox, "cancel", lambda _session, **_subject: 1)
    change(people[Role.REGULATORY], visa, VisaAction.SUSPEND, reason="À vérifier.")
    assert [task.post_id for task in tasks(people[Role.AUDITOR])] == [post.id]
