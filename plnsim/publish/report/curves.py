"""The figures over the years of a page: how far the practice spreads, and how long it stays after support."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.survival import YEARS_AFTER
from plnsim.output.figures import BANDS, BLACK, label_ends, mark_support
from plnsim.output.words import percent
from plnsim.publish.report.document import Picture
from plnsim.publish.report.names import NOTHING, marks, of_hundred
from plnsim.publish.report.pictures import TEXT, draw_axes
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import ScenarioResult
from plnsim.studies.uncertainty.verdict import MAIN_OUTCOME

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_WITH_BANDS = 2
"""Scenarios up to which a figure has room for bands and for all teachers beside those where schools take part."""
LINE = 0.07
"""The height of a line of letters, as a share of that of the first picture."""
LEAST_TOP = 4.0
"""The least that an axis of teachers of a hundred reaches to."""
DASHED = (0, (4, 2))
HEIGHT, BELOW, ABOVE = 2.75, 0.47, 0.1
"""Inches of the picture of draws, and of its margins below and above the axes."""
ROWS_OF_DOTS, DOT_APART, WIDEST_ROW = 40, 0.12, 0.38
"""Into how many rows dots fall that stand side by side; how far apart, and how far from their column at most."""


def middles(side: ScenarioResult) -> np.ndarray:
    """The middle of each year of a run, in years from its start; the last year may be cut short."""
    starts = np.arange(side.by_year("use").shape[1])
    ends = np.minimum(starts + 1, side.scenario.weeks / SCHOOL_WEEKS)
    middle: np.ndarray = (starts + ends) / 2
    return middle


def takes_part(side: ScenarioResult) -> bool:
    """Whether there are schools that take part in every run, so that what is used in them can be told."""
    return bool(np.isfinite(side.by_year("use_where_taking_part")).all())


def spread(comparison: Comparison, named: dict[str, str], colours: dict[str, str]) -> Picture:
    """How far the practice spreads, year by year, in the schools that took part and (dashed) among all teachers."""
    figure, axes = draw_axes(2.75, left=0.11, right=0.82, bottom=0.34, top=0.1)
    ends: list[tuple[float, str, str]] = []
    places: list[float] = []
    phrases, top, last = [], LEAST_TOP, 0.0
    letter = marks(comparison) if comparison.others else dict.fromkeys(named, "")
    few = len(comparison.results) <= MOST_WITH_BANDS
    for side in comparison.results:
        where, everybody = takes_part(side), side.by_year("use") * 100
        values = side.by_year("use_where_taking_part") * 100 if where else everybody
        colour, at = colours[side.name], middles(side)
        mean, last = values.mean(axis=0), max(last, at[-1])
        if few and side.replicates > 1:
            low, high = np.quantile(values, BANDS[0][:2], axis=0)
            axes.fill_between(at, low, high, color=colour, alpha=BANDS[0][2], linewidth=0)
            top = max(top, high.max())
        axes.plot(at, mean, color=colour, linewidth=1.8, marker="o", markersize=3, linestyle="-" if where else DASHED)
        ends.append((mean[-1], f"{letter[side.name]} {of_hundred(mean[-1] / 100)}".strip(), colour))
        places.append(at[-1])
        phrase = f"{named[side.name]} {_told(mean)} of 100 teachers {'where schools took part' if where else 'of all'}"
        if where and of_hundred(everybody[:, -1].mean() / 100) != of_hundred(mean[-1] / 100):
            phrase += f", {_told(everybody.mean(axis=0))} of all"
            if few:
                axes.plot(at, everybody.mean(axis=0), color=colour, linewidth=1.2, linestyle=DASHED)
                of_all = everybody[:, -1].mean()
                ends.append((of_all, f"{letter[side.name]} {of_hundred(of_all / 100)} of all".strip(), colour))
                places.append(at[-1])
        phrases.append(phrase)
        top = max(top, mean.max())
    top = _frame(axes, comparison, colours, last, top)
    label_ends(axes, places, ends, size=TEXT, top=top)
    axes.set_xticks([year for year in range(int(last) + 1) if last <= 12 or year % 2 == 0])
    axes.set_xlabel("school years", labelpad=1)
    return Picture(figure, f"Of 100 teachers, how many use the practice, first year to last: {'; '.join(phrases)}.")


def _frame(axes: Axes, comparison: Comparison, colours: dict[str, str], last: float, top: float) -> float:
    """Sets axes of years and of teachers of a hundred, with the ends of support and room for their names above what is
    drawn; gives where the upper one ends.
    """
    several = len({side.scenario.support_ends for side in comparison.results})
    top *= 1.06 + (LINE * several if several > 1 else 0.0)
    axes.set(xlim=(0, last), ylim=(0, top))
    _mark_ends_of_support(axes, comparison, colours, last, top)
    _grid(axes)
    return top


def _grid(axes: Axes) -> None:
    """Draws the lines across by which heights are read."""
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.6)


def _told(values: np.ndarray) -> str:
    return f"{of_hundred(values[0] / 100)} to {of_hundred(values[-1] / 100)}"


def _mark_ends_of_support(axes: Axes, comparison: Comparison, colours: dict[str, str], last: float, top: float) -> None:
    """Shades the years of support where they are those of all scenarios; else marks each end with whose it is."""
    ends = {side.name: side.scenario.support_ends / SCHOOL_WEEKS for side in comparison.results}
    if len(set(ends.values())) == 1:
        mark_support(axes, next(iter(ends.values())), last, size=TEXT - 0.5, top=top)
        return
    for place, end in enumerate(sorted({end for end in ends.values() if 0 < end < last})):
        those = [name for name, own in ends.items() if own == end]
        colour = colours[those[0]] if len(those) == 1 else BLACK
        axes.axvline(end, color=colour, linestyle=":", linewidth=1.2)
        axes.annotate(
            f"{', '.join(marks(comparison)[name] for name in those)}: support ends",
            (end, top * (0.99 - LINE * place)),
            xytext=(3 if end < 0.6 * last else -3, 0),
            textcoords="offset points",
            color=colour,
            fontsize=TEXT - 0.5,
            va="top",
            ha="left" if end < 0.6 * last else "right",
        )


def over_draws(comparison: Comparison, named: dict[str, str], colours: dict[str, str]) -> Picture:
    """Deep use of all teachers, left year by year as all is set, right in the last year of each draw of what nobody
    knows, without a programme and with each plan; filled where a plan is ahead of none by as much as matters.
    """
    draws = comparison.draws
    assert draws is not None
    years = {side.name: _years(100 * side.by_week(MAIN_OUTCOME)) for side in comparison.results}
    bands = {
        side.name: np.quantile(years[side.name], BANDS[0][:2], axis=0)
        for side in comparison.results
        if len(comparison.results) <= MOST_WITH_BANDS and side.replicates > 1
    }
    columns = {side.name: 100 * draws.values(side.name, MAIN_OUTCOME) for side in comparison.results}
    top = max(
        LEAST_TOP,
        *(float(values.mean(axis=0).max()) for values in years.values()),
        *(float(np.nanmax(values)) for values in (*columns.values(), *bands.values())),
    )
    figure, axes = draw_axes(HEIGHT, left=0.09, right=0.55, bottom=BELOW, top=ABOVE)
    letter = marks(comparison) if comparison.others else dict.fromkeys(named, "")
    ends, places = list[tuple[float, str, str]](), list[float]()
    for side in comparison.results:
        at, mean, colour = middles(side), years[side.name].mean(axis=0), colours[side.name]
        if side.name in bands:
            axes.fill_between(at, *bands[side.name], color=colour, alpha=BANDS[0][2], linewidth=0)
        axes.plot(at, mean, color=colour, linewidth=1.8, marker="o", markersize=3)
        ends.append((float(mean[-1]), f"{letter[side.name]} {mean[-1]:.1f}".strip(), colour))
        places.append(float(at[-1]))
    last = max(places)
    top = _frame(axes, comparison, colours, last, top)
    label_ends(axes, places, ends, size=TEXT, top=top)
    axes.set_xticks([year for year in range(int(last) + 1) if last <= 8 or year % 2 == 0])
    axes.set_xlabel("school years, as all is set", labelpad=1)
    right = figure.add_axes((0.68, BELOW / HEIGHT, 0.31, 1 - (BELOW + ABOVE) / HEIGHT), sharey=axes)
    _dots(right, comparison, columns, colours, top)
    verdicts = comparison.against_no_programme
    right.set_xticklabels(["none", *(f"{letter[name] or 'plan'}\n{verdicts[name]['gains']}" for name in columns)])
    right.set_xlabel(f"ahead, of {draws.done} draws", labelpad=1)
    set_to = [f"{named[name]} {each[:, 0].mean():.1f} to {each[:, -1].mean():.1f}" for name, each in years.items()]
    drawn = [
        f"{named[name]} {np.nanmin(values):.1f} to {np.nanmax(values):.1f}, ahead of no programme in "
        f"{verdicts[name]['gains']}"
        for name, values in columns.items()
    ]
    return Picture(
        figure,
        f"Of 100 teachers, counted by how deeply they use it, first year to last as all is set: {'; '.join(set_to)}. "
        f"In the last year of {draws.done} draws of what nobody knows, least to most: {'; '.join(drawn)}.",
    )


def _dots(
    axes: Axes, comparison: Comparison, columns: dict[str, np.ndarray], colours: dict[str, str], top: float
) -> None:
    """A column of dots, one a draw, for no programme and for each plan."""
    draws = comparison.draws
    assert draws is not None
    none = 100 * draws.values_without_programme(comparison.baseline, MAIN_OUTCOME)
    _swarm(axes, 0, none, top, NOTHING, np.zeros(draws.done, np.bool_))
    for place, (name, values) in enumerate(columns.items(), start=1):
        ahead = draws.gains(name, MAIN_OUTCOME) >= comparison.minimal_important_difference
        _swarm(axes, place, values, top, colours[name], ahead)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", length=2.5, pad=2)
    axes.tick_params(axis="y", length=0, labelleft=False)
    axes.set(xlim=(-0.5, len(columns) + 0.5), xticks=range(len(columns) + 1))
    _grid(axes)


def _years(weeks: np.ndarray) -> np.ndarray:
    """Means of the school years of values by run and week; the last year may be cut short."""
    ends = range(SCHOOL_WEEKS, weeks.shape[1], SCHOOL_WEEKS)
    return np.stack([year.mean(axis=1) for year in np.split(weeks, ends, axis=1)], axis=1)


def _swarm(axes: Axes, place: int, values: np.ndarray, top: float, colour: str, filled: np.ndarray) -> None:
    """Draws values as dots about a place, those that lie close to each other side by side, the highest amid."""
    rows = np.floor(values / (top / ROWS_OF_DOTS))
    for row in np.unique(rows[np.isfinite(rows)]):
        those = sorted(np.flatnonzero(rows == row), key=lambda one: values[one])
        those = [*those[::2], *reversed(those[1::2])]
        reach = min(WIDEST_ROW, DOT_APART * (len(those) - 1) / 2)
        axes.scatter(
            place + np.linspace(-reach, reach, len(those)),
            values[those],
            s=11,
            facecolor=[colour if filled[one] else "white" for one in those],
            edgecolor=colour,
            linewidth=0.7,
            clip_on=False,
            zorder=3,
        )


def survival(comparison: Comparison, named: dict[str, str], colours: dict[str, str]) -> Picture | None:
    """How many of the teachers (solid) and of the schools (dashed) that used it when support ended still do, years
    later: mean of the runs, and a band that holds 9 in 10 of them; nothing where no run reaches a year after support.
    """
    figure, axes = draw_axes(1.9, left=0.11, right=0.74, bottom=0.34, top=0.1)
    phrases: list[str] = []
    ends: list[tuple[float, str, str]] = []
    last = 0
    few = len(comparison.results) <= MOST_WITH_BANDS
    for side in comparison.results:
        for who, line in (("teacher", "solid"), ("school", DASHED)):
            each = {years: side.values(f"{who}_survival_{years}") for years in YEARS_AFTER}
            known = {years: values[np.isfinite(values)] for years, values in each.items() if np.isfinite(values).any()}
            if not known:
                continue
            colour, places = colours[side.name], [0, *known]
            means = [100.0, *(100 * values.mean() for values in known.values())]
            if few and side.replicates > 1 and who == "teacher":
                low, high = (
                    [100.0, *(100 * np.quantile(values, level) for values in known.values())] for level in BANDS[0][:2]
                )
                axes.fill_between(places, low, high, color=colour, alpha=BANDS[0][2], linewidth=0)
            axes.plot(places, means, color=colour, linewidth=1.6, linestyle=line, marker=".", markersize=4)
            last = max(last, places[-1])
            label = f"{marks(comparison)[side.name]} {who}s" if comparison.others else f"{who}s"
            ends.append((means[-1], f"{label} {of_hundred(means[-1] / 100)}", colour))
            phrases.append(
                f"{named[side.name]} {who}s "
                + ", ".join(f"{percent(mean / 100)} after {place}" for place, mean in zip(places, means, strict=True))
            )
    if not phrases:
        return None
    label_ends(axes, last, ends, size=TEXT - 0.5)
    axes.set(xlim=(0, last), ylim=(0, 100), yticks=range(0, 101, 25))
    axes.set_xticks([0, *(years for years in YEARS_AFTER if years <= last)])
    axes.set_xlabel("years after support", labelpad=1)
    _grid(axes)
    return Picture(figure, f"Survival of use, by years after support: {'; '.join(phrases)}.")


def slope(before: np.ndarray, after: np.ndarray, years: float, colour: str = BLACK) -> Picture:
    """From the end of support to so many years later, draw by draw: ``before`` and ``after``, shares of teachers."""
    figure, axes = draw_axes(2.75, left=0.11, right=0.84, bottom=0.34, top=0.1)
    for pair in zip(before, after, strict=True):
        axes.plot([0, years], [100 * value for value in pair], color=colour, linewidth=0.5, alpha=0.15)
    means = [100 * float(before.mean()), 100 * float(after.mean())]
    axes.plot([0, years], means, color=colour, linewidth=2.2, marker="o", markersize=4)
    top = 1.06 * max(LEAST_TOP, 100 * float(max(before.max(), after.max())))
    axes.set(xlim=(0, years), ylim=(0, top), xticks=[0, years], xticklabels=["support ends", f"{years:g} years later"])
    label_ends(axes, years, [(means[1], of_hundred(after.mean()), colour)], size=TEXT, top=top)
    _grid(axes)
    return Picture(
        figure,
        f"Of 100 teachers, how many use the practice when support ends and {years:g} years later, draw by draw; on "
        f"average {of_hundred(before.mean())} and {of_hundred(after.mean())}.",
    )
