"""The part of a page that is made of numbers stands between two marks; whatever is outside them was written by hand."""

from __future__ import annotations

import re
from pathlib import Path

from plnsim.common.package import shipped

PAGES = shipped("docs/lessons")
BEGIN, END = "<!-- numbers: python -m plnsim.publish.lessons -->", "<!-- end of numbers -->"


def replace_marked(page: Path, lines: list[str]) -> Path:
    """Puts lines between the marks of a page; returns its path."""
    before = page.read_text(encoding="utf-8")
    inside = "\n".join([BEGIN, "", *lines, "", END])
    page.write_text(
        re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: inside, before, flags=re.DOTALL), encoding="utf-8"
    )
    return page


def marked_text(page: Path) -> str:
    """What stands between the marks of a page."""
    return page.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
