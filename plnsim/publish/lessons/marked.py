"""The part of a page that is made of numbers stands between two marks; whatever is outside them was written by hand.

A lesson rests on claims. A test asks all of them; when one no longer holds, the lesson is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from plnsim.common.package import shipped

PAGES = shipped("docs/lessons")
BEGIN, END = "<!-- numbers: python -m plnsim.publish.lessons -->", "<!-- end of numbers -->"

Results = TypeVar("Results")


@dataclass(frozen=True)
class Claim(Generic[Results]):
    """Something that a lesson says: a sentence and whether it is so, both made from the numbers."""

    name: str
    sentence: Callable[[Results], str]
    holds: Callable[[Results], bool]


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
