"""A notification quotes people: it goes by its network's signed days, heard or not, seven days at the most."""

import json
from datetime import timedelta

import pytest
from sqlmodel import col, select

from compliance import audit, clock
from models.compliance import AuditEvent
from models.engine_room import WebhookDelivery
from models.enums import Network
from models.session import reading, transaction
from moderation import webhooks
from moderation.terms import told
from tests.comment_factories import ADVERSE, NOON, count
from tests.terms_factories import sign_terms

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def tell(network, n=1, *, at=NOON, heard=True):
    with clock.at(at), transaction() as session:
        row = webhooks.write_down(session, network, json.dumps({"n": n, "text": ADVERSE}).encode())
        row.heard_at = clock.now() if heard else None


def remove(after):
    with clock.at(NOON + after):
        return told.remove_told()


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize(
    ("network", "days", "most"),
    [
        (Network.LINKEDIN, {}, DAY),
        (Network.LINKEDIN, {"days_after_deletion": 2, "reason": "Deux jours en tout."}, 2 * DAY),
        (Network.X, {}, DAY),
        (Network.FACEBOOK, {}, 7 * DAY),
        (Network.INSTAGRAM, {"days_after_deletion": 30, "reason": "Le délai de nos avocats."}, 7 * DAY),
        (Network.INSTAGRAM, {"days_kept": 3, "days_after_deletion": 3, "reason": "Le moins possible."}, 3 * DAY),
    ],
)
def test_it_is_removed_by_the_shorter_of_the_days_that_were_signed(db, network, days, most, heard):
    with clock.at(NOON - DAY):
        sign_terms(network, **days)
    tell(network, heard=heard)
    assert remove(most - told.EARLY - MINUTE) == 0
    assert remove(most - told.EARLY + MINUTE) == 1
    assert count(WebhookDelivery) == 0


@pytest.mark.parametrize(
    ("network", "most"), [(Network.LINKEDIN, DAY), (Network.TIKTOK, 7 * DAY), (Network.EMAIL, 7 * DAY)]
)
def test_where_nobody_signed_the_proposed_days_hold(db, network, most):
    tell(network)
    assert remove(most - HOUR) == 0
    assert remove(most) == 1


def test_other_networks_and_younger_ones_stay_and_the_trail_says_how_many_went(db, monkeypatch):
    monkeypatch.setattr(told, "BATCH", 2)
    for n in range(5):
        tell(Network.LINKEDIN, n)
    tell(Network.FACEBOOK)
    tell(Network.LINKEDIN, 9, at=NOON + DAY)
    assert remove(DAY) == len(range(5))
    with reading() as session:
        left = session.exec(select(WebhookDelivery.network).order_by(WebhookDelivery.id)).all()
        assert left == [Network.FACEBOOK, Network.LINKEDIN]
        purges = select(AuditEvent).where(AuditEvent.entity == "webhook_delivery").order_by(col(AuditEvent.seq))
        events = session.exec(purges).all()
        assert [(one.new["count"], one.reason) for one in events] == [
            (2, "linkedin: 1"),
            (2, "linkedin: 1"),
            (1, "linkedin: 1"),
        ]
        assert ADVERSE not in str([one.new for one in events])
        assert audit.verify_chain(session).problem is None


def test_the_same_bytes_after_their_removal_only_make_us_ask_again(db):
    tell(Network.LINKEDIN)
    remove(DAY)
    tell(Network.LINKEDIN, at=NOON + DAY, heard=False)
    with reading() as session:
        row = session.exec(select(WebhookDelivery)).one()
        assert (row.times, row.heard_at) == (1, None)
