"""The delegations' page: given with days and scope, taken back at once; my work says in whose name I sign."""

from datetime import timedelta
from html import unescape

from sqlmodel import select

from compliance import clock
from models.delegation import Delegation
from models.enums import PostStatus, Role
from models.session import reading, transaction
from tests.pages.conftest import text_of
from tests.post_factories import open_steps, post_at
from workflow import delegations

TODAY = clock.paris(clock.now()).date()


def test_signatures_are_delegated_and_the_delegation_revoked(open_page, people):
    at = open_page("delegations.py", people[Role.LEGAL])
    at.selectbox(key="delegate").set_value(people[Role.MEDICAL].id)
    at.date_input(key="last_day").set_value(TODAY + timedelta(days=3))
    at.button(key="delegate_now").click().run()
    assert not at.exception
    with reading() as session:
        lent = session.exec(select(Delegation)).one()
    assert (lent.delegate_id, lent.role, lent.last_day) == (
        people[Role.MEDICAL].id,
        Role.LEGAL,
        TODAY + timedelta(days=3),
    )
    assert "Medical signe au nom de Legal" in text_of(at)
    at.button(key=f"revoke_{lent.id}").click().run()
    assert not at.exception
    assert "retirée" in text_of(at)


def test_days_that_cannot_be_are_refused_and_what_was_chosen_stays(open_page, people):
    at = open_page("delegations.py", people[Role.LEGAL])
    at.date_input(key="last_day").set_value(TODAY - timedelta(days=1))
    at.button(key="delegate_now").click().run()
    assert "précède" in at.error[0].value
    assert at.date_input(key="last_day").value == TODAY - timedelta(days=1)


def test_my_work_names_who_delegated_until_when_and_the_review_signs_in_their_name(open_page, people):
    with transaction() as session:
        delegations.delegate_role(
            session, people[Role.COMMUNICATIONS], delegate_id=people[Role.MEDICAL].id, role=Role.COMMUNICATIONS,
            first_day=TODAY, last_day=TODAY + timedelta(days=2),
        )  # fmt: skip
    post = post_at(PostStatus.IN_REVIEW, people)
    (step,) = open_steps(post.id)
    at = open_page(None, people[Role.MEDICAL])
    until = f"{TODAY + timedelta(days=2):%d/%m}"
    assert f"Délégué par Communications jusqu'au {until} (1)" in unescape(text_of(at))
    at.button(key=f"claim_{step.id}").click().run()
    assert "vous vous en chargez" in text_of(at)
    at.button(key=f"release_{step.id}").click().run()
    assert "vous vous en chargez" not in text_of(at)
    at.button(key=f"open_{step.id}").click().run()
    at.button(key="approve").click().run()
    assert not at.exception
    assert "Au nom de Communications" in text_of(at)
