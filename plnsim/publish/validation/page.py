"""The scoreboard as a figure and as one HTML file that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib import rc_context

from plnsim.output.figures import GREEN, GREY, ORANGE
from plnsim.publish.report.document import Picture
from plnsim.publish.report.html import HERE as REPORT
from plnsim.publish.report.html import as_svg
from plnsim.publish.report.pictures import STYLE
from plnsim.studies.validation import skill_text
from plnsim.studies.validation import text as validation_text
from plnsim.studies.validation.scoring import MET, MISSED, UNTESTABLE, ClauseScore, Scoreboard
from plnsim.studies.validation.skill import Skill

HERE = Path(__file__).parent
ROW, WIDTH = 0.165, 7.4
"""Inches of a row of the figure, and of the figure."""
WIDEST = 1.25
"""How many widths of its range beyond it a figure is drawn; what lies further off is drawn there, as an arrow."""


def position_in_range(answer: ClauseScore, value: float) -> float:
    """Where a value lies: 0 at the lower bound of the range, 1 at the upper, cut where the figure ends."""
    low, high = answer.clause.low, answer.clause.high
    return float(np.clip((value - low) / (high - low), -WIDEST, 1 + WIDEST))


def plot_scoreboard(board: Scoreboard) -> Picture:
    """Each figure against its accepted range (the band), with two standard errors; ranges are stretched to the same
    width.
    """
    from matplotlib.figure import Figure

    rows = [(verdict, answer) for verdict in board.verdicts for answer in verdict.scores if np.isfinite(answer.value)]
    height = ROW * len(rows) + 0.7
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.54, 0.35 / height, 0.44, 1 - 0.7 / height))
    axes.axvspan(0, 1, color="#eef4f9")
    for place, (verdict, answer) in enumerate(rows):
        middle, error = (
            position_in_range(answer, answer.value),
            2 * (answer.error if np.isfinite(answer.error) else 0.0),
        )
        colour = GREEN if answer.met else ORANGE
        ends = [position_in_range(answer, answer.value - error), position_in_range(answer, answer.value + error)]
        axes.plot(ends, [place, place], color=colour, linewidth=1.2)
        beyond = (
            answer.value > answer.clause.high
            if middle >= 1 + WIDEST
            else answer.value < answer.clause.low
            if middle <= -WIDEST
            else None
        )
        axes.plot(
            middle,
            place,
            marker={True: ">" if middle > 1 else "<", False: "o", None: "o"}[beyond],
            color=colour,
            markersize=4,
        )
        first = place == 0 or rows[place - 1][0] is not verdict
        label = f"{verdict.pattern.key}: {answer.clause.name}" if first else answer.clause.name
        axes.annotate(
            label[:74],
            (0, place),
            xycoords=("axes fraction", "data"),
            xytext=(-4, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=6.5,
            fontstyle="italic" if verdict.held_out else "normal",
        )
        if first and place:
            axes.axhline(place - 0.5, color="#e4e4e4", linewidth=0.5)
    axes.set(
        xlim=(-WIDEST - 0.1, 1 + WIDEST + 0.1),
        ylim=(len(rows) - 0.5, -0.5),
        yticks=[],
        xticks=[0, 1],
        xticklabels=["lower bound", "upper bound"],
    )
    axes.tick_params(axis="x", labelsize=7, labelcolor=GREY)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_title("dot: model, two standard errors; band: accepted range; slanted: held out", fontsize=7, color=GREY)
    return Picture(
        figure,
        f"{board.count()} of {board.tested()} patterns met; each figure of each pattern against its accepted range.",
    )


def page(board: Scoreboard, about: Mapping[str, object], skill: Skill | None = None) -> str:
    """The text of the page; ``about`` tells command and versions."""
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    with rc_context(STYLE):
        picture = as_svg(plot_scoreboard(board), "scoreboard")
    css = Markup((REPORT / "page.css").read_text(encoding="utf-8"))
    groups = [
        (title, [verdict for verdict in board.verdicts if verdict.word == word])
        for word, title in (
            (MET, "What is met?"),
            (MISSED, "What is not met, and why?"),
            (UNTESTABLE, "What cannot be tested yet?"),
        )
    ]
    text = templates.get_template("template.html").render(
        board=board,
        skill=skill,
        groups=groups,
        css=css,
        picture=picture,
        wording=validation_text,
        skill_wording=skill_text,
        about=about,
    )
    return text.replace(" %", "\u00a0%")
