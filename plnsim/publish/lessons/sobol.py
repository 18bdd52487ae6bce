"""The figure and the numbers of the lesson on Sobol indices: one design, analysed when it is far too small and when it
is larger.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pandas

from plnsim.output.figures import save_svg
from plnsim.publish.headline.figures import indices
from plnsim.publish.lessons.marked import PAGES, replace_marked
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.sensitivity import Analysis

EXPERIMENT, PAGE, FIGURE = PAGES / "sobol.toml", PAGES / "sobol.md", "sobol.svg"
TOO_SMALL = 16
"""Base points of the first analysis."""


def analyze(folder: Path, size: int) -> Analysis:
    """The experiment of the lesson with so many base points; a larger one goes on from a smaller one in the same
    folder.
    """
    (analysis,) = run_experiment(replace(Experiment.read(EXPERIMENT), size=size), folder).values()
    return analysis


def pairs(analysis: Analysis) -> pandas.DataFrame:
    """Second-order indices, the largest first."""
    table = analysis.indices[(analysis.indices["outcome"] == "use") & (analysis.indices["index"] == "second")]
    return table.sort_values("value", ascending=False)


def lines(small: Analysis, large: Analysis, size: int) -> list[str]:
    """The part of the page that is made of numbers, as lines of Markdown."""
    markdown = [f"![First and total Sobol indices of use, with {TOO_SMALL} and with {size} base points]({FIGURE})", ""]
    for points, analysis in ((TOO_SMALL, small), (size, large)):
        markdown += [
            f"With {points} base points ({analysis.verdict}):",
            "",
            "| factor | first | total |",
            "|---|---|---|",
        ]
        markdown += [
            f"| {row.factor} | {row.first:.2f} ± {row.first_half_width:.2f} "
            f"| {row.total:.2f} ± {row.total_half_width:.2f} |"
            for row in analysis.first_and_total("use").itertuples()
        ]
        markdown.append("")
    markdown += ["Second order, the largest three:", ""]
    markdown += [
        f"- {row['factor']} with {row['with']}: {row['value']:.2f} ± {row['half_width_95']:.2f}"
        for _, row in pairs(large).head(3).iterrows()
    ]
    aleatory_share = large.variance.set_index("outcome").loc["use", "aleatory_share"]
    return [
        *markdown,
        "",
        f"In a single run {100 * aleatory_share:.0f} % of the variance is luck: "
        "what differs between replicates of one point.",
    ]


def write(page: Path = PAGE, size: int | None = None) -> Path:
    """Performs the experiment, draws the figure beside the page and puts the numbers into it; returns its path."""
    size = size or Experiment.read(EXPERIMENT).size
    with tempfile.TemporaryDirectory() as folder:
        small, large = (analyze(Path(folder), points) for points in (TOO_SMALL, size))
    figure = indices(
        {
            f"{points} base points": analysis.first_and_total("use")
            for points, analysis in ((size, large), (TOO_SMALL, small))
        }
    )
    save_svg(
        figure, page.parent / FIGURE, Description="Sobol indices of use: total as bars with intervals, first as dots"
    )
    return replace_marked(page, lines(small, large, size))
