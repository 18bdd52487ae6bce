"""Figures of the headline study: a table in, a matplotlib ``Figure`` out."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pandas

from plnsim.model.measure import BARRIERS
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.figures import BLUE, GREEN, GREY, ORANGE, PALETTE, label_ends, style_axes
from plnsim.studies.experiment.design import DUMMY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OF_CONDITION = dict(zip(BARRIERS, (BLUE, ORANGE, GREEN), strict=True))
MARKS = ("o", "s", "D", "^")
BY_COUNT = ("#dddddd", "#dddddd", "#c7d8ea", BLUE)
"""Colours of corners by how many of the three conditions are ample there."""
SIZE = 9
TITLE_WIDTH = 28


def _figure(width: float, height: float, columns: int = 1) -> tuple[Figure, list[Axes]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, list(figure.subplots(1, columns, sharey=True, squeeze=False)[0])


def _style_axes(axes: Axes, title: str = "") -> None:
    style_axes(axes, "x")
    axes.tick_params(labelsize=SIZE)
    axes.set_title(textwrap.fill(title.replace("-", " "), TITLE_WIDTH), fontsize=SIZE + 1, loc="left", parse_math=False)


def indices(tables: dict[str, pandas.DataFrame], most: int = 16) -> Figure:
    """Total indices as bars with 95 % intervals, first indices as dots; what luck alone reaches, the interval
    of the dummy's total index, is shaded. A panel an outcome.
    """
    figure, panels = _figure(9, 1.2 + 0.27 * min(most, len(next(iter(tables.values())))), len(tables))
    order = list(next(iter(tables.values()))["factor"])[:most]
    for axes, (title, table) in zip(panels, tables.items(), strict=True):
        rows = table.set_index("factor").reindex(order)
        places = np.arange(len(order))
        axes.barh(places, rows["total"], color="#c7d8ea", height=0.66)
        axes.errorbar(rows["total"], places, xerr=rows["total_half_width"], fmt="none", ecolor=BLUE, elinewidth=1.2)
        axes.plot(rows["first"], places, "o", color=ORANGE, markersize=4.5)
        if DUMMY in set(table["factor"]):
            dummy = table.set_index("factor").loc[DUMMY]
            ends = (dummy["total"] + sign * dummy["total_half_width"] for sign in (-1.0, 1.0))
            axes.axvspan(*ends, color=GREY, alpha=0.18, linewidth=0)
        axes.set_yticks(places, order)
        axes.set_xlim(left=min(0.0, float(rows["first"].min()) - 0.02))
        _style_axes(axes, title)
    panels[0].invert_yaxis()
    figure.supxlabel("share of variance: total (bar, 95 % interval), by itself (dot)", fontsize=SIZE)
    return figure


def through_time(table: pandas.DataFrame, most: int = 6) -> Figure:
    """Total indices of sustained deep use at the end of each year, of the factors that matter most at some time."""
    figure, (axes,) = _figure(8, 4.2)
    leading = table.max().sort_values(ascending=False).index[:most]
    years = (table.index.to_numpy() + 1) / SCHOOL_WEEKS
    ends = []
    for name, colour in zip(leading, PALETTE[1:], strict=False):
        values = 100.0 * table[name].to_numpy()
        axes.plot(years, values, marker="o", markersize=3.5, color=colour, linewidth=1.7)
        ends.append((float(values[-1]), name, colour))
    top = 1.1 * 100.0 * float(table[leading].max().max())
    axes.set(
        xlim=(years[0], years[-1]), ylim=(0, top), xlabel="end of model year", ylabel="total index (% of variance)"
    )
    label_ends(axes, years[-1], ends, size=SIZE, top=top)
    _style_axes(axes)
    return figure


def corners(means: dict[str, dict[tuple[bool, bool, bool], float]]) -> Figure:
    """Sustained deep use at the eight corners of time, leadership and focus; a panel a programme."""
    figure, panels = _figure(9, 3.2, len(means))
    keys = sorted(next(iter(means.values())), key=lambda key: (sum(key), [not is_high for is_high in key]))
    named = [
        " + ".join(name for name, is_high in zip(BARRIERS, key, strict=True) if is_high) or "none of the three"
        for key in keys
    ]
    for axes, (title, values) in zip(panels, means.items(), strict=True):
        shares = [100.0 * values[key] for key in keys]
        axes.barh(np.arange(len(keys)), shares, color=[BY_COUNT[sum(key)] for key in keys], height=0.7)
        for place, share in enumerate(shares):
            axes.annotate(
                f"{share:.0f}" if share >= 9.95 else f"{share:.1f}",
                (share, place),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                fontsize=SIZE - 1,
            )
        axes.set_yticks(np.arange(len(keys)), named)
        axes.set_xlim(0, 1.18 * max(*shares, 1.0))
        _style_axes(axes, title)
    panels[0].invert_yaxis()
    figure.supxlabel("sustained deep use (% of all teachers)", fontsize=SIZE)
    return figure


def by_structure(table: pandas.DataFrame) -> Figure:
    """Effects of time, leadership and focus on sustained deep use under each structural alternative, 95 % intervals; a
    panel a programme.
    """
    structures, scenarios = list(dict.fromkeys(table["structure"])), list(dict.fromkeys(table["scenario"]))
    figure, panels = _figure(9.5, 1.4 + 0.33 * len(structures), len(scenarios))
    for axes, scenario in zip(panels, scenarios, strict=True):
        rows = table[table["scenario"] == scenario].set_index("structure").reindex(structures)
        for offset, (condition, mark) in enumerate(zip(BARRIERS, MARKS, strict=False)):
            axes.errorbar(
                100.0 * rows[condition],
                np.arange(len(structures)) + 0.22 * (offset - 1),
                xerr=100.0 * rows[f"{condition} half-width"],
                fmt=mark,
                color=OF_CONDITION[condition],
                markersize=4,
                elinewidth=1,
                label=condition,
            )
        axes.set_yticks(np.arange(len(structures)), [structure.replace("-", " ") for structure in structures])
        axes.axvline(0, color=GREY, linewidth=0.8)
        _style_axes(axes, scenario)
    panels[0].invert_yaxis()
    figure.legend(
        *panels[0].get_legend_handles_labels(),
        loc="outside upper center",
        ncols=len(BARRIERS),
        fontsize=SIZE,
        frameon=False,
    )
    figure.supxlabel(
        "effect on sustained deep use, scarce to ample, over the corners of the other two (points)", fontsize=SIZE
    )
    return figure


def named_and_actual(table: pandas.DataFrame) -> Figure:
    """How often time is the barrier named most, how often leadership's lift gains more than time's, and how often
    both; 95 % intervals.
    """
    figure, (axes,) = _figure(8, 1.2 + 0.36 * len(table))
    series = (
        ("time_named", "time is named most", BLUE, "o"),
        ("leadership_gains_more", "leadership's lift gains more than time's", ORANGE, "s"),
        ("claim", "both: time is named, leadership is more in the way", PALETTE[4], "D"),
    )
    places = np.arange(len(table))
    for offset, (name, label, colour, mark) in enumerate(series):
        share, low, high = (100.0 * table[column].to_numpy() for column in (name, f"{name}_low", f"{name}_high"))
        axes.errorbar(
            share,
            places + 0.22 * (offset - 1),
            xerr=[share - low, high - share],
            fmt=mark,
            color=colour,
            markersize=4.5,
            elinewidth=1,
            label=label,
        )
    axes.set_yticks(places, [structure.replace("-", " ") for structure in table["structure"]])
    axes.set_xlim(0, 100)
    axes.invert_yaxis()
    _style_axes(axes)
    figure.legend(loc="outside upper center", ncols=1, fontsize=SIZE, frameon=False)
    axes.set_xlabel("% of points of the plausible ranges at which some lift matters", fontsize=SIZE)
    return figure
