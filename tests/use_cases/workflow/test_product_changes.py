"""A product that changes takes with it what can no longer be said of it, and nothing else; it is shown before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from compliance import clock
from errors import InvalidInput, NotPermitted, RuleViolated, StaleVersion
from models.compliance import AuditEvent
from models.enums import PostStatus, ProductAction, ProductStatus, PublicationStatus, Qualification, Role
from models.product import Product
from models.publication import Publication
from models.session import get, reading, transaction
from tests.post_factories import OTC, post_at, product, schedule, slot
from workflow import cascade, product_changes
from workflow.content import VariantSettings
from workflow.product_changes import content_of_product
from workflow.products import facts_of

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
TEXT = "Rinozel change de boîte : la nouvelle est plus petite."
RELIEVES = "Rinozel soulage la rhinite allergique."
QUIET = {"variant": {"settings": VariantSettings(comments_open=False)}}
SAFETY = {"qualification": Qualification.SAFETY}


@pytest.fixture(autouse=True)
def may():
    with clock.at(NOW):
        yield


@pytest.fixture
def rinozel(people):
    return product(OTC)


def about(people, rinozel, status=PostStatus.SCHEDULED, **fields):
    told = {"qualification": Qualification.PRODUCT_INFO, "products": (rinozel,)} | QUIET | fields
    return post_at(status, people, told.pop("text", TEXT), **told)


def enter(actor, product_id, action, reason="Décision de l'ANSM."):
    with transaction() as session:
        return product_changes.change_status(
            session, actor, product_id=product_id, row_version=None, action=action, reason=reason
        )


def change(actor, product_id, reason="Nouvelle AMM.", row_version=None, **fields):
    with transaction() as session:
        content = replace(content_of_product(get(session, Product, product_id)), **fields)
        return product_changes.edit_product(
            session, actor, product_id=product_id, row_version=row_version, content=content, reason=reason
        )


def publication_of(post):
    with reading() as session:
        return session.exec(select(Publication).where(Publication.post_id == post.id)).one()


def test_a_suspended_product_holds_what_speaks_of_it(people_on_both):
    people, rinozel = people_on_both, product(OTC)
    post = about(people, rinozel)
    other = post_at(PostStatus.SCHEDULED, people)
    enter(people[Role.REGULATORY], rinozel, ProductAction.SUSPEND)
    held = publication_of(post)
    assert (held.status, held.last_error) == (
        PublicationStatus.HELD,
        "Rinozel est suspendu. Décision de l'ANSM.",
    )
    assert publication_of(other).status is PublicationStatus.SCHEDULED
    with pytest.raises(RuleViolated, match="n'est plus sur le marché"):
        schedule(people[Role.COMMUNITY_MANAGER], post.id, slot(30))


def test_information_on_safety_still_goes_out(people, rinozel):
    enter(people[Role.REGULATORY], rinozel, ProductAction.STOP)
    post = about(people, rinozel, **SAFETY)
    enter(people[Role.REGULATORY], rinozel, ProductAction.WITHDRAW)
    assert publication_of(post).status is PublicationStatus.SCHEDULED


def test_what_is_live_is_to_be_taken_down_and_comes_back_with_the_product(people, rinozel, network, work):
    post = about(people, rinozel)
    with clock.at(NOW + timedelta(days=1, minutes=1)):
        work()
        enter(people[Role.REGULATORY], rinozel, ProductAction.SUSPEND)
        with reading() as session:
            (task,) = cascade.takedowns(session, people[Role.COMMUNITY_MANAGER])
        assert task.post_id == post.id
        enter(people[Role.REGULATORY], rinozel, ProductAction.RESTORE, "Suspension levée.")
        again = about(people, rinozel)
    assert publication_of(again).status is PublicationStatus.SCHEDULED


RESTRICTIONS = [
    {"prescription_only": True},
    {"reimbursed": True},
    {"restricted": True, "restriction": "Décision de 2026"},
]


@pytest.mark.parametrize("fields", RESTRICTIONS, ids=lambda each: next(iter(each)))
def test_a_change_is_shown_before_and_takes_only_what_the_rules_newly_block(people, rinozel, fields):
    concerned = about(people, rinozel, text=RELIEVES)
    untouched = about(people, rinozel)
    with reading() as session:
        was = content_of_product(get(session, Product, rinozel))
        shown = [
            product_changes.concerned_by(session, people[Role.REGULATORY], product_id=rinozel, content=content)
            for content in (replace(was, amm_number="34009"), replace(was, **fields))
        ]
    change(people[Role.REGULATORY], rinozel, **fields)
    held, kept = publication_of(concerned), publication_of(untouched)
    assert [[row.post_id for row in rows] for rows in shown] == [[], [concerned.id]]
    assert (held.status, kept.status) == (PublicationStatus.HELD, PublicationStatus.SCHEDULED)
    assert "les règles s'opposent désormais" in held.last_error


def test_a_change_keeps_old_and_new_with_its_reason(people, rinozel):
    change(people[Role.RESPONSIBLE_PHARMACIST], rinozel, amm_until=date(2028, 1, 1), age_min=6)
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "product:edit")).one()
    assert (event.old, event.new) == (
        {"age_min": None, "amm_until": None},
        {"age_min": 6, "amm_until": "2028-01-01"},
    )
    assert event.reason == "Nouvelle AMM."


def test_an_authorisation_ends_by_itself_the_day_after_its_last(people, rinozel):
    change(people[Role.REGULATORY], rinozel, amm_until=date(2026, 5, 10))
    post = about(people, rinozel)
    with clock.at(datetime(2026, 5, 10, 21, 59, tzinfo=UTC)), transaction() as session:
        assert product_changes.expire_products(session) == []
    with clock.at(datetime(2026, 5, 10, 22, 1, tzinfo=UTC)), transaction() as session:
        (ended,) = product_changes.expire_products(session)
    assert (ended.status, publication_of(post).status) == (ProductStatus.EXPIRED, PublicationStatus.HELD)
    with pytest.raises(RuleViolated, match="date de fin"), clock.at(datetime(2026, 5, 12, tzinfo=UTC)):
        enter(people[Role.REGULATORY], rinozel, ProductAction.RESTORE)


def test_a_slot_after_the_end_of_the_authorisation_is_refused(people, rinozel):
    change(people[Role.REGULATORY], rinozel, amm_until=date(2026, 5, 10))
    post = about(people, rinozel, PostStatus.APPROVED)
    with pytest.raises(RuleViolated, match="n'est plus sur le marché"):
        schedule(people[Role.COMMUNITY_MANAGER], post.id, datetime(2026, 5, 11, 9, tzinfo=UTC))


def test_what_a_device_is_reaches_the_rules(people):
    pen = product({"name": "EasyDose", "kind": "device", "owner": "own", "device_class": "IIb"})
    change(people[Role.REGULATORY], pen, device_high_risk=True, device_low_risk_list=False)
    with reading() as session:
        facts = facts_of(get(session, Product, pen))
    assert (facts.device_class, facts.device_high_risk, facts.device_low_risk_list) == ("IIb", True, False)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amm_from": date(2026, 2, 1), "amm_until": date(2026, 1, 1)}, "finit avant de commencer"),
        ({"restricted": True}, "quelle restriction"),
        ({"age_min": 300}, "entre 0 et 120"),
    ],
)
def test_facts_that_cannot_be_are_refused(people, rinozel, fields, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        change(people[Role.REGULATORY], rinozel, **fields)


def test_only_who_keeps_the_register_changes_it_as_they_saw_it_and_says_why(people, rinozel):
    with pytest.raises(NotPermitted):
        change(people[Role.COMMUNITY_MANAGER], rinozel, age_min=6)
    with pytest.raises(NotPermitted):
        enter(people[Role.MEDICAL], rinozel, ProductAction.SUSPEND)
    with pytest.raises(RuleViolated, match="raison"):
        change(people[Role.REGULATORY], rinozel, " ", age_min=6)
    with pytest.raises(StaleVersion):
        change(people[Role.REGULATORY], rinozel, row_version=7, age_min=6)


def test_a_catalogue_changes_only_what_it_tells(people, rinozel):
    ends = NOW.date() + timedelta(days=400)
    change(people[Role.REGULATORY], rinozel, amm_until=ends, restricted=True, restriction="Réévaluation en cours.")
    silent = {key: value for key, value in OTC.items() if key != "restricted"} | {"reimbursed": True}
    with transaction() as session:
        product_changes.take_in_product(session, people[Role.ADMINISTRATOR], record=silent)
    with transaction() as session:
        kept = get(session, Product, rinozel)
        assert (kept.amm_until, kept.restricted, kept.reimbursed) == (ends, True, True)


def test_a_catalogue_that_bars_a_product_holds_what_it_bars(people, rinozel):
    post = about(people, rinozel, text=RELIEVES)
    with transaction() as session:
        product_changes.take_in_product(session, people[Role.ADMINISTRATOR], record=OTC)
        assert session.exec(select(Product).where(Product.id == rinozel)).one().row_version == 1
        product_changes.take_in_product(session, people[Role.ADMINISTRATOR], record=OTC | {"reimbursed": True})
    assert publication_of(post).status is PublicationStatus.HELD
