"""Figures: a table in, a matplotlib ``Figure`` out; nothing is saved or shown here.

Colours are those of Okabe and Ito, which colour-blind readers tell apart; orange is darkened for contrast on white.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from plnsim.simulation.runs import HALF_QUANTILES, RANGE_QUANTILES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, GREY, BLACK = "#0072b2", "#b35900", "#007a5a", "#6b6b6b", "#2e2e2e"
TITLE_WIDTH = 76
PALETTE = (GREY, BLUE, ORANGE, GREEN, "#a3497b", BLACK, "#4f7ecb", "#8a6d00")
"""The colours of the scenarios of a comparison, in their order."""
BANDS = ((*RANGE_QUANTILES, 0.18), (*HALF_QUANTILES, 0.32))
"""The quantiles between which a band is drawn, and how strongly."""


def style_axes(axes: Axes, grid: Literal["both", "x", "y"] = "both") -> None:
    """Takes away the frame above and on the right, and puts a light grid behind what is drawn; ``grid``: the axis that
    it marks, or both.
    """
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis=grid, color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)


def save_svg(figure: Figure, file: str | Path | IO[bytes] | IO[str], *, letters: bool = False, **about: str) -> None:
    """Writes a figure as SVG (to a path or an open file), the same bytes for the same content: no date, no names made
    by chance.

    ``letters`` keeps texts as texts, which makes small files that look a little different where the font is missing;
    ``about``: Title and Description, for those who cannot see it.
    """
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "plnsim", "svg.fonttype": "none" if letters else "path"}):
        figure.savefig(file, format="svg", metadata=about | {"Date": None})


def spread_labels(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """The places moved as little as it takes to stand at least a gap apart, in their order, between the limits."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for rank, place in enumerate(order):
        moved[place] = max(moved[place], low + rank * gap, moved[order[rank - 1]] + gap if rank else low)
    for rank, place in enumerate(reversed(order)):
        moved[place] = min(moved[place], high - rank * gap, moved[order[-rank]] - gap if rank else high)
    return moved


def label_ends(
    axes: Axes, last: float | list[float], ends: list[tuple[float, str, str]], size: float, top: float = 100.0
) -> None:
    """Writes beside the end of each curve what it is, so that no two labels meet and none meets the axis, which runs
    from 0 to ``top``; ``last``: where each curve ends, or all of them.
    """
    until = last if isinstance(last, list) else [last] * len(ends)
    height = axes.figure.figure.get_size_inches()[1] * 72 * 0.75
    gap = top * 1.25 * size / height
    for (_, label, colour), at, place in zip(
        ends, until, spread_labels([end for end, _, _ in ends], gap, gap / 2, top - gap / 2), strict=True
    ):
        axes.annotate(
            label,
            (at, place),
            xytext=(5, 0),
            textcoords="offset points",
            color=colour,
            fontsize=size,
            va="center",
            annotation_clip=False,
        )


def mark_support(axes: Axes, ends: float, last: float, size: float, top: float = 100.0) -> None:
    """Shades the years of support and marks their end on axes that run from 0 to ``top``."""
    axes.axvspan(0, min(ends, last), color="#f1f1f1", zorder=0, linewidth=0)
    if ends < last:
        axes.axvline(ends, color=GREY, linestyle=":", linewidth=1.2)
        late = ends > 0.6 * last
        axes.annotate(
            "support ends",
            (ends, 0.97 * top),
            xytext=(-4 if late else 4, 0),
            textcoords="offset points",
            color=GREY,
            fontsize=size,
            va="top",
            ha="right" if late else "left",
        )
