"""Figures: a table in, a matplotlib ``Figure`` out; nothing is saved or shown here.

Colours are those of Okabe and Ito, which colour-blind readers tell apart; orange is darkened for contrast on white.
"""

from __future__ import annotations

import numpy as np

BLUE, ORANGE, GREEN, GREY = "#0072b2", "#b35900", "#007a5a", "#6b6b6b"
BANDS = ((0.05, 0.95, 0.18), (0.25, 0.75, 0.32))


def spread_over_time(run):
    """How far the practice spreads: a fan of all runs week by week, support shaded, its end marked.

    The bands hold 9 in 10 and half of the runs; the line is their median. Takes a ``plnsim.runs.Run``.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    weeks = run.weeks
    years = np.unique(weeks["week"]) / 39
    for column, colour, label in (("use", BLUE, "all teachers"), ("home_use", ORANGE, "home colleagues")):
        values = weeks[column].to_numpy().reshape(run.replicates, -1) * 100
        for low, high, strength in BANDS if run.replicates > 1 else ():
            axes.fill_between(years, *np.nanquantile(values, [low, high], axis=0), color=colour, alpha=strength, linewidth=0)
        middle = np.nanmedian(values, axis=0)
        axes.plot(years, middle, color=colour, linewidth=1.8)
        axes.annotate(label, (years[-1], middle[-1]), xytext=(4, 4 if column == "use" else -10), textcoords="offset points", color=colour, fontsize=9)
    _mark_support(axes, run.scenario.support_ends / 39, years[-1])
    axes.set(xlim=(0, years[-1] * 1.16), ylim=(0, 100), xlabel="model years", ylabel="teachers using the practice (%)", title=run.scenario.title)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)
    _footnote(figure, run)
    return figure


def _mark_support(axes, ends: float, last: float) -> None:
    axes.axvspan(0, min(ends, last), color="#f1f1f1", zorder=0, linewidth=0)
    if ends < last:
        axes.axvline(ends, color=GREY, linestyle=":", linewidth=1.2)
        axes.annotate("support ends", (ends, 97), xytext=(4, 0), textcoords="offset points", color=GREY, fontsize=9, va="top")


def _footnote(figure, run) -> None:
    bands = "bands: half and 90 % of runs; " if run.replicates > 1 else ""
    figure.text(0.01, 0.005, f"{bands}{run.replicates} run{'s' if run.replicates > 1 else ''} of the model, seed {run.seed}; a thought experiment, "
                "not a forecast", fontsize=7.5, color=GREY, va="bottom")
    figure.get_layout_engine().set(rect=(0, 0.035, 1, 0.965))


def alternative_text(run) -> str:
    """What the figure shows, in words, for those who cannot see it."""
    from plnsim.report.words import percent

    end = run.values("use_when_support_ends").mean()
    last = run.values("use").mean()
    return (f"Share of teachers using the practice over {run.scenario.weeks / 39:g} model years in {run.replicates} runs of "
            f"“{run.scenario.title}”: on average {percent(end)} when support ends, {percent(last)} in the last year.")
