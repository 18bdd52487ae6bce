"""Figures of rules that were discovered: what is found in, a matplotlib ``Figure`` out; nothing is saved or shown
here.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from plnsim.common.parameter import Choice
from plnsim.output.figures import BLUE, GREY, ORANGE, TITLE_WIDTH, style_axes
from plnsim.output.words import percent
from plnsim.publish.report.rules import condition_text, format_amount, limit_number, limit_options, limit_phrases
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.box import Box
from plnsim.studies.experiment.design import DUMMY
from plnsim.studies.experiment.discovery import Discovery

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_tradeoff(discovery: Discovery) -> Figure:
    """Coverage against density: PRIM's path in grey, the boxes that can be said in blue with their number of
    parameters, the one taken ringed.
    """
    figure, axes = _new_figure(discovery, "coverage against density of boxes", 7.0, 4.8)
    path, candidates = (discovery.tradeoff[discovery.tradeoff["kind"] == kind] for kind in ("path", "can be said"))
    axes.plot(
        100 * path["coverage"],
        100 * path["density"],
        color=GREY,
        linewidth=1,
        marker=".",
        markersize=3,
        label="PRIM's path, limits as they come",
    )
    axes.plot(
        100 * candidates["coverage"],
        100 * candidates["density"],
        color=BLUE,
        marker="o",
        markersize=5,
        linestyle="",
        label="boxes that can be said, with their number of parameters",
    )
    for row in candidates.itertuples():
        axes.annotate(
            str(row.parameters),
            (100 * row.coverage, 100 * row.density),
            xytext=(5, 2),
            textcoords="offset points",
            color=BLUE,
            fontsize=8,
        )
    taken = candidates[candidates["chosen"]]
    axes.plot(
        100 * taken["coverage"],
        100 * taken["density"],
        marker="o",
        markersize=17,
        markerfacecolor="none",
        markeredgecolor=ORANGE,
        markeredgewidth=2,
        linestyle="",
        label="the box taken",
    )
    of_all = 100 * discovery.reached / discovery.samples
    axes.axhline(of_all, color=GREY, linestyle=":", linewidth=1)
    axes.annotate(
        "density of all samples", (1, of_all), xytext=(0, 3), textcoords="offset points", color=GREY, fontsize=8
    )
    axes.set(
        xlim=(0, 104),
        ylim=(0, 104),
        xlabel="coverage: of all samples in which it is reached, those in the box (%)",
        ylabel="density: of the samples in the box,\nthose in which it is reached (%)",
    )
    axes.legend(loc="lower left", frameon=False, fontsize=8.5)
    return figure


def plot_box(discovery: Discovery) -> Figure:
    """The box within the ranges that were sampled: a row a parameter, with how many resamples limit it on the same
    side.
    """
    box = discovery.box or Box((), 0, 0, 0, ())
    names = list(dict.fromkeys(limit.name for limit in box.limits))
    figure, axes = _new_figure(discovery, "the box within the ranges sampled", 8.0, 1.8 + 0.7 * max(1, len(names)))
    for place, name in enumerate(reversed(names)):
        low, high = _span(box, name)
        axes.barh(place, 1.0, color="#e4e4e4", height=0.4)
        axes.barh(place, high - low, left=low, color=BLUE, height=0.4)
        rows = discovery.limits[(discovery.limits["parameter"] == name) & discovery.limits["quasi_p"].notna()]
        steady = ", ".join(
            f"{row.side}: {row.resamples} of {discovery.resamples} resamples" for row in rows.itertuples()
        )
        phrase = limit_phrases(tuple(limit for limit in box.limits if limit.name == name))[0]
        axes.annotate(f"{phrase}   ({steady})", (0, place + 0.27), fontsize=9, va="bottom", annotation_clip=False)
        for end, side in zip(_ends(name), ("left", "right"), strict=True):
            axes.annotate(end, (0 if side == "left" else 1, place - 0.25), fontsize=8, color=GREY, va="top", ha=side)
    if not names:
        axes.annotate("no limit on any parameter counts", (0.5, 0), ha="center")
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.6, max(1, len(names)) - 0.3), yticks=[], xticks=[])
    axes.spines[:].set_visible(False)
    axes.grid(False)
    return figure


def _span(box: Box, name: str) -> tuple[float, float]:
    """Where the box lies in the range of a parameter, as shares of it; of a switch, the share of its options."""
    limits = [limit for limit in box.limits if limit.name == name]
    declared = None if name == DUMMY else MODEL_PARAMETERS[name]
    if isinstance(declared, Choice):
        return 0.0, len(limit_options(limits[0])) / len(declared.options)
    low, high = 0.0, 1.0
    least, most = declared.range if declared else (0.0, 1.0)
    for limit in limits:
        place = float(np.clip((limit_number(limit) - least) / (most - least), 0.0, 1.0))
        low, high = (low, place) if limit.side == "at most" else (place, high)
    return low, high


def _ends(name: str) -> tuple[str, str]:
    if name == DUMMY:
        return "0", "1"
    declared = MODEL_PARAMETERS[name]
    if isinstance(declared, Choice):
        return "", f"of {', '.join(declared.options)}"
    return format_amount(name, declared.range[0]), format_amount(name, declared.range[1])


def plot_tree(discovery: Discovery) -> Figure:
    """The leaves of the tree as bars, densest first: how often the outcome is reached, and in how many samples."""
    leaves = sorted(discovery.tree.leaves, key=lambda leaf: leaf.density)
    figure, axes = _new_figure(discovery, "a tree's leaves", 9.0, 1.6 + 0.62 * len(leaves))
    axes.barh(range(len(leaves)), [100 * leaf.density for leaf in leaves], color=BLUE, height=0.55)
    for row, leaf in enumerate(leaves):
        axes.annotate(
            f"{leaf.reached:,} of {leaf.samples:,} ({percent(leaf.density)})",
            (100 * leaf.density, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
        )
    labels = [textwrap.fill(", ".join(limit_phrases(leaf.limits)) or "all samples", 48) for leaf in leaves]
    axes.set_yticks(range(len(leaves)), labels=labels, fontsize=8.5)
    axes.set(xlim=(0, 125), xticks=range(0, 101, 20), xlabel="samples in which the outcome is reached (%)")
    axes.axvline(
        100 * discovery.reached / discovery.samples, color=GREY, linestyle=":", linewidth=1, label="all samples"
    )
    axes.legend(loc="lower right", frameon=False, fontsize=8.5)
    axes.grid(axis="y", visible=False)
    return figure


def _new_figure(discovery: Discovery, what: str, width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    results, margin = discovery.results, 0.04 * 4.8 / height
    figure = Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(rect=(0, margin, 1, 1 - margin)))
    axes = figure.add_subplot()
    axes.set_title(
        "\n".join([textwrap.fill(f"Where {condition_text(discovery.criterion)}:", TITLE_WIDTH), what]),
        fontsize=11,
        parse_math=False,
    )
    style_axes(axes)
    figure.text(
        0.01,
        0.005,
        f"{results.manifest['name']}, {results.manifest['variant']}: {discovery.samples:,} samples, mean of "
        f"{results.replicates} run{'s' if results.replicates > 1 else ''} each, by which chance helped to choose; "
        "the text beside has fresh ones; a thought experiment, not a forecast",
        fontsize=7.5,
        color=GREY,
        va="bottom",
    )
    return figure, axes
