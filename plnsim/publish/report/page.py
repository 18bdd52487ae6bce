"""The page of a comparison or of a single run: one HTML file that loads nothing and runs nothing, made from tables
alone.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable
from html import escape
from pathlib import Path

import numpy as np
import pandas
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib import rc_context

from plnsim.common.command_line import command_line
from plnsim.common.parameter import Parameter
from plnsim.common.sources import ASSUMED
from plnsim.model.measure import BARRIERS
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output import figures, sentences
from plnsim.output.words import (
    BANDS,
    BRACKETS,
    CONFIDENCE_INTERVAL,
    PREDICTION_INTERVAL,
    interval_label,
    number,
    percent,
    points,
)
from plnsim.publish.provenance import Provenance
from plnsim.publish.report import compared, otherwise, pictures
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import ScenarioResult
from plnsim.studies.comparison.sensitivity import MOST_INFLUENTIAL
from plnsim.studies.decision.robustness import LASTING
from plnsim.studies.uncertainty import text as uncertainty

HERE = Path(__file__).parent
MUCH_TEXT = 3200
"""Letters in the lists of all scenarios from which they are printed smaller, so that the page stays on two sheets."""

LONGEST_NAME = 44
"""Letters of a name that fit into a figure."""


def page(comparison: Comparison, provenance: Provenance) -> str:
    """The text of the page; ``provenance`` tells version, command, seed and commit, as a record keeps them."""
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    with rc_context(pictures.STYLE):
        rendered = _pictures(comparison)
    named = compared.labels(comparison)
    text = templates.get_template("template.html").render(
        comparison=comparison,
        single=not comparison.others,
        css=Markup((HERE / "page.css").read_text(encoding="utf-8")),
        much=_much_text(comparison),
        sides=_sides(comparison),
        base=named[comparison.baseline],
        lead=named[comparison.leading.name],
        seed=comparison.base.seed,
        runs=comparison.base.replicates,
        plain=sentences,
        compared=compared,
        otherwise=otherwise,
        uncertainty=uncertainty,
        words=BANDS,
        pictures=rendered,
        bands=figures.bands_label(),
        brackets=BRACKETS,
        confidence=CONFIDENCE_INTERVAL,
        prediction=PREDICTION_INTERVAL,
        outer=interval_label(*figures.BANDS[0][:2]),
        stages=_stages(comparison),
        costs=_costs(comparison),
        barriers=_barriers(comparison),
        influential=_influential(comparison),
        assumed=_assumed(comparison),
        differing=_differing(comparison),
        command=_command(comparison, provenance),
        commit=provenance.get("commit"),
        version=provenance["versions"].get("plnsim", "of an unknown version"),
    )
    return text.replace(" %", "\u00a0%")


def _marks(comparison: Comparison) -> dict[str, str]:
    """A letter for each scenario of a comparison, by which tables and figures call it."""
    return {
        side.name: chr(ord("A") + place) if place < 26 else str(place + 1)
        for place, side in enumerate(comparison.results)
    }


def _sides(comparison: Comparison) -> list[dict[str, object]]:
    named, marks = compared.labels(comparison), _marks(comparison)
    return [
        {
            "result": side,
            "scenario": side.scenario,
            "name": named[side.name],
            "mark": marks[side.name],
            "colour": _colours(comparison)[side.name],
            "use": percent(comparison.summaries[side.name, "use"]["mean"]),
            "where": _addresses(comparison, side),
            "years": number(side.scenario.weeks / SCHOOL_WEEKS),
        }
        for side in comparison.results
    ]


def _addresses(comparison: Comparison, side: ScenarioResult) -> str:
    """Use in the schools that take part, where that says more than use in all schools."""
    mean = comparison.summaries[side.name, "use_where_taking_part"]["mean"]
    return (
        percent(mean)
        if np.isfinite(mean) and percent(mean) != percent(comparison.summaries[side.name, "use"]["mean"])
        else ""
    )


def _colours(comparison: Comparison) -> dict[str, str]:
    """Grey for the baseline, the other colours for the others, in their order; a single scenario is blue."""
    if len(comparison.results) == 1:
        return {comparison.baseline: figures.BLUE}
    others = {
        side.name: figures.PALETTE[1 + place % (len(figures.PALETTE) - 1)]
        for place, side in enumerate(comparison.others)
    }
    return others | {comparison.baseline: figures.GREY}


def _pictures(comparison: Comparison) -> dict[str, Markup | list[Markup]]:
    """All figures of the page by name, as SVG."""
    marks, colours = _marks(comparison), _colours(comparison)
    named = {
        name: textwrap.shorten(
            f"{marks[name]} {label}" if comparison.others else label, LONGEST_NAME, placeholder=" ..."
        )
        for name, label in compared.labels(comparison).items()
    }
    last = max(side.scenario.weeks for side in comparison.results) / SCHOOL_WEEKS
    rendered: dict[str, Markup | list[Markup]] = {
        "fans": [
            as_svg(
                pictures.fan(side, comparison.base, last, colours[side.name], marks[comparison.baseline]), f"fan{place}"
            )
            for place, side in enumerate(comparison.results)
        ]
    }
    plots: dict[str, Callable[[Comparison, dict[str, str], dict[str, str]], pictures.Picture | None]] = {
        "halves": pictures.halves,
        "after": pictures.after_support,
        "survival": pictures.survival,
    }
    if comparison.others:
        plots["differences"] = pictures.differences
    for name, plot in plots.items():
        rendered[name] = as_svg(plot(comparison, named, colours), name)
    rows = _influential(comparison)
    tornado = None if rows is None else pictures.tornado(rows, float(rows["own"].iloc[0]))
    rendered["tornado"] = as_svg(tornado, "tornado")
    return rendered


def as_svg(picture: pictures.Picture | None, name: str) -> Markup:
    """A picture as SVG to stand in a page: letters as paths, its text alternative with it, its names its own, nothing
    to be loaded.
    """
    if picture is None:
        return Markup("")
    stream = io.StringIO()
    picture.figure.savefig(stream, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    rendered = stream.getvalue()
    (box,) = re.findall(r'viewBox="[^"]*"', rendered)[:1]
    inside = re.sub(
        r"<metadata>.*?</metadata>\s*", "", rendered[rendered.index(">", rendered.index("<svg")) + 1 :], flags=re.DOTALL
    )
    inside = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", inside)
    return Markup(f'<svg {box} role="img" aria-label="{escape(picture.alt_text)}">{inside.strip()}')


def _stages(comparison: Comparison) -> list[dict[str, object]]:
    """The theory of action, a row a stage: the share that reaches it in each scenario, and where the narrowest step
    ends.
    """
    ends = {side.name: (compared.bottleneck(comparison, side.name) or ("", ""))[1] for side in comparison.results}
    rows: list[dict[str, object]] = []
    for stage, label in compared.STAGES.items():
        means = {side.name: comparison.summaries[side.name, stage]["mean"] for side in comparison.results}
        rows.append(
            {
                "label": label,
                "cells": [
                    {
                        "text": percent(mean) if np.isfinite(mean) else "\u2013",
                        "share": mean if np.isfinite(mean) else 0.0,
                        "narrowest": ends[name] == stage,
                    }
                    for name, mean in means.items()
                ],
            }
        )
    return rows


def _costs(comparison: Comparison) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for side in comparison.results:
        row = comparison.costs[side.name]
        reached = np.isfinite(row["cost_per_adopter"])
        interval = f"{number(row['cost_low'])} to {number(row['cost_high'])}" if reached and row["runs"] > 1 else ""
        rows.append(
            {
                "adopters": number(row["sustained_adopters"]),
                "cost": number(row["cost"]),
                "each": number(row["cost_per_adopter"]),
                "interval": interval,
                "scale_up": _scale_up(side),
                "pupils": f"{comparison.summaries[side.name, 'pupil_effect']['mean']:.3f}",
            }
        )
    return rows


def _scale_up(side: ScenarioResult) -> str:
    if not side.outlasts_support:
        return "not tested"
    count = int(np.nansum(side.values("sustained_scale_up")))
    return f"{count} of {side.replicates} runs" if side.replicates > 1 else ("reached" if count else "not reached")


def _barriers(comparison: Comparison) -> list[dict[str, object]]:
    """Each condition: how often it is named in each scenario, and what closing a share of its gap gains in the leading
    one.
    """
    barrier_gains = comparison.barriers.set_index("condition") if comparison.barriers is not None else None
    rows: list[dict[str, object]] = []
    for condition in BARRIERS:
        gain = ""
        if barrier_gains is not None:
            row = barrier_gains.loc[condition]
            gain = f"{points(row['mean'])} ({points(row['confidence_low'])} to {points(row['confidence_high'])})"
        rows.append(
            {
                "name": condition,
                "named": [
                    percent(comparison.summaries[side.name, f"names_{condition}"]["mean"])
                    for side in comparison.results
                ],
                "gain": gain,
            }
        )
    return rows


def _influential(comparison: Comparison) -> pandas.DataFrame | None:
    """The rows of the most influential parameters."""
    if comparison.sensitivity is None:
        return None
    parameters = comparison.sensitivity["parameter"]
    return comparison.sensitivity[parameters.isin(list(dict.fromkeys(parameters))[:MOST_INFLUENTIAL])]


def _assumed(comparison: Comparison) -> dict[str, list[dict[str, object]]]:
    """The most influential parameters, those that are assumed and those with a source."""
    rows: dict[str, list[dict[str, object]]] = {"assumed": [], "sourced": []}
    if (influential := _influential(comparison)) is None:
        return rows
    for name in dict.fromkeys(influential["parameter"]):
        parameter, value = MODEL_PARAMETERS[name], comparison.leading.scenario.values[name]
        assert isinstance(parameter, Parameter), name
        low, high = map(parameter.format, parameter.range)
        rows["assumed" if parameter.source == ASSUMED else "sourced"].append(
            {
                "name": name,
                "value": parameter.format(value),
                "range": f"{low} to {high} {parameter.unit}",
                "meaning": parameter.meaning,
                "source": parameter.source,
            }
        )
    return rows


def _differing(comparison: Comparison) -> list[dict[str, object]]:
    """For each other scenario the parameters that differ from the baseline; for a single one those that differ from
    the defaults.
    """
    rows = []
    for side in comparison.others or comparison.results:
        reference = comparison.base.scenario.values if comparison.others else MODEL_PARAMETERS.defaults()
        values: dict[str, list[str]] = {}
        for name, value in side.scenario.values.items():
            if value != reference[name]:
                parameter = MODEL_PARAMETERS[name]
                values.setdefault(parameter.section, []).append(
                    f"{parameter.name} {parameter.format(value)} ({parameter.format(reference[name])})"
                )
        rows.append(
            {
                "name": compared.labels(comparison)[side.name],
                "values": values,
                "files": sorted(side.scenario.files),
                "events": len(side.scenario.calendar),
            }
        )
    return rows


def _much_text(comparison: Comparison) -> bool:
    lists = [text for side in comparison.results for text in (*side.scenario.known, *side.scenario.assumed)]
    return sum(map(len, lists)) + 30 * sum(len(side.scenario.changed) for side in comparison.results) > MUCH_TEXT


def _command(comparison: Comparison, provenance: Provenance) -> str:
    """The command that makes the numbers again: as it was given, or in full where a program asked."""
    if provenance.get("command"):
        return command_line(*provenance["command"])
    words: list[object] = [
        "compare" if comparison.others else "run",
        *(_argument(side.scenario, single=not comparison.others) for side in comparison.results),
        "--seed",
        str(comparison.base.seed),
        "--replicates",
        str(comparison.base.replicates),
    ]
    if comparison.others:
        words += ["--baseline", comparison.baseline, *(["--quick"] if comparison.sensitivity is None else [])]
    if comparison.when != LASTING:
        words += ["--when", comparison.when]
    if comparison.others or comparison.draws is not None:
        words += ["--uncertainty", str(comparison.draws.points if comparison.draws else 0)]
    return command_line(*words)


def _argument(scenario: Scenario, single: bool) -> str | Path:
    """What a command calls a scenario: its name, or the file beside the page."""
    if scenario.is_as_shipped:
        return scenario.name
    return Path("scenario.toml") if single else Path("scenarios", f"{scenario.name}.toml")
