"""An approval's time, repetitions, the matrix of re-approval and the channels of Teams, as people see and set them."""

from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import select

from app_pages import _signature
from compliance import accounts, clock, outbox
from models.carried import ReapprovalMatrix
from models.enums import EffectKind, PostStatus, PublicationStatus, Role
from models.publication import Publication, RepeatSeries
from models.session import reading
from models.teams import TeamChannel
from tests.factories import PASSWORD
from tests.pages.conftest import text_of
from tests.post_factories import forge_approval_days, load, open_steps, post_at, schedule, slot
from tests.use_cases.workflow.fake_network import FakeChannel
from workflow.publishing import PUBLISH_HANDLER
from workflow.reapproval import Change

CM = Role.COMMUNITY_MANAGER


@pytest.fixture
def published(people, monkeypatch):
    channel = FakeChannel()
    monkeypatch.setattr(accounts, "open_channel", lambda _account: channel)
    with clock.at(clock.now() - timedelta(days=8)):
        post = post_at(PostStatus.APPROVED, people)
        schedule(people[CM], post.id, slot(1))
    with clock.at(clock.now() - timedelta(days=7, hours=22)):
        outbox.run_one("test", {EffectKind.PUBLISH: PUBLISH_HANDLER})
    return load(post.id)


def said(at) -> str:
    return unescape(text_of(at))


def test_a_published_post_is_repeated_every_two_weeks_and_stopped(open_page, people, published):
    at = open_page("review.py", people[CM], post=published.id)
    at.button(key="repeat").click().run()
    assert not at.exception
    assert "Répétition en cours" in said(at)
    assert "toutes les 2 semaines" in said(at)
    with reading() as session:
        (row,) = session.exec(select(RepeatSeries)).all()
        coming = session.exec(select(Publication).where(Publication.status == PublicationStatus.SCHEDULED)).all()
    assert len(coming) == 5
    at.text_input(key=f"why_stop_{row.id}").input("Sujet passé.")
    at.button(key=f"stop_{row.id}").click().run()
    assert "Répétition terminée" in said(at)
    assert "Sujet passé." in said(at)


def test_dates_that_cannot_be_are_a_sentence_and_stay(open_page, people, published):
    at = open_page("review.py", people[CM], post=published.id)
    at.session_state["repeat_way"] = "dates"
    at.run()
    at.button(key="repeat_add").click().run()
    at.datetime_input(key="repeat_1").set_value(at.datetime_input(key="repeat_0").value).run()
    at.datetime_input(key="repeat_0").set_value(clock.paris(clock.now()).replace(tzinfo=None)).run()
    at.button(key="repeat").click().run()
    assert not at.exception
    assert at.error
    assert at.datetime_input(key="repeat_1").value
    with reading() as session:
        assert session.exec(select(RepeatSeries)).first() is None


def test_an_expired_approval_says_so_everywhere_and_is_submitted_again(open_page, people):
    with clock.at(clock.now() - timedelta(days=40)):
        post = post_at(PostStatus.APPROVED, people)
    forge_approval_days(30)
    assert "Approbation périmée" in said(open_page("my_work.py", people[CM]))
    at = open_page("review.py", people[CM], post=post.id)
    assert "Approbation périmée" in said(at)
    at.button(key="renew").click().run()
    assert not at.exception
    assert [step.role for step in open_steps(post.id)] == [Role.COMMUNICATIONS]


def test_the_end_of_an_approval_stands_in_the_calendar(open_page, people):
    post_at(PostStatus.APPROVED, people)
    day = clock.paris(clock.now() + timedelta(days=90)).date()
    assert "fin d'approbation" in said(open_page("planning.py", people[Role.AUDITOR], jour=day.isoformat()))


def test_the_pharmacist_changes_the_matrix_and_signs_it(open_page, people):
    at = open_page("rules.py", people[Role.RESPONSIBLE_PHARMACIST])
    assert "Matrice livrée" in said(at)
    assert at.dataframe[-1].value["Changement"].tolist()[3] == "faute de frappe corrigée"
    at.multiselect(key="matrix_1_typo").set_value([]).run()
    at.text_input(key="matrix_reason").input("Prudence.")
    at.button(key="matrix_sign").click().run()
    at.text_input(key=_signature.PASSWORD).input(PASSWORD)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert not at.exception
    assert "Signée par" in said(at)
    with reading() as session:
        assert session.exec(select(ReapprovalMatrix)).one().kept[Change.TYPO] == []
    at = open_page("rules.py", people[Role.AUDITOR])
    assert "matrix_sign" not in [button.key for button in at.button]


def test_an_administrator_connects_a_channel_whose_address_never_shows_again(open_page, people):
    at = open_page("administration.py", people[Role.ADMINISTRATOR])
    at.text_input(key="teams_name").input("Comité")
    at.text_input(key="teams_address").input("http://teams.example/secret")
    at.button(key="teams_connect").click().run()
    assert "https" in at.error[0].value
    at.text_input(key="teams_address").input("https://teams.example/secret")
    at.button(key="teams_connect").click().run()
    assert not at.exception
    assert "Comité" in said(at)
    assert "secret" not in said(at) + at.text_input(key="teams_address").value
    with reading() as session:
        (channel,) = session.exec(select(TeamChannel)).all()
    at.button(key=f"close_{channel.id}").click().run()
    assert "Aucun canal" in said(at)
