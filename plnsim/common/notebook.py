"""How things show themselves in a notebook: a heading, a small table, a figure as inline SVG, and how to make and to
cite them again.

Plain text in, HTML out: nothing is loaded from anywhere, nothing runs, and letters and axes take the colours of the
notebook's theme.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from plnsim.common.package import __version__

COLOURS = ("#0072b2", "#c2570c", "#00875a", "#a3497b", "#6b6b6b", "#4f7ecb", "#8a6d00")
"""Colours that colour-blind readers tell apart, readable on white and on black."""
WIDTH, HEIGHT = 560, 190
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 10, 34
MAX_ROWS = 40
"""Rows of a table that are shown; how many more there are stands below them."""


class Curve(NamedTuple):
    """Shares by week, to be drawn as a line; ``bands``: pairs of shares by week, the widest first, to be drawn around
    it.
    """

    shares: Sequence[float]
    colour: str = COLOURS[0]
    bands: Sequence[tuple[Sequence[float], Sequence[float]]] = ()


def _text(text: str) -> str:
    """A text as HTML; a number stays on one line with its %."""
    return escape(text).replace(" %", "\u00a0%")


def card(heading: str, about: str, parts: Iterable[str], code: str) -> str:
    """All that a thing shows of itself; ``parts`` are HTML already, ``code`` are the lines of Python that make the
    thing again.
    """
    return (
        f'<div class="plnsim"><p><b>{escape(heading)}</b><br>{escape(about)}</p>{"".join(parts)}'
        f"<details><summary>Make it again, cite it</summary><pre>{escape(code)}</pre>"
        f"<p>{escape(citation())}</p></details></div>"
    )


def citation() -> str:
    """How to cite plnsim."""
    return (
        "The plnsim authors: plnsim: agent-based simulation of professional learning networks, "
        f"version {__version__}. MIT licence. A thought experiment with declared assumptions, not a forecast."
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], colours: Sequence[str] = ()) -> str:
    """A small table of texts; ``colours``: for each row the colour of its curve, which then stands before its first
    cell.
    """
    lines = ["<tr>" + "".join(f"<th>{_text(cell)}</th>" for cell in head) + "</tr>"]
    for place, row in enumerate(rows[:MAX_ROWS]):
        mark = f'<span style="color:{colours[place % len(colours)]}">&#9632;</span> ' if colours else ""
        first, *others = (_text(cell) for cell in row)
        lines.append(
            f'<tr><td style="text-align:left">{mark}{first}</td>'
            + "".join(f"<td>{cell}</td>" for cell in others)
            + "</tr>"
        )
    more = f"<p>and {len(rows) - MAX_ROWS} more</p>" if len(rows) > MAX_ROWS else ""
    return f"<table>{''.join(lines)}</table>{more}"


def bullet_list(heading: str, lines: Sequence[str]) -> str:
    """A list under a heading; nothing where there is nothing to list."""
    return (
        f"<p><b>{escape(heading)}</b></p><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
        if lines
        else ""
    )


def curves(
    series: Sequence[Curve], years: float, support_years: float, alternative: str, axis: str = "model years"
) -> str:
    """Shares over the years of the longest run, from 0 to 100 %, the supported years shaded; ``alternative`` says in
    words what is seen, ``axis`` what is counted below.
    """
    weeks = max(len(curve.shares) for curve in series)
    lines = [_supported(years, support_years), *_years(years, axis=axis)]
    for share in (0, 25, 50, 75, 100):
        height = _y(share / 100)
        lines.append(
            f'<path d="M{LEFT} {height}H{WIDTH - RIGHT}" stroke="currentColor" stroke-opacity=".15"/>'
            f'<text x="{LEFT - 5}" y="{height + 4}" text-anchor="end">{share} %</text>'
        )
    for curve in series:
        for low, high in curve.bands:
            around = _path(low, weeks) + "L" + _path(high, weeks, back=True)[1:] + "Z"
            lines.append(f'<path d="{around}" fill="{curve.colour}" fill-opacity=".22"/>')
        lines.append(f'<path d="{_path(curve.shares, weeks)}" fill="none" stroke="{curve.colour}" stroke-width="2"/>')
    return _svg(lines, HEIGHT, alternative)


def timeline(years: float, support_years: float, marks: Sequence[float], alternative: str) -> str:
    """The years of a run, the supported ones shaded, with a numbered mark at each of some moments."""
    height = TOP + BOTTOM + 40
    lines = [_supported(years, support_years, height), *_years(years, height)]
    for number, mark in enumerate(marks, start=1):
        place = _x(mark, years)
        lines.append(
            f'<path d="M{place} {height - BOTTOM}v-16" stroke="{COLOURS[1]}" stroke-width="2"/>'
            f'<text x="{place}" y="{height - BOTTOM - 19}" text-anchor="middle">{number}</text>'
        )
    return _svg(lines, height, alternative)


def _x(moment: float, end: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * moment / end, 1)


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)


def _path(shares: Sequence[float], of: int, back: bool = False) -> str:
    """A line through the weeks of a run, where the axis has ``of`` weeks; from the last one back, if so asked."""
    weeks = range(len(shares))
    return "M" + "L".join(f"{_x(week + 1, of)} {_y(shares[week])}" for week in (weeks[::-1] if back else weeks))


def _supported(years: float, support_years: float, height: int = HEIGHT) -> str:
    end = _x(min(support_years, years), years)
    label = f'<text x="{LEFT + 4}" y="{TOP + 12}" fill-opacity=".75">supported</text>' if support_years > 0 else ""
    size = f'width="{round(end - LEFT, 1)}" height="{height - TOP - BOTTOM}"'
    return f'<rect x="{LEFT}" y="{TOP}" {size} fill="currentColor" fill-opacity=".07"/>{label}'


def _years(years: float, height: int = HEIGHT, axis: str = "model years") -> list[str]:
    """The axis of the years."""
    step = max(1, math.ceil(years / 10))
    floor = height - BOTTOM
    ticks = [
        f'<text x="{_x(year, years)}" y="{floor + 15}" text-anchor="middle">{year}</text>'
        for year in range(0, math.floor(years) + 1, step)
    ]
    return [
        f'<path d="M{LEFT} {floor}H{WIDTH - RIGHT}" stroke="currentColor"/>',
        *ticks,
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:g}" y="{height - 4}" text-anchor="middle">{escape(axis)}</text>',
    ]


def _svg(lines: Iterable[str], height: int, alternative: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img" aria-label="{escape(alternative)}" '
        f'style="max-width:100%;font:12px sans-serif" fill="currentColor">{"".join(lines)}</svg>'
    )
