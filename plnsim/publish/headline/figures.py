"""Figures of the headline study: a table in, a matplotlib ``Figure`` out."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pandas

from plnsim.model.measure import BARRIERS
from plnsim.output.figures import BLUE, GREEN, GREY, ORANGE, spread_labels, style_axes
from plnsim.studies.experiment.design import DUMMY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OF_CONDITION = dict(zip(BARRIERS, (BLUE, ORANGE, GREEN), strict=True))
OF_OBSTACLE = {**OF_CONDITION, "sustained": "#d9d9d9", "nothing": "#ffffff"}
MEANT = {
    **{condition: f"{condition}: its lift gains most" for condition in BARRIERS},
    "sustained": "nothing: scale-up is sustained as it is",
    "nothing": "no single lift gains anything",
}
UNSURE, SIZE, TITLE_WIDTH = 0.45, 9, 28


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


def effects(table: pandas.DataFrame, as_it_is: pandas.DataFrame) -> Figure:
    """What raising each condition, and each lever of leadership, does to an outcome: a dot a structure, and the
    structures as they are with their interval; a panel a programme.
    """
    scenarios = list(dict.fromkeys(table["scenario"]))
    rows = [
        (kind, name)
        for kind, name in dict.fromkeys(zip(table["kind"], table["name"], strict=True))
        if kind == "condition" or name not in OF_CONDITION
    ]
    figure, panels = _figure(9.5, 1.2 + 0.36 * len(rows), len(scenarios))
    for axes, scenario in zip(panels, scenarios, strict=True):
        own, plain = (
            one[one["scenario"] == scenario].set_index(["kind", "name"]).sort_index() for one in (table, as_it_is)
        )
        for place, row in enumerate(rows):
            values, colour = 100.0 * own.loc[[row], "effect"].to_numpy(), OF_CONDITION.get(row[1], GREY)
            axes.plot(values, np.full(len(values), place), "o", color=colour, alpha=0.3, markersize=4.5)
            value, width = (100.0 * plain.loc[[row], column].to_numpy() for column in ("effect", "half_width"))
            axes.errorbar(value, [place + 0.28], xerr=width, fmt="D", color=colour, markersize=4.5, elinewidth=1.2)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_yticks(range(len(rows)), [name if kind == "condition" else f"({name})" for kind, name in rows])
        _style_axes(axes, scenario)
    panels[0].invert_yaxis()
    figure.supxlabel(
        "effect on sustained scale-up, weak to strong (points of runs): as it is (95 % interval), crossed (dots)",
        fontsize=SIZE,
    )
    return figure


def time_map(places: pandas.DataFrame, hours: list[str], levels: list[str], marks: pandas.DataFrame) -> Figure:
    """Where time is named and what is in the way, over hours and leadership: colour what is in the way, pale where
    luck does not tell it from the next, letter what is named most; programmes where they are felt to be.
    """
    from matplotlib.patches import Patch

    figure, (axes,) = _figure(9, 5.6)
    grid = places.set_index(["hours", "leadership"])
    for (x, y), place in grid.iterrows():
        sure = place["surely"] or place["obstacle"] not in BARRIERS
        colour = OF_OBSTACLE[place["obstacle"]]
        axes.fill_between(
            [x - 0.5, x + 0.5], y - 0.5, y + 0.5, color=colour, alpha=1.0 if sure else UNSURE, linewidth=0
        )
        letter = {"nothing": "\u2013"}.get(place["named"], place["named"][0].upper())
        dark = sure and place["obstacle"] in BARRIERS
        axes.text(x, y, letter, ha="center", va="center", fontsize=SIZE + 1, color="white" if dark else "black")
    right, top = len(hours) - 0.5, len(levels) - 0.5
    ends = spread_labels(list(marks["y"]), (top + 0.5) / max(1, len(marks)), -0.45, top)
    for (_, mark), end in zip(marks.iterrows(), ends, strict=True):
        axes.plot([mark["x"], right + 0.15], [mark["y"], end], color=GREY, linewidth=0.4, clip_on=False)
        axes.plot(
            mark["x"], mark["y"], "*" if mark["default"] else "o", color=OF_OBSTACLE[mark["obstacle"]],
            markeredgecolor="black", markersize=15 if mark["default"] else 6, zorder=5 if mark["default"] else 4,
        )  # fmt: skip
        label = "the defaults (baseline)" if mark["default"] else mark["variant"].replace("-", " ")
        axes.text(right + 0.2, end, label, va="center", fontsize=SIZE - 2.5, clip_on=False, parse_math=False)
    axes.set_xticks(range(len(hours)), hours)
    axes.set_yticks(range(len(levels)), levels)
    axes.set(xlim=(-0.5, right), ylim=(-0.5, top), xlabel="hours a week for developing one's practice (time.hours)")
    axes.set_ylabel("leadership: vision, support, distributed")
    axes.tick_params(labelsize=SIZE)
    shown = [name for name in OF_OBSTACLE if name in set(places["obstacle"]) | set(marks["obstacle"])]
    figure.legend(
        handles=[Patch(facecolor=OF_OBSTACLE[name], edgecolor=GREY, label=MEANT[name]) for name in shown],
        loc="outside upper center", ncols=2, fontsize=SIZE, frameon=False,
        title="in the way (colour), named most (letter: Time, Leadership, Focus)", title_fontsize=SIZE,
    )  # fmt: skip
    return figure
