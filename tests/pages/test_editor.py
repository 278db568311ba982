"""The editor: saved at every change, what the rules say beside the text, nothing lost, the way to the committee."""

import time
from threading import Thread
from types import SimpleNamespace

import pytest

from app_pages import _page, _post_draft
from app_pages._post_draft import key_of
from models.enums import Disposition, PostStatus, Qualification, Role
from models.session import reading
from tests.factories import committee
from tests.pages.conftest import text_of
from tests.post_factories import CLEAN_TEXT, account, draft, edit, install, load, post_at, product
from workflow import queries, views
from workflow.content import PostContent

FORBIDDEN = "Rinozel est sans effet secondaire."
TO_JUSTIFY = "Notre traitement est sans effet secondaire."


@pytest.fixture
def people(sqlite_db):
    install()
    account()
    product()
    return committee()


@pytest.fixture
def author(people):
    return people[Role.COMMUNITY_MANAGER]


def field(at, name: str):
    """Return a field of the only variant, by its name."""
    with reading() as session:
        of = session.connection().exec_driver_sql("select id from account").scalar_one()
    return key_of(name, of)


def write(at, text: str):
    at.text_area(key=field(at, "text")).input(text).run()
    assert not at.exception
    return at


def stored(author):
    with reading() as session:
        return queries.list_posts(session, author)


def view_of(author, post_id: str):
    with reading() as session:
        return views.editor_view(session, author, post_id=post_id)


def errors(at) -> str:
    return " ".join(error.value for error in at.error)


def test_the_first_change_creates_the_draft_and_puts_it_in_the_address(open_page, author):
    at = write(open_page("editor.py", author), CLEAN_TEXT)
    [row] = stored(author)
    assert row.status is PostStatus.DRAFT
    assert at.query_params["post"] == row.post_id
    assert view_of(author, row.post_id).content.variants[0].text == CLEAN_TEXT
    assert "Enregistré" in text_of(at)
    assert "· v1" in text_of(at)


def test_a_change_that_arrives_with_the_old_address_makes_no_second_post(open_page, author):
    at = write(open_page("editor.py", author), CLEAN_TEXT)
    del at.query_params["post"]
    at.text_input(key=key_of("title")).input("Course").run()
    [row] = stored(author)
    assert row.title == "Course"
    assert at.query_params["post"] == row.post_id


def test_a_run_that_was_cut_short_does_not_make_the_editor_forget_its_new_post(monkeypatch):
    """The next change stops a run before it drew the fields: Streamlit forgets them, and the address is still old."""
    streamlit = SimpleNamespace(session_state={}, query_params={})
    for module in (_page, _post_draft):
        monkeypatch.setattr(module, "st", streamlit)
    _page.enter("editeur")
    _page.visit()[_post_draft.MADE] = "p1"
    _page.enter("editeur")
    assert (_post_draft.edited_post(), streamlit.query_params) == ("p1", {"post": "p1"})
    streamlit.query_params.clear()
    _page.enter("publications")
    _page.enter("editeur")
    assert _post_draft.edited_post() == "", "who comes back from another page starts a new post"


def test_changes_saved_at_the_same_time_make_one_post(monkeypatch):
    """Streamlit may run the callbacks of quick changes in several threads at once."""
    made = []

    def slow(_use_case, *, then, **fields):
        if "post_id" not in fields:
            time.sleep(0.05)
            made.append("p1")
        then(SimpleNamespace(id="p1", row_version=1))

    draft = _post_draft.Draft("", None, PostContent(title="Course"))
    streamlit = SimpleNamespace(session_state={"_draft_": draft}, query_params={})
    for module in (_page, _post_draft):
        monkeypatch.setattr(module, "st", streamlit)
    monkeypatch.setattr(_post_draft, "perform", slow)
    threads = [Thread(target=_post_draft.keep, args=("",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["p1"]
    assert draft.post_id == "p1"


def test_a_view_read_before_the_post_was_made_does_not_replace_its_draft(monkeypatch):
    draft = _post_draft.Draft("p1", 1, PostContent(title="Course"))
    state = {"_draft_p1": draft, _page.VISIT: ("editeur", {_post_draft.MADE: "p1"})}
    streamlit = SimpleNamespace(session_state=state, query_params={})
    for module in (_page, _post_draft):
        monkeypatch.setattr(module, "st", streamlit)
    older = SimpleNamespace(post_id=None, row_version=None, accounts=(), content=PostContent(title=""))
    assert _post_draft.open_draft(older) == (draft, False)


def test_a_second_new_post_is_another_one(open_page, author):
    at = write(open_page("editor.py", author), CLEAN_TEXT)
    at.switch_page("posts.py").run()
    at.button(key="write").click().run()
    assert at.text_area(key=field(at, "text")).value == ""
    write(at, "Un autre texte.")
    assert len(stored(author)) == 2


def test_every_change_is_a_version_and_an_equal_text_is_none(open_page, author):
    at = write(write(open_page("editor.py", author), CLEAN_TEXT), CLEAN_TEXT + " Merci !")
    at.text_input(key=key_of("title")).input("Course").run()
    [row] = stored(author)
    assert (row.title, row.version_n) == ("Course", 2)
    assert "· v2" in text_of(at)


def test_every_field_is_kept(open_page, author):
    at = write(open_page("editor.py", author), CLEAN_TEXT)
    at.text_input(key=key_of("campaign")).input("Sport").run()
    at.text_input(key=field(at, "hashtags")).input("#course, #équipe").run()
    at.text_input(key=field(at, "link")).input("https://helior.example/course").run()
    at.text_input(key=field(at, "first")).input("Bravo à toutes !").run()
    at.selectbox(key=field(at, "replies")).select("mentionedUsers").run()
    at.selectbox(key=key_of("qualification")).select(Qualification.INSTITUTIONAL).run()
    assert not at.exception
    [row] = stored(author)
    content = view_of(author, row.post_id).content
    [variant] = content.variants
    assert (content.campaign, content.qualification) == ("Sport", Qualification.INSTITUTIONAL)
    assert variant.hashtags == ("course", "équipe")
    assert variant.link == "https://helior.example/course"
    assert variant.first_comment == "Bravo à toutes !"
    assert variant.settings.reply_settings == "mentionedUsers"
    assert "#course #équipe" in text_of(at).replace('<span class="cv-link">', "").replace("</span>", "")


def test_the_count_is_the_networks_own(open_page, author):
    at = write(
        open_page("editor.py", author), "Bonjour https://helior.example/une-adresse-bien-longue-qui-pese-vingt-trois"
    )
    assert "31/280" in text_of(at)


def test_a_finding_shows_words_law_and_remedy_and_underlines_the_text(open_page, author):
    at = open_page("editor.py", author)
    at.selectbox(key=key_of("qualification")).select(Qualification.INSTITUTIONAL).run()
    said = text_of(write(at, FORBIDDEN))
    for words in ("1 bloquant · 1 à justifier", "PRO-02b", "R. 5122-4", "À faire :", 'class="cv-m-block"'):
        assert words in said, words


def test_a_blocking_finding_stops_the_submission_and_says_so(open_page, author):
    post = draft(author, FORBIDDEN)
    at = open_page("editor.py", author, post=post.id)
    at.button(key="submit").click().run()
    assert "Constats bloquants ouverts" in errors(at)
    assert load(post.id).status is PostStatus.DRAFT


def test_a_text_over_the_limit_is_kept_whole_and_not_submitted(open_page, author):
    post = draft(author, CLEAN_TEXT)
    at = write(open_page("editor.py", author, post=post.id), "a" * 281)
    assert "281/280" in text_of(at)
    assert "1 de trop" in text_of(at)
    at.button(key="submit").click().run()
    assert "Constats bloquants ouverts" in errors(at)
    assert view_of(author, post.id).content.variants[0].text == "a" * 281


@pytest.mark.parametrize("text", ["", "a" * 50_000], ids=["empty", "50,000 characters"])
def test_a_post_of_any_length_is_kept_and_refused_with_a_sentence(open_page, author, text):
    post = draft(author, CLEAN_TEXT)
    at = write(open_page("editor.py", author, post=post.id), text)
    assert view_of(author, post.id).content.variants[0].text == text
    at.button(key="submit").click().run()
    assert not at.exception
    assert errors(at)
    assert load(post.id).status is PostStatus.DRAFT


def test_submitting_hands_it_to_the_committee_and_opens_its_review(open_page, author):
    post = draft(author)
    at = open_page("editor.py", author, post=post.id)
    assert "Circuit" in text_of(at)
    at.button(key="submit").click().run()
    assert not at.exception
    assert "soumise" in at.success[0].value
    assert load(post.id).status is PostStatus.IN_REVIEW
    assert "Relecture" in text_of(at)


def test_submitting_takes_the_text_on_the_screen(open_page, author):
    post = draft(author)
    at = open_page("editor.py", author, post=post.id)
    at.text_area(key=field(at, "text")).input("Un autre texte, tapé à l'instant.")
    at.button(key="submit").click().run()
    assert load(post.id).status is PostStatus.IN_REVIEW
    assert view_of(author, post.id).content.variants[0].text == "Un autre texte, tapé à l'instant."


def test_a_conflict_keeps_what_was_typed_and_says_so(open_page, people, author):
    post = draft(author)
    at = open_page("editor.py", author, post=post.id)
    edit(author, post.id, "Le texte d'un autre onglet.")
    at = write(at, "Mon texte à moi.")
    assert "pendant que vous écriviez" in at.warning[0].value
    assert at.text_area(key=field(at, "text")).value == "Mon texte à moi."
    assert "Non enregistré" in text_of(at)
    assert at.button(key="submit").disabled
    assert view_of(author, post.id).content.variants[0].text == "Le texte d'un autre onglet."


@pytest.mark.parametrize(
    ("choice", "left"), [("keep_mine", "Mon texte à moi."), ("take_theirs", "Le texte d'un autre onglet.")]
)
def test_a_conflict_ends_by_keeping_one_of_the_two(open_page, author, choice, left):
    post = draft(author)
    at = open_page("editor.py", author, post=post.id)
    edit(author, post.id, "Le texte d'un autre onglet.")
    at = write(at, "Mon texte à moi.")
    at.button(key=choice).click().run()
    assert not at.exception
    assert at.text_area(key=field(at, "text")).value == left
    assert view_of(author, post.id).content.variants[0].text == left
    assert "Non enregistré" not in text_of(at)


def test_what_was_not_saved_is_there_when_one_comes_back(open_page, author):
    post = draft(author)
    at = open_page("editor.py", author, post=post.id)
    edit(author, post.id, "Le texte d'un autre onglet.")
    at = write(at, "Mon texte à moi.")
    at.switch_page("posts.py").run()
    at.switch_page("editor.py")
    at.query_params["post"] = post.id
    at.run()
    assert at.text_area(key=field(at, "text")).value == "Mon texte à moi."


def test_an_unreadable_character_is_told_and_nothing_is_lost(open_page, author):
    post = draft(author)
    at = write(open_page("editor.py", author, post=post.id), "Bonjour\0 à tous")
    assert "illisible" in errors(at)
    assert at.text_area(key=field(at, "text")).value == "Bonjour\0 à tous"
    assert view_of(author, post.id).content.variants[0].text == CLEAN_TEXT


@pytest.mark.parametrize("status", [PostStatus.IN_REVIEW, PostStatus.APPROVED, PostStatus.SCHEDULED])
def test_what_the_committee_holds_opens_closed_and_says_what_a_change_costs(open_page, people, author, status):
    post = post_at(status, people)
    at = open_page("editor.py", author, post=post.id)
    assert at.text_area(key=field(at, "text")).disabled
    assert "nouvelle version" in text_of(at) or "annule" in text_of(at)
    at.button(key="unlock").click().run()
    at = write(at, "Un texte repris.")
    assert load(post.id).status is PostStatus.DRAFT


def test_a_returned_post_opens_with_what_was_asked(open_page, people, author):
    post = post_at(PostStatus.CHANGES_REQUESTED, people)
    at = open_page("editor.py", author, post=post.id)
    assert "Précisez la source." in text_of(at)
    assert not at.text_area(key=field(at, "text")).disabled


def test_a_finding_that_does_not_block_is_settled_with_a_reason(open_page, author):
    post = draft(author, TO_JUSTIFY)
    [found] = view_of(author, post.id).findings
    assert found.disposition is Disposition.OPEN
    at = open_page("editor.py", author, post=post.id)
    key = found.finding_id
    at.button(key=f"dispose_{key}").click().run()
    assert "Indiquez une raison" in errors(at)
    at.text_area(key=f"reason_{key}").input("Enquête jointe au dossier.")
    at.button(key=f"dispose_{key}").click().run()
    assert "Enquête jointe au dossier." in text_of(at)


def test_each_account_has_its_own_text(open_page, author):
    second = account(handle="helior_sante")
    post = draft(author)
    at = open_page("editor.py", author, post=post.id)
    chosen = at.multiselect(key=key_of("accounts"))
    chosen.select(second.id).run()
    assert not at.exception
    assert at.text_area(key=key_of("text", second.id)).value == CLEAN_TEXT
    at.text_area(key=key_of("text", second.id)).input("Un texte pour l'autre compte.").run()
    texts = {variant.account_id: variant.text for variant in view_of(author, post.id).content.variants}
    assert texts[second.id] == "Un texte pour l'autre compte."
    assert len(texts) == 2
    assert CLEAN_TEXT in texts.values()
