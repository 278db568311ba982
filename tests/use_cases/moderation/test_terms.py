"""A network is polled once legal and the data protection officer have signed its terms, and not one minute longer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from compliance import audit, clock, signatures
from errors import InvalidInput, NotPermitted, RuleViolated, SignatureRefused
from models.compliance import AuditEvent
from models.enums import BlindSpot, Network, Role, SignatureMeaning, TermsStatus
from models.review import Signature
from models.session import get, reading, transaction
from models.terms import TermsSheet
from moderation import intake, manual_checks, queries, worker
from moderation.deadlines import paris_day
from moderation.queries.terms import network_terms
from moderation.terms import in_force, sheets, signing
from tests.comment_factories import company_account
from tests.factories import person, proven_nonce
from tests.terms_factories import lawyer, proposed, protection_officer, sign_terms, signed_by

S = TermsStatus


def status(sheet):
    with reading() as session:
        return get(session, TermsSheet, sheet.id).status


def polled():
    with reading() as session:
        return in_force.polled_networks(session)


def coverage():
    with reading() as session:
        return queries.coverage(session)[0]


def test_two_signatures_put_a_sheet_in_force(db):
    sheet = proposed()
    assert (sheet.status, sheet.n, sheet.days_kept, sheet.days_after_deletion) == (S.PROPOSED, 1, 180, 1)
    signed_by(protection_officer(), sheet)
    assert (status(sheet), polled()) == (S.HALF_SIGNED, frozenset())
    sheet = signed_by(lawyer(), sheet)
    assert (sheet.status, polled()) == (S.IN_FORCE, frozenset({Network.X}))
    with reading() as session:
        given = signing.given_to(session, get(session, TermsSheet, sheet.id))
        assert given[Role.LEGAL].meaning is SignatureMeaning.TERMS_LEGAL
        assert given[Role.DATA_PROTECTION].meaning is SignatureMeaning.TERMS_PROTECTION
        assert all(signatures.signature_holds(session, one) for one in given.values())
        assert {one.content_sha256 for one in given.values()} == {sheet.content_sha256}
        told = [
            one.action
            for one in session.exec(select(AuditEvent).order_by(col(AuditEvent.seq)))
            if one.entity == "termssheet"
        ]
        assert told == ["terms:propose", "terms:sign", "terms:sign"]
        assert audit.verify_chain(session).problem is None


def test_one_person_never_signs_for_both(db):
    both = person(Role.LEGAL, Role.DATA_PROTECTION, login="both")
    sheet = signed_by(both, proposed(actor=both))
    with pytest.raises(RuleViolated, match="autre personne"):
        signed_by(both, sheet)
    with pytest.raises(RuleViolated, match="une fois chacun"):
        signed_by(lawyer(), sheet)
    assert polled() == frozenset()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.RESPONSIBLE_PHARMACIST, Role.PV_OFFICER, Role.AUDITOR])
def test_nobody_else_prepares_signs_or_revokes(sqlite_db, role):
    other, sheet = person(role, login="other"), proposed()
    for act in (lambda: proposed(Network.TIKTOK, actor=other), lambda: signed_by(other, sheet)):
        with pytest.raises(NotPermitted):
            act()
    with pytest.raises(NotPermitted), transaction() as session:
        signing.withdraw_sheet(session, other, sheet_id=sheet.id, row_version=None, reason="Pour voir.")


def test_other_days_take_a_reason_and_one_sheet_is_on_its_way(sqlite_db):
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        proposed(days_kept=90)
    assert proposed(days_kept=90, reason="Moins suffit.").reason == "Moins suffit."
    with pytest.raises(RuleViolated, match="attend déjà"):
        proposed()
    with pytest.raises(InvalidInput, match="pas de feuille"), transaction() as session:
        signing.propose_sheet(session, lawyer(), network=Network.PHONE, days_kept=1, days_after_deletion=1)


def test_what_was_not_read_is_not_signed(sqlite_db):
    sheet, legal = proposed(), lawyer()
    nonce_id = proven_nonce(legal, subject_id=sheet.id, content_sha256=sheet.content_sha256)
    with pytest.raises(SignatureRefused, match="n'est plus celle que vous avez lue"), transaction() as session:
        signing.sign_sheet(session, legal, sheet_id=sheet.id, row_version=None, seen_sha256="0", nonce_id=nonce_id)


def test_other_days_signed_anew_replace_the_sheet_without_a_gap(db):
    sign_terms()
    new = proposed(days_kept=30, reason="Moins suffit.")
    assert polled() == {Network.X}
    signed_by(protection_officer(), signed_by(lawyer(), new))
    with reading() as session:
        rows = session.exec(select(TermsSheet).order_by(TermsSheet.n)).all()
        assert [row.status for row in rows] == [S.REPLACED, S.IN_FORCE]
        assert in_force.keeping(session)[Network.X].days_kept == 30
    assert polled() == {Network.X}


def test_a_revoked_sheet_stops_the_polling_and_not_the_erasing(db):
    sign_terms()
    with reading() as session:
        sheet = session.exec(select(TermsSheet)).one()
    with pytest.raises(RuleViolated, match="raison"), transaction() as session:
        signing.revoke_sheet(session, lawyer(), sheet_id=sheet.id, row_version=None, reason=" ")
    with transaction() as session:
        signing.revoke_sheet(session, lawyer(), sheet_id=sheet.id, row_version=None, reason="X change ses règles.")
    assert (status(sheet), polled()) == (S.REVOKED, frozenset())
    with reading() as session:
        assert Network.X in in_force.keeping(session)


def test_a_new_version_leaves_the_former_in_force_until_its_day_then_nothing(sqlite_db, monkeypatch):
    sign_terms()
    today = paris_day(clock.now())
    monkeypatch.setitem(sheets.SHEETS, Network.X, replace(sheets.X, version=2, former_until=today))
    account = company_account()
    assert polled() == {Network.X}
    assert "avant le" in coverage().advice
    with clock.at(clock.now() + timedelta(days=2)):
        assert polled() == frozenset()
        assert "ses conditions ont changé" in coverage().sentence
    signed_by(protection_officer(), signed_by(lawyer(), proposed()))
    with clock.at(clock.now() + timedelta(days=2)):
        assert polled() == {Network.X}
    assert account.network is Network.X


def test_a_text_that_changed_without_a_version_is_not_what_was_signed(sqlite_db, monkeypatch):
    sign_terms()
    monkeypatch.setitem(sheets.SHEETS, Network.X, replace(sheets.X, clauses=sheets.X.clauses[:1]))
    assert polled() == frozenset()


def test_a_sheet_on_its_way_whose_terms_changed_cannot_be_signed(sqlite_db, monkeypatch):
    sheet = proposed()
    monkeypatch.setitem(sheets.SHEETS, Network.X, replace(sheets.X, version=2))
    with pytest.raises(RuleViolated, match="ont changé"):
        signed_by(lawyer(), sheet)


def test_an_unsigned_network_is_not_asked_for_comments_and_is_never_shown_as_calm(db, monkeypatch):
    account, asked = company_account(), []
    monkeypatch.setattr(intake.accounts, "open_channel", asked.append)
    assert worker.polled_accounts() == []
    assert [one.id for one in worker.connected_accounts()] == [account.id]
    assert intake.poll_account(account.id).error == intake.UNSIGNED
    assert intake.reconcile_account(account.id).error == intake.UNSIGNED
    assert asked == []
    row = coverage()
    assert (row.received_today, row.healthy) == (None, False)
    assert "n'est pas signée" in row.sentence
    assert "Conditions des réseaux" in row.advice
    with reading() as session:
        assert [one.spot for one in manual_checks.standing(session)] == [BlindSpot.EVERYTHING]
    sign_terms()
    assert worker.polled_accounts() == [account.id]


def test_the_page_says_who_signed_and_who_may(sqlite_db):
    sheet, protection = signed_by(lawyer(), proposed()), protection_officer()
    with reading() as session:
        rows = {row.network: row for row in network_terms(session, lawyer())}
        assert rows[Network.X].pending.sheet.id == sheet.id
        assert [one.role for one in rows[Network.X].pending.given] == [Role.LEGAL]
        assert "autre personne" in rows[Network.X].pending.refusal
        assert (signing.to_sign(session, lawyer()), signing.to_sign(session, protection)) == (0, 1)
        assert set(rows) == set(sheets.SHEETS)
    with pytest.raises(NotPermitted), reading() as session:
        network_terms(session, person(Role.MEDICAL))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE terms_sheet SET days_kept = 999", "UPDATE terms_sheet SET reason = 'autre'", "DELETE FROM terms_sheet"],
)
def test_the_database_keeps_what_was_signed(db, statement):
    sign_terms()
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(text(statement))
    with reading() as session:
        assert len(session.exec(select(Signature)).all()) == 2
