"""The figures with rows of a page: narrow enough for a phone at their natural size; tables in, a ``Picture`` out.

Each takes a ``plnsim.studies.comparison.Comparison``, the names of its scenarios as they are to be shown, and their
colours.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas

from plnsim.output.figures import BLACK
from plnsim.output.words import intervals_text, number, percent, points
from plnsim.publish.report.document import Picture
from plnsim.publish.report.names import lever
from plnsim.publish.report.rules import BARE
from plnsim.simulation.runs import Description
from plnsim.studies.comparison.comparison import Comparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

WIDTH, ROW, HEADER, TEXT = 3.75, 0.18, 0.18, 8.0
"""Inches of a figure, of a row and of the line above it; points of its letters."""
STYLE: dict[RcKeyType, object] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "plnsim",
    "font.size": TEXT,
    "font.family": "DejaVu Sans",
    "axes.linewidth": 0.7,
}
LONGEST_LEVER = 52
"""Letters of a lever's plain words that fit beside its dotted name."""
LABEL_BACKGROUND = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
"""What stands behind letters, so that lines end before them."""


class Row(NamedTuple):
    """One row of a figure with rows: a mean with both intervals around it, or two dots; what stands before and after
    it.
    """

    before: str
    colour: str
    row: Mapping[str, float]
    after: str
    hollow: bool = False


def draw_axes(height: float, *, left: float, right: float, bottom: float, top: float) -> tuple[Figure, Axes]:
    """A figure with one pair of axes; the margins above and below in inches, those beside as shares of the width."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((left, bottom / height, right - left, 1 - (bottom + top) / height))
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.tick_params(length=2.5, pad=2)
    return figure, axes


def plot_rows(groups: list[tuple[str, list[Row]]], unit: str, right: float = 0.84) -> Figure:
    """Groups of rows below each other, each group under its name; zero is marked."""
    lines = sum(len(rows) for _, rows in groups)
    height = len(groups) * HEADER + lines * ROW + 0.42
    figure, axes = draw_axes(
        height,
        left=0.17 if any(row.before for _, rows in groups for row in rows) else 0.03,
        right=right,
        bottom=0.38,
        top=0.04,
    )
    axes.axvline(0, color="black", linewidth=0.8)
    place = 0.0
    for name, rows in groups:
        axes.annotate(
            name,
            (0, place + HEADER * 0.55),
            xycoords=("figure fraction", "data"),
            color=rows[0].colour,
            weight="bold",
            parse_math=False,
            va="center",
            xytext=(4, 0),
            textcoords="offset points",
            bbox=LABEL_BACKGROUND,
        )
        place += HEADER
        for row in rows:
            _draw_row(axes, row, place + ROW / 2)
            place += ROW
    axes.set(ylim=(place, 0), yticks=[])
    axes.set_xlabel(unit, labelpad=2)
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.06)
    axes.grid(axis="x", color="#ececec", linewidth=0.6)
    return figure


def _draw_row(axes: Axes, row: Row, place: float) -> None:
    def dot(value: float, size: float, face: str) -> None:
        axes.scatter(value, place, s=size, facecolor=face, edgecolor=row.colour, linewidth=1.4, zorder=3)

    face = "white" if row.hollow else row.colour
    if "other" in row.row:
        axes.plot(
            [row.row["mean"], row.row["other"]],
            [place, place],
            color="#bdbdbd",
            linewidth=3,
            zorder=1,
            solid_capstyle="butt",
        )
        dot(row.row["mean"], 34, face)
        dot(row.row["other"], 34, "white")
    else:
        for interval, width in (("prediction", 1.3), ("confidence", 4.5)):
            axes.plot(
                [row.row[f"{interval}_low"], row.row[f"{interval}_high"]],
                [place, place],
                color=row.colour,
                linewidth=width,
                alpha=0.75,
                solid_capstyle="butt",
            )
        dot(row.row["mean"], 24, face)
    axes.annotate(
        row.before,
        (0, place),
        xycoords=("axes fraction", "data"),
        xytext=(-4, 0),
        textcoords="offset points",
        ha="right",
        va="center",
    )
    axes.annotate(
        row.after,
        (1, place),
        xycoords=("axes fraction", "data"),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        color=row.colour,
    )


def in_points(row: Description) -> dict[str, float]:
    return {
        "mean": 100 * row["mean"],
        "confidence_low": 100 * row["confidence_low"],
        "confidence_high": 100 * row["confidence_high"],
        "prediction_low": 100 * row["prediction_low"],
        "prediction_high": 100 * row["prediction_high"],
    }


def _estimate_text(row: Description) -> str:
    """A mean of differences with both intervals, in words."""
    return f"{points(row['mean'])} ({intervals_text(row, points)})"


def differences(comparison: Comparison, named: dict[str, str], colours: dict[str, str]) -> Picture:
    """How much better each scenario is than the baseline, pair by pair: use and sustained deep use in the last year."""
    groups, phrases = [], []
    for side in comparison.others:
        rows = []
        for quantity, before in (("use", "use"), ("deep_use", "deep use")):
            row = comparison.paired[side.name, quantity]
            rows.append(
                Row(before, colours[side.name], in_points(row), points(row["mean"]), hollow=quantity == "deep_use")
            )
            phrases.append(f"{named[side.name]} {before} {_estimate_text(row)}")
        if comparison.draws is not None:
            row = comparison.over_draws[side.name, "deep_use"]
            rows.append(Row("draws", colours[side.name], in_points(row), points(row["mean"]), hollow=True))
            phrases.append(f"{named[side.name]} deep use over draws of all that is not known {_estimate_text(row)}")
        groups.append((named[side.name], rows))
    base = named[comparison.baseline]
    figure = plot_rows(groups, f"percentage points above or below {base.split()[0]}")
    return Picture(figure, f"Differences from {base} in percentage points: {'; '.join(phrases)}.")


def halves(comparison: Comparison, named: dict[str, str], colours: dict[str, str]) -> Picture:
    """Use in the more against use in the less disadvantaged half of schools, in the last year."""
    groups, phrases = [], []
    for side in comparison.results:
        more, less, gap = (
            comparison.summaries[side.name, quantity]["mean"]
            for quantity in ("use_more_disadvantaged", "use_less_disadvantaged", "use_gap")
        )
        row = Row("", colours[side.name], {"mean": 100 * more, "other": 100 * less}, f"gap {points(gap).lstrip('+')}")
        groups.append((named[side.name], [row]))
        phrases.append(f"{named[side.name]} {percent(more)} against {percent(less)}")
    figure = plot_rows(groups, "% using it: \u25cf more, \u25cb less disadvantaged half", right=0.8)
    figure.axes[0].set_xlim(left=0)
    return Picture(figure, f"Use in the more against the less disadvantaged half of schools: {'; '.join(phrases)}.")


def tornado(sensitivity: pandas.DataFrame, own: float) -> Picture:
    """How deep use answers to each lever at both ends of its plausible range; ``sensitivity``: the rows to show.

    Hollow is the lower end and filled the upper one; black, for a colour is a scenario.
    """
    names = list(dict.fromkeys(sensitivity["parameter"]))
    figure, axes = draw_axes(len(names) * (ROW + 0.25) + 0.42, left=0.06, right=0.94, bottom=0.38, top=0.04)
    phrases = []
    for place, name in enumerate(names):
        rows = sensitivity[sensitivity["parameter"] == name]
        low, high = (rows[rows["end"] == end].iloc[0] for end in ("low", "high"))
        same_side = (low["change"] >= 0) == (high["change"] >= 0) and low["change"] and high["change"]
        unit = f" ({low['unit']})" if low["unit"] not in BARE else ""
        words = textwrap.shorten(lever(name), LONGEST_LEVER, placeholder=" \u2026")
        words += unit if len(words + unit) <= LONGEST_LEVER else ""
        for text, size, shift in ((words, TEXT - 0.5, -0.36), (name, TEXT - 2.5, -0.14)):
            axes.annotate(
                text,
                (0, place + shift),
                xycoords=("axes fraction", "data"),
                va="center",
                xytext=(-8, 0),
                textcoords="offset points",
                fontsize=size,
                color=BLACK,
                bbox=LABEL_BACKGROUND,
            )
        for row, other, face, shift in ((low, high, "white", -0.13), (high, low, BLACK, 0.13)):
            middle, thick = (place + 0.24 + shift * 0.8, 0.16) if same_side else (place + 0.24, 0.36)
            axes.barh(
                middle, 100 * row["change"], thick, left=100 * own, facecolor=face, edgecolor=BLACK, linewidth=0.8
            )
            outward = 1 if row["change"] > 0 or (row["change"] == 0 and other["change"] <= 0) else -1
            axes.annotate(
                number(row["moved_to"]),
                (100 * (own + row["change"]), middle),
                xytext=(3 * outward, 0),
                textcoords="offset points",
                ha="left" if outward > 0 else "right",
                va="center",
                fontsize=TEXT - 1,
                color=BLACK,
            )
        phrases.append(
            f"{lever(name)} from {number(low['moved_to'])} to {number(high['moved_to'])}: "
            f"{percent(own + low['change'])} to {percent(own + high['change'])}"
        )
    axes.axvline(100 * own, color="black", linewidth=0.8)
    axes.set(ylim=(len(names) - 0.5, -0.5), yticks=[])
    axes.margins(x=0.12)
    axes.set_xlabel("sustained deep use, % of teachers", labelpad=2)
    axes.spines["left"].set_visible(False)
    return Picture(
        figure, f"Sustained deep use when one lever is moved through its plausible range: {'; '.join(phrases)}."
    )
