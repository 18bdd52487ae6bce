"""Figures: a table in, a matplotlib ``Figure`` out; nothing is saved or shown here.

Colours are those of Okabe and Ito, which colour-blind readers tell apart; orange is darkened for contrast on white.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, Protocol

import numpy as np

from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.survival import YEARS_AFTER
from plnsim.output.words import interval_label, number, percent
from plnsim.simulation.runs import HALF_QUANTILES, RANGE_QUANTILES, RunResult
from plnsim.simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, GREY = "#0072b2", "#b35900", "#007a5a", "#6b6b6b"
TITLE_WIDTH = 76
PALETTE = (GREY, BLUE, ORANGE, GREEN, "#a3497b", "#2e2e2e", "#4f7ecb", "#8a6d00")
"""The colours of the scenarios of a comparison, in their order."""
BANDS = ((*RANGE_QUANTILES, 0.18), (*HALF_QUANTILES, 0.32))
"""The quantiles between which a band is drawn, and how strongly."""


class Replicates(Protocol):
    """The replicates of a scenario, just run or read from a record."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def seed(self) -> int: ...
    @property
    def replicates(self) -> int: ...
    @property
    def weeks(self) -> pandas.DataFrame: ...
    def values(self, outcome: str, /) -> np.ndarray: ...


def plot_spread(run: Replicates) -> Figure:
    """How far the practice spreads: a fan of all runs week by week, support shaded, its end marked.

    The bands hold 9 in 10 and half of the runs; the line is their median.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    weeks = run.weeks
    years = (np.unique(weeks["week"]) + 1) / SCHOOL_WEEKS
    ends: list[tuple[float, str, str]] = []
    for column, colour, label in (("use", BLUE, "all teachers"), ("home_use", ORANGE, "home colleagues")):
        values = weeks[column].to_numpy().reshape(run.replicates, -1) * 100
        if np.isnan(values).all(axis=0).any():  # in some week nobody is there to be counted
            continue
        for low, high, strength in BANDS if run.replicates > 1 else ():
            axes.fill_between(
                years, *np.nanquantile(values, [low, high], axis=0), color=colour, alpha=strength, linewidth=0
            )
        middle = np.nanmedian(values, axis=0)
        axes.plot(years, middle, color=colour, linewidth=1.8)
        ends.append((float(middle[-1]), label, colour))
    label_ends(axes, years[-1], ends, size=9)
    mark_support(axes, run.scenario.support_ends / SCHOOL_WEEKS, years[-1])
    axes.set(xlim=(0, years[-1]), ylim=(0, 100), xlabel="model years", ylabel="teachers using the practice (%)")
    axes.set_title(textwrap.fill(run.scenario.title, TITLE_WIDTH), parse_math=False)
    style_axes(axes, "y")
    _footnote(figure, run)
    return figure


def plot_survival(run: RunResult) -> Figure | None:
    """How long use survives the end of support: of the teachers and of the schools that used it then, year by year.

    Lines are means of the runs and bands hold 9 in 10 and half of them; of a single run, the line is its Kaplan-Meier
    estimate and the band its pointwise 95 % interval. None where no run reaches a year after support, or nobody used
    it.
    """
    from matplotlib.figure import Figure

    table = run.survival
    years = np.unique(table["years_after_support"])
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    ends: list[tuple[float, str, str]] = []
    for name, colour, label in (("teacher", BLUE, "teachers"), ("school", GREEN, "schools")):
        columns = (f"{name}_survival", f"{name}_survival_low", f"{name}_survival_high")
        share, low, high = (table[column].to_numpy().reshape(run.replicates, -1) * 100 for column in columns)
        known = np.isfinite(share).any(axis=0)
        if known.sum() < 2:
            continue
        bands = (
            [(*np.nanquantile(share[:, known], [low, high], axis=0), strength) for low, high, strength in BANDS]
            if run.replicates > 1
            else [(low[0, known], high[0, known], BANDS[0][2])]
        )
        for lower, upper, strength in bands:
            axes.fill_between(years[known], lower, upper, color=colour, alpha=strength, linewidth=0)
        middle = np.nanmean(share[:, known], axis=0)
        axes.plot(years[known], middle, color=colour, linewidth=1.8)
        ends.append((float(middle[-1]), label, colour))
    if not ends:
        return None
    label_ends(axes, years[-1], ends, size=9)
    axes.set(xlim=(0, years[-1]), ylim=(0, 100), xlabel="years after support", ylabel="still using it (%)")
    axes.set_title(textwrap.fill(run.scenario.title, TITLE_WIDTH), parse_math=False)
    style_axes(axes, "y")
    _footnote(figure, run, "" if run.replicates > 1 else "band: pointwise 95 % interval; ")
    return figure


def alternative_text_of_survival(run: RunResult) -> str:
    """What that figure shows, in words, for those who cannot see it."""
    reached = [years for years in YEARS_AFTER if np.isfinite(run.values(f"teacher_survival_{years}")).any()]
    told = ", ".join(
        f"{percent(np.nanmean(run.values(f'teacher_survival_{years}')))} after {years} year{'s' if years > 1 else ''}"
        for years in reached
    )
    return (
        f"Survival of use after support in {_runs(run)} of “{run.scenario.title}”: of the teachers who used the "
        f"practice when support ended and stayed at their school, on average {told or 'none is known'} had not given "
        "it up."
    )


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


def label_ends(axes: Axes, last: float, ends: list[tuple[float, str, str]], size: float, top: float = 100.0) -> None:
    """Writes beside the end of each curve what it is, so that no two labels meet and none meets the axis, which runs
    from 0 to ``top``.
    """
    height = axes.figure.figure.get_size_inches()[1] * 72 * 0.75
    gap = top * 1.25 * size / height
    for (_, label, colour), place in zip(
        ends, spread_labels([end for end, _, _ in ends], gap, gap / 2, top - gap / 2), strict=True
    ):
        axes.annotate(
            label,
            (last, place),
            xytext=(5, 0),
            textcoords="offset points",
            color=colour,
            fontsize=size,
            va="center",
            annotation_clip=False,
        )


def mark_support(axes: Axes, ends: float, last: float, size: float = 9) -> None:
    axes.axvspan(0, min(ends, last), color="#f1f1f1", zorder=0, linewidth=0)
    if ends < last:
        axes.axvline(ends, color=GREY, linestyle=":", linewidth=1.2)
        late = ends > 0.7 * last
        axes.annotate(
            "support ends",
            (ends, 97),
            xytext=(-4 if late else 4, 0),
            textcoords="offset points",
            color=GREY,
            fontsize=size,
            va="top",
            ha="right" if late else "left",
        )


def bands_label() -> str:
    """What the bands of a fan hold, by the quantiles at which they are drawn."""
    inner, outer = (interval_label(low, high) for low, high, _ in reversed(BANDS))
    return f"{inner.removesuffix(' of these runs')} and {outer}"


def _footnote(figure: Figure, run: Replicates, alone: str = "") -> None:
    bands = f"bands: {bands_label()}; " if run.replicates > 1 else alone
    figure.text(
        0.01,
        0.005,
        f"{bands}{_runs(run)} of the model, seed {run.seed}; a thought experiment, not a forecast",
        fontsize=7.5,
        color=GREY,
        va="bottom",
    )
    figure.set_layout_engine("constrained", rect=(0, 0.035, 1, 0.965))


def _runs(run: Replicates) -> str:
    return f"{run.replicates} run{'s' if run.replicates > 1 else ''}"


def alternative_text(run: Replicates) -> str:
    """What the figure shows, in words, for those who cannot see it."""
    last = percent(run.values("use").mean())
    when = (
        f"{percent(run.values('use_when_support_ends').mean())} when support ends, "
        if run.scenario.support_ends < run.scenario.weeks
        else ""
    )
    return (
        f"Share of teachers using the practice over {number(run.scenario.weeks / SCHOOL_WEEKS)} model years in "
        f"{_runs(run)} of “{run.scenario.title}”: on average {when}{last} in the last year."
    )
