"""The matrix of re-approval as the responsible pharmacist signs it: versioned, with a floor, never behind one's back."""

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from compliance import audit
from errors import NotPermitted, RuleViolated, SignatureRefused, StaleVersion
from models.carried import CarriedSignature, ReapprovalMatrix
from models.compliance import AuditEvent
from models.enums import Role, SignatureMeaning
from models.session import reading, transaction
from tests.factories import proven_nonce
from tests.post_factories import HEALTH_TEXT, approve_all
from tests.use_cases.workflow.test_carrying import missing, resubmitted, roles
from workflow import matrix, reapproval
from workflow.reapproval import CEILING, EDITABLE, KEPT, NONE, Change

M = SignatureMeaning
PHARMACIST = Role.RESPONSIBLE_PHARMACIST
STRICTER = {Change.TYPO: frozenset({M.APPROVAL_COMMUNICATIONS})}


def sign(actor, changes, seen_n=1, reason="Le juridique relit aussi les fautes de frappe."):
    fields = {"changes": changes, "seen_n": seen_n, "reason": reason}
    with transaction() as session:
        dialog = matrix.open_matrix(session, actor, **fields)
    nonce = proven_nonce(actor, subject_id=matrix.SUBJECT, content_sha256=dialog.content_sha256)
    with transaction() as session:
        return matrix.sign_matrix(session, actor, **fields, nonce_id=nonce)


def view(actor):
    with reading() as session:
        return matrix.matrix_view(session, actor)


def test_a_signed_matrix_is_what_the_next_round_goes_by(people_on_both):
    people = people_on_both
    sign(people[PHARMACIST], STRICTER)
    post = resubmitted(people, HEALTH_TEXT)
    assert roles(post.id) == {Role.REGULATORY, Role.LEGAL}
    shown = view(people[Role.AUDITOR])
    assert (shown.n, shown.signed_by, shown.may_change) == (2, people[PHARMACIST].printed_name, False)
    assert {row.change: row.kept for row in shown.rows}[Change.TYPO] == STRICTER[Change.TYPO]
    with reading() as session:
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.action == "matrix:sign")).all()
        assert event.new["kept"] == {"typo": ["approval_communications"]}
        assert event.old["kept"] == {"typo": ["approval_communications", "approval_legal"]}
        assert [row.matrix for row in session.exec(select(CarriedSignature))] == ["2"]
        assert audit.verify_chain(session).problem is None
    with pytest.raises(DatabaseError), transaction() as session:
        session.exec(select(ReapprovalMatrix)).one().reason = "autre"


def test_a_running_round_keeps_the_matrix_that_it_opened_on(people):
    post = resubmitted(people, HEALTH_TEXT)
    sign(people[PHARMACIST], STRICTER)
    assert roles(post.id) == {Role.REGULATORY}
    approve_all(post.id, people)
    assert missing(post.id) == set()


@pytest.mark.parametrize(
    "change",
    [
        Change.SENSITIVE,
        Change.TEXT,
        Change.PRODUCTS,
        Change.QUALIFICATION,
        Change.AUDIENCE,
        Change.FINDING,
        Change.OTHER,
    ],
)
def test_a_number_a_product_a_mention_an_indication_never_keep_a_signature(people, change):
    """A mandatory mention and an indication are words of the text: any word that changes is TEXT or SENSITIVE."""
    with pytest.raises(RuleViolated, match="mention obligatoire"):
        sign(people[PHARMACIST], {change: frozenset({M.APPROVAL_COMMUNICATIONS})})
    assert view(people[PHARMACIST]).n == 1


@pytest.mark.parametrize("meaning", [M.APPROVAL_REGULATORY, M.RELEASE])
@pytest.mark.parametrize("change", EDITABLE)
def test_regulatory_and_the_release_read_every_change_again(people, change, meaning):
    with pytest.raises(RuleViolated):
        sign(people[PHARMACIST], {change: KEPT[change] | {meaning}})


def test_the_delivered_matrix_keeps_to_the_floor():
    assert all(KEPT[change] <= CEILING[change] for change in Change)
    assert not reapproval.beyond_floor(KEPT)


def test_only_the_responsible_pharmacist_signs_it_and_only_with_a_reason_and_a_change(people):
    with pytest.raises(NotPermitted):
        sign(people[Role.ADMINISTRATOR], STRICTER)
    with pytest.raises(RuleViolated, match="raison"):
        sign(people[PHARMACIST], STRICTER, reason=" ")
    with pytest.raises(RuleViolated, match="rien à signer"):
        sign(people[PHARMACIST], {Change.TYPO: KEPT[Change.TYPO]})
    sign(people[PHARMACIST], STRICTER)
    with pytest.raises(StaleVersion):
        sign(people[PHARMACIST], {Change.TYPO: NONE})


def test_a_signature_is_for_the_matrix_that_was_seen(people):
    actor = people[PHARMACIST]
    fields = {"seen_n": 1, "reason": "Prudence."}
    with transaction() as session:
        dialog = matrix.open_matrix(session, actor, changes=STRICTER, **fields)
    nonce = proven_nonce(actor, subject_id=matrix.SUBJECT, content_sha256=dialog.content_sha256)
    with pytest.raises(SignatureRefused), transaction() as session:
        matrix.sign_matrix(session, actor, changes={Change.MEDIA: NONE}, nonce_id=nonce, **fields)


def test_a_matrix_altered_in_the_database_keeps_nothing(people):
    sign(people[PHARMACIST], STRICTER)
    with reading() as session:
        signed = session.exec(select(ReapprovalMatrix)).one()
        looser = {"typo": ["approval_legal"]}
        altered = ReapprovalMatrix(n=2, kept=looser, content_sha256="x", signature_id=signed.signature_id)
        unsigned = ReapprovalMatrix(
            n=3, kept=looser, content_sha256=matrix._sha(3, looser), signature_id=signed.signature_id
        )
        assert reapproval.kept([Change.TYPO], matrix._read(session, signed)) != NONE
        for row in (altered, unsigned):
            assert reapproval.kept([Change.TYPO], matrix._read(session, row)) == NONE
    with reading() as session:
        assert reapproval.kept([Change.TYPO], matrix.matrix_of(session, "9")) == NONE
