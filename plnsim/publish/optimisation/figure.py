"""The front as a figure: cost is what it is, both aims on the axes, what else was tried in grey."""

from __future__ import annotations

import textwrap

from plnsim.output.figures import BLUE, GREY, ORANGE, TITLE_WIDTH, style_axes
from plnsim.simulation.runs import summary
from plnsim.studies.optimisation.front import OptimisationResult
from plnsim.studies.optimisation.text import money


def plot_front(found: OptimisationResult):
    """The front and what else was tried, by both aims; beside it, for each of its members, the range of 90 % of the
    fresh draws.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.8), layout="constrained")
    means, use, behind = figure.subplots(1, 3, width_ratios=(2.2, 1, 1))
    _means(means, found)
    both = [
        ("as it is", found.status_quo, ORANGE, "s"),
        *((one.letter, one.fresh, BLUE, "o") for one in reversed(found.members)),
    ]
    _ranges(use, both, "deep_use", 100.0, "sustained deep use\n(% of teachers × depth)")
    _ranges(behind, both, "shortfall", 1000.0, "shortfall\n(thousandths of an SD)")
    title = f"{found.problem.scenario.title}: allocations within {money(found.problem.budget)}"
    figure.suptitle(textwrap.fill(title, TITLE_WIDTH + 14), fontsize=12, parse_math=False)
    figure.text(
        0.01,
        0.005,
        f"left: means, better is right and down; right: means and 90 % of {found.fresh.draws} fresh draws; "
        f"{len(found.evaluated)} allocations tried, seed {found.problem.seed}; a thought experiment, not a forecast",
        fontsize=7.5,
        color=GREY,
        va="bottom",
    )
    figure.get_layout_engine().set(rect=(0, 0.035, 1, 0.965))
    return figure


def _means(axes, found: OptimisationResult) -> None:
    tried = [one.means for one in found.evaluated]
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
        ([one.fresh for one in found.members], BLUE, "o", "front"),
        ([found.status_quo], ORANGE, "s", "as it is"),
    ):
        axes.plot(
            [100 * one.means[0] for one in some],
            [1000 * one.means[1] for one in some],
            marker,
            color=colour,
            markersize=7,
            label=label,
        )
    for place, one in enumerate(found.members):
        use, behind = one.fresh.means
        axes.annotate(
            one.letter,
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


def _ranges(axes, both, name: str, scale: float, label: str) -> None:
    """A dot for the mean and a line for 90 % of the draws, a row an allocation."""
    for row, (_, one, colour, marker) in enumerate(both):
        mean, low, high, _ = summary(scale * getattr(one, name))
        axes.plot([low, high], [row, row], color=colour, linewidth=2, alpha=0.5, solid_capstyle="butt")
        axes.plot([mean], [row], marker, color=colour, markersize=6)
    axes.set(yticks=range(len(both)), yticklabels=[one for one, *_ in both], xlabel=label)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    style_axes(axes)
