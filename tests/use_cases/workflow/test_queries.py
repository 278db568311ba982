"""What the pages of the committee are told."""

from datetime import timedelta

import pytest

from compliance import clock
from errors import NotFound, NotPermitted
from models.enums import DecisionKind, Network, PostAction, PostStatus, PublicationStatus, Qualification, Role
from models.session import reading, transaction
from tests.factories import person
from tests.post_factories import (
    CLEAN_TEXT,
    HEALTH_TEXT,
    approve,
    content,
    draft,
    edit,
    open_steps,
    post_at,
    product,
    send_back,
    sha_of,
    submit,
)
from workflow import drafting, notes
from workflow.comparing import what_changed, word_diff
from workflow.editing import editor_view
from workflow.queries import list_posts, my_work
from workflow.views import circuit_for, post_view

HEALTH = {"text": HEALTH_TEXT, "qualification": Qualification.DISEASE}


def ask(query, actor, **fields):
    with reading() as session:
        return query(session, actor, **fields)


def test_my_work_is_what_i_may_sign(people):
    post = post_at(PostStatus.IN_REVIEW, people, **HEALTH)
    (row,) = ask(my_work, people[Role.COMMUNICATIONS]).to_sign
    assert (row.post_id, row.role, row.version_n, row.my_last_version_n) == (post.id, Role.COMMUNICATIONS, 1, None)
    assert row.networks == (Network.X,)
    assert ask(my_work, people[Role.LEGAL]).to_sign == ()
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    assert ask(my_work, people[Role.COMMUNICATIONS]).to_sign == ()
    assert len(ask(my_work, people[Role.LEGAL]).to_sign) == 1


def test_my_own_text_does_not_wait_for_me(people):
    double = person(Role.COMMUNITY_MANAGER, Role.COMMUNICATIONS, login="double")
    post = draft(double)
    submit(double, post.id)
    assert ask(my_work, double).to_sign == ()
    view = ask(post_view, double, post_id=post.id)
    assert "écrit ou modifié" in view.my_step.refusal
    assert PostAction.APPROVE_STEP not in view.actions


def test_late_steps_come_first(people):
    first = post_at(PostStatus.IN_REVIEW, people)
    with clock.at(clock.now() + timedelta(days=10)):
        second = post_at(PostStatus.IN_REVIEW, people)
        found = ask(my_work, people[Role.COMMUNICATIONS]).to_sign
    assert [(row.post_id, row.late) for row in found] == [(first.id, True), (second.id, False)]


def test_what_was_sent_back_and_what_waits_for_a_slot(people_on_both):
    returned = post_at(PostStatus.CHANGES_REQUESTED, people_on_both)
    approved = post_at(PostStatus.APPROVED, people_on_both)
    found = ask(my_work, people_on_both[Role.COMMUNITY_MANAGER])
    assert [row.post_id for row in found.returned] == [returned.id]
    assert [row.post_id for row in found.to_schedule] == [approved.id]
    assert ask(editor_view, people_on_both[Role.COMMUNITY_MANAGER], post_id=returned.id).last_decision.comment


def test_a_failed_publication_waits_for_who_schedules(people, network, work):
    from errors import Rejected

    post = post_at(PostStatus.SCHEDULED, people)
    network.fail["publish"] = [Rejected("duplicate content")]
    with clock.at(clock.now() + timedelta(hours=25)):
        work()
    (row,) = ask(my_work, people[Role.COMMUNITY_MANAGER]).failed
    assert (row.post_id, row.status, row.last_error) == (post.id, PublicationStatus.FAILED, "duplicate content")
    assert ask(my_work, people[Role.LEGAL]).failed == ()


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, ("course", "sommeil")),
        ({"statuses": (PostStatus.DRAFT,)}, ("course",)),
        ({"words": "SOMMEIL conseils"}, ("sommeil",)),
        ({"words": "100%"}, ()),
        ({"campaign": "Automne"}, ("sommeil",)),
        ({"network": Network.X}, ("course", "sommeil")),
        ({"network": Network.FACEBOOK}, ()),
        ({"mine": True}, ("course", "sommeil")),
        ({"product_id": "unknown"}, ()),
        ({"limit": 1}, ("sommeil",)),
    ],
    ids=str,
)
def test_posts_by_filter(people_on_both, fields, found):
    ids = {post_at(PostStatus.DRAFT, people_on_both, title="La course").id: "course"}
    ids[post_at(PostStatus.IN_REVIEW, people_on_both, title="Conseils de sommeil", campaign="Automne", **HEALTH).id] = (
        "sommeil"
    )
    rows = ask(list_posts, people_on_both[Role.COMMUNITY_MANAGER], **fields)
    assert sorted(ids[row.post_id] for row in rows) == sorted(found)


def test_posts_about_a_product(people):
    rinozel = product()
    post = draft(people[Role.COMMUNITY_MANAGER], products=(rinozel,))
    draft(people[Role.COMMUNITY_MANAGER])
    assert [row.post_id for row in ask(list_posts, people[Role.LEGAL], product_id=rinozel)] == [post.id]


def test_a_row_says_whom_it_waits_for(people):
    post = post_at(PostStatus.IN_REVIEW, people, **HEALTH)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    (row,) = ask(list_posts, people[Role.AUDITOR])
    assert set(row.waiting_for) == {Role.REGULATORY, Role.LEGAL}
    assert row.author == "Community_Manager"


def test_an_administrator_reads_no_post(people):
    post = post_at(PostStatus.DRAFT, people)
    for query, fields in [
        (list_posts, {}),
        (my_work, {}),
        (post_view, {"post_id": post.id}),
        (editor_view, {}),
        (what_changed, {"post_id": post.id}),
    ]:
        with pytest.raises(NotPermitted):
            ask(query, people[Role.ADMINISTRATOR], **fields)


@pytest.mark.parametrize("status", [s for s in PostStatus if s is not PostStatus.PUBLISHED], ids=lambda s: s.value)
def test_every_role_sees_a_post_in_every_status(people, status):
    post = post_at(status, people, **HEALTH)
    for role, actor in people.items():
        if role in (Role.ADMINISTRATOR, Role.DATA_PROTECTION):
            continue
        view = ask(post_view, actor, post_id=post.id)
        assert view.post.status is status
        assert view.variants[0].published_text == HEALTH_TEXT
        assert ask(editor_view, actor, post_id=post.id).content.variants[0].text == HEALTH_TEXT


def test_the_review_page_shows_decisions_and_signatures_that_hold(people_on_both):
    post = post_at(PostStatus.APPROVED, people_on_both, **HEALTH)
    view = ask(post_view, people_on_both[Role.AUDITOR], post_id=post.id)
    decisions = [decision for step in view.round.steps for decision in step.decisions]
    assert [decision.kind for decision in decisions] == [DecisionKind.APPROVE] * 3
    assert all(decision.signature.holds for decision in decisions)
    assert {decision.content_sha256 for decision in decisions} == {view.content_sha256}
    assert view.round.circuit_name == "Santé"


def test_a_reviewer_is_offered_the_decisions_and_an_onlooker_none(people):
    post = post_at(PostStatus.IN_REVIEW, people, **HEALTH)
    decisions = {PostAction.APPROVE_STEP, PostAction.REQUEST_CHANGES, PostAction.REJECT}
    view = ask(post_view, people[Role.COMMUNICATIONS], post_id=post.id)
    assert view.actions == decisions
    assert view.my_step.refusal == ""
    assert ask(post_view, people[Role.LEGAL], post_id=post.id).actions == frozenset()
    writer = ask(post_view, people[Role.COMMUNITY_MANAGER], post_id=post.id)
    assert writer.actions == {PostAction.EDIT, PostAction.WITHDRAW}
    with transaction() as session:
        notes.add_note(session, people[Role.LEGAL], post_id=post.id, text="Source ?", blocking=True)
    view = ask(post_view, people[Role.COMMUNICATIONS], post_id=post.id)
    assert view.actions == decisions - {PostAction.APPROVE_STEP}
    assert "bloquantes" in view.my_step.refusal


def test_the_editor_gives_back_what_it_got(people):
    post = draft(people[Role.COMMUNITY_MANAGER], campaign="Automne")
    view = ask(editor_view, people[Role.COMMUNITY_MANAGER], post_id=post.id)
    with transaction() as session:
        drafting.edit_post(
            session, people[Role.COMMUNITY_MANAGER], post_id=post.id, row_version=view.row_version, content=view.content
        )
    assert ask(editor_view, people[Role.COMMUNITY_MANAGER], post_id=post.id).version_n == 1


def test_an_empty_editor_lists_accounts_and_our_products(people):
    product()
    content()
    view = ask(editor_view, people[Role.COMMUNITY_MANAGER])
    assert [account.handle for account in view.accounts] == ["helior_labo"]
    assert [each.name for each in view.products] == ["Rinozel"]
    assert view.actions == {PostAction.EDIT}


def test_the_editor_names_the_circuit_without_counting_the_qualification(people):
    draft(people[Role.COMMUNITY_MANAGER])
    promo = content(qualification=Qualification.PROMO_GP)
    row = ask(circuit_for, people[Role.COMMUNITY_MANAGER], content=promo)
    assert (row.name, len(row.steps), row.asks_qualification) == ("Produit", 5, True)
    assert ask(circuit_for, people[Role.COMMUNITY_MANAGER], content=content(qualification=None)) is None


def test_a_reviewer_sees_what_changed_since_they_last_decided(people):
    author, legal = people[Role.COMMUNITY_MANAGER], people[Role.LEGAL]
    post = post_at(
        PostStatus.IN_REVIEW,
        people,
        "Le dépistage est recommandé à partir de 50 ans.",
        qualification=Qualification.DISEASE,
    )
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    step = next(step for step in open_steps(post.id) if step.role is Role.LEGAL)
    send_back(legal, step, sha_of(post.id))
    edit(author, post.id, "Le dépistage est recommandé dès 50 ans.", qualification=Qualification.DISEASE)
    edit(author, post.id, "Le dépistage est proposé dès 50 ans.", qualification=Qualification.DISEASE)
    changes = ask(what_changed, legal, post_id=post.id)
    assert (changes.since_n, changes.to_n) == (1, 3)
    (field,) = changes.variants[0].fields
    marked = "".join(
        {"same": "{}", "added": "+{}+", "removed": "-{}-"}[span.kind].format(span.text) for span in field.spans
    )
    assert marked == "Le dépistage est -recommandé-+proposé+ -à partir de-+dès+ 50 ans."
    assert ask(what_changed, people[Role.REGULATORY], post_id=post.id).since_n is None
    assert ask(what_changed, legal, post_id=post.id, against=2).since_n == 2
    with pytest.raises(NotFound):
        ask(what_changed, legal, post_id=post.id, against=9)


def test_a_changed_declaration_or_network_shows(people):
    author = people[Role.COMMUNITY_MANAGER]
    post = draft(author)
    edit(author, post.id, CLEAN_TEXT, qualification=Qualification.DISEASE)
    changes = ask(what_changed, author, post_id=post.id, against=1)
    assert [(d.name, d.old, d.new) for d in changes.declarations] == [("qualification", "institutional", "disease")]
    assert changes.variants == ()


@pytest.mark.parametrize(
    ("old", "new"), [("", ""), ("a b", ""), ("", "a b"), ("a b c", "a x c"), ("é " * 25_000, "é " * 24_000 + "fin")]
)
def test_a_difference_holds_both_texts(old, new):
    spans = word_diff(old, new)
    assert "".join(span.text for span in spans if span.kind != "removed") == new
    assert "".join(span.text for span in spans if span.kind != "added") == old
