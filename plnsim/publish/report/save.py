"""Writes a document into a folder: the page, its pictures one by one, and the Word file where that is wished."""

from __future__ import annotations

import io
from pathlib import Path

from markupsafe import Markup
from matplotlib import rc_context

from plnsim.output.figures import save_svg
from plnsim.publish.report.document import Document
from plnsim.publish.report.html import to_html
from plnsim.publish.report.names import PAGE, WORD
from plnsim.publish.report.pictures import STYLE
from plnsim.publish.result_page import write_files

DOTS_AN_INCH = 200


def write_page(document: Document, folder: Path, *, docx: bool = False, alive: Markup | None = None) -> Path:
    """Writes ``report.html`` and each picture as SVG and PNG, with ``docx`` also ``report.docx``, each whole and in
    place of one of its name; ``alive``: the part of the page that can be moved. Returns the path of the page. Raises
    ``InputError``.
    """
    files = {PAGE: to_html(document, alive).encode()}
    for image in document.images():
        about = {"Title": document.title, "Description": image.picture.alt_text}
        vector, raster = io.BytesIO(), io.BytesIO()
        with rc_context(STYLE):
            save_svg(image.picture.figure, vector, Title=about["Title"], Description=about["Description"])
            image.picture.figure.savefig(raster, format="png", dpi=DOTS_AN_INCH, metadata=about)
        files |= {f"{image.name}.svg": vector.getvalue(), f"{image.name}.png": raster.getvalue()}
    if docx:
        from plnsim.publish.report.word import to_docx

        files[WORD] = to_docx(document)
    write_files(folder, files)
    return folder / PAGE
