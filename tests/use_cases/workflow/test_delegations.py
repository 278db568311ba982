"""Signing in another's name: dated, narrowed, printed in statement, decision and dossier, never a way round a rule."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from compliance import audit, clock
from compliance import people as staff
from compliance.permissions import SYSTEM
from errors import AppError, NotPermitted, RuleViolated
from models.compliance import AuditEvent
from models.enums import PostStatus, Qualification, Quorum, Role
from models.review import Decision, Signature
from models.session import get, reading, transaction
from tests.factories import person
from tests.post_factories import approve, content, draft, load, open_steps, post_at, product, schedule, sha_of, submit
from workflow import archiving, delegations, drafting, queries, review
from workflow.circuits import Conditions, StepSpec, create_circuit
from workflow.content import VariantSettings
from workflow.delegation_rules import Standing
from workflow.proof import signature_holds
from workflow.views import post_view

PRODUCT = {
    "qualification": Qualification.PRODUCT_INFO,
    "variant": {"settings": VariantSettings(comments_open=False)},
}
TODAY = clock.paris(clock.now()).date()


@pytest.fixture
def stand_in(people_on_both):
    """Someone of the committee whose own role signs elsewhere."""
    return person(Role.MEDICAL, login="alix", name="Alix Roy")


def lend(giver, to, role=Role.COMMUNICATIONS, *, days=3, first=TODAY, **fields):
    with transaction() as session:
        return delegations.delegate_role(
            session,
            giver,
            delegate_id=to.id,
            role=role,
            first_day=first,
            last_day=first + timedelta(days=days),
            **fields,
        )


def in_review(people, **fields):
    return post_at(PostStatus.IN_REVIEW, people, **fields)


def test_a_delegate_signs_in_the_delegators_name_and_everything_says_so(people_on_both, stand_in):
    giver = people_on_both[Role.COMMUNICATIONS]
    lend(giver, stand_in)
    post = in_review(people_on_both)
    (step,) = open_steps(post.id)
    with transaction() as session:
        dialog = review.open_decision(session, stand_in, step_id=step.id, seen_sha256=sha_of(post.id))
        assert dialog.on_behalf_of == giver.printed_name
    approve(stand_in, step, sha_of(post.id))
    assert load(post.id).status is PostStatus.APPROVED
    with reading() as session:
        signature = session.exec(select(Signature)).one()
        assert f'"on_behalf_of_name":"{giver.printed_name}"' in signature.statement_json
        assert (signature.user_id, signature.on_behalf_of_id) == (stand_in.id, giver.id)
        assert signature_holds(session, signature)
        assert session.exec(select(Decision)).one().on_behalf_of_name == giver.printed_name
        shown = archiving.gather(session, get(session, type(post), post.id))
        assert (shown.signatures[0].printed_name, shown.signatures[0].on_behalf_of) == ("Alix Roy", giver.printed_name)
        assert shown.decisions[0].on_behalf_of == giver.printed_name
        assert audit.verify_chain(session).problem is None


@pytest.mark.parametrize("ended", [1, 0], ids=["the day after", "the last day"])
def test_a_delegation_that_ended_yesterday_signs_nothing(people_on_both, stand_in, ended):
    """Appendix C 28."""
    lend(people_on_both[Role.COMMUNICATIONS], stand_in, days=2)
    post = in_review(people_on_both)
    with clock.at(clock.now() + timedelta(days=2 + ended)):
        if ended:
            with pytest.raises(NotPermitted, match="a pris fin le"):
                approve(stand_in, open_steps(post.id)[0], sha_of(post.id))
        else:
            approve(stand_in, open_steps(post.id)[0], sha_of(post.id))
    assert load(post.id).status is (PostStatus.IN_REVIEW if ended else PostStatus.APPROVED)


def test_a_delegation_revoked_between_dialog_and_signature_signs_nothing(people_on_both, stand_in):
    giver = people_on_both[Role.COMMUNICATIONS]
    lent = lend(giver, stand_in)
    post = in_review(people_on_both)
    (step,) = open_steps(post.id)
    with transaction() as session:
        review.open_decision(session, stand_in, step_id=step.id, seen_sha256=sha_of(post.id))
        delegations.revoke_delegation(session, giver, delegation_id=lent.id, row_version=None)
    with pytest.raises(NotPermitted, match="a été retirée"):
        approve(stand_in, step, sha_of(post.id))
    with reading() as session:
        (row,) = delegations.delegation_view(session, giver).rows
        assert row.standing is Standing.REVOKED
        told = session.exec(select(AuditEvent.action).where(col(AuditEvent.entity) == "delegation")).all()
        assert set(told) == {"delegation:create", "delegation:revoke"}


def test_what_was_signed_under_a_delegation_stays_signed_when_it_ends(people_on_both, stand_in):
    giver = people_on_both[Role.COMMUNICATIONS]
    lent = lend(giver, stand_in)
    post = in_review(people_on_both)
    approve(stand_in, open_steps(post.id)[0], sha_of(post.id))
    with transaction() as session:
        delegations.revoke_delegation(session, giver, delegation_id=lent.id, row_version=None)
    schedule(people_on_both[Role.COMMUNITY_MANAGER], post.id)
    assert load(post.id).status is PostStatus.SCHEDULED


def test_a_delegate_who_wrote_the_post_is_refused(people):
    author = person(Role.COMMUNITY_MANAGER, Role.LEGAL, login="both")
    lend(people[Role.COMMUNICATIONS], author)
    post = in_review(people | {Role.COMMUNITY_MANAGER: author})
    with pytest.raises(RuleViolated, match="écrit ou modifié"):
        approve(author, open_steps(post.id)[0], sha_of(post.id))


def test_an_author_signs_through_nobody(people):
    """I17: a delegation does not undo the separation of duties."""
    author = person(Role.COMMUNITY_MANAGER, Role.COMMUNICATIONS, login="both")
    other = person(Role.MEDICAL, login="alix")
    lend(author, other)
    post = in_review(people | {Role.COMMUNITY_MANAGER: author})
    with pytest.raises(RuleViolated, match="délégué sa signature a écrit"):
        approve(other, open_steps(post.id)[0], sha_of(post.id))
    with reading() as session:
        assert queries.my_work(session, other).to_sign == ()


def test_a_delegation_is_never_passed_on(people):
    first, second = person(Role.MEDICAL, login="first"), person(Role.LEGAL, login="second")
    lend(people[Role.COMMUNICATIONS], first)
    with pytest.raises(NotPermitted, match="ne se délègue pas"):
        lend(first, second)


def test_one_person_signs_one_step_in_whichever_name(people):
    """I4: two stages, one stand-in for both: the second signature is refused, also to the delegator themselves."""
    with transaction() as session:
        create_circuit(
            session, SYSTEM, key="institutional", name="Deux", conditions=Conditions((Qualification.INSTITUTIONAL,)),
            steps=[StepSpec(1, Role.COMMUNICATIONS, 8), StepSpec(2, Role.LEGAL, 8)],
        )  # fmt: skip
    giver = person(Role.COMMUNICATIONS, Role.LEGAL, login="giver")
    alix = person(Role.MEDICAL, login="alix")
    for role in (Role.COMMUNICATIONS, Role.LEGAL):
        lend(giver, alix, role)
    post = in_review(people)
    approve(alix, open_steps(post.id)[0], sha_of(post.id))
    for actor in (alix, giver):
        with pytest.raises(RuleViolated, match="déjà signé"):
            approve(actor, open_steps(post.id)[0], sha_of(post.id))
        with reading() as session:
            assert queries.my_work(session, actor).to_sign == ()
    approve(people[Role.LEGAL], open_steps(post.id)[0], sha_of(post.id))
    assert load(post.id).status is PostStatus.APPROVED


@pytest.mark.parametrize(("named", "campaign", "allowed"), [(True, "octobre", True), (False, "mars", False)])
def test_a_narrowed_delegation_covers_what_it_names(people, named, campaign, allowed):
    bound, other = product(), product({"name": "Autre", "kind": "otc", "owner": "own"})
    alix = person(Role.MEDICAL, login="alix")
    lend(people[Role.RESPONSIBLE_PHARMACIST], alix, Role.RESPONSIBLE_PHARMACIST, product_id=bound, campaign="octobre")
    post = in_review(people, products=(bound if named else other,), campaign=campaign, **PRODUCT)
    step = open_steps(post.id)[0]
    assert step.role is Role.RESPONSIBLE_PHARMACIST
    if allowed:
        approve(alix, step, sha_of(post.id))
    else:
        with pytest.raises(NotPermitted, match="ne couvre pas"):
            approve(alix, step, sha_of(post.id))


def test_a_delegator_who_left_the_role_lends_nothing(people):
    giver = people[Role.COMMUNICATIONS]
    alix = person(Role.MEDICAL, login="alix")
    lend(giver, alix)
    with transaction() as session:
        staff.revoke_role(session, SYSTEM, user_id=giver.id, role=Role.COMMUNICATIONS, reason="Mutation.")
    post = in_review(people)
    with pytest.raises(NotPermitted, match="ne le tient plus"):
        approve(alix, open_steps(post.id)[0], sha_of(post.id))


@pytest.mark.parametrize("quorum", [Quorum.ALL, Quorum.K_OF_N])
def test_a_delegate_completes_a_quorum_in_the_delegators_name(people_on_both, stand_in, quorum):
    second = person(Role.COMMUNICATIONS, login="second")
    lend(second, stand_in)
    post = draft(people_on_both[Role.COMMUNITY_MANAGER])
    needed = 2 if quorum is Quorum.K_OF_N else None
    with transaction() as session:
        create_circuit(
            session, SYSTEM, key="institutional", name="Deux", conditions=Conditions((Qualification.INSTITUTIONAL,)),
            steps=[StepSpec(1, Role.COMMUNICATIONS, 8, quorum, needed=needed)],
        )  # fmt: skip
    submit(people_on_both[Role.COMMUNITY_MANAGER], post.id)
    approve(stand_in, open_steps(post.id)[0], sha_of(post.id))
    assert load(post.id).status is PostStatus.IN_REVIEW
    with pytest.raises(RuleViolated, match="déjà signé"):
        approve(second, open_steps(post.id)[0], sha_of(post.id))
    approve(people_on_both[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    assert load(post.id).status is PostStatus.APPROVED


def test_my_work_and_the_review_say_whose_signature_i_give(people):
    giver = people[Role.COMMUNICATIONS]
    alix = person(Role.MEDICAL, login="alix")
    lent = lend(giver, alix)
    post = in_review(people)
    with reading() as session:
        (row,) = queries.my_work(session, alix).to_sign
        assert (row.delegated_by, row.delegated_until) == (giver.printed_name, lent.last_day)
        shown = post_view(session, alix, post_id=post.id)
        assert shown.my_step.on_behalf_of == giver.printed_name
        assert not shown.my_step.refusal


@pytest.mark.parametrize("to", [Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_people_who_sign_receive_a_delegation(people, to):
    with pytest.raises(RuleViolated, match="personne du comité"):
        lend(people[Role.COMMUNICATIONS], people[to])


def test_only_its_people_or_an_administrator_end_a_delegation(people):
    lent = lend(people[Role.COMMUNICATIONS], people[Role.MEDICAL])
    for who, allowed in ((Role.LEGAL, False), (Role.ADMINISTRATOR, True)):
        try:
            with transaction() as session:
                delegations.revoke_delegation(session, people[who], delegation_id=lent.id, row_version=None)
        except AppError:
            assert not allowed
        else:
            assert allowed


def test_the_campaign_is_not_changed_to_dodge_a_circuit(people):
    post = in_review(people, campaign="octobre")
    with transaction() as session:
        create_circuit(
            session, SYSTEM, key="octobre", name="Octobre",
            conditions=Conditions((Qualification.INSTITUTIONAL,), campaign="mars"),
            steps=[StepSpec(1, Role.COMMUNICATIONS, 8), StepSpec(2, Role.LEGAL, 8)],
        )  # fmt: skip
    with pytest.raises(RuleViolated, match="autre circuit"), transaction() as session:
        drafting.edit_post(
            session, people[Role.COMMUNITY_MANAGER], post_id=post.id, row_version=None, content=content(campaign="mars")
        )
