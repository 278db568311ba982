"""Signing in, being locked out, signing a content: five wrong passwords, one-shot nonces, seals that hold."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlmodel import col, select

from compliance import clock, people, sign_in, signatures
from compliance.keys import installation_key, seal_holds
from compliance.permissions import SYSTEM
from compliance.signatures import statement
from errors import InvalidInput, NotPermitted, RuleViolated, SignatureRefused, SignInRefused
from models.compliance import AuditEvent
from models.enums import Role, SignatureMeaning
from models.review import Signature
from models.session import get, reading, transaction
from models.user import AuthSession, User
from tests.factories import PASSWORD, person, proven_nonce, reload_actor

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHA, OTHER = "a" * 64, "b" * 64


def try_sign_in(login: str = "claire", password: str = PASSWORD, code: str = "") -> sign_in.SignIn:
    with transaction() as session:
        return sign_in.sign_in(session, login=login, password=password, code=code)


def actions() -> list[str]:
    with reading() as session:
        return list(session.exec(select(AuditEvent.action).order_by(col(AuditEvent.seq))))


def test_the_right_password_opens_a_session_whose_token_is_not_kept(db):
    person(Role.REGULATORY, login="claire")
    done = try_sign_in()
    assert done.token
    with reading() as session:
        assert session.exec(select(AuthSession)).one().token_sha256 != done.token
        assert sign_in.current_actor(session, done.token).login == "claire"
        assert sign_in.current_actor(session, "another") is None
    assert actions()[-1] == "session:sign_in"


@pytest.mark.parametrize("login", ["claire", "nobody"])
def test_a_wrong_password_and_an_unknown_login_are_both_refused(db, login):
    person(login="claire")
    assert isinstance(try_sign_in(login, "wrong").refusal, SignInRefused)


def test_five_wrong_passwords_lock_the_account_and_the_right_one_waits(db):
    person(login="claire")
    with clock.at(NOON):
        sentences = [str(try_sign_in(password="wrong").refusal) for _ in range(5)]
        assert "Encore 4 essais" in sentences[0]
        assert "verrouillé jusqu'à 13:15" in sentences[4]
        assert "verrouillé" in str(try_sign_in().refusal)
    with clock.at(NOON + timedelta(minutes=16)):
        assert try_sign_in().token
    assert actions().count("session:refused") == 5
    assert actions().count("user:locked") == 1


def test_a_success_forgets_the_failures_before_it(db):
    person(login="claire")
    for _ in range(4):
        try_sign_in(password="wrong")
    assert try_sign_in().token
    assert "Encore 4 essais" in str(try_sign_in(password="wrong").refusal)


@pytest.mark.parametrize(
    ("after", "signed_in"),
    [(timedelta(minutes=59), True), (timedelta(minutes=61), False)],
    ids=["within the idle time", "idle too long"],
)
def test_a_session_idles_out(db, after, signed_in):
    person(login="claire")
    with clock.at(NOON):
        token = try_sign_in().token
    with clock.at(NOON + after), reading() as session:
        assert (sign_in.current_actor(session, token) is not None) is signed_in


def test_signing_out_ends_the_session_everywhere(db):
    person(login="claire")
    token = try_sign_in().token
    with transaction() as session:
        sign_in.sign_out(session, token=token)
    with reading() as session:
        assert sign_in.current_actor(session, token) is None


def test_a_deactivated_person_is_out_at_once_and_cannot_come_back(db):
    actor = person(Role.LEGAL, login="claire")
    token = try_sign_in().token
    with transaction() as session:
        people.deactivate_user(session, SYSTEM, user_id=actor.id, reason="Départ.")
    with reading() as session:
        assert sign_in.current_actor(session, token) is None
    assert try_sign_in().refusal


def test_a_one_time_code_is_asked_for_and_serves_once(db):
    actor = person(login="claire")
    secret = pyotp.random_base32()
    with transaction() as session:
        get(session, User, actor.id).totp_secret = secret
    with clock.at(NOON):
        code = pyotp.TOTP(secret).at(NOON)
        assert try_sign_in().refusal
        assert try_sign_in(code=code).token
        assert try_sign_in(code=code).refusal, "the same code again is a replay"


def sign(actor, nonce_id, *, sha=SHA, role=Role.REGULATORY, subject="step1") -> Signature:
    with transaction() as session:
        return signatures.sign(
            session,
            actor,
            nonce_id=nonce_id,
            role=role,
            meaning=SignatureMeaning.APPROVAL_REGULATORY,
            subject_kind="review_step",
            subject_id=subject,
            content_sha256=sha,
        )


def test_a_signature_says_who_as_what_when_on_what_and_is_sealed(db):
    actor = person(Role.REGULATORY, login="claire", name="Claire Duval")
    with clock.at(NOON):
        signature = sign(actor, proven_nonce(actor, subject_id="step1", content_sha256=SHA))
    assert (signature.printed_name, signature.role, signature.content_sha256) == ("Claire Duval", Role.REGULATORY, SHA)
    assert (signature.signed_at, signature.time_zone) == (NOON, "Europe/Paris")
    assert seal_holds(installation_key().public_pem, signature.statement_json, signature.seal)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("content_sha256", OTHER),
        ("printed_name", "Marc Petit"),
        ("signed_at", NOON + timedelta(seconds=1)),
        ("subject_id", "step2"),
    ],
)
def test_a_signature_moved_to_anything_else_no_longer_holds(db, field, value):
    actor = person(Role.REGULATORY)
    with clock.at(NOON):
        signature = sign(actor, proven_nonce(actor, subject_id="step1", content_sha256=SHA))
    moved = Signature(**(signature.model_dump() | {field: value}))
    assert not seal_holds(installation_key().public_pem, statement(moved), signature.seal)


def test_a_nonce_signs_once(db):
    actor = person(Role.REGULATORY)
    nonce_id = proven_nonce(actor, subject_id="step1", content_sha256=SHA)
    sign(actor, nonce_id)
    with pytest.raises(SignatureRefused, match="déjà servi"):
        sign(actor, nonce_id)


@pytest.mark.parametrize(
    "changed", [{"sha": OTHER}, {"subject": "step2"}, {"role": Role.LEGAL}], ids=["content", "subject", "role not held"]
)
def test_a_nonce_signs_nothing_but_what_it_was_opened_for(db, changed):
    actor = person(Role.REGULATORY)
    nonce_id = proven_nonce(actor, subject_id="step1", content_sha256=SHA)
    with pytest.raises(SignatureRefused):
        sign(actor, nonce_id, **changed)


def test_without_the_password_of_a_minute_ago_nothing_is_signed(db):
    actor = person(Role.REGULATORY)
    with clock.at(NOON):
        nonce_id = proven_nonce(actor, subject_id="step1", content_sha256=SHA)
    with clock.at(NOON + timedelta(seconds=61)), pytest.raises(SignatureRefused, match="à l'instant"):
        sign(actor, nonce_id)


def test_another_persons_nonce_is_refused(db):
    claire, marc = person(Role.REGULATORY), person(Role.REGULATORY, login="marc")
    nonce_id = proven_nonce(claire, subject_id="step1", content_sha256=SHA)
    with pytest.raises(SignatureRefused):
        sign(marc, nonce_id)


def test_a_wrong_password_at_signing_is_counted_locked_after_five_and_signs_nothing(db):
    actor = person(Role.REGULATORY)
    with transaction() as session:
        nonce_id = signatures.open_signing(session, actor, subject_id="step1", content_sha256=SHA)
    for _ in range(5):
        with transaction() as session:
            refusal = signatures.prove(session, actor, nonce_id=nonce_id, password="wrong")
    assert "verrouillé" in str(refusal)
    with pytest.raises(SignatureRefused):
        sign(actor, nonce_id)
    assert actions().count("signature:refused") == 5


def test_a_revoked_role_signs_no_more(db):
    actor = person(Role.REGULATORY)
    nonce_id = proven_nonce(actor, subject_id="step1", content_sha256=SHA)
    with transaction() as session:
        people.revoke_role(session, SYSTEM, user_id=actor.id, role=Role.REGULATORY, reason="Mutation.")
    with pytest.raises(SignatureRefused):
        sign(reload_actor(actor), nonce_id)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMINISTRATOR, Role.SYSTEM}])
def test_only_an_administrator_manages_people(sqlite_db, role):
    actor = person(role)
    with pytest.raises(NotPermitted), transaction() as session:
        people.grant_role(session, actor, user_id=actor.id, role=Role.LEGAL)


def test_a_login_is_never_given_twice_and_a_short_password_is_refused(sqlite_db):
    person(login="claire")
    with pytest.raises(RuleViolated):
        person(login="claire")
    with pytest.raises(InvalidInput, match="12 caractères"), transaction() as session:
        people.create_user(session, SYSTEM, login="x", printed_name="X", email="x@helior.example", password="court")


def test_nobody_holds_the_systems_role(sqlite_db):
    with pytest.raises(RuleViolated):
        person(Role.SYSTEM, login="robot")
