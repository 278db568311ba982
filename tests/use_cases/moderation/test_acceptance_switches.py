"""Comments that somebody opens or closes on a network itself: seen where it tells, put back where it lets a program."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from compliance import accounts, clock, outbox
from compliance.permissions import Actor
from models.account import Account
from models.base import new_id
from models.bypass import Bypass
from models.engine_room import OutboxEffect
from models.enums import BypassKind, PostStatus, Role
from models.publication import Publication
from models.session import get, reading, transaction
from moderation import bypass, comment_switches
from moderation.comment_switches import KINDS, write_bypass
from moderation.worker import HANDLERS
from tests import media_samples as samples
from tests.acceptance import plays
from tests.comment_factories import ADVERSE
from tests.factories import committee
from tests.post_factories import CLEAN_TEXT, post_at, schedule
from tests.stages import Stage
from workflow.content import VariantSettings
from workflow.media import add_media
from workflow.publications import publications_of

OPENED, CLOSED = BypassKind.COMMENTS_OPENED, BypassKind.COMMENTS_CLOSED
FILMS = {"instagram": VariantSettings(), "youtube": VariantSettings(network=(("title", "Mieux dormir"),))}
"""Where a post is a film, and how it is set."""


@pytest.fixture
def people(stage) -> dict[Role, Actor]:
    return committee()


@pytest.fixture
def regulatory(people) -> Actor:
    return people[Role.REGULATORY]


@pytest.fixture
def published(stage, people) -> Publication:
    """A text published through the whole circuit, its comments signed open."""
    manager, now, variant = people[Role.COMMUNITY_MANAGER], clock.now(), {}
    with reading() as session:
        account = get(session, Account, stage.account_id)
    if stage.network in FILMS:
        with transaction() as session:
            film = add_media(session, manager, name="course.mp4", data=samples.film()).ref()
        variant = {"media": (film,), "settings": FILMS[stage.network]}
    with clock.at(now - timedelta(days=1)):
        post = post_at(PostStatus.APPROVED, people, CLEAN_TEXT, account=account, variant=variant)
        schedule(manager, post.id, now)
    work()
    with reading() as session:
        return publications_of(session, post.id)[-1]


def work() -> None:
    while outbox.run_one("test", HANDLERS):
        pass


def look(stage: Stage) -> int:
    with clock.at(clock.now() + timedelta(minutes=40)):
        return bypass.look_for_bypasses(stage.account_id)


def incidents() -> list[tuple[BypassKind, bool, bool]]:
    """Kind, settled, as signed again."""
    with reading() as session:
        rows = session.exec(select(Bypass).where(col(Bypass.kind).in_(KINDS)).order_by(col(Bypass.id))).all()
        return [(row.kind, row.settled_at is not None, row.righted_at is not None) for row in rows]


def open_there(stage: Stage, remote_id: str) -> bool | None:
    """Whether the network says that a post's comments are open."""
    with reading() as session:
        channel = accounts.open_channel(get(session, Account, stage.account_id))
    shown = channel.own_posts(clock.now() - timedelta(days=1))
    return next(one.comments_open for one in shown if one.remote_id == remote_id)


def put_back(actor: Actor) -> OutboxEffect:
    with reading() as session:
        (row,) = [one for one in bypass.open_bypasses(session, actor) if one.kind in KINDS]
    with transaction() as session:
        return comment_switches.put_back(session, actor, bypass_id=row.bypass_id, row_version=row.row_version)


@plays("switched")
def test_comments_closed_there_are_one_incident_until_they_are_open_again(stage: Stage, regulatory, published):
    post = published.remote_id
    assert look(stage) == 0
    stage.world.switch(post, enabled=False)
    assert [look(stage), look(stage)] == [1, 0]
    with reading() as session:
        (row,) = [one for one in bypass.open_bypasses(session, regulatory) if one.kind in KINDS]
    assert (row.kind, row.put_back, row.erases) == (CLOSED, stage.can.switches_comments, False)
    stage.world.switch(post, enabled=True)
    assert look(stage) == 0
    assert incidents() == [(CLOSED, True, True)]


@pytest.mark.parametrize("fault", ["", "lose_answer", "status"])
@plays("put back")
def test_a_person_has_them_opened_again_and_the_incident_closes(stage: Stage, regulatory, published, fault):
    post = published.remote_id
    stage.world.switch(post, enabled=False)
    assert look(stage) == 1
    if fault:
        stage.breaks(fault, method="POST")
    put_back(regulatory)
    work()
    assert incidents() == [(CLOSED, not fault, not fault)]
    with clock.at(clock.now() + timedelta(minutes=20)):
        work()
    assert open_there(stage, post)
    assert incidents() == [(CLOSED, True, True)]
    assert look(stage) == 0


@pytest.fixture
def opened(stage, published) -> str:
    """A post whose comments are open, and were to be closed."""
    now = clock.now()
    with transaction() as session:
        row = Bypass(
            id=new_id(), account_id=stage.account_id, remote_id=published.remote_id, url="https://exemple.example/", kind=OPENED,
            text=CLEAN_TEXT, text_sha256="0" * 64, posted_at=now, found_at=now, publication_id=published.id,
        )  # fmt: skip
        write_bypass(session, row)
    return published.remote_id


@plays("read first")
def test_what_closing_deletes_is_read_before(stage: Stage, regulatory, opened):
    with reading() as session:
        (row,) = [one for one in bypass.open_bypasses(session, regulatory) if one.kind is OPENED]
    assert (row.put_back, row.erases) == (True, True)
    comment = stage.says(ADVERSE, under=opened)
    put_back(regulatory)
    work()
    assert comment in stage.stored()
    assert open_there(stage, opened) is False
    assert incidents() == [(OPENED, True, True)]


@plays("read first")
def test_what_cannot_be_read_now_is_not_deleted(stage: Stage, regulatory, opened):
    comment = stage.says(ADVERSE, under=opened)
    stage.breaks("rate_limit", method="GET", value=60)
    put_back(regulatory)
    work()
    assert comment not in stage.stored()
    assert incidents() == [(OPENED, False, False)]
    assert [one["shown"] for one in stage.world.items() if one["id"] == comment] == [True]
