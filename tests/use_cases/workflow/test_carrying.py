"""Signatures that stand on a changed version: only where the matrix lets them, and the gate asks it again."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from compliance import people as staff
from compliance.permissions import SYSTEM
from models.carried import CarriedSignature
from models.compliance import AuditEvent
from models.enums import DecisionKind, PostStatus, Qualification, Role
from models.post import Post
from models.session import get, reading, transaction
from tests.post_factories import (
    HEALTH_TEXT,
    approve,
    approve_all,
    draft,
    edit,
    load,
    open_steps,
    post_at,
    product,
    schedule,
    send_back,
    sha_of,
    submit,
)
from workflow import drafting, reapproval, review, views, withdrawals
from workflow.content import VariantSettings
from workflow.proof import unsigned_roles
from workflow.rounds import current_version, rounds_of, steps_of

DISEASE = {"qualification": Qualification.DISEASE}
TYPO = HEALTH_TEXT.replace("horaires", "horraires")
CM = Role.COMMUNITY_MANAGER


def roles(post_id):
    return {step.role for step in open_steps(post_id)}


def missing(post_id):
    with reading() as session:
        post = get(session, Post, post_id)
        return set(unsigned_roles(session, post, current_version(session, post)))


def carried(post_id, actor):
    with reading() as session:
        view = views.post_view(session, actor, post_id=post_id)
    return {step.role: step.carried for step in view.round.steps if step.carried}


def returned_by_regulatory(people, text=TYPO):
    """A post on health that communications and legal signed, and regulatory sent back."""
    post = draft(people[CM], text, **DISEASE)
    submit(people[CM], post.id)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    steps = {step.role: step for step in open_steps(post.id)}
    approve(people[Role.LEGAL], steps[Role.LEGAL], sha_of(post.id))
    send_back(people[Role.REGULATORY], steps[Role.REGULATORY], sha_of(post.id))
    return load(post.id)


def resubmitted(people, text, **fields):
    post = returned_by_regulatory(people)
    edit(people[CM], post.id, text, **(DISEASE | fields))
    submit(people[CM], post.id)
    return load(post.id)


def test_after_a_typo_only_regulatory_signs_again_and_the_rest_says_from_where(people_on_both):
    people = people_on_both
    post = resubmitted(people, HEALTH_TEXT)
    assert roles(post.id) == {Role.REGULATORY}
    held = carried(post.id, people[Role.REGULATORY])
    assert {role for role, each in held.items() if each.stands} == {Role.COMMUNICATIONS, Role.LEGAL}
    assert {(each.version_n, each.changes) for each in held.values()} == {(1, (reapproval.Change.TYPO,))}
    approve(people[Role.REGULATORY], open_steps(post.id)[0], sha_of(post.id))
    assert load(post.id).status is PostStatus.APPROVED
    assert missing(post.id) == set()
    with reading() as session:
        rows = session.exec(select(CarriedSignature)).all()
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "signature:carry")).all()
    assert {row.carried_sha256 for row in rows} == {sha_of(post.id)}
    assert all(row.signed_sha256 != row.carried_sha256 for row in rows)
    assert [event.new["changes"] for event in events] == [["typo"], ["typo"]]


def test_a_carried_text_is_published_as_the_last_version_reads(people, network, work):
    from datetime import timedelta

    from compliance import clock

    post = resubmitted(people, HEALTH_TEXT)
    approve_all(post.id, people)
    schedule(people[CM], post.id)
    with clock.at(clock.now() + timedelta(hours=25)):
        work()
    assert [words for _id, words, _a in network.posts] == [HEALTH_TEXT]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (HEALTH_TEXT.replace("gardez", "évitez"), {}),
        (TYPO + " Huit heures par nuit.", {}),
        (TYPO, {"internal_ref": "R7", "variant": {"link": "https://helior.example/sommeil"}}),
    ],
    ids=["word", "sentence", "link"],
)
def test_any_other_change_asks_everybody_again(people, text, fields):
    post = resubmitted(people, text, **fields)
    assert roles(post.id) == {Role.COMMUNICATIONS}
    assert not any(each.stands for each in carried(post.id, people[Role.LEGAL]).values())
    assert carried(post.id, people[Role.LEGAL])[Role.COMMUNICATIONS].because


def test_typo_after_typo_is_compared_with_the_text_that_was_signed(people):
    """Four versions, each one letter from the one before: together they are another text."""
    post = returned_by_regulatory(people, HEALTH_TEXT)
    text = HEALTH_TEXT
    for old, new in (("dormir", "dormirr"), ("rester", "resterr"), ("gardez", "gardezz"), ("réguliers", "régulierss")):
        text = text.replace(old, new)
        edit(people[CM], post.id, text, **DISEASE)
    submit(people[CM], post.id)
    assert roles(post.id) == {Role.COMMUNICATIONS}


def test_an_unchanged_text_still_gets_a_signature_of_this_round(people):
    """Sent back and submitted as it was: who signed is not asked again, who sent back is."""
    post = returned_by_regulatory(people)
    submit(people[CM], post.id)
    assert roles(post.id) == {Role.REGULATORY}


def test_when_nobody_else_would_sign_the_last_stage_does(people):
    post = post_at(PostStatus.APPROVED, people, TYPO, **DISEASE)
    edit(people[CM], post.id, TYPO + " x", **DISEASE)
    edit(people[CM], post.id, TYPO, **DISEASE)
    submit(people[CM], post.id)
    assert roles(post.id) == {Role.REGULATORY, Role.LEGAL}


def test_a_product_post_whose_settings_change_goes_to_regulatory_and_the_pharmacist(people):
    fields = {"qualification": Qualification.PRODUCT_INFO, "products": (product(),)}
    closed = {"settings": VariantSettings(comments_open=False)}
    post = post_at(PostStatus.APPROVED, people, "Nos équipes ont couru dimanche.", variant=closed, **fields)
    tighter = {"settings": VariantSettings(comments_open=False, reply_settings="following")}
    edit(people[CM], post.id, "Nos équipes ont couru dimanche.", variant=tighter, **fields)
    submit(people[CM], post.id)
    assert roles(post.id) == {Role.REGULATORY}
    assert load(post.id).qualification_signature_id
    approve(people[Role.REGULATORY], open_steps(post.id)[0], sha_of(post.id))
    assert roles(post.id) == {Role.RESPONSIBLE_PHARMACIST}
    approve(people[Role.RESPONSIBLE_PHARMACIST], open_steps(post.id)[0], sha_of(post.id))
    assert missing(post.id) == set()


def test_a_rejection_or_a_withdrawal_ends_the_matter(people):
    post = returned_by_regulatory(people)
    with transaction() as session:
        drafting.withdraw(session, people[CM], post_id=post.id, row_version=None, reason="Plus tard.")
    submit(people[CM], post.id)
    assert roles(post.id) == {Role.REGULATORY}, "the round that regulatory closed still counts"
    with transaction() as session:
        drafting.withdraw(session, people[CM], post_id=post.id, row_version=None, reason="Plus tard.")
    submit(people[CM], post.id)
    assert roles(post.id) == {Role.COMMUNICATIONS}


def test_an_approval_that_was_taken_back_stands_for_nothing(people):
    post = post_at(PostStatus.APPROVED, people, TYPO, **DISEASE)
    with reading() as session:
        (running,) = rounds_of(session, post.id)
        step = next(step for step in steps_of(session, running.id) if step.role is Role.LEGAL)
    with transaction() as session:
        withdrawals.withdraw_approval(
            session, people[Role.LEGAL], step_id=step.id, row_version=None, reason="À revoir."
        )
    edit(people[CM], post.id, HEALTH_TEXT, **DISEASE)
    submit(people[CM], post.id)
    assert Role.LEGAL in roles(post.id)


def test_who_no_longer_holds_the_role_stands_for_nothing(people):
    post = returned_by_regulatory(people)
    with transaction() as session:
        staff.revoke_role(session, SYSTEM, user_id=people[Role.LEGAL].id, role=Role.LEGAL, reason="Départ.")
    submit(people[CM], post.id)
    assert roles(post.id) == {Role.REGULATORY, Role.LEGAL}


def test_who_wrote_since_stands_for_nothing(people):
    post = returned_by_regulatory(people)
    with transaction() as session:
        staff.grant_role(session, SYSTEM, user_id=people[Role.LEGAL].id, role=CM)
    edit(replace(people[Role.LEGAL], roles=frozenset({Role.LEGAL, CM})), post.id, HEALTH_TEXT, **DISEASE)
    submit(people[CM], post.id)
    assert roles(post.id) == {Role.REGULATORY, Role.LEGAL}


def test_a_matrix_that_no_longer_allows_it_keeps_the_text_in(people, monkeypatch):
    post = resubmitted(people, HEALTH_TEXT)
    approve_all(post.id, people)
    stricter = reapproval.KEPT | {reapproval.Change.TYPO: frozenset()}
    monkeypatch.setattr(reapproval, "KEPT", stricter)
    assert missing(post.id) == {Role.COMMUNICATIONS, Role.LEGAL}


def test_a_product_registered_since_keeps_the_text_in(people):
    """The changed word is a product's name now: the matrix, asked again, says no."""
    post = resubmitted(people, HEALTH_TEXT)
    approve_all(post.id, people)
    product({"name": "Horaires", "kind": "otc", "owner": "own"})
    assert missing(post.id) == {Role.COMMUNICATIONS, Role.LEGAL}


def test_nobody_signs_a_second_step_beside_a_carried_one(people):
    post = resubmitted(people, HEALTH_TEXT)
    with transaction() as session:
        staff.grant_role(session, SYSTEM, user_id=people[Role.LEGAL].id, role=Role.REGULATORY)
    both = replace(people[Role.LEGAL], roles=frozenset({Role.LEGAL, Role.REGULATORY}))
    with reading() as session:
        assert "déjà signé" in review.refusal(session, both, step_id=open_steps(post.id)[0].id)


def test_a_carried_signature_is_written_for_good(people_on_both):
    resubmitted(people_on_both, HEALTH_TEXT)
    with pytest.raises(DatabaseError), transaction() as session:
        session.delete(session.exec(select(CarriedSignature)).first())


WORDS = HEALTH_TEXT.split()
EDIT = st.tuples(
    st.integers(0, len(WORDS) - 1), st.sampled_from(["typo", "word", "number", "blank", "undo", "sign", "back"])
)


def edited(text, place, kind):
    words = text.split(" ")
    at = place % len(words)
    if kind == "undo":
        return HEALTH_TEXT
    words[at] = {"typo": words[at] + words[at][-1], "word": "ensemble", "number": "8", "blank": words[at] + "\n"}[kind]
    return " ".join(words)


@settings(max_examples=3, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(edits=st.lists(EDIT, min_size=3, max_size=8))
def test_no_sequence_of_edits_gets_a_change_past_the_roles_that_must_sign_it(people, edits):
    """Whoever stands for the text that could leave signed it, or one that differs by what the matrix leaves to them."""
    post = draft(people[CM], HEALTH_TEXT, **DISEASE)
    read, text = {}, HEALTH_TEXT
    for place, kind in [*edits, (0, "sign"), (0, "sign")]:
        if load(post.id).status is not PostStatus.IN_REVIEW and kind in {"sign", "back"}:
            if load(post.id).status is PostStatus.APPROVED:
                continue
            submit(people[CM], post.id)
        if kind == "sign":
            for step in open_steps(post.id):
                approve(people[step.role], step, sha_of(post.id))
                read[step.role] = text
        elif kind == "back":
            step = open_steps(post.id)[place % len(open_steps(post.id))]
            send_back(people[step.role], step, sha_of(post.id), DecisionKind.REQUEST_CHANGES)
        else:
            text = edited(text, place, kind)
            edit(people[CM], post.id, text, **DISEASE)
        if load(post.id).status is PostStatus.APPROVED and not missing(post.id):
            assert text in read.values(), "somebody signed the very text"
            assert read[Role.REGULATORY] == text
            for role in (Role.COMMUNICATIONS, Role.LEGAL):
                assert read[role] == text or reapproval.text_change(read[role], text) in {
                    reapproval.Change.TYPO,
                    reapproval.Change.WHITESPACE,
                }
