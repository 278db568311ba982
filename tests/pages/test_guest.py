"""The page of an outside expert, as a browser without a session sees it."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app_pages import _guest, _sign_in
from app_pages._gate import Gate
from models.enums import PostStatus, Role
from models.session import reading, transaction
from tests.pages.conftest import text_of
from tests.post_factories import draft, post_at
from workflow import guests
from workflow.note_rows import notes_rows

HTTP = "http://localhost:8501"
APP = Starlette(routes=[*_sign_in.ROUTES, *_guest.ROUTES], middleware=[Middleware(Gate)])


@pytest.fixture(autouse=True)
def quiet():
    _guest.seen.clear()


@pytest.fixture
def post(people):
    return post_at(PostStatus.IN_REVIEW, people)


def path_to(people, post) -> str:
    with transaction() as session:
        return f"/guest/{guests.invite(session, people[Role.LEGAL], post_id=post.id, expert='Anne Leroy').token}"


def browser() -> TestClient:
    return TestClient(APP, base_url=HTTP, follow_redirects=False)


def send(client, path, *, origin=HTTP, csrf=None, **fields):
    csrf = csrf if csrf is not None else client.get(path).text.split('name="csrf" value="')[1].split('"')[0]
    return client.post(path, data={"csrf": csrf, **fields}, headers={"origin": origin})


def test_the_name_comes_first_then_the_text_and_nothing_else(people, post):
    path, client = path_to(people, post), browser()
    asked = client.get(path)
    assert asked.status_code == 200
    assert "dix kilomètres" not in asked.text
    assert "Course solidaire" not in asked.text
    shown = send(client, path, name="Anne Leroy")
    assert "dix kilomètres" in shown.text
    assert "Course solidaire" not in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert "noindex" in shown.headers["x-robots-tag"]
    assert "default-src 'self'" in shown.headers["content-security-policy"]
    assert client.get("/").headers["location"].startswith("/sign-in")


def test_a_remark_is_sent_and_a_refused_one_stays_in_its_fields(people, post):
    path, client = path_to(people, post), browser()
    refused = send(client, path, name="Anne Leroy", text="<b>Quelle distance ?</b>", passage="jamais écrit")
    assert refused.status_code == 400
    assert "&lt;b&gt;Quelle distance ?&lt;/b&gt;</textarea>" in refused.text
    sent = send(client, path, name="Anne Leroy", text="<b>Quelle distance ?</b>", passage="dix kilomètres")
    assert "Remarque envoyée" in sent.text
    assert "<b>Quelle" not in sent.text
    with reading() as session:
        (row,) = notes_rows(session, people[Role.LEGAL], post.id)
    assert (row.guest, row.blocking) == ("Anne Leroy", False)


def test_a_form_from_elsewhere_changes_nothing(people, post):
    path = path_to(people, post)
    assert send(browser(), path, name="Anne", text="Non.", origin="http://evil.example").status_code == 403
    assert send(browser(), path, name="Anne", text="Non.", csrf="made-up").status_code == 403
    with reading() as session:
        assert notes_rows(session, people[Role.LEGAL], post.id) == ()


def test_a_link_that_leads_nowhere_says_one_sentence(people):
    for path in ("/guest/made-up", "/guest/" + "A" * 43):
        answer = browser().get(path)
        assert answer.status_code == 404
        assert "n'est pas valable" in answer.text
    assert browser().get("/guest/").status_code == 404


def test_what_is_asked_too_often_waits(people, post):
    path, client = path_to(people, post), browser()
    answers = [client.get(path).status_code for _n in range(_guest.MOST_REQUESTS + 1)]
    assert answers[-2:] == [200, 429]


def test_a_hostile_text_is_shown_as_it_reads(people):
    post = draft(people[Role.COMMUNITY_MANAGER], "<script>alert(1)</script> \u202egnol")
    shown = send(browser(), path_to(people, post), name="Anne Leroy")
    assert "<script>" not in shown.text
    assert "&lt;script&gt;" in shown.text
    assert "U+202E" in shown.text


def test_a_link_is_made_shown_once_and_ended_on_the_page(open_page, people, post):
    at = open_page("review.py", people[Role.LEGAL], post=post.id)
    at.button(key="guest_invite").click().run()
    assert "Indiquez un nom" in at.error[0].value
    at.text_input(key="guest_expert").input("Anne Leroy")
    at.button(key="guest_invite").click().run()
    url = at.code[0].value
    assert browser().get(url.removeprefix("http://localhost:8501")).status_code == 200
    [end] = [button for button in at.button if (button.key or "").startswith("revoke_")]
    end.click().run()
    assert "fermé" in text_of(at)
    assert browser().get(url.removeprefix("http://localhost:8501")).status_code == 404
    assert not open_page("review.py", people[Role.LEGAL], post=post.id).code
