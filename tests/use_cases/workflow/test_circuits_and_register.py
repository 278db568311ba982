"""Which circuit a post goes through, and the register of products."""

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from compliance.permissions import SYSTEM
from errors import InvalidInput, NotPermitted, RuleViolated
from models.compliance import AuditEvent
from models.enums import ProductKind, ProductOwner, Qualification, Role, SignatureMeaning
from models.product import Product
from models.review import Circuit
from models.session import reading, transaction
from tests.factories import person
from tests.post_factories import OTC, RX, install, product
from workflow import circuits, products

Q = Qualification
FULL = [Role.COMMUNICATIONS, Role.REGULATORY, Role.LEGAL, Role.MEDICAL, Role.RESPONSIBLE_PHARMACIST]


@pytest.mark.parametrize(
    ("qualification", "named", "key", "roles"),
    [
        (Q.INSTITUTIONAL, (), "institutional", [Role.COMMUNICATIONS]),
        (Q.DISEASE, (), "health", [Role.COMMUNICATIONS, Role.REGULATORY, Role.LEGAL]),
        (Q.INSTITUTIONAL, ("p",), "product_named", [Role.RESPONSIBLE_PHARMACIST, *FULL]),
        (Q.DISEASE, ("p",), "product_named", [Role.RESPONSIBLE_PHARMACIST, *FULL]),
        (Q.PRODUCT_INFO, (), "product", [Role.RESPONSIBLE_PHARMACIST, *FULL]),
        (Q.PROMO_GP, ("p",), "product", [Role.RESPONSIBLE_PHARMACIST, *FULL]),
        (Q.PROMO_HCP, ("p",), "product", [Role.RESPONSIBLE_PHARMACIST, *FULL]),
        (Q.SAFETY, ("p",), "urgent", FULL),
    ],
)
def test_every_qualification_has_its_circuit(sqlite_db, qualification, named, key, roles):
    install()
    with reading() as session:
        circuit = circuits.choose_circuit(session, qualification, named)
    assert circuit.key == key
    assert [step["role"] for step in circuit.steps] == roles
    assert all(step["due_hours"] == 1 for step in circuit.steps) or key != "urgent"


def test_no_qualification_has_no_circuit(sqlite_db):
    install()
    with reading() as session, pytest.raises(RuleViolated, match="Aucun circuit"):
        circuits.choose_circuit(session, None, ())


def test_a_circuit_without_qualification_never_takes_what_needs_one(sqlite_db):
    """Whatever an administrator configures, a post that names a product is qualified by the pharmacist."""
    install()
    with transaction() as session:
        for key in ("product_named", "institutional"):
            circuits.retire_circuit(session, SYSTEM, key=key, reason="Révision.")
        circuits.create_circuit(
            session,
            SYSTEM,
            key="short",
            name="Court",
            steps=[circuits.StepSpec(1, Role.COMMUNICATIONS, 8)],
            conditions=circuits.Conditions((Q.INSTITUTIONAL,)),
        )
        assert circuits.find_circuit(session, Q.INSTITUTIONAL, ()).key == "short"
        assert circuits.find_circuit(session, Q.INSTITUTIONAL, ("p",)) is None


def test_the_default_circuits_are_installed_once(sqlite_db):
    install()
    install()
    with reading() as session:
        assert len(session.exec(select(Circuit)).all()) == len(circuits.DEFAULT_CIRCUITS)


def test_only_an_administrator_changes_circuits_and_register(sqlite_db):
    for role in (Role.RESPONSIBLE_PHARMACIST, Role.COMMUNITY_MANAGER):
        actor = person(role)
        with pytest.raises(NotPermitted), transaction() as session:
            circuits.install_default_circuits(session, actor)
        with pytest.raises(NotPermitted), transaction() as session:
            products.register_product(session, actor, record=OTC)


def test_every_signing_role_has_its_meaning():
    others = {
        SignatureMeaning.QUALIFICATION,
        SignatureMeaning.FINDING_OVERRIDE,
        SignatureMeaning.RULE_CHANGE,
        SignatureMeaning.MATRIX_CHANGE,
        SignatureMeaning.CLAIM,
        SignatureMeaning.CONDITIONAL,
        SignatureMeaning.ROUTING_CHANGE,
        SignatureMeaning.DETECTION_CHANGE,
        SignatureMeaning.REPLY_TEXT,
        SignatureMeaning.REPLY,
        SignatureMeaning.RECONCILIATION,
        SignatureMeaning.DAY_CERTIFICATE,
        SignatureMeaning.TERMS_LEGAL,
        SignatureMeaning.TERMS_PROTECTION,
    }
    assert set(circuits.MEANING_OF_ROLE.values()) | others == set(SignatureMeaning)


def test_a_product_is_registered_once_and_brought_up_to_date(db):
    assert product() == product()
    product(OTC | {"reimbursed": True, "aliases": ["Rino"], "unknown key": 1})
    with reading() as session:
        (kept,) = session.exec(select(Product)).all()
        assert (kept.reimbursed, kept.aliases, kept.kind) == (True, ["Rino"], ProductKind.OTC)
        assert len([e for e in session.exec(select(AuditEvent)) if e.action == "product:register"]) == 2


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"name": " ", "kind": "otc", "owner": "own"},
        {"name": "X", "kind": "potion", "owner": "own"},
    ],
)
def test_a_product_without_a_name_or_of_an_unknown_kind_is_refused(sqlite_db, record):
    with pytest.raises(InvalidInput):
        product(record)


def test_a_medicine_on_prescription_by_its_kind_is_on_prescription(sqlite_db):
    """Unknown never lightens a rule."""
    product({name: value for name, value in RX.items() if name != "prescription_only"})
    with reading() as session:
        assert products.register_of(session)[0].on_prescription


def test_the_register_gives_back_what_the_rules_need(sqlite_db):
    record = OTC | {
        "marketed_since": "2012-03-01",
        "age_min": 12,
        "derogation": None,
        "use": "rhinite",
        "restricted": True,
    }
    product(record)
    with reading() as session:
        (facts,) = products.register_of(session)
    assert (facts.name, facts.substance, facts.age_min, facts.restricted) == ("Rinozel", "cétirizine", 12, True)
    assert str(facts.marketed_since) == "2012-03-01"


def test_a_product_of_which_only_the_name_is_told_gets_the_strictest_rules(sqlite_db):
    with transaction() as session:
        made = products.register_product(session, SYSTEM, record={"name": "X"})
        again = products.register_product(session, SYSTEM, record={"name": "X", "kind": None, "unknown": 1})
    assert (made.kind, made.owner) == (ProductKind.RX, ProductOwner.OWN)
    assert again.row_version == made.row_version


@pytest.mark.parametrize(
    "statement",
    ["UPDATE circuit SET steps = '[]'", "UPDATE circuit SET approval_days = 900", "DELETE FROM circuit"],
)
def test_the_database_refuses_to_change_a_version_of_a_circuit(db, statement):
    install()
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.connection().exec_driver_sql(statement)
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE circuit SET active = false")
