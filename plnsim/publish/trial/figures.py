"""Figures of a virtual trial: what trials estimate against what is true, and how many of them find it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas

from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.figures import GREY, PALETTE, style_axes
from plnsim.output.words import percent
from plnsim.publish.report.document import Picture
from plnsim.publish.report.pictures import WIDTH
from plnsim.studies.trial import text
from plnsim.studies.trial.simulate import TrialResult
from plnsim.studies.trial.trial import AS_IT_IS, MEASURES_BY_NAME

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Drawing = Callable[["Axes", TrialResult, str], str]
"""Draws a measure and says in words what is to be seen."""
APART = 0.02
"""By which share of the years followed what belongs to the same time is drawn apart."""
QUANTILES = (0.05, 0.95)
HEIGHT = 1.75


def colours(result: TrialResult) -> dict[str, str]:
    """A colour for each alternative."""
    return {name: PALETTE[1 + place % (len(PALETTE) - 1)] for place, name in enumerate(result.trial.variants)}


def _places(result: TrialResult, measure: str) -> list[tuple[str, str, pandas.DataFrame, np.ndarray]]:
    """Each alternative with its colour, its rows, and where they are drawn over the years."""
    table, names = result.summary, list(result.trial.variants)
    placed = []
    for number, name in enumerate(names):
        rows = table[(table["alternative"] == name) & (table["measure"] == measure)]
        shift = APART * result.trial.follow_up[-1] * (number - (len(names) - 1) / 2)
        placed.append((name, colours(result)[name], rows, rows["year"].to_numpy() + shift))
    return placed


def _scale(measure: str) -> float:
    return 100.0 if MEASURES_BY_NAME[measure].unit == "share" else 1.0


def draw_effects(axes: Axes, result: TrialResult, measure: str) -> str:
    """The true effect (open) and the mean of estimates (filled), with the range that holds 90 % of the trials."""
    phrases, scale = [], _scale(measure)
    for name, colour, rows, places in _places(result, measure):
        each = result.table[(result.table["alternative"] == name) & (result.table["measure"] == measure)]
        for place, (_, row) in zip(places, rows.iterrows(), strict=True):
            estimates = each.loc[each["year"] == row["year"], "estimate"].dropna().to_numpy() * scale
            if not len(estimates):
                continue
            axes.plot([place, place], np.quantile(estimates, QUANTILES), color=colour, linewidth=1.3, alpha=0.75)
            axes.plot(place, row["estimate"] * scale, marker="o", color=colour, markersize=4)
            phrases.append(
                f"{text.label(name)} year {row['year']}: true {text.effect(row['true_effect'], measure)}, "
                f"estimated {text.effect(row['estimate'], measure)}"
            )
        axes.plot(
            places,
            rows["true_effect"] * scale,
            color=colour,
            linewidth=1.0,
            linestyle=(0, (4, 2)),
            marker="o",
            markersize=6,
            markerfacecolor="none",
        )
    if (least := result.trial.smallest_effect.get(measure)) is not None:
        axes.axhline(least * scale, color=GREY, linewidth=0.9, linestyle=":")
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_ylabel(text.unit(measure), labelpad=2)
    return f"Effect on {text.LABELS[measure]} in {text.unit(measure)}, true and estimated: {'; '.join(phrases)}."


def draw_power(axes: Axes, result: TrialResult, measure: str) -> str:
    """The share of trials that find the effect, with Wilson's interval; squares: false alarms of the trial as it is."""
    phrases = []
    for name, colour, rows, places in _places(result, measure):
        known = rows["detected"].notna().to_numpy()
        both = (("detected", "o", "solid"), ("false_alarm", "s", "none"))
        for what, marker, line in both if name == AS_IT_IS else both[:1]:
            share = 100 * rows[what].to_numpy()
            ends = 100 * rows[[f"{what}_low", f"{what}_high"]].to_numpy().T
            axes.errorbar(
                places[known],
                share[known],
                yerr=np.abs(ends - share)[:, known],
                color=colour,
                marker=marker,
                linestyle=line,
                linewidth=1.2,
                markersize=4,
                markerfacecolor=colour if what == "detected" else "white",
                clip_on=False,
            )
        phrases += [
            f"{text.label(name)} year {row['year']}: {percent(row['detected'])}, false alarms "
            f"{percent(row['false_alarm'])}"
            for _, row in rows.iterrows()
        ]
    axes.axhline(100 * result.trial.alpha, color=GREY, linewidth=0.9, linestyle=":")
    axes.set(ylim=(0, 100), yticks=(0, 25, 50, 75, 100))
    axes.set_ylabel("% of trials", labelpad=2)
    return f"Share of trials that find an effect on {text.LABELS[measure]}: {'; '.join(phrases)}."


def _finish(axes: Axes, result: TrialResult) -> None:
    last = result.trial.follow_up[-1]
    ends = result.trial.scenario.support_ends / SCHOOL_WEEKS
    axes.axvspan(0, min(ends, last + 0.5), color="#f1f1f1", zorder=0, linewidth=0)
    axes.set(xlim=(0, last + 0.5), xticks=(0, *result.trial.follow_up))
    axes.set_xlabel("years after the start", labelpad=1)
    style_axes(axes, "y")
    axes.tick_params(length=2.5, pad=2)


def plot_measure(result: TrialResult, measure: str, draw: Drawing) -> Picture:
    """One measure as a figure of a page."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT))
    axes = figure.add_axes((0.16, 0.32 / HEIGHT, 0.82, 1 - 0.42 / HEIGHT))
    told = draw(axes, result, measure)
    _finish(axes, result)
    return Picture(figure, told)


def plot_all(result: TrialResult, draw: Drawing, what: str) -> Picture:
    """All measures in one figure, for the guide."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    measures = result.trial.measures
    down = math.ceil(len(measures) / 2)
    figure = Figure(figsize=(8.2, 2.3 * down + 0.9), layout=ConstrainedLayoutEngine(rect=(0, 0.03, 1, 0.97)))
    plots = figure.subplots(down, min(2, len(measures)), squeeze=False).ravel()
    phrases = []
    for axes in plots[len(measures) :]:
        axes.set_axis_off()
    for axes, measure in zip(plots, measures, strict=False):
        phrases.append(draw(axes, result, measure.name))
        _finish(axes, result)
        axes.set_title(text.LABELS[measure.name], fontsize=9)
    _key(figure, result)
    figure.suptitle(f"{result.trial.title}\n{what}", fontsize=10.5, parse_math=False)
    note = f"{result.trial.trials} trials of the model, seed {result.trial.seed}; grey: support; a thought experiment"
    figure.text(0.01, 0.003, note, fontsize=7, color=GREY, va="bottom")
    return Picture(figure, " ".join(phrases))


def _key(figure: Figure, result: TrialResult) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour, marker="o", label=text.label(name)) for name, colour in colours(result).items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
