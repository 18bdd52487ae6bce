"""The page of a comparison or of a single run: one HTML file that loads nothing and runs nothing, made from tables
alone.
"""

from __future__ import annotations

import io
import re
import shlex
import textwrap
from collections.abc import Callable
from html import escape
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib import rc_context

from plnsim.common.sources import ASSUMED
from plnsim.model.measure import BARRIERS
from plnsim.model.world.school_year import SCHOOL_WEEKS
from plnsim.output import figures, sentences
from plnsim.output.words import BANDS, interval_label, number, percent, points
from plnsim.publish.report import compared, pictures
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import ScenarioResult
from plnsim.studies.comparison.sensitivity import MOST_INFLUENTIAL

HERE = Path(__file__).parent
MUCH_TEXT = 3200
"""Letters in the lists of all scenarios from which they are printed smaller, so that the page stays on two sheets."""


LONGEST_NAME = 44
"""Letters of a name that fit into a figure."""


def page(found: Comparison, provenance: dict) -> str:
    """The text of the page; ``provenance`` tells version, command, seed and commit, as a record keeps them."""
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    with rc_context(pictures.STYLE):
        rendered = _pictures(found)
    named = compared.labels(found)
    text = templates.get_template("template.html").render(
        found=found,
        single=not found.others,
        css=Markup((HERE / "page.css").read_text(encoding="utf-8")),
        much=_much_text(found),
        results=_sides(found),
        base=named[found.baseline],
        lead=named[found.leading.name],
        seed=found.base.seed,
        runs=found.base.replicates,
        plain=sentences,
        compared=compared,
        words=BANDS,
        pictures=rendered,
        bands=figures.bands_label(),
        middle=interval_label(*figures.BANDS[1][:2]),
        outer=interval_label(*figures.BANDS[0][:2]),
        stages=_stages(found),
        costs=_costs(found),
        barriers=_barriers(found),
        influential=_influential(found),
        assumed=_assumed(found),
        differing=_differing(found),
        command=_command(found, provenance),
        commit=provenance.get("commit"),
        version=provenance["versions"].get("plnsim", "of an unknown version"),
    )
    return text.replace(" %", "\u00a0%")


def _marks(found: Comparison) -> dict[str, str]:
    """A letter for each scenario of a comparison, by which tables and figures call it."""
    return {
        side.name: chr(ord("A") + place) if place < 26 else str(place + 1) for place, side in enumerate(found.results)
    }


def _sides(found: Comparison) -> list[dict]:
    named, marks = compared.labels(found), _marks(found)
    return [
        {
            "side": side,
            "scenario": side.scenario,
            "name": named[side.name],
            "mark": marks[side.name],
            "colour": _colours(found)[side.name],
            "use": percent(found.summaries[side.name, "use"]["mean"]),
            "where": _addresses(found, side),
            "years": number(side.scenario.weeks / SCHOOL_WEEKS),
        }
        for side in found.results
    ]


def _addresses(found: Comparison, side: ScenarioResult) -> str:
    """Use in the schools that take part, where that says more than use in all schools."""
    mean = found.summaries[side.name, "use_where_taking_part"]["mean"]
    return (
        percent(mean)
        if np.isfinite(mean) and percent(mean) != percent(found.summaries[side.name, "use"]["mean"])
        else ""
    )


def _colours(found: Comparison) -> dict[str, str]:
    """Grey for the baseline, the other colours for the others, in their order; a single scenario is blue."""
    if len(found.results) == 1:
        return {found.baseline: figures.BLUE}
    others = {
        side.name: figures.PALETTE[1 + place % (len(figures.PALETTE) - 1)] for place, side in enumerate(found.others)
    }
    return others | {found.baseline: figures.GREY}


def _pictures(found: Comparison) -> dict[str, object]:
    """All figures of the page by name, as SVG."""
    marks, colours = _marks(found), _colours(found)
    named = {
        name: textwrap.shorten(f"{marks[name]} {label}" if found.others else label, LONGEST_NAME, placeholder=" ...")
        for name, label in compared.labels(found).items()
    }
    last = max(side.scenario.weeks for side in found.results) / SCHOOL_WEEKS
    rendered: dict[str, object] = {
        "fans": [
            as_svg(pictures.fan(side, found.base, last, colours[side.name], marks[found.baseline]), f"fan{place}")
            for place, side in enumerate(found.results)
        ]
    }
    makers: dict[str, Callable] = {"halves": pictures.halves, "after": pictures.after_support}
    if found.others:
        makers["differences"] = pictures.differences
    for name, make in makers.items():
        rendered[name] = as_svg(make(found, named, colours), name)
    moved = _influential(found)
    rendered["tornado"] = (
        as_svg(pictures.tornado(moved, float(moved["own"].iloc[0])), "tornado") if moved is not None else ""
    )
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
    box = re.search(r'viewBox="[^"]*"', rendered)[0]
    inside = re.sub(
        r"<metadata>.*?</metadata>\s*", "", rendered[rendered.index(">", rendered.index("<svg")) + 1 :], flags=re.DOTALL
    )
    inside = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", inside)
    return Markup(f'<svg {box} role="img" aria-label="{escape(picture.alt_text)}">{inside.strip()}')


def _stages(found: Comparison) -> list[dict]:
    """The theory of action, a row a stage: the share that reaches it in each scenario, and where the narrowest step
    ends.
    """
    ends = {side.name: (compared.bottleneck(found, side.name) or ("", ""))[1] for side in found.results}
    rows = []
    for stage, label in compared.STAGES.items():
        means = {side.name: found.summaries[side.name, stage]["mean"] for side in found.results}
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


def _costs(found: Comparison) -> list[dict]:
    rows = []
    for side in found.results:
        row = found.costs[side.name]
        reached = np.isfinite(row["cost_per_adopter"])
        interval = (
            f"{number(row['resampled_05'])} to {number(row['resampled_95'])}" if reached and row["runs"] > 1 else ""
        )
        rows.append(
            {
                "adopters": number(row["sustained_adopters"]),
                "cost": number(row["cost"]),
                "each": number(row["cost_per_adopter"]),
                "interval": interval,
                "scale_up": _scale_up(side),
                "pupils": f"{found.summaries[side.name, 'pupil_effect']['mean']:.3f}",
            }
        )
    return rows


def _scale_up(side: ScenarioResult) -> str:
    if not side.outlasts_support:
        return "not tested"
    count = int(np.nansum(side.values("sustained_scale_up")))
    return f"{count} of {side.replicates} runs" if side.replicates > 1 else ("reached" if count else "not reached")


def _barriers(found: Comparison) -> list[dict]:
    """Each condition: how often it is named in each scenario, and what closing a share of its gap gains in the leading
    one.
    """
    barrier_gains = found.barriers.set_index("condition") if found.barriers is not None else None
    rows = []
    for one in BARRIERS:
        gain = ""
        if barrier_gains is not None:
            row = barrier_gains.loc[one]
            gain = f"{points(row['mean'])} ({points(row['quantile_05'])} to {points(row['quantile_95'])})"
        rows.append(
            {
                "name": one,
                "named": [percent(found.summaries[side.name, f"names_{one}"]["mean"]) for side in found.results],
                "gain": gain,
            }
        )
    return rows


def _influential(found: Comparison):
    """The rows of the most influential parameters."""
    if found.sensitivity is None:
        return None
    return found.sensitivity[
        found.sensitivity["parameter"].isin(list(dict.fromkeys(found.sensitivity["parameter"]))[:MOST_INFLUENTIAL])
    ]


def _assumed(found: Comparison) -> dict[str, list[dict]]:
    """The most influential parameters, those that are assumed and those with a source."""
    rows: dict[str, list[dict]] = {"assumed": [], "sourced": []}
    if (moved := _influential(found)) is None:
        return rows
    for name in dict.fromkeys(moved["parameter"]):
        one, value = MODEL_PARAMETERS[name], found.leading.scenario.values[name]
        rows["assumed" if one.source == ASSUMED else "sourced"].append(
            {
                "name": name,
                "value": one.format(value),
                "range": f"{one.format(one.range[0])} to {one.format(one.range[1])} {one.unit}",
                "meaning": one.meaning,
                "source": one.source,
            }
        )
    return rows


def _differing(found: Comparison) -> list[dict]:
    """For each other scenario the parameters that differ from the baseline; for a single one those that differ from
    the defaults.
    """
    rows = []
    for side in found.others or found.results:
        reference = found.base.scenario.values if found.others else MODEL_PARAMETERS.defaults()
        values: dict[str, list[str]] = {}
        for name, value in side.scenario.values.items():
            if value != reference[name]:
                one = MODEL_PARAMETERS[name]
                values.setdefault(one.section, []).append(
                    f"{one.name} {one.format(value)} ({one.format(reference[name])})"
                )
        rows.append(
            {
                "name": compared.labels(found)[side.name],
                "values": values,
                "files": sorted(side.scenario.files),
                "events": len(side.scenario.calendar),
            }
        )
    return rows


def _much_text(found: Comparison) -> bool:
    lists = [text for side in found.results for text in (*side.scenario.known, *side.scenario.assumed)]
    return sum(map(len, lists)) + 30 * sum(len(side.scenario.changed) for side in found.results) > MUCH_TEXT


def _command(found: Comparison, provenance: dict) -> str:
    """The command that makes the numbers again: as it was given, or in full where a program asked."""
    if provenance.get("command"):
        return shlex.join(["plnsim", *map(str, provenance["command"])])
    words = [
        "plnsim",
        "compare" if found.others else "run",
        *(side.name for side in found.results),
        "--seed",
        str(found.base.seed),
        "--replicates",
        str(found.base.replicates),
    ]
    if found.others:
        words += ["--baseline", found.baseline, *(["--quick"] if found.sensitivity is None else [])]
    return shlex.join(words)
