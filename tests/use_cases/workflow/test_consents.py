"""A spokesperson's own account: nothing is scheduled there, and nothing leaves, without their consent to this text."""

import pytest
from sqlmodel import select

from compliance import accounts
from compliance.permissions import SYSTEM
from connectors.registry import CHANNELS
from errors import NotPermitted, RuleViolated, StaleVersion
from models.account import Account
from models.compliance import AuditEvent
from models.consent import Consent
from models.enums import ConsentStatus, Network, PostStatus, PublicationStatus, Role
from models.post import Post, Variant
from models.session import get, reading, transaction
from tests.post_factories import account, approve_all, content, draft, edit, load, schedule, submit
from workflow import consents, publishing
from workflow.content import VariantContent


def do(use_case, actor, **fields):
    with transaction() as session:
        return use_case(session, actor, **fields)


def rows(kind, *where):
    with reading() as session:
        return session.exec(select(kind).where(*where).order_by(*kind.__table__.primary_key)).all()


@pytest.fixture
def author(people):
    return people[Role.COMMUNITY_MANAGER]


@pytest.fixture
def doctor(people):
    return people[Role.MEDICAL]


@pytest.fixture
def own_account(doctor):
    """The doctor's own account on X."""
    connected = account(handle="dr_sophie")
    with transaction() as session:
        session.get(Account, connected.id).spokesperson_id = doctor.id
    return connected


@pytest.fixture
def post(people, author, own_account):
    made = draft(author, account=own_account)
    submit(author, made.id)
    approve_all(made.id, people)
    return made


def the_consent():
    return rows(Consent)[0]


def give(doctor):
    row = the_consent()
    do(consents.give_consent, doctor, consent_id=row.id, row_version=row.row_version, seen_sha256=row.variant_sha256)


def withdraw(doctor, reason="Je change d'avis."):
    row = the_consent()
    do(consents.withdraw_consent, doctor, consent_id=row.id, row_version=row.row_version, reason=reason)


def test_submitting_asks_and_only_the_person_answers(people, author, doctor, post):
    with reading() as session:
        [asked] = consents.consents_asked(session, doctor)
    assert (asked.post_id, asked.status, asked.spokesperson) == (post.id, ConsentStatus.ASKED, doctor.printed_name)
    for role in (Role.COMMUNITY_MANAGER, Role.RESPONSIBLE_PHARMACIST):
        with pytest.raises(RuleViolated, match="Seule la personne"):
            give(people[role])
    with pytest.raises(NotPermitted):
        give(people[Role.ADMINISTRATOR])
    with pytest.raises(StaleVersion):
        do(consents.give_consent, doctor, consent_id=asked.consent_id, row_version=None, seen_sha256="other")
    give(doctor)
    told = [event.action for event in rows(AuditEvent) if event.entity == "consent"]
    assert told == ["consent:ask", "consent:give"]


def test_without_consent_it_is_not_scheduled_and_with_it_it_is(author, doctor, post):
    with pytest.raises(RuleViolated, match="consentement de Medical"):
        schedule(author, post.id)
    assert load(post.id).status is PostStatus.APPROVED
    give(doctor)
    schedule(author, post.id)
    assert load(post.id).status is PostStatus.SCHEDULED


def test_a_consent_taken_back_holds_what_has_not_left(author, doctor, post):
    give(doctor)
    schedule(author, post.id)
    with pytest.raises(RuleViolated, match="raison"):
        withdraw(doctor, reason=" ")
    withdraw(doctor)
    with reading() as session:
        variant = session.exec(select(Variant)).one()
        name = consents.lacks_consent(session, get(session, Post, post.id), variant)
    assert name == doctor.printed_name
    with transaction() as session:
        publication = publishing.publications_of(session, post.id)[0]
    assert publication.status is PublicationStatus.HELD
    assert "ne consent plus" in publication.last_error


def test_a_refusal_can_be_asked_again(author, doctor, post, own_account):
    withdraw(doctor, "Pas sous mon nom.")
    do(consents.ask_consent, author, post_id=post.id, account_id=own_account.id)
    assert the_consent().status is ConsentStatus.ASKED


def test_a_changed_text_is_asked_anew_and_an_equal_one_is_not(author, doctor, post, own_account):
    give(doctor)
    edit(author, post.id, "Un tout autre texte.", account=own_account)
    submit(author, post.id)
    assert sorted(row.status for row in rows(Consent)) == [ConsentStatus.ASKED, ConsentStatus.GIVEN]
    edit(author, post.id, content(account=own_account).variants[0].text, account=own_account)
    submit(author, post.id)
    assert len(rows(Consent)) == 2


def test_the_companys_account_needs_nobody(people, author):
    made = draft(author)
    submit(author, made.id)
    assert rows(Consent) == []
    with pytest.raises(RuleViolated, match="porte-parole"):
        do(consents.ask_consent, author, post_id=made.id, account_id=account().id)


def test_a_network_without_connector_stops_the_whole_slot(people, author, monkeypatch):
    monkeypatch.delitem(CHANNELS, "linkedin")
    with transaction() as session:
        linkedin = accounts.register_account(
            session, SYSTEM, network=Network.LINKEDIN, handle="labos-helior", display_name="Laboratoires Hélior"
        )
    both = (*content().variants, VariantContent(linkedin.id, Network.LINKEDIN, "Bonjour"))
    made = draft(author, variants=both)
    submit(author, made.id)
    approve_all(made.id, people)
    with pytest.raises(RuleViolated, match="ne publie pas encore sur LinkedIn"):
        schedule(author, made.id)
    assert load(made.id).status is PostStatus.APPROVED
