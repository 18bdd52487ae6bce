"""Figures of a calibration: the marginals with the prior beside them, and the observations with what is predicted for
them.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pandas

from plnsim.output.figures import BLUE, GREY, ORANGE, TITLE_WIDTH
from plnsim.studies.calibration import posterior
from plnsim.studies.calibration.fit import Posterior

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 3
BINS = 10
NINETY = 1.645
"""Standard deviations on both sides of a normal mean that hold 90 %."""


def plot_marginals(result: Posterior) -> Figure:
    """The posterior of each parameter in shares of the prior, in which that is flat."""
    names = result.calibration.names
    across, down = min(COLUMNS, len(names)), math.ceil(len(names) / COLUMNS)
    figure = make_figure(3.2 * across, 2.3 * down + 0.9)
    plots = figure.subplots(down, across, squeeze=False).ravel()
    table = posterior.marginals(result)
    for place, axes in enumerate(plots):
        if place >= len(names):
            axes.set_axis_off()
            continue
        _marginal(axes, result, place, table["told"].iloc[place])
    figure.suptitle(textwrap.fill(result.calibration.title, TITLE_WIDTH), fontsize=11, parse_math=False)
    footnote(
        figure,
        "blue: posterior; grey: prior, flat over its own quantiles; "
        f"{result.effective_sample_size:.0f} effective draws, seed {result.calibration.seed}",
    )
    return figure


def _marginal(axes: Axes, result: Posterior, place: int, verdict: str) -> None:
    name = result.calibration.names[place]
    height, edges = np.histogram(result.unit_sample[:, place], BINS, (0.0, 1.0), weights=result.weights)
    axes.stairs(height * BINS, edges, fill=True, color=BLUE, alpha=0.6)
    axes.axhline(1.0, color=GREY, linewidth=1.6)
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    axes.set_xticks(ticks, [f"{result.calibration.ppf(name, tick):.2g}" for tick in ticks])
    axes.set(xlim=(0, 1), ylim=(0, max(2.0, 1.1 * height.max() * BINS)), yticks=[])
    axes.set_title(f"{name}\n{verdict}", fontsize=9, parse_math=False)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right", "left"]].set_visible(False)


def plot_fit(result: Posterior) -> Figure:
    """The observations over time with the intervals that prior and posterior predict; what was held out is hollow."""
    table = posterior.check(result)
    outcomes = list(dict.fromkeys(table["outcome"]))
    figure = make_figure(7.5, 3.4 * len(outcomes) + 0.7)
    for axes, outcome in zip(figure.subplots(len(outcomes), 1, squeeze=False).ravel(), outcomes, strict=True):
        _series(axes, table[table["outcome"] == outcome], outcome)
    figure.suptitle(textwrap.fill(result.calibration.title, TITLE_WIDTH), fontsize=11, parse_math=False)
    footnote(
        figure,
        "bands: 90 % intervals with the observation error; bars: its 90 % alone; hollow: held out; "
        f"{result.runs:,} runs, seed {result.calibration.seed}; a thought experiment",
    )
    return figure


def _series(axes: Axes, rows: pandas.DataFrame, outcome: str) -> None:
    timed = rows[rows["years"].notna()].sort_values("years")
    for part, years in ((timed, timed["years"].to_numpy()), (rows[rows["years"].isna()], None)):
        if not len(part):
            continue
        at = years if years is not None else np.full(len(part), (timed["years"].max() if len(timed) else 0.0) + 1.0)
        for colour, name, label, strength in ((GREY, "prior", "prior", 0.22), (BLUE, "posterior", "posterior", 0.35)):
            low, high = part[f"{name}_05"].to_numpy(), part[f"{name}_95"].to_numpy()
            if len(part) > 1:
                axes.fill_between(at, low, high, color=colour, alpha=strength, linewidth=0, label=label)
            else:
                axes.vlines(at, low, high, color=colour, alpha=strength, linewidth=12, label=label)
        axes.plot(at, part["posterior_50"], color=BLUE, linewidth=1.6, marker="_")
        for held_out, face, label in ((False, ORANGE, "observed, fitted"), (True, "white", "observed, held out")):
            some = (part["held_out"] == held_out).to_numpy()
            if some.any():
                error = NINETY * part["standard_error"].to_numpy()[some]
                axes.errorbar(
                    at[some],
                    part["observed"].to_numpy()[some],
                    yerr=error,
                    fmt="o",
                    color=ORANGE,
                    markerfacecolor=face,
                    label=label,
                    capsize=2,
                )
    axes.set(xlabel="model years" if len(timed) else "whole run", ylabel=outcome)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)


def make_figure(width: float, height: float) -> Figure:
    """An empty figure with room for a footnote."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    return Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(rect=(0, 0.045, 1, 0.955)))


def footnote(figure: Figure, text: str) -> None:
    figure.text(0.01, 0.005, text, fontsize=7, color=GREY, va="bottom")
