"""How often, and how far back: an account that has just published is read more often; what is old is looked at again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import clock
from models.comment import Comment
from models.enums import PostStatus, PublicationStatus, Role, VisibilityFacet
from models.post import Post
from models.publication import Publication
from models.session import get, reading, transaction
from moderation import intake, worker
from tests.comment_factories import bring, incoming, sandbox_account
from tests.factories import committee
from tests.post_factories import post_at
from tests.terms_factories import sign_terms
from workflow.findings import variants_of
from workflow.rounds import current_version


@pytest.fixture
def published(db) -> Publication:
    sign_terms()
    people = committee()
    post = post_at(PostStatus.APPROVED, people)
    with transaction() as session:
        version = current_version(session, get(session, Post, post.id))
        (variant,) = variants_of(session, version.id)
        row = Publication(
            post_id=post.id, version_id=version.id, variant_id=variant.id, account_id=variant.account_id,
            network=variant.network, due_at=clock.now(), status=PublicationStatus.PUBLISHED,
            scheduled_by=people[Role.COMMUNITY_MANAGER].id or "", variant_sha256=variant.variant_sha256,
            published_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        return row


@pytest.mark.parametrize(("hours", "fresh"), [(1, True), (47, True), (49, False)])
def test_an_account_is_read_more_often_for_two_days_after_it_published(published, hours, fresh):
    with transaction() as session:
        session.get(Publication, published.id).published_at = clock.now() - timedelta(hours=hours)
    with reading() as session:
        assert intake.fresh_accounts(session) == ({published.account_id} if fresh else set())


def test_the_last_week_is_looked_at_each_hour_the_month_each_day_half_a_year_each_week(published, monkeypatch):
    looked = []
    monkeypatch.setattr(intake, "reconcile_account", lambda account_id, days: looked.append((account_id, days)))
    due = worker.periodic()
    for name in ("reconcile_accounts", "reconcile_month", "reconcile_half_year"):
        due[name].run()
    assert looked == [(published.account_id, days) for days in (7, 30, 180)]
    assert [due[name].seconds for name in ("reconcile_accounts", "reconcile_month", "reconcile_half_year")] == [
        3_600,
        86_400,
        604_800,
    ]


def test_a_fresh_account_is_polled_and_a_quiet_one_waits_for_its_round(published, monkeypatch):
    polled = []
    monkeypatch.setattr(intake, "poll_account", polled.append)
    worker.poll_fresh()
    assert polled == [published.account_id]
    with transaction() as session:
        session.get(Publication, published.id).published_at = clock.now() - timedelta(days=3)
    worker.poll_fresh()
    assert polled == [published.account_id]


def test_an_id_that_is_none_of_the_networks_stops_no_reading_and_is_not_called_deleted(world, published):
    account = sandbox_account()
    told = world.comment("@LabosHelior j'ai des vertiges")
    with transaction() as session:
        session.get(Publication, published.id).account_id = account.id
        session.get(Publication, published.id).remote_id = "pfbid0helior"
    assert intake.poll_account(account.id).error is None
    bring(account, replace(incoming(1), external_id="message-0417", edit_ids=("message-0417",)))
    assert intake.reconcile_account(account.id).error is None
    with reading() as session:
        seen = {one.external_id: one.visibility for one in session.exec(select(Comment))}
    assert seen == {told: VisibilityFacet.VISIBLE, "message-0417": VisibilityFacet.VISIBLE}
