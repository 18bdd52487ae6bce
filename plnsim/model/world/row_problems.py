"""Problems of rows: where each stands, what would be right, and the row itself; equal ones are told once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from plnsim.common.errors import InputError, join_or
from plnsim.common.short_repr import short_repr
from plnsim.model.world.row_sources import WIDEST_EXCERPT

MOST_LINES = 12
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass
class Problem:
    """A problem as it first stands, and the lines on which the same is wrong."""

    wrong: str
    place: str
    right: str
    excerpt: str
    lines: list[int] = field(default_factory=list)

    __repr__ = short_repr

    def error(self) -> InputError:
        more = f"; the same is wrong on {_lines(self.lines)}" if self.lines else ""
        return InputError(self.wrong + more, place=self.place, right=self.right, excerpt=self.excerpt)


def _lines(lines: list[int]) -> str:
    """Lines as a message names them: runs of them by their ends, and not all of very many."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        elif not runs or line != runs[-1][1]:
            runs.append([line, line])
    named = [f"{first} to {last}" if last > first else str(first) for first, last in runs[:MOST_LINES]]
    if len(runs) > MOST_LINES:
        named.append("more")
    listed = join_or(named).replace(" or ", " and ")
    return f"line {listed}" if len(lines) == 1 else f"{len(lines):,} more lines: {listed}"


def _printable(text: str) -> str:
    return CONTROL.sub("\N{MIDDLE DOT}", text)


def shown(text: str) -> str:
    """A cell as messages show it: short, and without anything that a terminal would obey."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def excerpt_of(fields: list[str], mark: int, delimiter: str) -> str:
    """The row on one line, with a mark below one of its fields."""
    before = sum(len(field) + 1 for field in fields[:mark]) if mark >= 0 else 0
    skipped = max(0, before - WIDEST_EXCERPT // 2)
    part = _printable(delimiter.join(fields)[skipped : skipped + WIDEST_EXCERPT])
    return f"{part}\n{' ' * (before - skipped)}^" if 0 <= mark < len(fields) else part
