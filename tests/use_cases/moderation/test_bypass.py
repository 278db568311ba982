"""Our own accounts are read too: what did not go through the committee is an incident, and its comments come in."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from compliance import accounts, clock
from compliance.permissions import SYSTEM
from errors import InvalidInput, NotPermitted, RuleViolated, StaleVersion
from models.account import Account, CoverageRecord
from models.bypass import Bypass
from models.compliance import AuditEvent
from models.enums import BypassKind, Network, Role
from models.publication import Publication
from models.session import get, reading, transaction
from moderation import bypass, intake
from moderation.bypass import look_for_bypasses
from tests.comment_factories import sandbox_account
from tests.factories import person
from workflow import prior_posts
from workflow.prior_file import PriorEntry

TEXT = "Hélioprotect, c'est sans aucun risque !"
REASON = "Publié par l'agence depuis son téléphone ; retiré."


@pytest.fixture
def account(world):
    """Written down five days ago, connected two days ago."""
    with clock.at(clock.now() - timedelta(days=5)), transaction() as session:
        us = world.account
        accounts.register_account(session, SYSTEM, network=Network.X, handle=us.handle, display_name=us.name)
    with clock.at(clock.now() - timedelta(days=2)):
        return sandbox_account()


@pytest.fixture
def regulatory(account):
    return person(Role.REGULATORY, login="regulatory")


def ago(**delta):
    return clock.now() - timedelta(**delta)


def found() -> list[Bypass]:
    with reading() as session:
        return list(session.exec(select(Bypass).order_by(col(Bypass.id))))


def take_in(world, actor, text=TEXT, **delta) -> str:
    """Make a post known, as the list of what was published does; returns its id."""
    at = ago(**delta)
    remote_id = world.post(text, at=at)
    url = f"https://x.com/{world.account.handle}/status/{remote_id}"
    entry = PriorEntry(Network.X, world.account.handle, url, remote_id, at, text, "Bien dormir")
    with transaction() as session:
        prior_posts.take_in(session, actor, entries=[entry])
    return remote_id


def settle(actor, row, reason=REASON, version=None):
    with transaction() as session:
        version = row.row_version if version is None else version
        return bypass.settle_bypass(session, actor, bypass_id=row.id, row_version=version, reason=reason)


def test_a_post_made_elsewhere_is_one_incident_with_its_audit_event(world, account):
    remote_id = world.post(TEXT, at=ago(hours=3))
    assert [look_for_bypasses(account.id) for _ in range(2)] == [1, 0]
    (row,) = found()
    assert (row.kind, row.remote_id, row.text) == (BypassKind.UNKNOWN_POST, remote_id, TEXT)
    with reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "bypass:find")).all()
        assert [event.entity_id for event in events] == [row.id]
        assert TEXT not in str(events[0].new)


def test_its_comments_come_in_all_the_same(world, account):
    remote_id = world.post(TEXT, at=ago(hours=3))
    look_for_bypasses(account.id)
    world.comment("J'ai eu des plaques rouges", reply_to=remote_id, mention=False)
    with reading() as session:
        assert intake._conversations(session, account.id) == [remote_id]
    assert intake.poll_account(account.id).new == 1


def test_what_is_younger_than_half_an_hour_or_older_than_the_connection_is_left_alone(world, account):
    world.post("À l'instant")
    world.post("Avant la connexion", at=ago(days=3))
    assert look_for_bypasses(account.id) == 0
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert look_for_bypasses(account.id) == 1
    assert [row.text for row in found()] == ["À l'instant"]


def test_a_known_post_is_no_incident_until_its_text_changes(world, account, regulatory):
    remote_id = take_in(world, regulatory, minutes=55)
    assert look_for_bypasses(account.id) == 0
    world.edit(remote_id, "Parlez-en à votre pharmacien.")
    with clock.at(clock.now() + timedelta(minutes=40)):
        assert [look_for_bypasses(account.id) for _ in range(2)] == [1, 0]
    (row,) = found()
    with reading() as session:
        signed = get(session, Publication, row.publication_id)
        (shown,) = bypass.open_bypasses(session, regulatory)
    assert (row.kind, row.remote_id, signed.remote_id) == (BypassKind.CHANGED_TEXT, remote_id, remote_id)
    assert (shown.text, shown.signed) == ("Parlez-en à votre pharmacien.", TEXT)


def test_what_a_spokesperson_says_in_their_own_name_is_not_kept(world, account, regulatory):
    with transaction() as session:
        get(session, Account, account.id).spokesperson_id = regulatory.id
    world.post("Belle journée à la mer", at=ago(hours=3))
    assert look_for_bypasses(account.id) == 0


def test_a_network_that_does_not_answer_leaves_a_coverage_record(world, account):
    world.break_next("find_own", "status", value=503, times=5)
    assert look_for_bypasses(account.id) == 0
    with reading() as session:
        assert session.exec(select(CoverageRecord.error)).all() == ["Unavailable"]


def test_an_incident_is_settled_once_by_who_may_with_a_reason_in_words(world, account, regulatory):
    world.post(TEXT, at=ago(hours=3))
    look_for_bypasses(account.id)
    (row,) = found()
    with pytest.raises(NotPermitted):
        settle(person(Role.COMMUNITY_MANAGER), row)
    for reason in ("  ", "vu ok", "é " * 2_001):
        with pytest.raises(InvalidInput):
            settle(regulatory, row, reason)
    assert settle(regulatory, row).settled_by == regulatory.id
    with pytest.raises(StaleVersion):
        settle(regulatory, row)
    with pytest.raises(RuleViolated, match="déjà réglé"):
        settle(regulatory, found()[0])
    with reading() as session:
        assert (bypass.open_bypasses(session, regulatory), bypass.mine_to_settle(session, regulatory)) == ([], 0)
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "bypass:settle")).one()
    assert (event.actor_id, event.reason) == (regulatory.id, REASON)
    assert look_for_bypasses(account.id) == 0
