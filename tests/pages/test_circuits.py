"""The circuits' page: an administrator edits steps and conditions; saving writes a version, or says what is wrong."""

from html import unescape

import pytest
from sqlmodel import col, select

from errors import NotPermitted, StaleVersion
from models.enums import PostStatus, Qualification, Quorum, Role
from models.review import Circuit
from models.session import reading, transaction
from tests.pages.conftest import text_of
from tests.post_factories import install, open_steps, post_at
from workflow.circuit_views import circuits_view, save_circuit
from workflow.circuits import conditions_of, steps_of_circuit


@pytest.fixture
def people(people):
    install()
    return people


@pytest.fixture
def page(open_page, people):
    return open_page("circuits.py", people[Role.ADMINISTRATOR])


def versions(key):
    with reading() as session:
        return session.exec(select(Circuit).where(Circuit.key == key).order_by(col(Circuit.n))).all()


def named(at, kind, name):
    return next(each for each in getattr(at, kind) if each.key and each.key.startswith(f"{name}_"))


def test_a_circuit_is_changed_and_a_running_round_keeps_its_version(open_page, people):
    post = post_at(PostStatus.IN_REVIEW, people)
    at = open_page("circuits.py", people[Role.ADMINISTRATOR])
    at.button(key="edit_institutional").click().run()
    named(at, "selectbox", "quorum").set_value(Quorum.K_OF_N).run()
    named(at, "number_input", "needed").set_value(2).run()
    assert "Trop peu de personnes tiennent ce rôle" in unescape(text_of(at))
    at.button(key="add_step").click().run()
    at.button(key="save_circuit").click().run()
    assert not at.exception
    assert at.success
    old, new = versions("institutional")
    assert (old.active, new.active) == (False, True)
    assert [(step["role"], step["quorum"], step["needed"]) for step in new.steps] == [
        ("communications", "k_of_n", 2),
        ("communications", "any", None),
    ]
    assert [step.quorum for step in open_steps(post.id)] == [Quorum.ANY]
    assert "1 sur une version précédente" in text_of(at)


def test_a_circuit_without_what_the_law_asks_for_is_refused_and_what_was_typed_stays(page):
    page.button(key="new_circuit").click().run()
    page.text_input(key="circuit_name").set_value("Court")
    page.multiselect(key="circuit_qualifications").set_value([Qualification.PROMO_GP]).run()
    assert "commence par la qualification du pharmacien" in text_of(page)
    page.button(key="save_circuit").click().run()
    assert "commence par la qualification" in page.error[0].value
    assert page.text_input(key="circuit_name").value == "Court"
    with reading() as session:
        assert not session.exec(select(Circuit).where(Circuit.name == "Court")).all()


def test_the_preview_names_the_posts_that_a_circuit_would_take(open_page, people):
    post_at(PostStatus.DRAFT, people)
    at = open_page("circuits.py", people[Role.ADMINISTRATOR])
    at.button(key="edit_institutional").click().run()
    assert "1 publication le prendrait" in text_of(at)
    assert "Course solidaire" not in text_of(at)
    at.multiselect(key="circuit_qualifications").set_value([Qualification.SAFETY]).run()
    assert "Aucune publication en cours" in text_of(at)


def test_a_closed_circuit_leaves_its_posts_without_one_and_the_page_says_so(page):
    assert "Sans circuit" not in text_of(page)
    page.text_input(key="why_urgent").set_value("Révision annuelle.")
    page.button(key="retire_urgent").click().run()
    assert not page.exception
    said = text_of(page)
    assert "Sans circuit" in said
    assert "Sécurité sanitaire, sans produit" in said
    page.button(key="edit_urgent").click().run()
    page.button(key="save_circuit").click().run()
    assert "Sans circuit" not in text_of(page)


def test_only_an_administrator_sees_and_saves_circuits(people):
    (kept,) = versions("institutional")
    fields = {"key": "institutional", "name": "Court", "seen_n": kept.n, "conditions": conditions_of(kept)}
    for role in (Role.RESPONSIBLE_PHARMACIST, Role.COMMUNITY_MANAGER):
        with reading() as session, pytest.raises(NotPermitted):
            circuits_view(session, people[role])
        with transaction() as session, pytest.raises(NotPermitted):
            save_circuit(session, people[role], steps=steps_of_circuit(kept), **fields)


def test_two_administrators_do_not_overwrite_each_other(people):
    (kept,) = versions("institutional")
    fields = {"key": "institutional", "conditions": conditions_of(kept), "steps": steps_of_circuit(kept), "seen_n": 1}
    with transaction() as session:
        save_circuit(session, people[Role.ADMINISTRATOR], name="Premier", **fields)
    with transaction() as session, pytest.raises(StaleVersion, match="a changé depuis"):
        save_circuit(session, people[Role.ADMINISTRATOR], name="Second", **fields)
    assert [each.name for each in versions("institutional")] == ["Institutionnel", "Premier"]
