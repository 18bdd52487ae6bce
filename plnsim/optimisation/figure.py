"""The front as a figure: cost is what it is, both aims on the axes, what else was tried in grey."""

from __future__ import annotations

import textwrap

from plnsim.optimisation.front import Optimised
from plnsim.optimisation.wording import money
from plnsim.report.figures import BLUE, GREY, ORANGE, TITLE_WIDTH
from plnsim.runs import summary


def front_drawn(found: Optimised):
    """Sustained deep use against shortfall: the front with 90 % of its fresh draws, what was tried, the programme as it stands."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    tried = [one.means for one in found.evaluated]
    axes.scatter([100 * use for use, _ in tried], [1000 * behind for _, behind in tried], s=14, color=GREY, alpha=0.35, linewidth=0,
                 label=f"tried ({found.field.draws} draws of the search)")
    _judged(axes, [one.fresh for one in found.members], BLUE, "o", f"front ({found.fresh.draws} fresh draws)")
    _judged(axes, [found.as_it_is], ORANGE, "s", "the programme as it stands")
    for one in found.members:
        use, behind = one.fresh.means
        axes.annotate(one.letter, (100 * use, 1000 * behind), xytext=(6, 5), textcoords="offset points", color=BLUE, fontsize=10, fontweight="bold")
    axes.set(xlim=(0, None), ylim=(0, None), xlabel="sustained deep use (% of teachers, times depth, last year)",
             ylabel="shortfall of the more disadvantaged half\n(thousandths of an SD of pupils)")
    title = f"{found.field.scenario.title}: allocations within {money(found.field.budget)}"
    axes.set_title(textwrap.fill(title, TITLE_WIDTH), parse_math=False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", frameon=False, fontsize=9)
    figure.text(0.01, 0.005, f"better is right and down; crosses: 90 % of draws; {len(found.evaluated)} allocations, seed {found.field.seed}; "
                "a thought experiment, not a forecast", fontsize=7.5, color=GREY, va="bottom")
    figure.get_layout_engine().set(rect=(0, 0.035, 1, 0.965))
    return figure


def _judged(axes, some, colour: str, marker: str, label: str) -> None:
    """Means with the 90 % of draws around them, as crosses."""
    for number, one in enumerate(some):
        (use, low, high, _), (behind, least, most, _) = summary(one.deep_use), summary(one.shortfall)
        axes.plot([100 * low, 100 * high], [1000 * behind] * 2, color=colour, linewidth=0.9, alpha=0.45)
        axes.plot([100 * use] * 2, [1000 * least, 1000 * most], color=colour, linewidth=0.9, alpha=0.45)
        axes.plot([100 * use], [1000 * behind], marker, color=colour, markersize=7, label=label if number == 0 else None)
