"""The editor: saved at every change, what the rules say beside the text, nothing lost, the way to the committee."""

import time
from threading import Thread
from types import SimpleNamespace

import pytest

from app_pages import _page, _post_draft, _post_fields
from app_pages._post_fields import key_of
from compliance import accounts
from compliance.permissions import SYSTEM
from models.enums import Disposition, Network, PostStatus, Qualification, Role
from models.session import reading, transaction
from tests.pages.conftest import text_of
from tests.post_factories import CLEAN_TEXT, account, draft, edit, install, load, post_at, product
from workflow import editing, queries, views
from workflow.content import PostContent

FORBIDDEN = "Rinozel est sans effet secondaire."
TO_JUSTIFY = "Notre traitement est sans effet secondaire."


@pytest.fixture
def people(people):
    install()
    account()
    product()
    return people


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
        return editing.editor_view(session, author, post_id=post_id)


def unfinished(author):
    with reading() as session:
        return editing.unfinished(session, author)


def started(author):
    """Return the content of the only draft that is no post yet."""
    [row] = unfinished(author)
    with reading() as session:
        return editing.editor_view(session, author, draft_id=row.draft_id).content


def newest(author, post_id: str) -> str:
    """Return the text of the newest version, whatever anybody is writing."""
    with reading() as session:
        return views.post_view(session, author, post_id=post_id).variants[0].text


def errors(at) -> str:
    return " ".join(error.value for error in at.error)


def test_the_first_change_keeps_a_draft_that_is_no_post_yet_and_puts_it_in_the_address(open_page, author):
    at = write(open_page("editor.py", author), CLEAN_TEXT)
    [row] = unfinished(author)
    assert stored(author) == ()
    assert at.query_params["draft"] == row.draft_id
    assert started(author).variants[0].text == CLEAN_TEXT
    assert "Brouillon gardé" in text_of(at)


def test_a_change_that_arrives_with_the_old_address_makes_no_second_draft(open_page, author):
    at = write(open_page("editor.py", author), CLEAN_TEXT)
    del at.query_params["draft"]
    at.text_input(key=key_of("title")).input("Course").run()
    [row] = unfinished(author)
    assert row.title == "Course"
    assert at.query_params["draft"] == row.draft_id


def in_a_script(monkeypatch, **state):
    streamlit = SimpleNamespace(session_state=state, query_params={})
    for module in (_page, _post_draft, _post_fields):
        monkeypatch.setattr(module, "st", streamlit)
    return streamlit


def test_a_run_that_was_cut_short_does_not_make_the_editor_forget_its_new_post(monkeypatch):
    """The next change stops a run before it drew the fields: Streamlit forgets them, and the address is still old."""
    streamlit = in_a_script(monkeypatch)
    _page.enter("editeur")
    _page.visit()[_post_draft.MADE] = ("p1", "d1")
    _page.enter("editeur")
    streamlit.query_params["draft"] = "d1"
    assert (_post_draft.edited(), streamlit.query_params) == (("p1", ""), {"post": "p1"})
    streamlit.query_params.clear()
    _page.enter("publications")
    _page.enter("editeur")
    assert _post_draft.edited() == ("", ""), "who comes back from another page starts a new post"


def test_changes_kept_at_the_same_time_make_one_draft(monkeypatch):
    """Streamlit may run the callbacks of quick changes in several threads at once."""
    made = []

    def slow(_use_case, *, then, **fields):
        if fields["draft_id"] is None:
            time.sleep(0.05)
            made.append("d1")
        then(SimpleNamespace(id="d1", row_version=1, base_n=0))

    draft = _post_draft.Draft("", "", None, 0, PostContent(title="Course"))
    in_a_script(monkeypatch, _draft_=draft)
    monkeypatch.setattr(_post_draft, "perform", slow)
    threads = [Thread(target=_post_draft.keep, args=("",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["d1"]
    assert draft.draft_id == "d1"


def test_a_view_read_before_the_post_was_made_does_not_replace_its_draft(monkeypatch):
    draft = _post_draft.Draft("p1", "", None, 1, PostContent(title="Course"))
    made = ("editeur", {_post_draft.MADE: ("p1", "d1")})
    in_a_script(monkeypatch, _draft_p1=draft, **{_page.VISIT: made})
    older = SimpleNamespace(post_id=None, draft=None, version_n=0, accounts=(), content=PostContent(title=""))
    assert _post_draft.open_draft(older) == (draft, False)


def test_a_second_new_post_is_another_one(open_page, author):
    at = write(open_page("editor.py", author), CLEAN_TEXT)
    at.switch_page("posts.py").run()
    assert "vous seul le voyez" in text_of(at)
    at.button(key="write").click().run()
    assert at.text_area(key=field(at, "text")).value == ""
    write(at, "Un autre texte.")
    assert len(unfinished(author)) == 2


def test_changes_replace_each_other_until_a_version_is_saved(open_page, author):
    at = write(write(open_page("editor.py", author), CLEAN_TEXT), CLEAN_TEXT + " Merci !")
    at.text_input(key=key_of("title")).input("Course").run()
    at.button(key="save").click().run()
    [row] = stored(author)
    assert (row.title, row.version_n, unfinished(author)) == ("Course", 1, ())
    assert at.query_params["post"] == row.post_id
    assert "· v1" in text_of(at)
    assert at.button(key="save").disabled, "there is nothing new to save"
    write(at, CLEAN_TEXT)
    assert newest(author, row.post_id) == CLEAN_TEXT + " Merci !"
    at.button(key="save").click().run()
    assert (stored(author)[0].version_n, newest(author, row.post_id)) == (2, CLEAN_TEXT)


def test_every_field_is_kept(open_page, author):
    at = write(open_page("editor.py", author), CLEAN_TEXT)
    at.text_input(key=key_of("campaign")).input("Sport")
    at.text_input(key=field(at, "hashtags")).input("#course, #équipe")
    at.text_input(key=field(at, "link")).input("https://helior.example/course")
    at.text_input(key=field(at, "first")).input("Bravo à toutes !")
    at.selectbox(key=field(at, "replies")).select("mentionedUsers")
    at.toggle(key=field(at, "boost")).set_value(True)
    at.selectbox(key=key_of("qualification")).select(Qualification.INSTITUTIONAL).run()
    assert not at.exception
    content = started(author)
    [variant] = content.variants
    assert (content.campaign, content.qualification) == ("Sport", Qualification.INSTITUTIONAL)
    assert variant.hashtags == ("course", "équipe")
    assert variant.link == "https://helior.example/course"
    assert variant.first_comment == "Bravo à toutes !"
    assert (variant.settings.reply_settings, variant.settings.paid_boost) == ("mentionedUsers", True)
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
    assert "281/280" in errors(at)
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


def test_a_conflict_keeps_both_texts_and_shows_the_difference(open_page, people, author):
    post = draft(author)
    at = open_page("editor.py", author, post=post.id)
    edit(author, post.id, "Le texte d'un autre onglet.")
    at = write(at, "Mon texte à moi.")
    assert "pendant que vous écriviez" in at.warning[0].value
    assert at.text_area(key=field(at, "text")).value == "Mon texte à moi."
    assert "Brouillon gardé" in text_of(at)
    assert 'class="cv-m-added"' in text_of(at)
    assert at.button(key="submit").disabled
    assert at.button(key="save").disabled
    assert newest(author, post.id) == "Le texte d'un autre onglet."


def test_a_conflict_can_end_by_keeping_mine_and_the_other_stays_in_the_history(open_page, author):
    post = draft(author)
    at = open_page("editor.py", author, post=post.id)
    edit(author, post.id, "Le texte d'un autre onglet.")
    at = write(at, "Mon texte à moi.")
    at.button(key="keep_mine").click().run()
    at.button(key="save").click().run()
    assert not at.exception
    assert newest(author, post.id) == "Mon texte à moi."
    assert load(post.id).version_n == 3


def test_a_conflict_can_end_by_taking_theirs_and_mine_can_be_taken_up_again(open_page, author):
    post = draft(author)
    at = open_page("editor.py", author, post=post.id)
    edit(author, post.id, "Le texte d'un autre onglet.")
    at = write(at, "Mon texte à moi.")
    at.button(key="take_theirs").click().run()
    assert at.text_area(key=field(at, "text")).value == "Le texte d'un autre onglet."
    at.button(key="take_up").click().run()
    assert not at.exception
    assert at.text_area(key=field(at, "text")).value == "Mon texte à moi."


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
    assert load(post.id).status is status, "a draft stops nobody"
    at.button(key="save").click().run()
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


def test_a_finding_of_several_accounts_is_read_once_and_settled_on_all_of_them(open_page, author):
    second = account(Network.LINKEDIN, "labos-helior")
    post = draft(author, TO_JUSTIFY)
    at = open_page("editor.py", author, post=post.id)
    at.multiselect(key=key_of("accounts")).select(second.id).run()
    at.button(key="save").click().run()
    alike = view_of(author, post.id).findings
    assert len(alike) == 2
    [reason] = [area.key for area in at.text_area if area.key.startswith("reason_")]
    assert "partout" in text_of(at)
    at.text_area(key=reason).input("Enquête jointe au dossier.")
    at.button(key=reason.replace("reason", "dispose")).click().run()
    assert {each.disposition_reason for each in view_of(author, post.id).findings} == {"Enquête jointe au dossier."}


def test_a_network_follows_the_common_text_until_it_is_changed_and_can_be_given_back(open_page, author):
    second = account(Network.LINKEDIN, "labos-helior")
    post = draft(author)
    at = open_page("editor.py", author, post=post.id)
    at.multiselect(key=key_of("accounts")).select(second.id).run()
    words = key_of("text", second.id)
    assert at.text_area(key=words).value == CLEAN_TEXT
    at.text_area(key=key_of("common_text")).input("Un texte pour tous.").run()
    assert at.text_area(key=words).value == "Un texte pour tous."
    at.text_area(key=words).input("Un texte pour LinkedIn.").run()
    at.text_area(key=key_of("common_text")).input("Un autre pour tous.").run()
    assert at.text_area(key=words).value == "Un texte pour LinkedIn."
    assert "Propre à ce réseau" in text_of(at)
    at.button(key=f"give_back_{second.id}").click().run()
    assert not at.exception
    texts = {variant.text for variant in view_of(author, post.id).content.variants}
    assert texts == {"Un autre pour tous."}


def test_each_preview_has_its_own_fold_and_says_what_its_network_cannot_do(open_page, author):
    with transaction() as session:
        person = accounts.register_account(
            session, SYSTEM, network=Network.TIKTOK, handle="dr_s", display_name="Dr S", spokesperson_id=author.id
        )
    post = draft(author, "Bien dormir. " * 10)
    at = open_page("editor.py", author, post=post.id)
    at.multiselect(key=key_of("accounts")).select(person.id).run()
    said = text_of(at)
    assert not at.exception
    assert said.count('class="cv-fold"') == 1, "X shows its text whole, TikTok folds it"
    for words in (
        "le partage ne peut pas être fermé",
        "TikTok ne publie que des films",
        "TikTok vient chercher les fichiers à une adresse publique",
        "Compte personnel de Community_Manager",
        "130/280",
    ):
        assert words in said, words
    at.button(key="submit").click().run()
    assert "TikTok ne publie que des films" in errors(at)
