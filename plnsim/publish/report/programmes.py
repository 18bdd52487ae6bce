"""The pages of the guide about programmes, written from their scenarios and from runs: ``python -m
plnsim.publish.report.programmes FOLDER [NAME ...]``.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

from plnsim.common.command_line import command_line
from plnsim.common.sources import SOURCES
from plnsim.output.sentences import sentences
from plnsim.simulation.runs import default_replicates, run
from plnsim.simulation.scenario import Scenario, shipped_scenarios


def page(scenario: Scenario) -> str:
    """What a programme is, what is special in the model's terms, and what the simulation shows, as Markdown."""
    replicates = default_replicates(scenario)
    results = sentences(run(scenario, seed=1, replicates=replicates))
    lines = [f"# {scenario.title}", "", scenario.purpose, ""]
    for heading, points in (
        ("Known", scenario.known),
        ("Assumed", scenario.assumed),
        ("Special in the model's terms", scenario.special),
    ):
        if points:
            lines += [f"**{heading}**", "", *(f"- {point}" for point in points), ""]
    lines += ["**What the simulation shows**", "", *(f"- {sentence}" for sentence in results), ""]
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


def write_pages(folder: Path, only: Collection[str] = ()) -> None:
    """Writes the page of every shipped scenario, or only of those named, and the list of all."""
    folder.mkdir(parents=True, exist_ok=True)
    index = ["# Programmes", ""]
    for name in shipped_scenarios():
        scenario = Scenario.of(name)
        if not only or name in only:
            (folder / f"{name}.md").write_text(page(scenario), encoding="utf-8")
        index.append(f"- [{scenario.title}]({name}.md)")
    (folder / "index.md").write_text("\n".join(index) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]), sys.argv[2:])
