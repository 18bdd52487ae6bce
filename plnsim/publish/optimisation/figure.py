"""The front as a figure: cost is what it is, both aims on the axes, what else was tried in grey."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from plnsim.output.figures import BLUE, GREY, ORANGE, TITLE_WIDTH, style_axes
from plnsim.simulation.runs import summary
from plnsim.studies.optimisation.front import OptimisationResult
from plnsim.studies.optimisation.problem import Evaluation
from plnsim.studies.optimisation.text import sum_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Row(NamedTuple):
    """One row of the ranges: an allocation's label and numbers, and how it is drawn."""

    label: str
    evaluation: Evaluation
    colour: str
    marker: str


def plot_front(result: OptimisationResult) -> Figure:
    """The front and what else was tried, by both aims; beside it, for each of its members, the range of 90 % of the
    fresh draws.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(figsize=(10, 4.8), layout=ConstrainedLayoutEngine(rect=(0, 0.035, 1, 0.965)))
    means, use, behind = figure.subplots(1, 3, width_ratios=(2.2, 1, 1))
    _means(means, result)
    rows = [
        Row("as it is", result.status_quo, ORANGE, "s"),
        *(Row(member.letter, member.fresh, BLUE, "o") for member in reversed(result.members)),
    ]
    _ranges(use, rows, "deep_use", 100.0, "sustained deep use\n(% of teachers × depth)")
    _ranges(behind, rows, "shortfall", 1000.0, "shortfall\n(thousandths of an SD)")
    title = f"{result.problem.scenario.title}: allocations within {sum_text(result, result.problem.budget)}"
    figure.suptitle(textwrap.fill(title, TITLE_WIDTH + 14), fontsize=12, parse_math=False)
    figure.text(
        0.01,
        0.005,
        f"left: means, better is right and down; right: means and 90 % of {result.fresh.draws} fresh draws; "
        f"{len(result.evaluated)} allocations tried, seed {result.problem.seed}; a thought experiment, not a forecast",
        fontsize=7.5,
        color=GREY,
        va="bottom",
    )
    return figure


def _means(axes: Axes, result: OptimisationResult) -> None:
    tried = [evaluation.means for evaluation in result.evaluated]
    axes.scatter(
        [100 * use for use, _ in tried],
        [1000 * behind for _, behind in tried],
        s=14,
        color=GREY,
        alpha=0.4,
        linewidth=0,
        label="tried in the search",
    )
    for some, colour, marker, label in (
        ([member.fresh for member in result.members], BLUE, "o", "front"),
        ([result.status_quo], ORANGE, "s", "as it is"),
    ):
        axes.plot(
            [100 * evaluation.means[0] for evaluation in some],
            [1000 * evaluation.means[1] for evaluation in some],
            marker,
            color=colour,
            markersize=7,
            label=label,
        )
    for place, member in enumerate(result.members):
        use, behind = member.fresh.means
        axes.annotate(
            member.letter,
            (100 * use, 1000 * behind),
            xytext=(0, 7 if place % 2 else 17),
            textcoords="offset points",
            ha="center",
            color=BLUE,
            fontsize=10,
            fontweight="bold",
            arrowprops={"arrowstyle": "-", "color": BLUE, "linewidth": 0.5},
        )
    axes.margins(0.08)
    axes.set(
        xlabel="sustained deep use (% of teachers × depth, last year)",
        ylabel="shortfall of the more disadvantaged half\n(thousandths of an SD of pupils)",
    )
    axes.legend(loc="best", frameon=False, fontsize=9)
    style_axes(axes)


def _ranges(axes: Axes, rows: Sequence[Row], name: str, scale: float, label: str) -> None:
    """A dot for the mean and a line for 90 % of the draws, a row an allocation."""
    for place, row in enumerate(rows):
        mean, low, high, _ = summary(scale * getattr(row.evaluation, name))
        axes.plot([low, high], [place, place], color=row.colour, linewidth=2, alpha=0.5, solid_capstyle="butt")
        axes.plot([mean], [place], row.marker, color=row.colour, markersize=6)
    axes.set(yticks=range(len(rows)), yticklabels=[row.label for row in rows], xlabel=label)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    style_axes(axes)
