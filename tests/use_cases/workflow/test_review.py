"""Who may decide, on what, and what a decision does."""

import threading

import pytest
from sqlmodel import col, select

from compliance import people as staff
from compliance import signatures
from compliance.permissions import SYSTEM
from errors import (
    AppError,
    InvalidInput,
    NotPermitted,
    RuleViolated,
    SignatureRefused,
    StaleVersion,
    TransitionNotAllowed,
)
from models.compliance import AuditEvent
from models.enums import (
    Audience,
    DecisionKind,
    PostStatus,
    Qualification,
    Quorum,
    RejectReason,
    Role,
    RoundStatus,
    SignatureMeaning,
    StepStatus,
)
from models.review import Circuit, Decision, ReviewRound, ReviewStep, Signature
from models.session import get, reading, transaction
from tests.factories import person, proven_nonce
from tests.post_factories import (
    CLEAN_TEXT,
    HEALTH_TEXT,
    approve,
    approve_all,
    content,
    draft,
    edit,
    load,
    open_steps,
    post_at,
    product,
    send_back,
    sha_of,
    submit,
)
from workflow import circuits, drafting, notes, review
from workflow.circuits import Conditions, StepSpec
from workflow.content import VariantSettings

HEALTH = {"text": HEALTH_TEXT, "qualification": Qualification.DISEASE}


def in_review(people, **fields):
    return post_at(PostStatus.IN_REVIEW, people, **fields)


def rows(kind, *where):
    with reading() as session:
        return session.exec(select(kind).where(*where).order_by(*kind.__table__.primary_key)).all()


def roles(steps):
    return [step.role for step in steps]


def step_of(post_id, role):
    return next(step for step in open_steps(post_id) if step.role is role)


def test_stages_open_one_after_another_and_a_stage_in_parallel(people_on_both):
    post = in_review(people_on_both, **HEALTH)
    assert roles(open_steps(post.id)) == [Role.COMMUNICATIONS]
    approve(people_on_both[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    assert roles(open_steps(post.id)) == [Role.REGULATORY, Role.LEGAL]
    approve(people_on_both[Role.LEGAL], step_of(post.id, Role.LEGAL), sha_of(post.id))
    assert load(post.id).status is PostStatus.IN_REVIEW
    approve(people_on_both[Role.REGULATORY], step_of(post.id, Role.REGULATORY), sha_of(post.id))
    assert load(post.id).status is PostStatus.APPROVED
    assert {round_.status for round_ in rows(ReviewRound)} == {RoundStatus.APPROVED}


def test_a_signature_names_the_content_the_person_and_the_role(people):
    post = in_review(people)
    decision = approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    (signature,) = rows(Signature)
    assert decision.signature_id == signature.id
    assert signature.content_sha256 == sha_of(post.id)
    assert (signature.printed_name, signature.role) == ("Communications", Role.COMMUNICATIONS)
    assert signature.meaning is SignatureMeaning.APPROVAL_COMMUNICATIONS


def product_post(people):
    fields = {"qualification": Qualification.PRODUCT_INFO, "audience": Audience.PUBLIC, "products": (product(),)}
    closed = {"settings": VariantSettings(comments_open=False)}
    return in_review(people, text="Notre usine a produit sa millième palette cette année.", variant=closed, **fields)


def test_product_content_begins_with_the_qualification_by_the_responsible_pharmacist(people):
    post = product_post(people)
    (step,) = open_steps(post.id)
    assert (step.role, step.meaning) == (Role.RESPONSIBLE_PHARMACIST, SignatureMeaning.QUALIFICATION)
    pharmacist = people[Role.RESPONSIBLE_PHARMACIST]
    nonce = proven_nonce(pharmacist, subject_id=step.id, content_sha256=sha_of(post.id))
    with transaction() as session:
        review.qualify(session, pharmacist, post_id=post.id, seen_sha256=sha_of(post.id), nonce_id=nonce)
    assert load(post.id).qualification_signature_id
    approve_all(post.id, people)
    assert load(post.id).status is PostStatus.APPROVED
    signed = [s.meaning for s in rows(Signature, Signature.user_id == pharmacist.id)]
    assert sorted(signed) == ["qualification", "release"]


def test_who_qualified_signs_no_other_step_but_the_release(people):
    with transaction() as session:
        both = people[Role.RESPONSIBLE_PHARMACIST]
        staff.grant_role(session, SYSTEM, user_id=both.id, role=Role.MEDICAL)
    both = both.__class__(both.id, both.login, both.printed_name, both.roles | {Role.MEDICAL})
    post = product_post(people)
    while Role.MEDICAL not in roles(open_steps(post.id)):
        for step in open_steps(post.id):
            approve(people[step.role], step, sha_of(post.id))
    with pytest.raises(RuleViolated, match="déjà signé"):
        approve(both, step_of(post.id, Role.MEDICAL), sha_of(post.id))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_only_the_step_s_own_role_decides(people, role):
    post = in_review(people)
    (step,) = open_steps(post.id)
    if role is Role.COMMUNICATIONS:
        approve(people[role], step, sha_of(post.id))
        assert load(post.id).status is PostStatus.APPROVED
    else:
        with pytest.raises(NotPermitted):
            approve(people[role], step, sha_of(post.id))
        with pytest.raises(NotPermitted):
            send_back(people[role], step, sha_of(post.id))
        assert load(post.id).status is PostStatus.IN_REVIEW


def test_an_administrator_has_no_right_to_sign(people):
    """Appendix C 16, I24."""
    post = in_review(people)
    with pytest.raises(NotPermitted):
        approve(people[Role.ADMINISTRATOR], open_steps(post.id)[0], sha_of(post.id))


@pytest.mark.parametrize("how", ["wrote", "edited", "submitted"])
def test_an_author_never_signs(people, how):
    """Appendix C 15, I3."""
    author = people[Role.COMMUNITY_MANAGER]
    double = person(Role.COMMUNITY_MANAGER, Role.COMMUNICATIONS, login="double")
    post = draft(double if how == "wrote" else author)
    if how == "edited":
        edit(double, post.id, "Un texte retouché.")
    edit(author, post.id, "Un texte repris en entier.")
    submit(double if how == "submitted" else author, post.id)
    with pytest.raises(RuleViolated, match="écrit ou modifié"):
        approve(double, open_steps(post.id)[0], sha_of(post.id))
    with pytest.raises(RuleViolated, match="écrit ou modifié"):
        send_back(double, open_steps(post.id)[0], sha_of(post.id))


def test_one_person_with_two_roles_signs_one_step(people):
    """Appendix C 14, I4."""
    double = person(Role.COMMUNICATIONS, Role.LEGAL, login="double")
    post = in_review(people, **HEALTH)
    approve(double, open_steps(post.id)[0], sha_of(post.id))
    with pytest.raises(RuleViolated, match="déjà signé"):
        approve(double, step_of(post.id, Role.LEGAL), sha_of(post.id))


def test_a_decision_is_on_the_content_that_was_seen(people):
    post = in_review(people)
    with pytest.raises(StaleVersion):
        send_back(people[Role.COMMUNICATIONS], open_steps(post.id)[0], "0" * 64)


def test_an_edit_behind_the_reviewer_s_back_voids_what_they_were_about_to_sign(people):
    """Appendix C 1: the signature never lands on another text than the one read."""
    post = in_review(people)
    (step,) = open_steps(post.id)
    seen = sha_of(post.id)
    nonce = proven_nonce(people[Role.COMMUNICATIONS], subject_id=step.id, content_sha256=seen)
    edit(people[Role.COMMUNITY_MANAGER], post.id, "Un autre texte.")
    with pytest.raises(TransitionNotAllowed), transaction() as session:
        review.decide(
            session,
            people[Role.COMMUNICATIONS],
            step_id=step.id,
            row_version=None,
            seen_sha256=seen,
            kind=DecisionKind.APPROVE,
            nonce_id=nonce,
        )
    assert rows(Signature) == []


def test_a_nonce_signs_once_and_only_its_step(people):
    post = in_review(people, **HEALTH)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    legal = people[Role.LEGAL]
    other = proven_nonce(legal, subject_id="another step", content_sha256=sha_of(post.id))
    for nonce in (other, None, "unknown"):
        with pytest.raises(AppError), transaction() as session:
            review.decide(
                session,
                legal,
                step_id=step_of(post.id, Role.LEGAL).id,
                row_version=None,
                seen_sha256=sha_of(post.id),
                kind=DecisionKind.APPROVE,
                nonce_id=nonce,
            )
    assert len(rows(Signature)) == 1


def test_an_unproven_nonce_signs_nothing(people):
    post = in_review(people)
    (step,) = open_steps(post.id)
    actor = people[Role.COMMUNICATIONS]
    with transaction() as session:
        dialog = review.open_decision(session, actor, step_id=step.id, seen_sha256=sha_of(post.id))
    assert (dialog.role, dialog.version_n, dialog.content_sha256) == (Role.COMMUNICATIONS, 1, sha_of(post.id))
    with transaction() as session:
        assert signatures.prove(session, actor, nonce_id=dialog.nonce_id, password="wrong") is not None
    with pytest.raises(SignatureRefused), transaction() as session:
        review.decide(
            session,
            actor,
            step_id=step.id,
            row_version=step.row_version,
            seen_sha256=sha_of(post.id),
            kind=DecisionKind.APPROVE,
            nonce_id=dialog.nonce_id,
        )
    assert rows(Decision) == []


def test_the_dialog_does_not_open_for_who_may_not_sign(people):
    post = in_review(people)
    with pytest.raises(NotPermitted), transaction() as session:
        review.open_decision(
            session, people[Role.LEGAL], step_id=open_steps(post.id)[0].id, seen_sha256=sha_of(post.id)
        )


@pytest.mark.parametrize(
    ("kind", "status", "step_status"),
    [
        (DecisionKind.REQUEST_CHANGES, PostStatus.CHANGES_REQUESTED, StepStatus.CHANGES_REQUESTED),
        (DecisionKind.REJECT, PostStatus.REJECTED, StepStatus.REJECTED),
    ],
)
def test_sending_back_closes_the_round_and_says_why(people, kind, status, step_status):
    post = in_review(people, **HEALTH)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    decision = send_back(people[Role.LEGAL], step_of(post.id, Role.LEGAL), sha_of(post.id), kind)
    assert load(post.id).status is status
    assert decision.comment == "Précisez la source."
    found = {step.role: step.status for step in rows(ReviewStep)}
    assert found == {
        Role.COMMUNICATIONS: StepStatus.APPROVED,
        Role.REGULATORY: StepStatus.VOID,
        Role.LEGAL: step_status,
    }


def test_the_next_round_asks_everybody_again(people):
    post = in_review(people, **HEALTH)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    send_back(people[Role.LEGAL], step_of(post.id, Role.LEGAL), sha_of(post.id))
    edit(
        people[Role.COMMUNITY_MANAGER],
        post.id,
        HEALTH_TEXT + " Une sieste courte aide aussi.",
        qualification=Qualification.DISEASE,
    )
    assert load(post.id).status is PostStatus.DRAFT
    submit(people[Role.COMMUNITY_MANAGER], post.id)
    assert roles(open_steps(post.id)) == [Role.COMMUNICATIONS]


def test_a_second_decision_on_a_closed_step_is_refused(people):
    """I6."""
    post = in_review(people, **HEALTH)
    second = person(Role.COMMUNICATIONS, login="second")
    (step,) = open_steps(post.id)
    approve(people[Role.COMMUNICATIONS], step, sha_of(post.id))
    with pytest.raises(TransitionNotAllowed, match="close"):
        approve(second, step, sha_of(post.id))
    with pytest.raises(TransitionNotAllowed, match="close"):
        send_back(second, step, sha_of(post.id))


def test_two_people_decide_at_the_same_instant_and_one_loses(people_on_both):
    post = in_review(people_on_both)
    (step,) = open_steps(post.id)
    sha = sha_of(post.id)
    pair = [people_on_both[Role.COMMUNICATIONS], person(Role.COMMUNICATIONS, login="second")]
    nonces = [proven_nonce(actor, subject_id=step.id, content_sha256=sha) for actor in pair]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def press(actor, nonce):
        start.wait()
        try:
            with transaction() as session:
                review.decide(
                    session,
                    actor,
                    step_id=step.id,
                    row_version=step.row_version,
                    seen_sha256=sha,
                    kind=DecisionKind.APPROVE,
                    nonce_id=nonce,
                )
            outcomes.append("signed")
        except (StaleVersion, TransitionNotAllowed):
            outcomes.append("lost")

    threads = [threading.Thread(target=press, args=pair_) for pair_ in zip(pair, nonces, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost", "signed"]
    assert len(rows(Signature)) == 1


def test_an_edit_and_a_signature_at_the_same_instant_and_one_loses(people_on_both):
    """Appendix C 5: whatever the order, no signature ends on a content that is not the approved one."""
    post = in_review(people_on_both)
    (step,) = open_steps(post.id)
    sha = sha_of(post.id)
    nonce = proven_nonce(people_on_both[Role.COMMUNICATIONS], subject_id=step.id, content_sha256=sha)
    row_version = load(post.id).row_version
    start = threading.Barrier(2)
    outcomes = {}

    def run(name, use_case, **fields):
        start.wait()
        try:
            with transaction() as session:
                use_case(session, **fields)
            outcomes[name] = "done"
        except AppError:
            outcomes[name] = "lost"

    new = content("Un autre texte.")
    threads = [
        threading.Thread(
            target=run,
            args=("edit", drafting.edit_post),
            kwargs={
                "actor": people_on_both[Role.COMMUNITY_MANAGER],
                "post_id": post.id,
                "row_version": row_version,
                "content": new,
            },
        ),
        threading.Thread(
            target=run,
            args=("sign", review.decide),
            kwargs={
                "actor": people_on_both[Role.COMMUNICATIONS],
                "step_id": step.id,
                "row_version": step.row_version,
                "seen_sha256": sha,
                "kind": DecisionKind.APPROVE,
                "nonce_id": nonce,
            },
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = load(post.id)
    if outcomes["edit"] == "done":
        assert after.status is PostStatus.DRAFT
        assert after.version_n == 2
    else:
        assert after.status is PostStatus.APPROVED
    assert sorted(outcomes.values()) == ["done", "lost"]


def test_a_deactivated_person_does_not_sign_with_an_open_page(people):
    """Appendix C 22: and what they signed before keeps name and role."""
    post = in_review(people, **HEALTH)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    legal = people[Role.LEGAL]
    nonce = proven_nonce(legal, subject_id=step_of(post.id, Role.LEGAL).id, content_sha256=sha_of(post.id))
    with transaction() as session:
        for gone in (legal, people[Role.COMMUNICATIONS]):
            staff.deactivate_user(session, SYSTEM, user_id=gone.id, reason="Départ.")
        staff.revoke_role(
            session, SYSTEM, user_id=people[Role.COMMUNICATIONS].id, role=Role.COMMUNICATIONS, reason="Départ."
        )
    with pytest.raises(NotPermitted), transaction() as session:
        review.decide(
            session,
            legal,
            step_id=step_of(post.id, Role.LEGAL).id,
            row_version=None,
            seen_sha256=sha_of(post.id),
            kind=DecisionKind.APPROVE,
            nonce_id=nonce,
        )
    (signature,) = rows(Signature)
    assert (signature.printed_name, signature.role) == ("Communications", Role.COMMUNICATIONS)


def test_a_revoked_role_does_not_sign_with_an_open_page(people):
    post = in_review(people)
    actor = people[Role.COMMUNICATIONS]
    with transaction() as session:
        staff.revoke_role(session, SYSTEM, user_id=actor.id, role=Role.COMMUNICATIONS, reason="Mutation.")
    with pytest.raises(NotPermitted):
        approve(actor, open_steps(post.id)[0], sha_of(post.id))


def circuit_of(*steps, qualification=Qualification.INSTITUTIONAL, key="institutional"):
    with transaction() as session:
        return circuits.create_circuit(
            session,
            SYSTEM,
            key=key,
            name="Essai",
            steps=steps,
            conditions=Conditions((qualification,), with_products=False),
        )


def test_a_quorum_of_all_waits_for_every_holder_who_may_sign(people_on_both):
    second = person(Role.COMMUNICATIONS, login="second")
    gone = person(Role.COMMUNICATIONS, login="gone")
    with transaction() as session:
        staff.deactivate_user(session, SYSTEM, user_id=gone.id, reason="Départ.")
    post = draft(people_on_both[Role.COMMUNITY_MANAGER])
    circuit_of(StepSpec(1, Role.COMMUNICATIONS, 8, Quorum.ALL))
    submit(people_on_both[Role.COMMUNITY_MANAGER], post.id)
    approve(people_on_both[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    assert load(post.id).status is PostStatus.IN_REVIEW
    with pytest.raises(RuleViolated, match="déjà signé"):
        approve(people_on_both[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    approve(second, open_steps(post.id)[0], sha_of(post.id))
    assert load(post.id).status is PostStatus.APPROVED


def test_a_new_circuit_binds_new_rounds_only(people_on_both):
    """I21: the running round keeps the version that it runs on."""
    running = in_review(people_on_both)
    circuit_of(StepSpec(1, Role.LEGAL, 8), StepSpec(2, Role.COMMUNICATIONS, 8))
    later = in_review(people_on_both)
    assert roles(open_steps(running.id)) == [Role.COMMUNICATIONS]
    assert roles(open_steps(later.id)) == [Role.LEGAL]
    approve_all(running.id, people_on_both)
    assert load(running.id).status is PostStatus.APPROVED
    with reading() as session:
        ran = [
            get(session, Circuit, each.circuit_id).n
            for each in session.exec(select(ReviewRound).order_by(col(ReviewRound.opened_at)))
        ]
    assert ran == [1, 2]


def test_without_an_active_circuit_nothing_is_submitted(people):
    """Appendix C 6, I2: default deny."""
    post = draft(people[Role.COMMUNITY_MANAGER])
    with transaction() as session:
        circuits.retire_circuit(session, SYSTEM, key="institutional", reason="Révision.")
    with pytest.raises(RuleViolated, match="Aucun circuit"):
        submit(people[Role.COMMUNITY_MANAGER], post.id)
    assert load(post.id).status is PostStatus.DRAFT


@pytest.mark.parametrize(
    ("steps", "qualification"),
    [
        ((), Qualification.INSTITUTIONAL),
        ((StepSpec(1, Role.COMMUNITY_MANAGER, 8),), Qualification.INSTITUTIONAL),
        ((StepSpec(1, Role.LEGAL, 0),), Qualification.INSTITUTIONAL),
        ((StepSpec(1, Role.LEGAL, 8),), Qualification.PROMO_GP),
        ((StepSpec(1, Role.LEGAL, 8, meaning=SignatureMeaning.QUALIFICATION),), Qualification.INSTITUTIONAL),
    ],
    ids=["no step", "a role that does not sign", "no time", "promotion without qualification", "qualified by another"],
)
def test_a_circuit_that_could_not_work_is_refused(sqlite_db, steps, qualification):
    with pytest.raises((InvalidInput, RuleViolated)):
        circuit_of(*steps, qualification=qualification)


def test_a_blocking_note_stops_approval_until_a_reviewer_resolves_it(people_on_both):
    post = in_review(people_on_both)
    with transaction() as session:
        note = notes.add_note(session, people_on_both[Role.LEGAL], post_id=post.id, text="Source ?", blocking=True)
    with pytest.raises(RuleViolated, match="bloquantes"):
        approve(people_on_both[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    with pytest.raises(RuleViolated, match="résolue par"), transaction() as session:
        notes.resolve_note(session, people_on_both[Role.COMMUNITY_MANAGER], note_id=note.id, row_version=None)
    with transaction() as session:
        notes.resolve_note(session, people_on_both[Role.LEGAL], note_id=note.id, row_version=note.row_version)
    with pytest.raises(TransitionNotAllowed), transaction() as session:
        notes.resolve_note(session, people_on_both[Role.LEGAL], note_id=note.id, row_version=None)
    approve(people_on_both[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    assert load(post.id).status is PostStatus.APPROVED


def test_a_blocking_note_outlives_an_edit(people):
    post = in_review(people)
    with transaction() as session:
        notes.add_note(session, people[Role.LEGAL], post_id=post.id, text="Source ?", blocking=True)
    edit(people[Role.COMMUNITY_MANAGER], post.id, "Un autre texte.")
    submit(people[Role.COMMUNITY_MANAGER], post.id)
    with pytest.raises(RuleViolated, match="bloquantes"):
        approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))


def test_who_may_leave_which_note(people):
    post = in_review(people)
    with transaction() as session:
        notes.add_note(session, people[Role.COMMUNITY_MANAGER], post_id=post.id, text="Vu avec l'équipe.")
    for actor, text, blocking in [
        (people[Role.COMMUNITY_MANAGER], "Stop.", True),
        (people[Role.AUDITOR], "Vu.", False),
        (people[Role.LEGAL], "   ", False),
    ]:
        with pytest.raises((NotPermitted, InvalidInput)), transaction() as session:
            notes.add_note(session, actor, post_id=post.id, text=text, blocking=blocking)


def test_a_note_s_words_stay_out_of_the_audit_trail(people):
    post = in_review(people)
    with transaction() as session:
        notes.add_note(session, people[Role.LEGAL], post_id=post.id, text="Une remarque très particulière.")
    assert "particulière" not in str([event.new for event in rows(AuditEvent)])


def test_rejecting_takes_a_reason(people):
    post = in_review(people)
    step = open_steps(post.id)[0]
    with pytest.raises(RuleViolated):
        send_back(people[Role.COMMUNICATIONS], step, sha_of(post.id), DecisionKind.REJECT, reason=None)
    decision = send_back(
        people[Role.COMMUNICATIONS],
        step,
        sha_of(post.id),
        DecisionKind.REJECT,
        reason=RejectReason.MISLEADING,
        comment="",
    )
    assert decision.reason is RejectReason.MISLEADING
    assert CLEAN_TEXT not in str([event.new for event in rows(AuditEvent)])
