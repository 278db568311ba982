"""My work: what waits for me, late first, with the way to it; nothing that is another's."""

from datetime import timedelta

import pytest

from app_pages import _bulk_sign
from compliance import clock
from models.enums import PostStatus, Role, RoutedQueue
from models.queueing import CommentRoute
from models.session import transaction
from tests.comment_factories import bring_text, company_account, products
from tests.factories import PASSWORD, person
from tests.pages.conftest import text_of
from tests.post_factories import draft, load, open_steps, post_at, submit
from workflow import notes


def test_a_text_to_sign_waits_for_the_role_whose_turn_it_is(open_page, people):
    post = post_at(PostStatus.IN_REVIEW, people)
    (step,) = open_steps(post.id)
    at = open_page(None, people[step.role])
    assert not at.exception
    said = text_of(at)
    assert "À signer (1)" in said
    assert "« Course solidaire »" in said
    assert "reste" in said
    assert "À signer" not in text_of(open_page(None, people[Role.LEGAL]))


def test_read_opens_the_text(open_page, people):
    post = post_at(PostStatus.IN_REVIEW, people)
    (step,) = open_steps(post.id)
    at = open_page(None, people[step.role])
    at.button(key=f"open_{step.id}").click().run()
    assert not at.exception
    assert at.query_params["id"] == post.id
    assert "Course solidaire" in text_of(at)


def test_a_late_text_is_counted_and_said(open_page, people):
    with clock.at(clock.now() - timedelta(days=30)):
        post = post_at(PostStatus.IN_REVIEW, people)
    (step,) = open_steps(post.id)
    said = text_of(open_page(None, people[step.role]))
    assert "en retard : 1" in said
    assert "en retard de" in said


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (PostStatus.CHANGES_REQUESTED, "Revenus vers moi (1)"),
        (PostStatus.REJECTED, "Revenus vers moi (1)"),
        (PostStatus.APPROVED, "À programmer (1)"),
    ],
)
def test_what_came_back_waits_for_its_author(open_page, people, status, title):
    post_at(status, people)
    assert title in text_of(open_page(None, people[Role.COMMUNITY_MANAGER]))
    assert title not in text_of(open_page(None, people[Role.LEGAL]))


def test_the_pv_officer_sees_how_many_wait_and_the_emergencies(open_page, sqlite_db):
    products()
    account = company_account()
    bring_text(account, "J'ai pris toute la boîte de Cardexine, j'ai peur, je veux mourir.", 1)
    bring_text(account, "Depuis que je prends Cardexine j'ai des vertiges.", 2)
    at = open_page(None, person(Role.PV_OFFICER))
    said = text_of(at)
    assert "2 commentaires à qualifier" in said
    assert "1 urgence" in said
    at.button(key="open_pv_queue").click().run()
    assert not at.exception
    assert "File PV" in text_of(at)


def test_the_community_manager_sees_who_waits_for_an_answer(open_page, sqlite_db):
    bring_text(company_account(), "Bonjour, où trouver vos produits à Lyon ?")
    assert "1 personne attend une réponse" in text_of(open_page(None, person(Role.COMMUNITY_MANAGER)))


def test_an_administrator_has_nothing_to_sign_and_no_error(open_page, people):
    post_at(PostStatus.IN_REVIEW, people)
    at = open_page(None, people[Role.ADMINISTRATOR])
    assert not at.exception
    assert "Rien ne vous attend" in text_of(at)


def test_several_texts_are_signed_with_one_password_and_a_refused_one_says_why(open_page, people):
    actor, author = people[Role.COMMUNICATIONS], people[Role.COMMUNITY_MANAGER]
    posts = [draft(author, title=f"Course {n}") for n in range(3)]
    for post in posts:
        submit(author, post.id)
    unopened = posts[2]
    for post in posts[:2]:
        open_page("review.py", actor, post=post.id)
    steps = {post.id: open_steps(post.id)[0].id for post in posts}
    at = open_page(None, actor)
    assert at.checkbox(key=f"choose_{steps[unopened.id]}").disabled
    assert at.button(key="sign_many").disabled
    for post in posts[:2]:
        at.checkbox(key=f"choose_{steps[post.id]}").check()
    at.run()
    at.button(key="sign_many").click().run()
    assert "Ne sera pas signé" not in text_of(at)
    with transaction() as session:
        notes.add_note(session, people[Role.LEGAL], post_id=posts[1].id, text="Source ?", blocking=True)
    at.text_input(key=_bulk_sign.PASSWORD).input(PASSWORD)
    next(button for button in at.button if button.label == "Signer 2 textes").click().run()
    assert not at.exception
    assert [each.value for each in at.success] == ["1 texte signé\\."]
    assert "Course 1" in at.error[0].value
    assert "bloquantes" in at.error[0].value
    assert [load(post.id).status for post in posts] == [
        PostStatus.APPROVED,
        PostStatus.IN_REVIEW,
        PostStatus.IN_REVIEW,
    ]


def test_a_wrong_password_signs_none_of_several(open_page, people):
    actor, author = people[Role.COMMUNICATIONS], people[Role.COMMUNITY_MANAGER]
    posts = [draft(author, title=f"Course {n}") for n in range(2)]
    for post in posts:
        submit(author, post.id)
        open_page("review.py", actor, post=post.id)
    at = open_page(None, actor)
    for post in posts:
        at.checkbox(key=f"choose_{open_steps(post.id)[0].id}").check()
    at.run()
    at.button(key="sign_many").click().run()
    at.text_input(key=_bulk_sign.PASSWORD).input("wrong")
    next(button for button in at.button if button.label == "Signer 2 textes").click().run()
    assert "mot de passe incorrect" in at.error[0].value
    assert all(load(post.id).status is PostStatus.IN_REVIEW for post in posts)


def test_what_a_rule_sent_to_my_queue_waits_for_me_alone(open_page, people):
    comment_id = bring_text(company_account(), "Bonjour, Cardexine est-il remboursé ?")
    with transaction() as session:
        session.add(
            CommentRoute(
                comment_id=comment_id, queue=RoutedQueue.MEDICAL, rules=["MED-1"], rules_n=1, revision_n=1,
                routed_at=clock.now(),
            )
        )  # fmt: skip
    at = open_page(None, people[Role.MEDICAL])
    assert "1 commentaire dans votre file" in text_of(at)
    at.button(key="open_comment_queues_medical").click().run()
    assert not at.exception
    assert at.query_params["file"] == "medical"
    assert "remboursé" in text_of(at)
    assert "dans votre file" not in text_of(open_page(None, people[Role.LEGAL]))
