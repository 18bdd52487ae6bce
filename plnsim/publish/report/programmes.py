"""The pages of the guide about programmes, written from their scenarios and from runs: ``python -m
plnsim.publish.report.programmes FOLDER [NAME ...]``.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from plnsim.common.command_line import command_line
from plnsim.common.sources import SOURCES
from plnsim.output.costs import cost_sentences, price_sentence
from plnsim.output.sentences import sentences
from plnsim.publish.odd import tables
from plnsim.simulation.runs import default_replicates, run
from plnsim.simulation.scenario import Scenario, shipped_scenarios

MADE_BY = "python -m plnsim.publish.report.programmes docs/programmes"


def page(scenario: Scenario) -> str:
    """What a programme is, what is special in the model's terms, and what the simulation shows, as Markdown."""
    replicates = default_replicates(scenario)
    done = run(scenario, seed=1, replicates=replicates)
    costs = cost_sentences(scenario, done.cost, done.bill)
    lines = [f"# {scenario.title}", "", scenario.purpose, ""]
    for heading, points in (
        ("Known", scenario.known),
        ("Assumed", scenario.assumed),
        ("Special in the model's terms", scenario.special),
        ("Not in the model", scenario.omitted),
        ("What the simulation shows", [one for one in sentences(done) if one not in costs]),
        ("What it costs", [*costs, price_sentence(scenario.values)]),
    ):
        if points:
            lines += [f"**{heading}**", "", *(f"- {point}" for point in points), ""]
    again = command_line("run", scenario.name, "--seed", 1, "--replicates", replicates)
    lines += [f"Again: `{again}`. A thought experiment, not a forecast.", ""]
    if scenario.sources:
        lines += [
            "**Sources**",
            "",
            *(f"- {SOURCES[key].reference if key in SOURCES else key}" for key in scenario.sources),
            "",
        ]
    return "\n".join(lines)


def index(scenarios: Sequence[Scenario]) -> str:
    """The list of programmes as a table: what is characteristic by the sources, what in the model stands for it, and
    what does not.
    """
    rows = (
        (
            f"[{scenario.title}]({scenario.name}.md)",
            *("<br>".join(points) for points in (scenario.known, scenario.special, scenario.omitted)),
        )
        for scenario in scenarios
    )
    header = ("Programme", "Characteristic, by its sources", "What in the model stands for it", "Not in the model")
    return (
        "\n\n".join(
            [
                "# Programmes",
                "Each programme of the library, read against its sources. Parameters that stand for something are "
                "named; *numbers only* are programmes that differ from the baseline in how much, and not in what "
                "happens. The pages say what is assumed besides, and what a simulation shows.",
                tables.table(header, rows),
                f"Made by `{MADE_BY}`.",
            ]
        )
        + "\n"
    )


def write_pages(folder: Path, only: Collection[str] = ()) -> None:
    """Writes the page of every shipped scenario, or only of those named, and the table of all."""
    folder.mkdir(parents=True, exist_ok=True)
    scenarios = [Scenario.of(name) for name in shipped_scenarios()]
    for scenario in scenarios:
        if not only or scenario.name in only:
            (folder / f"{scenario.name}.md").write_text(page(scenario), encoding="utf-8")
    (folder / "index.md").write_text(index(scenarios), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]), sys.argv[2:])
