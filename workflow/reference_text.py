"""The text of a reference, page by page, and where a quotation stands in it. Pure: bytes in, words out."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from errors import InvalidInput
from i18n import N_
from workflow.checks.claims import wording_pattern
from workflow.checks.folding import fold

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST = 20 * 2**20
LARGEST_UNPACKED = 200 * 2**20
MOST_PAGES = 1_500
SHORTEST_QUOTE = 15

TOO_LARGE = N_("Ce document dépasse {limit} Mo. Déposez seulement les pages utiles.")
NEITHER = N_("Ce fichier n'est ni un PDF ni un DOCX. Exportez le document dans l'un de ces formats, puis recommencez.")
BROKEN = N_("Ce document est abîmé ou incomplet : il ne peut pas être lu. Exportez-le à nouveau, puis recommencez.")
LOCKED = N_("Ce PDF est protégé par un mot de passe. Déposez une version sans protection.")
NO_TEXT = N_(
    "Ce document ne contient pas de texte, seulement des images de pages. Déposez une version dont le texte peut être "
    "sélectionné (reconnaissance de caractères)."
)
NO_READER = N_("Cette installation ne sait pas lire les PDF. Déposez le document en DOCX.")
TOO_LONG = N_("Ce document compte plus de {limit} pages. Déposez seulement les pages utiles.")


def kind_of(data: bytes) -> str:
    """Return the media type of a document by its first bytes; raises InvalidInput for any other kind."""
    if len(data) > LARGEST:
        raise InvalidInput(TOO_LARGE, limit=LARGEST // 2**20)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return DOCX
    raise InvalidInput(NEITHER)


def pages_of(data: bytes) -> tuple[str, ...]:
    """Return the text of each page; raises InvalidInput with the way out for what cannot be read.

    A DOCX holds no pages: they are those of its page breaks, as Word last laid it out.
    """
    read = _pdf_pages if kind_of(data) == PDF else _docx_pages
    try:
        pages = read(data)
    except InvalidInput:
        raise
    except Exception as error:  # whatever a broken file makes its reader raise
        raise InvalidInput(BROKEN) from error
    if not any(page.strip() for page in pages):
        raise InvalidInput(NO_TEXT)
    return tuple(_storable(page) for page in pages)


def _storable(text: str) -> str:
    """Return a text that every database takes."""
    return "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)


def _pdf_pages(data: bytes) -> list[str]:
    try:
        from pypdf import PdfReader  # here: heavy, and only a PDF that is brought needs it  # noqa: PLC0415
    except ImportError as error:
        raise InvalidInput(NO_READER) from error
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise InvalidInput(LOCKED)
    if len(reader.pages) > MOST_PAGES:
        raise InvalidInput(TOO_LONG, limit=MOST_PAGES)
    return [page.extract_text() for page in reader.pages]


def _docx_pages(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(each.file_size for each in archive.infolist()) > LARGEST_UNPACKED:
            raise InvalidInput(TOO_LARGE, limit=LARGEST // 2**20)
    pages = [""]
    for part in _parts(Document(io.BytesIO(data)).element.body):
        if part is None:
            pages.append("")
        else:
            pages[-1] += part
    return pages


def _parts(body: Any) -> Iterator[str | None]:
    """Yield the words of a body in reading order, a line end after each paragraph and cell, None at a page break."""
    for each in body.iter():
        if each.tag == qn("w:t"):
            yield each.text or ""
        elif each.tag in {qn("w:tab"), qn("w:p")}:
            yield "\t" if each.tag == qn("w:tab") else "\n"
        elif each.tag == qn("w:lastRenderedPageBreak"):
            yield None
        elif each.tag == qn("w:br"):
            yield None if each.get(qn("w:type")) == "page" else "\n"


def find_quote(pages: Sequence[str], quote: str) -> tuple[int, ...]:
    """Return the pages (from 1) on which a quotation begins, whatever its case, accents, blanks and line ends.

    It may go on over the page's end. A hyphen at the end of a line is part of the word's layout, not of the word.
    """
    pattern = wording_pattern(quote)
    if pattern is None:
        return ()
    text, starts = _joined(tuple(pages))
    found = (match.start() for match in pattern.finditer(text))
    return tuple(dict.fromkeys(sum(start <= place for start in starts) for place in found))


@lru_cache(maxsize=8)
def _joined(pages: tuple[str, ...]) -> tuple[str, list[int]]:
    """Return the folded text of all pages, and where each begins in it."""
    text, starts = "", []
    for page in pages:
        starts.append(len(text))
        text += fold(page.replace("-\n", "")).text + "\n"
    return text, starts


def check_quote(pages: Sequence[str], quote: str) -> int:
    """Return the page of a quotation; raises InvalidInput when it is too short to prove anything, or is not there."""
    words = " ".join(quote.split())
    if len(words) < SHORTEST_QUOTE:
        raise InvalidInput(
            N_("Cette citation est trop courte pour être retrouvée à coup sûr : {limit} caractères au moins."),
            limit=SHORTEST_QUOTE,
        )
    found = find_quote(pages, words)
    if not found:
        raise InvalidInput(
            N_("Cette citation ne se trouve pas dans le document. Recopiez-en les mots exacts, puis recommencez.")
        )
    return found[0]
