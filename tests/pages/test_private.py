"""A private message on the screens: said to be one, answered in its thread while that is possible, never hidden."""

from dataclasses import replace
from datetime import timedelta

import pytest

from compliance import clock
from connectors.base import Said
from models.account import Account
from models.base import new_id
from models.enums import AccountStatus, BlindSpot, Intent, Network, Role
from models.private import DoorReading
from models.session import transaction
from moderation import analysing
from tests.comment_factories import approved_text, bring, community_manager, incoming
from tests.factories import person
from tests.pages.conftest import text_of

THANKS = "Merci pour votre message, il nous fait très plaisir."


@pytest.fixture
def page(sqlite_db) -> Account:
    with transaction() as session:
        row = Account(
            id=new_id(),
            network=Network.FACEBOOK,
            created_at=clock.now(),
            handle="LabosHelior",
            display_name="Laboratoires Hélior",
            status=AccountStatus.ACTIVE,
        )
        session.add(row)
    return row


@pytest.fixture
def actor(page):
    approved_text(text=THANKS, intents=[intent.value for intent in Intent])
    return community_manager()


def write(page, *, hours_ago: float) -> None:
    at = clock.now() - timedelta(hours=hours_ago)
    one = incoming(1, "Bonjour, où trouver la notice ?", conversation_id="t_1", posted_at=at)
    bring(page, replace(one, said=Said.PRIVATE_MESSAGE))
    analysing.analyse_pending()


def test_it_is_said_to_be_private_and_until_when_it_is_answered(open_page, actor, page):
    write(page, hours_ago=2)
    at = open_page("people_waiting.py", actor)
    said = text_of(at)
    assert "Message privé" in said
    assert "La réponse part dans la conversation privée" in said
    assert "Réponse privée" not in [toggle.label for toggle in at.toggle]
    assert "rien à masquer ni à supprimer" in said
    assert "send" in [button.key for button in at.button]
    assert "hide_now" not in [button.key for button in at.button]


def test_after_the_window_a_text_is_copied_and_nothing_can_be_sent(open_page, actor, page):
    write(page, hours_ago=25)
    at = open_page("people_waiting.py", actor)
    assert not at.exception
    assert "fenêtre fermée" in text_of(at)
    assert [code.value for code in at.code] == [THANKS]
    assert "send" not in [button.key for button in at.button]


def test_a_door_that_is_not_read_says_why_and_who_looks_instead(open_page, page):
    with transaction() as session:
        session.add(
            DoorReading(
                account_id=page.id, spot=BlindSpot.PRIVATE_MESSAGES, tried_at=clock.now(), error="NotGranted",
            )
        )  # fmt: skip
    said = text_of(open_page("coverage.py", person(Role.QUALITY)))
    assert "le jeton n&#39;a pas la permission" in said
    assert "quelqu&#39;un regarde à la main" in said
