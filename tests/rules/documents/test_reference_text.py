"""The words of a reference are found as they were printed, page by page; what cannot be read says how to mend it."""

import pytest

from errors import InvalidInput
from tests.library_factories import docx, pdf
from workflow.reference_text import check_quote, find_quote, pages_of

PAGES = ("Méthodes : double aveugle.", "Résultats : soulage-\nment de 87 % des patients\nà la 7e heure.", "Discussion.")


@pytest.mark.parametrize(
    ("quote", "pages"),
    [
        ("soulagement de 87 % des patients", (2,)),
        ("SOULAGEMENT  de 87% des patients à la 7e heure", (2,)),
        ("à la 7e heure. Discussion", (2,)),
        ("soulagement de 88 % des patients", ()),
        ("oulagement de 87 % des patients", ()),
        ("…", ()),
    ],
)
def test_a_quotation_is_found_whatever_its_layout(quote, pages):
    assert find_quote(PAGES, quote) == pages


def test_a_docx_has_the_pages_of_its_breaks():
    pages = pages_of(docx("Première page.", "Deuxième page."))
    assert [" ".join(page.split()) for page in pages] == ["Première page.", "Deuxième page."]


def test_a_pdf_has_its_pages():
    pytest.importorskip("pypdf")
    assert [page.strip() for page in pages_of(pdf("First page.", "Relief in 87 of 100 patients."))] == [
        "First page.",
        "Relief in 87 of 100 patients.",
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "ni un PDF ni un DOCX"),
        (b"GIF89a", "ni un PDF ni un DOCX"),
        (docx()[:500], "abîmé"),
        (b"PK\x03\x04", "abîmé"),
        (docx(""), "pas de texte"),
        (b" " * (20 * 2**20 + 1), "dépasse 20 Mo"),
    ],
    ids=["empty", "picture", "cut", "no archive", "no text", "too large"],
)
def test_a_document_that_cannot_be_read_is_refused(data, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        pages_of(data)


def test_a_broken_or_empty_pdf_is_refused():
    pytest.importorskip("pypdf")
    for data, sentence in ((b"%PDF-1.7 cut", "abîmé"), (pdf(""), "pas de texte")):
        with pytest.raises(InvalidInput, match=sentence):
            pages_of(data)


@pytest.mark.parametrize(("quote", "sentence"), [("87 %", "trop courte"), ("soulage nonante patients", "ne se trouve")])
def test_a_quotation_that_proves_nothing_is_refused(quote, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        check_quote(PAGES, quote)
