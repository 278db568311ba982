"""No way around the gate: whatever is wrong with a post, and whichever way somebody takes, nothing leaves.

The ways are those that `tests/architecture/test_only_one_gate.py` finds in the code, and the rows that somebody with
the database in hand would write. Each post was right once, or nearly; one thing is then wrong with it.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text as sql
from sqlmodel import select

from compliance import clock
from compliance import people as staff
from compliance.permissions import ROLES, SYSTEM, Permission
from errors import AppError
from models.account import Account
from models.enums import (
    AccountStatus,
    PostStatus,
    PublicationStatus,
    Qualification,
    Role,
    RoundStatus,
    StepStatus,
    StopScope,
    VisaAction,
    VisaKind,
)
from models.post import Post
from models.publication import Publication
from models.review import ReviewRound, ReviewStep
from models.session import get, reading, transaction
from tests.few_rules import few_rules
from tests.post_factories import (
    account,
    approve,
    approve_all,
    draft,
    load,
    open_steps,
    post_at,
    product,
    schedule,
    sha_of,
    slot,
    submit,
)
from workflow import delivery, planning, stops, visas
from workflow.findings import variants_of
from workflow.rounds import current_version

AUTHOR = Role.COMMUNITY_MANAGER
VISA = "GP-2026-01"


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    """Those of prescription and visa: reading all takes longer than all the rest."""
    yield from few_rules(monkeypatch, "GP-01", "GP-04")


def scheduled(people, **fields):
    return post_at(PostStatus.SCHEDULED, people, **fields)


def advertised(people):
    """An advertisement with its visa, signed by all and in the queue."""
    product_id = product()
    with transaction() as session:
        regulatory = people[Role.REGULATORY]
        filed = visas.file_visa(session, regulatory, number=VISA, kind=VisaKind.GP, product_id=product_id)
        granted = {"action": VisaAction.GRANT, "on": clock.paris(clock.now()).date() - timedelta(days=9)}
        visas.change_visa(session, regulatory, visa_id=filed.id, row_version=None, **granted)
    told = {"qualification": Qualification.PROMO_GP, "products": (product_id,), "visa": VISA}
    return scheduled(people, text="Rinozel, médicament de la rhinite allergique.", **told), filed


def untouched(*tables):
    """Take away what the database itself refuses with, as its owner could."""
    with transaction() as session:
        found = session.exec(sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for (name,) in found:
            if any(name.startswith(f"{table}_refuses") for table in tables):
                session.exec(sql(f"DROP TRIGGER {name}"))


def run(statement, *tables):
    untouched(*tables)
    with transaction() as session:
        session.exec(sql(statement))


def a_status(status):
    return lambda people: post_at(status, people)


def suspended(people):
    post, visa = advertised(people)
    with transaction() as session:
        visas.change_visa(
            session, people[Role.REGULATORY], visa_id=visa.id, row_version=None, action=VisaAction.SUSPEND, reason="-"
        )
    return post


def visa_ended(people):
    post, _visa = advertised(people)
    run("UPDATE visa SET expires = granted")
    return post


def prescription(people):
    post, _visa = advertised(people)
    run("UPDATE product SET kind = 'rx', prescription_only = 1")
    return post


def stopped(people):
    post = scheduled(people)
    with transaction() as session:
        stops.start_stop(session, people[AUTHOR], scope=StopScope.ALL, reason="Rappel de lot.")
    return post


def without_consent(people):
    own = account(handle="dr_sophie")
    with transaction() as session:
        get(session, Account, own.id).spokesperson_id = people[Role.MEDICAL].id
    post = draft(people[AUTHOR], account=own)
    submit(people[AUTHOR], post.id)
    approve_all(post.id, people)
    return post


def account_at_rest(people):
    post = scheduled(people)
    with transaction() as session:
        for each in session.exec(select(Account)):
            each.status = AccountStatus.AUTH_EXPIRED
    return post


def changed(statement, table):
    def spoil(people):
        post = scheduled(people)
        run(statement, table)
        return post

    return spoil


def step_taken_out(people):
    """The last signature is missing, and somebody took its step out of the database and closed the round."""
    author, told = people[AUTHOR], {"qualification": Qualification.DISEASE}
    post = draft(author, "Bien dormir aide à rester en forme.", **told)
    submit(author, post.id)
    (first,) = open_steps(post.id)
    approve(people[first.role], first, sha_of(post.id))
    second, third = open_steps(post.id)
    approve(people[second.role], second, sha_of(post.id))
    with transaction() as session:
        session.delete(get(session, ReviewStep, third.id))
        session.exec(select(ReviewRound)).one().status = RoundStatus.APPROVED
        get(session, Post, post.id).status = PostStatus.APPROVED
    return post


def signed_by_its_author(people):
    """One person wrote and signed: somebody wrote the author's name over the version's."""
    post = scheduled(people)
    run(f"UPDATE post_version SET author_id = '{people[Role.COMMUNICATIONS].id}'", "post_version")
    return post


def step_called_approved(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    with transaction() as session:
        for step in session.exec(select(ReviewStep)):
            step.status = StepStatus.APPROVED
        session.exec(select(ReviewRound)).one().status = RoundStatus.APPROVED
    return post


WRONG = {
    "a draft": a_status(PostStatus.DRAFT),
    "in review": a_status(PostStatus.IN_REVIEW),
    "sent back": a_status(PostStatus.CHANGES_REQUESTED),
    "rejected": a_status(PostStatus.REJECTED),
    "withdrawn": a_status(PostStatus.WITHDRAWN),
    "visa suspended": suspended,
    "visa ended": visa_ended,
    "product now on prescription": prescription,
    "emergency stop": stopped,
    "no consent": without_consent,
    "account at rest": account_at_rest,
    "payload altered": changed(
        "UPDATE variant SET payload_json = replace(payload_json, 'dimanche', 'samedi')", "variant"
    ),
    "payload and its hash altered": changed(
        "UPDATE variant SET payload_json = replace(payload_json, 'dimanche', 'samedi'), variant_sha256 = 'a'", "variant"
    ),
    "declarations altered": changed(
        "UPDATE post_version SET canonical_json = replace(canonical_json, 'public', 'hcp')", "post_version"
    ),
    "version's hash altered": changed("UPDATE post_version SET content_sha256 = 'a'", "post_version"),
    "signature altered": changed("UPDATE signature SET role = 'legal'", "signature"),
    "seal altered": changed("UPDATE signature SET seal = 'QUJD'", "signature"),
    "signature of another text": changed("UPDATE signature SET content_sha256 = 'a'", "signature"),
    "decision altered": changed("UPDATE decision SET kind = 'reject'", "decision"),
    "step taken out": step_taken_out,
    "step called approved": step_called_approved,
    "signed by its author": signed_by_its_author,
}


def by_the_worker(post, people, work):
    with clock.at(slot(25)):
        work()


def by_scheduling(post, people, work):
    with pytest.raises(AppError):
        schedule(people[AUTHOR], post.id, slot(26))
    by_the_worker(post, people, work)


def by_moving(post, people, work):
    """Moving a date never puts anything in the queue that was not there."""
    in_queue = load(post.id).status is PostStatus.SCHEDULED
    try:
        with transaction() as session:
            planning.move(session, people[AUTHOR], post_id=post.id, row_version=None, at=slot(26))
    except AppError:
        in_queue = False
    assert not in_queue
    by_the_worker(post, people, work)


def by_forged_rows(post, people, work):
    """Somebody writes the post, a publication and its effect into the database as if all had been done."""
    with transaction() as session:
        held = get(session, Post, post.id)
        held.status = PostStatus.SCHEDULED
        version = current_version(session, held)
        for each in session.exec(select(Publication)):
            each.status = PublicationStatus.CANCELLED
        for n, variant in enumerate(variants_of(session, version.id), start=1):
            forged = Publication(
                post_id=post.id, version_id=version.id, variant_id=variant.id, account_id=variant.account_id,
                network=variant.network, due_at=slot(24) + timedelta(minutes=n), status=PublicationStatus.SCHEDULED,
                scheduled_by=people[AUTHOR].id, variant_sha256=variant.variant_sha256,
            )  # fmt: skip
            session.add(forged)
            session.flush()
            delivery.enqueue(session, forged, delivery.Part.POST, slot(24))
    by_the_worker(post, people, work)


WAYS = (by_the_worker, by_scheduling, by_moving, by_forged_rows)


@pytest.mark.parametrize("wrong", WRONG)
def test_nothing_leaves_by_any_way(people, network, work, wrong):
    post = WRONG[wrong](people)
    for way in WAYS:
        way(post, people, work)
        assert network.posts == [], way.__name__
        assert "publish" not in network.calls, way.__name__


def test_a_slot_that_lapsed_leaves_by_no_way(people, network, work):
    post = scheduled(people)
    late = clock.now() + timedelta(hours=24) + timedelta(hours=7)
    with clock.at(late):
        work()
        with pytest.raises(AppError):
            schedule(people[AUTHOR], post.id, late - timedelta(hours=7))
    assert network.calls == []


def test_nobody_plays_the_engine(people, network, work):
    """The rows of the queue are the machine's: no role of a person starts or confirms a publication."""
    assert [role for role, rights in ROLES.items() if Permission.ENGINE in rights] == [Role.SYSTEM]
    with pytest.raises(AppError), transaction() as session:
        staff.grant_role(session, SYSTEM, user_id=people[AUTHOR].id, role=Role.SYSTEM)


def test_the_same_ways_are_open_to_a_post_that_is_right(people, network, work):
    """What is refused above is refused for what is wrong, not because nothing ever leaves."""
    post, _visa = advertised(people)
    schedule(people[AUTHOR], post.id, slot(23))
    with transaction() as session:
        planning.move(session, people[AUTHOR], post_id=post.id, row_version=None, at=slot(24))
    by_the_worker(post, people, work)
    with reading() as session:
        assert get(session, Post, post.id).status is PostStatus.PUBLISHED
    assert len(network.posts) == 1
