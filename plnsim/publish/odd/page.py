"""The description as one HTML page that loads nothing and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

HERE = Path(__file__).parent
LEVELS = ("h2", "h3")


class Heading(TypedDict):
    """An entry of the table of contents: the name to link to, the title, and the entries below it."""

    name: str
    title: str
    parts: list[Heading]


def html(markdown: str) -> str:
    """The page of a description in Markdown, with a table of contents."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("fence", _listing)
    tokens = reader.parse(markdown)
    contents = _add_anchors(tokens)
    body = reader.renderer.render(tokens, reader.options, {})
    body = body.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return templates.get_template("page.html").render(
        body=Markup(body), contents=contents, css=Markup((HERE / "page.css").read_text("utf-8"))
    )


def _add_anchors(tokens: list[Token]) -> list[Heading]:
    """Gives each heading a name to link to; the headings of sections with those of their parts."""
    contents: list[Heading] = []
    for token, inline in pairwise(tokens):
        if token.type != "heading_open" or token.tag not in LEVELS:
            continue
        name = f"s{inline.content.split()[0].replace('.', '-')}"
        token.attrSet("id", name)
        entry: Heading = {"name": name, "title": inline.content, "parts": []}
        (contents if token.tag == "h2" else contents[-1]["parts"]).append(entry)
    return contents


def _listing(_: RendererHTML, tokens: Sequence[Token], place: int, *__: object) -> str:
    """A listing with the heads of its rules and steps in bold, what they say of themselves and comments in grey."""
    text = escape(tokens[place].content, quote=False)
    text = re.sub(r"^((?:rule|step) .*)$", r"<b>\1</b>", text, flags=re.MULTILINE)
    text = re.sub(r'^( {4,}".*?")$', r"<i>\1</i>", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"((?:^|  )-- .*)$", r"<i>\1</i>", text, flags=re.MULTILINE)
    return f"<pre><code>{text}</code></pre>\n"
