"""Documents that are kept: the pieces that every DOCX of the house shares.

The same input gives the same bytes: dates come from the input, and the archive carries no time of its own. Any Unicode
is accepted; what XML refuses, and what would turn a line round, is shown by a visible sign instead.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from compliance.clock import paris
from i18n import N_, _

WORDMARK = "covigie"
NOT_GIVEN = N_("non renseigné")
INK = RGBColor(0x1F, 0x29, 0x33)
MUTED = RGBColor(0x5B, 0x67, 0x70)
ACCENT = RGBColor(0x0B, 0x5C, 0x6B)
SHADE, SHADE_LABEL = "E6EEF0", "F3F6F7"
TEXT_FONT, FIXED_FONT = "Arial", "Courier New"
PAGE_WIDTH = 17.0  # centimetres between the margins of an A4 page

# The archive's own time stamp, fixed: a time of writing would change the bytes.
_ARCHIVE_TIME = (1980, 1, 1, 0, 0, 0)
_LONGEST_PROPERTY = 255
# Word wants the properties of a paragraph in the schema's order.
_AFTER_PARAGRAPH_BORDERS = (
    "w:shd",
    "w:tabs",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:outlineLvl",
    "w:rPr",
)
_DELETE, _CONTROL_PICTURES = 0x7F, 0x2400
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Heading:
    """What stands on top of a document and on each of its pages. `reference` is printed in the footer."""

    kind: str
    title: str
    reference: str
    made_at: datetime
    notice: str = ""


def printable(text: str) -> str:
    """Return a text that XML takes: refused and line-turning characters shown by a visible sign, line ends as one."""
    return _REFUSED.sub(_sign, text.replace("\r\n", "\n").replace("\r", "\n"))


def _sign(match: re.Match[str]) -> str:
    """Return the visible sign of a refused character: U+2400 and on for controls, its number for the others."""
    code = ord(match[0])
    if code < ord(" "):
        return chr(_CONTROL_PICTURES + code)
    return "\u2421" if code == _DELETE else f"⟨U+{code:04X}⟩"


def shown(value: object) -> str:
    """Return a value as a document shows it; what is missing reads "non renseigné", never nothing."""
    if value is None or value in ("", ()):
        return _(NOT_GIVEN)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list | tuple):
        return ", ".join(shown(part) for part in value)
    return str(value)


def moment(value: datetime) -> str:
    """Return a moment as the clocks of Paris show it, and in UTC."""
    return f"{paris(value):%d/%m/%Y %H:%M:%S} (Paris)\n{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def new_document(heading: Heading) -> Any:
    """Return an A4 document with styles, header, footer with page numbers, properties and title block."""
    document = Document()
    _styles(document)
    _properties(document, heading)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    _header(section, heading)
    _footer(section, heading)
    _title_block(document, heading)
    return document


def to_bytes(document: Any) -> bytes:
    """Return the document's bytes; the archive is written anew with fixed time stamps."""
    written, fixed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ARCHIVE_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return fixed.getvalue()


def section(document: Any, title: str) -> None:
    """Begin a part."""
    document.add_heading(printable(title), level=1)


def subsection(document: Any, title: str) -> None:
    """Begin a part of a part."""
    document.add_heading(printable(title), level=2)


def note(document: Any, text: str) -> None:
    """Add a remark of the house, set apart from the content."""
    document.add_paragraph(printable(text), style="Covigie Note")


def facts(document: Any, rows: Iterable[tuple[str, object]]) -> None:
    """Add label and value, one a row; a missing value is shown as missing."""
    table = _grid(document, (4.8, PAGE_WIDTH - 4.8))
    for label, value in rows:
        row = table.add_row()
        _flag(row, "w:cantSplit")
        cells = row.cells
        _fill(cells[0], label, bold=True, size=9)
        _shade(cells[0], SHADE_LABEL)
        _fill(cells[1], shown(value), muted=shown(value) == _(NOT_GIVEN))
    _finish(document, table)


def listing(
    document: Any, titles: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[float], *, empty: str
) -> None:
    """Add a table whose titles repeat on each page; `widths` in centimetres; without rows, `empty` is said instead."""
    lines = list(rows)
    if not lines:
        note(document, empty)
        return
    table = _grid(document, widths)
    head = table.add_row()
    for cell, title in zip(head.cells, titles, strict=True):
        _fill(cell, title, bold=True, size=8)
        _shade(cell, SHADE)
    _flag(head, "w:tblHeader")
    for line in lines:
        row = table.add_row()
        _flag(row, "w:cantSplit")
        for cell, value in zip(row.cells, line, strict=True):
            _fill(cell, shown(value), size=8)
    _finish(document, table)


def verbatim(document: Any, text: str, *, label: str) -> None:
    """Add a text exactly as it stands, whole, between rules; blanks and line ends are kept."""
    caption = document.add_paragraph(printable(label), style="Covigie Caption")
    caption.paragraph_format.keep_with_next = True
    for line in printable(text).split("\n") if text else [_(NOT_GIVEN)]:
        document.add_paragraph(line, style="Covigie Verbatim")
    _gap(document)


def picture(document: Any, data: bytes, *, description: str, height: float = 6.0) -> None:
    """Add a small JPEG or PNG, `height` centimetres at most, with the description that screen readers say."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(io.BytesIO(data))
    scale = min(1.0, Cm(height) / shape.height, Cm(PAGE_WIDTH) / shape.width)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    properties = shape._inline.docPr  # noqa: SLF001 - python-docx has no descriptions
    properties.set("descr", printable(description))
    properties.set("name", "media")


def fixed_text(document: Any, label: str, text: str) -> None:
    """Add a machine's text (a hash, a payload) in fixed width."""
    paragraph = document.add_paragraph(style="Covigie Fixed")
    paragraph.add_run(f"{printable(label)} : ").bold = True
    paragraph.add_run(printable(text) or _(NOT_GIVEN))


def boxes(document: Any, choices: Iterable[tuple[str, bool]]) -> None:
    """Add a line of ticked and empty boxes."""
    line = "     ".join(f"{'☒' if ticked else '☐'} {printable(label)}" for label, ticked in choices)
    document.add_paragraph(line)


def _styles(document: Any) -> None:
    """Set the fonts of the base styles and add our own."""
    normal = document.styles["Normal"]
    _font(normal, TEXT_FONT, 10, INK)
    normal.paragraph_format.space_after = Pt(4)
    for name, points in (("Title", 19), ("Heading 1", 13), ("Heading 2", 10.5)):
        _font(document.styles[name], TEXT_FONT, points, ACCENT)
        document.styles[name].paragraph_format.keep_with_next = True
        document.styles[name].paragraph_format.space_before = Pt(10)
        document.styles[name].paragraph_format.space_after = Pt(4)
    for name, font, size, colour in (
        ("Covigie Note", TEXT_FONT, 9, MUTED),
        ("Covigie Caption", TEXT_FONT, 8.5, MUTED),
        ("Covigie Verbatim", TEXT_FONT, 10.5, INK),
        ("Covigie Fixed", FIXED_FONT, 8, INK),
    ):
        style = document.styles.add_style(name, 1)
        style.base_style = normal
        _font(style, font, size, colour)
        style.paragraph_format.space_after = Pt(3)
    quoted = document.styles["Covigie Verbatim"]
    quoted.paragraph_format.left_indent = Cm(0.4)
    quoted.paragraph_format.space_after = Pt(0)
    _rule(quoted.element.get_or_add_pPr(), "left")


def _font(style: Any, name: str, size: float, colour: RGBColor) -> None:
    """Set a style's font for every script."""
    style.font.name, style.font.size, style.font.color.rgb = name, Pt(size), colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    for script in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(script), name)


def _properties(document: Any, heading: Heading) -> None:
    """Set the document's properties; its dates are those of the input."""
    properties = document.core_properties
    stamp = heading.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = properties.last_printed = stamp
    properties.author = properties.last_modified_by = WORDMARK
    properties.title = printable(f"{heading.kind} : {heading.title}")[:_LONGEST_PROPERTY]
    properties.subject = printable(heading.reference)[:_LONGEST_PROPERTY]
    properties.comments = properties.keywords = ""
    properties.language, properties.revision = "fr-FR", 1


def _header(section: Any, heading: Heading) -> None:
    """Print wordmark, kind and title on each page."""
    paragraph = section.header.paragraphs[0]
    _run(paragraph, WORDMARK, ACCENT, bold=True)
    _run(paragraph, printable(f"   {heading.kind} · {_shortened(heading.title)}"), MUTED)
    _rule(paragraph._p.get_or_add_pPr(), "bottom")  # noqa: SLF001 - python-docx has no borders


def _shortened(title: str, longest: int = 80) -> str:
    """Shorten a title for the running head alone; the title block has it whole."""
    line = " ".join(title.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _footer(section: Any, heading: Heading) -> None:
    """Print the reference and the page number on each page."""
    paragraph = section.footer.paragraphs[0]
    _run(paragraph, printable(heading.reference), MUTED, font=FIXED_FONT, size=6.5)
    last = section.footer.add_paragraph()
    last.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(last, _("Page "), MUTED)
    _field(last, "PAGE")
    _run(last, " / ", MUTED)
    _field(last, "NUMPAGES")


def _title_block(document: Any, heading: Heading) -> None:
    """Print the wordmark, the kind of document and its title, whole."""
    _run(document.add_paragraph(), WORDMARK, ACCENT, bold=True, size=15)
    _run(document.add_paragraph(), printable(heading.kind).upper(), MUTED, bold=True)
    document.add_paragraph(printable(heading.title), style="Title")
    if heading.notice:
        note(document, heading.notice)


def _run(
    paragraph: Any, text: str, colour: RGBColor, *, bold: bool = False, size: float = 8.5, font: str = TEXT_FONT
) -> None:
    """Add a run."""
    run = paragraph.add_run(text)
    run.bold, run.font.size, run.font.color.rgb, run.font.name = bold, Pt(size), colour, font


def _field(paragraph: Any, code: str) -> None:
    """Add a field that Word computes."""
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb, run.font.name = Pt(8.5), MUTED, TEXT_FONT
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("", "1"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText" if text == code else "w:t")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 - python-docx has no fields


def _grid(document: Any, widths: Sequence[float]) -> Any:
    """Add an empty table of fixed widths in centimetres."""
    table = document.add_table(rows=0, cols=len(widths))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    _rule_table(table)
    return table


def _finish(document: Any, table: Any) -> None:
    """Give every cell its column's width, which Word wants, and leave a little room below."""
    widths = [column.width for column in table.columns]
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    _gap(document)


def _gap(document: Any) -> None:
    """Leave a little room."""
    gap = document.add_paragraph().paragraph_format
    gap.space_after, gap.line_spacing = Pt(0), Pt(6)


def _fill(cell: Any, text: str, *, bold: bool = False, muted: bool = False, size: float = 9.5) -> None:
    """Write a cell."""
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    run = paragraph.add_run(printable(text))
    run.bold, run.italic, run.font.size = bold, muted, Pt(size)
    if muted:
        run.font.color.rgb = MUTED


def _shade(cell: Any, colour: str) -> None:
    """Shade a cell."""
    shading = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        shading.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shading)  # noqa: SLF001 - python-docx has no shading


def _flag(row: Any, name: str) -> None:
    """Set a property of a row: repeated as a title, or not split over pages."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - python-docx has no row properties


def _rule(properties: Any, side: str) -> None:
    """Draw a thin rule on one side of a paragraph."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "6"), ("color", "9DB4BA")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties.insert_element_before(borders, *_AFTER_PARAGRAPH_BORDERS)


def _rule_table(table: Any) -> None:
    """Draw a table's lines thin and grey."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "C5D2D6")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    after = ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    table._tbl.tblPr.insert_element_before(borders, *after)  # noqa: SLF001 - python-docx has no table borders
