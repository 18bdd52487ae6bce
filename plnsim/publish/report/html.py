"""A document as HTML: one file that loads nothing, and runs nothing but the engine where one travels with it."""

from __future__ import annotations

import io
import re
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib import rc_context

from plnsim.publish.browser import POLICY, POLICY_WITHOUT_SCRIPTS
from plnsim.publish.report.document import Document, Picture, pieces
from plnsim.publish.report.pictures import STYLE

HERE = Path(__file__).parent


def to_html(document: Document, alive: Markup | None = None) -> str:
    """The text of the page; ``alive``: what stands below the first screen, where a part of it can be moved."""
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = templates.get_template("template.html").render(
        document=document,
        policy=POLICY if alive else POLICY_WITHOUT_SCRIPTS,
        css=Markup("".join((HERE / name).read_text(encoding="utf-8") for name in ("page.css", "alive.css"))),
        pieces=pieces,
        alive=alive or Markup(""),
        svg=lambda image: as_svg(image.picture, image.name),
    )
    return text.replace(" %", "\u00a0%")


def as_svg(picture: Picture, name: str) -> Markup:
    """A picture as SVG to stand in a page: letters as paths, its text alternative with it, its names its own, nothing
    to be loaded.
    """
    stream = io.StringIO()
    with rc_context(STYLE):
        picture.figure.savefig(stream, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    rendered = stream.getvalue()
    (box,) = re.findall(r'viewBox="[^"]*"', rendered)[:1]
    inside = re.sub(
        r"<metadata>.*?</metadata>\s*", "", rendered[rendered.index(">", rendered.index("<svg")) + 1 :], flags=re.DOTALL
    )
    inside = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", inside)
    return Markup(f'<svg {box} role="img" aria-label="{escape(picture.alt_text)}">{inside.strip()}')
