"""The customer's MedDRA is read from its own files, or refused with what to do; the nearest current terms are offered."""

import pytest

from errors import InvalidInput
from moderation import meddra
from settings import get_settings
from tests.case_samples import VERSION, meddra_files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = meddra_files(tmp_path / "meddra")
    monkeypatch.setenv("COVIGIE_MEDDRA_DIR", str(folder))
    get_settings.cache_clear()
    return folder


def names(words: str) -> list[str]:
    return [term.name for term in meddra.suggest(meddra.dictionary(), words)]


def test_without_a_folder_there_is_none():
    assert meddra.dictionary() is None


def test_terms_are_read_with_their_preferred_term_and_version(folder):
    held = meddra.dictionary()
    assert (held.version, len(held.terms)) == (VERSION, 5)
    assert held.terms["90000002"].pt_name == "Tournis de scène"
    assert meddra.dictionary() is held, "the files are read once"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("des tournis", "Tournis de scène"),
        ("j'ai eu des TOURNIS de scene !!", "Tournis de scène"),
        ("hauts le coeur", "Haut-le-cœur"),
        ("haut le coeurs", "Haut-le-cœur"),
    ],
)
def test_the_nearest_current_term_comes_first(folder, words, first):
    assert names(words)[0] == first
    assert "Haut-le-coeur d'antan" not in names(words)


@pytest.mark.parametrize("words", ["", "les de la", "🤢", "xylophone"])
def test_what_is_near_to_nothing_gets_no_suggestion(folder, words):
    assert names(words) == []


def cut(folder, name, keep) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_text(keep(text), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda f: (f / "llt.asc").unlink(), "llt.asc de MedDRA manque"),
        (lambda f: (f / "pt.asc").unlink(), "pt.asc de MedDRA manque"),
        (lambda f: cut(f, "llt.asc", lambda text: text[:-4]), "tronqué"),
        (
            lambda f: cut(f, "llt.asc", lambda text: "".join(text.splitlines(keepends=True)[:-1])),
            "ne vont pas ensemble",
        ),
        (lambda f: cut(f, "pt.asc", lambda text: "".join(text.splitlines(keepends=True)[:-1])), "ne vont pas ensemble"),
        (lambda f: cut(f, "llt.asc", lambda _text: ""), "ne vont pas ensemble"),
        (lambda f: cut(f, "pt.asc", lambda text: text.replace("$", ";")), "autre format"),
        (
            lambda f: (f / "llt.asc").write_bytes((f / "llt.asc").read_text("utf-8").encode("latin-1", "replace")),
            "UTF-8",
        ),
        (lambda f: (f / "llt.asc").write_bytes((f / "llt.asc").read_text("utf-8").encode("utf-16")), "UTF-8"),
        (lambda f: (f / "meddra_release.asc").unlink(), "COVIGIE_MEDDRA_VERSION"),
    ],
)
def test_a_faulty_folder_is_refused_with_what_to_do(folder, spoil, why):
    spoil(folder)
    with pytest.raises(InvalidInput, match=why) as refused:
        meddra.dictionary()
    assert str(refused.value).endswith(".")


def test_the_setting_says_the_version_where_the_files_do_not(folder, monkeypatch):
    (folder / "meddra_release.asc").unlink()
    monkeypatch.setenv("COVIGIE_MEDDRA_VERSION", "98.0")
    get_settings.cache_clear()
    assert meddra.dictionary().version == "98.0"


def test_files_of_another_version_than_the_setting_says_are_refused(folder, monkeypatch):
    monkeypatch.setenv("COVIGIE_MEDDRA_VERSION", "98.0")
    get_settings.cache_clear()
    with pytest.raises(InvalidInput, match=r"version 99\.1.*dit 98\.0"):
        meddra.dictionary()


def test_new_files_are_read_again(folder):
    first = meddra.dictionary()
    cut(folder, "meddra_release.asc", lambda text: text.replace(VERSION, "100.0"))
    with pytest.raises(InvalidInput):
        meddra.dictionary()
    cut(folder, "meddra_release.asc", lambda text: text.replace("100.0", "99.2 "))
    assert (first.version, meddra.dictionary().version) == (VERSION, "99.2")
