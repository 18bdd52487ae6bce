"""What simulation-based calibration leaves in its folder, beside its runs: ranks, a figure, a page and one object."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binom

from plnsim.output.figures import BLUE, GREY, ORANGE
from plnsim.output.json_text import json_text
from plnsim.publish.calibration.figures import COLUMNS, footnote, make_figure
from plnsim.publish.calibration.save import csv_bytes, svg_bytes
from plnsim.publish.provenance import versions
from plnsim.publish.result_page import about_line, again_lines, markdown_table, write_files
from plnsim.simulation.model_version import model_version
from plnsim.studies.calibration import sbc, sbc_text
from plnsim.studies.calibration.sbc import SimulationBased

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "simulation-based"
PAGE, FIGURES = f"{NAME}.md", {f"{NAME}.svg": "Ranks of the truths in their posteriors"}
BINS = 10


def plot_ranks(found: SimulationBased) -> Figure:
    """The ranks of the truths: above a histogram, below how far their distribution lies from that of even ranks, each
    with the band of what even ranks would show.
    """
    names = list(found.ranks)
    across, down = min(COLUMNS, len(names)), -(-len(names) // COLUMNS)
    figure = make_figure(3.2 * across, 3.6 * down + 0.6)
    plots = figure.subplots(2 * down, across, squeeze=False)
    count = len(found.ranks)
    at = sbc.places(count)
    low, high = sbc.band(count, at, sbc.quantity_level(len(names)))
    for place in range(across * down):
        above, below = plots[2 * (place // across)][place % across], plots[2 * (place // across) + 1][place % across]
        if place >= len(names):
            above.set_axis_off()
            below.set_axis_off()
            continue
        ranks = found.ranks[names[place]].to_numpy()
        _histogram(above, ranks, names[place])
        reached = (ranks[:, None] <= at).mean(axis=0)
        below.fill_between(at, low - at, high - at, color=GREY, alpha=0.25, linewidth=0)
        below.plot(at, reached - at, color=BLUE, linewidth=1.4)
        below.axhline(0.0, color=GREY, linewidth=0.8)
        below.set(xlim=(0, 1), xlabel="rank" if place + across >= len(names) else "", ylabel="more below")
        _plain(below)
    footnote(
        figure,
        f"{count} truths; grey: what even ranks show, each bar in 95 of 100 samples (above), all curves together in 95 "
        f"of 100 (below); seed {found.calibration.seed}",
    )
    return figure


def _histogram(axes: Axes, ranks: np.ndarray, name: str) -> None:
    height, edges = np.histogram(ranks, BINS, (0.0, 1.0))
    low, high = (binom.ppf(level, len(ranks), 1.0 / BINS) for level in (0.025, 0.975))
    axes.axhspan(low, high, color=GREY, alpha=0.25, linewidth=0)
    axes.stairs(height, edges, fill=True, color=BLUE, alpha=0.6)
    axes.axhline(len(ranks) / BINS, color=ORANGE, linewidth=1.0)
    axes.set(xlim=(0, 1), ylabel="truths")
    axes.set_title(name, fontsize=9, parse_math=False)
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)


def write(found: SimulationBased, folder: Path, command: Sequence[str]) -> None:
    """Writes ranks, figure, page and object; raises ``InputError``."""
    used = versions("SALib")
    manifest = sbc_text.as_json(found) | {"command": list(command), "versions": used, "model": model_version()}
    write_files(
        folder,
        {
            f"{NAME}.csv": csv_bytes(sbc_text.rows_of(found)),
            f"{NAME}.svg": svg_bytes(plot_ranks(found)),
            f"{NAME}.json": (json_text(manifest) + "\n").encode(),
            PAGE: page(found, command, used).encode(),
        },
    )


def page(found: SimulationBased, command: Sequence[object], used: dict[str, str]) -> str:
    """The result as Markdown: what is said, the figure, the table, what it rests on, and how to make it again."""
    calibration = found.calibration
    lines = [f"# Simulation-based calibration: {calibration.title}", ""]
    lines += [f"- {sentence}" for sentence in sbc_text.sentences(found)]
    lines += ["", *(f"![{about}]({name})" for name, about in FIGURES.items()), ""]
    lines += markdown_table(sbc_text.table(found))
    lines += ["", "## What it rests on", "", *(f"- {caveat}" for caveat in sbc_text.caveats(found))]
    lines += again_lines(command, about_line(f"Seed {calibration.seed}, budget {calibration.budget:,}", used))
    return "\n".join(lines)
