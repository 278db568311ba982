"""Comments that somebody opens or closes on the network: an incident each time, put back by a button, closed by that."""

from datetime import timedelta

import httpx
import pytest
from sqlmodel import col, select

from compliance import accounts, clock, outbox
from compliance.permissions import SYSTEM
from connectors.sandbox.meta.networks import INSTAGRAM_TOKEN
from connectors.sandbox.meta.oauth import INSTAGRAM
from errors import NotPermitted, RuleViolated
from models.bypass import Bypass
from models.compliance import AuditEvent
from models.enums import BypassKind, EffectStatus, Network, PostStatus, Role
from models.session import reading, transaction
from moderation import bypass, comment_switches
from moderation.bypass import look_for_bypasses
from moderation.worker import HALF_YEAR, HANDLERS
from settings import get_settings
from tests import media_samples as samples
from tests.comment_factories import sandbox_account
from tests.factories import committee
from tests.post_factories import CLEAN_TEXT, post_at, schedule
from workflow.content import VariantSettings
from workflow.media import add_media
from workflow.publications import publications_of

OPENED, CLOSED = BypassKind.COMMENTS_OPENED, BypassKind.COMMENTS_CLOSED


@pytest.fixture
def people(world):
    return committee()


def publish(people, account, variant) -> str:
    """Publish through the whole circuit, an hour ago; returns the id on the network."""
    now = clock.now()
    with clock.at(now - timedelta(days=1)):
        post = post_at(PostStatus.APPROVED, people, CLEAN_TEXT, account=account, variant=variant)
        schedule(people[Role.COMMUNITY_MANAGER], post.id, now)
    work()
    with reading() as session:
        return publications_of(session, post.id)[-1].remote_id


def work() -> None:
    while outbox.run_one("test", HANDLERS):
        pass


def look(account, minutes=40, **more) -> int:
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        return look_for_bypasses(account.id, **more)


def incidents() -> list[tuple[BypassKind, bool, bool]]:
    """Kind, settled, as signed again."""
    with reading() as session:
        rows = session.exec(select(Bypass).order_by(col(Bypass.id))).all()
        return [(row.kind, row.settled_at is not None, row.righted_at is not None) for row in rows]


def set_on_network(world, remote_id, **settings) -> None:
    answer = world.http.post(f"/_sandbox/posts/{remote_id}/settings", json={"network": world.network, **settings})
    assert answer.is_success, answer.text


def test_comments_opened_where_they_were_signed_closed_are_one_incident_each_time(world, people):
    account = sandbox_account()
    post = publish(people, account, {"settings": VariantSettings(comments_open=False)})
    assert look(account) == 0
    set_on_network(world, post, reply_settings="everyone")
    assert [look(account), look(account)] == [1, 0]
    with reading() as session:
        (row,) = bypass.open_bypasses(session, people[Role.REGULATORY])
    assert (row.kind, row.put_back) == (OPENED, False)
    set_on_network(world, post, reply_settings="following")
    assert look(account) == 0
    assert incidents() == [(OPENED, True, True)]
    set_on_network(world, post, reply_settings="everyone")
    assert look(account) == 1
    assert incidents() == [(OPENED, True, True), (OPENED, False, False)]
    with reading() as session:
        found = select(AuditEvent.action).where(col(AuditEvent.action).startswith("bypass:"))
        events = session.exec(found.order_by(col(AuditEvent.seq))).all()
    assert events == ["bypass:find", "bypass:right", "bypass:find"]


def test_what_a_person_settled_while_it_stands_is_no_new_incident(world, people):
    account = sandbox_account()
    post = publish(people, account, {})
    set_on_network(world, post, reply_settings="following")
    assert look(account) == 1
    with transaction() as session:
        row = session.exec(select(Bypass)).one()
        reason = "Fermés une nuit par l'astreinte, voulu."
        bypass.settle_bypass(
            session, people[Role.REGULATORY], bypass_id=row.id, row_version=row.row_version, reason=reason
        )
    assert look(account) == 0
    assert incidents() == [(CLOSED, True, False)]


def test_what_is_changed_after_weeks_is_found_by_the_long_look(world, people):
    with clock.at(clock.now() - timedelta(days=50)):
        account = sandbox_account()
    with clock.at(clock.now() - timedelta(days=40)):
        world.http.post("/_sandbox/clock", json={"at": clock.now().isoformat()})
        post = publish(people, account, {})
    world.http.post("/_sandbox/clock", json={"at": None})
    set_on_network(world, post, reply_settings="following")
    assert look(account) == 0
    assert look(account, days=HALF_YEAR) == 1
    assert incidents() == [(CLOSED, False, False)]


@pytest.fixture
def instagram(world, people, monkeypatch):
    """A film on Instagram whose comments were signed open and are closed there; yields the control client and row."""
    monkeypatch.setenv("COVIGIE_INSTAGRAM_BASE_URL", f"{world.url}/instagram")
    get_settings.cache_clear()
    with transaction() as session:
        account = accounts.connect_account(
            session, SYSTEM, network=Network.INSTAGRAM, handle=INSTAGRAM.handle, display_name="Hélior",
            external_id=INSTAGRAM.id, token=INSTAGRAM_TOKEN,
        )  # fmt: skip
        manager = people[Role.COMMUNITY_MANAGER]
        film = add_media(session, manager, name="course.mp4", data=samples.film()).ref()
    post = publish(people, account, {"media": (film,)})
    world.http.post(f"/_sandbox/posts/{post}/settings", json={"network": "instagram", "comment_enabled": False})
    assert look(account) == 1
    with reading() as session:
        (row,) = bypass.open_bypasses(session, people[Role.REGULATORY])
    return account, row


def ask(actor, row):
    with transaction() as session:
        return comment_switches.put_back(session, actor, bypass_id=row.bypass_id, row_version=row.row_version)


def enabled(http: httpx.Client) -> bool:
    items = http.get("/_sandbox/state", params={"network": "instagram"}).json()["items"]
    return items[0]["settings"]["comment_enabled"]


@pytest.mark.parametrize("fault", [None, "lose_answer", "status"])
def test_a_person_has_them_put_back_and_the_incident_closes(world, people, instagram, fault):
    account, row = instagram
    assert (row.kind, row.put_back, row.asked) == (CLOSED, True, False)
    if fault:
        armed = {"network": "instagram", "kind": fault, "method": "POST", "path": "/instagram/"}
        world.http.post("/_sandbox/faults", json=armed).raise_for_status()
    with pytest.raises(NotPermitted):
        ask(people[Role.COMMUNITY_MANAGER], row)
    ask(people[Role.REGULATORY], row)
    with pytest.raises(RuleViolated, match="déjà demandé"):
        ask(people[Role.REGULATORY], row)
    work()
    with clock.at(clock.now() + timedelta(minutes=20)):
        work()
    assert enabled(world.http)
    assert incidents() == [(CLOSED, True, True)]
    assert look(account) == 0


def test_what_the_network_refuses_stays_open_with_its_reason_and_can_be_asked_again(
    world, people, instagram, monkeypatch
):
    _account, row = instagram
    armed = {"network": "instagram", "kind": "status", "method": "POST", "path": "/instagram/", "value": 403}
    world.http.post("/_sandbox/faults", json=armed).raise_for_status()
    effect = ask(people[Role.REGULATORY], row)
    work()
    with reading() as session:
        assert session.get(type(effect), effect.id).status is EffectStatus.FAILED
        (row,) = bypass.open_bypasses(session, people[Role.REGULATORY])
    assert (row.asked, bool(row.error)) == (False, True)
    ask(people[Role.REGULATORY], row)
    work()
    assert incidents() == [(CLOSED, True, True)]


def test_x_is_put_back_by_hand(world, people):
    account = sandbox_account()
    post = publish(people, account, {})
    set_on_network(world, post, reply_settings="following")
    look(account)
    with reading() as session:
        (row,) = bypass.open_bypasses(session, people[Role.REGULATORY])
    with pytest.raises(RuleViolated, match="sur sa page"):
        ask(people[Role.REGULATORY], row)
