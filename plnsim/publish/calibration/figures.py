"""Figures of a calibration: the marginals with the prior beside them, and the observations with what is predicted for
them.
"""

from __future__ import annotations

import math
import textwrap

import numpy as np

from plnsim.output.figures import BLUE, GREY, ORANGE, TITLE_WIDTH
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.calibration import posterior
from plnsim.studies.calibration.fit import Posterior

COLUMNS = 3
BINS = 10
NINETY = 1.645
"""Standard deviations on both sides of a normal mean that hold 90 %."""


def plot_marginals(found: Posterior):
    """The posterior of each parameter over its plausible range, on which the prior is flat."""
    from matplotlib.figure import Figure

    names = found.calibration.names
    across, down = min(COLUMNS, len(names)), math.ceil(len(names) / COLUMNS)
    figure = Figure(figsize=(3.2 * across, 2.3 * down + 0.9), layout="constrained")
    plots = figure.subplots(down, across, squeeze=False).ravel()
    table = posterior.marginals(found)
    for place, axes in enumerate(plots):
        if place >= len(names):
            axes.set_axis_off()
            continue
        _marginal(axes, names[place], found.unit_sample[:, place], found.weights, table["told"].iloc[place])
    figure.suptitle(textwrap.fill(found.calibration.title, TITLE_WIDTH), fontsize=11, parse_math=False)
    _footnote(
        figure,
        f"blue: posterior; grey: prior, flat over the plausible range; {found.effective_sample_size:.0f} effective draws, seed {found.calibration.seed}",
    )
    return figure


def _marginal(axes, name: str, unit_sample: np.ndarray, weights: np.ndarray, told: str) -> None:
    height, edges = np.histogram(unit_sample, BINS, (0.0, 1.0), weights=weights)
    axes.stairs(height * BINS, edges, fill=True, color=BLUE, alpha=0.6)
    axes.axhline(1.0, color=GREY, linewidth=1.6)
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    axes.set_xticks(ticks, [f"{MODEL_PARAMETERS[name].ppf(tick):.2g}" for tick in ticks])
    axes.set(xlim=(0, 1), ylim=(0, max(2.0, 1.1 * height.max() * BINS)), yticks=[])
    axes.set_title(f"{name}\n{told}", fontsize=9, parse_math=False)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right", "left"]].set_visible(False)


def plot_fit(found: Posterior):
    """The observations over time with the intervals that prior and posterior predict; what was held out is hollow."""
    from matplotlib.figure import Figure

    table = posterior.check(found)
    outcomes = list(dict.fromkeys(table["outcome"]))
    figure = Figure(figsize=(7.5, 3.4 * len(outcomes) + 0.7), layout="constrained")
    for axes, outcome in zip(figure.subplots(len(outcomes), 1, squeeze=False).ravel(), outcomes, strict=True):
        _series(axes, table[table["outcome"] == outcome], outcome)
    figure.suptitle(textwrap.fill(found.calibration.title, TITLE_WIDTH), fontsize=11, parse_math=False)
    _footnote(
        figure,
        f"bands: 90 % intervals with the observation error; bars: its 90 % alone; hollow: held out; {found.runs:,} runs, "
        f"seed {found.calibration.seed}; a thought experiment",
    )
    return figure


def _series(axes, rows, outcome: str) -> None:
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


def _footnote(figure, text: str) -> None:
    figure.text(0.01, 0.005, text, fontsize=7, color=GREY, va="bottom")
    figure.get_layout_engine().set(rect=(0, 0.045, 1, 0.955))
