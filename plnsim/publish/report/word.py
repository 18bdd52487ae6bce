"""A document as a Word file that an office can edit: the same text, tables and pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib import rc_context

from plnsim.common.package import missing_library
from plnsim.publish.report.document import Block, Bullets, Document, Image, Numbers, Section, Table, Words, pieces
from plnsim.publish.report.pictures import STYLE

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as WordParagraph

MARGIN, TEXT, SMALL, LARGE = 18, 10, 8, 22
"""Millimetres around the text; points of letters, of small ones and of the numbers to be seen from afar."""
INCHES_OF_PICTURE = 4.6
DOTS_AN_INCH = 200
KEY = "\u25a0"
"""The square of a scenario's colour."""


def check_installed() -> None:
    """Raises ``InputError`` where python-docx is missing."""
    try:
        import docx  # noqa: F401
    except ImportError:
        raise missing_library("--docx", "python-docx") from None


def to_docx(document: Document) -> bytes:
    """The content of the Word file."""
    import docx
    from docx.shared import Mm, Pt

    file = docx.Document()
    for page in file.sections:
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(MARGIN)
    file.styles["Normal"].font.size = Pt(TEXT)
    file.styles["Normal"].paragraph_format.space_after = Pt(4)
    file.core_properties.title, file.core_properties.author = document.title, "plnsim"
    file.add_heading(document.title, level=1)
    for section in document.lead:
        _add_section(file, section, level=3)
    _add_block(file, document.image)
    for section in document.facts:
        _add_section(file, section, level=3)
    _add_words(file.add_paragraph(), document.caution, size=SMALL)
    for section in document.sections:
        _add_section(file, section, level=2)
    content = io.BytesIO()
    file.save(content)
    return content.getvalue()


def _add_section(file: WordDocument, section: Section, level: int) -> None:
    file.add_heading(section.heading, level=level)
    for block in section.blocks:
        _add_block(file, block, SMALL if section.small else TEXT)


def _add_block(file: WordDocument, block: Block, size: int = TEXT) -> None:
    from docx.shared import Inches

    if isinstance(block, Image):
        if block.caption:
            _add_words(file.add_paragraph(), block.caption, size=SMALL)
        stream = io.BytesIO()
        with rc_context(STYLE):
            block.picture.figure.savefig(stream, format="png", dpi=DOTS_AN_INCH)
        picture = file.add_picture(stream, width=Inches(INCHES_OF_PICTURE))
        picture._inline.docPr.set("descr", block.picture.alt_text)
    elif isinstance(block, Table):
        _add_table(file, [[(one.words, one.small, one.framed) for one in row] for row in (block.heads, *block.rows)])
    elif isinstance(block, Numbers):
        _add_words(file.add_paragraph(), block.label, size=size)
        for number in block.items:
            paragraph = file.add_paragraph()
            _add_run(paragraph, f"{number.value}  ", LARGE, number.colour, bold=True)
            _add_words(paragraph, number.label, size=size)
    elif isinstance(block, Bullets):
        for item in block.items:
            _add_words(file.add_paragraph(style="List Bullet"), item, size=SMALL)
    else:
        _add_words(file.add_paragraph(), block.words, size=SMALL if block.note else size)


def _add_table(file: WordDocument, rows: Sequence[Sequence[tuple[Words, str, bool]]]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    table = file.add_table(rows=len(rows), cols=len(rows[0]), style="Light List")
    for place, row in enumerate(rows):
        for column, (words, small, framed) in enumerate(row):
            cell: _Cell = table.cell(place, column)
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if column else WD_ALIGN_PARAGRAPH.LEFT
            _add_words(paragraph, words, size=SMALL, bold=framed)
            if small:
                _add_run(paragraph, f" {small}", SMALL - 1)
    file.add_paragraph()


def _add_words(paragraph: WordParagraph, words: Words, *, size: int, bold: bool = False) -> None:
    for piece in pieces(words):
        if piece.style == "key":
            _add_run(paragraph, f"{KEY} ", size, piece.colour)
        of = size - 1 if piece.style == "small" else size
        _add_run(paragraph, piece.text, of, bold=bold or piece.style == "strong", code=piece.style == "code")


def _add_run(
    paragraph: WordParagraph, text: str, size: int, colour: str = "", *, bold: bool = False, code: bool = False
) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text.replace(" %", "\u00a0%"))
    run.font.size = Pt(size)
    run.bold = bold or None
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour.removeprefix("#"))
    if code:
        run.font.name = "Courier New"
