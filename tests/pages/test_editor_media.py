"""Pictures in the editor: brought, shown, described, placed; a bad file is a sentence and loses nothing."""

import pytest

from app_pages._post_fields import alt_key, key_of
from models.enums import Network, PostStatus, Role
from models.session import reading, transaction
from tests import media_samples as samples
from tests.pages.conftest import text_of
from tests.post_factories import CLEAN_TEXT, account, draft, edit, install, load, submit
from workflow import editing, queries
from workflow.media import add_media, facts_of

ALT = "Des coureurs sous la pluie, de dos."


@pytest.fixture
def people(people):
    install()
    account()
    return people


@pytest.fixture
def author(people):
    return people[Role.COMMUNITY_MANAGER]


def bring(at, data, name="course.jpg", kind="image/jpeg"):
    at.file_uploader[0].set_value([(name, data, kind)]).run()
    assert not at.exception
    return at


def media_of(author):
    with reading() as session:
        [row] = queries.list_posts(session, author)
        view = editing.editor_view(session, author, post_id=row.post_id)
    return {variant.account_id: variant.media for variant in view.content.variants}


def only(author):
    [(of, media)] = media_of(author).items()
    return of, media


def said(at) -> str:
    return " ".join(each.value for each in (*at.error, *at.warning))


def test_a_picture_is_saved_shown_and_described(open_page, author):
    post = draft(author)
    at = bring(open_page("editor.py", author, post=post.id), samples.jpeg())
    of, [ref] = only(author)
    assert (ref.name, ref.mime, ref.alt_text) == ("course.jpg", "image/jpeg", "")
    assert "data:image/jpeg;base64," in text_of(at)
    assert "48 × 32" in text_of(at)
    at.text_area(key=alt_key(ref.sha256, of)).input(ALT).run()
    assert only(author)[1][0].alt_text == ALT
    assert f'alt="{ALT}"' in text_of(at)
    at.text_area(key=key_of("text", of)).input(CLEAN_TEXT + " Bravo.").run()
    assert only(author)[1][0].alt_text == ALT, "another change keeps the picture and its text"


@pytest.mark.parametrize(
    ("data", "words"),
    [(samples.jpeg()[:-60], "abîmée"), (b"<svg><script/></svg>", "SVG"), (b"MZ program", "ni une image")],
)
def test_a_bad_file_is_a_sentence_and_the_post_stays_as_it_was(open_page, author, data, words):
    post = draft(author)
    at = bring(open_page("editor.py", author, post=post.id), data)
    assert words in said(at)
    assert load(post.id).version_n == 1


def test_a_picture_without_text_is_not_submitted(open_page, author):
    post = draft(author)
    at = bring(open_page("editor.py", author, post=post.id), samples.jpeg())
    at.button(key="submit").click().run()
    assert "sans texte alternatif" in said(at)
    assert load(post.id).status is PostStatus.DRAFT


def test_metadata_is_told_and_taken_out_by_one_click(open_page, author):
    post = draft(author)
    at = bring(open_page("editor.py", author, post=post.id), samples.phone_picture())
    _of, [ref] = only(author)
    assert "le lieu de la prise de vue" in text_of(at)
    at.button(key=key_of(f"clean_{ref.sha256[:16]}")).click().run()
    assert not at.exception
    _of, [clean] = only(author)
    assert clean.sha256 != ref.sha256
    assert "le lieu de la prise de vue" not in text_of(at)
    assert facts_of(samples.phone_picture()).traces


def test_files_are_placed_ordered_and_taken_off_account_by_account(open_page, author):
    post = draft(author)
    other = account(Network.LINKEDIN, "helior-pages")
    at = open_page("editor.py", author, post=post.id)
    at.multiselect(key=key_of("accounts")).select(other.id).run()
    bring(at, samples.jpeg())
    bring(at, samples.png(), "autre.png", "image/png")
    first, second = (ref.sha256 for ref in media_of(author)[other.id])
    at.button(key=key_of(f"up_{second[:16]}", other.id)).click().run()
    assert [ref.sha256 for ref in media_of(author)[other.id]] == [second, first]
    at.button(key=key_of(f"off_{first[:16]}", other.id)).click().run()
    assert [ref.sha256 for ref in media_of(author)[other.id]] == [second]
    at.multiselect(key=key_of(f"on_{first[:16]}")).select(other.id).run()
    assert not at.exception
    assert [ref.sha256 for ref in media_of(author)[other.id]] == [second, first]
    [mine] = [refs for of, refs in media_of(author).items() if of != other.id]
    assert [ref.sha256 for ref in mine] == [first, second], "each account keeps its own order"


def test_a_reviewer_sees_the_picture_its_text_and_what_changed(open_page, people, author):
    with transaction() as session:
        old = add_media(session, author, name="course.jpg", data=samples.jpeg())
        new = add_media(session, author, name="arrivee.png", data=samples.png())
    post = draft(author, variant={"media": (old.ref(ALT),)})
    edit(author, post.id, CLEAN_TEXT, variant={"media": (new.ref("L'arrivée."),)})
    submit(author, post.id)
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    assert text_of(at).count("data:image/jpeg;base64,") == 1
    at.toggle(key=f"see_{new.sha256[:16]}").set_value(True).run()
    assert not at.exception
    at.segmented_control(key="reading").set_value("other").run()
    assert not at.exception
    shown = text_of(at)
    assert "arrivee.png" in shown
    assert "course.jpg" in shown
    assert ALT.split(maxsplit=1)[0] in shown
